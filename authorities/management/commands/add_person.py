"""`manage.py add_person EMAIL NAME --role planner --authority E06000001`: an account and a role."""

import sys
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from authorities import people, sign_in
from authorities.days import day
from authorities.errors import PersonIsKnown, Refused
from authorities.models import Authority, User
from authorities.roles import Role


class Command(BaseCommand):
    help = (
        "Gives a person an account, unless they have one, and a role. Prints a link with which "
        "they choose a password: it works once, for three days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument(
            "--authority",
            metavar="GSS_CODE",
            help="where the role is held; nationally, if not given",
        )
        parser.add_argument("--until", type=day, metavar="DATE", help="the last day, as 2027-03-31")
        parser.add_argument(
            "--admin", action="store_true", help="also let them into Django's admin"
        )
        parser.add_argument(
            "--password-from-stdin",
            action="store_true",
            help="take the password from the first line of the input, and print no link",
        )

    def handle(self, *, email: str, name: str, role: str, **more: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if more["password_from_stdin"] else None
        try:
            user, is_new = self._add(email, name, Role(role), password=password, **more)
        except (ValidationError, ValueError, Refused) as refused:
            raise CommandError(_in_words(refused)) from refused
        where = more["authority"] or "England"
        self.stdout.write(f"{user.name} is {Role(role).words} in {where}.")
        if not is_new:
            self.stdout.write("The account was there already; its name and password stay.")
        elif password is None:
            self.stdout.write(f"To choose a password: {sign_in.password_link(user)}")

    @transaction.atomic
    def _add(
        self,
        email: str,
        name: str,
        role: Role,
        *,
        authority: str | None,
        until: date | None,
        admin: bool,
        password: str | None,
        **_: Any,
    ) -> tuple[User, bool]:
        place = _authority(authority) if authority else None
        try:
            user = people.add(
                email=email, name=name, by=None, password=password, may_use_admin=admin
            )
            is_new = True
        except PersonIsKnown:
            user, is_new = User.objects.get_by_natural_key(email), False
        people.grant(
            user=user,
            role=role,
            authority=place,
            by=None,
            today=timezone.localdate(),
            until=until,
        )
        return user, is_new


def _in_words(refused: Exception) -> str:
    """What is wrong, with the name of the field where there is one."""
    if hasattr(refused, "message_dict"):
        return " ".join(
            f"{field}: {' '.join(messages)}" for field, messages in refused.message_dict.items()
        )
    return " ".join(getattr(refused, "messages", [str(refused)]))


def _authority(gss_code: str) -> Authority:
    try:
        return Authority.objects.get(gss_code=gss_code)
    except Authority.DoesNotExist:
        raise ValueError(
            f"There is no authority {gss_code} in the register. Load it first: load_register."
        ) from None
