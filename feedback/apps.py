"""Puts this room's door on the staff home page."""

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        doors.register(
            doors.Door(
                title="Read what families wrote",
                what="Ideas and comments of all authorities, the oldest first.",
                url_name="words",
                permission=Permission.READ_WORDS,
            )
        )
