"""An invented country for tests, answering the core survey. Plain functions."""

from collections.abc import Mapping, Sequence
from functools import cache

from config.demo.simulation import Country
from config.demo.truth import Place, Story
from surveys import core, grammar
from surveys.definition import Survey


@cache
def survey() -> Survey:
    return grammar.parse(core.source())


USING = {"child-in-need": 300, "in-care": 100, "leaving-care": 60}


def place(area: str = "E01", using: Mapping[str, int] = USING) -> Place:
    return Place(area, using)


def country(
    *places: Place,
    replies: float = 1_000,
    seed: str = "test",
    story: Story = Story.STEADY,
    languages: Sequence[str] = ("en", "cy"),
) -> Country:
    there = places or (place(),)
    return Country(
        survey=survey(),
        languages=languages,
        places=there,
        stories={each.area: story for each in there},
        replies=replies,
        seed=seed,
    )
