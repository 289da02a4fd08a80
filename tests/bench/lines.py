"""How a figure is said: what, how much, and what it must reach."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

NOISE = (0.67, 1.5)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what, the figure, and what it must reach, in words."""

    what: str
    figure: str
    wanted: str = ""
    missed: bool = False


def at_least(wanted: float, what: str, reached: float) -> Line:
    return Line(what, f"{reached:.2f}", f"at least {wanted}", missed=reached < wanted)


def at_least_a_second(wanted: float, what: str, reached: float) -> Line:
    return Line(what, f"{reached:,.0f} a second", f"at least {wanted:,}", missed=reached < wanted)


def within(longest: float, what: str, seconds: Sequence[float]) -> Line:
    """The middle of several times that must stay under so many seconds."""
    middle, slowest = statistics.median(seconds), max(seconds)
    figure = f"{middle:.2f} s (to {slowest:.2f})"
    return Line(what, figure, f"under {longest:g} s", missed=middle >= longest)


def at_most_bytes(most: int, what: str, size: int) -> Line:
    return Line(what, f"{size:,} bytes", f"at most {most:,}", missed=size > most)


def flat(what: str, reached: float) -> Line:
    """A time that should not grow with what is held; within a half of it is noise."""
    missed = not NOISE[0] <= reached <= NOISE[1]
    return Line(what, f"{reached:.2f}", "1 within noise", missed=missed)


def yes(what: str, *, so: bool) -> Line:
    return Line(what, "yes" if so else "NO", "yes", missed=not so)


def rate(number: int, seconds: list[float]) -> str:
    return f"{number / sum(seconds):,.0f} a second"


def ratio(theirs: float, *ours: list[float]) -> float:
    return theirs / sum(sum(each) for each in ours)


def milliseconds(seconds: Sequence[float]) -> str:
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{middle * 1000:.1f} ms ({low * 1000:.1f} to {high * 1000:.1f})"


@contextmanager
def timed(what: str) -> Iterator[list[float]]:
    """Says what is being done while it is done; the list holds the seconds afterwards."""
    print(f"{what} …", end="", flush=True)
    took: list[float] = []
    began = time.perf_counter()
    yield took
    took.append(time.perf_counter() - began)
    print(f" {took[0]:.1f} s", flush=True)
