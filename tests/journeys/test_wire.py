"""A whole survey is one small response, and the same for everyone: as counted on the wire."""

import gzip
import socket
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest

from surveys import core, grammar, inviting, recordings, supplying
from surveys.keyring import Keyring
from tests.feedback.families import asked_today, the_core
from tests.surveys.factories import an_authority, some_codes
from tests.surveys.media import MP3, MP4, a_folder

pytestmark = pytest.mark.usefixtures("packed_as_for_families")

FIRST_WINDOW = 14_600  # bytes: ten TCP segments of 1,460, which arrive without a second round trip

AGES = [version.code for version in grammar.parse(core.source()).age_versions]
LANGUAGES = ["en", *core.translations()]

# The longest names there are, so that no real authority's page is larger.
NAME = "Bournemouth, Christchurch and Poole"
HELP_NAME = "The independent children’s rights and participation service"


def on_the_wire(site: str, request: str, accepted: str = "gzip, br") -> bytes:
    """All bytes of the answer to a request, as they come out of the socket."""
    address = urlsplit(site)
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        head = f"{request} HTTP/1.1\r\nHost: {address.netloc}\r\nAccept-Encoding: {accepted}\r\n"
        wire.sendall(f"{head}Connection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.mark.parametrize(
    "language",
    [each if each == "uk" else pytest.param(each, marks=pytest.mark.slow) for each in LANGUAGES],
)
def test_a_whole_survey_fits_in_the_first_window_in_every_age_and_language(
    site: str, keyring: Keyring, language: str
) -> None:
    """The quick tests take Ukrainian, which is the largest."""
    participation = asked_today(
        keyring=keyring, authority=an_authority(NAME), version=the_core(), simulated=True
    )
    participation.help_name, participation.help_phone = HELP_NAME, "0800 000 0000 0000"
    participation.save()
    link = inviting.make_open_link(participation=participation).slug
    for age in AGES:
        [code] = some_codes(participation, age_version=age, language=language)
        for address in (f"/s/{code}", f"/o/{link}/{age}?lang={language}"):
            answer = on_the_wire(site, f"GET {address}")

            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")
            assert HELP_NAME in brotli.decompress(body).decode()
            print(f"{age} {language} {address[:2]}: {len(answer):,} bytes, {len(head)} of head")
            assert len(answer) <= FIRST_WINDOW
            # A browser too old for brotli needs a second flight for a few hundred bytes.
            _, _, zipped = on_the_wire(site, f"GET {address}", "gzip").partition(b"\r\n\r\n")
            assert gzip.decompress(zipped) == brotli.decompress(body)
            print(f"    by gzip, without head: {len(zipped):,}")
            assert len(zipped) <= FIRST_WINDOW * 1.03


def test_it_fits_with_a_recording_and_a_film_for_every_question_too(
    site: str, keyring: Keyring, tmp_path: Path
) -> None:
    participation = asked_today(keyring=keyring, version=the_core(), simulated=True)
    questions = [item.code for item in grammar.parse(core.source()).items_for("parent")]
    files = {
        f"parent/{place}/{item}.{ending}": content + item.encode()
        for item in ("_intro", *questions)
        for place, ending, content in (("uk", "mp3", MP3), ("bfi", "mp4", MP4))
    }
    folder = a_folder(tmp_path / "in", **files)
    supplying.supply(version=participation.version, folder=folder, directory=tmp_path / "media")
    recordings.forget()
    [code] = some_codes(participation, age_version="parent", language="uk")

    answer = on_the_wire(site, f"GET /s/{code}")

    _, _, body = answer.partition(b"\r\n\r\n")
    page = brotli.decompress(body).decode()
    assert (page.count("<audio"), page.count("<video")) == (len(files) / 2, len(files) / 2)
    assert len(answer) <= FIRST_WINDOW


def test_two_codes_get_the_same_bytes_but_for_the_time(site: str, keyring: Keyring) -> None:
    one, another = some_codes(asked_today(keyring=keyring, version=the_core()), 2)

    answers = [on_the_wire(site, f"GET /s/{code}") for code in (one, another, one)]

    undated = {
        b"\r\n".join(line for line in answer.split(b"\r\n") if not line.startswith(b"Date:"))
        for answer in answers
    }
    assert len(undated) == 1


def test_head_is_answered_with_the_head_alone(site: str, keyring: Keyring) -> None:
    [code] = some_codes(asked_today(keyring=keyring))

    head, _, body = on_the_wire(site, f"HEAD /s/{code}").partition(b"\r\n\r\n")

    assert b"\r\nContent-Length: " in head
    assert body == b""
