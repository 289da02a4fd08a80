"""What is under way in the demonstration: better words in the open wave, a draft, a proposal, a
local question, a mailing.

Invented, and nothing leaves. Numbers are of those that Ofcom keeps for drama, and what is handed
over is handed to a sender that sends nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Final

from django.db import transaction
from django.utils import timezone

from authorities.roles import Role
from config.demo import staff
from surveys import (
    core,
    delivering,
    drafting,
    edits,
    enveloping,
    grammar,
    languages,
    localising,
    proposing,
    sending,
    translating,
)
from surveys.address_lists import Family
from surveys.addresses import TEXT
from surveys.definition import Survey
from surveys.delivering import Desk
from surveys.keyring import Keyring
from surveys.models import BankItem, Draft, Mailing, Participation, Proposal, Version, Wave
from surveys.senders import Fate, Outcome, Parcel

DRAFT, PROPOSED = "Next year’s survey, under way", "A question about promises, made clearer"
BETTER: Final = "Reaching a worker, in plainer words"
# Of so many numbers each wave asks those of its group.
NUMBERS: Final = 400
HANDED_OVER: Final = 60  # at the most; the others wait

_LOCAL = "local-meeting-place"
_QUESTION = f"""[[item]]
code = "{_LOCAL}"
kind = "scale"
construct = "{_LOCAL}"
asked_of = ["12-17", "18-25"]
scale = "how-far"
ask = "Is the place where we meet a nice place to be?"
"""
# Drafts, as all translations of this survey are.
_IN_OTHER_LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "هل المكان الذي نلتقي فيه مكان مريح؟",
    "cy": "Ydy’r man lle rydyn ni’n cwrdd yn lle braf i fod?",
    "pl": "Czy miejsce, w którym się spotykamy, jest przyjemne?",
    "ro": "Locul în care ne întâlnim este plăcut?",
    "so": "Goobta aan ku kulanno ma tahay meel wanaagsan?",
    "uk": "Чи приємно бути там, де ми зустрічаємося?",
    "ur": "کیا وہ جگہ جہاں ہم ملتے ہیں اچھی ہے؟",
}
_NEW_ITEM: Final = {
    "code": "waiting",
    "kind": "scale",
    "construct": "waiting",
    "scale": "how-far",
    "ask": {"12-17, 18-25": "Did help come soon after you asked for it?"},
}
# Of an item, what those aged 12 and over are asked instead. The other languages say it so already.
_CLEARER: Final = ("promises", "When your workers promise something, do they keep the promise?")
_PLAINER: Final = ("easy-to-reach", "Is it easy to reach a worker when you need one?")


@dataclass(slots=True)
class Nobody:
    """A sender that sends nothing, and says of the first messages that it did."""

    ways = (TEXT,)
    at_once = 4
    can_be_asked = True
    takes: int = HANDED_OVER
    _number: "count[int]" = field(default_factory=count)

    def send(self, parcel: Parcel) -> Outcome:  # noqa: ARG002  nobody gets it
        return Outcome(Fate.SENT if next(self._number) < self.takes else Fate.LATER)

    def ask(self, reference: str) -> Outcome:  # noqa: ARG002  likewise
        return Outcome(Fate.LATER)

    def close(self) -> None:
        """There is nothing to let go of."""


@transaction.atomic
def reword(wave: Wave, *, today: date) -> Version:
    """Let plainer words take their place in the open wave: one person proposed, another agreed.

    So there are two versions to compare, and one wave that asked both.
    """
    why = "Some took “get hold of” for holding on to somebody."
    proposal = _proposed(wave.version, BETTER, _PLAINER, why=why, wave=wave, today=today)
    other = staff.who_is(Role.NATIONAL_ADMINISTRATOR)
    version = proposing.agree(proposal=proposal, by=other, now=_at(today, 12))
    drafting.put_away(draft=proposal.draft, by=proposal.proposed_by)
    return version


@transaction.atomic
def write(*, today: date) -> None:
    """A draft under way, and one that is proposed and waits for somebody to agree.

    May be called again, and leaves those that are there as visitors have made them.
    """
    author, now = staff.who_is(Role.SURVEY_AUTHOR), _at(today, 14)
    there = set(Draft.objects.values_list("name", flat=True))
    newest = localising.newest_core(grammar.parse(core.source()).code)
    source = newest.source
    if DRAFT not in there:
        draft = drafting.begin(
            name=DRAFT,
            source=source,
            translations=newest.translations,
            based_on=newest,
            by=author,
            now=now,
        )
        longer = edits.inserted(source, edits.ITEM, len(grammar.parse(source).items), _NEW_ITEM)
        drafting.change(draft=draft, source=longer, revision=draft.revision, by=author, now=now)
    if PROPOSED not in there:
        why = "Some read “will do” as a question about next week."
        _proposed(newest, PROPOSED, _CLEARER, why=why, today=today)


@transaction.atomic
def choose(part: Participation, *, today: date) -> None:
    """Let one authority ask a local question, before its part in a wave is opened."""
    item = _in_the_bank(part.wave.version.survey, today)
    coordinator = staff.who_is(Role.COORDINATOR)
    localising.choose(participation=part, items=[item.pk], by=coordinator, today=today)


def send(part: Participation, *, today: date, keyring: Keyring) -> Mailing:
    """A list of invented families, and a mailing to them of which some messages wait."""
    ages = [each.code for each in part.version.definition.age_versions]
    families = [
        Family(TEXT, f"+447700900{number:03}", "in-care", ages[number % len(ages)], "en")
        for number in range(NUMBERS)
    ]
    by, now = staff.who_is(Role.COORDINATOR), _at(today, 11)
    enveloping.take_in(participation=part, families=families, today=today, by=by)
    mailing = sending.start(
        participation=part, kind="invitation", ways=(TEXT,), now=now, today=today, by=by
    )
    desk = Desk(
        sender=Nobody(),
        keyring=keyring,
        rate=1_000,
        patience=timedelta(seconds=1),
        name="Heard",
        site="https://heard.example",
        today=today,
        clock=lambda: now,
        sleep=lambda _: None,
        simulated=True,
    )
    delivering.send_for(desk, until=now + timedelta(minutes=1))
    return Mailing.objects.get(pk=mailing.pk)


def _in_the_bank(survey: str, today: date) -> BankItem:
    found = BankItem.objects.filter(survey=survey, code=_LOCAL).first()
    if found is not None:
        return found
    author, other = staff.who_is(Role.SURVEY_AUTHOR), staff.who_is(Role.NATIONAL_ADMINISTRATOR)
    why = "Young people say that where we meet matters."
    item = localising.propose_item(survey=survey, source=_QUESTION, why=why, by=author, today=today)
    item = localising.approve_item(item=item, by=other, today=today)
    strings = localising.strings_of(item)
    for language, words in _IN_OTHER_LANGUAGES.items():
        text = languages.reworded(
            item.code,
            strings,
            language,
            languages.po_of(item.code, strings, language),
            words={(each.context, each.english): words for each in strings},
        )
        localising.translate_item(
            item=item, language=language, text=text, by=staff.who_is(Role.TRANSLATOR)
        )
        digest = translating.digest_of(text)
        item = localising.approve_words(item=item, language=language, digest=digest, by=other)
    return item


def _proposed(
    before: Version,
    name: str,
    change: tuple[str, str],
    *,
    why: str,
    today: date,
    wave: Wave | None = None,
) -> Proposal:
    """A version with one question in other words, in all its languages, as proposed."""
    author = staff.who_is(Role.SURVEY_AUTHOR)
    code, clearer = change
    old = before.definition.item(code).ask["parent"]
    source = before.source.replace(f'"{old}"', f'"{clearer}"')
    draft = drafting.begin(
        name=name,
        source=source,
        translations=_kept(before, grammar.parse(source), {(f"{code}/ask", clearer): old}),
        based_on=before,
        by=author,
        now=_at(today, 11),
    )
    return proposing.propose(
        draft=draft,
        revision=draft.revision,
        languages=before.translations,
        why=why,
        wave=wave,
        by=author,
        now=_at(today, 11),
    )


def _kept(before: Version, survey: Survey, same: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """The translations of a version, for one whose English differs where they need not.

    Args:
        same: by context and new English, the English before, whose words in each language stay.
    """
    strings, found = languages.messages(survey), {}
    for language, text in before.translations.items():
        there = languages.translation(language, before.translations)
        words = {(context, new): there.of(context, old) for (context, new), old in same.items()}
        merged = languages.merged(survey, language, text)
        found[language] = languages.reworded(survey.code, strings, language, merged, words=words)
    return found


def _at(today: date, hour: int) -> datetime:
    """A time of the day before, so that it is past whenever this is built."""
    return datetime.combine(
        today - timedelta(days=1), time(hour), tzinfo=timezone.get_current_timezone()
    )
