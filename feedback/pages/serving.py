"""Sending a page: made once, compressed once, kept in memory within a bound, small headers."""

import gzip
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from http import HTTPStatus
from threading import Lock

from django.http import HttpRequest, HttpResponse

ROOM = 64 * 2**20  # bytes: ten thousand pages
_BESIDE = 1_000  # bytes that keeping a page costs besides the page, about


class Shelf:
    """Pages, compressed, that were asked for lately. Safe for threads.

    Args:
        room: the most bytes they may take; what was asked for longest ago goes first.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._looking, self._making = Lock(), Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, key: Hashable, make: Callable[[], str]) -> bytes:
        """The compressed page with this key, made now if it is not here.

        One page is made at a time, so that a thousand who come at once to a cold server wait for
        one making; whoever wants a page that is here waits for none.
        """
        found = self._look(key)
        if found is None:
            with self._making:
                found = self._look(key)
                if found is None:
                    found = compressed(make())
                    self._put(key, found)
        return found

    def _look(self, key: Hashable) -> bytes | None:
        with self._looking:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def _put(self, key: Hashable, page: bytes) -> None:
        with self._looking:
            self._pages[key] = page
            self.taken += len(page) + _BESIDE
            while self.taken > self.room and len(self._pages) > 1:
                _, dropped = self._pages.popitem(last=False)
                self.taken -= len(dropped) + _BESIDE


def compressed(page: str) -> bytes:
    """The page as it travels. The same page is the same bytes, so no time is put in."""
    return gzip.compress(page.encode(), 9, mtime=0)


def policy(*, style: str, script: str = "") -> str:
    """The content security policy of a page with exactly this style and this script in it."""
    allowed = [f"style-src {_digest(style)}"] + [f"script-src {_digest(script)}"] * bool(script)
    return "; ".join(
        [
            "default-src 'none'",
            *allowed,
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def response(
    request: HttpRequest, page: bytes, *, policy: str, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """A compressed page as a response, which nobody on the way may keep.

    A browser that cannot unpack it gets it plain. HEAD gets the headers of GET.
    """
    packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    content = page if packed else gzip.decompress(page)
    answer = HttpResponse(b"" if request.method == "HEAD" else content, status=status)
    answer["Content-Length"] = str(len(content))
    if packed:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = "no-store"
    answer["Content-Security-Policy"] = policy
    return answer


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header allows gzip. Source: RFC 9110, 12.5.3."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding in {"gzip", "*"}:
            return not re.fullmatch(r"0(\.0*)?", weight)
    return False


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
