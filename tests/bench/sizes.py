"""How many bytes a whole survey is on the wire: every age version in every language."""

from collections.abc import Iterator
from itertools import product

import brotli

from feedback.pages.editions import reading
from surveys import inviting
from surveys.models import Participation
from tests.bench.lines import Line, at_most_bytes
from tests.bench.server import Server

FIRST_FLIGHT = 14_600  # ten TCP segments of 1,460 bytes, which arrive without a second round trip


def figures(server: Server, box: Participation) -> Iterator[Line]:
    pages = sizes(server, box)
    (age, language), largest = max(pages.items(), key=lambda page: page[1])
    what = f"the largest of {len(pages)} pages by brotli, with its head ({age}, {language})"
    yield at_most_bytes(FIRST_FLIGHT, what, largest)


def sizes(server: Server, box: Participation) -> dict[tuple[str, str], int]:
    """Bytes of head and compressed body, by age version and language."""
    read = reading(box.version)
    return {
        (age, language): _size(server, a_code(box, age, language))
        for age, language in product(read.age_versions, read.languages)
    }


def a_code(box: Participation, age: str, language: str) -> str:
    [code] = inviting.make_codes(participation=box, count=1, age_version=age, language=language)
    return code


def _size(server: Server, code: str) -> int:
    answer = server.answer(
        f"GET /s/{code} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, br\r\n"
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n"), head
    assert brotli.decompress(body)
    return len(answer)
