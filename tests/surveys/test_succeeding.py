"""Better words in an open wave: another version takes the place, and is counted with it."""

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from analytics import counting
from analytics.models import TallySheet
from authorities.models import AuditEntry, User
from authorities.roles import Role
from feedback import mixing
from feedback.models import Channel
from feedback.pages.editions import edition, reading
from surveys import succeeding
from surveys.errors import MoreThanWording, PromiseIsKept, Refused
from surveys.models import Participation, Recording, Succession, Version, Wave
from tests.authorities.factories import a_member
from tests.feedback.factories import Box, a_box, a_keyring
from tests.surveys.drafts import BETTER, a_bank_item, choosing, joined, opened
from tests.surveys.factories import (
    IN_AUTUMN,
    SOURCE,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
    some_codes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

NEXT_DAY = IN_AUTUMN + timedelta(days=1)


@pytest.fixture
def two() -> tuple[User, User]:
    return a_member(Role.SURVEY_AUTHOR), a_member(Role.SURVEY_AUTHOR)


def succeed(wave: Wave, after: Version, two: tuple[User, User], today: date = IN_AUTUMN) -> Wave:
    return succeeding.succeed(
        wave=wave,
        after=after,
        asked_by=two[0],
        agreed_by=two[1],
        why="Twelve-year-olds misread it.",
        today=today,
    )


def test_families_are_asked_in_the_new_words_and_the_record_says_who_stands_for_them(
    two: tuple[User, User],
) -> None:
    wave = an_open_wave(an_authority(), an_authority())
    before, after = wave.version, a_version(BETTER)

    succeed(wave, after, two)

    wave.refresh_from_db()
    assert {wave.version, *(part.version for part in wave.participations.all())} == {after}
    record = Succession.objects.get()
    assert (record.before, record.after, record.since) == (before, after, IN_AUTUMN)
    assert (record.asked_by, record.agreed_by) == two
    entry = AuditEntry.objects.get(act="version succeeded")
    assert (entry.actor, entry.subject) == (two[1], f"{after} after {before} in {wave.slug}")


def test_twice_is_once(two: tuple[User, User]) -> None:
    wave, after = an_open_wave(), a_version(BETTER)

    succeed(wave, after, two)
    succeed(wave, after, two)

    assert Succession.objects.count() == 1


def test_and_back_again_to_the_words_before(two: tuple[User, User]) -> None:
    wave = an_open_wave()
    before = wave.version

    succeed(wave, a_version(BETTER), two)
    succeed(wave, before, two, NEXT_DAY)

    wave.refresh_from_db()
    assert wave.version == before


@pytest.mark.slow
def test_what_was_sent_before_and_after_is_mixed_and_counted_as_one(
    two: tuple[User, User], tmp_path: Path
) -> None:
    ring = a_keyring(tmp_path)
    box = a_box(a_participation(keyring=ring), keyring=ring)
    box.cast(15, answers={"safe": ("yes",)}, comment="Before.")
    old = box.participation.version

    succeed(box.wave, a_version(BETTER), two)
    box = Box(Participation.objects.select_related("wave", "authority", "version").get(), ring)
    box.cast(15, answers={"safe": ("yes",)}, comment="After.")
    first = box.mix(IN_AUTUMN)
    box.cast(3, answers={"safe": ("no",)})
    last = box.mix(box.after_closing + mixing.PATIENCE + timedelta(days=1))

    assert box.participation.version != old
    assert first is not None
    assert last is not None
    assert first.size + last.size == 33
    counting.count_waiting(keyring=ring)
    sheet = TallySheet.objects.get(channel=Channel.INVITED)
    counted = counting.open_sheet(sheet, keyring=ring)
    assert (counted.answers("safe")["yes"], counted.answers("safe")["no"]) == (30, 3)
    assert counting.recount(sheet, keyring=ring) == counted


def test_the_page_of_the_new_words_is_another_page(two: tuple[User, User]) -> None:
    part = a_participation()
    old = edition(part, age_version="12-17", language="en", by_open_link=False)

    succeed(part.wave, a_version(BETTER), two)
    part = Participation.objects.select_related("wave", "authority", "version").get(pk=part.pk)
    new = edition(part, age_version="12-17", language="en", by_open_link=False)

    assert old.digest != new.digest
    asked = {
        each.code: each.ask for each in reading(part.version).questionnaire("12-17", "en").questions
    }
    assert asked["safe"] == "Do you feel safe when you are with us?"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("score = 50", "score = 51", 'item "safe" differs in its answers'),
        ('"8-11" = "Do you feel safe?"\n', "", "the ages it is asked of"),
        ("slices = true", "slices = false", "whether it slices figures"),
        ('is = "read-to-me"', 'is = "alone"', "when it is shown"),
        ('code = "comment"', 'code = "remark"', 'item "comment" is gone'),
        ('look = { "8-11" = "faces", "12-17" = "words" }', 'look = "words"', "how it is shown"),
    ],
)
def test_more_than_words_cannot_change_while_families_answer(
    old: str, new: str, said: str, two: tuple[User, User]
) -> None:
    wave = an_open_wave()
    source = SOURCE.replace(old, new, 1)
    after = Version.objects.create(
        survey="small",
        number=99,
        digest=sha256(source.encode()).hexdigest(),
        source=source,
        published_on=IN_AUTUMN,
    )

    with pytest.raises(MoreThanWording, match="more than its words") as refused:
        succeed(wave, after, two)

    assert said in str(refused.value)
    assert not Succession.objects.exists()


