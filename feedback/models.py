"""What families tell us: sealed ballots, sealed batches of replies, and what they wrote."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from authorities.classing import classed
from authorities.models import Authority, User
from feedback.querysets import (
    BallotQuerySet,
    BatchQuerySet,
    CommentQuerySet,
    ContactRequestQuerySet,
    OpeningQuerySet,
    SuggestionQuerySet,
)
from surveys.models import LEAST_K, Participation, Wave


class Channel(models.TextChoices):
    """How a reply came. The two are counted apart and never merged."""

    INVITED = "invited", "by invitation"
    OPEN = "open", "by an open link"


class Ballot(models.Model):
    """One family's sealed answers and sealed words, between sending and mixing.

    It does not name an invitation: `once` is made under another key than the invitation's digest.
    It has no time, and the two envelopes have fixed sizes.
    """

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    once = models.BinaryField(max_length=32, unique=True)
    answers = models.BinaryField()
    words = models.BinaryField(null=True, help_text="null once opened for the listeners")

    objects = BallotQuerySet.as_manager()

    classes = classed(
        operational="id participation channel",
        confidential="once answers words",
    )

    class Meta:
        indexes = (
            # The daily opening looks for unopened words in all boxes at once.
            models.Index(
                name="ballot_with_words", fields=("id",), condition=Q(words__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"a ballot in box {self.participation_id}"


class UsedOnce(models.Model):
    """The *once* of an open link's mixed ballot, kept until the wave closes, to know a retry by."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="+")
    once = models.BinaryField(max_length=32, unique=True)

    classes = classed(operational="id participation", confidential="once")

    def __str__(self) -> str:
        return f"a used once of {self.participation_id}"


class Batch(models.Model):
    """Replies mixed together and sealed; with no time finer than the day of the mix."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="batches")
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        related_name="batches",
        null=True,
        help_text="none for a region's or England's remainder",
    )
    area = models.CharField(max_length=9, help_text="GSS code of the authority, region or England")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    mixed_on = models.DateField()
    size = models.PositiveIntegerField()
    sealed = models.BinaryField(
        null=True, help_text="null once destroyed, after the wave's release"
    )

    objects = BatchQuerySet.as_manager()

    classes = classed(
        operational="id wave participation area channel mixed_on size",
        confidential="sealed",
    )

    class Meta:
        indexes = (models.Index(name="batch_by_area", fields=("wave", "area", "channel")),)
        constraints = (
            models.CheckConstraint(name="batch_mixes_ten_or_more", condition=Q(size__gte=LEAST_K)),
        )

    def __str__(self) -> str:
        return f"{self.size} replies of {self.area}"


class AnsweredCount(models.Model):
    """How many have answered by invitation, of one age or language: as far as it may be shown.

    It moves at a mix only, and by k or more (`feedback.stepping`).
    """

    class By(models.TextChoices):
        AGE = "age"
        LANGUAGE = "language"

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="answered_counts"
    )
    by = models.CharField(max_length=8, choices=By.choices)
    part = models.CharField(max_length=12, help_text="code of the age version, or language")
    number = models.PositiveIntegerField()

    classes = classed(operational="id participation by part number")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_answered_count_a_part", fields=("participation", "by", "part")
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} of {self.part} in {self.participation_id}"


class Typist(models.Model):
    """Who typed paper into a box since its last mix: the audit says so at the next one.

    With no number and no day: one sheet typed in is one family that has answered.
    """

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=7, choices=Channel.choices)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    classes = classed(operational="id participation channel", personal="person")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_typist_once_a_box", fields=("participation", "channel", "person")
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} typed for {self.participation_id}"


class Writing(models.Model):
    """Words of a family, for the listeners: with their authority and nothing else about them."""

    class State(models.TextChoices):
        UNREAD = "unread"
        READ = "read"
        ESCALATED = "escalated"

    class Kind(models.TextChoices):
        """What a writing is, in addresses. Not stored: each kind has its own table."""

        IDEA = "idea"
        COMMENT = "comment"

    kind: ClassVar[str]

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    safe_wording = models.TextField(blank=True, help_text="without what could tell who wrote it")
    opened_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNREAD)
    read_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, help_text="why it was escalated, and to whom")

    classes: ClassVar = classed(
        operational="id wave authority opened_on state",
        personal="read_by",
        confidential="text safe_wording note",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}: {self.state}"


class Suggestion(Writing):
    """An idea for making it better."""

    kind: ClassVar[str] = Writing.Kind.IDEA
    topics = models.JSONField(default=list, help_text="codes of the topic cards that were tapped")

    objects = SuggestionQuerySet.as_manager()

    classes: ClassVar = {**Writing.classes, **classed(operational="topics")}

    class Meta:
        indexes = (models.Index(name="suggestion_queue", fields=("state", "opened_on")),)


class Comment(Writing):
    """Anything else a family wanted to say."""

    kind: ClassVar[str] = Writing.Kind.COMMENT

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(name="comment_queue", fields=("state", "opened_on")),)


class Import(models.Model):
    """A file of past answers that was brought along; the same, read so again, changes nothing."""

    digest = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the file and of how it is read"
    )
    name = models.CharField(max_length=200)
    imported_on = models.DateField()
    kept = models.PositiveIntegerField("rows kept")
    refused = models.PositiveIntegerField("rows refused")

    classes = classed(operational="id digest name imported_on kept refused")

    class Meta:
        ordering = ("imported_on", "pk")

    def __str__(self) -> str:
        return self.name


class PublicKey(models.Model):
    """The public half of a key pair that is not a wave's, where a web process can seal with it."""

    name = models.CharField(max_length=40, primary_key=True)
    key = models.BinaryField(max_length=32)
    made_on = models.DateField()

    classes = classed(operational="name key made_on")

    def __str__(self) -> str:
        return self.name


