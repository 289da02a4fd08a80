"""Recordings stand beside a version: taken in all or none, and read without a query."""

from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from authorities.models import AuditEntry
from surveys import recordings, supplying
from surveys.errors import Refused
from surveys.models import Recording, Version
from surveys.recordings import Supplied
from surveys.supplying import Outcome
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version
from tests.surveys.media import M4A, MP3, MP4, OGG, WEBM, a_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Version:
    return a_version(SOURCE, cy=a_translation(a_survey()))


@pytest.fixture
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.HEARD_MEDIA_DIRECTORY = tmp_path / "media"
    return tmp_path / "media"


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def files_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if not path.name.startswith(".")}


GOOD = {
    "8-11/en/_intro.mp3": MP3,
    "8-11/en/safe.m4a": M4A,
    "8-11/cy/safe.ogg": OGG,
    "8-11/bfi/safe.mp4": MP4,
    "12-17/bfi/safe.webm": WEBM,
    "8-11/en/.DS_Store": b"what a desktop left",
}


def test_a_folder_becomes_the_recordings_of_a_version(
    version: Version, media: Path, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path / "from-the-studio", **GOOD)

    outcome = supplying.supply(version=version, folder=folder, directory=media)

    assert outcome == Outcome(new=5, replaced=0, same=0)
    assert recordings.of(version.pk, age_version="8-11", language="en") == {
        "": Supplied(audio=digest(MP3)),
        "safe": Supplied(audio=digest(M4A), film=digest(MP4)),
    }
    assert recordings.of(version.pk, age_version="8-11", language="cy") == {
        "safe": Supplied(audio=digest(OGG), film=digest(MP4))
    }
    assert recordings.of(version.pk, age_version="12-17", language="en") == {
        "safe": Supplied(film=digest(WEBM))
    }
    assert files_in(media) == {digest(each) for each in (MP3, M4A, OGG, MP4, WEBM)}
    assert (media / digest(MP4)).read_bytes() == MP4
    assert (media / digest(MP4)).stat().st_mode & 0o777 == 0o644
    stored = Recording.objects.get(digest=digest(MP4))
    assert (stored.content_type, stored.size) == ("video/mp4", len(MP4))


def test_a_second_run_changes_nothing_and_a_changed_file_takes_the_old_ones_place(
    version: Version, media: Path, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path / "studio", **GOOD)
    supplying.supply(version=version, folder=folder, directory=media)
    before = list(Recording.objects.order_by("pk").values())

    again = supplying.supply(version=version, folder=folder, directory=media)
    after = list(Recording.objects.order_by("pk").values())
    better = MP3 + b"better"
    a_folder(folder, **{"8-11/en/_intro.mp3": better})
    changed = supplying.supply(version=version, folder=folder, directory=media)

    assert (again, after) == (Outcome(0, 0, 5), before)
    assert changed == Outcome(new=0, replaced=1, same=4)
    assert recordings.of(version.pk, age_version="8-11", language="en")[""] == Supplied(
        audio=digest(better)
    )
    assert digest(MP3) not in files_in(media)
    assert digest(better) in files_in(media)
    assert AuditEntry.objects.filter(act="recordings supplied").count() == 2


def test_a_file_that_another_place_still_names_is_kept(
    version: Version, media: Path, tmp_path: Path
) -> None:
    shared = {"8-11/en/safe.mp3": MP3, "12-17/en/safe.mp3": MP3}
    folder = a_folder(tmp_path / "studio", **shared)
    supplying.supply(version=version, folder=folder, directory=media)

    a_folder(folder, **{"8-11/en/safe.mp3": MP3 + b"!"})
    supplying.supply(version=version, folder=folder, directory=media)

    assert files_in(media) == {digest(MP3), digest(MP3 + b"!")}


def test_a_lost_file_comes_back_with_a_second_run(
    version: Version, media: Path, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path / "studio", **{"8-11/en/safe.mp3": MP3})
    supplying.supply(version=version, folder=folder, directory=media)
    (media / digest(MP3)).unlink()

    supplying.supply(version=version, folder=folder, directory=media)

    assert (media / digest(MP3)).read_bytes() == MP3


