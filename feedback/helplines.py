"""Who is there for somebody who needs help today, on every page of a family's. Pure.

Before real families see this, somebody must call or open each of these and write the day here.
What stands behind them so far: Shout, its own page (giveusashout.org: any age, by text); the NSPCC
number, an old page of the NSPCC's; Childline's number, and that it is free and not on the phone
bill, pages of others. Samaritans, the National Domestic Abuse Helpline, 999bsl.co.uk, the address
at Childline and what opens a text message were written from memory and looked up nowhere.
"""

from dataclasses import dataclass

CHILDREN = frozenset({"4-7", "8-11", "12-17"})
YOUNG_ADULTS = frozenset({"18-25"})
PARENTS = frozenset({"parent"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a line: what a tap opens, and the words for it.

    Args:
        words: a key of `wording.toml`; `{phone}` and `{text}` in it are filled in from here.
        elsewhere: it opens another site, so in a page of its own, and the answers stay.
    """

    address: str
    words: str
    phone: str = ""
    text: str = ""

    @property
    def elsewhere(self) -> bool:
        return self.address.startswith("https:")


@dataclass(frozen=True, slots=True)
class Line:
    """Someone to turn to. `about` is a key of `wording.toml`."""

    about: str
    ways: tuple[Way, ...]


def calling(phone: str) -> Way:
    """A tap that calls a number as it is printed, such as "0800 1111 (free)"."""
    return Way(
        "tel:" + "".join(each for each in phone if each in "+0123456789"), "help_call", phone=phone
    )


EMERGENCY = Line("help_danger", (calling("999"), Way("https://999bsl.co.uk/", "help_sign")))
CHILDLINE = Line(
    "help_childline",
    (
        calling("0800 1111"),
        Way("https://www.childline.org.uk/get-support/", "help_childline_chat"),
    ),
)
SHOUT = Line("help_shout", (Way("sms:85258?body=SHOUT", "help_text", phone="85258", text="SHOUT"),))
SAMARITANS = Line("help_samaritans", (calling("116 123"),))
NSPCC = Line("help_nspcc", (calling("0808 800 5000"),))
HOME = Line("help_home", (calling("0808 2000 247"),))

# As they stand in a survey's own words, so that they can be tapped there too.
NUMBERS = frozenset({"999", "0800 1111", "116 123", "0808 800 5000", "0808 2000 247"})


def lines_for(age_version: str) -> tuple[Line, ...]:
    """The lines for an age version; for a page that does not know whose it is (""), for anyone."""
    if age_version in CHILDREN:
        return (EMERGENCY, CHILDLINE, SHOUT)
    if age_version in YOUNG_ADULTS:
        return (EMERGENCY, SAMARITANS, SHOUT, HOME)
    if age_version in PARENTS:
        return (EMERGENCY, SAMARITANS, HOME, NSPCC)
    return (EMERGENCY, CHILDLINE, SAMARITANS, SHOUT)
