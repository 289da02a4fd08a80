"""How many could answer, by service, age and sex: taken from a file, and shown beside others.

Who joins begins with the register's numbers. They will do to open, so that no authority is kept out
by a file; but that nobody has said that they are right is kept, and shown until somebody does.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from authorities import audit
from authorities.models import Authority, ServicePopulation, User
from surveys import jobs, lists, plausible
from surveys.eligible_files import EligibleRow, Known
from surveys.errors import Refused
from surveys.models import EligiblePopulation, InvitationCount, Mailing, Participation, Wave
from surveys.plausible import Beside

Numbers = dict[int, dict[str, int]]  # by an authority's id, and by service


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is to be asked about in the numbers of one authority."""

    authority: Authority
    sentence: str

    def __str__(self) -> str:
        return f"{self.authority}: {self.sentence}"


class Doubtful(Refused):
    """Numbers may be right, if somebody says why. Nothing has changed."""

    def __init__(self, doubts: Collection[Doubt]) -> None:
        super().__init__("Some numbers are unlike those before. Say why they are right.")
        self.doubts = tuple(doubts)


class Impossible(Refused):
    """Numbers cannot be right. Nothing has changed."""

    def __init__(self, doubts: Collection[Doubt]) -> None:
        super().__init__("\n".join(map(str, doubts)))
        self.doubts = tuple(doubts)


@dataclass(frozen=True, slots=True)
class Line:
    """One service of one authority as a page shows it; ``None`` where nobody said."""

    service: str
    name: str
    now: int | None
    last_time: int | None
    national: int | None


def known_to(wave: Wave, *, own: Authority | None = None) -> Known:
    """What may stand in a file of this wave, or in that of one authority."""
    places = wave.participations.values_list("authority__gss_code", flat=True)
    return Known(
        authorities=frozenset(places),
        services=tuple(lists.services()),
        age_bands=tuple(each.code for each in wave.version.definition.age_versions),
        own=own.gss_code if own else "",
    )


@transaction.atomic
def take(
    *, wave: Wave, rows: Iterable[EligibleRow], why: str = "", by: User | None = None
) -> list[Participation]:
    """Put these numbers in the place of those that the authorities named in them had.

    All or nothing. May be called again.

    Args:
        why: the reason for which doubts are accepted; it is kept in the audit.

    Returns:
        The participations that have new numbers.

    Raises:
        Refused: the wave's figures are out, so that what they were worked out from stays.
        Impossible: some numbers cannot be.
        Doubtful: some are unlike those before, and no reason is given.
    """
    wave = Wave.objects.select_for_update().select_related("version").get(pk=wave.pk)
    if wave.released_on is not None:
        raise Refused(
            f"The figures of {wave} came out on {wave.released_on}, and were worked out with the "
            "numbers that are there."
        )
    given = _by_place(rows)
    found = wave.participations.filter(authority__gss_code__in=given).select_related("authority")
    # As whoever asks for codes locks them, so that each sees what the other did.
    parts = list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))
    parts.sort(key=lambda part: part.authority.name)
    doubts = _refuse_if_doubtful(wave, parts, given, why=why)
    EligiblePopulation.objects.filter(participation__in=parts).delete()
    EligiblePopulation.objects.bulk_create(
        EligiblePopulation(
            participation=part,
            service=row.service,
            age_band=row.age_band,
            sex=row.sex,
            number=row.number,
        )
        for part in parts
        for row in given[part.authority.gss_code]
    )
    wave.participations.filter(pk__in=[each.pk for each in parts]).update(numbers_confirmed=True)
    for part in parts:
        accepted = [doubt.sentence for doubt in doubts if doubt.authority == part.authority]
        audit.record(
            actor=by,
            act="eligible numbers given",
            subject=wave.slug,
            authority=part.authority,
            why="\n".join([why.strip(), *accepted]) if accepted else "",
        )
    return parts


def unconfirmed(wave: Wave) -> int:
    """In how many authorities of a wave the numbers are the register's, which nobody confirmed."""
    found = wave.participations.filter(numbers_confirmed=False, eligible__number__gt=0)
    return found.distinct().count()


def lines(participation: Participation) -> list[Line]:
    """By service, the numbers of a participation beside the last and the national ones."""
    authority, wave = participation.authority, participation.wave
    now = numbers_in([participation]).get(authority.pk, {})
    beside = _beside(wave, [authority])[authority.pk]
    return [
        Line(
            code,
            service.name,
            now.get(code),
            beside.last_time.get(code),
            beside.national.get(code),
        )
        for code, service in lists.services().items()
        if code in now or code in beside.last_time or code in beside.national
    ]


