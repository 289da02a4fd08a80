"""Reaching families: sealed envelopes, what is sent to whom, and who is not to be asked."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from authorities.classing import classed
from authorities.models import Authority, User
from surveys.models.asking import Participation


class Way(models.TextChoices):
    """By what an address is reached."""

    TEXT = "text", "text message"
    EMAIL = "email", "e-mail"


class Envelope(models.Model):
    """An address and its code, sealed together to the wave's sending key, until fieldwork ends.

    Only the sending worker opens it. It names no invitation, and rows are in shuffled order.
    """

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="envelopes"
    )
    way = models.CharField(max_length=5, choices=Way.choices)
    address_digest = models.BinaryField(
        max_length=32, help_text="HMAC of the tidied address, to know it again by"
    )
    other_digest = models.BinaryField(
        max_length=32,
        null=True,
        help_text="the same of the other address of its row, at which nobody is written to",
    )
    stop_digest = models.BinaryField(
        max_length=32, unique=True, help_text="SHA-256 of the token in its opt-out link"
    )
    sealed = models.BinaryField()

    classes = classed(
        operational="id participation way",
        confidential="address_digest other_digest stop_digest sealed",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_envelope_an_address", fields=("participation", "address_digest")
            ),
        )

    def __str__(self) -> str:
        return f"an envelope of {self.participation_id}"


class Mailing(models.Model):
    """One round of messages of a participation: the invitations, or a reminder."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        REMINDER = "reminder"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        PAUSED = "paused"
        DONE = "done"
        STOPPED = "stopped"

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="mailings"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Counted anew from its dispatches while it is sent, and kept when those are destroyed.
    trouble = models.CharField(
        max_length=200, blank=True, help_text="why it does not go on, for the person who started it"
    )
    total = models.PositiveIntegerField(default=0)
    handled = models.PositiveIntegerField(
        default=0, help_text="sent, or left out because it was answered: the two are not told apart"
    )
    bounced = models.PositiveIntegerField(default=0)
    opted_out = models.PositiveIntegerField(default=0)
    not_to_be_asked = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    by_text = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="of those handled, bounced or doubtful: how many by text message, which cost",
    )

    classes = classed(
        operational="id participation kind state asked_at due_at ended_at trouble total handled "
        "bounced opted_out not_to_be_asked doubtful failed by_text",
        personal="asked_by",
    )

    class Meta:
        ordering = ("-pk",)
        constraints = (
            # One at a time, so that a double click asks nobody twice.
            models.UniqueConstraint(
                name="one_mailing_at_a_time",
                fields=("participation",),
                condition=Q(state__in=("waiting", "sending", "paused")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.participation_id}"


class Dispatch(models.Model):
    """One message of a mailing, to one envelope; taken by one conditional UPDATE."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        HANDLED = "handled", "sent, or left out because it was answered"
        BOUNCED = "bounced"
        DOUBTFUL = "doubtful", "the sender itself cannot tell"
        FAILED = "failed", "failed for good"
        OPTED_OUT = "opted out"
        NOT_TO_BE_ASKED = "not asked", "on the do-not-contact list"

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="dispatches")
    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="dispatches")
    reference = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="by which the sender knows it again"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True, help_text="of the worker that has it in hand")
    returned = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="how often its sender took it and never sent it, until it is known to arrive",
    )

    classes = classed(
        operational="id mailing envelope reference state attempts due_at claim returned"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_message_a_mailing_and_envelope", fields=("mailing", "envelope")
            ),
        )
        indexes = (
            models.Index(name="dispatch_by_state", fields=("mailing", "state", "due_at")),
            models.Index(name="dispatch_by_claim", fields=("claim",), condition=~Q(claim=None)),
        )

    def __str__(self) -> str:
        return f"message {self.pk}: {self.state}"


class Pace(models.Model):
    """When the next message may go, for all workers together. One row."""

    ONLY: ClassVar = 1

    next_at = models.DateTimeField(default=timezone.now, help_text="of the next free place")
    held_until = models.DateTimeField(
        default=timezone.now, help_text="till when a worker has the seat of the one that sends"
    )
    holder = models.UUIDField(null=True, help_text="which worker that is")

    classes = classed(operational="id next_at held_until holder")

    class Meta:
        constraints = (models.CheckConstraint(name="one_pace", condition=Q(pk=1)),)

    def __str__(self) -> str:
        return f"the next message at {self.next_at}"


class DoNotContact(models.Model):
    """An address that is not to be asked, as a keyed digest. Checked at every send."""

    class Why(models.TextChoices):
        DIED = "died", "a child died"
        ADOPTED = "adopted", "adopted, and contact would hurt"
        ABUSE = "abuse", "domestic abuse: the phone may be watched"
        INVESTIGATION = "investigation", "under investigation"
        OPTED_OUT = "opted out", "asked not to be asked again"
        OTHER = "other", "another reason"

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="do_not_contact", null=True, blank=True
    )
    address_digest = models.BinaryField(max_length=32)
    why = models.CharField(max_length=13, choices=Why.choices)
    added_on = models.DateField()
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateField("last day", null=True, blank=True)

    classes = classed(
        operational="id authority added_on until",
        personal="added_by",
        confidential="address_digest why",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="an_address_once_a_list", fields=("authority", "address_digest")
            ),
            models.UniqueConstraint(
                name="an_address_once_a_national_list",
                fields=("address_digest",),
                condition=Q(authority=None),
            ),
        ]

    def __str__(self) -> str:
        return f"an address not to be asked in {self.authority_id}"


class PushToken(models.Model):
    """What lets an authority's own system push its list. Only a digest is kept."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="push_tokens")
    name = models.CharField("which system", max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    expires_on = models.DateField("last day")
    revoked_on = models.DateField(null=True, blank=True)
    used_on = models.DateField("last used", null=True, blank=True)

    classes = classed(
        operational="id authority name made_on expires_on revoked_on used_on",
        personal="made_by",
        confidential="digest",
    )

    def __str__(self) -> str:
        return self.name
