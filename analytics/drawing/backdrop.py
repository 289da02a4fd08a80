"""How authorities spread about a reference, as a release publishes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, Self

from analytics.comparing import Strength
from analytics.drawing.telling import Unit
from analytics.funnels import MeanPoint, MeanSpread, Point, Side, Spread

USUAL, STRONG = Strength.USUAL.value, Strength.STRONG.value


class Area(NamedTuple):
    """One dot: a whole percent or points, and how many answers it counts as or its error."""

    code: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Backdrop:
    """How authorities spread about a reference, as a release publishes it.

    Args:
        centre, tau_squared, phi: as of ``funnels.Spread``; the centre in percent or points.
        areas: those shown.
    """

    centre: float
    tau_squared: float
    phi: float | None
    areas: tuple[Area, ...]
    unit: Unit

    @classmethod
    def read(cls, value: Mapping[str, Any], unit: Unit) -> Self:
        """Of the value of a `Background` of topic "spread:…".

        Raises:
            ValueError: it is not such a value.
        """
        match value:
            case {
                "centre": int() | float() as centre,
                "tau_squared": int() | float() as tau_squared,
                "phi": int() | float() | None as phi,
                "points": [*points],
            }:
                return cls(centre, tau_squared, phi, tuple(map(_area, points)), unit)
            case _:
                raise ValueError(f"not how authorities spread: {dict(value)}")

    def limits(self, weight: float, level: float) -> tuple[float, float]:
        """In the figures' unit."""
        if self.unit is Unit.POINTS:
            of_mean = self._of_means.limits(weight, level)
            return max(0.0, of_mean.lower), min(100.0, of_mean.upper)
        found = self._of_shares.limits(weight, level)
        return 100 * found.lower, 100 * found.upper

    def side(self, area: Area, level: float) -> Side:
        if self.unit is Unit.POINTS:
            # A mean is shown with an error above nought, and so has a side.
            return self._of_means.side(MeanPoint(area.value, area.weight), level) or Side.INSIDE
        return self._of_shares.side(Point(area.value / 100, area.weight), level)

    def where(self, area: Area) -> str:
        """Such as "above the 99.8% limits": the furthest that are passed."""
        return _where(replace(self, areas=()), area.value, area.weight)

    @property
    def allowing(self) -> str:
        """What the limits allow for."""
        if self.phi is None:
            return "chance only (authorities are too few to tell their ordinary variation)"
        return f"chance and ordinary variation between authorities (φ = {self.phi:.1f})"

    @property
    def _of_shares(self) -> Spread:
        return Spread(self.centre / 100, self.tau_squared, self.phi)

    @property
    def _of_means(self) -> MeanSpread:
        return MeanSpread(self.centre, self.tau_squared, self.phi)


# A table, its description and its sentence ask the same of 150 areas, in either width.
@lru_cache(maxsize=4096)
def _where(of: Backdrop, value: float, weight: float) -> str:
    for level in (STRONG, USUAL):
        side = of.side(Area("", value, weight), level)
        if side is not Side.INSIDE:
            return f"{'above' if side is Side.ABOVE else 'below'} the {level_said(level)} limits"
    return f"inside the {level_said(USUAL)} limits"


def _area(point: object) -> Area:
    match point:
        # Of a mean, for how many answers it counts stands behind its error.
        case [str(code), int() | float() as value, int() | float() as weight, *_] if weight > 0:
            return Area(code, value, weight)
        case _:
            raise ValueError(f"not an authority's dot: {point}")


def level_said(level: float) -> str:
    return f"{100 * level:g}%"
