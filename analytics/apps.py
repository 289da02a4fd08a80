"""Wakes the receivers when Django is ready, and puts this room's door on the staff home page."""

from importlib import import_module

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        import_module("analytics.receivers")
        doors.register(
            doors.Door(
                title="Watch the waves",
                what="Each wave in every authority: who is ready, sent, answered, and who is late.",
                url_name="watch-waves",
                permission=Permission.SEE_PROGRESS,
            )
        )
        doors.register(
            doors.Door(
                title="See how many have answered",
                what="Replies so far in the open waves, and figures that are not published yet.",
                url_name="staff-progress",
                permission=Permission.SEE_PROGRESS,
                of_each_authority=True,
            )
        )
