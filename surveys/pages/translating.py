"""For translators: the drafts, a draft's languages, and each string beside its screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities.pages.staff_only import person as who
from surveys import languages as known_languages
from surveys import places, po_files, translating, worddiff, wording
from surveys.definition import Survey
from surveys.errors import Refused
from surveys.languages import State
from surveys.models import Draft, DraftTranslation
from surveys.pages import pictures
from surveys.places import Place, ages_in_words, place_of
from surveys.translating import Clash, Typed
from surveys.worddiff import Piece

A_PAGE = 20  # strings; each is three fields of a form, and a form has at most 300

# Which strings to show. The first is what a translator comes for.
SHOWS: Mapping[str, tuple[str, Callable[[State], bool]]] = {
    "to-do": ("To do", lambda each: not each.is_done),
    "stale": ("Stale: the English changed", lambda each: each.stale),
    "missing": ("Not translated", lambda each: not each.words),
    "wrong": ("With something to mend", lambda each: bool(each.faults)),
    "all": ("All", lambda _each: True),
}


class StartForm(forms.Form):
    """Which language to begin."""

    language = forms.ChoiceField(
        label="Language",
        required=False,
        error_messages={"invalid_choice": "Choose a language from the list."},
    )
    code = forms.CharField(
        label="Or another language, by its code",
        help_text="Such as pt-BR, or uz-Arab for Uzbek in Arabic script.",
        max_length=40,
        required=False,
    )

    def __init__(self, *given: Any, begun: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        offered = sorted(
            (each.english_name, each.code)
            for each in known_languages.LANGUAGES.values()
            if each.code not in {known_languages.ENGLISH, *begun}
        )
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  as it is declared above
        field.choices = [("", "Choose one"), *((code, name) for name, code in offered)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("code") or given.get("language")) and not self.errors:
            self.add_error("language", "Choose a language, or write its code.")
        return given


class UploadForm(forms.Form):
    """A translator's file."""

    file = forms.FileField(
        label="The PO file as it came back",
        allow_empty_file=True,  # ours says more of it
        error_messages={"required": "Choose the file."},
    )
    file_wins = forms.BooleanField(
        label="Where both have words and they differ, take the file’s",
        required=False,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draft is in one language."""

    code: str
    translation: DraftTranslation
    total: int
    done: int
    stale: int
    missing: int
    wrong: int

    @classmethod
    def of(cls, translation: DraftTranslation, states: Sequence[State]) -> "Progress":
        return cls(
            code=translation.language,
            translation=translation,
            total=len(states),
            done=sum(each.is_done for each in states),
            stale=sum(each.stale for each in states),
            missing=sum(not each.words for each in states),
            wrong=sum(bool(each.faults) for each in states),
        )

    @property
    def english_name(self) -> str:
        return english_name(self.code)

    @property
    def name(self) -> str:
        return known_languages.name(self.code)

    @property
    def direction(self) -> str:
        return known_languages.direction(self.code)

    @property
    def left(self) -> int:
        return self.total - self.done


@dataclass(frozen=True, slots=True)
class Row:
    """A string as the page shows it.

    Args:
        words: what stands in its box: what was typed, where that could not be kept.
        theirs: what somebody else wrote meanwhile, where that is why.
        changed: the words of the older English and of the new one, where it is stale.
    """

    key: str
    seen: str
    state: State
    place: Place
    ages: str
    picture: str
    words: str
    theirs: str = ""
    clashes: bool = False
    changed: tuple[Piece, ...] = ()

    @property
    def typed(self) -> str:
        """What stands in its box, with the line end before it that HTML takes away."""
        return f"\n{self.words}"

    @property
    def lines(self) -> int:
        """How high its box is, about."""
        return min(12, max(2, 1 + len(self.state.message.english) // 45))


def english_name(code: str) -> str:
    found = known_languages.LANGUAGES.get(code) or known_languages.LANGUAGES.get(
        code.partition("-")[0]
    )
    if found is None:
        return code
    return found.english_name if found.code == code else f"{found.english_name} ({code})"


@never_cache
@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that may be translated, with the languages of each."""
    found = translating.drafts_for(who(request))
    rows = [(draft, *_progress(draft)) for draft in found]
    return render(request, "surveys/translating/drafts.html", {"rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """A draft's languages; posted to, another one is begun."""
    found = _draft(request, draft)
    begun = [each.language for each in found.translations.all()]
    form = StartForm(request.POST or None, begun=begun)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"] or form.cleaned_data["language"]
        try:
            translation = translating.start(
                draft=found, language=code, by=who(request), now=timezone.now()
            )
        except Refused as refused:
            form.add_error("code" if form.cleaned_data["code"] else "language", str(refused))
        else:
            messages.success(request, f"{english_name(translation.language)} is begun.")
            return redirect("translating", found.pk, translation.language)
    progress, refusal = _progress(found)
    shown = {"draft": found, "progress": progress, "refusal": refusal, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "surveys/translating/draft.html", shown, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its type knows no arguments
def language(request: HttpRequest, draft: int, language: str) -> HttpResponse:
    """The strings in one language, some at a time; posted to, what was typed is kept."""
    translation = _translation(request, draft, language)
    try:
        survey = translating.survey_of(translation.draft)
    except Refused as refused:
        return _unreadable(request, translation, str(refused))
    if request.method != "POST":
        return _strings(request, translation, survey)
    typed = _typed(request)
    try:
        saved = translating.save(
            translation=translation,
            typed=typed,
            revision=_number(request.POST.get("revision", "")),
            by=who(request),
            now=timezone.now(),
        )
    except Refused as refused:
        return _strings(request, translation, survey, typed=typed, refusal=str(refused))
    if saved.clashes:
        translation.refresh_from_db()
        return _clashing(request, translation, survey, saved.clashes)
    number = "Nothing has" if not saved.changed else f"{saved.changed} changed and"
    messages.success(request, f"Saved. {number} {_left(translation, survey)}.")
    return HttpResponseRedirect(
        _address(translation, request.GET.dict()), status=HTTPStatus.SEE_OTHER
    )


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, draft: int, language: str) -> HttpResponse:
    """The PO file, with where each string stands and the address of its picture."""
    translation = _translation(request, draft, language)
    try:
        survey = translating.survey_of(translation.draft)
    except Refused as refused:
        return _unreadable(request, translation, str(refused))
    strings = known_languages.messages(survey)
    said = places.comments(strings, survey)
    pictures = {
        (each.context, each.english): _picture(translation, place_of(each, survey))
        for each in strings
    }

    def comment_of(context: str, english: str) -> list[str]:
        picture = pictures[context, english]
        address = [f"{settings.HEARD_BASE_URL}{picture}"] if picture else []
        return [*said[context, english], *address]

    whole = known_languages.merged(survey, language, translation.text)
    text = po_files.outgoing(whole, revision=translation.revision, comment_of=comment_of)
    answer = HttpResponse(text, content_type="text/x-gettext-translation; charset=utf-8")
    named = f"{translation.draft.survey}.{language}.po"
    answer["Content-Disposition"] = f'attachment; filename="{named}"'
    return answer


@never_cache
@login_required
@require_POST
def upload(request: HttpRequest, draft: int, language: str) -> HttpResponse:
    """Lay a translator's file over what is here, and say what became of it."""
    translation = _translation(request, draft, language)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            imported = translating.import_po(
                translation=translation,
                content=form.cleaned_data["file"].read(po_files.LARGEST + 1),
                file_wins=form.cleaned_data["file_wins"],
                by=who(request),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            shown = {"translation": translation, "imported": imported, **_named(translation)}
            return render(request, "surveys/translating/imported.html", shown)
    try:
        survey = translating.survey_of(translation.draft)
    except Refused as refused:
        return _unreadable(request, translation, str(refused))
    return _strings(request, translation, survey, upload=form)


def _draft(request: HttpRequest, pk: int) -> Draft:
    for found in translating.drafts_for(who(request)).filter(pk=pk):
        return found
    raise Http404("There is no such draft, or it was put away.")


def _translation(request: HttpRequest, draft: int, language: str) -> DraftTranslation:
    found = _draft(request, draft)
    for translation in found.translations.all():
        if translation.language == language:
            translation.draft = found
            return translation
    raise Http404("This draft is not being translated into that language.")


def _progress(draft: Draft) -> tuple[list[Progress], str]:
    """How far it is in each language; or nothing, and why that cannot be said."""
    try:
        survey = translating.survey_of(draft)
        rows = [
            Progress.of(each, translating.states_of(draft, each.text, survey))
            for each in draft.translations.all()
        ]
    except (Refused, known_languages.NotPo) as error:
        return [], str(error)
    return rows, ""


def _typed(request: HttpRequest) -> list[Typed]:
    """What was typed: for one string, where its own button was pressed; else for all."""
    sent = request.POST
    only = sent.get("only")
    keys = [name.removeprefix("words-") for name in sent if name.startswith("words-")]
    return [
        Typed(
            key=key,
            words=wording.tidied(sent.get(f"words-{key}", "")),
            seen=sent.get(f"seen-{key}", ""),
            fits=f"fits-{key}" in sent,
        )
        for key in keys
        if only in (None, key)
    ]


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _left(translation: DraftTranslation, survey: Survey) -> str:
    text = DraftTranslation.objects.values_list("text", flat=True).get(pk=translation.pk)
    states = translating.states_of(translation.draft, text, survey)
    left = sum(not each.is_done for each in states)
    return f"{left} of {len(states)} are left to do" if left else "nothing is left to do"


def _address(translation: DraftTranslation, query: Mapping[str, str]) -> str:
    address = reverse("translating", args=[translation.draft_id, translation.language])
    kept = {key: value for key, value in query.items() if key in {"show", "age", "page"}}
    return f"{address}?{urlencode(kept)}" if kept else address


def _picture(translation: DraftTranslation, place: Place) -> str:
    return pictures.of_draft(translation.draft_id, language=translation.language, place=place)


def _row(translation: DraftTranslation, survey: Survey, state: State, **more: Any) -> Row:
    place = place_of(state.message, survey)
    older = state.older
    return Row(
        key=translating.key_of(state.message),
        seen=translating.mark_of(state),
        state=state,
        place=place,
        ages=ages_in_words(place, survey),
        picture=_picture(translation, place),
        changed=worddiff.pieces(older, state.message.english) if older else (),
        **{"words": state.words, **more},
    )


def _strings(
    request: HttpRequest,
    translation: DraftTranslation,
    survey: Survey,
    *,
    typed: Sequence[Typed] = (),
    refusal: str = "",
    upload: UploadForm | None = None,
) -> HttpResponse:
    """The page of strings that the address asks for, with what was typed and could not be kept."""
    states = translating.states_of(translation.draft, translation.text, survey)
    progress = Progress.of(translation, states)
    show = request.GET.get("show", "to-do" if progress.left else "all")
    show = show if show in SHOWS else "all"
    age = request.GET.get("age", "")
    mine = {each.key: each.words for each in typed}
    wanted = [
        each
        for each in states
        if (SHOWS[show][1](each) or translating.key_of(each.message) in mine)
        and (not age or age in place_of(each.message, survey).ages)
    ]
    page = Paginator(wanted, A_PAGE).get_page(request.GET.get("page"))
    rows = [_row(translation, survey, each) for each in page]
    if mine:
        rows = [
            _row(translation, survey, row.state, words=mine.get(row.key, row.words)) for row in rows
        ]
    shown = {
        "rows": rows,
        "page": page,
        "progress": progress,
        "show": show,
        "age": age,
        "shows": [(key, title) for key, (title, _) in SHOWS.items()],
        "ages": [(each.code, each.name) for each in survey.age_versions],
        "query": urlencode({"show": show, "age": age}),
        "refusal": refusal,
        "upload": upload or UploadForm(),
        "upload_wrong": upload is not None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal or upload else HTTPStatus.OK
    return _page(request, translation, shown, status)


def _clashing(
    request: HttpRequest,
    translation: DraftTranslation,
    survey: Survey,
    clashes: Sequence[Clash],
) -> HttpResponse:
    """What could not be kept, beside what somebody else wrote, to choose from and save again."""
    states = translating.states_of(translation.draft, translation.text, survey)
    by_key = {translating.key_of(each.message): each for each in states}
    mine = {each.key: each.mine for each in clashes}
    rows = [
        _row(
            translation,
            survey,
            by_key[key],
            words=words,
            theirs=by_key[key].words,
            clashes=True,
        )
        for key, words in mine.items()
        if key in by_key
    ]
    shown = {
        "rows": rows,
        "gone": [each.mine for each in clashes if each.key not in by_key],
        "progress": Progress.of(translation, states),
        "clashing": True,
    }
    return _page(request, translation, shown, HTTPStatus.CONFLICT)


def _named(translation: DraftTranslation) -> dict[str, str]:
    code = translation.language
    return {
        "code": code,
        "english_name": english_name(code),
        "name": known_languages.name(code),
        "direction": known_languages.direction(code),
    }


def _page(
    request: HttpRequest,
    translation: DraftTranslation,
    shown: Mapping[str, Any],
    status: HTTPStatus,
) -> HttpResponse:
    whole = {
        "draft": translation.draft,
        "translation": translation,
        **_named(translation),
        **shown,
    }
    return render(request, "surveys/translating/language.html", whole, status=status)


def _unreadable(request: HttpRequest, translation: DraftTranslation, why: str) -> HttpResponse:
    shown = {"draft": translation.draft, "why": why, **_named(translation)}
    return render(request, "surveys/translating/unreadable.html", shown, status=HTTPStatus.CONFLICT)
