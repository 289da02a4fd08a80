"""Sending a page: made once, compressed once, kept in memory within a bound, small headers."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock

import brotli
import deflate
from django.http import HttpRequest, HttpResponse

_LINE_END = re.compile(r"(?<=>)\s*\n\s*|\s*\n\s*(?=<)")

ROOM = 64 * 2**20  # bytes: ten thousand pages
_BESIDE = 1_000  # bytes that keeping a page costs besides the page, about

BROTLI = 11  # its best; tests that count no bytes use less, which takes a fiftieth of the time


@dataclass(frozen=True, slots=True)
class Packed:
    """A page as it travels, packed in the two ways that browsers unpack."""

    brotli: bytes
    gzip: bytes

    def __len__(self) -> int:
        return len(self.brotli) + len(self.gzip)


class Shelf:
    """Pages, compressed, that were asked for lately. Safe for threads.

    Args:
        room: the most bytes they may take; what was asked for longest ago goes first.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self._pages: OrderedDict[Hashable, Packed] = OrderedDict()
        self._looking, self._making = Lock(), Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, key: Hashable, make: Callable[[], str]) -> Packed:
        """The packed page with this key, made now if it is not here.

        One page is made at a time, so that a thousand who come at once to a cold server wait for
        one making; whoever wants a page that is here waits for none.
        """
        found = self._look(key)
        if found is None:
            with self._making:
                found = self._look(key)
                if found is None:
                    found = packed(make())
                    self._put(key, found)
        return found

    def _look(self, key: Hashable) -> Packed | None:
        with self._looking:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def _put(self, key: Hashable, page: Packed) -> None:
        with self._looking:
            self._pages[key] = page
            self.taken += len(page) + _BESIDE
            while self.taken > self.room and len(self._pages) > 1:
                _, dropped = self._pages.popitem(last=False)
                self.taken -= len(dropped) + _BESIDE


def compressed(page: str) -> bytes:
    """The page as it travels. The same page is the same bytes, so no time is put in."""
    return gzip.compress(page.encode(), 9, mtime=0)


def packed(page: str) -> Packed:
    """A page that is kept: smaller than :func:`compressed` by an eighth, and fifty times as slow.

    Line ends beside a tag go, which a browser shows nothing of. So this is not for pages that give
    back what somebody wrote.
    """
    text = _LINE_END.sub("", page).encode()
    return Packed(brotli.compress(text, quality=BROTLI), bytes(deflate.gzip_compress(text, 12)))


def response(
    request: HttpRequest, page: Packed | bytes, *, policy: str, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """A compressed page as a response, which nobody on the way may keep.

    A browser that cannot unpack it gets it plain. HEAD gets the headers of GET.
    """
    # Not `request.headers`: to name every header again takes longer than all the rest here.
    coding, content = _coded(page, request.META.get("HTTP_ACCEPT_ENCODING", ""))
    answer = HttpResponse(b"" if request.method == "HEAD" else content, status=status)
    answer["Content-Length"] = str(len(content))
    if coding:
        answer["Content-Encoding"] = coding
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = policy
    return answer


def takes(coding: str, accepted: str) -> bool:
    """Whether an Accept-Encoding header allows a coding. Source: RFC 9110, 12.5.3."""
    for part in accepted.lower().split(","):
        named, _, weight = part.replace(" ", "").partition(";q=")
        if named in {coding, "*"}:
            return not re.fullmatch(r"0(\.0*)?", weight)
    return False


def _coded(page: Packed | bytes, accepted: str) -> tuple[str, bytes]:
    """The smallest that a browser unpacks, with the name of its coding; "" for none."""
    if isinstance(page, Packed) and takes("br", accepted):
        return "br", page.brotli
    zipped = page.gzip if isinstance(page, Packed) else page
    return ("gzip", zipped) if takes("gzip", accepted) else ("", gzip.decompress(zipped))
