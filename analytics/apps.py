"""Wakes the receivers when Django is ready, and puts this room's door on the staff home page."""

from importlib import import_module

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        # They need models, which come first.
        from analytics import letters, releasing_jobs  # noqa: PLC0415
        from analytics.pages import news  # noqa: PLC0415

        import_module("analytics.receivers")
        releasing_jobs.register()
        letters.tell_by(news.told)
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
        doors.register(
            doors.Door(
                title="Release figures",
                what="Waves that are over: prepare their figures, sign them off, let them out.",
                url_name="staff-releases",
                permission=Permission.RUN_WAVES,
            )
        )
        doors.register(
            doors.Door(
                title="Letters to subscribers",
                what="E-mails about each release: how many went, and which are doubtful.",
                url_name="staff-letters",
                permission=Permission.RUN_WAVES,
            )
        )
        doors.register(
            doors.Door(
                title="Mark what changed",
                what="Days on which something changed, for whoever reads your charts.",
                url_name="events",
                permission=Permission.SEE_UNPUBLISHED_FIGURES,
                of_each_authority=True,
            )
        )
