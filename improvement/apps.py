"""Puts this room's door on the staff home page, and its panel into every report."""

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class ImprovementConfig(AppConfig):
    name = "improvement"

    def ready(self) -> None:
        # They need models, which come first.
        from analytics import panels  # noqa: PLC0415
        from improvement.pages.plans_panel import WHAT_WE_PLAN  # noqa: PLC0415
        from improvement.planning import news_for  # noqa: PLC0415

        panels.register(WHAT_WE_PLAN)
        doors.register(
            doors.Door(
                title="Plan what to change",
                what="What you will do about a figure, who, by when, and what you expect of it.",
                url_name="plans",
                permission=Permission.PLAN_IMPROVEMENTS,
                anywhere=True,
                news=news_for,
            )
        )
