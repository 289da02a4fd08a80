"""What the pages on which a survey is written share: who may, and where problems lie."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse

from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import edits
from surveys.edits import Document, NotEditable
from surveys.models import Draft
from surveys.problems import Problem

_PARTS = {"item": edits.ITEM, "age version": edits.AGE_VERSION, "scale": edits.SCALE}
_PLACE = re.compile(r'(item|age version|scale) (?:"(.*?)"|number (\d+))(?:, |$)(.*)', re.DOTALL)
_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True)
class Placed:
    """A problem, and the address of the place to mend it."""

    problem: Problem
    address: str


def require(request: HttpRequest, permission: Permission) -> User:
    """Raises: PermissionDenied: the person may not do this nationally."""
    access.require(request.user, permission)
    return person(request)


def the_draft(pk: int) -> Draft:
    found = Draft.objects.select_related("changed_by", "made_by", "based_on").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such draft.")
    return found


def whole_number(text: str) -> int:
    """What was sent, or 0 where it is no number that could be one of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def document_of(draft: Draft) -> Document | None:
    """The draft in parts; ``None`` where only its text can be changed."""
    try:
        return Document.of(draft.source)
    except NotEditable:
        return None


def text_of(table: object, key: str) -> str:
    """A text of a draft, whatever stands there; "" for what is none."""
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, str) else ""


def ages_of(document: Document) -> list[tuple[str, str]]:
    """Codes and names of the age versions that have a code."""
    tables = document.tables(edits.AGE_VERSION)
    codes = {text_of(each, "code"): text_of(each, "name") for each in tables}
    return [(code, name or code) for code, name in codes.items() if code]


def placed(
    draft: Draft, document: Document | None, problems: Iterable[Problem]
) -> Sequence[Placed]:
    return [Placed(each, _address(draft, document, each.place)) for each in problems]


def _address(draft: Draft, document: Document | None, place: str) -> str:
    if line := _LINE.match(place):
        return f"{reverse('draft-text', args=[draft.pk])}?line={line[1]}#source"
    if document is None:
        return f"{reverse('draft-text', args=[draft.pk])}#source"
    if place.startswith("survey"):
        return f"{reverse('draft-about', args=[draft.pk])}"
    found = _PLACE.match(place)
    if found is None:
        return f"{reverse('draft-text', args=[draft.pk])}#source"
    kind, code, number, inside = found.groups()
    at = _where(document, _PARTS[kind], code, number)
    if at is None:
        return f"{reverse('draft-text', args=[draft.pk])}#source"
    name = {"item": "draft-item", "age version": "draft-age", "scale": "draft-scale"}[kind]
    return f"{reverse(name, args=[draft.pk, at])}{_anchor(inside)}"


def anchor_of(place: str) -> str:
    """Where on the page of its item a problem is mended; "" where it is about more than an item."""
    found = _PLACE.match(place)
    return _anchor(found[4]) if found else ""


def _where(document: Document, part: str, code: str | None, number: str | None) -> int | None:
    """Which of the parts it is, counted from 1."""
    tables = document.tables(part)
    if number is not None:
        return int(number) if int(number) <= len(tables) else None
    codes = [text_of(each, "code") for each in tables]
    # Of two with one code, the second is the one to mend.
    return len(codes) - codes[::-1].index(code) if code in codes else None


def _anchor(inside: str) -> str:
    """The field of an item's page: "ask, 8-11" is in the box for asking."""
    first = inside.partition(",")[0].partition(" ")[0]
    known = {
        "code", "kind", "construct", "scale", "ask", "hint", "look", "shown_when", "longest",
        "topics_of", "answers", "answer", "intro", "thanks", "title", "name", "reading_ease",
        "grown_up_guidance", "asked_of_grown_up",
    }  # fmt: skip
    return f"#part-{'answers' if first == 'answer' else first}" if first in known else ""
