"""Who works here: making accounts, giving and ending roles. Each act is audited as it is done."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from authorities import audit, factors, outbox
from authorities.errors import PersonIsKnown, Refused
from authorities.models import Authority, Membership, User
from authorities.roles import Role, gives_anything

CHANGEABLE = frozenset({"name", "email", "is_active", "is_staff"})


@transaction.atomic
def add(
    *,
    email: str,
    name: str,
    by: User | None,
    password: str | None = None,
    may_use_admin: bool = False,
) -> User:
    """Make an account, which holds no role yet.

    Args:
        by: who makes it; ``None`` from the command line.
        password: one to start with. Without it, nobody can sign in until a link sent to the
            address, or printed by ``add_person``, was used to choose one.
        may_use_admin: whether Django's admin lets them in. What they see there depends on roles.

    Raises:
        ValidationError: not an e-mail address, not a name, or too weak a password.
        PersonIsKnown: the address has an account already, however it is capitalised.
    """
    validate_email(email)
    if User.objects.filter(email__iexact=email).exists():
        raise PersonIsKnown(email)
    user = User(email=email, name=name)
    _see_that_it_is_well(user)
    if password is not None:
        validate_password(password, user)
    user = User.objects.create_user(email, name, password, is_staff=may_use_admin)
    audit.record(actor=by, act="person added", subject=_of(user))
    return user


@transaction.atomic
def change(*, user: User, by: User | None, why: str = "", **fields: Any) -> User:
    """Change what is known of a person: ``name``, ``email``, ``is_active`` or ``is_staff``.

    Someone who is not active cannot sign in, and is signed out where they are. Of another address
    the person is told at the one they had, and at the new one. Nothing is written, nor audited,
    where nothing would change.

    Raises:
        TypeError: a field that is not one of those.
        ValidationError: the new address is not one, or belongs to someone else.
        Refused: somebody closes their own account; or changes the address of somebody whose second
            factor they reset.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"cannot be changed here: {', '.join(sorted(unknown))}")
    if _is(by, user) and fields.get("is_active") is False:
        raise Refused("Nobody closes their own account: ask another administrator.")
    user = User.objects.select_for_update().get(pk=user.pk)
    changed = {name: value for name, value in fields.items() if getattr(user, name) != value}
    if changed:
        before = user.email
        for name, value in changed.items():
            setattr(user, name, value)
        _see_that_it_is_well(user)
        user.save(update_fields=list(changed))
        if user.email != before:
            factors.see_that_nobody_does_both(user=user, by=by, before=factors.RESET)
            # allauth keeps each address someone signed in by, and would still take the old one.
            EmailAddress.objects.filter(user=user).delete()
            _write_of_address(user, before=before, by=by)
        # The old values of personal fields are not kept here: the audit outlives the person's stay.
        act = f"person changed: {', '.join(sorted(changed))}"
        audit.record(actor=by, act=act, subject=_of(user), why=why)
    return user


@transaction.atomic
def grant(
    *,
    user: User,
    role: Role,
    authority: Authority | None,
    by: User | None,
    today: date,
    until: date | None = None,
    why: str = "",
) -> Membership:
    """Give a role from today, nationally where no authority is given. Safe to call twice.

    Args:
        until: the last day it is held; ``None`` for no end yet.

    Returns:
        The membership; the one held already, where it lasts as long.

    Raises:
        ValueError: ``until`` is before today.
        Refused: the person holds a role that must be kept apart from this one, or gives it to
            themselves; or it gives nothing in one authority. Nothing has changed.
    """
    if until is not None and until < today:
        raise ValueError(f"a role cannot end on {until}, before it begins on {today}")
    # One at a time for each person, so that two who give the same role give it once, and two who
    # give roles that must be kept apart do not both find nothing in the way.
    User.objects.select_for_update().get(pk=user.pk)
    held = user.memberships.filter(role=role, authority=authority).held_on(today).lasting(until)
    if (membership := held.first()) is not None:
        return membership
    see_that_it_can_be_given(
        user=user, role=role, authority=authority, by=by, today=today, until=until
    )
    membership = Membership.objects.create(
        user=user, role=role, authority=authority, held_from=today, held_until=until
    )
    _record("role given", membership, by=by, why=why)
    return membership


def see_that_it_can_be_given(
    *,
    user: User,
    role: Role,
    authority: Authority | None,
    by: User | None,
    today: date,
    until: date | None = None,
) -> None:
    """See that nobody gives themselves a role, that it gives something there, and that it stays
    apart from those it must.

    Raises:
        Refused: as :func:`grant` does. It asks again, with the person's row locked.
    """
    if _is(by, user):
        raise Refused("Nobody gives themselves a role: ask another administrator.")
    see_that_it_gives_something(role, authority)
    held = user.memberships.held_between(today, until).kept_apart_from(role, authority)
    if (other := held.select_related("authority").first()) is not None:
        raise Refused(
            f"{user.name} is {other.role_in_words} {_in(other.authority)}. Nobody is both "
            f"{role.words} and {other.role_in_words} of one place: end that role first, or give "
            "this one to somebody else."
        )


def see_that_it_gives_something(role: Role, authority: Authority | None) -> None:
    """Raises: Refused: the role lets nobody do anything there, so that it would lead nowhere."""
    if authority is not None and not gives_anything(role, nationally=False):
        raise Refused(
            f"The role of {role.words} gives nothing in one authority: what it lets a person do is "
            "done for all of England. Give it nationally."
        )


@transaction.atomic
def end(*, membership: Membership, last_day: date, by: User | None, why: str = "") -> None:
    """Let a role end. To end it at once, ``last_day`` is yesterday. Safe to call twice.

    A role is never made longer here: one that ends sooner stays as it is. One that would end before
    it began was never held: its row goes, and the audit alone tells of it.

    Raises:
        Refused: somebody ends a role of their own, so that one administrator is always left.
    """
    if _is(by, membership.user):
        raise Refused("Nobody ends a role of their own: ask another administrator.")
    found = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if found is None or (found.held_until is not None and found.held_until <= last_day):
        return
    _record(f"role ended on {last_day}", found, by=by, why=why)
    if last_day < found.held_from:
        found.delete()
    else:
        found.held_until = last_day
        found.save(update_fields=["held_until"])


def _record(act: str, membership: Membership, *, by: User | None, why: str) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=f"{membership.role}, {_of(membership.user)}",
        authority=membership.authority,
        why=why,
    )


def _write_of_address(user: User, *, before: str, by: User | None) -> None:
    who = by.name if by else "Whoever runs the machine"
    for to, now in ((before, "another one"), (user.email, "this one")):
        outbox.send_later(
            to=to,
            subject="Your e-mail address was changed",
            body=(
                f"Hello {user.name},\n\n{who} changed the e-mail address of your account for "
                f"Heard. You sign in by {now} now, and what we write to you goes there.\n\nDid you "
                "not ask for it? Then tell a national administrator at once.\n"
            ),
        )


def _see_that_it_is_well(user: User) -> None:
    """Check a person's fields, and that the name is one line without invisible marks."""
    # ZWNJ and ZWJ belong to how some names are spelt.
    if not user.name.replace("\u200c", "").replace("\u200d", "").isprintable():
        raise ValidationError({"name": "A name is one line, without control characters."})
    user.full_clean(exclude=() if user.password else ("password",))


def _is(by: User | None, user: User) -> bool:
    return by is not None and by.pk == user.pk


def _in(authority: Authority | None) -> str:
    return f"in {authority}" if authority else "nationally, which counts as every place"


def _of(user: User) -> str:
    return f"person {user.pk}"
