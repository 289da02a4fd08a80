"""Waves: planned, joined, opened under a promise that holds, closed, released, held."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from authorities.models import AuditEntry, Authority, ServicePopulation
from surveys import closing, fielding, planning, readability
from surveys.errors import PromiseIsKept, Refused
from surveys.keyring import Keyring
from surveys.models import EligiblePopulation, Participation, Version, Wave
from tests.surveys.drafts import a_bank_item, choosing, joined
from tests.surveys.factories import (
    IN_AUTUMN,
    READY,
    SOURCE,
    a_listener,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
)

pytestmark = pytest.mark.django_db

A_DAY = date(2026, 10, 1)
HELP: dict[str, Any] = {"help_name": "The rights officer", "help_phone": "0800 000 0000"}
LOCAL_ITEM = """
[[item]]
code = "local-club"
kind = "choice"
ask = "Do you go to the club?"
answers = [ { code = "yes", label = "Yes" }, { code = "no", label = "No" } ]
"""


OURS = "We keep what you say safe."
IN_WELSH = "Rydym yn cadw’r hyn rwyt ti’n ei ddweud yn ddiogel."


def a_version_in(*languages: str, source: str = SOURCE) -> Version:
    survey = a_survey(source)
    return a_version(source, **{each: a_translation(survey, each) for each in languages})


def plan(**changes: Any) -> Wave:
    usual = {
        "slug": "autumn",
        "name": "Autumn",
        "version": a_version(),
        "period_start": A_DAY,
        "period_end": A_DAY,
        "opens_on": A_DAY,
        "closes_on": A_DAY,
    }
    return planning.plan_wave(**{**usual, **changes})


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", "subject", "why"))


def test_a_planned_wave_has_the_usual_promise_and_mixes_ten() -> None:
    wave = plan()

    assert (wave.promise, wave.k, wave.simulated) == (planning.DEFAULT_PROMISE, 10, False)
    assert wave.promises == {}
    assert (wave.public_key, wave.released_on, wave.hold) == (None, None, "")
    assert wave.key_name == "wave-autumn"
    assert audit() == [("wave planned", "autumn", "")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"slug": "Autumn 2026"},
            '"Autumn 2026" cannot be in an address: use a-z, 0-9 and hyphens, at most 40.',
        ),
        (
            {"slug": "../keys"},
            '"../keys" cannot be in an address: use a-z, 0-9 and hyphens, at most 40.',
        ),
        (
            {"name": " "},
            "A wave needs a name of at most 80 characters, and what families are promised.",
        ),
        (
            {"promise": "\n"},
            "A wave needs a name of at most 80 characters, and what families are promised.",
        ),
        (
            {"period_end": date(2026, 9, 30)},
            "The period ends (2026-09-30) before it begins (2026-10-01).",
        ),
        (
            {"closes_on": date(2026, 9, 30)},
            "The last day of fieldwork (2026-09-30) is before the first (2026-10-01).",
        ),
        (
            {"promise": "Be sure of <us>."},
            "The promise has < and >: texts are plain, and nothing is filled in.",
        ),
        (
            {"promise": OURS, "promises": {"cy": " "}},
            "The promise in cy is empty.",
        ),
        (
            {"promise": OURS, "promises": {"ur": "\u202eوعدہ {k}"}},
            (
                "The promise in ur has U+202E, which turns the direction of writing; "
                "has { and }: texts are plain, and nothing is filled in."
            ),
        ),
        (
            {"promise": OURS, "promises": {"en": OURS}},
            "The promise itself is in English: leave English out of its languages.",
        ),
        (
            {"promises": {"cy": IN_WELSH}},
            "The usual promise is translated already: leave its languages out.",
        ),
        ({"k": 9}, "10 to 1,000 ballots are mixed together; 9 would not do."),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        plan(**changes)

    assert str(refused.value) == sentence
    assert not Wave.objects.exists()


def test_a_slug_is_taken_once() -> None:
    plan()

    with pytest.raises(Refused, match='There is a wave "autumn" already'):
        plan()


def test_a_planned_wave_may_still_be_changed() -> None:
    wave = plan()
    wave.promise = "Another promise."
    wave.save()

    Wave.objects.update(k=20)

    wave.refresh_from_db()
    assert (wave.promise, wave.k) == ("Another promise.", 20)


def test_a_promise_of_its_own_is_kept_in_every_language_of_the_version() -> None:
    wave = plan(version=a_version_in("cy"), promise=f" {OURS}\n", promises={"cy": f"{IN_WELSH}\n"})

    wave.refresh_from_db()
    assert (wave.promise, wave.promises) == (OURS, {"cy": IN_WELSH})


def test_a_promise_of_its_own_that_families_could_not_read_is_not_planned() -> None:
    version = a_version_in("cy", "pl", "ur")

    with pytest.raises(Refused) as refused:
        plan(version=version, promise=OURS, promises={"cy": IN_WELSH})

    assert str(refused.value) == (
        "The promise of Autumn is not the usual one, and is missing in: pl, ur. Plan the wave with "
        "its promise in these languages too ([promise_in] in the plan), or with a version that is "
        "not in them."
    )
    assert not Wave.objects.exists()


def test_the_usual_promise_needs_no_other_languages(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, version=a_version_in("cy", "ur"))

    assert (wave.promise, wave.promises) == (planning.DEFAULT_PROMISE, {})


def test_an_authority_joins_with_the_waves_version_and_the_registers_numbers() -> None:
    authority = an_authority()
    for year, service, number in [
        (2024, "in-care", 90),
        (2025, "in-care", 100),
        (2025, "leaving-care", None),
    ]:
        ServicePopulation.objects.create(
            authority=authority, service=service, number=number, derived=False, year=year
        )
    wave = a_wave()

    participation = fielding.join(wave=wave, authority=authority, **HELP)

    assert (participation.version, participation.help_name) == (wave.version, "The rights officer")
    assert not participation.numbers_confirmed
    assert list(EligiblePopulation.objects.values_list("service", "number")) == [("in-care", 100)]


def test_numbers_given_by_hand_take_the_place_of_the_registers() -> None:
    authority = an_authority()
    ServicePopulation.objects.create(
        authority=authority, service="in-care", number=90, derived=False, year=2025
    )

    part = fielding.join(wave=a_wave(), authority=authority, eligible={"youth-justice": 7}, **HELP)

    assert part.numbers_confirmed
    assert list(EligiblePopulation.objects.values_list("service", "number")) == [
        ("youth-justice", 7)
    ]


def test_an_authority_joins_a_wave_once() -> None:
    wave, authority = a_wave(), an_authority("Leeds")
    fielding.join(wave=wave, authority=authority, **HELP)

    with pytest.raises(Refused, match=r"^Leeds takes part in"):
        fielding.join(wave=wave, authority=authority, **HELP)

    assert Participation.objects.count() == 1


@pytest.mark.parametrize(
    ("begins", "ends"), [(date(2026, 10, 2), None), (date(2009, 1, 1), date(2026, 9, 30))]
)
def test_an_authority_that_is_not_in_force_when_the_wave_opens_cannot_join(
    begins: date, ends: date | None
) -> None:
    authority = an_authority("Old Borough")
    authority.in_force_from, authority.in_force_until = begins, ends
    authority.save()

    with pytest.raises(Refused, match="Old Borough is not in force on 2026-10-01"):
        fielding.join(wave=a_wave(opens_on=A_DAY), authority=authority, **HELP)


@pytest.mark.parametrize(
    ("help_name", "help_phone", "sentence"),
    [
        (
            " ",
            "0800 000 0000",
            "Say whom families in Leeds can turn to, in at most 120 characters.",
        ),
        (
            "The rights officer",
            "ask at the desk",
            '"ask at the desk" is not a number families in Leeds can call: use digits and spaces.',
        ),
    ],
)
def test_families_must_have_someone_to_turn_to(
    help_name: str, help_phone: str, sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        fielding.join(
            wave=a_wave(),
            authority=an_authority("Leeds"),
            help_name=help_name,
            help_phone=help_phone,
        )

    assert str(refused.value) == sentence


def test_an_authority_may_ask_items_of_its_own_after_the_core() -> None:
    own = a_version(SOURCE + LOCAL_ITEM)

    participation = fielding.join(
        wave=a_wave(version=a_version()), authority=an_authority(), version=own, **HELP
    )

    assert participation.version == own


def test_a_version_that_could_not_be_counted_with_the_core_is_refused() -> None:
    core = a_version()
    own = a_version(SOURCE.replace("Do you feel safe?", "Are you safe?"))

    with pytest.raises(Refused) as refused:
        fielding.join(wave=a_wave(version=core), authority=an_authority(), version=own, **HELP)

    assert str(refused.value) == (
        'small 2 could not be counted with small 1: item "safe" differs from the core\'s.'
    )


@pytest.mark.parametrize("opened", [False, True])
def test_a_version_in_a_language_that_the_promise_is_not_in_cannot_join(
    keyring: Keyring, *, opened: bool
) -> None:
    wave = a_wave(
        slug="autumn", version=a_version_in("cy"), promise=OURS, promises={"cy": IN_WELSH}
    )
    fielding.join(wave=wave, authority=an_authority(), **READY)
    a_listener()
    if opened:
        wave = fielding.open_wave(wave=wave, keyring=keyring)
    one_more = a_version_in("cy", "ur", source=SOURCE + LOCAL_ITEM)

    with pytest.raises(Refused, match=r"not the usual one, and is missing in: ur\."):
        fielding.join(wave=wave, authority=an_authority(), version=one_more, **HELP)

    assert Participation.objects.count() == 1


def test_a_wave_whose_promise_families_could_not_read_is_not_opened(keyring: Keyring) -> None:
    wave = a_wave(version=a_version_in("cy"))
    own = a_version_in("pl", "ur", source=SOURCE + LOCAL_ITEM)
    fielding.join(wave=wave, authority=an_authority(), **READY)
    fielding.join(wave=wave, authority=an_authority(), version=own, **READY)
    a_listener()
    wave.promise, wave.promises = OURS, {"pl": "Obiecujemy."}
    wave.save()

    with pytest.raises(Refused, match=r"not the usual one, and is missing in: cy, ur\."):
        fielding.open_wave(wave=wave, keyring=keyring)

    assert Wave.objects.get().public_key is None
    assert not keyring.directory.exists()


def test_opening_a_wave_makes_its_key_once(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, slug="autumn")

    again = fielding.open_wave(wave=wave, keyring=keyring)

    assert wave.public_key is not None
    assert bytes(again.public_key or b"") == bytes(wave.public_key)
    assert bytes(keyring.private_key("wave-autumn").public_key) == bytes(wave.public_key)
    assert audit() == [
        ("wave planned", "autumn", ""),
        ("authority joined", "autumn", ""),
        ("wave opened", "autumn", ""),
        ("opened to families", "autumn", ""),
    ]


def test_a_wave_of_nobody_cannot_be_opened(keyring: Keyring) -> None:
    wave = a_wave()

    with pytest.raises(Refused, match="No authority takes part"):
        fielding.open_wave(wave=wave, keyring=keyring)

    assert Wave.objects.get().public_key is None
    assert not keyring.directory.exists()


def test_a_wave_is_open_from_its_first_day_to_its_last_once_it_has_a_key(keyring: Keyring) -> None:
    opened = an_open_wave(keyring=keyring, opens_on=A_DAY, closes_on=date(2026, 10, 31))
    a_wave(opens_on=A_DAY, closes_on=date(2026, 10, 31))
    days = [date(2026, 9, 30), A_DAY, date(2026, 10, 31), date(2026, 11, 1)]

    found = [list(Wave.objects.open_on(day)) for day in days]

    assert found == [[], [opened], [opened], []]
    assert [len(Participation.objects.open_on(day)) for day in days] == [0, 1, 1, 0]
    assert [len(Wave.objects.closed_on(day)) for day in days] == [0, 0, 0, 2]


CHANGES: list[tuple[str, Any]] = [
    ("slug", "other"),
    ("period_start", date(2026, 1, 1)),
    ("period_end", date(2027, 1, 1)),
    ("k", 11),
    ("promise", "Less."),
    ("promises", {"cy": "Llai."}),
    ("public_key", b"\x01" * 32),
    ("simulated", True),
]


@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_what_a_wave_opened_with_cannot_change(keyring: Keyring, field: str, value: Any) -> None:
    wave = an_open_wave(keyring=keyring)
    before = Wave.objects.values().get()
    setattr(wave, field, value)

    attempts: list[Callable[[], object]] = [
        wave.save,
        lambda: wave.save(update_fields=[field]),
        lambda: Wave.objects.update(**{field: value}),
        lambda: Wave.objects.bulk_update([wave], [field]),
        lambda: Wave.objects.update_or_create(pk=wave.pk, defaults={field: value}),
    ]
    for attempt in attempts:
        with pytest.raises(PromiseIsKept, match=field.replace("_", " ")), transaction.atomic():
            attempt()

    assert Wave.objects.values().get() == before


@pytest.mark.parametrize(
    "change",
    [
        "slug = 'x'",
        "k = 11",
        "promise = 'Less.'",
        'promises = \'{"cy": "Llai."}\'',
        "public_key = NULL",
        "sending_key = NULL",
        "groups = 3",
        "asked_groups = '[1]'",
        "languages = '[\"cy\"]'",
    ],
)
def test_the_database_itself_refuses_to_change_a_promise(keyring: Keyring, change: str) -> None:
    an_open_wave(keyring=keyring)
    before = Wave.objects.values().get()

    with (
        pytest.raises(DatabaseError, match="families answer under its promise"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE surveys_wave SET {change}")

    assert Wave.objects.values().get() == before


def test_an_open_wave_with_a_promise_in_other_languages_can_still_be_held(
    keyring: Keyring,
) -> None:
    """The same promise, written to the database again, is no change."""
    wave = an_open_wave(
        keyring=keyring, version=a_version_in("cy"), promise=OURS, promises={"cy": IN_WELSH}
    )
    wave.hold = "An inquiry asked for it."

    wave.save()

    held = Wave.objects.get()
    assert (held.hold, held.promises) == ("An inquiry asked for it.", {"cy": IN_WELSH})


def test_what_is_asked_in_an_open_wave_and_of_whom_cannot_change(keyring: Keyring) -> None:
    participation = a_participation(keyring=keyring)
    other = a_version(SOURCE + LOCAL_ITEM)
    participation.version = other

    with pytest.raises(PromiseIsKept, match="version"):
        participation.save()
    with pytest.raises(PromiseIsKept, match="version"):
        Participation.objects.update(version=other)
    with pytest.raises(PromiseIsKept, match="version"):
        Participation.objects.update(version_id=other.pk)

    assert Participation.objects.get().version != other


def test_a_help_number_may_be_mended_while_the_wave_is_open(keyring: Keyring) -> None:
    participation = a_participation(keyring=keyring)
    participation.help_phone = "0113 000 0000"

    participation.save()

    assert Participation.objects.get().help_phone == "0113 000 0000"


def test_closing_early_makes_yesterday_the_last_day_and_may_be_done_twice(
    keyring: Keyring,
) -> None:
    wave = an_open_wave(keyring=keyring, slug="autumn")

    closed = closing.close_now(wave=wave, today=IN_AUTUMN)
    again = closing.close_now(wave=wave, today=date(2026, 11, 30))

    assert (closed, again) == (True, False)
    assert Wave.objects.get().closes_on == date(2026, 11, 22)
    assert [act for act, _, _ in audit()].count("wave closed early") == 1


def test_a_wave_that_opened_this_morning_by_mistake_can_be_closed(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, opens_on=IN_AUTUMN)

    closing.close_now(wave=wave, today=IN_AUTUMN)

    assert not Wave.objects.open_on(IN_AUTUMN).exists()


def test_a_wave_that_was_not_opened_cannot_be_closed() -> None:
    with pytest.raises(Refused, match="has not been opened"):
        closing.close_now(wave=a_wave(), today=IN_AUTUMN)


def test_only_the_first_release_is_noted(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring)

    fielding.mark_released(wave=wave, today=date(2027, 1, 10))
    fielding.mark_released(wave=wave, today=date(2027, 2, 10))

    assert Wave.objects.get().released_on == date(2027, 1, 10)


def test_a_wave_is_held_for_a_reason_and_let_go_and_both_are_in_the_audit(
    keyring: Keyring,
) -> None:
    wave = an_open_wave(keyring=keyring, slug="autumn")

    fielding.hold(wave=wave, why=" An inquiry asked for it. ")
    held = Wave.objects.get().hold
    fielding.unhold(wave=wave)
    fielding.unhold(wave=wave)

    assert (held, Wave.objects.get().hold) == ("An inquiry asked for it.", "")
    assert audit()[-2:] == [
        ("wave held", "autumn", "An inquiry asked for it."),
        ("wave no longer held", "autumn", ""),
    ]


def test_a_hold_needs_a_reason_and_something_to_hold(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring)

    with pytest.raises(Refused, match="Say why"):
        fielding.hold(wave=wave, why=" ")
    Wave.objects.update(key_destroyed_on=IN_AUTUMN)
    with pytest.raises(Refused, match="destroyed already"):
        fielding.hold(wave=wave, why="An inquiry asked for it.")


def test_the_promise_can_be_read_by_a_child_of_eleven() -> None:
    assert readability.reading_ease(planning.DEFAULT_PROMISE) >= 80
    assert readability.longest_sentence(planning.DEFAULT_PROMISE) <= 25


def test_a_wave_or_a_part_that_is_not_there_is_refused_in_a_sentence(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, slug="autumn")

    with pytest.raises(Refused) as no_wave:
        fielding.wave_called("winter")
    with pytest.raises(Refused) as no_part:
        fielding.participation_of(wave, "E06000001")

    assert str(no_wave.value) == 'There is no wave "winter". Known are: autumn.'
    assert str(no_part.value) == f'No authority "E06000001" takes part in {wave}.'


def test_a_wave_that_is_over_is_not_opened(keyring: Keyring) -> None:
    wave = joined().wave

    with pytest.raises(Refused) as refused:
        fielding.open_wave(wave=wave, keyring=keyring, today=date(2027, 1, 1))

    assert str(refused.value) == f"{wave} is over: its last day was 2026-12-31."
    assert Wave.objects.get(pk=wave.pk).public_key is None
    assert not Participation.objects.exclude(opened_on=None).exists()


def test_a_wave_is_not_opened_with_what_could_not_be_planned_any_more(keyring: Keyring) -> None:
    part = joined(a_wave(most_local_items=1))
    choosing(part, a_bank_item())

    Wave.objects.filter(pk=part.wave_id).update(most_local_items=0)
    with pytest.raises(Refused, match="More than 0 questions of their own have been chosen by"):
        fielding.open_wave(wave=part.wave, keyring=keyring)
    Wave.objects.filter(pk=part.wave_id).update(most_local_items=1)
    Authority.objects.filter(pk=part.authority_id).update(in_force_until=date(2026, 9, 30))
    with pytest.raises(Refused, match="Not in force on 2026-10-01"):
        fielding.open_wave(wave=part.wave, keyring=keyring)

    assert Wave.objects.get(pk=part.wave_id).public_key is None


def test_whoever_joins_a_wave_that_was_planned_anew_asks_its_new_version() -> None:
    wave = a_wave()
    better = a_version(SOURCE.replace("Do you feel safe with us?", "Do you feel safe here?"))
    Wave.objects.filter(pk=wave.pk).update(version=better)

    assert joined(wave).version == better
