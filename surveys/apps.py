"""Puts this room's door on the staff home page."""

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        doors.register(
            doors.Door(
                title="Approve languages",
                what="What families read in each language, and which of it is still a draft.",
                url_name="languages",
                permission=Permission.TRANSLATE_SURVEYS,
            )
        )
