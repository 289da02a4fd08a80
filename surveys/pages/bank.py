"""The bank of local questions; and for a coordinator, those that their authority asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import languages, local_items, localising, po_files, translating
from surveys.definition import Item, Kind
from surveys.errors import Refused
from surveys.languages import Message
from surveys.models import BankItem, BankWords, Participation, Version
from surveys.pages.writing import require, whole_number

_MOST_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """A question as the pages show it. Args: item: parsed, where it fits the core of today."""

    kept: BankItem
    item: Item | None

    @property
    def ask(self) -> str:
        return next(iter(self.item.ask.values()), "") if self.item else ""

    @property
    def kind(self) -> str:
        return str(self.item.kind) if self.item else ""

    @property
    def ages(self) -> str:
        return ", ".join(self.item.ask) if self.item else ""

    @property
    def languages(self) -> str:
        return ", ".join(_called(code) for code in sorted(self.kept.translations))

    @property
    def waiting(self) -> str:
        return ", ".join(_called(each.language) for each in self.kept.waiting.all())


@dataclass(frozen=True, slots=True)
class Words:
    """New words of a question, for somebody to read who did not write them.

    Args:
        is_mine: whether the person who looks at them wrote some.
    """

    language: str
    name: str
    direction: str
    digest: str
    pairs: list[tuple[Message, str]]
    writers: tuple[User, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A question that can be chosen. Args: place: 0 where it is not; lacks: languages needed."""

    row: Row
    place: int
    lacks: tuple[str, ...]


@never_cache
@login_required
@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    _require_to_look(request)
    kept = BankItem.objects.select_related("proposed_by", "decided_by")
    rows = _rows(kept.prefetch_related("waiting"))
    groups = [
        (state.label, [each for each in rows if each.kept.state == state])
        for state in (BankItem.State.PROPOSED, BankItem.State.APPROVED, BankItem.State.RETIRED)
    ]
    shown = {"groups": groups, "may_write": access.may(request.user, Permission.WRITE_SURVEYS)}
    return render(request, "surveys/writing/bank.html", shown)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: as it is asked, its languages, and what becomes of it."""
    _require_to_look(request)
    kept = _kept(pk)
    refusal = ""
    if request.method == "POST":
        try:
            said = _decided(request, kept)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, said)
            return redirect("bank-item", pk)
        kept = _kept(pk)
    row = _rows([kept])[0]
    shown = {
        "row": row,
        "kept": kept,
        "refusal": refusal,
        "is_mine": kept.proposed_by == request.user,
        "languages": [
            (each.code, each.english_name)
            for each in languages.LANGUAGES.values()
            if each.code != languages.ENGLISH
        ],
        "translated": [(code, _called(code)) for code in sorted(kept.translations)],
        "waiting": [_words(each, person(request)) for each in kept.waiting.all()],
        "used": Participation.objects.filter(local_choices__item=kept).count(),
        **_may(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "surveys/writing/bank_item.html", shown, status=status)


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """A PO file of the question's strings, for a translator's tool."""
    _require_to_look(request)
    kept = _kept(pk)
    if language not in languages.LANGUAGES:
        raise Http404("There is no such language.")
    try:
        strings, said = localising.strings_of(kept), localising.comments_of(kept)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("bank-item", pk)
    new = kept.waiting.filter(language=language).first()
    there = new.text if new else kept.translations.get(language, "")
    whole = languages.po_of(kept.code, strings, language, there)
    text = po_files.commented(whole, lambda *of: said[of])
    answer = HttpResponse(text, content_type="text/x-gettext-translation; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kept.code}.{language}.po"'
    return answer


@never_cache
@login_required
@require_safe
def local(request: HttpRequest) -> HttpResponse:
    """The waves in which this person may choose local questions, and what is chosen."""
    access.require_somewhere(request.user, Permission.CHOOSE_LOCAL_QUESTIONS)
    today = timezone.localdate()
    mine = access.authorities_for(request.user, Permission.CHOOSE_LOCAL_QUESTIONS)
    found = (
        Participation.objects.filter(authority__in=mine, wave__closes_on__gte=today)
        .select_related("wave", "authority")
        .prefetch_related("local_choices__item")
        .order_by("wave__opens_on", "wave__slug", "authority__name")
    )
    rows = [
        {
            "part": each,
            "chosen": [choice.item.code for choice in each.local_choices.all()],
            "open": localising.can_choose(each, today=today),
        }
        for each in found
    ]
    return render(request, "surveys/writing/local.html", {"rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose and order the local questions of one authority in one wave."""
    part = _part(request, pk)
    kept = [each.item_id for each in part.local_choices.all()]
    chosen, refusal = kept, ""
    if request.method == "POST":
        chosen = _chosen(request)
        try:
            localising.choose(
                participation=part, items=chosen, by=person(request), today=timezone.localdate()
            )
        except Refused as error:
            refusal = str(error)
        else:
            many = len(chosen)
            messages.success(
                request,
                f"Saved. Families in {part.authority} are asked {many or 'no'} local "
                f"question{'' if many == 1 else 's'}.",
            )
            return redirect("local-choose", pk)
    needed = localising.languages_needed(part)
    rows = [
        Offered(
            row,
            place=chosen.index(row.kept.pk) + 1 if row.kept.pk in chosen else 0,
            lacks=tuple(_called(code) for code in sorted(needed - row.kept.translations.keys())),
        )
        for row in _rows(_offered(part, kept))
    ]
    rows.sort(key=lambda each: (each.place or 999, each.row.kept.code))
    shown = {
        "part": part,
        "rows": rows,
        "refusal": refusal,
        "can_choose": localising.can_choose(part, today=timezone.localdate()),
        "after": _asked_before(part.wave.version),
        "places": range(1, part.wave.most_local_items + 1),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "surveys/writing/choose.html", shown, status=status)


