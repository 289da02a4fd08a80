"""Long work that somebody asked for, how far it is, and the files that it made."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from authorities.classing import classed
from authorities.models import Authority, User
from surveys.models.asking import Wave


class Job(models.Model):
    """Long work for a worker: a row is the to-do list, and taking it is one conditional UPDATE."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused", "cannot be done"
        FAILED = "failed"

    kind = models.CharField(max_length=40, help_text="which worker's function it is for")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, related_name="jobs")
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="jobs"
    )
    arguments = models.JSONField(default=dict, help_text="never anything about a family")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True, help_text="how it ended, for the person who asked")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    classes = classed(
        operational="id kind wave authority arguments asked_at state done total words attempts "
        "due_at ended_at",
        personal="asked_by",
    )

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(name="job_by_state_and_due", fields=("state", "due_at")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}: {self.state}"


class JobFile(models.Model):
    """A file that a job made, sealed so that only the browser that asked for it can open it."""

    LASTS: ClassVar = timedelta(hours=24)

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    classes = classed(operational="id job number name made_at", confidential="sealed")

    class Meta:
        ordering = ("job", "number")
        constraints = (models.UniqueConstraint(name="one_file_a_number", fields=("job", "number")),)

    def __str__(self) -> str:
        return self.name
