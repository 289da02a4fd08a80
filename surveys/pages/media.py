"""Sound and films, for families' phones: in parts, as players ask for them; kept nowhere."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from surveys import recordings
from surveys.models import Recording

_A_PIECE = 64 * 1024
_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class OutOfReach(Exception):
    """A range begins where the file has ended."""


class Part:
    """Some bytes of an open file, in pieces. The response closes it."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._left = file, length
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (piece := self._file.read(min(_A_PIECE, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()


@require_safe
def recording(request: HttpRequest, name: str) -> HttpResponseBase:
    """A recording, or the part of it that a player asks for; Safari plays nothing without."""
    known = recordings.known(name)
    path = recordings.file_of(known.digest) if known else None
    if known is None or path is None or not path.is_file():
        raise Http404("There is no such recording.")
    response: HttpResponseBase
    if request.method == "HEAD":
        response = _headed(HttpResponse(content_type=known.content_type), range(known.size))
    else:
        response = _sent(request.headers.get("Range", ""), known, path)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(header: str, known: Recording, path: Path) -> HttpResponseBase:
    try:
        part = asked(header, known.size)
    except OutOfReach:
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{known.size}"
        return response
    sent = range(known.size) if part is None else part
    streamed = StreamingHttpResponse(
        Part(path.open("rb"), sent.start, len(sent)), content_type=known.content_type
    )
    if part is not None:
        streamed.status_code = HTTPStatus.PARTIAL_CONTENT
        streamed.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{known.size}"
    return _headed(streamed, sent)


def _headed(response: HttpResponseBase, sent: range) -> HttpResponseBase:
    response.headers["Content-Length"] = str(len(sent))
    return response


def asked(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for (RFC 9110, 14.1.2).

    ``None`` where it is no single range: then all are sent, as the standard lets a server do.

    Raises:
        OutOfReach: it asks for none of the bytes there are.
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last) + 1, size) if first and last else size
    if start >= stop:
        raise OutOfReach
    return range(start, stop)
