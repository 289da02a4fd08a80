"""How many have answered, by age and language: what may be shown of it, noted at each mix."""

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count, Sum

from feedback.models import AnsweredCount, Batch, Channel
from feedback.stepping import stepped
from surveys.models import Invitation, InvitationCount, Participation


def by_invitation(participations: Collection[int]) -> dict[int, int]:
    """How many invited replies were mixed, by the id of a participation, where there are any."""
    batches = Batch.objects.filter(participation__in=participations, channel=Channel.INVITED)
    return {
        participation: size
        for participation, size in batches.values_list("participation").annotate(Sum("size"))
        if participation is not None
    }


def note(participation: Participation, *, k: int) -> None:
    """Bring the counts of one participation as far as they may go. May be called twice.

    In the transaction of a mix, which holds the participation's lock.
    """
    shown, actual, codes = _shown(participation), _actual(participation), _codes(participation)
    now = {by: stepped(shown[by], actual[by], codes[by], k=k) for by in AnsweredCount.By}
    AnsweredCount.objects.bulk_create(
        (
            AnsweredCount(participation=participation, by=by, part=part, number=number)
            for by, parts in now.items()
            for part, number in parts.items()
            if number != shown[by].get(part, 0)
        ),
        update_conflicts=True,
        unique_fields=["participation", "by", "part"],
        update_fields=["number"],
    )


def _shown(participation: Participation) -> dict[str, dict[str, int]]:
    shown: dict[str, dict[str, int]] = {by: {} for by in AnsweredCount.By}
    before = AnsweredCount.objects.filter(participation=participation)
    for by, part, number in before.values_list("by", "part", "number"):
        shown[by][part] = number
    return shown


def _actual(participation: Participation) -> dict[str, Counter[str]]:
    """How many codes were spent, by what their invitations are for."""
    spent = Invitation.objects.filter(participation=participation, spent=True).order_by()
    return _by_part(spent.values_list("age_version", "language").annotate(Count("pk")))


def _codes(participation: Participation) -> dict[str, Counter[str]]:
    """How many codes were made, by what their invitations are for."""
    made = InvitationCount.objects.filter(participation=participation)
    return _by_part(made.values_list("age_version", "language", "made"))


def _by_part(rows: Iterable[tuple[str, str, int]]) -> dict[str, Counter[str]]:
    ages, languages = Counter[str](), Counter[str]()
    for age, language, number in rows:
        ages[age] += number
        languages[language] += number
    return {AnsweredCount.By.AGE: ages, AnsweredCount.By.LANGUAGE: languages}
