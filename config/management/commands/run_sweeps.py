"""`manage.py run_sweeps`: everything that the timetable would do, now and in this process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.celery import app
from config.timetable import TIMETABLE

OURS = ("authorities", "surveys", "feedback", "analytics", "config")
ASKED_FOR = {"feedback.open_words": {"at_once": True}}  # a person is asking, so now


class Command(BaseCommand):
    help = (
        "Runs each periodic task once, now: words are opened, boxes mixed, batches counted, "
        "messages sent, what has served destroyed. Each may run twice, so this is always safe."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        app.loader.import_default_modules()
        failed = False
        for name, entry in in_the_order_of_a_night():
            task = entry["task"]
            ended = app.tasks[task].apply(kwargs=ASKED_FOR.get(task, {}))
            if ended.failed():
                failed = True
                self.stderr.write(f"To {name} did not work: {_said(ended.result)}")
            else:
                self.stdout.write(f"Done: {name}.")
        if failed:
            raise CommandError("Not all was done. Mend what is named above, then run this again.")


def _said(error: object) -> str:
    """Our own errors in their own words; of others' the type alone, for they may quote a value."""
    ours = type(error).__module__.partition(".")[0] in OURS
    return f"{error}" if ours else f"{type(error).__name__}."


def in_the_order_of_a_night() -> list[tuple[str, dict[str, Any]]]:
    """Those with an hour first, by their hour: what they leave, the frequent ones take up."""

    def hour(entry: dict[str, Any]) -> tuple[int, int]:
        hours = getattr(entry["schedule"], "hour", {24})
        minutes = getattr(entry["schedule"], "minute", {0})
        return min(hours), min(minutes)

    return sorted(TIMETABLE.items(), key=lambda named: hour(named[1]))
