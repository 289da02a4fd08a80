"""A local question as it is written for the bank, on the fields of a draft's item, or as text.

Nothing is kept before it is proposed: until then the form carries the question with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from authorities.models import User
from authorities.roles import Permission
from surveys import cards, drafting, edits, local_items, localising
from surveys.cards import ItemCard
from surveys.definition import Kind
from surveys.edits import Document, NotEditable
from surveys.errors import Refused
from surveys.local_items import Own
from surveys.models import BankItem, Version
from surveys.pages import part_fields, part_forms
from surveys.pages.part_fields import KINDS, Part
from surveys.pages.part_forms import Slip
from surveys.pages.writing import ages_of, anchor_of, require, text_of, whole_number
from surveys.problems import DefinitionError, Problem

_START = """[[item]]
code = "local-"
kind = "scale"
"""
_LONGEST_WORDS = "1000"
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Written:
    """A question as far as somebody has written it.

    Args:
        source: one ``[[item]]``; whatever was typed, where it is written as text.
        card: what the fields say, where they say what the text cannot yet.
    """

    survey: str
    source: str
    why: str
    as_text: bool = False
    card: ItemCard | None = None
    slips: tuple[Slip, ...] = ()
    refusal: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_wrong(self) -> bool:
        return bool(self.slips or self.refusal or self.problems)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a question forward: a new one, or another version of one that the bank has."""
    by = require(request, Permission.WRITE_SURVEYS)
    surveys = list(Version.objects.cores().values_list("survey", flat=True).order_by().distinct())
    if request.method != "POST":
        return _show(request, _begun(request, surveys), surveys)
    written = _sent(request)
    match request.POST.get("do", "propose"):
        case "propose" if not written.is_wrong:
            made = _proposed(written, by)
            if isinstance(made, BankItem):
                messages.success(request, "It is proposed. It waits for somebody else to approve.")
                return redirect("bank-item", made.pk)
            written = made
        case "text":
            # What is no number yet stays on the fields, for the text could not hold it.
            written = replace(written, as_text=written.as_text or not written.slips)
        case "fields":
            written = replace(written, as_text=False)
    return _show(request, written, surveys)


def _begun(request: HttpRequest, surveys: Sequence[str]) -> Written:
    """What the form begins with: a question of the bank, under a new code; else nothing."""
    like = BankItem.objects.filter(pk=whole_number(request.GET.get("from", ""))).first()
    if like is None:
        return Written(surveys[0] if surveys else "", _START, "")
    code = _free_code(like)
    changes = {"code": code}
    try:
        if _table(like.source).get("construct") == like.code:
            changes["construct"] = code
        source = edits.changed(like.source, edits.ITEM, 0, changes)
    except NotEditable:
        return Written(like.survey, like.source, like.why, as_text=True)
    return Written(like.survey, source, like.why)


def _free_code(like: BankItem) -> str:
    taken = set(BankItem.objects.filter(survey=like.survey).values_list("code", flat=True))
    stem, _, number = like.code.rpartition("-")
    stem = stem if number.isdigit() else like.code
    numbered = (f"{stem[: _LONGEST_CODE - 4]}-{each}" for each in range(2, len(taken) + 3))
    return next(each for each in numbered if each not in taken)


def _sent(request: HttpRequest) -> Written:
    """What the form says."""
    survey, why, source = (
        request.POST.get(each, "").replace("\0", "") for each in ("survey", "why", "source")
    )
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if "fields" not in request.POST:
        return Written(survey, source, why, as_text=True)
    try:
        # Fields are counted by the ages of the survey that they were drawn for.
        ages = _codes(Document.of(localising.newest_core(request.POST["fields"]).source))
        table = _table(source)
        before = cards.item_card(table, ages)
        card, slips = part_forms.read_item(request.POST, ages, before)
        card = _fitting(card, before, ages)
        if slips:
            return Written(survey, source, why, card=card, slips=slips)
        changes = cards.changes_of_item(table, before, card, ages)
        changed = edits.changed(source, edits.ITEM, 0, changes)
    except (Refused, NotEditable) as error:
        return Written(survey, source, why, as_text=True, refusal=str(error))
    return Written(survey, changed, why)


