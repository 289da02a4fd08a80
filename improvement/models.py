"""What is changed because of what was said: plans."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from analytics import disclosure
from analytics.models import Release
from analytics.spans import Span
from authorities.classing import classed
from authorities.models import Authority, User
from improvement.errors import PlansAreKept
from improvement.expectations import Expectation, Measure, plannable
from improvement.querysets import PlanQuerySet


class Plan(models.Model):
    """What an authority will do about a figure, and what it expects the figure to be then.

    Kept for good. Every version of its words is in the audit.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        STOPPED = "stopped"

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    indicator = models.SlugField(max_length=40, help_text="code of an indicator or an index")
    doing = models.TextField(help_text="what we will do")
    owner = models.CharField(max_length=120, help_text="a role, or the name of a member of staff")
    by_when = models.DateField(help_text="when it is to be done")
    public = models.BooleanField(default=False, help_text="shown in the public report")

    started_in = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=7)
    span = models.CharField(max_length=4, choices=[(each.value, each.value) for each in Span])
    start = models.JSONField(help_text="the figure it starts from, as that release has it")

    expected = models.PositiveSmallIntegerField(help_text="a whole percent, or whole points")
    expected_by = models.DateField(help_text="the last day that the outcome tells of")

    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    why_ended = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1, help_text="one more with each change")

    objects = PlanQuerySet.as_manager()

    classes = classed(
        public="id authority indicator started_in channel span start",
        # Public only where its planner says so.
        operational="doing by_when public expected expected_by state why_ended ended_at created_at "
        "revision",
        personal="owner ended_by created_by",
    )

    class Meta:
        ordering = ("authority", "indicator", "pk")
        constraints = (
            models.CheckConstraint(
                name="plan_ended_with_a_reason_or_not_at_all",
                condition=Q(state="open", ended_at=None, ended_by=None, why_ended="")
                | Q(~Q(state="open"), ~Q(why_ended=""), ended_at__isnull=False),
            ),
            # Nothing else is ever published as a number, so nothing else could be found to be so.
            models.CheckConstraint(
                name="plan_expects_what_can_be_published", condition=Q(expected__range=(1, 99))
            ),
        )
        indexes = (models.Index(name="plan_by_authority", fields=("authority", "state")),)

    def __str__(self) -> str:
        return f"plan {self.pk}: {self.measure.name}"

    @property
    def measure(self) -> Measure:
        return plannable()[self.indicator]

    @property
    def expectation(self) -> Expectation:
        return Expectation(
            measure=self.measure,
            start=disclosure.from_json(self.start),
            span=Span(self.span),
            expected=self.expected,
            by=self.expected_by,
        )

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise PlansAreKept
