"""A recording is served in the parts that players ask for, and leaves nothing behind."""

import json
import logging
from collections.abc import Iterator
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from waitress import create_server  # type: ignore[import-untyped]  # it brings no types

from config.logs import blotted, logging_settings
from surveys import recordings, supplying
from surveys.models import Recording
from surveys.pages.media import OutOfReach, asked
from tests.surveys.factories import a_version
from tests.surveys.media import MP4, a_folder

FILM = MP4 + bytes(range(256)) * 600  # more than two pieces
SIZE = len(FILM)


@pytest.fixture
def address(db: None, tmp_path: Path, settings: Settings) -> str:
    """Of a film that was supplied."""
    settings.HEARD_MEDIA_DIRECTORY = tmp_path / "media"
    folder = a_folder(tmp_path / "studio", **{"8-11/bfi/safe.mp4": FILM})
    supplying.supply(version=a_version(), folder=folder, directory=tmp_path / "media")
    return f"/media/{recordings.name_of(Recording.objects.get().digest)}"


def test_the_whole_of_it_comes_with_its_type_and_is_kept_nowhere(
    client: Client, address: str
) -> None:
    response = client.get(address)

    assert (response.status_code, response.getvalue()) == (200, FILM)
    shown = {
        name: response.headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Accept-Ranges",
            "Cache-Control",
            "X-Content-Type-Options",
        )
    }
    assert shown == {
        "Content-Type": "video/mp4",
        "Content-Length": str(SIZE),
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert not response.cookies
    assert not {"Vary", "ETag", "Last-Modified"} & set(response.headers)


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-1", 0, 2),  # what Safari asks first
        ("bytes=0-", 0, SIZE),
        (f"bytes=0-{SIZE - 1}", 0, SIZE),
        (f"bytes=70000-{SIZE + 9}", 70000, SIZE),
        ("bytes=70000-140000", 70000, 140001),
        ("bytes=-100", SIZE - 100, SIZE),
        (f"bytes=-{SIZE + 1}", 0, SIZE),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    client: Client, address: str, header: str, start: int, stop: int
) -> None:
    response = client.get(address, headers={"Range": header})

    assert response.status_code == 206
    assert response.getvalue() == FILM[start:stop]
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert response.headers["Content-Length"] == str(stop - start)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client: Client, address: str, header: str) -> None:
    response = client.get(address, headers={"Range": header})

    assert (response.status_code, response.getvalue()) == (416, b"")
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "header",
    ["bytes=-", "bytes=5-4", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=0x1-2", "bytes=²-"],
)
def test_what_is_no_single_range_is_as_if_it_were_not_there(
    client: Client, address: str, header: str
) -> None:
    response = client.get(address, headers={"Range": header})

    assert (response.status_code, response.getvalue()) == (200, FILM)


@given(st.text(max_size=40) | st.from_regex(r"bytes=\d{0,20}-\d{0,20}"), st.integers(1, 10**9))
def test_any_header_asks_for_a_part_that_is_there_or_for_none(header: str, size: int) -> None:
    try:
        part = asked(header, size)
    except OutOfReach:
        return
    assert part is None or (0 <= part.start < part.stop <= size)


@pytest.mark.parametrize(
    "other", [f"/media/{'0' * 8}", "/media/", "/media/safe.mp4", "/media/../../etc/passwd"]
)
def test_what_is_no_recording_is_not_found(client: Client, address: str, other: str) -> None:
    assert client.get(other).status_code == 404


def test_a_file_that_no_version_names_is_not_found(client: Client, address: str) -> None:
    Recording.objects.all().delete()

    assert client.get(address).status_code == 404


def test_a_recording_whose_file_is_lost_or_without_a_media_directory_is_not_found(
    client: Client, address: str, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "media" / Recording.objects.get().digest).unlink()
    lost = client.get(address).status_code
    settings.HEARD_MEDIA_DIRECTORY = None

    assert (lost, client.get(address).status_code) == (404, 404)


def test_nothing_can_be_sent_there(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_no_line_tells_that_somebody_listened(client: Client, address: str) -> None:
    logging_settings(level="INFO")
    written = StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    try:
        client.get(address).close()
        client.get(address, headers={"Range": "bytes=9999999-"})
        client.get(f"/media/{'0' * 8}")
        client.post(address)
    finally:
        handler.setStream(before)

    assert [json.loads(line) for line in written.getvalue().splitlines()] == []
    assert blotted(f"Not Found: {address}") == "Not Found: /media/…"


@pytest.fixture
def served(
    transactional_db: None, address: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HTTPConnection]:
    """The web server of `run.py serve`, with the film."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    server = create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=1)
    Thread(target=server.run, daemon=True).start()
    client = HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
    yield client
    client.close()
    server.task_dispatcher.shutdown()
    server.close()


def test_over_the_wire_parts_come_on_one_connection_and_head_has_no_body(
    served: HTTPConnection, address: str
) -> None:
    found = []
    for method, headers in (
        ("HEAD", {}),
        ("GET", {"Range": "bytes=0-1"}),
        ("HEAD", {"Range": "bytes=0-1"}),
        ("GET", {"Range": "bytes=-70000"}),
    ):
        served.request(method, address, headers=headers)
        response = served.getresponse()
        found.append((response.status, response.headers["Content-Length"], response.read()))

    assert found == [
        (200, str(SIZE), b""),
        (206, "2", FILM[:2]),
        (200, str(SIZE), b""),
        (206, "70000", FILM[-70000:]),
    ]