def test_nothing_else_than_a_recorded_succession_changes_what_an_open_wave_asks(
    two: tuple[User, User],
) -> None:
    part = a_participation()
    wave, after = part.wave, a_version(BETTER)

    wave.version = part.version = after
    for row in (wave, part):
        with pytest.raises(PromiseIsKept):
            row.save()
    with pytest.raises(PromiseIsKept):
        Wave.objects.update(version=after)
    with pytest.raises(PromiseIsKept):
        Participation.objects.update(version=after)
    other = an_open_wave()
    succeed(other, after, two)
    with pytest.raises(PromiseIsKept):
        wave.save()


def test_a_recorded_succession_lets_nothing_else_change_with_it(two: tuple[User, User]) -> None:
    wave, after = an_open_wave(), a_version(BETTER)
    Succession(
        wave=wave,
        before=wave.version,
        after=after,
        since=IN_AUTUMN,
        asked_by=two[0],
        agreed_by=two[1],
        why="Better.",
    ).save()

    wave.version, wave.k = after, 20

    with pytest.raises(PromiseIsKept):
        wave.save()


def test_no_succession_can_be_recorded_that_is_more_than_wording(two: tuple[User, User]) -> None:
    wave = an_open_wave()
    after = a_version(SOURCE.replace("slices = true", "slices = false", 1))

    with pytest.raises(MoreThanWording):
        Succession(
            wave=wave,
            before=wave.version,
            after=after,
            since=IN_AUTUMN,
            asked_by=two[0],
            agreed_by=two[1],
            why="Better.",
        ).save()


def test_a_language_that_families_are_asked_in_is_not_lost(two: tuple[User, User]) -> None:
    part = a_participation(version=a_version(SOURCE, cy=a_translation(a_survey())))
    some_codes(part, language="cy")

    with pytest.raises(Refused, match="asked in Welsh, and the new version is not in it"):
        succeed(part.wave, a_version(BETTER), two)

    succeed(part.wave, a_version(BETTER, cy=a_translation(a_survey(BETTER))), two)


def test_a_wave_in_all_languages_of_its_version_loses_none_of_them(two: tuple[User, User]) -> None:
    """Whatever its letters begin in: a family may change the language, and many have two."""
    survey = a_survey()
    part = a_participation(
        version=a_version(SOURCE, cy=a_translation(survey), ur=a_translation(survey, "ur"))
    )
    some_codes(part, language="en")
    after = a_version(BETTER, ur=a_translation(a_survey(BETTER), "ur"))

    with pytest.raises(Refused, match="asked in Welsh, and the new version is not in it"):
        succeed(part.wave, after, two)

    assert not Succession.objects.exists()


def test_a_wave_offered_in_some_languages_needs_no_others(two: tuple[User, User]) -> None:
    survey = a_survey()
    version = a_version(SOURCE, cy=a_translation(survey), ur=a_translation(survey, "ur"))
    part = a_participation(version=version, languages=["cy"])
    after = a_version(BETTER, cy=a_translation(a_survey(BETTER)))

    assert succeed(part.wave, after, two).version == after


def test_a_wave_that_is_not_open_or_is_over_is_refused(two: tuple[User, User]) -> None:
    planned, closed = a_wave(), an_open_wave()

    with pytest.raises(Refused, match="is not open yet"):
        succeed(planned, a_version(BETTER), two)
    with pytest.raises(Refused, match="is over"):
        succeed(closed, a_version(BETTER), two, closed.closes_on + timedelta(days=1))


def test_an_authoritys_own_version_follows_with_its_questions_where_they_stood(
    two: tuple[User, User],
) -> None:
    part = opened(choosing(joined(), a_bank_item("local-b"), a_bank_item("local-a")))
    wave, own = part.wave, part.version

    succeed(wave, a_version(BETTER), two)

    wave.refresh_from_db()
    following = wave.participations.get().version
    assert following.core == wave.version
    assert [each.code for each in own.definition.items][:4] == [
        "safe",
        "listened",
        "local-b",
        "local-a",
    ]
    assert [each.code for each in following.definition.items] == [
        each.code for each in own.definition.items
    ]
    assert following.definition.item("safe") == wave.version.definition.item("safe")
    assert Succession.objects.count() == 2


def test_a_recording_stays_where_the_words_do(two: tuple[User, User]) -> None:
    wave = an_open_wave()
    for number, (item, language) in enumerate(
        [("safe", "en"), ("listened", "en"), ("listened", "bfi"), ("", "en")]
    ):
        Recording.objects.create(
            version=wave.version,
            age_version="12-17",
            language=language,
            item=item,
            kind="audio",
            digest=f"{number}" * 64,
            content_type="audio/mpeg",
            size=1,
        )
    after = a_version(BETTER)

    succeed(wave, after, two)

    kept = Recording.objects.filter(version=after).values_list("item", "language")
    assert set(kept) == {("listened", "en"), ("listened", "bfi"), ("", "en")}
    assert Recording.objects.filter(version=wave.version).count() == 4
