"""Who carries letters to subscribers: the mail server that staff are written to by."""

from collections.abc import Collection
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from surveys.addresses import EMAIL
from surveys.senders import Fate, Outcome, Parcel, Sender
from surveys.senders.smtp import Smtp, server_of_settings

_BY_A_SERVER: Final = "django.core.mail.backends.smtp.EmailBackend"


def sender() -> Sender:
    """A new one, for a worker."""
    if settings.EMAIL_BACKEND != _BY_A_SERVER:
        return OnlyShown()
    server = server_of_settings(timeout=settings.EMAIL_TIMEOUT)
    return Smtp(server, sender=settings.DEFAULT_FROM_EMAIL)


class OnlyShown:
    """See :class:`surveys.senders.Sender`. Where mail is written to a terminal, and not sent."""

    ways: Collection[str] = (EMAIL,)
    at_once = 1
    can_be_asked = False

    def send(self, parcel: Parcel) -> Outcome:
        headers = {
            "List-Unsubscribe": f"<{parcel.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        EmailMessage(
            subject=parcel.text.subject,
            body=parcel.text.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[parcel.address],
            headers=headers,
        ).send()
        return Outcome(Fate.SENT)

    def ask(self, reference: str) -> Outcome:  # noqa: ARG002  there is nobody to ask
        return Outcome(Fate.UNSURE)

    def close(self) -> None:
        pass
