"""Wakes the receivers and checks when Django is ready, and puts doors on the staff home page."""

from importlib import import_module

from django.apps import AppConfig

from authorities import doors
from authorities.roles import Permission


class AuthoritiesConfig(AppConfig):
    name = "authorities"

    def ready(self) -> None:
        import_module("authorities.receivers")
        import_module("authorities.checks")
        doors.register(
            doors.Door(
                title="People and their roles",
                what="Invite somebody, give and end roles, close an account, reset a lost phone.",
                url_name="staff-people",
                permission=Permission.MANAGE_PEOPLE,
            )
        )
        doors.register(
            doors.Door(
                title="Read the audit",
                what="Who did what, to what, and why.",
                url_name="staff-audit",
                permission=Permission.READ_AUDIT,
                anywhere=True,
            )
        )
