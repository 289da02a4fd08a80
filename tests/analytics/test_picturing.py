import struct
from dataclasses import replace

import pytest

from analytics import picturing
from tests.analytics.test_drawing_svg import some


def size(png: bytes) -> tuple[int, int]:
    """Source: Portable Network Graphics, third edition, 11.2.1 (IHDR)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png[12:16] == b"IHDR"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("name", ["dots", "funnel", "xmr"])
def test_a_picture_is_twice_as_fine_as_its_drawing(name: str) -> None:
    drawing = some()[name]

    width, height = size(picturing.png(drawing))

    assert width == 2 * drawing.width
    assert height == pytest.approx(2 * float(drawing.height), abs=1)


def test_a_picture_can_be_finer() -> None:
    assert size(picturing.png(some()["dots"], times=4))[0] == 4 * 360


def test_a_picture_is_the_same_each_time() -> None:
    drawing = some()["funnel"]

    assert picturing.png(drawing) == picturing.png(drawing)


def test_the_words_of_a_drawing_are_in_its_picture() -> None:
    """Without a font to draw them in, pictures with other words would be alike."""
    drawing = some()["dots"]
    first, *others = drawing.texts
    renamed = replace(drawing, texts=(replace(first, text="York"), *others))

    assert picturing.png(renamed) != picturing.png(drawing)


@pytest.mark.parametrize("name", ["dots", "funnel", "xmr"])
def test_a_page_includes_the_template_that_a_file_is_made_of(name: str) -> None:
    assert picturing.template_of(some()[name]) == f"analytics/charts/{name}.svg"
