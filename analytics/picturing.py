"""Drawings as files: SVG from their templates, and PNG from that. For documents of one's own.

The typesetter that prints our letters makes the PNG, in the letters of our font package and in no
others: so every machine gives the same picture. It is loaded with the first one.
"""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, assert_never

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from analytics.drawing.dots import Dots
from analytics.drawing.funnel import Funnel
from analytics.drawing.xmr import Xmr

if TYPE_CHECKING:
    from typst import Fonts

Drawing = Dots | Funnel | Xmr

# Points of an inch; at 72 a unit of the drawing is a point of the picture.
_ONE_TO_ONE = 72.0

_PAGE = b"""
#let given = sys.inputs
#set page(width: float(given.width) * 1pt, height: float(given.height) * 1pt, margin: 0pt)
#set text(font: "Noto Sans")
#image(bytes(given.svg), format: "svg", width: 100%, height: 100%)
"""


def template_of(drawing: Drawing) -> str:
    """For ``{% include %}`` on a page."""
    match drawing:
        case Dots():
            return "analytics/charts/dots.svg"
        case Funnel():
            return "analytics/charts/funnel.svg"
        case Xmr():
            return "analytics/charts/xmr.svg"
        case _:
            assert_never(drawing)


def svg(drawing: Drawing, *, name: str = "drawing") -> SafeString:
    """The drawing as an SVG that stands alone, or in a page.

    Args:
        name: begins its ids, and is unique on its page: a letter, then letters, digits or hyphens.
    """
    return render_to_string(template_of(drawing), {"drawing": drawing, "id": name})


def png(drawing: Drawing, *, times: int = 2) -> bytes:
    """The drawing as a PNG.

    Args:
        times: how many points of the picture a unit of the drawing has.
    """
    import typst  # noqa: PLC0415  only whoever makes pictures carries it: 80 MB on disk

    made = typst.compile(
        _PAGE,
        format="png",
        ppi=_ONE_TO_ONE * times,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "svg": svg(drawing),
            "width": f"{drawing.width}",
            "height": drawing.height,
        },
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave pages where one picture was asked for")
    return made


@cache
def _fonts() -> "Fonts":
    from typst import Fonts  # noqa: PLC0415  as above

    return Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("manimgx_fonts"))],
    )
