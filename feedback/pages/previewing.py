"""A draft, or a published version, as families get it, for whoever writes or translates it.

It is drawn by what draws families' pages, from the draft's source as it is now. What is sent is
read and checked as theirs is, and the thank-you is theirs; nothing is kept of it. Only pages of our
own may frame it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from authorities import access
from authorities.models import Authority
from authorities.roles import Permission
from feedback import given
from feedback.given import Problems
from feedback.pages import bundles, drawing, serving
from feedback.pages.drawing import Back
from feedback.pages.editions import Reading, edition, reading
from surveys import languages, planning, unfinished
from surveys.errors import Refused
from surveys.languages import NotPo
from surveys.models import LEAST_K, Draft, Participation, Version, Wave
from surveys.problems import DefinitionError, Problem
from surveys.unfinished import Unfinished

# Whoever may do one of these may look.
_MAY_LOOK = (
    Permission.WRITE_SURVEYS,
    Permission.TRANSLATE_SURVEYS,
    Permission.APPROVE_SURVEYS,
)
# How it looks without JavaScript; beside the ways that families can choose (`drawing.SIGHTS`).
PLAIN = "plain"
READINGS = (*drawing.SIGHTS, PLAIN)

_FRAMED_BY = "'self'"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be seen. Args: age_version: "" for the first. readings: some of `READINGS`."""

    age_version: str
    language: str
    readings: frozenset[str]

    @property
    def sights(self) -> frozenset[str]:
        return self.readings & frozenset(drawing.SIGHTS)

    @property
    def scripts(self) -> Sequence[str]:
        return () if PLAIN in self.readings else bundles.PREVIEW


@csrf_exempt  # nothing is kept, and the form is families' own, which has no token
@xframe_options_sameorigin
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """A draft as it is now; what is wrong with it in words, at its place."""
    _require(request)
    found = get_object_or_404(Draft, pk=draft)
    return _drawn(request, found, found.source, _wanted(request), sent=request.method == "POST")


def unsaved(
    request: HttpRequest,
    *,
    draft: Draft,
    source: str,
    age: str,
    language: str,
    reading: str,
    slips: Sequence[str] = (),
) -> HttpResponse:
    """A draft as it would be with what somebody has typed; framed like the one that is saved.

    Answers are sent to the draft that is saved: those typed in a preview are kept nowhere.

    Raises:
        PermissionDenied: the person may not look.
    """
    _require(request)
    if slips:
        answer = _in_words(request, "This cannot be shown yet.", slips)
    else:
        wanted = Wanted(age, language, frozenset({reading}) & frozenset(READINGS))
        saved = reverse("draft-preview", args=[draft.pk])
        answer = _drawn(request, draft, source, wanted, sent=False, address=saved)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _drawn(
    request: HttpRequest,
    found: Draft,
    source: str,
    wanted: Wanted,
    *,
    sent: bool,
    address: str = "",
) -> HttpResponse:
    """A draft with this text. Args: sent: whether answers came. address: where they are sent."""
    try:
        shown = unfinished.as_it_stands(source)
        version = _version(found, shown, wanted)
    except DefinitionError as error:
        return _in_words(request, "This draft cannot be shown yet.", error.problems)
    except NotPo as error:
        return _in_words(request, "This language cannot be shown yet.", [str(error)])
    return _shown(
        request, Reading(version), version, wanted, shown.problems, sent=sent, address=address
    )


@csrf_exempt  # likewise
@xframe_options_sameorigin
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, version: int) -> HttpResponse:
    """A published version, with what was recorded for it."""
    _require(request)
    found = get_object_or_404(Version, pk=version)
    sent = request.method == "POST"
    return _shown(request, reading(found), found, _wanted(request), sent=sent)


def _require(request: HttpRequest) -> None:
    """Raises: PermissionDenied: the person has none of the three permissions."""
    if not any(access.may(request.user, each) for each in _MAY_LOOK):
        access.require(request.user, _MAY_LOOK[0])


def _wanted(request: HttpRequest) -> Wanted:
    query = request.GET
    spoken = request.POST.get("speak") or query.get("language") or languages.ENGLISH
    readings = frozenset(query.getlist("reading")) & frozenset(READINGS)
    if request.method == "POST":
        # What was tapped on the page since is in its form.
        readings = readings & {PLAIN} | frozenset(request.POST.getlist("see")) & {*drawing.SIGHTS}
    return Wanted(query.get("age", ""), spoken, readings)


