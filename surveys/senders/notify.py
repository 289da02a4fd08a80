"""GOV.UK Notify, by its official client.

Notify takes a message with a reference of ours and can be asked for it by that reference, so a
request of which we never heard the end leaves no doubt for long. The templates there hold nothing
but blanks, because the texts are ours, in every language: docs/reaching-families.md.
"""

from collections.abc import Mapping
from threading import local
from typing import Any, Final

from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from requests import RequestException
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import MaxRetryError, NewConnectionError

from surveys.addresses import EMAIL, TEXT
from surveys.senders import Fate, Outcome, Parcel

ADDRESS: Final = "https://api.notifications.service.gov.uk"

# What Notify says of a message in the end. Source: docs.notifications.service.gov.uk, "Delivery
# receipts" and the status descriptions of text messages and e-mails.
DELIVERED: Final = "delivered"
FAILED_FOR_GOOD: Final = frozenset({"permanent-failure", "temporary-failure"})
NEVER_SENT: Final = frozenset({"technical-failure"})  # "you'll have to try sending again"

_DAY_IS_FULL: Final = "TooManyRequestsError"  # of the day's limit; the minute's is RateLimitError
# Seconds for which nobody sends: after no connection, and after a refusal that names no time.
_PAUSE: Final = 5.0
_PAUSE_OF_A_DAY: Final = 30 * 60.0


class Notify:
    """See :class:`surveys.senders.Sender`.

    Args:
        key: of the API, as Notify gives it out.
        templates: the id of the template of each way.
        timeout: seconds that an answer is waited for.
    """

    ways: Final = (TEXT, EMAIL)
    at_once: Final = 8
    can_be_asked: Final = True

    def __init__(
        self, key: str, templates: Mapping[str, str], *, base_url: str = ADDRESS, timeout: int = 20
    ) -> None:
        self._key, self._base_url, self._timeout = key, base_url, timeout
        self._templates = templates
        self._of_thread = local()  # the client is not safe for threads

    def send(self, parcel: Parcel) -> Outcome:
        try:
            if parcel.way == TEXT:
                self._client.send_sms_notification(
                    phone_number=parcel.address,
                    template_id=self._templates[TEXT],
                    personalisation={"message": parcel.text.body},
                    reference=parcel.reference,
                )
            else:
                self._client.send_email_notification(
                    email_address=parcel.address,
                    template_id=self._templates[EMAIL],
                    personalisation={
                        "subject": parcel.text.subject,
                        "message": parcel.text.body,
                    },
                    reference=parcel.reference,
                    one_click_unsubscribe_url=parcel.stop,
                )
        except HTTPError as error:
            return _outcome_of(error)
        except (APIError, RequestException):
            # An answer that is no JSON, or one that broke off.
            return Outcome(Fate.UNSURE)
        return Outcome(Fate.SENT)

    def ask(self, reference: str) -> Outcome:
        try:
            found = self._client.get_all_notifications(reference=reference)["notifications"]
        except (APIError, RequestException, KeyError, TypeError):
            return Outcome(Fate.LATER)
        statuses = {each.get("status") for each in found}
        if not statuses - NEVER_SENT:
            return Outcome(Fate.UNKNOWN)
        return Outcome(Fate.BOUNCED if statuses & FAILED_FOR_GOOD else Fate.SENT)

    def close(self) -> None:
        self._of_thread = local()

    @property
    def _client(self) -> Any:
        found = getattr(self._of_thread, "client", None)
        if found is None:
            client: Any = NotificationsAPIClient  # it has no types
            found = client(self._key, base_url=self._base_url, timeout=self._timeout)
            self._of_thread.client = found
        return found


def _outcome_of(error: HTTPError) -> Outcome:
    if error.response is None:
        if not _never_left(error):
            return Outcome(Fate.UNSURE)
        words = "GOV.UK Notify cannot be reached. Messages go on when it can."
        return Outcome(Fate.LATER, pause=_PAUSE, words=words, away=True)
    match error.status_code:
        case 429:
            full = _DAY_IS_FULL in _kinds(error)
            pause = _PAUSE_OF_A_DAY if full else _pause_asked(error)
            return Outcome(Fate.LATER, pause=pause, away=pause > 0)
        case 400 if "ValidationError" in _kinds(error) and _of_the_address(error):
            return Outcome(Fate.BOUNCED)
        case status if 400 <= status < 500:
            words = f"GOV.UK Notify refuses our messages ({status}). Look at its key and templates."
            return Outcome(Fate.BROKEN, pause=30, words=words)
        case _:
            return Outcome(Fate.UNSURE)


def _never_left(error: HTTPError) -> bool:
    """Whether no connection came about, so that nothing can have been sent."""
    cause = error.__cause__
    if isinstance(cause, ConnectTimeout):
        return True
    inner = cause.args[0] if isinstance(cause, NoConnection) and cause.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _kinds(error: HTTPError) -> set[str]:
    return {str(each.get("error")) for each in _errors(error)}


def _of_the_address(error: HTTPError) -> bool:
    said = " ".join(str(each.get("message")) for each in _errors(error))
    return "phone_number" in said or "email_address" in said


def _errors(error: HTTPError) -> list[dict[str, Any]]:
    told: Any = error.message
    return [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []


def _pause_asked(error: HTTPError) -> float:
    """Retry-After where it is there, in seconds and within reason. Source: RFC 9110, 10.2.3."""
    asked = "" if error.response is None else error.response.headers.get("Retry-After", "")
    return min(float(asked), 300.0) if asked.isdigit() else _PAUSE
