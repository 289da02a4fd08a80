"""A page is made once, travels small, and is kept within a bound."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import brotli
import pytest
from django.test import RequestFactory

from feedback.pages import serving
from feedback.pages.serving import Packed, Shelf

EIGHT = 8


class Maker:
    """Makes a page, and knows how often."""

    times = 0

    def __call__(self) -> str:
        self.times += 1
        return "page"


def test_a_page_is_made_once() -> None:
    shelf, maker = Shelf(), Maker()

    pages = [shelf.page("a", maker) for _ in range(3)]

    assert [gzip.decompress(page.gzip) for page in pages] == [b"page"] * 3
    assert maker.times == 1


def test_of_eight_who_come_at_once_to_a_cold_server_one_makes_the_page() -> None:
    shelf, maker, together = Shelf(), Maker(), Barrier(EIGHT)

    def ask(_: int) -> Packed:
        together.wait()
        return shelf.page("a", maker)

    with ThreadPoolExecutor(EIGHT) as pool:
        pages = set(pool.map(ask, range(EIGHT)))

    assert (len(pages), maker.times) == (1, 1)


def test_the_page_asked_for_longest_ago_goes_first_when_there_is_no_room() -> None:
    shelf = Shelf(room=2_500)  # two small pages, with what it costs to keep them
    for key in ("a", "b", "a", "c"):
        shelf.page(key, Maker())
    makers = {key: Maker() for key in ("a", "c", "b")}

    for key, maker in makers.items():
        shelf.page(key, maker)

    assert {key: maker.times for key, maker in makers.items()} == {"a": 0, "c": 0, "b": 1}
    assert shelf.taken <= shelf.room


def test_a_page_larger_than_the_room_is_still_served() -> None:
    shelf = Shelf(room=1)

    assert gzip.decompress(shelf.page("a", Maker()).gzip) == b"page"
    assert len(shelf) == 1


def test_a_page_that_cannot_be_made_leaves_nothing_and_can_be_asked_for_again() -> None:
    shelf = Shelf()

    with pytest.raises(ZeroDivisionError):
        shelf.page("a", lambda: str(1 / 0))

    assert gzip.decompress(shelf.page("a", Maker()).gzip) == b"page"


def test_the_same_page_is_the_same_bytes_at_any_time() -> None:
    page = serving.compressed("page" * 100)

    assert page[4:8] == b"\0\0\0\0"  # RFC 1952: no time
    assert gzip.decompress(page) == b"page" * 100


def test_a_page_that_is_kept_travels_without_the_line_ends_beside_its_tags() -> None:
    page = "<p>\n  one\n  two <b>three</b>\n</p>\n\n<p>four</p>\n"

    packed = serving.packed(page)

    # Between two words a line end is a space, and so it stays.
    kept = b"<p>one\n  two <b>three</b></p><p>four</p>"
    assert (gzip.decompress(packed.gzip), brotli.decompress(packed.brotli)) == (kept, kept)


def test_a_page_that_gives_back_what_somebody_wrote_keeps_every_line_end() -> None:
    page = "<textarea>\n\n  one\n\n</textarea>\n"

    assert gzip.decompress(serving.compressed(page)).decode() == page


@pytest.mark.parametrize(
    ("method", "accepted", "body"),
    [
        ("GET", "gzip, br", serving.compressed("page ✓")),
        ("GET", "br", "page ✓".encode()),
        ("POST", "", "page ✓".encode()),
        ("HEAD", "gzip", b""),
        ("HEAD", "", b""),
    ],
)
def test_a_page_comes_as_it_is_asked_for_with_its_length_and_its_policy(
    method: str, accepted: str, body: bytes
) -> None:
    request = RequestFactory().generic(method, "/", headers={"Accept-Encoding": accepted})

    answer = serving.response(request, serving.compressed("page ✓"), policy="default-src 'none'")

    got = len(serving.compressed("page ✓")) if "gzip" in accepted else len("page ✓".encode())
    assert (answer.status_code, answer.content) == (200, body)
    assert answer["Content-Length"] == str(got)
    assert answer.get("Content-Encoding") == ("gzip" if "gzip" in accepted else None)
    assert (answer["Vary"], answer["Cache-Control"]) == ("Accept-Encoding", "no-store")
    assert answer["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip"), ("deflate", None), ("*", "br")],
)
def test_a_page_that_is_kept_comes_in_the_smallest_way_that_is_taken(
    accepted: str, coding: str | None
) -> None:
    page = serving.packed("page ✓")
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})

    answer = serving.response(request, page, policy="")

    bodies = {"br": page.brotli, "gzip": page.gzip, None: "page ✓".encode()}
    assert (answer.get("Content-Encoding"), answer.content) == (coding, bodies[coding])


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, GZIP;q=0.2", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("br, deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *;q=1", False),
        ("xgzip", False),
    ],
)
def test_gzip_is_sent_where_it_is_taken(accepted: str, takes: bool) -> None:
    assert serving.takes("gzip", accepted) is takes
