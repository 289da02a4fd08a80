"""How people sign in: by e-mail address, to an account that an administrator made.

What django-allauth sends goes through our outbox, so that a mail server that is slow or away is
nobody's error page, and takes no longer for an address that has an account than for one without.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from authorities import outbox
from authorities.models import User

WORDS = {
    **DefaultAccountAdapter.error_messages,
    "email_password_mismatch": "The e-mail address or the password is not right.",
    "too_many_login_attempts": "Too many tries. Try again in five minutes.",
}


class Adapter(DefaultAccountAdapter):
    """Our answers to what allauth leaves open."""

    error_messages = WORDS

    def is_open_for_signup(self, *_: Any) -> bool:
        return False

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
