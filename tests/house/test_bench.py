"""The bench measures what it says, and fails where a figure misses what it must reach."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from feedback.models import Ballot
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.bench import __main__, figures
from tests.bench.client import NoAnswer, converse
from tests.bench.lines import at_least, at_least_a_second, at_most_bytes, flat, within
from tests.feedback.families import ANSWERED, asked_today
from tests.surveys.factories import some_codes

GET = b"GET /well HTTP/1.1\r\nHost: here\r\n\r\n"


@pytest.mark.parametrize(("reached", "missed"), [(0.69, True), (0.7, False), (2.0, False)])
def test_a_ratio_below_its_target_is_missed(reached: float, missed: bool) -> None:
    assert at_least(0.7, "counting", reached).missed is missed


@pytest.mark.parametrize(
    ("reached", "missed"), [(0.66, True), (0.67, False), (1.5, False), (1.51, True)]
)
def test_a_time_that_grows_past_noise_is_missed(reached: float, missed: bool) -> None:
    assert flat("the page", reached).missed is missed


@pytest.mark.parametrize(("reached", "missed"), [(199.9, True), (200.0, False)])
def test_too_few_a_second_are_missed(reached: float, missed: bool) -> None:
    assert at_least_a_second(200, "surveys", reached).missed is missed


@pytest.mark.parametrize(("seconds", "missed"), [([0.1, 1.9, 9.0], False), ([0.1, 2.0, 2.1], True)])
def test_a_middle_time_over_its_limit_is_missed(seconds: list[float], missed: bool) -> None:
    assert within(2, "the first question", seconds).missed is missed


@pytest.mark.parametrize(("size", "missed"), [(14_600, False), (14_601, True)])
def test_a_byte_too_many_is_missed(size: int, missed: bool) -> None:
    assert at_most_bytes(14_600, "the largest", size).missed is missed


def test_every_group_that_can_be_named_is_there() -> None:
    assert list(figures.GROUPS) == list(__main__.GROUPS)


# --- what is compared ----------------------------------------------------------------------------


@pytest.fixture
def participation(keyring: Keyring) -> Iterator[Participation]:
    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        yield asked_today(keyring=keyring)


@pytest.mark.django_db
def test_the_page_alone_is_the_very_page_and_costs_no_query(
    participation: Participation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    [code] = some_codes(participation)
    page = Client().get(f"/s/{code}")
    Client().get(f"/s/bench/page/{code}")

    with django_assert_num_queries(0):
        alone = Client().get(f"/s/bench/page/{code}")

    assert (alone.content, alone.headers) == (page.content, page.headers)


@pytest.mark.django_db
def test_the_plain_insert_stores_as_many_bytes_as_a_ballot_has(
    participation: Participation,
) -> None:
    [code] = some_codes(participation)
    for address in (f"/s/{code}", f"/s/bench/insert/{participation.pk}"):
        form, kind = urlencode(ANSWERED, doseq=True), "application/x-www-form-urlencoded"
        Client().post(address, form, content_type=kind)

    ballot, plain = (
        (each.participation, each.channel, *map(len, (each.once, each.answers, each.words or b"")))
        for each in Ballot.objects.order_by("pk")
    )

    assert plain == ballot


# --- the client ----------------------------------------------------------------------------------


class Answerer(BaseHTTPRequestHandler):
    """Says 200 to what is well and 404 to the rest; hangs up after the latter."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        well = self.path == "/well"
        self.asked.append(self.path)
        self.send_response(200 if well else 404)
        self.send_header("Content-Length", "3")
        if not well:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"abc")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering() -> Iterator[int]:
    Answerer.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answerer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_client_says_all_it_has_to_say_and_counts_every_answer() -> None:
    unwell = GET.replace(b"/well", b"/unwell")
    with answering() as port:
        heard = converse(port, [[GET, unwell, GET]] * 20 + [[GET]] * 5, at_once=4)

    assert heard.statuses == Counter({200: 45, 404: 20})
    assert Counter(Answerer.asked) == Counter({"/well": 45, "/unwell": 20})
    assert heard.seconds > 0


def test_the_client_does_not_take_silence_for_an_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            line, _ = server.accept()
            line.recv(1024)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
            line.close()

        Thread(target=hang_up, daemon=True).start()
        with pytest.raises(NoAnswer):
            converse(server.getsockname()[1], [[GET]], at_once=1)
