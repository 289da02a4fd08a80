"""What is wrong with a definition: where, what, and how to mend it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    Args:
        place: such as ``item "safe", ask, 8-11``.
        what: what is wrong, without a full stop.
        mend: what to do, without a full stop; or a question.
    """

    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.mend}{'' if self.mend.endswith('?') else '.'}"


class DefinitionError(ValueError):
    """A definition that cannot be used, with all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))
