"""How people sign in: by e-mail address and a second factor, to an account made for them.

What django-allauth sends goes through our outbox, so that a mail server that is slow or away is
nobody's error page, and takes no longer for an address that has an account than for one without.
"""

import struct
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.cache import cache
from django.shortcuts import resolve_url
from django.urls import reverse

from authorities import factors, outbox
from authorities.models import User

WORDS = {
    **DefaultAccountAdapter.error_messages,
    "email_password_mismatch": "The e-mail address or the password is not right.",
    "too_many_login_attempts": "Too many tries. Try again in five minutes.",
    "rate_limited": "Too many tries. Try again in five minutes.",
}
WORDS_OF_FACTORS = {
    **DefaultMFAAdapter.error_messages,
    "incorrect_code": "That is not right. Look at the newest code and type it again.",
    "cannot_delete_authenticator": (
        "This is your only second factor. Set up another first, then you can remove this one."
    ),
    "cannot_generate_recovery_codes": "Set up a second factor first, then make recovery codes.",
}
WAYS = {
    "reauthenticate": "Type your password",
    "mfa_reauthenticate": "Type a code",
    "mfa_reauthenticate:webauthn": "Use your passkey",
}
# What reading a passkey that a stranger made up can break on.
NO_PASSKEY = (AttributeError, LookupError, TypeError, ValueError, struct.error)
# A code is taken as long as the app may have shown it: this period, the one before, the one after.
CODE_LIVES = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)  # seconds


class Adapter(DefaultAccountAdapter):
    """Our answers to what allauth leaves open."""

    error_messages = WORDS

    def is_open_for_signup(self, *_: Any) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Not to set up a first factor: that is all such a session is for, and it is new."""
        user = self.request.user
        if isinstance(user, User) and app == "allauth.mfa" and not factors.is_set_up(user):
            return False
        return bool(super().is_reauthentication_required(app=app))

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        return [
            {**each, "description": WAYS.get(each["id"], each["description"])} for each in methods
        ]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the address we know, and without what allauth would tell of browser and network."""
        to = email or str(user.get_username())
        self.send_mail(template_prefix, to, {"user": user, **(context or {})})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        outbox.send_later(to=email, subject=str(message.subject), body=str(message.body))

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        return reset_address(key)

    def get_logout_redirect_url(self, *_: Any) -> str:
        return resolve_url("account_login")

    def get_password_change_redirect_url(self, *_: Any) -> str:
        return resolve_url("staff-home")


class Backend(AuthenticationBackend):
    """Who is signed in, and whether they have a second factor: in one query."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.annotate(is_set_up=factors.has_one()).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.has_second_factor = user.is_set_up
        return user


class FactorAdapter(DefaultMFAAdapter):
    """The second factor: secrets are kept sealed, and the last one stays."""

    error_messages = WORDS_OF_FACTORS

    def encrypt(self, text: str) -> str:
        return factors.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.opened(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return factors.would_leave_one(authenticator)

    def generate_authenticator_name(
        self,
        user: AbstractBaseUser,
        type: Authenticator.Type,  # noqa: A002  allauth's name for it
    ) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {number + 1}"


class _Once:
    """A code that was taken is not taken again, as RFC 6238, 5.2 asks.

    allauth forgets it after one period, while the tolerance accepts it for three.
    """

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form it is mixed into
        digits = "".join(filter(str.isdigit, code))
        if not cache.add(f"second-factor-used-{self.user.pk}-{digits}", 1, timeout=CODE_LIVES):
            raise FactorAdapter().validation_error("incorrect_code")
        return code


class _Readable:
    """What is no passkey at all is refused like one that does not fit, whatever it breaks on."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form it is mixed into
        except NO_PASSKEY as broken:
            raise FactorAdapter().validation_error("incorrect_code") from broken


class PasskeyForm(_Readable, LoginWebAuthnForm):
    """A passkey instead of a password."""


class PasskeyTooForm(_Readable, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(_Readable, ReauthenticateWebAuthnForm):
    """A passkey before something that matters."""


class NewPasskeyForm(AddWebAuthnForm):
    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except NO_PASSKEY as broken:
            raise FactorAdapter().validation_error("incorrect_code") from broken


class CodeForm(_Once, AuthenticateForm):
    """The code at sign-in."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """The code before something that matters."""


def password_link(user: User) -> str:
    """Where this person can choose a password, once, within ``PASSWORD_RESET_TIMEOUT`` (3 days)."""
    return reset_address(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}")


def send_password_link(user: User) -> None:
    """Write to someone, for whom an account was just made, where to choose a password."""
    outbox.send_later(
        to=user.email,
        subject="An account was made for you",
        body=(
            f"Hello {user.name},\n\nan account was made for you. Choose a password here:\n\n"
            f"{password_link(user)}\n\nThe link works once, for three days. After that, ask for a "
            f"new one at {settings.HEARD_BASE_URL}{reverse('account_reset_password')}\n"
        ),
    )


def reset_address(key: str) -> str:
    """Under our own address, whatever host the request that asked for it named."""
    person, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": token})
    return f"{settings.HEARD_BASE_URL}{path}"
