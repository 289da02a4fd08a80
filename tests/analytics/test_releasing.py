"""Releasing: when it may be done, what it says, and that nothing changes it after."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from analytics import counting, disclosure, releasing
from analytics.disclosure import (
    TOO_FEW_ANSWERS,
    WITH_AN_OLDER,
    WOULD_GIVE_AWAY,
    Count,
    Share,
    Withheld,
)
from analytics.errors import Frozen, Refused
from analytics.models import Counted, Figure, Release, TallySheet
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import AuditEntry, Authority
from authorities.roles import Role
from feedback.mixing import PATIENCE
from feedback.models import Ballot, Channel
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from tests.analytics.factories import a_release
from tests.analytics.releases import let_out, signed_off
from tests.authorities.factories import a_member
from tests.feedback.factories import a_batch, a_box, a_reply
from tests.surveys.factories import SOURCE, a_version, a_wave, an_authority, an_open_wave

AFTER = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)  # a_wave() closes on the last day of 2026

Answers = dict[str, tuple[str, ...]]
YES: Answers = {"safe": ("yes",)}
NO: Answers = {"safe": ("no",)}
SKIPPED: Answers = {}


@pytest.fixture
def wave(db: None, keyring: Keyring) -> Wave:
    """Of two authorities, closed when it is AFTER, with nothing counted yet."""
    return an_open_wave(an_authority("Leeds"), an_authority("York"))


def part_of(wave: Wave, name: str) -> Participation:
    return wave.participations.select_related("wave", "version", "authority").get(
        authority__name=name
    )


def count(
    wave: Wave, name: str, answers: Iterable[Answers], channel: str = Channel.INVITED
) -> None:
    """Let a batch of these answers be counted for an authority."""
    batch = a_batch(map(a_reply, answers), participation=part_of(wave, name), channel=channel)
    counting.count_batch(batch.pk, keyring=Keyring.from_settings())


def prepared(wave: Wave, note: str = "") -> Release:
    return releasing.prepare(wave=wave, keyring=Keyring.from_settings(), now=AFTER, note=note)


def published(wave: Wave, note: str = "") -> Release:
    return let_out(prepared(wave, note), now=AFTER)


def figure(
    release: Release,
    area: str,
    indicator: str,
    channel: str = Channel.INVITED,
    *,
    span: str = Span.WAVE,
) -> disclosure.Figure:
    row = Figure.objects.get(
        release=release, area=area, indicator=indicator, slice="all", channel=channel, span=span
    )
    return disclosure.from_json(row.value)


# --- what is said --------------------------------------------------------------------------------


def test_a_release_has_the_figures_of_each_authority_and_of_england(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 30 + [NO] * 10)
    count(wave, "York", [YES] * 10 + [NO] * 14)

    release = prepared(wave)

    leeds, york = (part_of(wave, name).authority.gss_code for name in ("Leeds", "York"))
    assert figure(release, leeds, "safe") == disclosure.share(30, 40)
    assert figure(release, york, "safe") == disclosure.share(10, 24)
    england = figure(release, ENGLAND, "safe")
    # As many could answer in both, so that England's share is the mean of theirs: of 75% and 42%.
    assert isinstance(england, Share)
    assert (england.percent, england.crude, england.base) == (58, 63, 60)
    assert figure(release, leeds, "replies") == Count(40, nearest=5)


def test_a_regions_remainder_counts_for_its_region_and_for_england(
    wave: Wave, keyring: Keyring
) -> None:
    count(wave, "Leeds", [YES] * 40)
    region = part_of(wave, "York").authority.region_id
    rest = a_batch([a_reply(NO)] * 20, wave=wave, area=region)
    counting.count_batch(rest.pk, keyring=keyring)

    release = prepared(wave)

    york = part_of(wave, "York").authority.gss_code
    assert figure(release, york, "safe") == Withheld(TOO_FEW_ANSWERS)
    assert figure(release, york, "replies") == Withheld(TOO_FEW_ANSWERS)
    # Of two authorities one says nothing: less the other, so small a country would tell of it.
    for whole in (region, ENGLAND):
        assert figure(release, whole, "safe") == Withheld(WOULD_GIVE_AWAY)


def test_replies_by_an_open_link_have_figures_of_their_own(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    count(wave, "Leeds", [NO] * 20, channel=Channel.OPEN)

    release = prepared(wave)

    leeds, york = (part_of(wave, name).authority.gss_code for name in ("Leeds", "York"))
    assert figure(release, leeds, "safe") == disclosure.share(20, 20)
    assert figure(release, leeds, "safe", Channel.OPEN) == disclosure.share(0, 20)
    assert figure(release, ENGLAND, "replies", Channel.OPEN) == Count(20, nearest=10)
    # Nobody answered by York's open link, and perhaps it has none.
    assert not Figure.objects.filter(area=york, channel=Channel.OPEN).exists()


def test_a_survey_that_was_asked_elsewhere_says_nothing_of_england(
    db: None, keyring: Keyring
) -> None:
    source = SOURCE.replace('code = "small"', 'code = "older"\nasked_elsewhere = true')
    past = an_open_wave(an_authority("Leeds"), version=a_version(source))
    count(past, "Leeds", [YES] * 30 + [NO] * 10)

    release = prepared(past)

    leeds = part_of(past, "Leeds").authority.gss_code
    assert figure(release, leeds, "safe") == disclosure.share(30, 40)
    assert not Figure.objects.filter(release=release, area=ENGLAND).exists()


def test_an_authority_that_merged_since_keeps_its_figures(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    Authority.objects.filter(name="Leeds").update(in_force_until=AFTER.date() - timedelta(days=3))

    release = prepared(wave)

    leeds = part_of(wave, "Leeds").authority.gss_code
    assert figure(release, leeds, "safe") == disclosure.share(20, 20)


# --- when it may be done -------------------------------------------------------------------------


def test_an_open_wave_is_not_released(wave: Wave, keyring: Keyring) -> None:
    count(wave, "Leeds", [YES] * 20)
    last_day = AFTER.replace(year=2026, month=12, day=31)

    with pytest.raises(Refused, match="takes answers until 31 December 2026"):
        releasing.prepare(wave=wave, keyring=keyring, now=last_day)

    assert not Release.objects.exists()


def test_a_wave_that_was_not_opened_is_not_released(db: None, keyring: Keyring) -> None:
    with pytest.raises(Refused, match="has not been opened, so there is nothing to release"):
        releasing.prepare(wave=a_wave(), keyring=keyring, now=AFTER)


def test_a_wave_with_ballots_to_mix_is_not_released_and_they_stay_as_they_are(
    wave: Wave, keyring: Keyring
) -> None:
    count(wave, "Leeds", [YES] * 20)
    box = a_box(part_of(wave, "York"), keyring=keyring)
    box.cast(12)
    box.open_words(AFTER.date())

    with pytest.raises(Refused, match=r"Ballots of .* are still to be mixed"):
        prepared(wave)

    assert box.held() == 12
    assert not counting.uncounted_batches().exists()


def test_a_wave_whose_words_are_still_sealed_is_not_released(wave: Wave, keyring: Keyring) -> None:
    count(wave, "Leeds", [YES] * 20)
    a_box(part_of(wave, "York"), keyring=keyring).cast(1)

    with pytest.raises(Refused, match="still to be mixed"):
        prepared(wave)


def test_too_few_ballots_to_mix_at_all_hold_nothing_up(wave: Wave, keyring: Keyring) -> None:
    count(wave, "Leeds", [YES] * 20)
    box = a_box(part_of(wave, "York"), keyring=keyring)
    box.cast(9)
    box.open_words(AFTER.date())

    release = prepared(wave)

    leeds = part_of(wave, "Leeds").authority.gss_code
    assert figure(release, leeds, "replies") == Count(20, nearest=5)
    assert Ballot.objects.count() == 9


def test_damaged_words_hold_a_release_up_for_a_week_and_no_longer(
    wave: Wave, keyring: Keyring
) -> None:
    count(wave, "Leeds", [YES] * 20)
    a_box(part_of(wave, "York"), keyring=keyring).cast(1)
    Ballot.objects.update(words=b"damaged")

    with pytest.raises(Refused, match="still to be mixed"):
        releasing.prepare(wave=wave, keyring=keyring, now=AFTER)
    release = releasing.prepare(wave=wave, keyring=keyring, now=AFTER + PATIENCE)

    assert release.number == 1


def test_words_that_can_still_be_opened_hold_a_release_up_however_late(
    wave: Wave, keyring: Keyring
) -> None:
    """Their ballots are mixed once a worker has opened them, and would be missing."""
    count(wave, "Leeds", [YES] * 20)
    a_box(part_of(wave, "York"), keyring=keyring).cast(40)

    with pytest.raises(Refused, match="still to be mixed"):
        releasing.prepare(wave=wave, keyring=keyring, now=AFTER + 10 * PATIENCE)


def test_a_wave_with_an_uncounted_batch_is_not_released(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    a_batch([a_reply(YES)] * 10, participation=part_of(wave, "York"))

    with pytest.raises(Refused, match=r"1 batch of .* still to be counted"):
        prepared(wave)


def test_a_wave_without_a_counted_reply_is_not_released(wave: Wave) -> None:
    with pytest.raises(Refused, match=r"No reply to .* was counted"):
        prepared(wave)

    assert not Release.objects.exists()


# --- once published, for ever --------------------------------------------------------------------


def test_publishing_says_when_by_whom_and_starts_the_waves_last_ninety_days(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)

    ready = signed_off(prepared(wave), now=AFTER)
    release = releasing.publish(release=ready, by=administrator, now=AFTER)

    wave.refresh_from_db()
    entry = AuditEntry.objects.get(act="release published")
    assert (release.published_at, release.published_by) == (AFTER, administrator)
    assert wave.released_on == AFTER.date()
    assert (entry.actor, entry.subject) == (administrator, f"{wave.slug}, release 1")


def test_publishing_twice_publishes_once(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    release = published(wave)

    again = releasing.publish(release=release, by=None, now=AFTER + timedelta(days=1))

    assert again.published_at == AFTER
    assert AuditEntry.objects.filter(act="release published").count() == 1


def test_a_prepared_release_is_made_anew_until_it_is_published(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    first = prepared(wave)

    second = prepared(wave)

    assert (second.number, second.digest) == (first.number, first.digest)
    assert Release.objects.get() == second
    with pytest.raises(Refused, match="prepared anew"):
        releasing.publish(release=first, by=None, now=AFTER)


def test_a_correction_has_the_next_number_and_says_what_it_corrects(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    first = published(wave)
    count(wave, "York", [NO] * 20)  # a batch that was lost, and found

    with pytest.raises(Refused, match="Say in a note what this release corrects"):
        prepared(wave)
    second = published(wave, note="York's replies were missing.")

    wave.refresh_from_db()
    assert (second.number, second.note) == (2, "York's replies were missing.")
    assert wave.released_on == AFTER.date()
    york = part_of(wave, "York").authority.gss_code
    assert figure(first, york, "replies") == Withheld(TOO_FEW_ANSWERS)
    assert figure(second, york, "replies") == Count(20, nearest=5)


def test_a_correction_that_changes_no_figure_is_refused(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    published(wave)

    with pytest.raises(Refused, match="the very figures of"):
        prepared(wave, note="Nothing, really.")


def test_a_correction_withholds_what_one_reply_more_would_tell_behind_a_rounded_base(
    db: None, keyring: Keyring
) -> None:
    both, version = (an_authority("Leeds"), an_authority("York")), a_version()

    def asked(opens: date) -> Wave:
        closes = opens + timedelta(days=80)
        wave = an_open_wave(*both, version=version, opens_on=opens, closes_on=closes)
        count(wave, "Leeds", [YES] * 30 + [NO] * 20)
        count(wave, "York", [YES] * 12 + [NO] * 8)
        return wave

    published(asked(date(2026, 1, 1)))
    wave = asked(date(2026, 4, 1))
    first = published(wave)
    count(wave, "York", [NO] + [SKIPPED] * 19)
    count(wave, "Leeds", [YES] * 20)

    second = published(wave, note="A batch of York was missing, and one of Leeds.")

    leeds, york = (each.gss_code for each in both)
    # One of the batch answered this. From 60% of about 40 to 59%: whoever that is said no.
    before = Share(60, 40, 45, 74, nearest=10)
    assert figure(first, york, "safe", span="four") == before
    for span in ("wave", "four"):
        assert figure(second, york, "safe", span=span) == Withheld(WITH_AN_OLDER)
        assert isinstance(figure(second, leeds, "safe", span=span), Share)
    assert figure(second, york, "replies") == Count(40, nearest=5)


def test_a_correction_that_withholds_a_figure_says_no_replies_that_bound_it(
    db: None, keyring: Keyring
) -> None:
    """Of 30 to the nearest 5 at most 32 replied, so that no more than 32 answered: 29 did."""
    wave = an_open_wave(an_authority("Leeds"), york := an_authority("York"))
    count(wave, "Leeds", [YES] * 30 + [NO] * 20)
    count(wave, "York", [YES] * 12 + [NO] * 8)
    published(wave)
    count(wave, "York", [NO] * 9 + [SKIPPED])

    second = published(wave, note="A batch of York was missing.")

    for code in ("safe", "replies"):
        assert figure(second, york.gss_code, code) == Withheld(WITH_AN_OLDER)
    assert second.checks["found"] == second.checks["missing"] == []


def test_a_prepared_figure_that_was_touched_is_not_published(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    release = signed_off(prepared(wave), now=AFTER)
    Figure.objects.filter(release=release, indicator="replies", slice="all").update(
        value=disclosure.to_json(Count(2000))
    )

    with pytest.raises(Refused, match="are not those prepared"):
        releasing.publish(release=release, by=None, now=AFTER)

    assert not releasing.is_sound(release)


def test_the_digest_is_of_all_figures_in_any_order(wave: Wave) -> None:
    count(wave, "Leeds", [YES] * 20)
    release = prepared(wave)
    rows = list(Figure.objects.filter(release=release))

    assert releasing.digest_of(wave, reversed(rows)) == release.digest
    assert releasing.digest_of(wave, rows[1:]) != release.digest
    rows[0].value = {**rows[0].value, "base": 21}
    assert releasing.digest_of(wave, rows) != release.digest


def test_nothing_in_our_code_changes_what_was_published(db: None) -> None:
    release = a_release()
    row = Figure.objects.filter(release=release)[0]
    figures, releases = Figure.objects.filter(pk=row.pk), Release.objects.filter(pk=release.pk)

    for change in (
        row.save,
        row.delete,
        release.save,
        release.delete,
        figures.delete,
        releases.delete,
        lambda: figures.update(value={}),
        lambda: releases.update(note="better"),
        lambda: Figure.objects.bulk_update([row], ["value"]),
    ):
        with pytest.raises(Frozen, match="release the wave again with a note"):
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE analytics_release SET note = 'better'",
        "UPDATE analytics_figure SET indicator = 'safer'",
        """
        INSERT INTO analytics_figure (release_id, area, channel, indicator, slice, value)
        SELECT release_id, area, channel, 'safer', slice, value FROM analytics_figure
        """,
    ],
)
def test_the_database_itself_refuses_too(db: None, statement: str) -> None:
    a_release()

    with (
        pytest.raises(DatabaseError, match="What was published stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("table", ["analytics_figure", "analytics_release"])
def test_postgresql_refuses_to_delete_it_as_well(table: str) -> None:
    a_release()

    with (
        pytest.raises(DatabaseError, match="What was published stays as it is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")


def test_what_is_only_prepared_can_be_changed_and_deleted(db: None) -> None:
    release = a_release(published_at=None)

    Figure.objects.filter(release=release)[0].delete()
    release.delete()

    assert not Figure.objects.exists()


# --- the commands --------------------------------------------------------------------------------


@pytest.fixture
def closed(wave: Wave) -> Wave:
    """Closed by the clock on the wall, which commands read."""
    count(wave, "Leeds", [YES] * 20)
    # Past the promise's guard on purpose: its dates of fieldwork may change.
    Wave.objects.filter(pk=wave.pk).update(opens_on="2026-01-01", closes_on="2026-03-31")
    return wave


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_recount_wave_says_that_sheets_equal_their_batches(closed: Wave) -> None:
    assert said("recount_wave", closed.slug).endswith(
        "1 tally sheets hold 20 replies, and each equals a recount of its batches.\n"
    )


def test_recount_wave_names_a_sheet_that_does_not(closed: Wave) -> None:
    sheet = TallySheet.objects.get()
    Counted.objects.filter(sheet=sheet).delete()

    with pytest.raises(CommandError, match=f"are not what their batches hold: {sheet.area}"):
        said("recount_wave", closed.slug)
