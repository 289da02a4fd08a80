"""Wakes the receivers when Django is ready, and puts this room's doors on the staff home page."""

from importlib import import_module
from typing import Any, Final

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission
from surveys import readiness, texts

# Of a wave's plan, opening and end. Not that it is held: why may be one family's matter.
_ACTS_ON_WAVES: Final = (
    "wave planned",
    "plan changed",
    "pilots chosen",
    "wave opened",
    "wave extended",
    "wave closes tonight",
    "wave closed early",
    "wave ended",
)


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        import_module("surveys.receivers")
        # They need models, which come first.
        from authorities import audit  # noqa: PLC0415
        from surveys import wave_jobs  # noqa: PLC0415
        from surveys.models import Participation  # noqa: PLC0415

        def waves_of(authorities: Any) -> Any:
            parts = Participation.objects.filter(authority__in=authorities)
            return parts.order_by().values("wave__slug")

        audit.share_national(_ACTS_ON_WAVES, waves_of)

        doors.register(
            doors.Door(
                title="Write surveys",
                what="Drafts, question by question, beside a phone that shows them.",
                url_name="drafts",
                permission=Permission.WRITE_SURVEYS,
            )
        )
        doors.register(
            doors.Door(
                title="Publish surveys",
                what="What waits for a second person, and how it differs from what is published.",
                url_name="proposals",
                permission=Permission.APPROVE_SURVEYS,
            )
        )
        doors.register(
            doors.Door(
                title="Keep the bank of local questions",
                what="What authorities may ask beside the national core.",
                url_name="bank",
                permission=Permission.APPROVE_SURVEYS,
            )
        )
        doors.register(
            doors.Door(
                title="Choose local questions",
                what="From the bank, for a wave that is not open yet.",
                url_name="local",
                permission=Permission.CHOOSE_LOCAL_QUESTIONS,
                anywhere=True,
            )
        )
        doors.register(
            doors.Door(
                title="Translate surveys",
                what="Surveys that are being written: what is stale, and what is missing.",
                url_name="translating-drafts",
                permission=Permission.TRANSLATE_SURVEYS,
            )
        )
        doors.register(
            doors.Door(
                title="Approve languages",
                what="What families read in each language, and which of it is still a draft.",
                url_name="languages",
                permission=Permission.TRANSLATE_SURVEYS,
            )
        )
        wave_jobs.register()
        doors.register(
            doors.Door(
                title="Run waves",
                what="Plan them, open them, extend them and close them.",
                url_name="waves",
                permission=Permission.RUN_WAVES,
            )
        )
        doors.register(
            doors.Door(
                title="Take part in waves",
                what="What your authority still needs, how many could answer, whom to turn to.",
                url_name="taking-part-places",
                permission=Permission.INVITE_FAMILIES,
                anywhere=True,
            )
        )
        doors.register(
            doors.Door(
                title="Reach families",
                what="Lists of those to invite, invitations and reminders, and how far they are.",
                url_name="reaching",
                permission=Permission.INVITE_FAMILIES,
                anywhere=True,
            )
        )
        doors.register(
            doors.Door(
                title="Who is not to be contacted",
                what="Looked at before every message.",
                url_name="do-not-contact-lists",
                permission=Permission.INVITE_FAMILIES,
                anywhere=True,
            )
        )
        readiness.register(
            readiness.Screens(
                subject=texts.BOOK.subject,
                messages=texts.BOOK.messages,
                texts=texts.BOOK.texts,
                problems=texts.BOOK.problems,
            )
        )
