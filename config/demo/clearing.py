"""Whether a demonstration may be built here, and taking one that is old or half built away."""

from django.db import connection, transaction
from django.db.models import QuerySet

from analytics.models import (
    Announcement,
    Background,
    Counted,
    EarlyAccess,
    Figure,
    Notice,
    Release,
    SignOff,
    TallySheet,
)
from config.demo.quarters import SLUG
from feedback.models import Ballot, Batch, Comment, ContactRequest, Suggestion, UsedOnce
from surveys.keyring import Keyring
from surveys.models import (
    Envelope,
    Invitation,
    InvitationCount,
    Job,
    Mailing,
    OpenLink,
    Participation,
    Proposal,
    Succession,
    Wave,
)


class NotHere(Exception):
    """The database holds waves of somebody else; the message says so and what to do."""

    def __init__(self, wave: Wave) -> None:
        kind = "a simulated wave of another making" if wave.simulated else "a real wave"
        super().__init__(
            f"This database holds {kind} ({wave.name}), so no demonstration is built in it: its "
            "invented replies must never stand beside those of families. Name another database in "
            "HEARD_DATABASE_URL."
        )


class StaysHere(Exception):
    """The database lets nobody take published figures away; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "A demonstration that is half built, or is over, was published in this database, and "
            "PostgreSQL keeps what was published. Name an empty database in HEARD_DATABASE_URL."
        )


def refuse_strangers() -> None:
    """Raises: NotHere: there is a wave that is not the demonstration's."""
    for wave in Wave.objects.order_by("simulated", "pk"):
        if not (wave.simulated and wave.slug.startswith(SLUG)):
            raise NotHere(wave)


@transaction.atomic
def clear(*, keyring: Keyring) -> bool:
    """Take the demonstration's waves away with all that was made of them, and their keys.

    Authorities, people and the audit stay. May be called twice.

    Returns:
        Whether there was anything to take away.

    Raises:
        NotHere: there is a wave that is not the demonstration's. Nothing has changed.
        StaysHere: some of it was published, and this is PostgreSQL. Nothing has changed.
    """
    refuse_strangers()
    waves = list(Wave.objects.all())
    if connection.vendor == "postgresql" and Release.objects.published().exists():
        raise StaysHere
    for rows in (
        ContactRequest.objects.filter(simulated=True),
        Figure.objects.filter(release__wave__in=waves),
        Background.objects.filter(release__wave__in=waves),
        SignOff.objects.filter(release__wave__in=waves),
        EarlyAccess.objects.filter(release__wave__in=waves),
        Notice.objects.filter(release__wave__in=waves),
        Announcement.objects.filter(release__wave__in=waves),
        Release.objects.filter(wave__in=waves),
        Counted.objects.filter(batch__wave__in=waves),
        TallySheet.objects.filter(wave__in=waves),
        Batch.objects.filter(wave__in=waves),
        Ballot.objects.filter(participation__wave__in=waves),
        UsedOnce.objects.filter(participation__wave__in=waves),
        Suggestion.objects.filter(wave__in=waves),
        Comment.objects.filter(wave__in=waves),
        Invitation.objects.filter(participation__wave__in=waves),
        InvitationCount.objects.filter(participation__wave__in=waves),
        Mailing.objects.filter(participation__wave__in=waves),
        Envelope.objects.filter(participation__wave__in=waves),
        Job.objects.filter(wave__in=waves),
        Proposal.objects.filter(wave__in=waves),
        Succession.objects.filter(wave__in=waves),
        OpenLink.objects.filter(participation__wave__in=waves),
        Participation.objects.filter(wave__in=waves),
        Wave.objects.filter(pk__in=[wave.pk for wave in waves]),
    ):
        # Published figures refuse to be deleted, and this goes past that. It may: no family is
        # behind these, and nobody was promised that they stay.
        QuerySet.delete(rows)
    for wave in waves:
        keyring.destroy(wave.key_name)
        keyring.destroy(wave.sending_key_name)
    return bool(waves)