def _offered(part: Participation, kept: list[int]) -> list[BankItem]:
    """What can be chosen, and what was and has been retired since."""
    found = {each.pk: each for each in localising.choosable(part)}
    found |= {each.pk: each for each in BankItem.objects.filter(pk__in=kept)}
    return list(found.values())


def _chosen(request: HttpRequest) -> list[int]:
    """The ids of those with a place, in the order of the places."""
    places = [
        (whole_number(request.POST.get(name, "")), whole_number(name.removeprefix("place-")))
        for name in request.POST
        if name.startswith("place-")
    ]
    return [pk for place, pk in sorted(places) if place and pk]


def _decided(request: HttpRequest, kept: BankItem) -> str:
    """Raises: Refused."""
    by, today = person(request), timezone.localdate()
    match request.POST.get("do"):
        case "approve":
            localising.approve_item(item=kept, by=by, today=today)
            return "It is approved: authorities can choose it."
        case "retire":
            why = request.POST.get("why", "").replace("\0", "")
            localising.retire_item(item=kept, why=why, by=by, today=today)
            return "It is retired: nobody can choose it any more."
        case "translate":
            file = request.FILES.get("po")
            if file is None or (file.size or 0) > _MOST_BYTES:
                raise Refused("Choose a PO file of at most 1 MB.")
            try:
                text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise Refused("The file is not text in UTF-8. Save it as UTF-8.") from None
            language = request.POST.get("language", "")
            localising.translate_item(item=kept, language=language, text=text, by=by)
            return f"{_called(language)} is kept. New words wait for somebody else to approve them."
        case "approve-words":
            language = request.POST.get("language", "")
            digest = request.POST.get("digest", "")
            localising.approve_words(item=kept, language=language, digest=digest, by=by)
            return f"{_called(language)} is approved: families can be asked in it."
        case _:
            raise Refused("Choose what to do with it.")


def _require_to_look(request: HttpRequest) -> None:
    """Raises: PermissionDenied: the person neither approves nor translates surveys."""
    if not access.may(request.user, Permission.TRANSLATE_SURVEYS):
        require(request, Permission.APPROVE_SURVEYS)


def _may(request: HttpRequest) -> dict[str, bool]:
    """What the person may do with a question, by its name on the page."""
    writes, approves, translates = (
        access.may(request.user, each)
        for each in (
            Permission.WRITE_SURVEYS,
            Permission.APPROVE_SURVEYS,
            Permission.TRANSLATE_SURVEYS,
        )
    )
    return {
        "may_write": writes,
        "may_approve": approves,
        "may_translate": writes or translates,
        "may_approve_words": translates,
    }


def _words(waiting: BankWords, reader: User) -> Words:
    try:
        pairs = languages.pairs(localising.strings_of(waiting.item), waiting.text)
    except Refused:
        pairs = []
    digest = translating.digest_of(waiting.text)
    writers = translating.writers_of(waiting.language, digest)
    return Words(
        waiting.language,
        _called(waiting.language),
        languages.direction(waiting.language),
        digest,
        pairs,
        writers,
        is_mine=reader in writers,
    )


def _part(request: HttpRequest, pk: int) -> Participation:
    """Raises: Http404, PermissionDenied: there is none, or the person chooses nothing there."""
    found = Participation.objects.select_related("wave__version", "authority", "version")
    part = found.filter(pk=pk).first()
    if part is None:
        access.require_somewhere(request.user, Permission.CHOOSE_LOCAL_QUESTIONS)
        raise Http404("There is no such participation.")
    access.require(request.user, Permission.CHOOSE_LOCAL_QUESTIONS, part.authority)
    return part


def _kept(pk: int) -> BankItem:
    """Raises: Http404: there is no such question."""
    found = BankItem.objects.select_related("proposed_by", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such question.")
    return found


def _rows(kept: Iterable[BankItem]) -> list[Row]:
    """The questions as they would be asked; those of one survey are read together."""
    kept = list(kept)
    found: dict[tuple[str, str], Item] = {}
    for survey in {each.survey for each in kept}:
        sources = [each.source for each in kept if each.survey == survey]
        core = localising.newest_core(survey)
        for code, item in local_items.listed(core.source, sources).items():
            found[survey, code] = item
    return [Row(each, found.get((each.survey, each.code))) for each in kept]


def _asked_before(core: Version) -> str:
    """What local questions stand after, in the core's words."""
    scaled = [each for each in core.definition.items if each.kind is Kind.SCALE]
    return next(iter(scaled[-1].ask.values()), "") if scaled else ""


def _called(code: str) -> str:
    known = languages.LANGUAGES.get(code)
    return known.english_name if known else code
