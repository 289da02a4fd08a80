"""For staff with a pile of paper: a sheet is opened by its code, typed in line by line, and added;
then all are cast together.

Nothing is kept here before that. The sheets that were added travel in the page, and come back with
what is typed next; so the totals on it are of this sitting, and nobody else's.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from feedback import sheets, typing_in
from feedback.pages import bundles
from feedback.sheets import NotDigits, Slip
from feedback.typing_in import NotRight, Paper, Sheet
from surveys import codes, routing
from surveys import languages as known_languages
from surveys.definition import Kind
from surveys.errors import Refused
from surveys.models import Participation
from surveys.numbering import Numbered, numbered

# A form may have two megabytes, and what travels in one takes up to three times its length.
_LARGEST_PILE = 600_000  # bytes
_SHEET_ID = 16  # random bytes, as a browser would have made
SCRIPTS = ("routing", "typing")


@dataclass(frozen=True, slots=True)
class Typed:
    """A sheet as it travels in the page. Args: code: or, without one, `place` and `age`."""

    code: str = ""
    place: int = 0
    age: str = ""
    language: str = ""
    sheet: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet as drawn.

    Args:
        said: the answers that the digits name, in words.
        asked: whether the answers before it leave it to be asked.
        when: for the script, as JSON, or "".
        answers: code and words of each, for the script, as JSON.
    """

    asks: Numbered
    ask: str
    labels: tuple[tuple[int, str], ...]
    typed: str
    said: str
    asked: bool
    slip: str
    when: str
    answers: str
    starts: bool = False

    @property
    def in_box(self) -> str:
        """What was typed, with the line end before it that HTML takes away from a box."""
        return f"\n{self.typed}"

    @property
    def is_words(self) -> bool:
        return self.asks.item.kind is Kind.WORDS

    @property
    def several(self) -> bool:
        return self.asks.item.kind is Kind.CHOICES


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the page carries: the sheets that were added, and how many were cast before."""

    person: User
    pile: tuple[Typed, ...] = ()
    cast: int = 0

    @property
    def packed(self) -> str:
        some = [
            [each.code, each.place, each.age, each.language, each.sheet, dict(each.typed)]
            for each in self.pile
        ]
        return json.dumps(some, ensure_ascii=False, separators=(",", ":"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """One page with few buttons; each sends all that was typed, and gets it back."""
    person = who(request)
    access.require_somewhere(person, Permission.TYPE_PAPER)
    try:
        sitting = _sitting(request, person)
    except (ValueError, RecursionError):
        return _start(
            request, Sitting(person), wrong="What this page held cannot be read. Begin again."
        )
    sent = request.POST
    match sent.get("do", "").split(":"):
        case ["open"]:
            return _open(request, sitting)
        case ["check" | "add" | "last" as what]:
            return _typed_in(request, sitting, what)
        case ["cast"]:
            return _cast(request, sitting)
        case ["change" | "drop" as what, place] if place.isdecimal() and len(place) < 4:
            return _taken_out(request, sitting, int(place), change=what == "change")
        case _:
            return _start(request, sitting)


@never_cache
@login_required
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The page's script, with families' own routing in it."""
    access.require_somewhere(who(request), Permission.TYPE_PAPER)
    return HttpResponse(bundles.script(SCRIPTS), content_type="text/javascript; charset=utf-8")


def _sitting(request: HttpRequest, person: User) -> Sitting:
    """Raises: ValueError: what came back is not what a page of ours holds."""
    packed, cast = request.POST.get("pile", "[]"), request.POST.get("cast", "0")
    found = json.loads(packed)
    if not isinstance(found, list) or not cast.isdecimal() or len(cast) > 6:
        raise ValueError
    return Sitting(person, tuple(_unpacked(each) for each in found), int(cast))


def _unpacked(each: Any) -> Typed:
    match each:
        case [str(code), int(place), str(age), str(language), str(sheet), dict(typed)] if all(
            isinstance(words, str) for words in typed.values()
        ):
            return Typed(code, place, age, language, sheet, typed)
        case _:
            raise ValueError(each)


