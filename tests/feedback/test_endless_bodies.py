"""A body that never ends, on a real server: it holds up nobody, ends in time, and keeps nothing."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from waitress import buffers, create_server  # type: ignore[import-untyped]  # it brings no types

from config.management.commands.serve import BODIES, BODY
from feedback.models import Ballot
from surveys.keyring import Keyring
from tests.feedback.families import asked_today
from tests.surveys.factories import some_codes

THREADS = 2
SILENCE = 1  # second, where `serve` has 30
SOON = 2.0  # seconds within which whoever comes meanwhile has a page
NEVER = 10.0  # seconds after which what did not happen will not


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a server with the bounds of `manage.py serve`, but less patient with silence."""
    given = (option.removeprefix("--").split("=") for option in BODIES)
    bounds = {name.replace("-", "_"): int(value) for name, value in given}
    bounds |= {"channel_timeout": SILENCE, "cleanup_interval": SILENCE}
    server = create_server(
        get_wsgi_application(), host="127.0.0.1", port=0, threads=THREADS, **bounds
    )
    Thread(target=server.run, daemon=True).start()
    yield server.effective_port
    server.task_dispatcher.shutdown()
    server.close()


@pytest.fixture
def address(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, keyring: Keyring, server: int
) -> str:
    """Of a family's page on this server."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    return f"/s/{some_codes(asked_today(keyring=keyring))[0]}"


def begun(server: int, address: str, *headers: str, body: bytes = b"") -> socket.socket:
    """A connection on which a form has begun to be sent."""
    wire = socket.create_connection(("127.0.0.1", server), timeout=NEVER)
    head = [
        f"POST {address} HTTP/1.1",
        "Host: testserver",
        "Content-Type: application/x-www-form-urlencoded",
        *headers,
    ]
    wire.sendall("\r\n".join([*head, "", ""]).encode() + body)
    return wire


def everything_from(wire: socket.socket) -> bytes:
    """What comes until the server ends the connection; `TimeoutError` where it never does."""
    came = b""
    with suppress(ConnectionError):
        while some := wire.recv(65_536):
            came += some
    return came


def serves_others(server: int) -> bool:
    began = time.monotonic()
    with urlopen(f"http://127.0.0.1:{server}/health/live", timeout=NEVER) as page:
        return page.status == 200 and time.monotonic() - began < SOON


def test_a_body_announced_too_large_is_refused_before_any_of_it_came(
    server: int, address: str
) -> None:
    for announced in (10 * 2**30, 900 * 2**20, BODY):
        with begun(server, address, f"Content-Length: {announced}") as wire:
            answer = everything_from(wire)

        assert answer.startswith(b"HTTP/1.1 413 ")
    assert not Ballot.objects.exists()


def test_more_who_drip_than_there_are_threads_hold_up_nobody_and_are_let_go(
    server: int, address: str
) -> None:
    with ExitStack() as open_wires:
        dripping = [
            open_wires.enter_context(
                begun(server, address, "Content-Length: 100000", body=b"safe=yes&idea=")
            )
            for _ in range(4 * THREADS)
        ]
        for wire in dripping * 3:
            wire.sendall(b"x")
        served = serves_others(server)
        came = [everything_from(wire) for wire in dripping]  # now they send nothing any more

    assert served
    assert came == [b""] * len(dripping)
    assert not Ballot.objects.exists()


def test_a_body_in_pieces_that_never_end_is_refused_at_its_measure(
    server: int, address: str
) -> None:
    piece = b"10000\r\n" + b"x" * 2**16 + b"\r\n"
    with begun(server, address, "Transfer-Encoding: chunked") as wire:
        sent = 0
        with suppress(ConnectionError):
            while sent < 10 * BODY:
                wire.sendall(piece)
                sent += 2**16
        answer = everything_from(wire)

    assert sent < 10 * BODY  # the connection was ended under it
    assert answer[:13] in {b"HTTP/1.1 413 ", b""}  # a reset may overtake what it says
    assert serves_others(server)
    assert not Ballot.objects.exists()


def test_what_comes_after_the_announced_length_is_no_part_of_the_form_and_is_bounded(
    server: int, address: str
) -> None:
    surplus = b"yes&idea=" + b"x" * 2**16
    with begun(server, address, "Content-Length: 5", body=b"safe=") as wire:
        sent = 0
        with suppress(ConnectionError):
            while sent < 10 * BODY:
                wire.sendall(surplus)
                sent += len(surplus)
        answer = everything_from(wire)

    assert sent < 10 * BODY
    assert answer[:13] in {b"HTTP/1.1 422 ", b""}  # of "safe=": nothing was answered
    assert serves_others(server)
    assert not Ballot.objects.exists()


def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(server: int, address: str) -> None:
    for how, body in (
        ("Content-Length: 20", b"safe=yes"),
        ("Transfer-Encoding: chunked", b"8\r\nsafe=yes\r\n"),
    ):
        with begun(server, address, how, body=body) as wire:
            wire.shutdown(socket.SHUT_WR)
            answer = everything_from(wire)

        assert b" 200 " not in answer[:13]
    assert serves_others(server)
    assert not Ballot.objects.exists()


def test_a_length_that_is_none_is_refused(server: int, address: str) -> None:
    for length in ("-1", "5, 6", "0x10", "1e9", "five", "+5"):
        with begun(server, address, f"Content-Length: {length}", body=b"safe=yes") as wire:
            answer = everything_from(wire)

        assert answer.startswith(b"HTTP/1.1 400 ")
    assert not Ballot.objects.exists()


def test_what_a_child_sends_is_never_a_file(
    server: int, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[object] = []
    make = buffers.TempfileBasedBuffer.newfile

    def noted(buffer: Any) -> Any:
        files.append(buffer)
        return make(buffer)

    monkeypatch.setattr(buffers.TempfileBasedBuffer, "newfile", noted)
    body = b"idea=" + b"%F0%9F%99%82" * 100_000
    length = f"Content-Length: {len(body)}"
    with begun(server, address, length, "Connection: close", body=body) as wire:
        answer = everything_from(wire)

    assert answer.startswith(b"HTTP/1.1 422 ")
    assert answer.decode().count("🙂") == 100_000
    assert files == []
