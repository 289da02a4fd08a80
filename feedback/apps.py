"""Puts this room's doors on the staff home page, and says which words stand around a survey."""

from importlib import import_module

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission
from feedback import wording
from surveys import previews, readiness


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        # They need models, which come first.
        from authorities import audit  # noqa: PLC0415
        from feedback import answered, onpaper, settling  # noqa: PLC0415
        from feedback.contacting import news_for  # noqa: PLC0415
        from feedback.pages import previewing  # noqa: PLC0415
        from surveys import lettering, samples  # noqa: PLC0415

        import_module("feedback.receivers")
        for kinds in (lettering, onpaper, settling):
            kinds.register()
        # What listeners do with one family's words is nothing for the service it may be about.
        audit.keep_national("contact request ", "comment ", "suggestion ")

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
        doors.register(
            doors.Door(
                title="Print letters, surveys and posters",
                what="Where the platform cannot send: what goes out on paper.",
                url_name="paper-places",
                permission=Permission.INVITE_FAMILIES,
                anywhere=True,
            )
        )
        samples.register(answered.by_invitation)
        doors.register(
            doors.Door(
                title="Type in paper",
                what="Answers that came on paper: one sheet after the other, then all together.",
                url_name="typing-in",
                permission=Permission.TYPE_PAPER,
                anywhere=True,
            )
        )
        previews.register(
            "draft-preview", of_versions="version-preview", unsaved=previewing.unsaved
        )
        readiness.register(
            readiness.Screens(
                subject=wording.SUBJECT,
                messages=wording.messages,
                texts=wording.texts,
                problems=wording.problems,
            )
        )
