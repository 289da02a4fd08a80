"""Everything that a site has for everybody, fetched by following its links. Knows no model."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client

STARTS = ("/report/", "/data/", "/api/v1/")
# A picture is the drawing of the same name once more: its address is read, and its dots are not.
# So are the addresses of what is printed of older releases, which takes a second each.
NOT_FETCHED = (".png", ".pdf?release=")
HTML, SVG, CSV, WORKBOOK, PDF = "text/html", "image/svg+xml", "text/csv", "spreadsheetml", "/pdf"


@dataclass(frozen=True, slots=True)
class Document:
    """What stands at an address."""

    address: str
    kind: str
    status: int
    content: bytes
    links: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.content.decode("utf-8-sig")

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    def is_a(self, kind: str) -> bool:
        return kind in self.kind

    @property
    def is_json(self) -> bool:
        return "json" in self.kind

    def json(self) -> object:
        return json.loads(self.content)


@dataclass
class Site:
    """All documents of a site, by address, and the addresses that were only read."""

    documents: dict[str, Document] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    def of(self, kind: str, under: str = "/") -> Iterator[Document]:
        for each in self.documents.values():
            if each.is_a(kind) and each.path.startswith(under):
                yield each

    def broken(self) -> list[str]:
        return [f"{e.status} {e.address}" for e in self.documents.values() if e.status != 200]


def crawl(client: Client, starts: Sequence[str] = STARTS) -> Site:
    """Every page, file and answer under these addresses that links lead to from them, each once."""
    site, waiting = Site(), list(starts)
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        if urlsplit(address).path.endswith(NOT_FETCHED[0]) or NOT_FETCHED[1] in address:
            site.named.add(address)
            continue
        found = fetched(client, address)
        site.documents[address] = found
        for link in found.links:
            if link not in seen and link.startswith(tuple(starts)):
                seen.add(link)
                waiting.append(link)
    return site


def fetched(client: Client, address: str) -> Document:
    answer = client.get(address)
    content = b"".join(answer)  # streamed or not
    kind = answer.headers.get("Content-Type", "")
    found = Document(address, kind, answer.status_code, content)
    links = [*_links_of(found), *re.findall(r"<([^>]+)>", answer.headers.get("Link", ""))]
    ours = (_ours(address, link) for link in links)
    return Document(address, kind, answer.status_code, content, tuple(e for e in ours if e))


def _links_of(document: Document) -> list[str]:
    if document.is_a(HTML):
        reader = _Links()
        reader.feed(document.text)
        return reader.found
    if document.is_json:
        return [each for each in _strings(document.json()) if each.startswith(("http", "/"))]
    return []


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)


def _ours(address: str, link: str) -> str:
    """The path of a link, where it leads to what we read; else ""."""
    parts = urlsplit(urldefrag(urljoin(address, link)).url)
    if not parts.path.startswith(STARTS):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The addresses that a drawing uses within itself begin with "#", and lead nowhere else.
        self.found += [value for name, value in attrs if name in ("href", "src") and value]
