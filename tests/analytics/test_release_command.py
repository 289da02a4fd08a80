"""`manage.py release_wave`: prepared, checked, and published for two people, or refused."""

from concurrent.futures import Executor, ProcessPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics import publishing, releasing
from analytics.models import Release, SignOff
from analytics.publishing import Stage
from authorities.models import User
from authorities.roles import Role
from surveys.keyring import Keyring
from surveys.models import Wave
from tests.analytics.closed_waves import a_counted_wave, over_by_the_clock
from tests.authorities.factories import a_member, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(keyring: Keyring) -> Wave:
    return over_by_the_clock(a_counted_wave())


@pytest.fixture
def two() -> tuple[User, User]:
    return a_member(Role.NATIONAL_ADMINISTRATOR), a_member(Role.NATIONAL_ADMINISTRATOR)


def said(*command: str) -> str:
    out = StringIO()
    call_command("release_wave", *command, stdout=out)
    return out.getvalue()


def test_it_publishes_for_two_people_and_says_who_is_missing(
    wave: Wave, two: tuple[User, User]
) -> None:
    words = said(wave.slug, "--by", two[0].email, "--and-by", two[1].email.upper())

    release = Release.objects.published().get()
    first, how_much, second = words.splitlines()
    assert first.startswith(f"{release} is published: ")
    assert first.endswith(f" figures, digest {release.digest}.")
    assert how_much.startswith("Of authorities with 30 or more replies 4 of 8 (50%) totals of the")
    assert second == "Too few answered to say anything of: Hull."
    assert release.published_by == two[0]
    assert {each.by for each in SignOff.objects.select_related("by")} == set(two)


def test_it_can_prepare_and_check_only(wave: Wave) -> None:
    words = said(wave.slug, "--prepare-only")

    release = Release.objects.get()
    assert words.startswith(f"{release} is prepared, and not yet published: ")
    assert publishing.stage_of(release) is Stage.CHECKED


@pytest.mark.slow
def test_several_processes_make_the_figures_that_one_makes(
    wave: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(wave.slug, "--prepare-only")
    alone = Release.objects.get().digest
    monkeypatch.setattr(releasing, "MANY", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    shared: list[object] = []
    prepare = releasing.prepare

    def watched(*, pool: Executor | None, **told: Any) -> Release:
        shared.append(pool)
        return prepare(pool=pool, **told)

    monkeypatch.setattr(releasing, "prepare", watched)

    said(wave.slug, "--prepare-only")

    assert Release.objects.get().digest == alone
    assert [isinstance(each, ProcessPoolExecutor) for each in shared] == [True]


def test_a_correction_is_published_with_its_note(wave: Wave, two: tuple[User, User]) -> None:
    people = ("--by", two[0].email, "--and-by", two[1].email)
    said(wave.slug, *people)

    with pytest.raises(CommandError, match="Say in a note what this release corrects"):
        said(wave.slug, *people)
    with pytest.raises(CommandError, match="These are the very figures of"):
        said(wave.slug, *people, "--note", "Nothing, really.")

    assert Release.objects.published().count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("no-such-wave", "--by", "{a}", "--and-by", "{b}"), "There is no wave"),
        (("{slug}",), "Two people sign a release off. Name both"),
        (("{slug}", "--by", "{a}"), "Two people sign a release off. Name both"),
        (("{slug}", "--by", "{a}", "--and-by", "{a}"), "are one person. Name somebody else"),
        (("{slug}", "--by", "{a}", "--and-by", "x@example.org"), "Nobody here has the e-mail"),
        (("{slug}", "--by", "{a}", "--and-by", "planner@example.org"), "no role that lets you"),
    ],
)
def test_it_refuses_in_a_sentence_before_anything_is_made(
    wave: Wave, two: tuple[User, User], options: tuple[str, ...], sentence: str
) -> None:
    a_person(email="planner@example.org")
    filled = {"slug": wave.slug, "a": two[0].email, "b": two[1].email}

    with pytest.raises(CommandError, match=sentence):
        said(*(option.format(**filled) for option in options))

    assert not Release.objects.exists()


def test_what_the_check_finds_stops_it(
    wave: Wave, two: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "found_in", lambda *_: ["A count can be worked out."])

    with pytest.raises(CommandError, match=r"may not be published\. A count can be worked out\."):
        said(wave.slug, "--by", two[0].email, "--and-by", two[1].email)

    release = Release.objects.get()
    assert (release.published_at, publishing.signatures(release)) == (None, 0)
