"""What may be said about it all: sealed counts, and released figures."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q, Value
from django.utils import timezone

from analytics.errors import Frozen
from analytics.querysets import (
    BackgroundQuerySet,
    FigureQuerySet,
    ReleaseQuerySet,
    SubscriptionQuerySet,
    TallySheetQuerySet,
)
from analytics.spans import Span
from authorities.classing import classed
from authorities.models import Authority, User
from feedback.models import Batch, Channel
from surveys.models import Wave


class TallySheet(models.Model):
    """The counts of one area of a wave. Sealed, because a count of one is one child's answer."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="sheets")
    area = models.CharField(max_length=9, help_text="GSS code of the authority, region or England")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    sealed = models.BinaryField(help_text="the tally, sealed under the workers' sheet key")

    objects = TallySheetQuerySet.as_manager()

    classes = classed(operational="id wave area channel", confidential="sealed")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_sheet_an_area_and_channel", fields=("wave", "area", "channel")
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} in wave {self.wave_id}, {self.channel}"


class Counted(models.Model):
    """That a sheet holds a batch. Written with the counts, so a batch is counted once."""

    batch = models.OneToOneField(
        Batch, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    sheet = models.ForeignKey(TallySheet, on_delete=models.PROTECT, related_name="counted")

    classes = classed(operational="batch sheet")

    def __str__(self) -> str:
        return f"batch {self.batch_id} is in sheet {self.sheet_id}"


class Release(models.Model):
    """The figures of a wave as they were on one day: frozen, with the digest of them all."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField(help_text="1, and more for a corrected re-release")
    digest = models.CharField(max_length=64, blank=True, help_text="empty while it is prepared")
    prepared_at = models.DateTimeField()
    parts_left = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text="what is still to be worked out: channel and question",
    )
    checked_at = models.DateTimeField(null=True, blank=True, help_text="when nothing was found")
    checks = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="what was looked at, and what was found",
    )
    publish_at = models.DateTimeField(null=True, blank=True, help_text="when it is to come out")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, help_text="what changed since the release before")

    objects = ReleaseQuerySet.as_manager()

    classes = classed(
        public="id wave number digest prepared_at published_at note checked_at publish_at",
        operational="parts_left checks",
        personal="published_by",
    )

    class Meta:
        ordering = ("wave", "number")
        constraints = (
            models.UniqueConstraint(name="one_release_a_number", fields=("wave", "number")),
        )

    def __str__(self) -> str:
        return f"{self.wave}, release {self.number}"

    def save(self, **options: Any) -> None:
        """Raises: Frozen: it was published before. The database refuses that as well."""
        if not self._state.adding and Release.objects.published().filter(pk=self.pk).exists():
            raise Frozen
        super().save(**options)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:  # noqa: FBT001, FBT002  (Django's signature)
        """Raises: Frozen: it was published."""
        if Release.objects.published().filter(pk=self.pk).exists():
            raise Frozen
        return super().delete(using=using, keep_parents=keep_parents)


class Figure(models.Model):
    """One figure of a release: shown, or withheld with the reason."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="figures")
    area = models.CharField(max_length=9, help_text="GSS code")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    indicator = models.SlugField(max_length=40)
    slice = models.CharField(max_length=60, default="all", help_text="such as all, or age:8-11")
    span = models.CharField(
        max_length=4,
        choices=[(span.value, span.value) for span in Span],
        default=Span.WAVE.value,
        db_default=Span.WAVE.value,
        help_text="how many waves it is of",
    )
    value = models.JSONField(help_text="as analytics.disclosure writes it")

    objects = FigureQuerySet.as_manager()

    classes = classed(
        public="id release area channel indicator slice span",
        confidential="value",  # until the release is published
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_figure_a_place",
                fields=("release", "area", "channel", "indicator", "slice", "span"),
            ),
        )
        indexes = (models.Index(name="figure_by_area", fields=("area", "indicator")),)

    def __str__(self) -> str:
        return f"{self.indicator} of {self.area} ({self.slice}, {self.span})"

    def save(self, **options: Any) -> None:
        """Raises: Frozen: its release was published. The database refuses that as well."""
        if Release.objects.published().filter(pk=self.release_id).exists():
            raise Frozen
        super().save(**options)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:  # noqa: FBT001, FBT002  (Django's signature)
        """Raises: Frozen: its release was published."""
        if Release.objects.published().filter(pk=self.release_id).exists():
            raise Frozen
        return super().delete(using=using, keep_parents=keep_parents)


