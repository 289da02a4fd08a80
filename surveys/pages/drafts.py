"""For authors: the drafts, a new one, one as a whole, its text, and proposing it."""

from http import HTTPStatus
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities.roles import Permission
from surveys import core, drafting, edits, hints, proposing, xlsform
from surveys import languages as known_languages
from surveys.conditions import in_words
from surveys.definition import Survey
from surveys.drafting import Outdated
from surveys.edits import Document
from surveys.errors import Refused
from surveys.models import Draft, Proposal, Version, Wave
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
from surveys.xlsform import NotImportable

CORE, VERSION, FILE, XLSFORM = "core", "version", "file", "xlsform"
_MOST_BYTES = 2 * 2**20


class NewForm(forms.Form):
    """What a draft begins with."""

    start = forms.ChoiceField(
        choices=[
            (CORE, "The national core"),
            (VERSION, "A published version"),
            (FILE, "A file of ours (TOML)"),
            (XLSFORM, "An XLSForm, from KoboToolbox, ODK or SurveyCTO"),
        ],
        widget=forms.RadioSelect,
        label="Start from",
        error_messages={"required": "Say what to start from."},
    )
    version = forms.ModelChoiceField(
        label="Which version?",
        queryset=Version.objects.none(),
        required=False,
        empty_label="Choose one",
    )
    toml = forms.FileField(label="The survey (.toml)", required=False)
    po = forms.FileField(
        label="Its translations (.po), each named by its language: cy.po", required=False
    )
    xls = forms.FileField(label="The form (.xlsx, .xls, .csv or .md)", required=False)
    ages = forms.MultipleChoiceField(
        label="Whom is the form for?", required=False, widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(
        label="What do you call the draft?",
        help_text="For your colleagues, such as “Autumn 2027, shorter”.",
        max_length=80,
        error_messages={"required": "Give the draft a name."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        if isinstance(version, forms.ModelChoiceField):
            version.queryset = Version.objects.cores().order_by("survey", "-number")
        ages = self.fields["ages"]
        if isinstance(ages, forms.MultipleChoiceField):
            ages.choices = core_ages()


class ProposalForm(forms.Form):
    why = forms.CharField(
        label="Why should it be published?",
        help_text="For whoever is to agree. It is kept with the version.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        error_messages={"required": "Say why it should be published."},
    )
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    wave = forms.ModelChoiceField(queryset=Wave.objects.none(), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


def core_ages() -> list[tuple[str, str]]:
    """The age versions of the national core."""
    return ages_of(Document.of(core.source()))


@never_cache
@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Drafts that are worked on, what waits for agreement, and what is published."""
    require(request, Permission.WRITE_SURVEYS)
    found = Draft.objects.select_related("changed_by", "based_on")
    waiting = dict(
        Proposal.objects.filter(state=Proposal.State.WAITING).values_list("draft_id", "pk")
    )
    rows = [(each, waiting.get(each.pk)) for each in found if not each.put_away]
    away = [each for each in found if each.put_away]
    return render(request, "surveys/writing/drafts.html", {"rows": rows, "away": away})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft. A form from elsewhere is brought in whole or not at all."""
    by = require(request, Permission.WRITE_SURVEYS)
    if request.method != "POST":
        form = NewForm(initial={"start": CORE, "ages": ["parent"]})
        return render(request, "surveys/writing/new.html", {"form": form})
    form = NewForm(request.POST, request.FILES)
    problems: tuple[object, ...] = ()
    if form.is_valid():
        try:
            begun = _started(request, form.cleaned_data)
            found = drafting.begin(
                name=form.cleaned_data["name"], by=by, now=timezone.now(), **begun
            )
        except NotImportable as error:
            problems = error.problems
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if found.notes:
                return render(request, "surveys/writing/imported.html", {"draft": found})
            messages.success(request, "The draft is begun.")
            return redirect("draft", found.pk)
    shown = {"form": form, "problems": problems}
    return render(
        request, "surveys/writing/new.html", shown, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


@never_cache
@login_required
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows no arguments
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole draft: problems, what it asks in order, and how it looks."""
    require(request, Permission.WRITE_SURVEYS)
    found = the_draft(pk)
    survey, problems = drafting.read(found.source)
    document = document_of(found)
    shown = {
        "draft": found,
        "problems": placed(found, document, problems),
        "waiting": found.proposals.filter(state=Proposal.State.WAITING).first(),
        "broken": document is None,
        **_outline(request, found, document, survey, problems),
    }
    return render(request, "surveys/writing/draft.html", shown)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The TOML itself, to change as a whole or in place of it to upload."""
    by = require(request, Permission.WRITE_SURVEYS)
    found = the_draft(pk)
    if request.method != "POST":
        return _text(request, found, found.source, found.revision)
    revision = whole_number(request.POST.get("revision", ""))
    try:
        source = _sent_text(request)
        saved = drafting.change(
            draft=found, source=source, revision=revision, by=by, now=timezone.now()
        )
    except Outdated as error:
        typed = request.POST.get("source", "") or _uploaded(request.FILES.get("file"))
        return _text(
            request, error.draft, typed, error.draft.revision, refusal=str(error), clash=True
        )
    except Refused as refused:
        typed = request.POST.get("source", "")
        return _text(request, found, typed, revision, refusal=str(refused))
    _, problems = drafting.read(saved.source)
    messages.success(request, _saved(problems))
    return redirect("draft-text", found.pk)


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    require(request, Permission.WRITE_SURVEYS)
    found = the_draft(pk)
    answer = HttpResponse(found.source, content_type="application/toml; charset=utf-8")
    name = found.survey if found.survey.replace("-", "").isalnum() else "survey"
    answer["Content-Disposition"] = f'attachment; filename="{name}-draft-{found.pk}.toml"'
    return answer


@never_cache
@login_required
@require_POST
def put_away(request: HttpRequest, pk: int) -> HttpResponse:
    by = require(request, Permission.WRITE_SURVEYS)
    away = "back" not in request.POST
    found = drafting.put_away(draft=the_draft(pk), by=by, away=away)
    said = "is put away" if away else "is worked on again"
    messages.success(request, f"{found.name} {said}.")
    return redirect("drafts")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that it is published as it is now."""
    by = require(request, Permission.WRITE_SURVEYS)
    found = the_draft(pk)
    survey, problems = drafting.read(found.source)
    stale = {} if survey is None or problems else drafting.stale_strings(found, survey)
    form = _proposal_form(request, found, stale)
    if request.method == "POST" and form.is_valid():
        try:
            made = proposing.propose(draft=found, by=by, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "It is proposed. It waits for somebody else to agree.")
            return redirect("proposal", made.pk)
    shown = {
        "draft": found,
        "form": form,
        "problems": placed(found, document_of(found), problems),
        "languages": [_language(code, faults) for code, faults in stale.items()],
        "chosen": form["languages"].value() or [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "surveys/writing/propose.html", shown, status=status)


def _proposal_form(request: HttpRequest, draft: Draft, stale: dict[str, list[str]]) -> ProposalForm:
    whole = [code for code, faults in stale.items() if not faults]
    initial = {"languages": whole, "revision": draft.revision}
    form = ProposalForm(request.POST if request.method == "POST" else None, initial=initial)
    known = form.fields["languages"]
    if isinstance(known, forms.MultipleChoiceField):
        known.choices = [(code, code) for code in stale]
    waves = form.fields["wave"]
    if isinstance(waves, forms.ModelChoiceField):
        today = timezone.localdate()
        waves.queryset = Wave.objects.opened().filter(
            closes_on__gte=today, version__survey=draft.survey
        )
        waves.empty_label = "No: it is for waves to come"
    return form


def _language(code: str, faults: list[str]) -> dict[str, Any]:
    known = known_languages.LANGUAGES.get(code)
    return {"code": code, "name": known.english_name if known else code, "faults": faults}


def _outline(
    request: HttpRequest,
    draft: Draft,
    document: Document | None,
    survey: Survey | None,
    problems: tuple[Problem, ...],
) -> dict[str, Any]:
    """The parts in order, as far as they can be told apart."""
    if document is None:
        return {}
    ages = ages_of(document)
    conditions = {
        item.code: in_words(item.shown_when, survey)
        for item in (survey.items if survey else ())
        if survey and item.shown_when
    }
    return {
        "ages": [
            {"place": place, **_age_row(table, survey, is_broken=bool(problems))}
            for place, table in enumerate(document.tables(edits.AGE_VERSION), 1)
        ],
        "scales": [
            {"place": place, "code": text_of(table, "code") or f"number {place}"}
            for place, table in enumerate(document.tables(edits.SCALE), 1)
        ],
        "items": [
            {"place": place, **_item_row(table, ages, conditions)}
            for place, table in enumerate(document.tables(edits.ITEM), 1)
        ],
        "phone": phone(request, draft, ages=ages),
    }


def _age_row(table: object, survey: Survey | None, *, is_broken: bool) -> dict[str, Any]:
    code = text_of(table, "code")
    hint = None
    if survey is not None and not is_broken:
        hint = hints.of_whole(survey, code)
    return {"code": code, "name": text_of(table, "name") or code or "no name yet", "hint": hint}


def _item_row(
    table: object, ages: list[tuple[str, str]], conditions: dict[str, str]
) -> dict[str, Any]:
    ask = table.get("ask") if isinstance(table, dict) else None
    texts = [ask] if isinstance(ask, str) else list(ask.values()) if isinstance(ask, dict) else []
    named = ",".join(ask) if isinstance(ask, dict) else None
    asked = table.get("asked_of") if isinstance(table, dict) else None
    codes = named.split(",") if named is not None else asked if isinstance(asked, list) else None
    of = {each.strip() for each in codes if isinstance(each, str)} if codes is not None else None
    code = text_of(table, "code")
    return {
        "code": code or "no code yet",
        "kind": text_of(table, "kind") or "no kind yet",
        "ask": next((each for each in texts if isinstance(each, str)), "") or "No words yet",
        "ages": [name for each, name in ages if of is not None and each in of],
        "of_all": of is None or all(each in of for each, _ in ages),
        "condition": conditions.get(code, ""),
    }


def _text(
    request: HttpRequest,
    draft: Draft,
    source: str,
    revision: int,
    *,
    refusal: str = "",
    clash: bool = False,
) -> HttpResponse:
    document = document_of(draft)
    _, problems = drafting.read(source)
    shown = {
        "draft": draft,
        "source": source,
        "revision": revision,
        "refusal": refusal,
        "clash": clash,
        "problems": placed(draft, None, problems),
        "broken": document is None,
        "lines": min(max(source.count("\n") + 2, 20), 200),
    }
    status = HTTPStatus.CONFLICT if clash else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request,
        "surveys/writing/text.html",
        shown,
        status=status if refusal else HTTPStatus.OK,
    )


def _sent_text(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    return _uploaded(file) if file is not None else request.POST.get("source", "")


def _started(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What `drafting.begin` takes.

    Raises:
        Refused: what it should start from is missing or no text.
        NotImportable: the form cannot be brought in.
    """
    match given["start"]:
        case "core":
            return _begin(core.source(), core.translations())
        case "version":
            version = given["version"]
            if version is None:
                raise Refused("Choose the version to start from.")
            return _begin(version.source, version.translations, based_on=version)
        case "file":
            if given["toml"] is None:
                raise Refused("Choose the file that holds the survey.")
            return _begin(_uploaded(given["toml"]), _po_files(request))
        case _:
            return _from_xlsform(given)


def _begin(source: str, texts: Any, **more: Any) -> dict[str, Any]:
    return {"source": source, "translations": dict(texts), **more}


def _from_xlsform(given: dict[str, Any]) -> dict[str, Any]:
    file = given["xls"]
    if file is None:
        raise Refused("Choose the file that holds the form.")
    if not given["ages"]:
        raise Refused("Say whom the form is for: at least one age.")
    found = xlsform.read(file.name or "form", _content(file), age_versions=given["ages"])
    return _begin(found.source, found.translations, notes=found.notes)


def _po_files(request: HttpRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in request.FILES.getlist("po"):
        code = (file.name or "").rpartition("/")[2].removesuffix(".po")
        if code in found:
            raise Refused(f"There are two files {code}.po. Choose one.")
        found[code] = _uploaded(file)
    return found


def _uploaded(file: "File[bytes] | None") -> str:
    """The text of a file. Raises: Refused: it is too large, or no UTF-8."""
    if file is None:
        return ""
    try:
        return _content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is not text in UTF-8. Save it as UTF-8.") from None


def _content(file: "File[bytes]") -> bytes:
    if file.size > _MOST_BYTES:
        raise Refused(f"{file.name} is over 2 MB. A survey is never that long.")
    content: bytes = file.read()
    return content


def _saved(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return "Saved. Nothing is wrong with it."
    many = f"{len(problems)} problem{'s are' if len(problems) > 1 else ' is'}"
    return f"Saved. {many} still to mend."
