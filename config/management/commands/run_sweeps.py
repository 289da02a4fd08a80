"""`manage.py run_sweeps`: everything that the timetable would do, now and in this process."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.celery import app
from config.timetable import TIMETABLE


class Command(BaseCommand):
    help = (
        "Runs each periodic task once, now: words are opened, boxes mixed, batches counted, "
        "messages sent, what has served destroyed. Each may run twice, so this is always safe."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        app.loader.import_default_modules()
        for name, entry in in_the_order_of_a_night():
            ended = app.tasks[entry["task"]].apply()
            if ended.failed():
                raise CommandError(f"To {name} did not work: {type(ended.result).__name__}.")
            self.stdout.write(f"Done: {name}.")


def in_the_order_of_a_night() -> list[tuple[str, dict[str, Any]]]:
    """Those with an hour first, by their hour: what they leave, the frequent ones take up."""

    def hour(entry: dict[str, Any]) -> tuple[int, int]:
        hours = getattr(entry["schedule"], "hour", {24})
        minutes = getattr(entry["schedule"], "minute", {0})
        return min(hours), min(minutes)

    return sorted(TIMETABLE.items(), key=lambda named: hour(named[1]))
