"""Where the marks of a table's strips go. Pure geometry: figures in, places out.

Across, places are percents of the drawing's width. So a strip fills the width that it is given,
from a phone to a printed page. Places are strings, ready to be written in an attribute, whatever
the reader's locale. The drawings that stand alone are in `analytics/drawing`.

A withheld figure has no mark. A share that is only said to be "over 90%" or "under 10%" is a band
over all that this may mean: a drawing may not say more than the words beside it.
"""

from dataclasses import dataclass

from analytics.disclosure import End, Figure, Mean, Share


@dataclass(frozen=True, slots=True)
class Span:
    """What may be drawn of a figure, in percents or points: a value in a range, or a band.

    Args:
        value: ``None`` where only the band is known.
        lower, upper: the 95% range, or the band.
    """

    value: int | None
    lower: int
    upper: int

    @property
    def middle(self) -> float:
        return (self.lower + self.upper) / 2 if self.value is None else self.value


def span(figure: Figure | None) -> Span | None:
    """What may be drawn of a figure; ``None`` for a count, a withheld figure, or none at all."""
    match figure:
        case Share(percent=End.OVER):
            return Span(None, 90, 100)
        case Share(percent=End.UNDER):
            return Span(None, 0, 10)
        case Share(percent=int(percent), lower=int(lower), upper=int(upper)):
            return Span(percent, lower, upper)
        case Mean(points=points, lower=lower, upper=upper):
            # An interval of a mean may reach beyond what is possible; a drawing does not.
            return Span(points, max(0, lower), min(100, upper))
        case _:
            return None


# --- one figure on a line from 0% to 100% --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strip:
    """A figure as a dot on its range, against a reference's value.

    Args:
        left, right: of the range or band; ``None`` where the figure is not shown.
        dot: ``None`` where only a band is known, or nothing.
        reference: where the reference's value is; ``None`` where it is withheld or only a band.
        reference_left, reference_right: the reference's band, where only that is known.
    """

    left: str | None
    right: str | None
    dot: str | None
    reference: str | None
    reference_left: str | None
    reference_right: str | None


def strip(figure: Figure | None, reference: Figure | None) -> Strip:
    """The strip of a figure: without a mark of its own where it may not be shown."""
    drawn, against = span(figure), span(reference)
    banded = against is not None and against.value is None
    return Strip(
        left=_percent(drawn.lower) if drawn else None,
        right=_percent(drawn.upper) if drawn else None,
        dot=_percent(drawn.value) if drawn and drawn.value is not None else None,
        reference=_percent(against.middle) if against and not banded else None,
        reference_left=_percent(against.lower) if against and banded else None,
        reference_right=_percent(against.upper) if against and banded else None,
    )


def _percent(number: float) -> str:
    return f"{number:.4g}%"
