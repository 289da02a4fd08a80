"""Who is there for somebody who needs help today, on every page of a family's. Pure.

Looked up on public pages in copies of them, not live, and called or opened by nobody yet. Before
real families see this, somebody must call or open each of these and write the day here.

- 999, and 112 just the same: GOV.UK, "999 and 112: the UK's national emergency numbers". Press 55
  where it is not safe to speak (mobiles): councils, as iow.gov.uk, "Immediate danger".
- 999 BSL, free, day and night, by app or at 999bsl.co.uk: West Midlands Fire Service, "999 BSL".
- A text to 999 once the phone is registered by texting "register", and "yes" to the reply: West
  Yorkshire Police, "Deaf and hard of hearing information"; South Tees NHS, "emergencySMS".
- Text relay, 18000 in an emergency and 18001 before any number, with an app or a textphone: BT's
  price list, part 23; relayuk.bt.com; West Yorkshire Police.
- Childline, free, day and night, by phone, e-mail and chat: learning.nspcc.org.uk, "Childline".
  Not on the phone bill: pages of others. 0800 1111: childline.org.uk. In sign language on weekdays,
  9 to 6, through an interpreter: limpingchicken.com (2017); from counsellors who sign: Sunderland
  Echo (about 2020).
- Shout, text SHOUT to 85258, any age, free, day and night: giveusashout.org, "FAQ" (2024).
- Samaritans, 116 123, free: samaritans.org, "Contact a Samaritan". Not on the bill: fullfact.org.
  They have no number for texts (fullfact.org, 2022); their chat is a pilot, six evenings a week
  (samaritans.org, "Impact report 2024/25"), and so not offered.
- HOPELINE247, 0800 068 4141, up to 35 years: papyrus-uk.org, "HOPELINEUK FAQs" (older). Day and
  night, with a chat: nationalworld.com (2025). In sign language, 8 to 8, and the address for it:
  limpingchicken.com (2024). Its number for texts, 88247, stands on no page we found: not offered.
- National Domestic Abuse Helpline, 0808 2000 247, free, day and night: refuge.org.uk; its chat on
  weekdays, 3 to 10 (2020); in sign language on weekdays, 10 to 6: limpingchicken.com (2021).
- NSPCC, 0808 800 5000, weekdays 8 to 10 and weekends 9 to 6, and help@nspcc.org.uk at any time:
  nspcc.org.uk, "£1.6 million funding" (2020). Hours may be fewer now. Its texts (88858) and sign
  language stand on pages of 2014 only: not offered.
- The Mix became part of Shout's charity in 2024 (civilsociety.co.uk): not offered.

Verified by nobody: today's hours of any of them; that a phone takes `tel:18001…` to Relay UK's app;
that each helpline welcomes relayed calls; what opens a text message on old phones; the two pages at
Childline, which we know from links to them only.
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


def _chatting(address: str) -> Way:
    return Way(address, "help_chat")


def _signing(address: str) -> Way:
    return Way(address, "help_bsl")


_TEXT_SHOUT = Way("sms:85258?body=SHOUT", "help_text", phone="85258", text="SHOUT")
_CHILDLINE = "https://www.childline.org.uk/get-support"
_HOPELINE = "https://www.papyrus-uk.org"
_HOME = "https://www.nationaldahelpline.org.uk/"

EMERGENCY = Line("help_danger", (calling("999"),))
# In an emergency, and how to reach everybody else by typing. It stands last, so that whoever can
# talk finds whom to call without reading past it; who needs it knows to look for it.
DEAF = Line(
    "help_relay_all",
    (
        Way("https://999bsl.co.uk/", "help_sign"),
        Way("tel:18000", "help_relay", phone="18000"),
        Way("sms:999", "help_text_joined", phone="999"),
    ),
)
CHILDLINE = Line(
    "help_childline",
    (
        calling("0800 1111"),
        _chatting(f"{_CHILDLINE}/1-2-1-counsellor-chat/"),
        _signing(f"{_CHILDLINE}/contacting-childline/"),
    ),
)
SHOUT = Line("help_shout", (_TEXT_SHOUT,))
LISTENERS = Line("help_listen", (calling("116 123"), _TEXT_SHOUT))
HOPELINE = Line(
    "help_hopeline",
    (
        calling("0800 068 4141"),
        _chatting(f"{_HOPELINE}/"),
        _signing(f"{_HOPELINE}/hopeline247-british-sign-language-support/"),
    ),
)
# The helpline's own page has both its chat and its sign language.
HOME = Line(
    "help_home",
    (calling("0808 2000 247"), _chatting(_HOME), _signing(_HOME)),
)
NSPCC = Line(
    "help_nspcc",
    (
        calling("0808 800 5000"),
        Way("mailto:help@nspcc.org.uk", "help_mail", text="help@nspcc.org.uk"),
    ),
)

# As they stand in a survey's own words, so that they can be tapped there too.
NUMBERS = frozenset(
    {"999", "0800 1111", "116 123", "0800 068 4141", "0808 800 5000", "0808 2000 247"}
)


def lines_for(age_version: str) -> tuple[Line, ...]:
    """The lines for an age version; for a page that does not know whose it is (""), for anyone."""
    if age_version in CHILDREN:
        return (EMERGENCY, CHILDLINE, SHOUT)
    if age_version in YOUNG_ADULTS:
        return (EMERGENCY, LISTENERS, HOPELINE, HOME)
    if age_version in PARENTS:
        return (EMERGENCY, LISTENERS, HOME, NSPCC)
    return (EMERGENCY, CHILDLINE, LISTENERS, HOME)
