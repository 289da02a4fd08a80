"""One wave of the demonstration, from planning to release, by the rules that serve real families.

Each step is given the day on which it would have run. Nothing here reads the clock.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from analytics import counting, releasing
from authorities.models import Authority, User
from config.demo import underway
from config.demo.quarters import Quarter
from config.demo.simulation import Visit
from feedback import listening, mixing
from feedback.ballots import Sent
from feedback.models import Comment, Suggestion, Writing
from surveys import fielding, inviting, planning
from surveys.keyring import Keyring
from surveys.models import Participation, Version, Wave

# Two of Ofcom's numbers for drama and fiction: nobody has them.
HELP_PHONE = "0808 157 0123"
COVER_PHONE = "0808 157 0321"
# Each quarter asks another of them, so that no family is asked twice in a year.
GROUPS = 4


@transaction.atomic
def plan_and_open(
    *,
    quarter: Quarter,
    version: Version,
    authorities: Sequence[Authority],
    keyring: Keyring,
    choosing: Authority | None = None,
) -> list[Participation]:
    """A simulated wave that takes ballots, and the part that each authority has in it.

    Args:
        choosing: who asks a local question beside the core.
    """
    wave = planning.plan_wave(
        slug=quarter.slug,
        name=quarter.name,
        version=version,
        period_start=quarter.opens_on,
        period_end=quarter.closes_on,
        opens_on=quarter.opens_on,
        closes_on=quarter.closes_on,
        simulated=True,
        groups=GROUPS,
        asked_groups=[quarter.number % GROUPS + 1],
    )
    for authority in authorities:
        fielding.join(
            wave=wave,
            authority=authority,
            help_name=f"{authority.name} family help line (invented)",
            help_phone=HELP_PHONE,
            cover_name=f"{authority.name} emergency duty team (invented)",
            cover_phone=COVER_PHONE,
        )
    for part in wave.participations.filter(authority=choosing):
        underway.choose(part, today=quarter.opens_on)
    wave = fielding.open_wave(wave=wave, keyring=keyring)
    parts = list(wave.participations.select_related("authority").order_by("authority__gss_code"))
    for part in parts:
        # One and the same of each, instead of a copy of the survey's texts for every authority.
        part.wave, part.version = wave, version
    return parts


@transaction.atomic
def invite(*, part: Participation, visits: Sequence[Visit]) -> list[Sent]:
    """What each visit sends: those who were invited with a code of their own."""
    invited = Counter(each.age_version for each in visits if not each.by_open_link)
    # The letter is in English; a family may turn the page into its own language.
    codes = {
        age_version: iter(
            inviting.make_codes(participation=part, count=count, age_version=age_version)
        )
        for age_version, count in invited.items()
    }
    return [
        Sent(
            given=each.given,
            age_version=each.age_version,
            language=each.language,
            code=None if each.by_open_link else next(codes[each.age_version]),
        )
        for each in visits
    ]


def night(*, today: date, keyring: Keyring) -> None:
    """What the timetable does in one night: open words, mix what is due, count what was mixed."""
    listening.open_words(today=today, keyring=keyring)
    mixing.mix_due(today=today, keyring=keyring)
    # Where tasks run at once, those that the mixes asked for have left nothing to count.
    counting.count_waiting(keyring=keyring)


def release(*, wave: Wave, now: datetime, by: Sequence[User], keyring: Keyring) -> None:
    """Prepare the figures of a wave that is over, check them, and publish them.

    Args:
        by: the two who sign it off.
    """
    with releasing.processes(wave) as pool:
        prepared = releasing.prepare(wave=wave, keyring=keyring, now=now, pool=pool)
        checked = releasing.check(release=prepared, keyring=keyring, now=now, pool=pool)
    for user in by:
        releasing.sign_off(release=checked, by=user, now=now)
    releasing.publish(release=checked, by=by[0], now=now)


@transaction.atomic
def read_words(*, wave: Wave, by: User, leaving: int) -> None:
    """Let a listener have read what was written, but for so many ideas and so many comments.

    Thousands at once, and so without the entry in the audit that reading one would make.
    """
    for writings in (Suggestion.objects, Comment.objects):
        unread = writings.filter(wave=wave).unread()
        left = unread.order_by("pk").values_list("pk", flat=True)[:leaving]
        unread.exclude(pk__in=list(left)).update(state=Writing.State.READ, read_by=by)
