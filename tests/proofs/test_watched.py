"""Whoever watches a wave learns of one answer nothing: on no page, in no file, in no message.

Every page and file that a coordinator or an administrator can come to by links is read before and
after one family answers, and after the mix. Nothing may differ until the mix, and then by k or
more.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from difflib import SequenceMatcher
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.utils.timezone import localdate

from authorities.models import AuditEntry, Message
from authorities.roles import Role
from feedback import ballots, listening, mixing
from feedback.models import Channel
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import a_member
from tests.feedback.factories import sent
from tests.surveys.factories import a_participation, some_codes

K = 10
WAITING = 2 * K + 4

# Not pages about how many answered: what ends a session, what is typeset, what asks a worker, what
# a library shows of itself.
LEFT_OUT = re.compile(
    r"/accounts/|/admin/|\.pdf|/preview/|/jsi18n|/static/|/media/|/leave$|^/s/|^/o/"
)
MOST_PAGES = 400

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def part() -> Participation:
    """An authority in an open wave, where many have a code and some have answered."""
    today = localdate()
    participation = a_participation(
        opens_on=today - timedelta(days=20), closes_on=today + timedelta(days=40)
    )
    for code in some_codes(participation, 60)[:WAITING]:
        ballots.cast(participation=participation, sent=sent(code))
    return participation


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
        clients[name] = Client()
        clients[name].force_login(a_member(role, authority))
    return clients


def test_one_answer_is_seen_nowhere_until_a_mix_and_then_with_k_others(
    part: Participation, watchers: Mapping[str, Client], keyring: Keyring
) -> None:
    [code] = some_codes(part)
    before = seen_by(watchers)

    ballots.cast(participation=part, sent=sent(code))

    assert seen_by(watchers) == before
    today = localdate()
    listening.open_words(today=today, keyring=keyring)
    assert seen_by(watchers) == before
    batch = mixing.mix_box(
        participation=part, channel=Channel.INVITED, today=today, keyring=keyring
    )
    after = seen_by(watchers)
    assert batch is not None
    assert after != before
    for place, text in after.items():
        steps = list(differences(before.get(place, ""), text))
        assert all(step >= K for step in steps), (place, steps)


def test_the_walk_comes_to_what_tells_how_many(
    part: Participation, watchers: Mapping[str, Client]
) -> None:
    seen = {address for _, address in seen_by(watchers)}

    slug, code = part.wave.slug, part.authority.gss_code
    assert {
        f"/staff/progress/{code}/",
        "/staff/watch/",
        f"/staff/watch/{slug}/",
        f"/staff/watch/{slug}.csv",
        f"/staff/watch/{slug}/{code}/",
        "/report/",
    } <= seen


def seen_by(watchers: Mapping[str, Client]) -> dict[tuple[str, str], str]:
    """What each of them finds at each address, and what stands in the outbox and the audit."""
    found = {
        (name, address): text
        for name, client in watchers.items()
        for address, text in _walk(client)
    }
    written = list(Message.objects.order_by("pk").values_list("to", "subject", "body", "state"))
    audited = list(AuditEntry.objects.order_by("pk").values_list("act", "subject", "why"))
    return found | {("all", "the outbox"): str(written), ("all", "the audit"): str(audited)}


def differences(before: str, after: str) -> Iterator[int]:
    """By how much each count that changed did; rates, dates and words are not counts."""
    old, new = _tokens(before), _tokens(after)
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace" and b - a == d - c:
            for one, other in zip(old[a:b], new[c:d], strict=True):
                if one.isdigit() and other.isdigit():
                    yield abs(int(other) - int(one))


def _tokens(text: str) -> list[str]:
    plain = re.sub(r"<[^>]*>", " ", text).replace(",", "")
    plain = re.sub(rf"fewer than {K}", "0", plain)
    plain = re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}|\d{4}-\d\d-\d\d", "a day", plain)
    return re.findall(r"\d+%|\d+|[^\W\d]+", plain)


def _walk(client: Client) -> Iterator[tuple[str, str]]:
    waiting, known = ["/staff/", "/report/"], {"/staff/", "/report/"}
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code in (301, 302):
            found = [answer["Location"]]
        else:
            text = _settled(answer.getvalue().decode("utf-8", "replace"))
            yield address, f"{answer.status_code} {text}"
            found = re.findall(r'href="([^"]+)"', text) if "html" in answer["Content-Type"] else []
        for each in map(unescape, found):
            whole = urlsplit(urldefrag(urljoin(f"http://testserver{address}", each))[0])
            path = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.netloc == "testserver" and path not in known and not _is_left_out(path):
                known.add(path)
                waiting.append(path)
    assert len(known) < MOST_PAGES, "the walk does not end: leave out what repeats itself"


def _is_left_out(path: str) -> bool:
    # Sorted another way, a table says the same.
    return bool(LEFT_OUT.search(path)) or "sort=" in path or "order=" in path


def _settled(text: str) -> str:
    """Without what is new each time: the tokens of forms."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'nonce="[^"]*"', "", text)
