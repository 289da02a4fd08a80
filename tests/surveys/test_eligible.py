"""How many could answer: taken in whole, doubted aloud, and shown beside last time."""

from collections.abc import Mapping
from datetime import date

import pytest

from authorities.models import AuditEntry, Authority
from surveys import eligible, fielding, plausible, samples
from surveys.eligible import Doubtful, Impossible
from surveys.eligible_files import EligibleRow
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import EligiblePopulation, Mailing, Participation, Wave
from surveys.plausible import Beside
from tests.surveys.factories import READY, a_wave, an_authority, an_open_wave, some_codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def leeds() -> Authority:
    return an_authority("Leeds")


def joined(authority: Authority, slug: str = "autumn") -> Participation:
    return fielding.join(wave=a_wave(slug=slug), authority=authority, **{**READY, "eligible": {}})


def rows(authority: Authority, numbers: Mapping[str, int]) -> list[EligibleRow]:
    return [EligibleRow(authority.gss_code, name, "", "", it) for name, it in numbers.items()]


def kept() -> dict[str, int]:
    return dict(EligiblePopulation.objects.values_list("service", "number"))


def test_numbers_take_the_place_of_those_before_and_the_audit_says_so(leeds: Authority) -> None:
    part = joined(leeds)
    eligible.take(wave=part.wave, rows=rows(leeds, {"in-care": 90, "child-in-need": 700}))

    eligible.take(wave=part.wave, rows=rows(leeds, {"in-care": 95}))

    assert kept() == {"in-care": 95}
    entries = AuditEntry.objects.filter(act="eligible numbers given", authority=leeds)
    assert [each.why for each in entries] == ["", ""]


def test_a_population_smaller_than_its_sample_is_refused_and_changes_nothing(
    leeds: Authority, keyring: Keyring
) -> None:
    wave = an_open_wave(leeds, keyring=keyring)
    some_codes(wave.participations.get(), 30)
    before = kept()

    with pytest.raises(Impossible) as refused:
        eligible.take(wave=wave, rows=rows(leeds, {"in-care": 29}), why="It is so.")

    assert str(refused.value) == (
        "Leeds: 29 could answer, but 30 were invited in this wave already. More must be able to "
        "answer than are invited."
    )
    assert kept() == before


def test_codes_whose_messages_bounced_are_nobody_who_could_answer(
    leeds: Authority, keyring: Keyring
) -> None:
    wave = an_open_wave(leeds, keyring=keyring)
    part = wave.participations.get()
    some_codes(part, 30)
    Mailing.objects.create(participation=part, kind="invitation", state="done", total=30, bounced=2)

    with pytest.raises(Impossible):
        eligible.take(wave=wave, rows=rows(leeds, {"in-care": 27}), why="It is so.")
    eligible.take(wave=wave, rows=rows(leeds, {"in-care": 28}), why="It is so.")

    assert kept() == {"in-care": 28}


def test_a_population_smaller_than_last_times_sample_needs_a_reason(
    leeds: Authority, keyring: Keyring
) -> None:
    last = an_open_wave(
        leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31)
    )
    some_codes(last.participations.get(), 30)
    part = joined(leeds)
    smaller = rows(leeds, {"in-care": 25, "child-in-need": 4})

    with pytest.raises(Doubtful) as doubtful:
        eligible.take(wave=part.wave, rows=smaller)
    said = [str(each) for each in doubtful.value.doubts]
    nothing = list(part.eligible.all())
    eligible.take(wave=part.wave, rows=smaller, why=" A service moved away. ")

    assert said[0] == ("Leeds: 29 could answer, fewer than the 30 who were invited last time.")
    assert "Leeds: 25 could answer (in-care); last time it was 200." in said
    assert nothing == []
    assert part.eligible.count() == 2
    why = AuditEntry.objects.get(act="eligible numbers given").why
    assert why.startswith("A service moved away.\n29 could answer")


def test_one_doubt_in_one_authority_keeps_the_whole_file_out(leeds: Authority) -> None:
    part, york = joined(leeds), an_authority("York")
    fielding.join(wave=part.wave, authority=york, **{**READY, "eligible": {}})
    york.populations.create(service="in-care", number=200, derived=False, year=2025)

    with pytest.raises(Doubtful):
        eligible.take(
            wave=part.wave, rows=rows(leeds, {"in-care": 90}) + rows(york, {"in-care": 20})
        )

    assert kept() == {}


def test_numbers_of_a_wave_whose_figures_are_out_stay(leeds: Authority, keyring: Keyring) -> None:
    wave = an_open_wave(leeds, keyring=keyring)
    Wave.objects.update(released_on=date(2027, 1, 10))

    with pytest.raises(Refused, match="came out on 2027-01-10"):
        eligible.take(wave=wave, rows=rows(leeds, {"in-care": 95}))


def test_numbers_stand_beside_last_time_and_the_national_figures(
    leeds: Authority, keyring: Keyring
) -> None:
    an_open_wave(leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31))
    leeds.populations.create(service="leaving-care", number=60, derived=False, year=2025)
    part = joined(leeds)
    eligible.take(wave=part.wave, rows=rows(leeds, {"in-care": 190}), why="One left out.")

    lines = eligible.lines(part)

    assert [(each.service, each.now, each.last_time, each.national) for each in lines] == [
        ("child-in-need", None, 800, None),
        ("in-care", 190, 200, None),
        ("leaving-care", None, None, 60),
    ]


NOTHING: Beside = Beside({}, {}, {}, {})


