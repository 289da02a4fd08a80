"""Versions, waves, who takes part, who is invited, and what is approved and recorded."""

from functools import cached_property
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import F, Q

from authorities.classing import classed
from authorities.models import Authority, Setting, User
from surveys import definition, publication
from surveys.errors import VersionIsFrozen
from surveys.querysets import (
    InvitationQuerySet,
    OpenLinkQuerySet,
    ParticipationQuerySet,
    VersionQuerySet,
    WaveQuerySet,
)

LEAST_K = 10


class Version(models.Model):
    """A survey as published: frozen under the digest of its content. Nothing edits a version."""

    survey = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    source = models.TextField(help_text="the definition, as TOML")
    translations = models.JSONField(
        default=dict, help_text="language code to the text of its PO file"
    )
    core = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="local_versions",
        help_text="for one authority's own version: the core that it asks, and more",
    )
    published_on = models.DateField()

    objects = VersionQuerySet.as_manager()

    classes = classed(public="id survey number digest source translations core published_on")

    class Meta:
        ordering = ("survey", "number")
        constraints = (
            models.UniqueConstraint(name="one_version_a_number", fields=("survey", "number")),
        )

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"

    def save(self, **options: Any) -> None:
        """Raises: VersionIsFrozen: it was saved before."""
        if not self._state.adding:
            raise VersionIsFrozen
        # Inserted, never updated, even where someone made the object with a number of their own.
        super().save(**{**options, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Raises: VersionIsFrozen: always."""
        raise VersionIsFrozen

    @cached_property
    def definition(self) -> definition.Survey:
        """The parsed survey. Parsed once a process for each digest."""
        return publication.parsed(self.digest, lambda: self.source)


class Wave(models.Model):
    """A version asked in a period, under a promise that cannot be changed once it is open."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="waves")
    period_start = models.DateField()
    period_end = models.DateField()
    opens_on = models.DateField()
    closes_on = models.DateField("last day of fieldwork")
    k = models.PositiveSmallIntegerField("fewest ballots mixed together", default=LEAST_K)
    promise = models.TextField("what families are promised")
    promises = models.JSONField(
        "the same in other languages",
        default=dict,
        blank=True,
        help_text="language code to text; none where it is the usual one",
    )
    public_key = models.BinaryField(max_length=32, null=True, help_text="made when the wave opens")
    sending_key = models.BinaryField(
        max_length=32, null=True, help_text="what addresses are sealed to; made when the wave opens"
    )
    languages = models.JSONField(
        "languages it is offered in",
        default=list,
        blank=True,
        help_text="codes beside English; none named is all of the version's",
    )
    target_rate = models.PositiveSmallIntegerField("response aimed for, in per cent", default=30)
    most_local_items = models.PositiveSmallIntegerField(
        "most local questions of an authority", default=3
    )
    groups = models.PositiveSmallIntegerField(
        "groups that families are divided into", default=1, help_text="see surveys/rotation.py"
    )
    asked_groups = models.JSONField(
        "groups that it asks", default=list, blank=True, help_text="numbers; none named is all"
    )
    asked_again_why = models.TextField("why families may be asked twice within a year", blank=True)
    simulated = models.BooleanField(default=False, help_text="a demonstration: no family answered")
    released_on = models.DateField(
        null=True, blank=True, help_text="when its figures first came out"
    )
    hold = models.TextField(
        blank=True, help_text="why nothing may be destroyed: a referral, an inquiry, a legal hold"
    )
    key_destroyed_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(
        null=True, blank=True, help_text="when it was closed, from when its days cannot change"
    )

    objects = WaveQuerySet.as_manager()

    classes = classed(
        public="id slug name version period_start period_end opens_on closes_on k promise "
        "promises public_key sending_key languages target_rate most_local_items groups "
        "asked_groups simulated released_on key_destroyed_on ended_on",
        operational="hold asked_again_why",
    )

    class Meta:
        ordering = ("period_start", "slug")
        constraints = (
            models.CheckConstraint(
                name="wave_period_ends_after_it_begins",
                condition=Q(period_end__gte=F("period_start")),
            ),
            models.CheckConstraint(
                name="wave_closes_after_it_opens", condition=Q(closes_on__gte=F("opens_on"))
            ),
            # Fewer than ten together would let one answer be guessed at (methods.md 2.8).
            models.CheckConstraint(name="wave_mixes_ten_or_more", condition=Q(k__gte=LEAST_K)),
            models.CheckConstraint(
                name="wave_aims_for_a_share", condition=Q(target_rate__range=(1, 100))
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Raises: PromiseIsKept: the wave is open, and this would change what it opened with."""
        Wave.objects.refuse_changes_in(self)
        super().save(**options)

    @property
    def key_name(self) -> str:
        """The name of its key pair in the key directory."""
        return f"wave-{self.slug}"

    @property
    def sending_key_name(self) -> str:
        """The name of the key pair that addresses are sealed to; destroyed when fieldwork ends."""
        return f"sending-{self.slug}"


class Participation(models.Model):
    """One authority in one wave, with its own version: the core, or more than the core."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="participations")
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="participations"
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="participations")
    help_name = models.CharField("whom families can turn to", max_length=120)
    help_phone = models.CharField("their number", max_length=30)
    cover_name = models.CharField(
        "who answers families outside office hours", max_length=120, blank=True
    )
    cover_phone = models.CharField("their number", max_length=30, blank=True)
    pilot = models.BooleanField("opens first, to try the wave out", default=False)
    opened_on = models.DateField(
        null=True, blank=True, help_text="from when families here can answer; none: not yet"
    )
    numbers_confirmed = models.BooleanField(
        "somebody said how many could answer",
        default=False,
        db_default=False,
        help_text="if not, the numbers are the register's, and nobody has looked at them",
    )

    objects = ParticipationQuerySet.as_manager()

    classes = classed(
        public="id wave authority version help_name help_phone cover_name cover_phone pilot "
        "opened_on",
        operational="numbers_confirmed",
    )

    class Meta:
        ordering = ("wave", "authority")
        constraints = (
            models.UniqueConstraint(name="an_authority_once_a_wave", fields=("wave", "authority")),
        )

    def __str__(self) -> str:
        return f"{self.authority} in {self.wave}"

    def save(self, **options: Any) -> None:
        """Raises: PromiseIsKept: the wave is open, and this would change who is asked what."""
        Participation.objects.refuse_changes_in(self)
        super().save(**options)


class EligiblePopulation(models.Model):
    """How many could have answered in a participation, by service, age band and sex where known."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="eligible"
    )
    service = models.SlugField(max_length=40)
    age_band = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    number = models.PositiveIntegerField()

    classes = classed(operational="id participation service age_band sex number")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_eligible_number_a_cell",
                fields=("participation", "service", "age_band", "sex"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} in {self.service} {self.age_band} {self.sex}"


class InvitationCount(models.Model):
    """How many codes were made of a kind: read where counting a million invitations would wait."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="invitation_counts"
    )
    age_version = models.CharField(max_length=10)
    language = models.CharField(max_length=12)
    service = models.SlugField(max_length=40, blank=True, help_text="where it is known")
    made = models.PositiveIntegerField(default=0)

    classes = classed(operational="id participation age_version language service made")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_invitation_count_a_kind",
                fields=("participation", "age_version", "language", "service"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.made} codes of {self.participation_id}"


class Invitation(models.Model):
    """One code, of which only a keyed digest is kept, and whether it was used by the last mix."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="invitations"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    age_version = models.CharField(max_length=10)
    language = models.CharField(max_length=12, default="en")
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, null=True, blank=True)
    spent = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    classes = classed(
        operational="id participation age_version language setting",
        confidential="digest spent",
    )

    class Meta:
        # No order: the order in which codes were made says nothing, and must not come to.
        indexes: ClassVar[list[models.Index]] = []

    def __str__(self) -> str:
        return f"an invitation to {self.participation_id}"


class OpenLink(models.Model):
    """An address for posters, without a code; its replies are counted apart."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="open_links"
    )
    slug = models.CharField(max_length=20, unique=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = OpenLinkQuerySet.as_manager()

    classes = classed(operational="id participation slug closed_on")

    def __str__(self) -> str:
        return self.slug


class LanguageApproval(models.Model):
    """A native speaker has read this very text of a language; another text is a draft again."""

    class Kind(models.TextChoices):
        SURVEY = "survey", "A survey"
        SCREENS = "screens", "The screens"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.SlugField(max_length=40, help_text="the code of the survey, or of the screens")
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text of the PO file")
    speaker = models.CharField("who read it", max_length=200)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="approvals")
    approved_on = models.DateField()

    classes = classed(
        public="id kind subject language digest approved_on", personal="speaker approved_by"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="a_text_is_approved_once", fields=("kind", "subject", "language", "digest")
            ),
            models.CheckConstraint(name="approval_names_the_speaker", condition=~Q(speaker="")),
        )

    def __str__(self) -> str:
        return f"{self.subject} in {self.language}"


class Recording(models.Model):
    """A sound or film that stands beside a frozen version, for one question in one language.

    The file lies in the media directory under its digest.
    """

    class Kind(models.TextChoices):
        AUDIO = "audio", "Read aloud"
        FILM = "film", "In British Sign Language"

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="recordings")
    age_version = models.CharField(max_length=10)
    language = models.CharField(max_length=12, help_text="bfi for British Sign Language")
    item = models.CharField(max_length=40, blank=True, help_text="empty for the introduction")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file")
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text="in bytes")

    classes = classed(public="id version age_version language item kind digest content_type size")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_recording_a_place",
                fields=("version", "age_version", "language", "item", "kind"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.age_version}, {self.language}, {self.item or 'introduction'}"