class ContactRequest(models.Model):
    """Somebody asks to be contacted: sealed to the listeners' key, without a code or a wave.

    What was written, with the number to call, is in the envelope alone. Beside it stands what must
    be known without opening it: for whom it is, since when it waits, and who has taken it on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ACKNOWLEDGED = "acknowledged", "acknowledged"
        CLOSED = "closed", "closed"

    once = models.BinaryField(max_length=32, unique=True)
    envelope = models.BinaryField()
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whose listeners it is for; none for the national listeners",
    )
    received_at = models.DateTimeField(help_text="to the minute")
    told_at = models.DateTimeField(help_text="when listeners were last told that it waits")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(
        null=True, blank=True, help_text="when it came to the national listeners from an authority"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    hold = models.CharField(
        max_length=200, blank=True, help_text="why it must not be destroyed yet; no names"
    )
    simulated = models.BooleanField(default=False, help_text="invented; nobody is told of it")

    objects = ContactRequestQuerySet.as_manager()

    classes = classed(
        operational="id authority received_at told_at state acknowledged_at escalated_at "
        "closed_at hold simulated",
        personal="acknowledged_by",
        confidential="once envelope",
    )

    class Meta:
        indexes = (
            models.Index(name="contact_by_state_and_told", fields=("state", "told_at")),
            models.Index(name="contact_by_authority", fields=("authority", "state")),
        )
        constraints = (
            # Whoever took it on is known, and when; of one that waits, nobody has.
            models.CheckConstraint(
                name="contact_is_acknowledged_by_someone_at_a_time",
                condition=Q(acknowledged_by=None, acknowledged_at=None, state="waiting")
                | Q(
                    acknowledged_by__isnull=False,
                    acknowledged_at__isnull=False,
                    state__in=("acknowledged", "closed"),
                ),
            ),
            # Destruction counts from the closing.
            models.CheckConstraint(
                name="contact_is_closed_at_a_time",
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
        )

    def __str__(self) -> str:
        return f"contact request {self.pk}: {self.state}"


class ContactNote(models.Model):
    """What a listener did about a request, in an envelope of its own: it may hold anything."""

    class Act(models.TextChoices):
        NOTED = "noted", "noted"
        PASSED_ON = "passed on", "passed on"
        CLOSED = "closed", "closed"

    request = models.ForeignKey(ContactRequest, on_delete=models.CASCADE, related_name="notes")
    act = models.CharField(max_length=10, choices=Act.choices)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    envelope = models.BinaryField()

    classes = classed(
        operational="id request act written_at",
        personal="written_by",
        confidential="envelope",
    )

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.act} by {self.written_by_id} on request {self.request_id}"


class Opening(models.Model):
    """A listener's wish to read a request: a worker seals it to this key, and to no other.

    The private half is in the listener's browser alone, for ten minutes.
    """

    request = models.ForeignKey(ContactRequest, on_delete=models.CASCADE, related_name="openings")
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    public_key = models.BinaryField(max_length=32)
    sealed = models.BinaryField(null=True, help_text="null until a worker has opened it")
    failed = models.BooleanField(default=False, help_text="no key of ours opens it")

    objects = OpeningQuerySet.as_manager()

    classes = classed(
        operational="id request asked_at public_key failed",
        personal="asked_by",
        confidential="sealed",
    )

    def __str__(self) -> str:
        return f"opening {self.pk} of request {self.request_id}"
