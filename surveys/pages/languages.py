"""For staff: which languages are drafts, what each says, and its approval."""

from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities.pages.staff_only import person as who
from surveys import approving
from surveys import languages as known_languages
from surveys.approving import Standing, Text
from surveys.errors import Refused
from surveys.languages import Message
from surveys.pages import pictures
from surveys.places import place_of


class ApprovalForm(forms.Form):
    speaker = forms.CharField(
        label="Who read it?",
        help_text="A native speaker’s name, and how we know that they speak it. Only staff see it.",
        max_length=200,
        error_messages={
            "required": "Say which native speaker read it.",
            "max_length": "Say it in at most 200 characters.",
        },
    )


class WithdrawalForm(forms.Form):
    why = forms.CharField(
        label="Why is it taken back?",
        help_text="It is kept in the audit.",
        max_length=200,
        error_messages={
            "required": "Say why the approval is taken back.",
            "max_length": "Say it in at most 200 characters.",
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A text as the pages show it."""

    standing: Standing

    @property
    def code(self) -> str:
        return self.standing.text.language

    @property
    def name(self) -> str:
        return known_languages.name(self.code)

    @property
    def english_name(self) -> str:
        found = known_languages.LANGUAGES.get(self.code.partition("-")[0])
        return found.english_name if found else self.code

    @property
    def direction(self) -> str:
        return known_languages.direction(self.code)


@dataclass(frozen=True, slots=True)
class String:
    """A string with its words; "" for what is not known of the screens' own."""

    message: Message
    words: str
    where: str = ""
    picture: str = ""


@never_cache
@login_required
@require_safe
def languages(request: HttpRequest) -> HttpResponse:
    """The texts in use, by what they are of."""
    found = approving.standings_for(request.user, today=localdate())
    tables = [
        (title, [Row(each) for each in its])
        for title, its in groupby(found, lambda each: each.text.title)
    ]
    return render(request, "surveys/languages.html", {"tables": tables, "draft": approving.DRAFT})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest, **place: str) -> HttpResponse:
    """One text, to read to its end; posted to, it is approved."""
    standing = _found(request, **place)
    if request.method != "POST":
        return _show(request, standing)
    form = ApprovalForm(request.POST)
    if form.is_valid():
        try:
            approving.approve(
                text=standing.text,
                by=who(request),
                today=localdate(),
                **form.cleaned_data,
            )
        except Refused as refused:
            form.add_error("speaker", str(refused))
        else:
            messages.success(request, f"{Row(standing).english_name} is approved, as it is now.")
            return redirect("languages")
    return _show(request, standing, form)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, **place: str) -> HttpResponse:
    standing = _found(request, **place)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _show(request, standing, form)
    approving.withdraw(text=standing.text, by=who(request), today=localdate(), **form.cleaned_data)
    messages.success(request, f"{Row(standing).english_name} is a draft again.")
    return redirect("languages")


def _found(
    request: HttpRequest, *, kind: str, subject: str, language: str, digest: str
) -> Standing:
    """Raises: Http404: no text in use is this very one; it may have changed since."""
    key = (kind, subject, language, digest)
    standing = approving.standing_for(request.user, key, today=localdate())
    if standing is None:
        raise Http404("No text in use is this one; it may have changed since.")
    return standing


def _show(
    request: HttpRequest, standing: Standing, wrong: forms.Form | None = None
) -> HttpResponse:
    usual = ApprovalForm() if standing.is_draft else WithdrawalForm()
    text = standing.text
    writers = approving.writers_of(text)
    shown: dict[str, Any] = {
        "row": Row(standing),
        "strings": [_string(text, message, words) for message, words in text.pairs],
        "writers": writers,
        "own": request.user in writers,
        "form": wrong or usual,
        "wrong": wrong,
        "draft": approving.DRAFT,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "surveys/language.html", shown, status=status)


def _string(text: Text, message: Message, words: str) -> String:
    if text.survey is None:
        return String(message, words)
    place = place_of(message, text.survey)
    if text.version is not None:
        picture = pictures.of_version(text.version, language=text.language, place=place)
    elif text.draft is not None:
        picture = pictures.of_draft(text.draft, language=text.language, place=place)
    else:
        picture = ""
    names = {each.code: each.name for each in text.survey.age_versions}
    ages = ", ".join(names.get(code, code) for code in place.ages)
    return String(message, words, f"{place.what} · {ages}", picture)
