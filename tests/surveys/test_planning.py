"""A plan: changed until it opens, never over another's change, and the same as a file."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities.models import AuditEntry
from surveys import fielding, planning, plans, rotation, taking_part, wording
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from surveys.planning import Terms
from surveys.plans import Part, Plan
from tests.surveys.drafts import a_bank_item, choosing, joined
from tests.surveys.factories import (
    READY,
    SOURCE,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
)

A_DAY = date(2026, 10, 1)


def terms(wave: Wave, **changes: Any) -> Terms:
    return replace(planning.terms_of(planning.plan_of(wave)), **changes)


def change(wave: Wave, **changes: Any) -> Wave:
    state = planning.state_of(wave)
    return planning.change_plan(wave=wave, terms=terms(wave, **changes), was=state, by=None)


def refusal(wave: Wave, **changes: Any) -> str:
    before = Wave.objects.values().get(pk=wave.pk)
    with pytest.raises(Refused) as refused:
        change(wave, **changes)
    assert Wave.objects.values().get(pk=wave.pk) == before
    return str(refused.value)


@pytest.mark.django_db
def test_a_plan_is_changed_whole_and_the_audit_says_so() -> None:
    wave = a_wave(slug="autumn")
    newer = a_version(SOURCE.replace("A small survey", "A smaller survey"))
    part = fielding.join(wave=wave, authority=an_authority(), **READY)

    change(wave, name="Late autumn", version=newer, k=20, groups=4, asked_groups=[3, 1])

    wave.refresh_from_db()
    assert (wave.name, wave.version, wave.k, wave.asked_groups) == (
        "Late autumn",
        newer,
        20,
        [1, 3],
    )
    assert Participation.objects.get(pk=part.pk).version == newer
    assert AuditEntry.objects.filter(act="plan changed", subject="autumn").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"k": 9}, "10 to 1,000 ballots are mixed together; 9 would not do."),
        ({"target_rate": 0}, "The response aimed for is 1 to 100 per cent, not 0."),
        ({"most_local_items": 11}, "An authority may ask 0 to 10 questions of its own, not 11."),
        ({"groups": 5}, "Families are divided into 1, 2, 3, 4, 6, 12 groups, not 5"),
        ({"languages": ["cy"]}, "small 1 is not in cy, only in: none beside English."),
        ({"name": "<b>"}, "The name has < and >"),
        ({"closes_on": date(2026, 1, 1)}, "The last day of fieldwork (2026-01-01) is before"),
    ],
)
def test_a_change_that_does_not_fit_is_refused_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    assert refusal(a_wave(version=a_version()), **changes).startswith(sentence)


@pytest.mark.django_db
def test_no_fewer_local_questions_are_allowed_than_have_been_chosen() -> None:
    one, two = a_bank_item(), a_bank_item()
    wave = a_wave(version=a_version())
    choosing(joined(wave, an_authority("York")), one, two)
    choosing(joined(wave, an_authority("Hull")), two)

    assert refusal(wave, most_local_items=1) == (
        "More than 1 questions of their own have been chosen by: York (2). Let them choose fewer "
        "first, or allow 2."
    )
    assert "chosen by: Hull (1), York (2). Let" in refusal(wave, most_local_items=0)
    assert change(wave, most_local_items=2).most_local_items == 2


@pytest.mark.django_db
def test_a_wave_that_is_open_is_not_planned_anew(keyring: Keyring) -> None:
    assert "is open, and families answer under its plan" in refusal(
        an_open_wave(keyring=keyring), name="Other"
    )


@pytest.mark.django_db
def test_two_who_change_a_plan_at_once_do_not_write_over_each_other() -> None:
    wave = a_wave()
    state = planning.state_of(wave)
    change(wave, name="By the first")

    with pytest.raises(Refused, match="Somebody changed the plan of By the first"):
        planning.change_plan(wave=wave, terms=terms(wave, name="By the second"), was=state, by=None)

    assert Wave.objects.get().name == "By the first"


@pytest.mark.django_db
def test_a_day_on_which_one_of_them_is_not_in_force_any_more_is_refused() -> None:
    wave, leeds = a_wave(), an_authority("Leeds")
    fielding.join(wave=wave, authority=leeds, **READY)
    leeds.in_force_until = date(2026, 10, 31)
    leeds.save()

    assert "Leeds. Take them out first" in refusal(wave, opens_on=date(2026, 11, 1))


@pytest.mark.django_db
def test_a_promise_of_its_own_is_needed_in_the_languages_it_is_offered_in_and_no_others() -> None:
    survey = a_survey()
    version = a_version(cy=a_translation(survey), ur=a_translation(survey, "ur"))
    wave = a_wave(version=version)

    said = refusal(wave, promise="Ours.", promises={"cy": "Addewid."})
    change(wave, promise="Ours.", promises={"cy": "Addewid."}, languages=["cy"])

    assert "is missing in: ur." in said
    assert Wave.objects.get().promises == {"cy": "Addewid."}


@pytest.mark.django_db
def test_a_changed_document_changes_the_plan_and_whom_families_can_turn_to() -> None:
    wave, leeds, york = a_wave(slug="autumn"), an_authority("Leeds"), an_authority("York")
    fielding.join(wave=wave, authority=leeds, **READY)
    plan = replace(
        planning.plan_of(wave),
        target_rate=55,
        parts=(
            Part(leeds.gss_code, "Leeds team", "0113 1", "Night team", "0113 2", pilot=True),
            Part(york.gss_code, "York team", "01904 1"),
        ),
    )

    taking_part.change_from(wave=wave, plan=plan, was=planning.state_of(wave))

    wave.refresh_from_db()
    parts = wave.participations.order_by("authority__name")
    assert wave.target_rate == 55
    assert list(parts.values_list("help_name", "cover_name", "pilot")) == [
        ("Leeds team", "Night team", True),
        ("York team", "", False),
    ]
    with pytest.raises(Refused, match=r'This is the plan of "winter", not of "autumn"\.'):
        taking_part.change_from(
            wave=wave, plan=replace(plan, slug="winter"), was=planning.state_of(wave)
        )


_SIGNS = "aZ0 é’وعД\"\\'#=[],.!?\t\n"
_texts = st.text(_SIGNS, min_size=1, max_size=40).map(wording.tidied).filter(bool)
_phones = st.from_regex(r"0[0-9]{3,10}", fullmatch=True)
_days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
_parts = st.builds(
    Part,
    authority=st.from_regex(r"E0[68][0-9]{7}", fullmatch=True),
    help_name=_texts,
    help_phone=_phones,
    cover_name=_texts | st.just(""),
    cover_phone=_phones | st.just(""),
    pilot=st.booleans(),
)
_plans = st.builds(
    Plan,
    slug=st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True),
    name=_texts,
    survey=st.just("your-say"),
    version=st.integers(0, 99),
    period_start=_days,
    period_end=_days,
    opens_on=_days,
    closes_on=_days,
    k=st.integers(0, 99),
    promise=_texts | st.just("") | st.builds("{0}\n\n{1}".format, _texts, _texts),
    promises=st.dictionaries(st.sampled_from(["cy", "ur", "zh-Hant"]), _texts),
    simulated=st.booleans(),
    help_name=st.just(""),
    help_phone=st.just(""),
    parts=st.lists(_parts, max_size=3, unique_by=lambda part: part.authority).map(tuple),
    languages=st.lists(st.sampled_from(["cy", "ur"]), unique=True).map(tuple),
    target_rate=st.integers(0, 100),
    most_local_items=st.none() | st.integers(0, 10),
    groups=st.sampled_from((0, *rotation.NUMBERS_OF_GROUPS)),
    asked_groups=st.lists(st.integers(1, 12), max_size=4).map(tuple),
    asked_again_why=_texts | st.just(""),
)


@pytest.mark.slow
@given(_plans)
def test_a_plan_that_is_written_is_read_as_it_was(plan: Plan) -> None:
    assert plans.read(plans.write(plan), {}) == plan


@pytest.mark.django_db
def test_who_took_part_before_keeps_the_people_of_the_newest_wave(keyring: Keyring) -> None:
    leeds, york = an_authority("Leeds"), an_authority("York")
    for number, name in enumerate(("First", "Second")):
        first = A_DAY - timedelta(days=400 - 100 * number)
        before = a_wave(opens_on=first, closes_on=first)
        fielding.join(wave=before, authority=leeds, **{**READY, "help_name": name})
    wave = a_wave(opens_on=A_DAY)

    joined, unknown = taking_part.join_many(wave=wave, authorities=[leeds, york])
    again, _ = taking_part.join_many(wave=wave, authorities=[leeds])

    assert [each.help_name for each in joined] == ["Second"]
    assert unknown == [york]
    assert again == []
