"""For authors: one part of a draft on a page of its own, and the phone beside it.

Two people may write at once. Whoever changed another part is no hindrance; whoever changed this
very part is told of, both are shown, and nothing is written over until somebody says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from authorities.models import User
from authorities.roles import Permission
from surveys import cards, drafting, edits, hints, previews, wording
from surveys.cards import ItemCard
from surveys.definition import Kind, Look
from surveys.drafting import Outdated
from surveys.edits import Document, NotEditable
from surveys.errors import Refused
from surveys.models import Draft
from surveys.pages import part_fields, part_forms
from surveys.pages.part_fields import KINDS, LOOKS, Part
from surveys.pages.part_forms import Slip
from surveys.pages.phones import phone
from surveys.pages.writing import (
    ages_of,
    document_of,
    placed,
    require,
    text_of,
    the_draft,
    whole_number,
)
from surveys.problems import Problem

UNSAVED = "unsaved"  # the button that shows on the phone what is typed, and keeps nothing

# The fields of an age version, and how large their boxes are.
_OF_AGE = {
    "name": ("Whom it is for", "Staff and families read it: “8 to 11”.", 1),
    "title": ("Title of the survey", "At the top of its pages.", 1),
    "intro": ("Introduction", "An empty line begins a new paragraph.", 10),
    "grown_up_guidance": (
        "For the grown-up who helps",
        "Leave it empty where no grown-up need help.",
        6,
    ),
    "thanks": ("Thank-you", "Shown once it is sent.", 3),
}


@dataclass(slots=True, kw_only=True)
class Opened(Part):
    """One part of a draft as somebody has it before them.

    Args:
        theirs: the text that somebody else has kept meanwhile; "" where nobody has.
    """

    draft: Draft
    theirs: str = ""
    slips: tuple[Slip, ...] = ()
    refusal: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def seen(self) -> str:
        return seen(self.document, self.part, self.place)

    @property
    def is_wrong(self) -> bool:
        return bool(self.slips or self.refusal)


def seen(document: Document, part: str, place: int) -> str:
    """A mark of a part's text, by which to know whether it changed since."""
    return sha256(document.text_of(part, place).encode()).hexdigest()[:16]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows no arguments
