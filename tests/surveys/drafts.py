"""Drafts, proposals and local questions, for any test. Plain functions; words may be changed."""

from datetime import UTC, date, datetime
from itertools import count

from authorities.models import Authority, User
from authorities.roles import Role
from surveys import drafting, fielding, localising, proposing, translating
from surveys.keyring import Keyring
from surveys.models import BankItem, Draft, Participation, Proposal, Wave
from tests.authorities.factories import a_member
from tests.surveys.factories import READY, SOURCE, a_listener, a_version, a_wave, an_authority

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BETTER = SOURCE.replace("Do you feel safe with us?", "Do you feel safe when you are with us?")

_numbers = count(1)


def an_author(name: str = "") -> User:
    person = a_member(Role.SURVEY_AUTHOR)
    if name:
        person.name = name
        person.save(update_fields=["name"])
    return person


def a_draft(
    source: str = SOURCE, *, by: User | None = None, name: str = "Autumn", **po: str
) -> Draft:
    return drafting.begin(name=name, source=source, translations=po, by=by or an_author(), now=NOW)


def a_proposal(
    source: str = SOURCE, *, by: User | None = None, wave: Wave | None = None
) -> Proposal:
    person = by or an_author()
    draft = a_draft(source, by=person)
    return proposing.propose(
        draft=draft, revision=draft.revision, why="It reads better.", wave=wave, by=person, now=NOW
    )


def a_local_question(code: str = "local-club", ask: str = "Do you go to the club?") -> str:
    return f"""[[item]]
code = "{code}"
kind = "choice"
asked_of = ["12-17"]
ask = "{ask}"
answers = [
    {{ code = "yes", label = "Yes" }},
    {{ code = "no", label = "No" }},
]
"""


def a_bank_item(code: str = "", *, approved: bool = True, source: str = "", **po: str) -> BankItem:
    """A question in the bank of the small survey, which is published if it was not."""
    a_version()
    code = code or f"local-{next(_numbers)}"
    item = localising.propose_item(
        survey="small",
        source=source or a_local_question(code),
        why="The club is new.",
        by=an_author(),
        today=date(2026, 9, 2),
    )
    if approved:
        item = localising.approve_item(item=item, by=an_author(), today=date(2026, 9, 3))
    for language, text in po.items():
        item = with_words(item, text, language)
    return item


def with_words(item: BankItem, text: str, language: str = "cy") -> BankItem:
    """The question, once somebody translated it and somebody else approved the words."""
    localising.translate_item(item=item, language=language, text=text, by=an_author())
    return localising.approve_words(
        item=item,
        language=language,
        digest=translating.digest_of(text),
        by=a_member(Role.TRANSLATOR),
    )


def joined(wave: Wave | None = None, authority: Authority | None = None) -> Participation:
    """An authority's part in a wave that is planned, and ready to be opened."""
    a_listener()
    return fielding.join(wave=wave or a_wave(), authority=authority or an_authority(), **READY)


def choosing(part: Participation, *items: BankItem) -> Participation:
    """The part, once its coordinator chose these questions."""
    coordinator = a_member(Role.COORDINATOR, part.authority)
    return localising.choose(
        participation=part, items=[each.pk for each in items], by=coordinator, today=NOW.date()
    )


def opened(part: Participation, keyring: Keyring | None = None) -> Participation:
    """The part, once its wave was opened."""
    fielding.open_wave(wave=part.wave, keyring=keyring or Keyring.from_settings())
    return Participation.objects.select_related("wave", "authority", "version").get(pk=part.pk)
