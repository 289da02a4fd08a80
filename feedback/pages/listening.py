"""The listeners' pages: the queue of what families wrote, and one writing with what can be done."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authorities.models import Authority
from authorities.pages.staff_only import person as who
from feedback import listening, queue
from feedback.models import Comment, Suggestion, Writing
from feedback.queue import Search
from surveys import lists

A_PAGE = 20


class SearchForm(forms.Form):
    """Which writings to show. Without an answer: all unread ones."""

    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("unread", "Not read yet"),
            ("escalated", "Escalated"),
            ("read", "Read"),
            ("all", "All"),
        ],
        error_messages={"invalid_choice": "Choose what to show from the list."},
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Ideas and comments"), ("idea", "Ideas"), ("comment", "Comments")],
        error_messages={"invalid_choice": "Choose a kind from the list."},
    )
    authority = forms.ModelChoiceField(
        Authority.objects.all(),
        label="Authority",
        required=False,
        to_field_name="gss_code",
        empty_label="All authorities",
        error_messages={"invalid_choice": "Choose an authority from the list."},
    )

    def search(self) -> Search:
        """What was asked for; of each field that does not fit, what is usual."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        state = given.get("state") or Writing.State.UNREAD
        authority = given.get("authority")
        return Search(
            kind=given.get("kind") or "",
            authority=authority.gss_code if authority else "",
            state="" if state == "all" else state,
        )


class EscalationForm(forms.Form):
    told = forms.CharField(
        label="Who did you tell?",
        help_text="Such as: the duty social worker of the authority, by telephone.",
        max_length=200,
        error_messages={"required": "Say whom you told."},
    )
    why = forms.CharField(
        label="Why?",
        help_text="What in these words made you act. Only listeners can read this.",
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        max_length=2000,
        error_messages={"required": "Say why you told them."},
    )


class WordingForm(forms.Form):
    wording = forms.CharField(
        label="Words that can be shown to others",
        help_text=(
            "As the family said it, without names, places, dates or anything else that could tell "
            "who wrote it. Leave it empty if nothing can be shown."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        max_length=5000,
        required=False,
    )


@never_cache
@login_required
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    form = SearchForm({"state": Writing.State.UNREAD, **request.GET.dict()})
    places = queue.queue_for(who(request), form.search(), today=timezone.localdate())
    page = Paginator(places, A_PAGE).get_page(request.GET.get("page"))
    writings = queue.writings_at(who(request), page, today=timezone.localdate())
    return render(
        request,
        "feedback/listening/words.html",
        {"form": form, "page": page, "writings": writings, "search": _search_part(request)},
        status=HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST,
    )


@never_cache
@login_required
@require_safe
def writing(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return _show(request, _found(request, kind, pk))


@never_cache
@login_required
@require_POST
def read(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Mark as read, and go on to the next."""
    found = _found(request, kind, pk)
    if listening.mark_read(writing=found, by=who(request)):
        messages.success(request, "Marked as read.")
    else:
        messages.info(request, _why_not_read(_found(request, kind, pk)))
    return _to_the_next(request)


@never_cache
@login_required
@require_POST
def escalate(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    found = _found(request, kind, pk)
    form = EscalationForm(request.POST)
    if not form.is_valid():
        return _show(request, found, escalation=form)
    listening.escalate(
        writing=found,
        by=who(request),
        today=timezone.localdate(),
        **form.cleaned_data,
    )
    messages.success(request, "Kept: whom you told, and why.")
    return redirect(_address(request, found))


@never_cache
@login_required
@require_POST
def word_safely(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    found = _found(request, kind, pk)
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _show(request, found, wording=form)
    listening.save_wording(writing=found, by=who(request), **form.cleaned_data)
    messages.success(request, "The words that can be shown are kept.")
    return redirect(_address(request, found))


def _found(request: HttpRequest, kind: str, pk: int) -> Suggestion | Comment:
    if kind not in Writing.Kind.values:
        raise Http404("There is no such kind of writing.")
    writings = queue.writings_for(who(request), kind, today=timezone.localdate())
    for found in writings.for_reading().filter(pk=pk):
        return found
    raise Http404("There is no such writing.")


def _why_not_read(found: Suggestion | Comment) -> str:
    if found.state == Writing.State.ESCALATED:
        return "It stays escalated: somebody was told of it."
    return "It was marked as read before."


def _show(
    request: HttpRequest,
    found: Suggestion | Comment,
    *,
    escalation: EscalationForm | None = None,
    wording: WordingForm | None = None,
) -> HttpResponse:
    wrong = escalation or wording
    shown: dict[str, Any] = {
        "writing": found,
        "title": f"{'An idea' if found.kind == Writing.Kind.IDEA else 'A comment'} "
        f"from {found.authority.name}",
        "paragraphs": [line for line in found.text.splitlines() if line.strip()],
        "topics": _topics(found),
        "escalation": escalation or EscalationForm(),
        "wording": wording or WordingForm(initial={"wording": found.safe_wording}),
        "wrong": wrong,
        "search": _search_part(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "feedback/listening/writing.html", shown, status=status)


def _topics(found: Suggestion | Comment) -> list[str]:
    codes = found.topics if isinstance(found, Suggestion) else []
    known = lists.topics()
    return [known[code].name if code in known else code for code in codes]


def _search_part(request: HttpRequest) -> str:
    """The search of an address, without the page, so that links can keep it."""
    kept = {name: request.GET[name] for name in SearchForm.base_fields if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _address(request: HttpRequest, found: Suggestion | Comment) -> str:
    return reverse("writing", args=[found.kind, found.pk]) + _search_part(request)


def _to_the_next(request: HttpRequest) -> HttpResponse:
    """The oldest unread writing of the same search, or the queue where there is none."""
    search = SearchForm({**request.GET.dict(), "state": Writing.State.UNREAD}).search()
    today = timezone.localdate()
    places = queue.queue_for(who(request), search, today=today)[:1]
    for following in queue.writings_at(who(request), places, today=today):
        return redirect(_address(request, following))
    return redirect(reverse("words") + _search_part(request))
