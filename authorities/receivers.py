"""What is done at once when news comes. The sweeps of the timetable make it certain."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import update_session_auth_hash
from django.dispatch import receiver
from django.http import HttpRequest

from authorities import audit, factors, tasks
from authorities.models import User
from authorities.signals import message_written


@receiver(message_written)
def deliver_what_was_written(message_id: int, **_: Any) -> None:
    tasks.deliver.delay(message_id)


@receiver(authenticator_added)
def note_a_new_factor(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    """With the first one, every other session ends: somebody who stole the password may be there.

    This one goes on, for whoever set the factor up has it in their hand.
    """
    if authenticator.type not in factors.KINDS:
        return
    _note(user, "second factor set up", authenticator)
    if not factors.would_leave_one(authenticator):
        factors.end_sessions(user)
        update_session_auth_hash(request, user)
        # It was in their hand just now: so the recovery codes that come next are simply shown.
        record_authentication(
            request, user, "mfa", type=authenticator.type, id=authenticator.pk, reauthenticated=True
        )


@receiver(authenticator_removed)
def note_a_removed_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type in factors.KINDS:
        _note(user, "second factor removed", authenticator)


def _note(user: User, act: str, authenticator: Authenticator) -> None:
    kind = factors.IN_WORDS[Authenticator.Type(authenticator.type)]
    audit.record(actor=user, act=act, subject=f"{kind}, person {user.pk}")
