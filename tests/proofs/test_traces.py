"""No address, browser, code or word of a family in any log line, nor in any table in clear.

A real web process gets marked requests, good and bad, and an error in its midst; then its log and
a dump of the whole database are searched for the marks. Words may be in one place: the listeners'.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from authorities.roles import Role
from feedback import contacting, opening
from feedback.listening import open_words
from feedback.models import Ballot, ContactRequest, Opening, Suggestion
from surveys import codes, core, fielding, inviting, planning, publishing
from surveys.definition import Kind
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import a_member, an_authority
from tests.feedback.contacts import a_listeners_key
from tests.proofs.numbered import AGE
from tests.proofs.test_attacker import dump, tables_of
from tests.surveys.factories import READY, a_listener

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

BROWSER = "MarkedBrowser/77.5"
ADDRESS = "203.0.113.77"
WORDS = "marked words about the blue door"
TYPED = "Zebra Quartz"  # typed where a code was asked for


@pytest.mark.django_db(transaction=True)
def test_marked_requests_leave_no_mark(keyring: Keyring, tmp_path: Path) -> None:
    box = an_open_box(keyring)
    [code] = inviting.make_codes(participation=box, count=1, age_version=AGE)
    link = inviting.make_open_link(participation=box).slug
    idea = next(item.code for item in box.version.definition.items if item.suggestion)
    scale = next(
        item
        for item in box.version.definition.items_for(AGE)
        if item.kind is Kind.SCALE and item.shown_when is None
    )
    answered = {scale.code: scale.answers_for(AGE)[0].code, idea: WORDS}
    log = tmp_path / "web.log"
    with a_web_process(log) as base:
        outcomes = [
            ask(f"{base}/s/{code}"),
            ask(f"{base}/s/{codes.pretty(code)}", {scale.code: "no such answer", idea: WORDS}),
            ask(f"{base}/s/{code}", {**answered, idea: WORDS * 5000}),
            ask(f"{base}/s/{code}", answered),
            ask(f"{base}/s/{code}", answered),
            ask(f"{base}/s/{code}{TYPED.replace(' ', '')}"),
            ask(f"{base}/s/{code[:-1]}"),
            *(ask(f"{base}{path}") for path in paths_of_a_hurry(code)),
            ask(f"{base}/", {"code": TYPED}),
            ask(f"{base}/o/{link}/{AGE}", answered),
            ask(f"{base}/o/{link}/{AGE}", answered, origin="https://elsewhere.example"),
            ask(f"{base}/nowhere?words={WORDS.replace(' ', '+')}"),
        ]
        with a_broken_database():
            outcomes.append(ask(f"{base}/s/{code}", answered))
    logged = log.read_text()
    held = dump().decode()

    assert 200 in outcomes
    assert 500 in outcomes
    assert "ProgrammingError" in logged  # the error was logged, so the search below has something
    marks = [
        code,
        codes.pretty(code),
        spaced(code),
        BROWSER,
        ADDRESS,
        WORDS,
        WORDS.replace(" ", "+"),
        TYPED,
    ]
    assert [mark for mark in marks if mark.lower() in logged.lower()] == []
    assert [mark for mark in marks if mark.lower() in held.lower()] == []


@pytest.mark.django_db(transaction=True)
def test_opened_words_are_in_the_listeners_table_and_in_no_other(keyring: Keyring) -> None:
    box = an_open_box(keyring)
    [code] = inviting.make_codes(participation=box, count=1, age_version=AGE)
    idea = next(item.code for item in box.version.definition.items if item.suggestion)

    Client().post(
        f"/s/{code}",
        urlencode({idea: WORDS}),
        content_type="application/x-www-form-urlencoded",
    )
    assert Ballot.objects.count() == 1

    open_words(today=timezone.localdate(), keyring=keyring)

    assert Suggestion.objects.get().text == WORDS
    assert [table for table, content in tables_of(dump()) if WORDS.encode() in content] == [
        Suggestion._meta.db_table
    ]


@pytest.mark.django_db(transaction=True)
def test_who_asked_to_be_contacted_and_where_is_nowhere_in_clear(
    keyring: Keyring, tmp_path: Path
) -> None:
    a_listeners_key(keyring)
    listener = a_member(Role.LISTENER)
    marks = ["07700 900471", "Marked Hollowell", "the marked uncle", "marked things at home"]
    number, name, uncle, about = marks
    form = {"how": "call", "where": number, "called": name, "secret": uncle, "about": about}
    log = tmp_path / "web.log"
    with a_web_process(log) as base:
        outcomes = [
            ask(f"{base}/contact"),
            ask(f"{base}/contact", {**form, "how": "email"}),
            ask(f"{base}/contact", {**form, "about": about * 140_000}),
            ask(f"{base}/contact", form, origin="https://elsewhere.example"),
            ask(f"{base}/contact?number={number.replace(' ', '+')}", form),
        ]
        with a_broken_database("feedback_contactrequest"):
            outcomes.append(ask(f"{base}/contact", form))
    request = ContactRequest.objects.get()
    contacting.note(request=request, by=listener, text=f"Rang {name}", now=timezone.now())
    wish, private_key = opening.ask_to_open(request=request, by=listener, now=timezone.now())
    opening.open_waiting(keyring=keyring, now=timezone.now())
    shown = opening.read(Opening.objects.get(pk=wish.pk), private_key)
    logged, held = log.read_text(), dump().decode()

    assert outcomes == [200, 422, 413, 403, 200, 500]
    assert shown is not None
    assert shown.contact.where == number  # so it was there to be found
    assert "ProgrammingError" in logged
    everything = [*marks, number.replace(" ", "+"), BROWSER, ADDRESS, private_key.hex()]
    assert [mark for mark in everything if mark.lower() in logged.lower()] == []
    assert [mark for mark in everything if mark.lower() in held.lower()] == []


def spaced(code: str) -> str:
    return codes.pretty(code).replace("-", " ")


def paths_of_a_hurry(code: str) -> list[str]:
    """Where a code may be typed besides the field for it."""
    return [
        f"/s/{quote(spaced(code))}",
        f"/s/{quote(spaced(code))}/x",
        f"/{code}",
        f"/{codes.pretty(code).lower()}",
        f"/{quote(spaced(code))}",
        f"/S/{code}",
        f"/code/{code}",
        f"/report/{code}/",
        f"/report/{quote(spaced(code))}.csv",
    ]


def an_open_box(keyring: Keyring) -> Participation:
    today = timezone.localdate()
    wave = planning.plan_wave(
        slug="traces",
        name="Traces",
        version=publishing.publish(source=core.source(), today=today),
        period_start=today,
        period_end=today + timedelta(days=30),
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )
    box = fielding.join(wave=wave, authority=an_authority(), **READY)
    a_listener()
    fielding.open_wave(wave=wave, keyring=keyring)
    return Participation.objects.select_related("wave", "version", "authority").get(pk=box.pk)


def ask(address: str, given: dict[str, str] | None = None, *, origin: str | None = None) -> int:
    """A marked request; the status of the answer."""
    base = "/".join(address.split("/")[:3])
    request = urllib.request.Request(  # noqa: S310  our own web process
        address,
        data=urlencode(given).encode() if given is not None else None,
        headers={
            "User-Agent": BROWSER,
            "X-Forwarded-For": ADDRESS,
            "Forwarded": f"for={ADDRESS}",
            "Origin": origin or base,
            "Referer": address,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  likewise
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def a_web_process(log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = connection.settings_dict
    environment = os.environ | {
        "HEARD_DATABASE_URL": "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(
            **{**database, "PORT": database["PORT"] or 5432}
        ),
        "HEARD_BASE_URL": f"http://127.0.0.1:{port}",
        "HEARD_HOSTS": "127.0.0.1",
        "HEARD_JOBS": "sweeps",
        "HEARD_LOG_LEVEL": "DEBUG",
    }
    for secret in (
        "HEARD_KEY_DIRECTORY",
        "HEARD_RECOVERY_DIRECTORY",
        "HEARD_RECOVERY_PUBLIC_KEY",
    ):
        environment.pop(secret, None)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "waitress",
                f"--listen=127.0.0.1:{port}",
                "config.wsgi:application",
            ],
            env=environment,
            stdout=out,
            stderr=out,
        )
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def a_broken_database(table: str = "feedback_ballot") -> Iterator[None]:
    """A table is gone for a while, so that sending fails in the middle."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table}_away RENAME TO {table}")
