"""The people of the demonstration: one for each role, and a listener of one authority besides."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from authorities import factors, people
from authorities.errors import PersonIsKnown
from authorities.models import Authority, User
from authorities.roles import Role
from config.demo.card import Login

# Invented. The domain is kept for examples by RFC 2606, and no mail can reach it.
NAMES: Mapping[Role, str] = {
    Role.NATIONAL_ADMINISTRATOR: "Nadia Holt",
    Role.SURVEY_AUTHOR: "Sam Okafor",
    Role.TRANSLATOR: "Tegan Price",
    Role.PLANNER: "Priya Marsh",
    Role.LISTENER: "Leo Brandt",
    Role.IMPROVEMENT_LEAD: "Imogen Cole",
    Role.SAFETY_ANALYST: "Aidan Shaw",
    Role.SAFETY_CUSTODIAN: "Carys Venn",
    Role.COORDINATOR: "Cora Whitlock",
}
LOCAL_LISTENER = ("local_listener", "Lena Ward")
# Two people sign a release off.
SECOND_ADMINISTRATOR = ("second_administrator", "Nils Abara")
DOMAIN = "heard.example"
IN_AUTHORITIES = frozenset({Role.PLANNER, Role.IMPROVEMENT_LEAD, Role.COORDINATOR})


class NotOfTheDemonstration(Exception):
    """Somebody who is not invented; the message says so."""


@transaction.atomic
def welcome(*, places: Sequence[Authority], today: date, listening_since: date) -> dict[str, Login]:
    """One person for each role, and a local listener, with new passwords and second factors.

    May be called again.

    Args:
        places: where local roles are held: the planner's in the first two, others' in the first.
        listening_since: the day from which listeners listen, without whom no wave opens.

    Returns:
        Their logins by role.
    """
    logins = {}
    for key, name, role, held_in in _people(places):
        email = _email(key)
        password = _a_password(User(email=email, name=name))
        user = _person(email, name, password, admin=role is Role.NATIONAL_ADMINISTRATOR)
        # Others since yesterday, when some of what stands in their inbox came.
        since = listening_since if role is Role.LISTENER else today - timedelta(days=1)
        _give(user, role, held_in or [None], today, since=since)
        secret = factors.new_secret()
        factors.give_app(user=user, secret=secret)
        logins[key] = Login(
            name, email, password, [place.name for place in held_in], factors.address(user, secret)
        )
    return logins


def code_now(email: str) -> str | None:
    """The code that this person's app shows now; ``None`` where nobody here has such an app.

    Raises:
        NotOfTheDemonstration: the address is not one of the demonstration's.
    """
    if not email.endswith(f"@{DOMAIN}"):
        raise NotOfTheDemonstration(
            f"{email} is nobody of the demonstration: their addresses end in @{DOMAIN}. Everybody "
            "else has their code on a phone of their own, and nobody can ask for it here."
        )
    user = User.objects.filter(email=email).first()
    return None if user is None else factors.code_now(user)


def who_is(role: Role) -> User:
    """The person with this role, once :func:`welcome` was called."""
    return User.objects.get(email=_email(role.value))


def local_listener() -> User:
    """The listener of the first place, once :func:`welcome` was called."""
    return User.objects.get(email=_email(LOCAL_LISTENER[0]))


def signing() -> tuple[User, User]:
    """The two who sign releases off, once :func:`welcome` was called."""
    second = User.objects.get(email=_email(SECOND_ADMINISTRATOR[0]))
    return who_is(Role.NATIONAL_ADMINISTRATOR), second


def _people(
    places: Sequence[Authority],
) -> Iterator[tuple[str, str, Role, Sequence[Authority]]]:
    """A key, a name, a role, and where it is held; nowhere for nationally."""
    for role, name in NAMES.items():
        number = 2 if role is Role.PLANNER else 1
        yield role.value, name, role, places[:number] if role in IN_AUTHORITIES else []
    yield (*LOCAL_LISTENER, Role.LISTENER, places[:1])
    yield (*SECOND_ADMINISTRATOR, Role.NATIONAL_ADMINISTRATOR, [])


def _email(key: str) -> str:
    return f"{key.replace('_', '-')}@{DOMAIN}"


def _a_password(user: User) -> str:
    """One at random that our rules let this person have: chance makes some like an address."""
    while True:
        password = secrets.token_urlsafe(12)
        try:
            validate_password(password, user)
        except ValidationError:
            continue
        return password


def _person(email: str, name: str, password: str, *, admin: bool) -> User:
    try:
        return people.add(email=email, name=name, by=None, password=password, may_use_admin=admin)
    except PersonIsKnown:
        # Of an earlier demonstration, whose passwords nobody may be using any more.
        user = User.objects.get(email=email)
        user.set_password(password)
        user.save(update_fields=["password"])
        return user


def _give(
    user: User, role: Role, places: Sequence[Authority | None], today: date, *, since: date
) -> None:
    for held in user.memberships.held_on(today).select_related("authority", "user"):
        if held.role != role or held.authority not in places:
            people.end(membership=held, last_day=today - timedelta(days=1), by=None)
    for place in places:
        people.grant(user=user, role=role, authority=place, by=None, today=since)
