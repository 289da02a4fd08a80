"""A mail server, spoken to step by step, so that it is known how far a message came.

All that fails before the mail's last line was sent is certain: the server has nothing. When it was
sent and no answer came, nobody can know, and the protocol has no question for it (RFC 1047).
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from typing import Final

from django.conf import settings

from surveys.addresses import EMAIL
from surveys.senders import Fate, Outcome, Parcel

_PAUSE: Final = 1.0  # second for which nobody sends, after no connection
# Longest line: RFC 5322, 2.1.1. In shorter ones, a long address would be broken up and encoded, and
# no program could unsubscribe by it (RFC 2047, 5: encoded words are not for structured fields).
_UNFOLDED: Final = SMTP.clone(max_line_length=998)
_LINE_BEGINS_WITH_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and whom to sign in there as.

    Args:
        timeout: seconds that each answer is waited for.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    timeout: int = 20


def server_of_settings(*, timeout: int) -> Server:
    """The mail server that this installation is told of."""
    return Server(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        tls=settings.EMAIL_USE_TLS,
        timeout=timeout,
    )


class Smtp:
    """See :class:`surveys.senders.Sender`. One connection, and one message at a time.

    Args:
        sender: the From of every message, such as ``Your say <your-say@heard.example>``.
    """

    ways: Final = (EMAIL,)
    at_once: Final = 1
    can_be_asked: Final = False

    def __init__(self, server: Server, *, sender: str) -> None:
        self._server, self._sender = server, sender
        self._connection: smtplib.SMTP | None = None

    def send(self, parcel: Parcel) -> Outcome:
        content = written(parcel, sender=self._sender)
        try:
            connection = self._connected()
        except smtplib.SMTPAuthenticationError:
            return Outcome(Fate.BROKEN, pause=30, words="The mail server refuses our password.")
        except (smtplib.SMTPException, OSError):
            words = "The mail server cannot be reached. Messages go on when it can."
            return self._dropped(Outcome(Fate.LATER, pause=_PAUSE, words=words, away=True))
        try:
            refusal = _up_to_the_mail(connection, parseaddr(self._sender)[1], parcel.address)
        except (smtplib.SMTPException, OSError):
            return self._dropped(Outcome(Fate.LATER, pause=_PAUSE))
        if refusal is not None:
            return self._begun_anew(refusal)
        try:
            connection.send(_LINE_BEGINS_WITH_DOT.sub(b"..", content) + b".\r\n")
            code, _ = connection.getreply()
        except (smtplib.SMTPException, OSError):
            return self._dropped(Outcome(Fate.UNSURE))
        return Outcome(Fate.SENT) if code == 250 else self._begun_anew(_of_code(code))

    def ask(self, reference: str) -> Outcome:  # noqa: ARG002  there is no question to put
        return Outcome(Fate.UNSURE)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            made = smtplib.SMTP(self._server.host, self._server.port, timeout=self._server.timeout)
            self._connection = made
            made.ehlo_or_helo_if_needed()
            if self._server.tls:
                made.starttls(context=ssl.create_default_context())
                made.ehlo()
            if self._server.user:
                made.login(self._server.user, self._server.password)
        return self._connection

    def _dropped(self, outcome: Outcome) -> Outcome:
        self.close()
        return outcome

    def _begun_anew(self, outcome: Outcome) -> Outcome:
        """After a refusal, so that no half message stands before the next."""
        try:
            if self._connection is not None:
                self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self.close()
        return outcome


def written(parcel: Parcel, *, sender: str) -> bytes:
    """The mail as it travels.

    Its Message-ID is our reference, so that whoever looks after the mail server finds it in a log.
    It can be unsubscribed from by one tap (RFC 2369, RFC 8058), and tells machines not to answer
    it (RFC 3834).
    """
    name, address = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, local, domain)
    mail["To"] = parcel.address
    mail["Subject"] = parcel.text.subject
    mail["Date"] = format_datetime(localtime())
    mail["Message-ID"] = f"<{parcel.reference}@{domain}>"
    mail["Content-Language"] = parcel.language
    mail["List-Unsubscribe"] = f"<{parcel.stop}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.text.body + "\n", cte="quoted-printable")
    return mail.as_bytes(policy=_UNFOLDED)


def _up_to_the_mail(connection: smtplib.SMTP, sender: str, address: str) -> Outcome | None:
    """All before the content. ``None`` where the server waits for it."""
    code, _ = connection.mail(sender)
    if code != 250:
        words = "The mail server takes no messages from our address."
        return Outcome(Fate.BROKEN, pause=30, words=words) if code >= 500 else _of_code(code)
    code, _ = connection.rcpt(address)
    if code not in {250, 251}:
        return _of_code(code)
    code, _ = connection.docmd("DATA")
    return None if code == 354 else _of_code(code)


def _of_code(code: int) -> Outcome:
    """4xx: not now. 5xx: never. Source: RFC 5321, 4.2.1; 421 closes the connection (4.2.3)."""
    if code >= 500:
        return Outcome(Fate.BOUNCED)
    return Outcome(Fate.LATER, pause=_PAUSE if code == 421 else 0)