def _version(found: Draft, shown: Unfinished, wanted: Wanted) -> Version:
    """The draft as if it were published; nothing of it is kept.

    Raises:
        NotPo: what was translated cannot be read.
    """
    texts: Mapping[str, str] = dict(found.translations.values_list("language", "text"))
    if wanted.language in texts:
        whole = unfinished.filled(shown, wanted.language, texts[wanted.language])
        texts = {**texts, wanted.language: whole}
    version = Version(survey=found.survey, digest="", translations=texts)
    version.definition = shown.survey
    return version


def _shown(
    request: HttpRequest,
    reading: Reading,
    version: Version,
    wanted: Wanted,
    problems: Sequence[Problem] = (),
    *,
    sent: bool,
    address: str = "",
) -> HttpResponse:
    try:
        wanted = _that_there_is(reading, wanted)
    except Refused as refused:
        return _in_words(request, "There is nothing to show.", [str(refused)], HTTPStatus.NOT_FOUND)
    page = edition(
        _somewhere(version),
        age_version=wanted.age_version,
        language=wanted.language,
        by_open_link=False,
    )
    back = Back(sights=wanted.sights)
    if sent:
        back = replace(back, typed=_form(request))
        if not request.POST.get("speak"):
            match given.read(
                back.typed, questionnaire=reading.questionnaire(wanted.age_version, wanted.language)
            ):
                case Problems(wrong):
                    back = replace(back, problems=wrong)
                case _:
                    thanks = drawing.thanks(page, reading, wanted.sights, scripts=())
                    return _answer(request, thanks, wanted, scripts=())
    drawn = drawing.survey(
        page,
        reading,
        back,
        template="preview",
        scripts=wanted.scripts,
        problems=problems,
        plain=PLAIN in wanted.readings,
        address=address,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if back.problems else HTTPStatus.OK
    return _answer(request, drawn, wanted, scripts=wanted.scripts, status=status)


def _that_there_is(reading: Reading, wanted: Wanted) -> Wanted:
    """Raises: Refused: the age version or the language is not there (any more)."""
    ages = reading.age_versions
    if wanted.age_version and wanted.age_version not in ages:
        raise Refused(
            f"There is no age version “{wanted.age_version}” here, only {', '.join(ages)}."
        )
    if wanted.language not in reading.languages:
        raise Refused(
            f"This is not in the language “{wanted.language}” yet, only in "
            f"{', '.join(reading.languages)}."
        )
    return replace(wanted, age_version=wanted.age_version or ages[0])


def _somewhere(version: Version) -> Participation:
    """A made-up council that asks this version today. It is never saved."""
    today = timezone.localdate()
    wave = Wave(
        version=version,
        k=LEAST_K,
        promise=planning.DEFAULT_PROMISE,
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )
    return Participation(
        wave=wave,
        version=version,
        authority=Authority(name="Example Council"),
        help_name="The children’s rights officer",
        help_phone="0800 000 0000",
    )


def _form(request: HttpRequest) -> dict[str, list[str]]:
    """The answers alone, without what the page sends beside them."""
    sent = {name: [str(each) for each in values] for name, values in request.POST.lists()}
    return {name: values for name, values in sent.items() if name not in {"see", "speak"}}


def _in_words(
    request: HttpRequest,
    title: str,
    problems: Sequence[object],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    drawn = drawing.page("preview_broken", scripts=(), title=title, problems=problems)
    return _answer(request, drawn, None, scripts=(), status=status)


def _answer(
    request: HttpRequest,
    drawn: str,
    wanted: Wanted | None,
    *,
    scripts: Sequence[str],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    if wanted is not None:
        drawn = _turned(drawn, wanted.language)
    policy = bundles.policy(scripts, framed_by=_FRAMED_BY)
    return serving.response(request, serving.compressed(drawn), policy=policy, status=status)


def _turned(drawn: str, language: str) -> str:
    """In the survey's direction, where our own words around it are not in that language yet.

    Families never meet that: a version is published only in languages that the screens are in.
    """
    marked = f'<html lang="{language}" dir="{languages.direction(language)}">'
    return drawn.replace('<html lang="en" dir="ltr">', marked, 1)
