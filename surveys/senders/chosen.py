"""The sender that the settings name."""

from collections.abc import Collection
from typing import Final

from django.conf import settings

from surveys.addresses import EMAIL, TEXT
from surveys.errors import Refused
from surveys.senders import Sender
from surveys.senders.notify import Notify
from surveys.senders.smtp import Smtp, server_of_settings

_WAYS: Final = {"off": (), "notify": Notify.ways, "smtp": Smtp.ways}


def ways() -> Collection[str]:
    """In which ways families can be reached from here. Any process may ask."""
    return _WAYS[settings.HEARD_SENDER]


def sender() -> Sender:
    """A new one, for a worker.

    Raises:
        Refused: none is set up, or this process has not what it needs.
    """
    match settings.HEARD_SENDER:
        case "notify" if settings.HEARD_NOTIFY_KEY:
            return Notify(
                settings.HEARD_NOTIFY_KEY,
                {
                    TEXT: settings.HEARD_NOTIFY_TEXT_TEMPLATE,
                    EMAIL: settings.HEARD_NOTIFY_EMAIL_TEMPLATE,
                },
                base_url=settings.HEARD_NOTIFY_URL,
                timeout=settings.HEARD_SENDER_PATIENCE,
            )
        case "smtp":
            server = server_of_settings(timeout=settings.HEARD_SENDER_PATIENCE)
            return Smtp(server, sender=settings.HEARD_SENDER_FROM)
        case name:
            raise Refused(f"No messages are sent from here (HEARD_SENDER is {name!r}).")
