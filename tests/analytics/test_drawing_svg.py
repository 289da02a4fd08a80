"""What every drawing has in common, whatever it is of."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from analytics import picturing
from analytics.disclosure import Share
from analytics.drawing import dots, funnel, xmr
from analytics.drawing.dots import Kind, Row
from analytics.drawing.lettering import KeyItem
from analytics.drawing.telling import About, Unit
from analytics.drawing.waves import Event, Wave
from analytics.indicators import Better
from analytics.picturing import Drawing
from tests.analytics.drawings import LEEDS, SVG, read, shapes, texts
from tests.authorities.test_frame import contrast

GRID = "#dfe4e2"
GROUND = "#fff"
NASTY = About('King’s <Lynn> & "Co"', "Who feel <safe>", "2026", "Your & say")
OWN = Share(72, 1250, lower=66, upper=77)


def some(about: About = LEEDS) -> dict[str, Drawing]:
    rows = [
        Row("England", Share(74, 31_010, lower=74, upper=74), Kind.ENGLAND),
        Row("London", Share(73, 3_100, lower=71, upper=75), Kind.REGION),
        Row("Before", Share(70, 300, lower=65, upper=75), Kind.PAST),
        Row("8 to 11", Share(70, 300, lower=65, upper=75), Kind.GROUP),
    ]
    value = {
        "centre": 73.6,
        "phi": 1.8,
        "tau_squared": 0.0012,
        "points": [["E1", 72, 1250], ["E2", 70, 1300]],
    }
    percents = [70, 72, 69, 71, 73, 70, 68, 72, 71, 70, 72, 71, 73, 40, 95 - 7]
    waves = [
        Wave(
            date(2010 + at, 1, 1),
            date(2010 + at, 12, 31),
            Share(each, 60, lower=each - 9, upper=90),
        )
        for at, each in enumerate(percents)
    ]
    events = [Event(date(2020, 1, 1), "new & <duty> team", rebases=True)]
    names = {"E1": about.area, "E2": "York"}
    found = {
        "dots": dots.against_others(about, OWN, rows),
        "funnel": funnel.drawn(
            about, value, unit=Unit.PERCENT, names=names, own=funnel.Own("E1", OWN)
        ),
        "xmr": xmr.drawn(about, waves, better=Better.HIGHER, events=events),
    }
    return {name: each for name, each in found.items() if each is not None}


each_drawing = pytest.mark.parametrize("name", ["dots", "funnel", "xmr"])


@each_drawing
def test_it_is_an_image_with_a_title_and_a_description(name: str) -> None:
    drawing = some()[name]
    root = read(drawing, "safe")

    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "safe-title safe-desc"
    said = {each.attrib.get("id"): each.text for each in root}
    assert (said["safe-title"], said["safe-desc"]) == (drawing.title, drawing.description)


@each_drawing
def test_words_with_signs_of_markup_are_written_as_words(name: str) -> None:
    drawing = some(NASTY)[name]

    root = read(drawing)

    assert NASTY.area in drawing.title
    assert [each.text for each in root.iter(f"{SVG}title")] == [drawing.title]


@each_drawing
def test_our_policy_lets_all_of_its_look_through(name: str) -> None:
    """No style, no script, nothing from elsewhere."""
    written = picturing.svg(some()[name])

    assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=|url\(", written)
    assert set(re.findall(r'(?:href|src)="(.)', written)) == {"#"}
    assert re.findall(r"https?://[^\"]+", written) == ["http://www.w3.org/2000/svg"]


@each_drawing
def test_two_on_one_page_share_no_ids(name: str) -> None:
    ids = [
        {each.attrib["id"] for each in read(some()[name], page).iter() if "id" in each.attrib}
        for page in ("safe", "told")
    ]

    assert ids[0].isdisjoint(ids[1])
    assert all(each.startswith("safe-") for each in ids[0])


@each_drawing
def test_everything_referred_to_is_there(name: str) -> None:
    root = read(some()[name])
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]

    assert len(ids) == len(set(ids))
    assert {each.attrib["href"][1:] for each in root.iter(f"{SVG}use")} <= set(ids)


@each_drawing
def test_letters_have_one_size_and_words_stand_out_from_the_ground(name: str) -> None:
    root = read(some()[name])

    sizes = {each.attrib["font-size"] for each in root.iter() if "font-size" in each.attrib}
    assert sizes == {"15"}
    assert [each.attrib["fill"] for each in root.iter(f"{SVG}text") if "fill" in each.attrib] == []
    assert contrast(root.attrib["fill"], GROUND) >= 4.5
    assert texts(root)


@each_drawing
def test_every_mark_and_line_stands_out_from_the_ground(name: str) -> None:
    root = read(some()[name])
    for each in root.iter():
        for colour in {each.attrib.get("fill", "none"), each.attrib.get("stroke", "none")}:
            # The grid may be faint: each of its lines has its number beside it.
            if colour not in {"none", GROUND, GRID}:
                assert contrast(colour, GROUND) >= 3, (each.attrib, colour)
    assert len(shapes(root)) > 5


@each_drawing
def test_no_two_things_differ_in_colour_only(name: str) -> None:
    """Whatever has its own meaning has its own shape, or its own dashes."""
    drawing = some()[name]
    root = read(drawing, "x")
    defined = {each.attrib["id"]: each for each in root.find(f"{SVG}defs") or ()}
    meant = {item.kind for item in _keys(drawing)} | {
        each.attrib["href"].removeprefix("#x-") for each in root.iter(f"{SVG}use")
    }
    looks = {
        kind: _without_colour(defined[f"x-{kind}"].attrib, defined[f"x-{kind}"].tag)
        for kind in meant
    }

    assert len(set(looks.values())) == len(looks), looks


def _keys(drawing: Drawing) -> Iterator[KeyItem]:
    yield from drawing.key


def _without_colour(look: dict[str, str], tag: str) -> tuple[object, ...]:
    hollow = look.get("fill") == GROUND
    return (
        tag,
        hollow,
        *(look.get(name) for name in ("d", "r", "stroke-width", "stroke-dasharray")),
    )


@each_drawing
def test_numbers_are_written_alike_in_every_language(name: str) -> None:
    drawing = some()[name]
    english = picturing.svg(drawing)

    with translation.override("de"):
        assert picturing.svg(drawing) == english


@each_drawing
def test_every_word_of_a_figure_in_the_drawing_is_in_its_table(name: str) -> None:
    drawing = some()[name]
    cells = {cell for row in drawing.table.rows for cell in row}

    assert drawing.table.rows
    assert {len(row) for row in drawing.table.rows} == {len(drawing.table.header)}
    bold = [each.text for each in texts(read(drawing)) if each.bold]
    assert bold
    assert [each for each in bold if each not in cells and len(each) > 1] == []
