"""Appointing people: an invitation by e-mail to one named role, which is accepted once.

The link is the only thing that opens it, and only its digest is kept here. (The letter that carries
the link waits in the outbox until it is sent, and is erased then.)
"""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from authorities import access, audit, outbox, people
from authorities.errors import Refused
from authorities.models import Authority, StaffInvitation, User
from authorities.roles import Permission, Role

LASTS: Final = timedelta(days=7)
LONGEST_REASON: Final = 400


class Gone(Refused):
    """The invitation was there, and opens nothing any more; the message says why."""


@transaction.atomic
def invite(
    *,
    email: str,
    role: Role,
    authority: Authority | None,
    by: User | None,
    why: str,
    now: datetime,
    today: date,
    until: date | None = None,
) -> StaffInvitation:
    """Write to somebody that a role waits for them. The same twice is once, and one letter.

    On other terms, or where the link opens nothing any more, another link is sent instead.

    Args:
        authority: where the role is to be held; ``None`` for nationally.
        why: the reason, for the audit.
        until: the last day that the role will be held; ``None`` for no end yet.

    Raises:
        ValidationError: not an e-mail address.
        Refused: no reason; or the role gives nothing there; or the address belongs to somebody who
            cannot be given it, or was invited to one that must be kept apart from it.
    """
    email = email.strip().lower()
    validate_email(email)
    why = _reason(why)
    if until is not None and until < today:
        raise Refused("The last day is before today.")
    _see_that_it_fits(email, role, authority, by=by, today=today, until=until)
    _see_that_it_stays_apart(email, role, authority, now=now)
    token = secrets.token_urlsafe(32)
    invitation, is_new = StaffInvitation.objects.get_or_create(
        email=email,
        role=role,
        authority=authority,
        accepted_at=None,
        revoked_at=None,
        defaults={
            "held_until": until,
            "why": why,
            "digest": _digest(token),
            "invited_by": by,
            "sent_at": now,
            "expires_at": now + LASTS,
        },
    )
    if is_new:
        _write_to(invitation, token)
        _record("person invited", invitation, by=by, why=why)
    elif (invitation.held_until, invitation.why) != (until, why):
        invitation = _waiting(invitation)
        invitation.held_until, invitation.why = until, why
        _send_again(invitation, "person invited on other terms", by=by, why=why, now=now)
    elif not _opens(invitation, now=now, today=today):
        resend(invitation=invitation, by=by, now=now)
    return invitation


@transaction.atomic
def resend(*, invitation: StaffInvitation, by: User | None, now: datetime) -> None:
    """Send another link for another seven days; the one before opens nothing any more.

    Raises:
        Refused: it was accepted or revoked meanwhile, or the address was invited to a role that
            must be kept apart from this one, or the role gives nothing there. Nothing has changed.
    """
    invitation = _waiting(invitation)
    people.see_that_it_gives_something(Role(invitation.role), invitation.authority)
    _see_that_it_stays_apart(invitation.email, Role(invitation.role), invitation.authority, now=now)
    _send_again(invitation, "invitation sent again", by=by, why="", now=now)


@transaction.atomic
def revoke(*, invitation: StaffInvitation, by: User | None, why: str, now: datetime) -> None:
    """Take an invitation back; its link opens nothing any more. Safe to call twice.

    Raises:
        Refused: no reason; or it was accepted meanwhile, so that there is a role to be ended.
    """
    why = _reason(why)
    invitation = StaffInvitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is not None:
        raise Refused("It was accepted meanwhile. End the role instead.")
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        invitation.save(update_fields=["revoked_at"])
        _record("invitation revoked", invitation, by=by, why=why)


def found(token: str, *, now: datetime, today: date) -> StaffInvitation:
    """The invitation that a link opens.

    Raises:
        StaffInvitation.DoesNotExist: no invitation has this link, or it was replaced by another.
        Gone: it ran out, was revoked or accepted, or whoever sent it may do so no longer.
    """
    invitation = StaffInvitation.objects.select_related("authority", "invited_by").get(
        digest=_digest(token)
    )
    _see_that_it_opens(invitation, now=now, today=today)
    return invitation


@transaction.atomic
def accept(
    *,
    token: str,
    signed_in: User | None,
    name: str,
    password: str,
    now: datetime,
    today: date,
) -> tuple[User, bool]:
    """Take the role that a link offers: with the account of the address, or a new one. Once.

    Args:
        signed_in: who is signed in where the link was opened; ``None`` for nobody.
        name, password: of the new account, where the address has none.

    Returns:
        Who holds the role now, and whether their account is new.

    Raises:
        StaffInvitation.DoesNotExist, Gone: as :func:`found` does.
        Refused: somebody else is signed in, or nobody though the address has an account; or the
            role must be kept apart from another that they hold. Nothing has changed.
        ValidationError: not a name, or too weak a password. Nothing has changed.
    """
    row = StaffInvitation.objects.select_for_update().get(digest=_digest(token))
    _see_that_it_opens(row, now=now, today=today)
    see_who_accepts(row, signed_in)
    is_new = signed_in is None
    user = signed_in or people.add(email=row.email, name=name, by=row.invited_by, password=password)
    until = row.held_until
    people.grant(
        user=user,
        role=Role(row.role),
        authority=row.authority,
        by=row.invited_by,
        today=today,
        until=until,
        why=row.why,
    )
    row.accepted_at, row.accepted_by = now, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    _record("invitation accepted", row, by=user, why="")
    return user, is_new


