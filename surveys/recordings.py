"""Recordings as the pages meet them: which there are for a question, and the file of each."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from surveys.models import Recording

# British Sign Language in ISO 639-3. A film of it stands beside every spoken language.
SIGNED = "bfi"

_KEPT_FOR = 60.0  # seconds
_MOST_KEPT = 512

_Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Supplied:
    """What there is for one question: digests, "" where there is none."""

    audio: str = ""
    film: str = ""


_kept: dict[_Place, tuple[float, Mapping[str, Supplied]]] = {}


def of(version_id: int, *, age_version: str, language: str) -> Mapping[str, Supplied]:
    """The recordings of an age version in a language by item code; "" is the introduction's.

    Audio in the language, films in British Sign Language. Kept in the process for a minute, so
    that a page costs no query; that long a newly supplied recording may wait to be seen.
    """
    place, now = (version_id, age_version, language), time.monotonic()
    kept = _kept.get(place)
    if kept is not None and now - kept[0] < _KEPT_FOR:
        return kept[1]
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    found = _found(version_id, age_version, language)
    _kept[place] = (now, found)
    return found


def forget() -> None:
    """Ask the database anew: recordings were supplied in this process."""
    _kept.clear()


def name_of(digest: str) -> str:
    """What a file is called in an address: the first eight digits of its digest.

    A page may name fifty of them, and random digits do not get smaller by compression.
    """
    return digest[:8]


def known(name: str) -> Recording | None:
    """The recording with this name, if any version has it."""
    return Recording.objects.filter(digest__startswith=name).first()


def file_of(digest: str) -> Path | None:
    """Where a recording's file lies; ``None`` where this machine has no media directory."""
    directory: Path | None = settings.HEARD_MEDIA_DIRECTORY
    return None if directory is None else directory / digest


def _found(version_id: int, age_version: str, language: str) -> Mapping[str, Supplied]:
    rows = Recording.objects.filter(
        version_id=version_id, age_version=age_version, language__in={language, SIGNED}
    )
    found: dict[str, Supplied] = {}
    for item, kind, digest in rows.values_list("item", "kind", "digest"):
        found[item] = replace(found.get(item, Supplied()), **{kind: digest})
    return found