class Background(models.Model):
    """What stands behind the figures of a release, as public as they: weights, spread, centre."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="backgrounds")
    area = models.CharField(max_length=9, help_text="GSS code")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    topic = models.CharField(max_length=60, help_text="such as spread:four:safe, or weights:wave")
    value = models.JSONField()

    objects = BackgroundQuerySet.as_manager()

    classes = classed(
        public="id release area channel topic",
        confidential="value",  # until the release is published
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_background_a_topic", fields=("release", "area", "channel", "topic")
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} of {self.area}"


class SignOff(models.Model):
    """That somebody read a release and stands for it. Two do before it comes out."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="sign_offs")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="of the figures that were read")

    classes = classed(public="id release at digest", personal="by")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="nobody_signs_twice", fields=("release", "by")),
        )

    def __str__(self) -> str:
        return f"{self.by} signed {self.release} off"


class EarlyAccess(models.Model):
    """Somebody who may see a release before it is out, by name. The list comes out with it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="early_access")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120)
    reason = models.TextField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    # Public by law of official statistics: who saw figures early is said with them.
    classes = classed(
        public="id release name role organisation reason given_at", personal="given_by"
    )

    class Meta:
        ordering = ("given_at",)

    def __str__(self) -> str:
        return f"{self.name}, {self.role}, {self.organisation}"


class Event(models.Model):
    """A day on which something changed in an authority, marked in its charts."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    indicator = models.SlugField(max_length=40, blank=True, help_text="empty: of them all")
    words = models.CharField(max_length=120)
    rebases = models.BooleanField(
        default=False, help_text="whether limits are worked out anew from here"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    classes = classed(public="id authority on indicator words rebases", personal="by")

    class Meta:
        ordering = ("on",)

    def __str__(self) -> str:
        return f"{self.on}: {self.words}"


class Subscription(models.Model):
    """Somebody wants an e-mail when figures of one area come out. Who, only the sender can read.

    The address and the token of its links are sealed to the subscribers' key, which workers have.
    Beside that stand keyed digests, to know the address and the links again by.
    """

    area = models.CharField(max_length=9, help_text="GSS code")
    sealed = models.BinaryField()
    address_digest = models.BinaryField(max_length=32, help_text="HMAC of the tidied address")
    token_digest = models.BinaryField(
        max_length=32, unique=True, help_text="SHA-256 of the token in its links"
    )
    asked_on = models.DateField(help_text="when it was last asked for")
    letters = models.PositiveSmallIntegerField(
        default=0, help_text="how many requests to confirm were written that day"
    )
    confirmed_on = models.DateField(null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(
        default=0, help_text="how many letters in a row were refused for good"
    )

    objects = SubscriptionQuerySet.as_manager()

    classes = classed(
        operational="id area asked_on letters confirmed_on bounces",
        confidential="sealed address_digest token_digest",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_subscription_an_area", fields=("address_digest", "area")
            ),
        )
        indexes = (
            models.Index(
                name="subscription_by_area", fields=("area",), condition=~Q(confirmed_on=None)
            ),
        )

    def __str__(self) -> str:
        return f"a subscription to {self.area}"


class Announcement(models.Model):
    """That letters about a release were written, for whoever had subscribed by then. Once."""

    release = models.OneToOneField(
        Release, on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    made_on = models.DateField()

    classes = classed(operational="release made_on")

    def __str__(self) -> str:
        return f"{self.release_id} was announced"


class Notice(models.Model):
    """One letter to one subscriber: about a release, or (of none) to confirm the subscription.

    Taken by one conditional UPDATE before it is handed over, so that it goes once or is doubtful.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        BOUNCED = "bounced"
        DOUBTFUL = "doubtful", "nobody can tell whether it went"
        FAILED = "failed", "failed for good"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")
    release = models.ForeignKey(
        Release, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reference = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text="by which the mail server knows it again"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True, help_text="of the worker that has it in hand")

    classes = classed(
        operational="id subscription release reference state attempts due_at claim",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_notice_a_release", fields=("subscription", "release")
            ),
            # Its own, because to a database no empty release is like another.
            models.UniqueConstraint(
                name="one_notice_to_confirm", fields=("subscription",), condition=Q(release=None)
            ),
        )
        indexes = (models.Index(name="notice_by_state_and_due", fields=("state", "due_at")),)

    def __str__(self) -> str:
        return f"notice {self.pk}: {self.state}"
