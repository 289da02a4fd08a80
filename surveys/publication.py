"""Parsed versions, kept by digest: a version never changes, so neither does its parse. Pure."""

from collections.abc import Callable

from surveys import grammar
from surveys.definition import Survey

_MOST_KEPT = 256

_kept: dict[str, Survey] = {}


def parsed(digest: str, source: Callable[[], str]) -> Survey:
    """The survey of a published source. The source is fetched only if it was not parsed before.

    Raises:
        DefinitionError: it does not parse; what was published always does.
    """
    survey = _kept.get(digest)
    if survey is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        survey = _kept[digest] = grammar.parse(source())
    return survey