def numbers_in(parts: Iterable[Participation]) -> Numbers:
    """How many could answer in participations, by authority and service. One query."""
    found = EligiblePopulation.objects.filter(participation__in=[each.pk for each in parts])
    rows = found.values_list("participation__authority", "service").annotate(Sum("number"))
    return _nested(rows)


def _cells_in(parts: Iterable[Participation]) -> dict[int, dict[tuple[str, str, str], int]]:
    """By an authority's id, how many could answer by service, age band and sex."""
    rows = EligiblePopulation.objects.filter(participation__in=[each.pk for each in parts])
    found: dict[int, dict[tuple[str, str, str], int]] = {}
    for authority, service, age_band, sex, number in rows.values_list(
        "participation__authority", "service", "age_band", "sex", "number"
    ):
        found.setdefault(authority, {})[service, age_band, sex] = number
    return found


def _by_place(rows: Iterable[EligibleRow]) -> dict[str, list[EligibleRow]]:
    found: defaultdict[str, list[EligibleRow]] = defaultdict(list)
    for row in rows:
        found[row.gss_code].append(row)
    return dict(found)


def _refuse_if_doubtful(
    wave: Wave,
    parts: Collection[Participation],
    given: Mapping[str, Collection[EligibleRow]],
    *,
    why: str,
) -> list[Doubt]:
    """The doubts that the reason is for.

    Raises:
        Impossible, Doubtful: see `take`.
    """
    beside = _beside(wave, [part.authority for part in parts])
    wrong, doubts = [], []
    for part in parts:
        numbers: defaultdict[str, int] = defaultdict(int)
        cells: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        for row in given[part.authority.gss_code]:
            numbers[row.service] += row.number
            cells[row.service, row.age_band, row.sex] += row.number
        its = beside[part.authority_id]
        wrong += [Doubt(part.authority, each.sentence) for each in plausible.errors(numbers, its)]
        doubts += [
            Doubt(part.authority, each.sentence) for each in plausible.warnings(numbers, its, cells)
        ]
    if wrong:
        raise Impossible(wrong)
    if doubts and not why.strip():
        raise Doubtful(doubts)
    return doubts


def _beside(wave: Wave, authorities: Collection[Authority]) -> dict[int, Beside]:
    """What is known besides, by an authority's id. Nine queries, however many there are."""
    before = last_parts(wave, [each.pk for each in authorities])
    now = wave.participations.filter(authority__in=authorities)
    last_time, national = numbers_in(before), _register_numbers(authorities)
    invited_now, invited_before = _invited(now), _invited(before)
    for authority, asked in jobs.all_codes_asked_for(wave).items():
        of_services = invited_now.setdefault(authority, {})
        of_services[""] = of_services.get("", 0) + asked.to_come
    cells, bounced = _cells_in(before), _bounced(now)
    return {
        each.pk: Beside(
            last_time.get(each.pk, {}),
            national.get(each.pk, {}),
            invited_now.get(each.pk, {}),
            invited_before.get(each.pk, {}),
            cells.get(each.pk, {}),
            bounced.get(each.pk, 0),
        )
        for each in authorities
    }


def last_parts(wave: Wave, authorities: Collection[int]) -> list[Participation]:
    """The newest of each authority (by its id) that opened before this wave does, with its wave."""
    earlier = Participation.objects.opened().exclude(wave=wave).select_related("wave")
    found = earlier.filter(
        authority__in=authorities,
        wave__opens_on__lte=wave.opens_on,
        wave__version__survey=wave.version.survey,
        wave__simulated=wave.simulated,
    ).order_by("wave__opens_on", "wave_id")
    return list({each.authority_id: each for each in found}.values())


def _register_numbers(authorities: Collection[Authority]) -> Numbers:
    """The newest number in the register for each authority and service, where there is one."""
    found = ServicePopulation.objects.filter(authority__in=authorities, number__isnull=False)
    return _nested(found.order_by("year").values_list("authority", "service", "number"))


def _invited(parts: Iterable[Participation]) -> Numbers:
    found = InvitationCount.objects.filter(participation__in=[each.pk for each in parts])
    rows = found.values_list("participation__authority", "service").annotate(Sum("made"))
    return _nested(rows)


def _bounced(parts: Iterable[Participation]) -> dict[int, int]:
    """By an authority's id, how many invitations have bounced."""
    invitations = Mailing.objects.filter(
        participation__in=[each.pk for each in parts], kind=Mailing.Kind.INVITATION
    ).order_by()
    return dict(invitations.values_list("participation__authority").annotate(Sum("bounced")))


def _nested(rows: Iterable[tuple[int, str, int | None]]) -> Numbers:
    found: Numbers = {}
    for authority, service, number in rows:
        found.setdefault(authority, {})[service] = number or 0
    return found