@pytest.mark.parametrize(
    ("now", "before", "unlike"),
    [(1000, 801, False), (1000, 799, True), (10, 14, False), (10, 100, True), (4, 1, False)],
)
def test_what_is_unlike_is_more_than_a_fifth_and_more_than_chance(
    now: int, before: int, *, unlike: bool
) -> None:
    assert plausible.is_unlike(now, before, share=plausible.LAST_TIME) is unlike


def test_a_service_that_is_left_out_is_asked_about_and_one_that_is_new_is_not() -> None:
    beside = Beside({"in-care": 90}, {}, {}, {})

    found = plausible.warnings({"adoption": 40}, beside)

    assert [each.sentence for each in found] == [
        "90 could answer (in-care) last time, and now none are given."
    ]
    assert plausible.warnings({"adoption": 40}, NOTHING) == []
    assert plausible.errors({"adoption": 40}, NOTHING) == []


def test_a_first_file_that_leaves_services_of_the_register_out_is_asked_about(
    leeds: Authority,
) -> None:
    for service, number in {"in-care": 1_280, "child-in-need": 4_000}.items():
        leeds.populations.create(service=service, number=number, derived=False, year=2025)
    part = joined(leeds)

    with pytest.raises(Doubtful) as doubtful:
        eligible.take(wave=part.wave, rows=rows(leeds, {"in-care": 1_200}))

    gone, in_all = (each.sentence for each in doubtful.value.doubts)
    assert gone == (
        "4,000 could answer (child-in-need) in the national figures, and now none are given."
    )
    assert in_all == (
        "1,200 could answer in all 2 services that had a number in the national figures; there it "
        "was 5,280."
    )
    assert kept() == {}


def test_a_service_that_was_left_out_last_time_too_is_not_asked_about_again() -> None:
    beside = Beside({"in-care": 90}, {"in-care": 95, "child-in-need": 800}, {}, {})

    assert plausible.warnings({"in-care": 92}, beside) == []


def test_many_small_differences_that_make_a_large_one_are_asked_about() -> None:
    tens = {f"service-{number}": 10 for number in range(8)}
    fifties = dict.fromkeys(tens, 16)

    found = plausible.warnings(fifties, Beside(tens, {}, {}, {}))

    assert [each.sentence for each in found] == [
        "128 could answer in all 8 services that had a number last time; then it was 80."
    ]


def test_an_age_band_or_sex_unlike_last_time_is_asked_about_where_both_times_tell_of_all(
    leeds: Authority, keyring: Keyring
) -> None:
    last = an_open_wave(
        leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31)
    )

    def of(*cells: tuple[str, str, str, int]) -> list[EligibleRow]:
        return [EligibleRow(leeds.gss_code, *each) for each in cells]

    before = of(
        ("in-care", "8-11", "female", 60),
        ("in-care", "12-17", "male", 140),
        ("child-in-need", "8-11", "", 400),
        ("child-in-need", "", "", 400),
    )
    eligible.take(wave=last, rows=before, why="As counted.")
    part = joined(leeds)
    now = of(
        ("in-care", "8-11", "female", 10),
        ("in-care", "12-17", "male", 40),
        ("in-care", "12-17", "female", 150),
        ("child-in-need", "8-11", "", 800),
    )

    with pytest.raises(Doubtful) as doubtful:
        eligible.take(wave=part.wave, rows=now)

    assert [each.sentence for each in doubtful.value.doubts] == [
        "10 could answer (in-care, 8-11); last time it was 60.",
        "190 could answer (in-care, 12-17); last time it was 140.",
        "160 could answer (in-care, female); last time it was 60.",
        "40 could answer (in-care, male); last time it was 140.",
    ]


def test_a_sample_counts_on_the_response_of_last_time_here_else_in_england_else_the_target(
    leeds: Authority, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    york, hull = an_authority("York"), an_authority("Hull")
    last = an_open_wave(
        leeds, york, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31)
    )
    parts = {each.authority: each for each in last.participations.select_related("authority")}
    for part in parts.values():
        some_codes(part, 100)
    wave = a_wave()
    for place in (leeds, york, hull):
        fielding.join(wave=wave, authority=place, **READY)

    # Of York fewer than ten answered, and it is not said how many.
    answered = {parts[leeds].pk: 40, parts[york].pk: 9}
    monkeypatch.setattr(samples, "_answered", [lambda ids: answered if ids else {}])
    found = {str(row.participation.authority): row for row in samples.rows(wave)}
    monkeypatch.setattr(samples, "_answered", [])
    without = samples.rows(wave)

    assert {name: (row.rate, str(row.rate_from)) for name, row in found.items()} == {
        "Hull": (0.4, "last time in England"),
        "Leeds": (0.4, "last time here"),
        "York": (0.4, "last time in England"),
    }
    assert {(row.rate, str(row.rate_from)) for row in without} == {(0.3, "the target")}
    assert found["Leeds"].asked_in_year == 100


def test_a_sample_does_not_tell_that_everybody_has_answered(
    leeds: Authority, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = an_open_wave(
        leeds, keyring=keyring, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31)
    )
    part = last.participations.get()
    some_codes(part, 24)
    wave = a_wave()
    fielding.join(wave=wave, authority=leeds, **READY)

    rates = set()
    for answered in (19, 24):
        by_place = {part.pk: answered}
        monkeypatch.setattr(samples, "_answered", [lambda _, found=by_place: found])
        rates |= {row.rate for row in samples.rows(wave)}

    assert rates == {18 / 24}
