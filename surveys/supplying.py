"""Supplying recordings: a folder of files becomes the sound and films of a version.

`FOLDER/<age version>/<language>/<item>.mp3`, or m4a or ogg; films in British Sign Language as
`FOLDER/<age version>/bfi/<item>.mp4`, or webm. `_intro` in an item's place is the introduction.
"""

import fcntl
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from authorities import audit
from authorities.models import User
from surveys import languages, recordings
from surveys.errors import Refused
from surveys.mediatypes import TYPES, MediaType, recognised
from surveys.models import Recording, Version
from surveys.recordings import SIGNED

_Place = tuple[str, str, str, str]  # age version, language, item, kind

INTRODUCTION = "_intro"
_READABLE = 0o644  # the web process may be another user, and there is nothing to hide in them


@dataclass(frozen=True, slots=True)
class _File:
    """One file of the folder, and where in the version it belongs."""

    path: Path
    age_version: str
    language: str
    item: str
    type: MediaType

    @property
    def kind(self) -> Recording.Kind:
        return Recording.Kind.FILM if self.type.is_film else Recording.Kind.AUDIO

    @property
    def place(self) -> _Place:
        return (self.age_version, self.language, self.item, self.kind)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many recordings came, took another's place, or were there before."""

    new: int
    replaced: int
    same: int


def supply(*, version: Version, folder: Path, directory: Path, by: User | None = None) -> Outcome:
    """Let the files of a folder stand beside a version. All or nothing; may be called twice.

    What the folder does not have stays as it was.

    Args:
        directory: the media directory, where files are kept under their digests.

    Raises:
        Refused: files are unknown, too large or not what they are called; all are named.
        OSError: something cannot be read or written. No recording has changed.
    """
    files = _checked(version, folder)
    with _alone_in(directory):
        kept = {file.place: _kept(file.path, directory) for file in files}
        outcome, replaced = _written(version, files, kept, by)
        _clear(directory, replaced)
    recordings.forget()
    return outcome


def _checked(version: Version, folder: Path) -> list[_File]:
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}.")
    found: list[_File] = []
    problems: list[str] = []
    for path in sorted(each for each in folder.rglob("*") if _counts(each, folder)):
        try:
            found.append(_placed(version, path, path.relative_to(folder)))
        except Refused as problem:
            problems.append(f"{path.relative_to(folder)}: {problem}")
    problems += _doubles(found)
    if problems:
        raise Refused("Nothing was supplied. Mend these:\n" + "\n".join(problems))
    if not found:
        raise Refused(f"There are no recordings in {folder}.")
    return found


def _counts(path: Path, folder: Path) -> bool:
    """Whether it is a file, and none that a desktop puts beside them unseen."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not hidden


def _placed(version: Version, path: Path, name: Path) -> _File:
    """Raises: Refused: it belongs nowhere, or is not what its name says."""
    if len(name.parts) != 3:
        raise Refused("it should be at AGE/LANGUAGE/ITEM.mp3, .m4a, .ogg, .mp4 or .webm")
    age, language, _ = name.parts
    media_type = TYPES.get(path.suffix.removeprefix(".").lower())
    if media_type is None:
        raise Refused(f"files are {', '.join(TYPES)}")
    _refuse_unknown_place(version, age, language, path.stem)
    if media_type.is_film != (language == SIGNED):
        raise Refused(f"films are for {SIGNED}, British Sign Language, and sound is for the others")
    _refuse_other_content(path, media_type)
    item = "" if path.stem == INTRODUCTION else path.stem
    return _File(path, age, language, item, media_type)


def _refuse_unknown_place(version: Version, age: str, language: str, item: str) -> None:
    ages = [each.code for each in version.definition.age_versions]
    spoken = [languages.ENGLISH, *sorted(version.translations)]
    if age not in ages:
        raise Refused(f'{version} has no age version "{age}", only {", ".join(ages)}')
    if language not in {*spoken, SIGNED}:
        raise Refused(f'{version} is not in "{language}", only in {", ".join([*spoken, SIGNED])}')
    items = {each.code for each in version.definition.items_for(age)}
    if item not in items | {INTRODUCTION}:
        raise Refused(f'{age} is not asked "{item}"')


def _refuse_other_content(path: Path, media_type: MediaType) -> None:
    if path.stat().st_size > media_type.most:
        raise Refused(f"it is larger than {media_type.most // (1024 * 1024)} MB")
    really = recognised(path.read_bytes())
    if really != media_type:
        what = f"but {really.ending}" if really else "and nothing that browsers play"
        raise Refused(f"it is not {media_type.ending}, {what}")


def _doubles(files: Iterable[_File]) -> list[str]:
    times = Counter(file.place for file in files)
    return [
        f"{age}/{language}: there is more than one file for {item or INTRODUCTION}"
        for (age, language, item, _), number in times.items()
        if number > 1
    ]


@transaction.atomic
def _written(
    version: Version,
    files: Iterable[_File],
    kept: dict[_Place, tuple[str, int]],
    by: User | None,
) -> tuple[Outcome, set[str]]:
    """Keep the rows; what came of it, and the digests that stand nowhere here any more."""
    before = {
        (each.age_version, each.language, each.item, each.kind): each.digest
        for each in Recording.objects.filter(version=version)
    }
    changed = [file for file in files if before.get(file.place) != kept[file.place][0]]
    for file in changed:
        digest, size = kept[file.place]
        Recording.objects.update_or_create(
            version=version,
            age_version=file.age_version,
            language=file.language,
            item=file.item,
            kind=file.kind,
            defaults={
                "digest": digest,
                "content_type": file.type.content_type,
                "size": size,
            },
        )
    replaced = {before[file.place] for file in changed if file.place in before}
    if changed:
        audit.record(actor=by, act="recordings supplied", subject=f"{len(changed)} of {version}")
    again = sum(1 for file in changed if file.place in before)
    return Outcome(len(changed) - again, again, len(kept) - len(changed)), replaced


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """One at a time, so that nobody clears away a file that another is about to name."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _kept(path: Path, directory: Path) -> tuple[str, int]:
    """Put a file into the media directory under its digest, whole or not at all; that, its size."""
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    target = directory / digest
    if target.exists() and target.stat().st_size == len(content):
        return digest, len(content)
    with tempfile.NamedTemporaryFile(dir=directory, prefix=".", delete=False) as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    half = Path(written.name)
    half.chmod(_READABLE)
    half.replace(target)
    return digest, len(content)


def _clear(directory: Path, digests: set[str]) -> None:
    """Remove files that no recording names any more."""
    named = set(Recording.objects.filter(digest__in=digests).values_list("digest", flat=True))
    for digest in digests - named:
        (directory / digest).unlink(missing_ok=True)
