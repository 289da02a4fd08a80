"""Who takes part in a wave: all authorities or chosen ones, and whom families there can turn to.

What an authority said last time is carried over, so that a coordinator mends it instead of typing
it again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from authorities import audit
from authorities.models import Authority, User
from surveys import fielding, planning
from surveys.errors import Refused
from surveys.models import Participation, Wave
from surveys.plans import Part, Plan


@dataclass(frozen=True, slots=True)
class People:
    """Whom families in an authority can turn to, and who answers them out of office hours."""

    help_name: str
    help_phone: str
    cover_name: str = ""
    cover_phone: str = ""


@transaction.atomic
def join_many(
    *,
    wave: Wave,
    authorities: Iterable[Authority],
    usual: People | None = None,
    by: User | None = None,
) -> tuple[list[Participation], list[Authority]]:
    """Let authorities take part, with the people they named last time, else the usual ones.

    May be called again: those that take part already stay as they are.

    Args:
        usual: for those that never took part.

    Returns:
        Those that joined now, and those for which nobody is known whom families could turn to.

    Raises:
        Refused: one of them cannot join. Nobody has joined.
    """
    there = set(wave.participations.values_list("authority", flat=True))
    new = [each for each in authorities if each.pk not in there]
    known = people_last_time(wave, new)
    joined, unknown = [], []
    for authority in new:
        people = known.get(authority.pk, usual)
        if people is None:
            unknown.append(authority)
        else:
            joined.append(_join(wave, authority, people, by=by))
    return joined, unknown


def people_last_time(wave: Wave, authorities: Collection[Authority]) -> dict[int, People]:
    """By an authority's id, whom it named in the newest wave before; where it named anyone."""
    earlier = Participation.objects.filter(authority__in=authorities).exclude(wave=wave)
    asked = earlier.exclude(wave__version__survey="").select_related("wave__version")
    return {
        each.authority_id: People(
            each.help_name, each.help_phone, each.cover_name, each.cover_phone
        )
        for each in asked.order_by("wave__opens_on", "wave_id")
        if not each.wave.version.definition.asked_elsewhere
    }


@transaction.atomic
def name_people(
    *, participation: Participation, people: People, by: User | None = None
) -> Participation:
    """Say whom families can turn to, in office hours and out of them; also while a wave is open.

    Raises:
        Refused: a name or a number does not fit, or families can answer and nobody would be there.
    """
    part = Participation.objects.select_for_update(of=("self",)).select_related("authority", "wave")
    found = part.get(pk=participation.pk)
    tidy = [each.strip() for each in (people.help_name, people.help_phone)]
    cover = [each.strip() for each in (people.cover_name, people.cover_phone)]
    fielding.refuse_bad_help(found.authority, *tidy)
    if any(cover) or found.opened_on is not None:
        fielding.refuse_bad_help(found.authority, *cover, when=" out of office hours")
    found.help_name, found.help_phone = tidy
    found.cover_name, found.cover_phone = cover
    found.save(update_fields=["help_name", "help_phone", "cover_name", "cover_phone"])
    audit.record(
        actor=by,
        act="help and cover named",
        subject=found.wave.slug,
        authority=found.authority,
    )
    return found