def _fitting(card: ItemCard, before: ItemCard, ages: Sequence[str]) -> ItemCard:
    """Without what another kind has; what a scale measures is itself, unless somebody says."""
    is_scale = card.kind == Kind.SCALE
    measured = card.construct if card.construct not in {"", before.code} else card.code
    shared = is_scale and bool(card.scale)
    return replace(
        card,
        construct=measured if is_scale else "",
        scale=card.scale if is_scale else "",
        look=card.look if is_scale and not shared else dict.fromkeys(ages, ""),
        answers=card.answers if cards.has_answers(card.kind) and not shared else (),
        longest=(card.longest or _LONGEST_WORDS) if card.kind == Kind.WORDS else "",
        suggestion=False,
        topics_of="",
        slices=False,
        grown_up=frozenset(),
    )


def _proposed(written: Written, by: User) -> BankItem | Written:
    """The question in the bank, or the same as it was written and what is wrong with it."""
    try:
        return localising.propose_item(
            survey=written.survey,
            source=written.source,
            why=written.why,
            by=by,
            today=timezone.localdate(),
        )
    except DefinitionError as error:
        return replace(written, problems=error.problems)
    except (Refused, NotEditable) as error:
        return replace(written, refusal=str(error))


def _show(request: HttpRequest, written: Written, surveys: Sequence[str]) -> HttpResponse:
    refusal, fields = written.refusal, None
    core = Version.objects.of(written.survey).cores().last()
    if core is not None and not written.as_text:
        try:
            fields = _fields(core, written)
        except NotEditable as error:
            refusal = refusal or f"It can be shown as text only. {error}"
    elsewhere = "#part-code" if fields else "#source"
    shown = {
        "written": written,
        "surveys": surveys,
        "refusal": refusal,
        "slips": written.slips,
        "problems": [
            (each, (fields and anchor_of(each.place)) or elsewhere) for each in written.problems
        ],
        "shared": _shared(core),
        "fields": fields,
        "kinds": [(kind, KINDS[kind]) for kind in local_items.KINDS],
        "is_local": True,
        **(fields or {}),
    }
    is_wrong = written.is_wrong or bool(refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "surveys/writing/bank_new.html", shown, status=status)


def _fields(core: Version, written: Written) -> dict[str, Any]:
    """The question's fields as they would be among the core's.

    Raises:
        NotEditable: it is not one item, or the core is not in parts.
    """
    text = local_items.compose(core.source, [Own(written.source, {})])
    document = Document.of(text)
    codes = [text_of(each, "code") for each in Document.of(core.source).tables(edits.ITEM)]
    last = local_items.last_scaled(core.source)
    part = Part(
        document=document,
        part=edits.ITEM,
        place=codes.index(last) + 1 if last else 0,
        survey=drafting.read(text)[0],
        ages=ages_of(document),
    )
    return part_fields.of_item(part, written.card or cards.item_card(part.table, part.codes))


def _table(source: str) -> part_fields.Table:
    """Raises: NotEditable: the text is not one item."""
    found = Document.of(source).tables(edits.ITEM)
    if len(found) != 1:
        raise NotEditable("Write one [[item]], and nothing beside it.")
    return found[0]


def _codes(document: Document) -> list[str]:
    return [code for code, _ in ages_of(document)]


def _shared(core: Version | None) -> list[tuple[str, str]]:
    """The core's shared scales and their answers, to choose from."""
    survey = drafting.read(core.source)[0] if core else None
    found: dict[str, str] = {}
    for each in survey.items if survey else ():
        if each.scale and each.scale not in found:
            labels = [next(iter(answer.label.values()), "") for answer in each.answers]
            found[each.scale] = " · ".join(labels)
    return list(found.items())
