"""Going out on paper: letters, surveys to fill in by hand, posters, and codes in a file."""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from feedback import onpaper
from feedback.onpaper import SURVEYS, Copies
from surveys import fielding, languages, lettering, lists
from surveys.errors import Refused
from surveys.lettering import CODES, LETTERS, Batch
from surveys.models import Job, OpenLink, Participation, Wave
from surveys.pages.work import ask_with_files
from surveys.printing import Layout, PosterSize, Unprintable, poster

_ENGLISH: Final = "en"
_LAYOUTS: Final = {
    Layout.ORDINARY: "Ordinary",
    Layout.LARGE: "Large print",
    Layout.EASY: "Easy read, with pictures",
}
_KINDS: Final = {
    LETTERS: "Letters, one page each, with a code",
    SURVEYS: "Paper surveys to fill in by hand, each with a code",
    CODES: "Only the codes, in a file: an exception, for a printer that needs it",
}


class PaperForm(forms.Form):
    """What a participation wants on paper. Its choices are those of the participation's version."""

    kind = forms.ChoiceField(
        label="What do you need?",
        choices=list(_KINDS.items()),
        error_messages={"required": "Choose what you need."},
    )
    count = forms.IntegerField(
        label="How many?",
        min_value=1,
        error_messages={
            "required": "Say how many.",
            "invalid": "Write a whole number, such as 250.",
            "min_value": "Ask for one at least.",
        },
    )
    service = forms.ChoiceField(
        label="For families of which service?",
        error_messages={"required": "Choose a service."},
    )
    age_version = forms.ChoiceField(
        label="For whom?", error_messages={"required": "Choose whom they are for."}
    )
    language = forms.ChoiceField(
        label="Language", help_text="The screens begin in it; families can change it there."
    )
    second_language = forms.ChoiceField(
        label="A second language on the same page", help_text="For letters.", required=False
    )
    layout = forms.ChoiceField(
        label="Layout",
        help_text="Letters are ordinary or in large print (18 points).",
        choices=list(_LAYOUTS.items()),
    )
    replaces = forms.BooleanField(
        label="They take the place of others that were spoilt, lost or came back",
        help_text=(
            "Then they are not counted as more families invited. Destroy the spoilt ones: their "
            "codes still open the survey."
        ),
        required=False,
    )
    why = forms.CharField(
        label="Why are these not sent by the platform?",
        help_text="The audit keeps it. Such as: no addresses are held of carers of these children.",
        max_length=200,
        error_messages={
            "required": "Say why these are needed on paper.",
            "max_length": "Say it in at most 200 characters.",
        },
    )

    def __init__(self, participation: Participation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version, spoken = participation.version, _spoken(participation)
        self._offer("service", [(each.code, each.name) for each in lists.services().values()])
        self._offer(
            "age_version", [(each.code, each.name) for each in version.definition.age_versions]
        )
        self._offer("language", spoken)
        self._offer("second_language", [("", "None"), *spoken])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  told to the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") == LETTERS and given.get("layout") == Layout.EASY:
            self.add_error(
                "layout",
                "Letters are ordinary or in large print: choose one of the two. Easy read is for "
                "paper surveys.",
            )
        return given

    def batch(self) -> Batch:
        given = self.cleaned_data
        spoken = dict.fromkeys([given["language"], given["second_language"] or given["language"]])
        return Batch(
            count=given["count"],
            service=given["service"],
            age_version=given["age_version"],
            languages=tuple(spoken),
            large=given["layout"] == Layout.LARGE,
            replaces=given["replaces"],
        )

    def copies(self) -> Copies:
        given = self.cleaned_data
        return Copies(**{name: given[name] for name in Copies.__slots__})


@never_cache
@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Where this person may have something printed: the participations of waves not over."""
    if not access.may_somewhere(request.user, Permission.INVITE_FAMILIES):
        raise PermissionDenied("Your account has no role that lets you print for families.")
    where = access.authorities_for(request.user, Permission.INVITE_FAMILIES)
    waves = Wave.objects.exclude(closes_on__lt=localdate()).filter(released_on=None)
    found = Participation.objects.filter(wave__in=waves, authority__in=where)
    return render(
        request,
        "feedback/paper/places.html",
        {
            "participations": found.select_related("wave", "authority").order_by(
                "-wave__opens_on", "authority__name"
            )
        },
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """What can be printed here; posted to, a worker makes it."""
    participation = _participation(request, slug, gss_code)
    if request.method != "POST":
        return _show(request, participation)
    form = PaperForm(participation, request.POST)
    if not form.is_valid():
        return _show(request, participation, form)
    kind, count = form.cleaned_data["kind"], form.cleaned_data["count"]
    try:
        fielding.refuse_if_over(participation.wave, today=localdate())
        # Together, so that of two who ask at once the second counts what the first asked for.
        with transaction.atomic():
            return ask_with_files(
                request,
                kind=kind,
                wave=participation.wave,
                authority=participation.authority,
                arguments=_arguments(participation, form, kind, who(request)),
                total=count,
            )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, participation, form)


@never_cache
@login_required
@require_safe
def blank(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """One paper survey without a code, as a PDF: to look at, or to leave lying open."""
    participation = _participation(request, slug, gss_code)
    asked = request.GET
    layout = asked.get("layout", "")
    try:
        content = onpaper.printed(
            participation,
            age_version=asked.get("age_version", ""),
            language=asked.get("language", _ENGLISH),
            layout=layout if layout in list(Layout) else Layout.ORDINARY,
            link=_link(participation, asked.get("link", "")),
        )
    except Refused as refused:
        return _cannot(request, participation, str(refused))
    return _pdf(content, f"survey-{participation.wave.slug}.pdf")


@never_cache
@login_required
@require_safe
def open_link_poster(request: HttpRequest, slug: str, gss_code: str, link: str) -> HttpResponse:
    """A poster with an open link, as a PDF."""
    participation = _participation(request, slug, gss_code)
    if not _link(participation, link):
        raise Http404("There is no such open link here, or it was taken down.")
    known = [code for code, _ in _spoken(participation)]
    spoken = [code for code in request.GET.getlist("language") if code in known] or [_ENGLISH]
    try:
        content = poster(
            sender=lettering.sender_of(participation),
            link=f"{settings.HEARD_BASE_URL}/o/{link}",
            languages=spoken,
            size=PosterSize.A3 if request.GET.get("size") == PosterSize.A3 else PosterSize.A4,
        )
    except Unprintable as refused:
        return _cannot(request, participation, str(refused))
    return _pdf(content, f"poster-{link}.pdf")


def _arguments(
    participation: Participation, form: PaperForm, kind: str, by: User
) -> dict[str, Any]:
    why = form.cleaned_data["why"]
    if kind == SURVEYS:
        return onpaper.arguments_for(
            participation=participation, copies=form.copies(), why=why, by=by
        )
    return lettering.arguments_for(
        participation=participation, batch=form.batch(), kind=kind, why=why, by=by
    )


def _show(
    request: HttpRequest, participation: Participation, wrong: PaperForm | None = None
) -> HttpResponse:
    today, wave = localdate(), participation.wave
    kinds = list(_KINDS)
    lately = Job.objects.filter(authority=participation.authority, wave=wave, kind__in=kinds)
    shown: dict[str, Any] = {
        "participation": participation,
        "wave": wave,
        "authority": participation.authority,
        "form": wrong or PaperForm(participation, initial={"language": _ENGLISH}),
        "wrong": wrong,
        "over": wave.closes_on < today,
        "links": OpenLink.objects.open_on(today).filter(participation=participation),
        "spoken": _spoken(participation),
        "ages": participation.version.definition.age_versions,
        "layouts": list(_LAYOUTS.items()),
        "jobs": lately.order_by("-pk")[:10],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "feedback/paper/paper.html", shown, status=status)


def _cannot(request: HttpRequest, participation: Participation, why: str) -> HttpResponse:
    shown = {"why": why, "participation": participation}
    return render(
        request, "feedback/paper/cannot.html", shown, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _spoken(participation: Participation) -> list[tuple[str, str]]:
    """The languages families can be asked in: codes and English names."""
    offered = participation.wave.languages or sorted(participation.version.translations)
    there = [code for code in offered if code in participation.version.translations]
    return [(_ENGLISH, "English"), *((code, _name(code)) for code in there)]


def _name(code: str) -> str:
    found = languages.LANGUAGES.get(code)
    return found.english_name if found else code


def _link(participation: Participation, slug: str) -> str:
    """The slug, if it is an open link of this participation that is up; else ""."""
    links = OpenLink.objects.open_on(localdate()).filter(participation=participation, slug=slug)
    return slug if slug and links.exists() else ""


def _participation(request: HttpRequest, slug: str, gss_code: str) -> Participation:
    """Raises: Http404: it does not take part. PermissionDenied: it is not theirs."""
    found = Participation.objects.select_related("wave", "authority", "version")
    participation = found.filter(wave__slug=slug, authority__gss_code=gss_code.upper()).first()
    if participation is None:
        raise Http404("No such authority takes part in such a wave.")
    access.require(request.user, Permission.INVITE_FAMILIES, participation.authority)
    return participation