def _open(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Find whose paper it is, and show its lines."""
    sent = request.POST
    place, _, age = sent.get("printed", "").partition(":")
    if sent.get("code", "").strip() or not place.isdecimal():
        wanted = Typed(code=sent.get("code", ""))
    else:
        wanted = Typed(place=int(place[:9]), age=age, sheet=secrets.token_hex(_SHEET_ID))
    try:
        found = _paper(sitting, wanted)
        _refuse_twice(sitting, found)
    except Refused as refused:
        return _start(request, sitting, wrong=str(refused), typed=sent.get("code", "")[:60])
    wanted = replace(wanted, code=found.code, language=found.language)
    return _lines(request, sitting, wanted, found)


def _typed_in(request: HttpRequest, sitting: Sitting, what: str) -> HttpResponse:
    """A sheet with its lines: shown again, added to the pile, or added and all cast."""
    sent = request.POST
    try:
        wanted = replace(
            _unpacked(json.loads(sent.get("paper", ""))),
            language=sent.get("language", ""),
            typed=_items(request),
        )
        found = _paper(sitting, wanted)
    except (ValueError, RecursionError):
        return _start(request, sitting, wrong="This sheet cannot be read. Begin it again.")
    except Refused as refused:
        return _start(request, sitting, wrong=str(refused))
    survey = found.participation.version.definition
    if what == "check":
        return _lines(request, sitting, wanted, found)
    read = sheets.read(wanted.typed, survey=survey, age_version=found.age_version)
    if isinstance(read, tuple):
        return _lines(request, sitting, wanted, found, slips=read)
    with_it = replace(sitting, pile=(*sitting.pile, wanted))
    try:
        _refuse_twice(sitting, found)
        _refuse_too_many(with_it)
    except Refused as refused:
        return _lines(request, sitting, wanted, found, slips=(Slip("", str(refused)),))
    return _cast(request, with_it) if what == "last" else _start(request, with_it, added=True)


def _items(request: HttpRequest) -> dict[str, str]:
    """What was typed in the lines, by item code; blank lines are left out."""
    fields = ((name, str(words)) for name, words in request.POST.items())
    return {
        name.removeprefix("item-"): words
        for name, words in fields
        if name.startswith("item-") and words.strip()
    }


def _cast(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Cast the pile: the same thank-you whatever came before."""
    try:
        papers = [_paper(sitting, each) for each in sitting.pile]
        typed = [Sheet(paper, each.typed) for paper, each in zip(papers, sitting.pile, strict=True)]
        dropped = typing_in.cast(typed=typed, by=sitting.person, today=timezone.localdate())
    except NotRight as error:
        first = error.wrong[0]
        return _taken_out(request, sitting, first.number, change=True, slips=first.slips)
    except Refused as refused:
        return _start(request, sitting, wrong=str(refused))
    number = len(sitting.pile)
    left_out = [
        (place, _numbers(papers[place - 1], items), len(items) > 1) for place, items in dropped
    ]
    after = Sitting(sitting.person, cast=sitting.cast + number)
    return _start(request, after, thanked=number, left_out=left_out)


def _taken_out(
    request: HttpRequest,
    sitting: Sitting,
    number: int,
    *,
    change: bool,
    slips: Sequence[Slip] = (),
) -> HttpResponse:
    """A sheet out of the pile: to be changed, or to be left out."""
    if not 1 <= number <= len(sitting.pile):
        return _start(request, sitting)
    wanted = sitting.pile[number - 1]
    rest = replace(sitting, pile=(*sitting.pile[: number - 1], *sitting.pile[number:]))
    if not change:
        return _start(request, rest)
    try:
        found = _paper(sitting, wanted)
    except Refused as refused:
        return _start(request, sitting, wrong=str(refused))
    return _lines(request, rest, wanted, found, slips=slips)


def _paper(sitting: Sitting, wanted: Typed) -> Paper:
    """Whose paper it is, asked anew each time, in the language that was said.

    Raises:
        Refused: it is nobody's, or not this person's to type in, or not open today.
    """
    today = timezone.localdate()
    if wanted.code or not wanted.place:
        found = typing_in.paper_with(wanted.code, by=sitting.person, today=today)
    else:
        places = typing_in.without_code_for(sitting.person, today=today)
        place = next((each for each in places if each.pk == wanted.place), None)
        if place is None:
            raise Refused("Paper without a code cannot be typed in there today.")
        found = typing_in.paper_without(
            participation=place,
            age_version=wanted.age,
            language=wanted.language or known_languages.ENGLISH,
            sheet=wanted.sheet,
            by=sitting.person,
            today=today,
        )
    return replace(found, language=typing_in.in_language(found, wanted.language))


def _refuse_twice(sitting: Sitting, found: Paper) -> None:
    for number, each in enumerate(sitting.pile, 1):
        if found.code and each.code == found.code:
            raise Refused(f"This code is on sheet {number} of this pile already.")


def _refuse_too_many(sitting: Sitting) -> None:
    if len(sitting.pile) > typing_in.MOST_SHEETS or len(sitting.packed.encode()) > _LARGEST_PILE:
        raise Refused("The pile is as large as it may be. Cast it first, then add this sheet.")


def _numbers(paper: Paper, items: Sequence[str]) -> str:
    survey = paper.participation.version.definition
    found = numbered(survey, paper.age_version)
    return ", ".join(str(each.number) for each in found if each.item.code in items)


def _start(
    request: HttpRequest,
    sitting: Sitting,
    *,
    wrong: str = "",
    typed: str = "",
    added: bool = False,
    thanked: int = 0,
    left_out: Sequence[tuple[int, str, bool]] = (),
) -> HttpResponse:
    """The page that asks for the next code, with the pile so far."""
    shown = {
        "sitting": sitting,
        "pile": [(number, each, _called(each)) for number, each in enumerate(sitting.pile, 1)],
        "printed": list(_printed(sitting.person)),
        "wrong": wrong,
        "typed": typed,
        "added": added,
        "thanked": thanked,
        "left_out": left_out,
        "length": codes.LENGTH,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "feedback/typing_in/start.html", shown, status=status)


def _called(each: Typed) -> str:
    return codes.pretty(each.code) if each.code else "without a code"


def _printed(person: User) -> Iterator[tuple[str, str]]:
    """What may have been printed without a code: value and words of each choice."""
    for place in typing_in.without_code_for(person, today=timezone.localdate()):
        for age in place.version.definition.age_versions:
            yield f"{place.pk}:{age.code}", f"{place.authority}, {place.wave}: {age.name}"


def _lines(
    request: HttpRequest,
    sitting: Sitting,
    wanted: Typed,
    found: Paper,
    *,
    slips: Sequence[Slip] = (),
) -> HttpResponse:
    """The page with a sheet's lines, as they were typed so far."""
    lines = list(_drawn(found, wanted.typed, {each.item: each.what for each in slips}))
    starts = _where_to_start(lines)
    lines = [replace(each, starts=index == starts) for index, each in enumerate(lines)]
    version = found.participation.version
    shown = {
        "sitting": sitting,
        "number": len(sitting.pile) + 1,
        "paper": json.dumps(
            [found.code, wanted.place, wanted.age, found.language, wanted.sheet, {}]
        ),
        "called": _called(replace(wanted, code=found.code)),
        "place": found.participation,
        "age": version.definition.age_version(found.age_version),
        "languages": _languages(found.participation),
        "language": found.language,
        "lines": lines,
        "whole": [each.what for each in slips if not each.item],
        "wrong": [each for each in lines if each.slip],
        "slipped": bool(slips),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if slips else HTTPStatus.OK
    return render(request, "feedback/typing_in/sheet.html", shown, status=status)


def _languages(participation: Participation) -> list[tuple[str, str]]:
    offered = ["en", *sorted(participation.version.translations)]
    return [
        (code, known_languages.LANGUAGES[code].english_name)
        if code in known_languages.LANGUAGES
        else (code, code)
        for code in offered
    ]


def _drawn(found: Paper, typed: Mapping[str, str], slips: Mapping[str, str]) -> Iterator[Line]:
    given: dict[str, tuple[str, ...]] = {}
    for asks in numbered(found.participation.version.definition, found.age_version):
        item, age = asks.item, found.age_version
        said = typed.get(item.code, "")
        asked = item.shown_when is None or routing.holds(item.shown_when, given)
        words, slip = "", slips.get(item.code, "")
        try:
            chosen = _chosen(said, asks)
        except NotDigits as error:
            chosen, slip = (), slip or str(error)
        if chosen and asked:
            given[item.code] = chosen
        labels = {answer.code: answer.label[age] for answer in asks.answers}
        if item.kind is not Kind.WORDS:
            words = ", ".join(labels[code] for code in chosen)
        yield Line(
            asks=asks,
            ask=item.ask[age],
            labels=tuple((digit, each.label[age]) for digit, each in asks.digits.items()),
            typed=said,
            said=words,
            asked=asked,
            slip=slip,
            when=json.dumps(routing.as_data(item.shown_when)) if item.shown_when else "",
            answers=json.dumps(list(labels.items()), ensure_ascii=False),
        )


def _chosen(said: str, asks: Numbered) -> tuple[str, ...]:
    if not said.strip():
        return ()
    return ("written",) if asks.item.kind is Kind.WORDS else tuple(sheets.chosen(said, asks))


def _where_to_start(lines: Sequence[Line]) -> int:
    """The line to go on with: the first that is wrong, else the first after all that is typed."""
    wrong = (index for index, each in enumerate(lines) if each.slip)
    last = max((index for index, each in enumerate(lines) if each.typed), default=-1)
    after = (index for index, each in enumerate(lines) if index > last and each.asked)
    return next(wrong, next(after, 0))
