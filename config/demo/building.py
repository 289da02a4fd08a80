"""Builds a national demonstration: invented families, and all else as it will be.

The survey is published, waves are planned and opened, codes made, ballots cast, words opened, boxes
mixed, batches counted and figures released by the very rules that serve families, each given the
day on which it would have run. Only the families are invented, and every wave says so.

It is far too large for one transaction. What a build leaves behind that was stopped is known by
its waves, and `clearing.clear` takes it away before the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from authorities import register
from authorities.models import Authority
from authorities.roles import Role
from config.demo import contacts, families, staff, underway
from config.demo.card import Card
from config.demo.progress import Progress
from config.demo.quarters import quarters_until
from config.demo.simulation import Country
from config.demo.truth import Place, Story, stories
from config.demo.waves import Waves
from feedback import destruction
from surveys import core, fielding, inviting, publishing
from surveys.keyring import Keyring
from surveys.models import Participation, Version, Wave

WAVES = 6
REPLIES = 103_000
SEED = "heard"

_OPEN_SO_FAR = 0.5  # of a whole wave's visits have come to the open one
_PAGES_BETWEEN_CHECKPOINTS = 20_000  # of 4 kB: most pages change often before they are moved
_IMPROVING_IS_WORTH = 10  # times its size, when the authority for visitors is chosen


class UnknownArea(ValueError):
    """Authorities were named that are not in force all the while; the message says which."""

    def __init__(self, areas: Sequence[str]) -> None:
        super().__init__(
            f"There is no authority {', '.join(areas)} that was in force in all of the waves. "
            "Name the GSS codes of authorities in the register."
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to build.

    Args:
        today: within the fieldwork of the last wave. The others are over and released.
        base_url: where it will be served.
        areas: GSS codes of the authorities that take part; if there are none, all in force.
        waves: how many, quarterly, two or more.
        replies: about how many in all.
        free_codes: unused ones for visitors, for each age version and language.
        waiting: ballots by invitation that wait for the next mix, in the box that visitors use.
        seed: the same seed simulates the same families.
    """

    today: date
    base_url: str
    areas: tuple[str, ...] = ()
    waves: int = WAVES
    replies: int = REPLIES
    free_codes: int = 20
    waiting: int = 30
    seed: str = SEED


def build(*, plan: Plan, keyring: Keyring, progress: Progress) -> Card:
    """Build it in a database without waves, and return the card for its visitors.

    Raises:
        UnknownArea: the plan names authorities that are not there. No wave was planned.
        KeyMissing: this process has no key directory.
    """
    _do_not_wait_for_the_disk()
    quarters = quarters_until(plan.today, count=plan.waves)
    progress.now("loading the register")
    authorities = authorities_of(plan)
    version = publishing.publish(
        source=core.source(), translations=core.translations(), today=quarters[0].opens_on
    )
    country = country_of(plan, version, authorities)
    shown = _shown(authorities, country)
    progress.now("making accounts")
    logins = staff.welcome(
        places=[shown, *_like(shown, authorities)],
        today=plan.today,
        listening_since=quarters[0].opens_on,
    )
    progress.done(f"{len(authorities)} authorities; languages: {', '.join(country.languages)}")
    waves = Waves(country, version, authorities, keyring, progress)
    *over, last = enumerate(quarters)
    replies = sum(waves.whole(number, quarter) for number, quarter in over)
    replies += waves.so_far(*last, share=_OPEN_SO_FAR, shown=shown, waiting=plan.waiting)
    progress.now("destroying what was released more than 90 days ago")
    destruction.destroy_ended(today=plan.today, keyring=keyring)
    underway.reword(Wave.objects.get(slug=quarters[-1].slug), today=plan.today)
    contacts.invent(
        shown=shown,
        local=staff.local_listener(),
        national=staff.who_is(Role.LISTENER),
        today=plan.today,
        keyring=keyring,
    )
    part = Participation.objects.get(wave__slug=quarters[-1].slug, authority=shown)
    progress.now("beginning what is under way")
    underway.write(today=plan.today)
    underway.send(part, today=plan.today, keyring=keyring)
    return Card(
        base_url=plan.base_url,
        codes=_free_codes(part, country, count=plan.free_codes),
        open_link=f"{plan.base_url}/o/{inviting.make_open_link(participation=part).slug}",
        logins=logins,
        replies=replies,
        waves=[quarter.slug for quarter in quarters],
        authority=shown.gss_code,
        seed=plan.seed,
    )


def _do_not_wait_for_the_disk() -> None:
    """On SQLite, for this connection: one that a loss of power breaks is built anew in any case."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute(f"PRAGMA wal_autocheckpoint={_PAGES_BETWEEN_CHECKPOINTS}")


def _free_codes(
    part: Participation, country: Country, *, count: int
) -> dict[str, dict[str, list[str]]]:
    return {
        each.code: {
            language: inviting.make_codes(
                participation=part, count=count, age_version=each.code, language=language
            )
            for language in country.languages
        }
        for each in country.survey.age_versions
    }


def authorities_of(plan: Plan) -> list[Authority]:
    """Those that take part, from the register, which is loaded if it was not.

    Raises:
        UnknownArea: the plan names others.
    """
    register.load()
    first = quarters_until(plan.today, count=plan.waves)[0]
    found = Authority.objects.in_force_on(first.opens_on).in_force_on(plan.today)
    if unknown := set(plan.areas) - set(found.values_list("gss_code", flat=True)):
        raise UnknownArea(sorted(unknown))
    return list(
        (found.filter(gss_code__in=plan.areas) if plan.areas else found).order_by("gss_code")
    )


def country_of(plan: Plan, version: Version, authorities: Sequence[Authority]) -> Country:
    """What answers: places as large as the register says, and what truly happens in them."""
    return Country(
        survey=version.definition,
        languages=["en", *sorted(version.translations)],
        places=[
            Place(each.gss_code, families.uses(fielding.register_numbers(each)))
            for each in authorities
        ],
        stories=stories([each.gss_code for each in authorities], seed=plan.seed),
        replies=plan.replies / (plan.waves - 1 + _OPEN_SO_FAR),
        seed=plan.seed,
    )


def _shown(authorities: Sequence[Authority], country: Country) -> Authority:
    """A large one where something gets better, so that visitors have something to find."""
    sizes = {place.area: sum(place.using.values()) for place in country.places}

    def worth(authority: Authority) -> int:
        improves = country.stories[authority.gss_code] is Story.IMPROVING
        return sizes[authority.gss_code] * (_IMPROVING_IS_WORTH if improves else 1)

    return max(authorities, key=worth)


def _like(authority: Authority, others: Sequence[Authority]) -> list[Authority]:
    """Others most like it first."""
    ranks = dict(authority.neighbour_ranks.values_list("neighbour_id", "rank"))
    found = [each for each in others if each != authority]
    return sorted(found, key=lambda each: (ranks.get(each.pk, len(ranks) + 1), each.name))