def item(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """One item, every field of it, for every age version that is asked it."""
    by = require(request, Permission.WRITE_SURVEYS)
    opened = _opened(pk, edits.ITEM, place)
    if isinstance(opened, HttpResponse):
        return opened
    before = cards.item_card(opened.table, opened.codes)
    if request.method != "POST":
        return _item(request, opened, before)
    card, opened.slips = part_forms.read_item(request.POST, opened.codes, before)

    def write(document: Document, at: int) -> str:
        table = document.tables(edits.ITEM)[at]
        now = cards.item_card(table, opened.codes)
        changes = cards.changes_of_item(table, now, card, opened.codes)
        return edits.changed(_source(document), edits.ITEM, at, changes)

    saved = _save(request, opened, by, write)
    return saved or _item(request, opened, card)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows no arguments
def age(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """What one age version reads around its questions."""
    by = require(request, Permission.WRITE_SURVEYS)
    opened = _opened(pk, edits.AGE_VERSION, place)
    if isinstance(opened, HttpResponse):
        return opened
    before = cards.texts_of(opened.table, ["code", *_OF_AGE])
    ease = opened.table.get("reading_ease")
    typed_ease = f"{ease:g}" if isinstance(ease, int | float) else ""
    if request.method != "POST":
        return _age(request, opened, before, typed_ease)
    texts = {
        name: wording.tidied(request.POST.get(name, before[name]).replace("\0", ""))
        for name in before
    }
    typed_ease = request.POST.get("reading_ease", "").strip()
    if not typed_ease.isascii() or not typed_ease.isdigit() or int(typed_ease[:4]) > 100:
        opened.slips = (Slip("part-reading_ease", "Reading ease is a whole number, 0 to 100."),)

    def write(document: Document, at: int) -> str:
        table = document.tables(edits.AGE_VERSION)[at]
        changes = cards.changed_texts(table, texts)
        if table.get("reading_ease") != int(typed_ease):
            changes["reading_ease"] = int(typed_ease)
        return edits.changed(_source(document), edits.AGE_VERSION, at, changes)

    return _save(request, opened, by, write) or _age(request, opened, texts, typed_ease)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows no arguments
def scale(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """The answers that several items share."""
    by = require(request, Permission.WRITE_SURVEYS)
    opened = _opened(pk, edits.SCALE, place)
    if isinstance(opened, HttpResponse):
        return opened
    before = cards.item_card(opened.table, opened.codes)
    if request.method != "POST":
        return _scale(request, opened, before)
    card, opened.slips = part_forms.read_item(request.POST, opened.codes, before)

    def write(document: Document, at: int) -> str:
        table = document.tables(edits.SCALE)[at]
        now = cards.item_card(table, opened.codes)
        changes = cards.changes_of_item(table, now, card, opened.codes)
        return edits.changed(_source(document), edits.SCALE, at, changes)

    return _save(request, opened, by, write) or _scale(request, opened, card)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey's own code and title."""
    by = require(request, Permission.WRITE_SURVEYS)
    opened = _opened(pk, edits.SURVEY, 1)
    if isinstance(opened, HttpResponse):
        return opened
    texts = cards.texts_of(opened.table, ["code", "title"])
    if request.method == "POST":
        texts = {
            name: wording.tidied(request.POST.get(name, texts[name]).replace("\0", ""))
            for name in texts
        }

        def write(document: Document, at: int) -> str:
            changes = cards.changed_texts(document.tables(edits.SURVEY)[at], texts)
            return edits.changed(_source(document), edits.SURVEY, at, changes)

        if saved := _save(request, opened, by, write):
            return saved
    shown = {**_around(opened), "texts": texts}
    return render(request, "surveys/writing/about.html", shown, status=_status(opened))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    """An item more: its code, kind and place; the rest is written on its own page."""
    by = require(request, Permission.WRITE_SURVEYS)
    draft = the_draft(pk)
    document = document_of(draft)
    if document is None:
        return _to_text(request, draft)
    code = request.POST.get("code", "").strip().replace("\0", "")
    kind = request.POST.get("kind", Kind.SCALE)
    after = whole_number(request.POST.get("after", request.GET.get("after", "")))
    places = [text_of(each, "code") for each in document.tables(edits.ITEM)]
    refusal = ""
    if request.method == "POST":
        refusal = _wrong_code(code, places)
        if not refusal:
            at = min(after, len(places))
            try:
                source = edits.inserted(
                    draft.source, edits.ITEM, at, _template(code, kind, document)
                )
                _changed(request, draft, source, by)
            except (NotEditable, Refused) as error:
                refusal = str(error)
            else:
                return redirect("draft-item", draft.pk, at + 1)
    shown = {
        "draft": draft,
        "code": code,
        "kind": kind,
        "kinds": KINDS.items(),
        "after": after,
        "places": list(enumerate(places, 1)),
        "refusal": refusal,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "surveys/writing/new_item.html", shown, status=status)


@never_cache
@login_required
@require_POST
def act(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Move an item up or down, copy it, or take it out."""
    by = require(request, Permission.WRITE_SURVEYS)
    draft = the_draft(pk)
    at = place - 1
    what = request.POST.get("do", "")
    try:
        source, said, goal = _acted(draft.source, at, what)
        _changed(request, draft, source, by)
    except (NotEditable, Refused) as error:
        messages.error(request, str(error))
        return redirect("draft", pk)
    messages.success(request, said)
    return HttpResponseRedirect(f"{reverse('draft', args=[pk])}#item-{goal + 1}")


def _acted(source: str, at: int, what: str) -> tuple[str, str, int]:
    """The text after it, what to say, and where to look. Raises: NotEditable, Refused."""
    document = Document.of(source)
    document.positions(edits.ITEM, at)
    last = len(document.tables(edits.ITEM)) - 1
    code = text_of(document.tables(edits.ITEM)[at], "code") or f"Number {at + 1}"
    match what:
        case "up" | "down":
            to = max(0, min(last, at + (1 if what == "down" else -1)))
            return edits.moved(source, edits.ITEM, at, to), f"“{code}” is moved.", to
        case "copy":
            free = edits.free_code(source, edits.ITEM, code)
            copied = edits.copied(source, edits.ITEM, at, free)
            return copied, f"“{code}” is copied as “{free}”.", at + 1
        case "remove":
            said = f"“{code}” is taken out."
            return edits.removed(source, edits.ITEM, at), said, max(0, at - 1)
        case _:
            raise Refused("Choose what to do with it.")


def _changed(request: HttpRequest, draft: Draft, source: str, by: User) -> Draft:
    revision = whole_number(request.POST.get("revision", "")) or draft.revision
    return drafting.change(draft=draft, source=source, revision=revision, by=by, now=timezone.now())


def _opened(pk: int, part: str, place: int) -> Opened | HttpResponse:
    """The part, or where to go instead: the text, where it is not in parts; or the whole draft."""
    draft = the_draft(pk)
    survey, problems = drafting.read(draft.source)
    document = document_of(draft)
    if document is None:
        return redirect("draft-text", pk)
    if not 1 <= place <= len(document.tables(part)):
        return redirect("draft", pk)
    return Opened(
        draft=draft,
        document=document,
        part=part,
        place=place - 1,
        problems=problems,
        survey=survey,
        ages=ages_of(document),
    )


def _to_text(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.info(request, "This draft is not in parts at the moment. Mend its text first.")
    return redirect("draft-text", draft.pk)


def _save(
    request: HttpRequest, opened: Opened, by: User, write: Callable[[Document, int], str]
) -> HttpResponse | None:
    """Keep the part and show it again; ``None`` where the page must say something first.

    Where the phone was asked for what is not saved, that is shown, and nothing is kept.
    """
    if UNSAVED in request.POST:
        return _shown_unsaved(request, opened, write)
    if opened.slips:
        return None
    revision = whole_number(request.POST.get("revision", ""))
    looked_at = request.POST.get("seen", "")
    if opened.draft.revision != revision and opened.seen == looked_at:
        # Somebody changed another part meanwhile: both stay.
        revision = opened.draft.revision
    try:
        # Of a draft that changed, the rule refuses whatever text; the part may not even be there.
        is_fresh = opened.draft.revision == revision
        source = write(opened.document, opened.place) if is_fresh else ""
        saved = drafting.change(
            draft=opened.draft, source=source, revision=revision, by=by, now=timezone.now()
        )
    except Outdated as error:
        _reopen(opened, error.draft)
        opened.refusal = str(error)
        opened.theirs = opened.document.text_of(opened.part, opened.place)
        return None
    except (NotEditable, Refused) as error:
        opened.refusal = str(error)
        return None
    messages.success(request, _said(saved))
    return _onwards(request, opened)


def _shown_unsaved(
    request: HttpRequest, opened: Opened, write: Callable[[Document, int], str]
) -> HttpResponse:
    """The phone with the part as it is typed.

    Raises:
        Http404: nothing draws previews.
    """
    draw = previews.unsaved()
    chosen = phone(request, opened.draft, ages=opened.ages)
    if draw is None or chosen is None:
        raise Http404
    slips, source = [each.what for each in opened.slips], ""
    if opened.seen != request.POST.get("seen", ""):
        slips.append("Somebody else has changed this part meanwhile. Save, and you see both.")
    try:
        source = "" if slips else write(opened.document, opened.place)
    except NotEditable as error:
        slips.append(str(error))
    answer: HttpResponse = draw(
        request,
        draft=opened.draft,
        source=source,
        age=chosen.age,
        language=chosen.language,
        reading=chosen.reading,
        slips=slips,
    )
    return answer


def _reopen(opened: Opened, draft: Draft) -> None:
    """The part as somebody else left it, by its code where it has moved."""
    document = document_of(draft)
    code = text_of(opened.table, "code")
    if document is None:
        return
    codes = [text_of(each, "code") for each in document.tables(opened.part)]
    if code in codes:
        opened.place = codes.index(code)
    opened.place = min(opened.place, max(len(codes) - 1, 0))
    if codes:
        opened.draft, opened.document = draft, document


def _said(saved: Draft) -> str:
    _, problems = drafting.read(saved.source)
    if not problems:
        return "Saved. Nothing is wrong with the draft."
    return f"Saved. To mend in the draft: {len(problems)}."


def _onwards(request: HttpRequest, opened: Opened) -> HttpResponse:
    names = {
        edits.ITEM: "draft-item",
        edits.AGE_VERSION: "draft-age",
        edits.SCALE: "draft-scale",
    }
    if opened.part == edits.SURVEY:
        return redirect("draft", opened.draft.pk)
    place = opened.place + 1
    if "next" in request.POST and place < len(opened.document.tables(opened.part)):
        place += 1
    address = reverse(names[opened.part], args=[opened.draft.pk, place])
    chosen = phone(request, opened.draft, ages=opened.ages)
    query = f"?{chosen.query}" if chosen and chosen.query else ""
    return HttpResponseRedirect(f"{address}{query}", status=HTTPStatus.SEE_OTHER)


def _around(opened: Opened) -> dict[str, Any]:
    """What the page of every part shows."""
    tables = opened.document.tables(opened.part)
    kind = {edits.ITEM: "item", edits.AGE_VERSION: "age version", edits.SCALE: "scale"}
    code = text_of(opened.table, "code")
    mark = f'{kind.get(opened.part, "survey")} "{code}"'
    own = [
        each
        for each in opened.problems
        if each.place == mark
        or each.place.startswith(f"{mark},")
        or (opened.part == edits.SURVEY and each.place.startswith("survey"))
    ]
    return {
        "draft": opened.draft,
        "opened": opened,
        "code": code or f"number {opened.place + 1}",
        "place": opened.place + 1,
        "many": len(tables),
        "before": opened.place or None,
        "after": opened.place + 2 if opened.place + 1 < len(tables) else None,
        "problems": placed(opened.draft, opened.document, own),
        "source": opened.document.text_of(opened.part, opened.place),
    }


def _status(opened: Opened) -> HTTPStatus:
    if opened.theirs:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if opened.is_wrong else HTTPStatus.OK


def _item(request: HttpRequest, opened: Opened, card: ItemCard) -> HttpResponse:
    fields = part_fields.of_item(opened, card)
    first = next((each["code"] for each in fields["by_age"] if each["ask"]), "")
    shown = {
        **_around(opened),
        **fields,
        "kinds": KINDS.items(),
        "phone": phone(
            request, opened.draft, ages=opened.ages, item=text_of(opened.table, "code"), age=first
        ),
    }
    return render(request, "surveys/writing/item.html", shown, status=_status(opened))


def _age(request: HttpRequest, opened: Opened, texts: Mapping[str, str], ease: str) -> HttpResponse:
    wanted = float(ease) if ease.isascii() and ease.isdigit() else 0.0
    fields = [
        {
            "name": name,
            "label": label,
            "help": said,
            "rows": rows,
            "text": texts[name],
            "hint": hints.of(texts[name], wanted) if rows > 1 else None,
        }
        for name, (label, said, rows) in _OF_AGE.items()
    ]
    whole = None
    if opened.survey is not None and not opened.problems:
        whole = hints.of_whole(opened.survey, text_of(opened.table, "code"))
    shown = {
        **_around(opened),
        "texts": texts,
        "fields": fields,
        "ease": ease,
        "whole": whole,
        "phone": phone(request, opened.draft, ages=opened.ages, age=text_of(opened.table, "code")),
    }
    return render(request, "surveys/writing/age.html", shown, status=_status(opened))


def _scale(request: HttpRequest, opened: Opened, card: ItemCard) -> HttpResponse:
    users = [
        (place, text_of(each, "code"))
        for place, each in enumerate(opened.document.tables(edits.ITEM), 1)
        if text_of(each, "scale") == text_of(opened.table, "code") != ""
    ]
    shown = {
        **_around(opened),
        "card": card,
        "is_scale": True,
        "answers": part_fields.answer_rows(card, opened),
        "looks": LOOKS.items(),
        "by_age": [
            {"at": at, "name": name, "look": card.look.get(code, "") or Look.WORDS}
            for at, (code, name) in enumerate(opened.ages)
        ],
        "users": users,
        "phone": phone(request, opened.draft, ages=opened.ages, item=users[0][1] if users else ""),
    }
    return render(request, "surveys/writing/scale.html", shown, status=_status(opened))


def _wrong_code(code: str, taken: list[str]) -> str:
    if not code or not code.isascii() or not code.replace("-", "").isalnum() or len(code) > 40:
        return "A code is of a-z, 0-9 and single hyphens, at most 40: “easy-to-reach”."
    if code in taken:
        return f"There is an item “{code}” already. Choose another code."
    return ""


def _template(code: str, kind: str, document: Document) -> dict[str, Any]:
    """A new item that says what is still to be written."""
    ages = [each for each, _ in ages_of(document)]
    table: dict[str, Any] = {"code": code, "kind": kind}
    scales = [text_of(each, "code") for each in document.tables(edits.SCALE)]
    if kind == Kind.SCALE:
        table["construct"] = code
        if scales and scales[0]:
            table["scale"] = scales[0]
    elif kind == Kind.WORDS:
        table["longest"] = 1_000
    if cards.has_answers(kind) and "scale" not in table:
        table["answers"] = [{"code": "yes", "label": "Yes"}, {"code": "no", "label": "No"}]
    table["ask"] = dict.fromkeys([", ".join(ages)] if ages else [], "Write the words here.")
    return table


def _source(document: Document) -> str:
    return "".join(each.text for each in document.blocks)
