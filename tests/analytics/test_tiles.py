"""The map of equal tiles."""

import csv
from importlib.resources import files

from analytics.tiles import short_names, size, tiles


def names() -> dict[str, str]:
    register = files("authorities") / "reference" / "authorities.csv"
    rows = csv.DictReader(register.read_text(encoding="utf-8").splitlines())
    return {row["gss_code"]: row["name"] for row in rows}


def test_every_authority_has_a_tile_and_no_two_the_same() -> None:
    found = tiles()

    assert set(found) == set(names())
    assert len({(tile.column, tile.row) for tile in found.values()}) == len(found)


def test_the_map_is_higher_than_wide_as_england_is() -> None:
    assert size().row > size().column


def test_what_lies_north_or_west_lies_so_on_the_map() -> None:
    place = {name: tiles()[code] for code, name in names().items()}

    assert place["Northumberland"].row < place["Leeds"].row < place["Kent"].row
    assert place["Cornwall"].column < place["Dorset"].column < place["Kent"].column


def test_each_name_is_short_enough_for_a_tile_and_no_two_are_the_same() -> None:
    short = short_names(sorted(names().values()))

    assert len(set(short.values())) == 153
    assert all(1 < len(each) <= 4 for each in short.values())
