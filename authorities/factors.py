"""The second factor: what somebody must have in their hand, besides the password they know.

A code of an app (TOTP, RFC 6238) or a passkey (WebAuthn). Recovery codes stand in for a lost phone,
but are no factor of their own. Everyone who signs in has one: see ADR 12.
"""

import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from nacl.secret import SecretBox

from authorities import audit, outbox
from authorities.errors import Refused
from authorities.models import AuditEntry, User

KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
IN_WORDS: Final = {
    Authenticator.Type.TOTP: "an app that shows codes",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}
RESET: Final = "second factor reset"
# So that a stored secret is of use to nobody who holds the tables without the key.
_FOR_FACTORS: Final = b"second factors"


def has_one() -> Exists:
    """For a query of people: whether each has a second factor set up."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=KINDS))


def is_set_up(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=KINDS).exists()


def in_words(user: User) -> list[str]:
    """What the person has set up: "an app that shows codes", "a passkey", "recovery codes"."""
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return [words for kind, words in IN_WORDS.items() if kind in set(kinds)]


def would_leave_one(authenticator: Authenticator) -> bool:
    """Whether a second factor is left when this one goes. Ask it with the person's row locked."""
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=KINDS)
    return others.exclude(pk=authenticator.pk).exists()


@transaction.atomic
def reset(*, user: User, by: User | None, why: str) -> None:
    """Take away every second factor of somebody who lost theirs, and end all their sessions.

    They sign in by password once more, and set up another before they reach anything. Whoever asks
    for it must have been recognised by other means: see docs/adr/0012. Safe to call twice. The
    person is written to.

    Raises:
        Refused: no reason was given; or whoever resets it is the person, or changed their address.
            Nothing has changed.
    """
    if not why.strip():
        raise Refused("Say why, and how you made sure who it is that asked for it.")
    if by is not None and by.pk == user.pk:
        raise Refused("Nobody resets their own second factor: ask another administrator.")
    user = User.objects.select_for_update().get(pk=user.pk)
    held = Authenticator.objects.filter(user=user)
    if held.exists():
        see_that_nobody_does_both(user=user, by=by, before="person changed", what="email")
        held.delete()
        end_sessions(user)
        audit.record(actor=by, act=RESET, subject=f"person {user.pk}", why=why.strip())
        _write_of_reset(user, by)


def see_that_nobody_does_both(*, user: User, by: User | None, before: str, what: str = "") -> None:
    """See that nobody both changes a person's address and resets their second factor.

    Whoever did both could sign in as that person, by a new password sent to an address of their
    own. They can do the second when the person has signed in again, or another does it.

    Args:
        before: how the act began that must not have been theirs.
        what: what else stands in it.

    Raises:
        Refused: it was theirs.
    """
    done = AuditEntry.objects.on(user.pk).filter(
        actor=by, act__startswith=before, act__contains=what
    )
    if user.last_login is not None:
        done = done.filter(at__gt=user.last_login)
    if by is not None and done.exists():
        raise Refused(
            f"Nobody both changes somebody's e-mail address and resets their second factor, so "
            f"that nobody can sign in as somebody else. You did the one: until {user.name} has "
            "signed in again, ask another administrator for the other."
        )


def _write_of_reset(user: User, by: User | None) -> None:
    sign_in = f"{settings.HEARD_BASE_URL}{reverse('account_login')}"
    outbox.send_later(
        to=user.email,
        subject="Your second factor was taken away",
        body=(
            f"Hello {user.name},\n\n{by.name if by else 'Whoever runs the machine'} took away your "
            "second factor for Heard, and you are signed out everywhere. Sign in with your "
            f"password, and set up another:\n\n{sign_in}\n\n"
            "Did you not ask for it? Then set up another at once, so that nobody else can, and "
            "tell a national administrator.\n"
        ),
    )


def end_sessions(user: User) -> None:
    """Sign this person out everywhere. The caller keeps a session by giving it the new hash."""
    user.session_salt = secrets.token_hex(16)
    user.save(update_fields=["session_salt"])


@transaction.atomic
def give_app(*, user: User, secret: str) -> None:
    """Set up an app of codes by its secret, instead of whatever there was: for the demonstration.

    Args:
        secret: in base 32, as :func:`new_secret` makes one.
    """
    Authenticator.objects.filter(user=user).delete()
    totp.TOTP.activate(user, secret)


def new_secret() -> str:
    return totp.generate_totp_secret()


def address(user: User, secret: str) -> str:
    """What an app is set up by: the ``otpauth`` address that the QR code on the page holds."""
    return str(get_adapter().build_totp_url(user, secret))


def code_now(user: User) -> str | None:
    """The code that the person's app shows at this moment; ``None`` where they have no app."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return None if found is None else code_of(opened(found.data["secret"]))


def code_of(secret: str) -> str:
    """The code of this moment that belongs to a secret in base 32."""
    moments: Sequence[int] = list(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, moments[len(moments) // 2])))


def sealed(text: str) -> str:
    return _box().encrypt(text.encode()).hex()


def opened(text: str) -> str:
    """Raises: nacl.exceptions.CryptoError: it was sealed under another HEARD_FACTOR_KEY."""
    return _box().decrypt(bytes.fromhex(text)).decode()


def _box() -> SecretBox:
    return SecretBox(blake2b(_FOR_FACTORS, key=settings.HEARD_FACTOR_KEY, digest_size=32).digest())
