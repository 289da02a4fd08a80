"""Surveys as they are written: drafts, proposals to publish, the bank of local questions."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from authorities.classing import classed
from authorities.models import User
from surveys import comparability
from surveys.errors import MoreThanWording
from surveys.models.asking import Participation, Version, Wave


class Draft(models.Model):
    """A survey being written. Its source is the truth; a page is one way to edit it."""

    survey = models.SlugField(max_length=40, help_text="the code of the survey")
    name = models.CharField(max_length=80)
    source = models.TextField(help_text="the definition, as TOML")
    based_on = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(
        default=1, help_text="goes up with each change, so that nobody writes over another's"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    put_away = models.BooleanField("no longer worked on", default=False)
    brought_in = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="of a form from elsewhere: what was left out, added or is to be looked at",
    )

    classes = classed(
        operational="id survey name source based_on revision changed_at put_away brought_in",
        personal="made_by changed_by",
    )

    class Meta:
        ordering = ("-changed_at", "-pk")

    def __str__(self) -> str:
        return self.name

    @property
    def notes(self) -> list[str]:
        """What came of bringing it in."""
        return self.brought_in.splitlines()


class DraftTranslation(models.Model):
    """A draft in one language, as the text of a PO file, and who wrote it last."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=12)
    text = models.TextField(help_text="the PO file")
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    classes = classed(
        operational="id draft language text revision changed_at", personal="changed_by"
    )

    class Meta:
        ordering = ("language",)
        constraints = (
            models.UniqueConstraint(name="a_draft_once_a_language", fields=("draft", "language")),
        )

    def __str__(self) -> str:
        return f"{self.draft_id} in {self.language}"


class TranslationAuthor(models.Model):
    """Who wrote a text of a language, so that somebody else approves it."""

    survey = models.SlugField(max_length=40)
    language = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text of the PO file")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    classes = classed(operational="id survey language digest", personal="written_by")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="an_author_once_a_text", fields=("survey", "language", "digest", "written_by")
            ),
        )

    def __str__(self) -> str:
        return f"{self.written_by_id} wrote {self.survey} in {self.language}"


class Proposal(models.Model):
    """A draft as somebody wants it published; another person agrees or says why not."""

    class State(models.TextChoices):
        WAITING = "waiting"
        AGREED = "agreed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="proposals")
    source = models.TextField(help_text="the definition as proposed, as TOML")
    translations = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, help_text="of the content, as a version's")
    wave = models.ForeignKey(
        Wave,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the open wave in which it is to take the place of the version",
    )
    why = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True, help_text="in words")
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    classes = classed(
        operational="id draft source translations digest wave why proposed_at state decided_at "
        "decision version",
        personal="proposed_by decided_by",
    )

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints = (
            # Two people publish.
            models.CheckConstraint(
                name="nobody_agrees_with_themselves",
                condition=~Q(state="agreed") | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="an_agreed_proposal_has_a_version",
                condition=~Q(state="agreed") | Q(version__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_waiting_proposal_a_draft",
                fields=("draft",),
                condition=Q(state="waiting"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.draft} as proposed"


class BankItem(models.Model):
    """A local question that authorities may add to the core, once two people stand behind it."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        RETIRED = "retired"

    survey = models.SlugField(max_length=40, help_text="the code of the survey it belongs to")
    code = models.SlugField(max_length=40, help_text="of the item, never one of the core's")
    source = models.TextField(help_text="one [[item]] of a definition, as TOML")
    translations = models.JSONField(
        default=dict, help_text="language code to the text of its PO file"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True, help_text="what it is to tell")

    classes = classed(
        operational="id survey code source translations state proposed_on decided_on why",
        personal="proposed_by decided_by",
    )

    class Meta:
        ordering = ("survey", "code")
        constraints = (
            models.UniqueConstraint(name="one_bank_item_a_code", fields=("survey", "code")),
            models.CheckConstraint(
                name="nobody_approves_their_own_question",
                condition=~Q(state="approved") | ~Q(decided_by=F("proposed_by")),
            ),
        )

    def __str__(self) -> str:
        return self.code


class BankWords(models.Model):
    """New words of a question in another language, not in use until another person approves them.

    Who wrote them is known by their digest, as of any text (`TranslationAuthor`).
    """

    item = models.ForeignKey(BankItem, on_delete=models.CASCADE, related_name="waiting")
    language = models.CharField(max_length=12)
    text = models.TextField(help_text="the PO file")

    classes = classed(operational="id item language text")

    class Meta:
        ordering = ("item", "language")
        constraints = (
            models.UniqueConstraint(name="new_words_once_a_language", fields=("item", "language")),
        )

    def __str__(self) -> str:
        return f"{self.item_id} in {self.language}"


class LocalChoice(models.Model):
    """A question from the bank that one authority asks in one wave, after the core."""

    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="local_choices"
    )
    item = models.ForeignKey(BankItem, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(help_text="1 is asked first")

    classes = classed(operational="id participation item place")

    class Meta:
        ordering = ("participation", "place")
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_local_question_once", fields=("participation", "item")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.participation_id}"


class Succession(models.Model):
    """In an open wave a version took another's place; only its wording differs."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="successions")
    before = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()

    classes = classed(operational="id wave before after since why", personal="asked_by agreed_by")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                name="a_version_succeeds_another_once", fields=("wave", "before", "after")
            ),
            models.CheckConstraint(
                name="two_people_change_an_open_wave", condition=~Q(asked_by=F("agreed_by"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.after_id} after {self.before_id} in {self.wave_id}"

    def save(self, **options: Any) -> None:
        """Raises: MoreThanWording: what is counted with it would not be the same thing."""
        found = comparability.more_than_wording(self.before.definition, self.after.definition)
        if found:
            raise MoreThanWording(str(self.before), str(self.after), found)
        super().save(**{**options, "force_insert": True})
