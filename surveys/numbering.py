"""The numbers on paper: what a printed survey shows beside a question and its answers. Pure.

The printed survey and the screen on which paper is typed in both read them here, so that a number
means one thing. A page to read has no number: nobody answers it.
"""

from dataclasses import dataclass

from surveys.definition import Answer, Item, Kind, Survey


@dataclass(frozen=True, slots=True)
class Numbered:
    """One thing asked of an age version, as paper numbers it.

    Args:
        number: its place among what that age version is asked, from 1; pages are not counted.
        answers: those offered to that age version, in order: the first is 1. Empty for words.
    """

    number: int
    item: Item
    answers: tuple[Answer, ...]

    @property
    def digits(self) -> dict[int, Answer]:
        """The answers by what is printed beside them. From the tenth on these are two figures."""
        return dict(enumerate(self.answers, 1))

    def digit_of(self, code: str) -> int:
        """Raises: KeyError: this age version is not offered that answer."""
        for digit, answer in self.digits.items():
            if answer.code == code:
                return digit
        raise KeyError(code)


def numbered(survey: Survey, age_version: str) -> tuple[Numbered, ...]:
    """What an age version is asked, numbered as on paper; nothing for an unknown age version."""
    asked = (item for item in survey.items_for(age_version) if item.kind is not Kind.PAGE)
    return tuple(
        Numbered(number, item, item.answers_for(age_version))
        for number, item in enumerate(asked, 1)
    )