def test_all_that_is_wrong_is_named_together_and_nothing_is_supplied(
    version: Version, media: Path, tmp_path: Path
) -> None:
    folder = a_folder(
        tmp_path / "studio",
        **{
            "8-11/en/safe.mp3": MP3,
            "4-7/en/safe.mp3": MP3,
            "8-11/fr/safe.mp3": MP3,
            "8-11/en/gender.mp3": MP3,
            "8-11/en/safe.wav": MP3,
            "8-11/en/safe.mp4": MP4,
            "8-11/bfi/safe.mp3": MP3,
            "8-11/en/safe.m4a": M4A,
            "8-11/en/listened.mp3": OGG,
            "8-11/en/idea.mp3": b"<script>",
            "8-11/en/comment.mp3": MP3 + bytes(2 * 1024 * 1024),
            "readme.txt": b"hello",
        },
    )

    with pytest.raises(Refused) as refused:
        supplying.supply(version=version, folder=folder, directory=media)

    assert str(refused.value).splitlines() == [
        "Nothing was supplied. Mend these:",
        '4-7/en/safe.mp3: small 1 has no age version "4-7", only 8-11, 12-17',
        (
            "8-11/bfi/safe.mp3: films are for bfi, British Sign Language, and sound is for the "
            "others"
        ),
        "8-11/en/comment.mp3: it is larger than 2 MB",
        '8-11/en/gender.mp3: 8-11 is not asked "gender"',
        "8-11/en/idea.mp3: it is not mp3, and nothing that browsers play",
        "8-11/en/listened.mp3: it is not mp3, but ogg",
        ("8-11/en/safe.mp4: films are for bfi, British Sign Language, and sound is for the others"),
        "8-11/en/safe.wav: files are mp3, m4a, ogg, mp4, webm",
        '8-11/fr/safe.mp3: small 1 is not in "fr", only in en, cy, bfi',
        "readme.txt: it should be at AGE/LANGUAGE/ITEM.mp3, .m4a, .ogg, .mp4 or .webm",
        "8-11/en: there is more than one file for safe",
    ]
    assert not Recording.objects.exists()
    assert not media.exists()


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_recordings_is_refused(
    version: Version, media: Path, tmp_path: Path, made: bool
) -> None:
    folder = tmp_path / "studio"
    if made:
        folder.mkdir()

    with pytest.raises(Refused, match=r"There (is no folder|are no recordings in)"):
        supplying.supply(version=version, folder=folder, directory=media)


def test_a_page_asks_the_database_once_a_minute(
    version: Version,
    media: Path,
    tmp_path: Path,
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    folder = a_folder(tmp_path / "studio", **GOOD)
    supplying.supply(version=version, folder=folder, directory=media)

    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture is a function
        first = recordings.of(version.pk, age_version="8-11", language="en")
        again = recordings.of(version.pk, age_version="8-11", language="en")

    assert first is again


def test_a_version_without_recordings_has_none(version: Version) -> None:
    assert recordings.of(version.pk, age_version="8-11", language="en") == {}


def run(*words: object) -> str:
    out = StringIO()
    call_command("supply_recordings", *map(str, words), stdout=out)
    return out.getvalue()


def test_the_command_says_what_came_of_it(version: Version, media: Path, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "studio", **GOOD)

    first, second = run("small-1", folder), run("small-1", folder)

    assert first == (
        "small 1: 5 new, 0 in the place of others, 0 as before. Pages show them within a minute.\n"
    )
    assert second.startswith("small 1: 0 new, 0 in the place of others, 5 as before.")


@pytest.mark.parametrize("name", ["small-2", "small", "small-", "-1", "small-²", "none-1"])
def test_an_unknown_version_is_refused_and_the_known_are_named(
    name: str, version: Version, media: Path, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as refused:
        run("--", name, tmp_path)

    assert str(refused.value) == f'There is no version "{name}". Known are: small-1.'


def test_without_a_media_directory_the_command_says_so(
    version: Version, tmp_path: Path, settings: Settings
) -> None:
    settings.HEARD_MEDIA_DIRECTORY = None

    with pytest.raises(CommandError, match="set HEARD_MEDIA_DIRECTORY"):
        run("small-1", tmp_path)
