"""An order that nobody can work out, from the system's source of randomness. Pure."""

from collections.abc import Iterable
from random import SystemRandom
from typing import TypeVar

T = TypeVar("T")


def shuffled(things: Iterable[T]) -> list[T]:
    found = list(things)
    SystemRandom().shuffle(found)
    return found
