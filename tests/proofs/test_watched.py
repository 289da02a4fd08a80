"""Whoever watches a wave learns of one answer nothing: on no page, in no file, in no message.

Every page and file that a coordinator or an administrator can come to by links, Django's admin
among them, is read before and after four families answer: by phone, by an open link, and on paper
that somebody types in, with a code and without. Nothing may differ until the mix. Then what differs
must have moved by k or more: every number is looked at that appears, vanishes or moves.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from analytics import counting
from authorities.models import AuditEntry, Message
from authorities.roles import Role
from feedback import ballots, listening, mixing
from feedback.ballots import Sent
from feedback.models import Batch, Channel
from surveys import enveloping, inviting, jobs, sending
from surveys.address_lists import Family
from surveys.delivering import Desk, send_for
from surveys.keyring import Keyring
from surveys.models import Job, Mailing, OpenLink, Participation
from surveys.pages.work import COOKIE
from surveys.senders import Fate, Outcome
from tests.authorities.factories import a_member, a_membership, a_person
from tests.feedback.factories import given
from tests.feedback.test_typing_in import a_pile, press
from tests.proofs.differing import Step, steps
from tests.surveys.factories import (
    SOURCE,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    an_authority,
    some_codes,
)
from tests.surveys.mailings import an_address
from tests.surveys.printing.looking import words

K = 10
LISTED = 30  # families to whom the platform sends
KINDS: Final = (("12-17", "en", 45), ("8-11", "en", 45), ("12-17", "pl", 61), ("8-11", "pl", 30))
# Of each kind, how many had answered before yesterday's mix, and have since: few in Polish, so that
# a part that moved with the whole would move by fewer than k.
MIXED: Final = (20, 20, 15, 15)
WAITING: Final = (15, 15, 2, 2)
BY_OPEN_LINK = 2 * K + 4

# Not pages of ours, or not of how many answered: what ends a session, what asks a worker, what a
# library shows of itself, families' own pages. What is fetched once is looked at by itself.
LEFT_OUT = re.compile(
    r"/accounts/|/admin/(?:log|password|jsi18n|r/)|/preview/|/static/|/media/|/leave$|^/[so]/"
    r"|^/contact|/files$"
)
# Sorted another way, or with two filters, a table says the same or less.
AGAIN = re.compile(r"[?&](?:sort|order|o|at__\w+|_changelist_filters)=|/admin/.*\?.*&")
MOST_PAGES = 400

# Of numbers that move at a mix, those that are no families.
NO_FAMILIES: Final = (
    re.compile(r"Days since the last mix"),
    re.compile(r"# (?:audit )?(?:entry|entries)\b"),  # one says who typed, and not how much
    # The admin counts its rows, of which none is a family (tests/house/test_admin.py): there is one
    # tally sheet for each box that was ever mixed, and it bears the wave's number.
    re.compile(r"# tally sheets?\b|in wave #|# results? \(# total\)|\(#\)$"),
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Watched = dict[tuple[str, str], str]
Work = Mapping[int, str]  # the number of a job to the key of its files, as a browser has it


class Carrier:
    """Someone who carries every message, and keeps none."""

    ways, at_once, can_be_asked = ("text", "email"), 1, True

    def send(self, parcel: object) -> Outcome:
        return Outcome(Fate.SENT)

    def ask(self, reference: str) -> Outcome:
        return Outcome(Fate.SENT)

    def close(self) -> None:
        """There is nothing to let go of."""


@pytest.fixture
def part(keyring: Keyring) -> Participation:
    """An authority in an open wave: two ages, two languages, an open link, invitations and a
    reminder sent by the platform, surveys on paper; and the same a year before."""
    today, leeds = localdate(), an_authority("Leeds", gss_code="E08000035")
    version = a_version(SOURCE, pl=a_translation(a_survey(), "pl"))
    before = a_participation(
        leeds,
        version=version,
        slug="before",
        opens_on=today - timedelta(days=400),
        closes_on=today - timedelta(days=310),
    )
    some_codes(before, 90)
    Batch.objects.create(
        wave=before.wave,
        participation=before,
        area=leeds.gss_code,
        channel=Channel.INVITED,
        mixed_on=before.wave.opens_on + timedelta(days=3),
        size=33,
    )
    found = a_participation(
        leeds,
        version=version,
        slug="now",
        opens_on=today - timedelta(days=20),
        closes_on=today + timedelta(days=40),
        keyring=keyring,
    )
    for wave, name in ((before.wave, "Before"), (found.wave, "Now")):
        wave.name = name  # without a number, which would be one
        wave.save(update_fields=["name"])
    inviting.make_open_link(participation=found)
    written_to(found, keyring)
    some_answer(found, keyring)
    return found


def written_to(part: Participation, keyring: Keyring) -> None:
    """Invited by the platform, and reminded once."""
    families = [Family("text", an_address(), "in-care", "12-17", "en") for _ in range(LISTED)]
    enveloping.take_in(participation=part, families=families, today=localdate(), by=None)
    for kind, days_ago in (("invitation", 15), ("reminder", 9)):
        sent_out(part, kind, keyring, days_ago=days_ago)


def sent_out(
    part: Participation, kind: str, keyring: Keyring, *, days_ago: int = 0
) -> dict[str, int]:
    """Start a mailing some days ago and send it; what is told of it."""
    at, began = now() - timedelta(days=days_ago), now()
    mailing = sending.start(
        participation=part,
        kind=kind,
        ways=Carrier.ways,
        now=at,
        today=localdate(at),
        by=a_member(Role.COORDINATOR, part.authority),
    )
    desk = Desk(
        sender=Carrier(),
        keyring=keyring,
        rate=1000,
        patience=timedelta(seconds=20),
        name="Your say",
        site="https://heard.example",
        today=localdate(at),
        clock=lambda: at + (now() - began),
        sleep=lambda _: None,
    )
    send_for(desk, until=at + timedelta(seconds=30))
    names = ("total", "handled", "bounced", "opted_out", "not_to_be_asked", "doubtful", "failed")
    return {**Mailing.objects.filter(pk=mailing.pk).values(*names)[0]}


def some_answer(part: Participation, keyring: Keyring) -> None:
    """Of many who have a code; yesterday most of what had come was mixed."""
    yesterday = localdate() - timedelta(days=1)
    made = [
        some_codes(part, number, age_version=age, language=language)
        for age, language, number in KINDS
    ]
    cast_some(part, [codes[:mixed] for codes, mixed in zip(made, MIXED, strict=True)])
    listening.open_words(today=yesterday, keyring=keyring)
    mixing.mix_box(participation=part, channel=Channel.INVITED, today=yesterday, keyring=keyring)
    cast_some(part, [codes[-waiting:] for codes, waiting in zip(made, WAITING, strict=True)])
    by_open_link = (Sent(given(), "12-17", "en", None, f"{n}") for n in range(BY_OPEN_LINK))
    ballots.cast_many(participation=part, sent=by_open_link)


def cast_some(part: Participation, used: Sequence[Sequence[str]]) -> None:
    """Of each kind, these codes are used."""
    for (age, language, _), codes in zip(KINDS, used, strict=True):
        sent = (Sent(given(), age, language, code) for code in codes)
        ballots.cast_many(participation=part, sent=sent)


@pytest.fixture
def watchers(part: Participation) -> Mapping[str, Client]:
    held = {
        "coordinator": (Role.COORDINATOR, part.authority),
        "planner": (Role.PLANNER, part.authority),
        "administrator": (Role.NATIONAL_ADMINISTRATOR, None),
        "author": (Role.SURVEY_AUTHOR, None),
    }
    clients = {}
    for name, (role, authority) in held.items():
        person = a_person(name=name.capitalize(), is_staff=authority is None)
        a_membership(person, role=role, authority=authority)
        clients[name] = Client()
        clients[name].force_login(person)
    return clients


@pytest.fixture
def work(part: Participation, watchers: Mapping[str, Client]) -> Work:
    """Letters, a file of codes and paper surveys that the coordinator asked for, and were made."""
    client, found = watchers["coordinator"], {}
    asked = {"count": "2", "service": "in-care", "age_version": "8-11", "language": "pl"}
    where = f"/staff/print/{part.wave.slug}/{part.authority.gss_code}/"
    for kind in ("letters", "codes", "paper-surveys"):
        more = {"kind": kind, "layout": "ordinary", "why": "No addresses are held."}
        client.post(where, {**asked, **more})
        job = Job.objects.latest("pk")
        assert jobs.run(job.pk, clock=now)
        found[job.pk] = client.cookies[COOKIE].value
    return found


def test_one_answer_is_seen_nowhere_until_a_mix_and_then_with_k_others(
    part: Participation, watchers: Mapping[str, Client], work: Work, keyring: Keyring
) -> None:
    codes = [some_codes(part, age_version=age, language=language) for age, language, _ in KINDS[:2]]
    desk = Client()
    desk.force_login(a_member(Role.COORDINATOR, part.authority))
    files = made_for(watchers["coordinator"], work)
    before = seen_by(watchers, part)
    comes_to(before, part, work)
    today = localdate()

    ballots.cast(participation=part, sent=Sent(given(), "12-17", "en", codes[0][0]))
    ballots.cast(participation=part, sent=Sent(given(), "8-11", "pl", None, "one more"))
    type_in(desk, part, codes[1][0])

    same(seen_by(watchers, part), before)
    listening.open_words(today=today, keyring=keyring)
    same(seen_by(watchers, part), before)
    for channel in Channel.values:
        batch = mixing.mix_box(participation=part, channel=channel, today=today, keyring=keyring)
        assert batch is not None
        counting.count_batch(batch.pk, keyring=keyring)
    after = seen_by(watchers, part)
    moved = moves(before, after)
    assert told_of_fewer(moved) == []
    assert {place for (_, place), found in moved.items() if found} >= where_it_is_told(part)
    assert made_for(watchers["coordinator"], work) == files
    assert AuditEntry.objects.filter(act="paper typed in").exists()
    assert sent_out(part, "reminder", keyring)["handled"] == LISTED


def comes_to(seen: Watched, part: Participation, work: Work) -> None:
    """See that the walk comes to what tells how many, and to each kind of page and file."""
    slug, code, addresses = part.wave.slug, part.authority.gss_code, {place for _, place in seen}
    assert (
        where_it_is_told(part)
        | {
            "/staff/watch/",
            "/report/",
            "/staff/audit/",
            "/staff/audit.csv",
            "/staff/paper/",
            f"/staff/reaching/{slug}/{code}/state",
            f"/staff/waves/{slug}/",
            f"/staff/waves/{slug}/close/",
            f"/staff/waves/{slug}/sample/",
            *(f"/staff/work/{job}/state" for job in work),
            "/admin/authorities/auditentry/",
            "/admin/authorities/message/",
            "/admin/analytics/tallysheet/",
            f"/admin/surveys/participation/{part.pk}/change/",
        }
        <= addresses
    )
    assert len([place for place in addresses if ".pdf" in place]) == 2
    ours = f"/staff/watch/{slug}/{code}/"
    assert {("coordinator", ours), ("planner", ours), ("administrator", ours)} <= seen.keys()


def where_it_is_told(part: Participation) -> set[str]:
    """How many have answered is told here, so that it moves at a mix."""
    slug, code = part.wave.slug, part.authority.gss_code
    return {
        f"/staff/progress/{code}/",
        f"/staff/watch/{slug}/",
        f"/staff/watch/{slug}.csv",
        f"/staff/watch/{slug}/{code}/",
    }


def type_in(desk: Client, part: Participation, code: str) -> None:
    """A sheet with a code, and one that was printed from the open link."""
    page = a_pile(desk, [code])
    page = press(desk, page, "open", code="", printed=f"{part.pk}:8-11")
    cast = press(desk, page, "last", item_safe="2")
    assert "2 sheets are cast." in cast.content.decode()


def same(found: Watched, before: Watched) -> None:
    """That two looks are one, and if not, where they differ."""
    assert found.keys() == before.keys()
    differing = {place: steps(before[place], text) for place, text in found.items()}
    assert {place: found for place, found in differing.items() if found} == {}
    assert [place for place, text in found.items() if text != before[place]] == []


def moves(before: Watched, after: Watched) -> dict[tuple[str, str], list[Step]]:
    """What moved, at addresses that are there, are there no more, or were not."""
    places = before.keys() | after.keys()
    return {place: steps(before.get(place, ""), after.get(place, "")) for place in sorted(places)}


def told_of_fewer(moved: Mapping[tuple[str, str], Sequence[Step]]) -> list[tuple[str, Step]]:
    """Steps that tell of fewer than k: smaller counts, and rates beside which no count moved."""
    return [
        (place, step)
        for (_, place), found in moved.items()
        for step in found
        if not (step.says_nothing or any(each.search(step.what) for each in NO_FAMILIES))
        and (not has_a_count(step, found) if step.is_rate else step.size < K)
    ]


def has_a_count(rate: Step, found: Sequence[Step]) -> bool:
    """Whether in its row, or on its page outside of tables, a count moved too."""
    return any(not each.is_rate and each.size >= K and rate.row in ("", each.row) for each in found)


def seen_by(watchers: Mapping[str, Client], part: Participation) -> Watched:
    """What each of them finds at each address, and what stands in the outbox and the audit."""
    found = {
        (name, address): text
        for name, client in watchers.items()
        for address, text in _walk(client, part)
    }
    written = list(Message.objects.order_by("pk").values_list("to", "subject", "body", "state"))
    audited = list(AuditEntry.objects.order_by("pk").values_list("act", "subject", "why"))
    return found | {
        ("all", "the outbox"): "\n".join(map(str, written)),
        ("all", "the audit"): "\n".join(map(str, audited)),
    }


def made_for(client: Client, work: Work) -> list[tuple[str, str]]:
    """Names and words of the files of these jobs, as whoever asked fetches them."""
    found = []
    for job, key in work.items():
        client.cookies[COOKIE] = key
        archive = client.get(f"/staff/work/{job}/files").getvalue()
        with zipfile.ZipFile(BytesIO(archive)) as files:
            found += [(name, _text(files.read(name), name)) for name in files.namelist()]
    assert len(found) == 4
    return found


def _walk(client: Client, part: Participation) -> Iterator[tuple[str, str]]:
    waiting = ["/staff/", "/report/", "/admin/", *_printed(client, part), *_polled()]
    known = set(waiting)
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code in (301, 302):
            found = [answer["Location"]]
        else:
            kind = answer["Content-Type"]
            text = _settled(_text(answer.getvalue(), kind))
            yield address, f"{answer.status_code} {text}"
            # Links, and what a script of the page asks again and again.
            links = re.findall(r'(?:href|data-address)="([^"]+)"', text)
            found = links if "html" in kind else []
        for each in map(unescape, found):
            whole = urlsplit(urldefrag(urljoin(f"http://testserver{address}", each))[0])
            path = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.netloc == "testserver" and path not in known and not _is_left_out(path):
                known.add(path)
                waiting.append(path)
    assert len(known) < MOST_PAGES, "the walk does not end: leave out what repeats itself"


def _printed(client: Client, part: Participation) -> list[str]:
    """What forms lead to that ask for a PDF; once for whoever prints."""
    where = f"/staff/print/{part.wave.slug}/{part.authority.gss_code}"
    if client.get(f"{where}/").status_code != 200:
        return []
    link = OpenLink.objects.get(participation=part).slug
    return [
        f"{where}/survey.pdf?age_version=8-11&language=pl&layout=ordinary&link={link}",
        f"{where}/poster/{link}.pdf?language=en&language=pl&size=a4",
    ]


def _polled() -> list[str]:
    """What a page asks again and again while work goes on, though it is done."""
    return [
        f"/staff/work/{pk}/state" for pk in Job.objects.order_by("pk").values_list("pk", flat=True)
    ]


def _is_left_out(path: str) -> bool:
    return bool(LEFT_OUT.search(path) or AGAIN.search(path))


def _text(content: bytes, kind: str) -> str:
    return "\n".join(words(content)) if "pdf" in kind else content.decode("utf-8", "replace")


def _settled(text: str) -> str:
    """Without what is new each time: the tokens of forms."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'nonce="[^"]*"', "", text)