def see_who_accepts(invitation: StaffInvitation, signed_in: User | None) -> None:
    """Raises: Refused: somebody else is signed in, or nobody though the address has an account."""
    if signed_in is not None and signed_in.email.lower() != invitation.email:
        raise Refused(
            f"You are signed in as {signed_in.name}, and this invitation is for another address. "
            "Sign out, then open the link again."
        )
    if signed_in is None and User.objects.filter(email__iexact=invitation.email).exists():
        raise Refused("You have an account already. Sign in first, then open the link again.")


def _see_that_it_opens(invitation: StaffInvitation, *, now: datetime, today: date) -> None:
    by = invitation.invited_by
    if invitation.accepted_at is not None:
        raise Gone("This invitation was accepted already. Sign in to use your role.")
    if invitation.revoked_at is not None:
        raise Gone("This invitation was taken back. Ask a national administrator why.")
    if invitation.expires_at <= now:
        raise Gone(
            "This invitation has run out: it was good for seven days. Ask a national "
            "administrator to send another."
        )
    if invitation.held_until is not None and invitation.held_until < today:
        raise Gone("The role was to end before today. Ask a national administrator.")
    # Else whoever was dismissed would still let in those they had written to.
    if by is not None and not access.may(by, Permission.MANAGE_PEOPLE, today=today):
        raise Gone(
            "Whoever sent this invitation may do so no longer. Ask a national administrator to "
            "send another."
        )


def _see_that_it_fits(
    email: str,
    role: Role,
    authority: Authority | None,
    *,
    by: User | None,
    today: date,
    until: date | None,
) -> None:
    if (
        authority is not None
        and not Authority.objects.in_force_on(today).filter(pk=authority.pk).exists()
    ):
        raise Refused(f"{authority} is no authority any more.")
    people.see_that_it_gives_something(role, authority)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return
    if not user.is_active:
        raise Refused(f"The account of {user.name} is closed. Open it again first.")
    held = user.memberships.filter(role=role, authority=authority).held_on(today)
    if held.lasting(until).exists():
        raise Refused(f"{user.name} holds this role already.")
    people.see_that_it_can_be_given(
        user=user, role=role, authority=authority, by=by, today=today, until=until
    )


def _see_that_it_stays_apart(
    email: str, role: Role, authority: Authority | None, *, now: datetime
) -> None:
    """See that nobody is invited to two roles of which they could accept one only.

    Raises:
        Refused: an open invitation of theirs is to a role that must be kept apart from this one.
    """
    theirs = StaffInvitation.objects.open_at(now).to(email).kept_apart_from(role, authority)
    other = theirs.select_related("authority").first()
    if other is not None:
        where = f"in {other.authority}" if other.authority else "nationally"
        raise Refused(
            f"{email} is invited to be {other.role_in_words} {where} already. Nobody is both "
            f"{role.words} and {other.role_in_words} of one place, and nationally counts as every "
            "place: take that invitation back first, or invite somebody else."
        )


def _opens(invitation: StaffInvitation, *, now: datetime, today: date) -> bool:
    try:
        _see_that_it_opens(invitation, now=now, today=today)
    except Gone:
        return False
    return True


def _send_again(
    invitation: StaffInvitation, act: str, *, by: User | None, why: str, now: datetime
) -> None:
    """Keep what was changed of it, and send another link."""
    token = secrets.token_urlsafe(32)
    invitation.digest = _digest(token)
    # Whoever sends it answers for it.
    invitation.invited_by, invitation.sent_at, invitation.expires_at = by, now, now + LASTS
    invitation.save()
    _write_to(invitation, token)
    _record(act, invitation, by=by, why=why)


def _waiting(invitation: StaffInvitation) -> StaffInvitation:
    found = StaffInvitation.objects.select_for_update().waiting().filter(pk=invitation.pk).first()
    if found is None:
        raise Refused("It was accepted or revoked meanwhile. Look at the list again.")
    return found


def _write_to(invitation: StaffInvitation, token: str) -> None:
    where = invitation.authority or "England"
    outbox.send_later(
        to=invitation.email,
        subject=f"Will you be {invitation.role_in_words} for Heard?",
        body=(
            f"Hello,\n\nyou are invited to be {invitation.role_in_words} for Heard, in {where}. "
            f"Heard is where families who use children's services say how it was.\n\n"
            f"Accept here:\n\n{link(token)}\n\n"
            "The link works once, for seven days, and for you alone: please do not pass it on. If "
            "you did not expect it, do nothing.\n"
        ),
    )


def link(token: str) -> str:
    """Where it is accepted. The token stands in the query, which no log of ours keeps."""
    return f"{settings.HEARD_BASE_URL}{reverse('staff-invitation')}?key={token}"


def _digest(token: str) -> bytes:
    """Plain, for the token has 256 bits of chance: nobody could try them all."""
    return sha256(token.encode()).digest()


def _reason(why: str) -> str:
    why = " ".join(why.split())
    if not why:
        raise Refused("Say why.")
    if len(why) > LONGEST_REASON:
        raise Refused(f"Say why in {LONGEST_REASON} letters or fewer.")
    return why


def _record(act: str, invitation: StaffInvitation, *, by: User | None, why: str) -> None:
    # Without the address, which outlives nobody's stay in the audit.
    audit.record(
        actor=by,
        act=act,
        subject=f"{invitation.role}, invitation {invitation.pk}",
        authority=invitation.authority,
        why=why,
    )
