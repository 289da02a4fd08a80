"""People of the demonstration who ask to be contacted: invented, and nobody is told of them.

Numbers are of those that Ofcom keeps for drama, and addresses of a domain kept for examples.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from authorities.models import Authority, User
from feedback import contacting, listeners
from feedback.contact import Contact
from feedback.models import ContactRequest
from surveys.keyring import Keyring


@transaction.atomic
def invent(
    *, shown: Authority, local: User, national: User, today: date, keyring: Keyring
) -> list[ContactRequest]:
    """Five requests of the day before, in each state that the inbox knows.

    Args:
        shown: the authority that visitors look at, whose listener is ``local``.
    """
    listeners.publish_key(keyring=keyring, today=today)
    here = shown.gss_code
    waiting = _ask(
        Contact(
            how="text",
            where="07700 900461",
            called="Kit",
            when="School days, from 4 until 5. Not at weekends.",
            secret="My mum’s boyfriend",  # noqa: S106  who must not know, and no password
            council=here,
            about="I moved three times this year and nobody says if I move again.",
            page_language="en",
        ),
        _at(today, 16, 10),
    )
    in_hand = _ask(
        Contact(
            how="call",
            where="07700 900112",
            called="Mrs Nowak",
            language="Polish, with an interpreter please",
            when="Mornings, when the children are at school",
            council=here,
            page_language="pl",
        ),
        _at(today, 9, 25),
    )
    passed_on = _ask(
        Contact(
            how="email",
            where="sparrow@heard.example",
            council=here,
            about="It is about how my worker talks to me.",
            page_language="en",
        ),
        _at(today, 11, 40),
    )
    elsewhere = _ask(
        Contact(
            how="someone",
            where="Ms Okoro, head of year 9 at Elm Park School (invented), 07700 900358",
            called="Jay",
            language="British Sign Language",
            secret="Anyone at the council",  # noqa: S106  likewise
            council=here,
            elsewhere=True,
            page_language="en",
        ),
        _at(today, 21, 5),
    )
    done = _ask(
        Contact(how="call", where="07700 900274", called="Sam", when="Any evening"),
        _at(today, 8, 15),
    )
    contacting.acknowledge(request=in_hand, by=local, now=_at(today, 9, 41))
    contacting.note(
        request=in_hand,
        by=local,
        text="Interpreter booked for tomorrow at 10. Call together with her.",
        now=_at(today, 10, 2),
    )
    contacting.pass_on(
        request=passed_on,
        by=local,
        why="It is about somebody I work with. Better somebody from elsewhere.",
        now=_at(today, 11, 58),
    )
    contacting.acknowledge(request=done, by=national, now=_at(today, 8, 30))
    contacting.close(
        request=done,
        by=national,
        done="Rang at 6. He wanted to know how to complain; told him, and sent it by post too.",
        now=_at(today, 18, 20),
    )
    return [waiting, in_hand, passed_on, elsewhere, done]


def _ask(contact: Contact, now: datetime) -> ContactRequest:
    return contacting.ask(contact=contact, form_id=None, now=now, simulated=True)


def _at(today: date, hour: int, minute: int) -> datetime:
    """A time of the day before, so that it is past whenever this is built."""
    return datetime.combine(
        today - timedelta(days=1), time(hour, minute), tzinfo=timezone.get_current_timezone()
    )
