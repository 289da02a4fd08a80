"""Puts this room's doors on the staff home page, and says which words stand around a survey."""

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission
from feedback import wording
from surveys import readiness


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback.contacting import news_for  # noqa: PLC0415  it needs models, which come first

        doors.register(
            doors.Door(
                title="Answer those who asked to be contacted",
                what="Somebody waits for a call or a message. The most urgent first.",
                url_name="contacts",
                permission=Permission.ANSWER_CONTACTS,
                anywhere=True,
                news=news_for,
            )
        )
        doors.register(
            doors.Door(
                title="Read what families wrote",
                what="Ideas and comments of all authorities, the oldest first.",
                url_name="words",
                permission=Permission.READ_WORDS,
            )
        )
        readiness.register(
            readiness.Screens(
                subject=wording.SUBJECT,
                messages=wording.messages,
                texts=wording.texts,
                problems=wording.problems,
            )
        )