@transaction.atomic
def choose_pilots(*, wave: Wave, gss_codes: Collection[str], by: User | None = None) -> int:
    """Let these authorities, and no others, open before the rest. How many they are.

    Raises:
        Refused: one of them does not take part, or the wave is open, so that it is too late.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    if wave.public_key is not None:
        raise Refused(f"{wave} is open already, so that pilots can be chosen no more.")
    parts = wave.participations.filter(authority__gss_code__in=gss_codes)
    known = set(parts.values_list("authority__gss_code", flat=True))
    if unknown := sorted(set(gss_codes) - known):
        raise Refused(f"Not taking part in {wave}: {', '.join(unknown)}. Let them join first.")
    wave.participations.exclude(pk__in=parts).update(pilot=False)
    number = wave.participations.filter(authority__gss_code__in=gss_codes).update(pilot=True)
    named = ", ".join(sorted(gss_codes)) or "none"
    audit.record(actor=by, act="pilots chosen", subject=wave.slug, why=f"Pilots: {named}.")
    return number


@transaction.atomic
def leave(*, participation: Participation, why: str, by: User | None = None) -> None:
    """Take an authority out of a wave, as long as nothing was made for its families.

    Raises:
        Refused: no reason is given, families there can answer, or codes or links were made.
    """
    part = Participation.objects.select_for_update(of=("self",)).select_related("authority", "wave")
    found = part.get(pk=participation.pk)
    if not why.strip():
        raise Refused(f"Say why {found.authority} takes no part: it is kept in the audit.")
    if found.opened_on is not None or found.invitations.exists() or found.open_links.exists():
        raise Refused(
            f"{found.authority} cannot leave {found.wave}: families there may hold codes or a link "
            "already."
        )
    found.invitation_counts.all().delete()
    found.delete()
    audit.record(
        actor=by,
        act="authority left",
        subject=found.wave.slug,
        authority=found.authority,
        why=why.strip(),
    )


@transaction.atomic
def plan_from(
    *, plan: Plan, everyone: bool = False, by: User | None = None
) -> tuple[Wave, list[Participation]]:
    """A new wave as a document plans it, with those that it names, or with everyone.

    Args:
        everyone: all authorities in force when it opens take part.

    Raises:
        Refused: something in the plan does not fit. Nothing is planned.
    """
    terms = planning.terms_of(plan)
    wave = planning.plan_on(slug=plan.slug, terms=terms, simulated=plan.simulated, by=by)
    usual = Part("", plan.help_name, plan.help_phone, plan.cover_name, plan.cover_phone)
    parts = {part.authority: part for part in plan.parts}
    return wave, [
        _join_as_planned(wave, authority, parts.get(authority.gss_code, usual), by=by)
        for authority in _named(parts, wave.opens_on, everyone=everyone)
    ]


@transaction.atomic
def change_from(*, wave: Wave, plan: Plan, was: str, by: User | None = None) -> Wave:
    """Plan a wave that is not open yet anew, as a document says.

    Authorities that the document names join, or get its names and numbers; others stay.

    Raises:
        Refused: it is of another wave, or something in it does not fit. Nothing has changed.
    """
    if plan.slug != wave.slug:
        raise Refused(f'This is the plan of "{plan.slug}", not of "{wave.slug}".')
    wave = planning.change_plan(wave=wave, terms=planning.terms_of(plan), was=was, by=by)
    parts = {part.authority: part for part in plan.parts}
    there = {
        each.authority.gss_code: each for each in wave.participations.select_related("authority")
    }
    for authority in _named(parts, wave.opens_on, everyone=False):
        part, found = parts[authority.gss_code], there.get(authority.gss_code)
        if found is None:
            _join_as_planned(wave, authority, part, by=by)
        else:
            name_people(participation=found, people=_people_of(part), by=by)
            Participation.objects.filter(pk=found.pk).update(pilot=part.pilot)
    return wave


def _named(parts: Collection[str], opens_on: date, *, everyone: bool) -> list[Authority]:
    in_force = {each.gss_code: each for each in Authority.objects.in_force_on(opens_on)}
    if unknown := [code for code in parts if code not in in_force]:
        raise Refused(f"On {opens_on} there is no authority {', '.join(unknown)} in force.")
    if everyone and not in_force:
        raise Refused("There are no authorities. Load them first: load_register")
    return list(in_force.values()) if everyone else [in_force[code] for code in parts]


def _join_as_planned(
    wave: Wave, authority: Authority, part: Part, *, by: User | None
) -> Participation:
    return _join(wave, authority, _people_of(part), pilot=part.pilot, by=by)


def _people_of(part: Part) -> People:
    return People(part.help_name, part.help_phone, part.cover_name, part.cover_phone)


def _join(
    wave: Wave, authority: Authority, people: People, *, pilot: bool = False, by: User | None
) -> Participation:
    return fielding.join(
        wave=wave,
        authority=authority,
        help_name=people.help_name,
        help_phone=people.help_phone,
        cover_name=people.cover_name,
        cover_phone=people.cover_phone,
        pilot=pilot,
        by=by,
    )
