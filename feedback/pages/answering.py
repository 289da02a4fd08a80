"""The pages on which a family answers. No cookie is set or read; a code is the only credential."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback import ballots, given
from feedback.ballots import Sent
from feedback.given import Form, Given, Problems
from feedback.pages import drawing, serving
from feedback.pages.editions import Edition, Reading, edition, reading
from surveys import codes, inviting
from surveys.codes import Mistyped
from surveys.errors import UnknownCode
from surveys.models import OpenLink, Participation

View = Callable[..., HttpResponse]

_shelf = serving.Shelf()
_POLICY = serving.policy(style=drawing.STYLE)
_POLICY_WITH_SCRIPT = serving.policy(style=drawing.STYLE, script=drawing.SCRIPT)

# What the script on an open link's page makes: 16 random bytes.
_BROWSER = re.compile(r"[0-9a-f]{32}")


def _door(view: View) -> View:
    """What these pages share: no cookie, hence no CSRF token, and a kind page when all is busy."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            return view(request, **parts)
        except OperationalError:
            return _notice(request, "busy", HTTPStatus.SERVICE_UNAVAILABLE)
        except (RequestDataTooBig, TooManyFieldsSent):
            return _notice(request, "too_big", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return opened


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked what. `code` is `None` by an open link, where anyone may answer."""

    participation: Participation
    age_version: str
    language: str
    code: str | None = None

    @property
    def reading(self) -> Reading:
        return reading(self.participation.version)

    @property
    def edition(self) -> Edition:
        return edition(
            self.participation,
            age_version=self.age_version,
            language=self.language,
            by_open_link=self.code is None,
        )

    @property
    def policy(self) -> str:
        return _POLICY_WITH_SCRIPT if self.code is None else _POLICY


@_door
def front(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go to its page."""
    if request.method != "POST":
        return _page(request, drawing.front())
    typed = request.POST.get("code", "")[:200]
    try:
        code = codes.tidy(typed)
    except Mistyped as slip:
        page = drawing.front(title="mistyped_title", typed=typed, why=str(slip))
        return _page(request, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    address = reverse("survey", args=[codes.pretty(code)])
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@_door
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """The whole survey for a code, and what is sent from it to the same address."""
    try:
        tidied = codes.tidy(code)
        invitation = inviting.invitation_for(tidied)
    except (Mistyped, UnknownCode) as slip:
        title = "mistyped_title" if isinstance(slip, Mistyped) else "unknown_title"
        page = drawing.front(title=title, typed=code[:40], why=str(slip))
        return _page(request, page, HTTPStatus.NOT_FOUND)
    participation = invitation.participation
    language = _language(request, participation, invitation.language)
    return _ask(request, Asked(participation, invitation.age_version, language, tidied))


@_door
def open_link(request: HttpRequest, slug: str) -> HttpResponse:
    """The first page of a poster's address: which age version fits you?"""
    link = _link(slug)
    if link is None:
        return _no_link(request)
    language = _language(request, link.participation)
    asked = Asked(link.participation, age_version="", language=language)
    away = _turned_away(request, asked)
    if away is not None:
        return away
    address = reverse("open-link", args=[link.slug])
    return _page(request, drawing.chooser(asked.edition, asked.reading, address=address))


@_door
def open_survey(request: HttpRequest, slug: str, age_version: str) -> HttpResponse:
    """The whole survey by an open link. What is sent must come from this very page."""
    link = _link(slug)
    if link is None or age_version not in reading(link.participation.version).age_versions:
        return _no_link(request)
    if request.method == "POST" and not from_here(request):
        return _notice(request, "elsewhere", HTTPStatus.FORBIDDEN)
    language = _language(request, link.participation)
    return _ask(request, Asked(link.participation, age_version, language))


def from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says.

    Every browser in use names the page's origin with a form, in at least one of three headers; a
    request that names none was not sent by a page.
    """
    ours = {settings.HEARD_BASE_URL, f"{request.scheme}://{request.get_host()}"}
    if "Origin" in request.headers:
        return request.headers["Origin"] in ours
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # such as "http://[::1", which is no address
        return False
    return f"{came_from.scheme}://{came_from.netloc}" in ours


def _ask(request: HttpRequest, asked: Asked) -> HttpResponse:
    away = _turned_away(request, asked)
    if away is not None:
        return away
    if request.method == "POST":
        return _take(request, asked)
    page = _shelf.page(asked.edition, lambda: drawing.survey(asked.edition, asked.reading))
    return serving.response(request, page, policy=asked.policy)


def _take(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Keep what was sent, or give it back with what is wrong."""
    if request.content_type != "application/x-www-form-urlencoded":
        return _notice(request, "no_files", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, asked)
    form = dict(request.POST.lists())
    browser = "".join(form.pop("browser", ())) if asked.code is None else ""
    questionnaire = asked.reading.questionnaire(asked.age_version, asked.language)
    match given.read(form, questionnaire=questionnaire):
        case Problems(problems):
            page = drawing.survey(
                asked.edition, asked.reading, typed=form, problems=problems, browser=browser
            )
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return _page(request, page, status, policy=asked.policy)
        case checked:
            return _keep(request, asked, checked, form, browser)


def _keep(
    request: HttpRequest, asked: Asked, checked: Given, form: Form, browser: str
) -> HttpResponse:
    """Cast the ballot and say thank you: in the same words for a code that was used before."""
    participation = asked.participation
    # Its long text is not fetched with a code; the parsed one is at hand.
    participation.version.definition = asked.reading.survey
    sent = Sent(
        given=checked,
        age_version=asked.age_version,
        language=asked.language,
        code=asked.code,
        browser=browser if _BROWSER.fullmatch(browser) else None,
    )
    try:
        ballots.cast(participation=participation, sent=sent)
    except OperationalError:
        page = drawing.survey(
            asked.edition, asked.reading, typed=form, trouble="wrong_busy", browser=browser
        )
        return _page(request, page, HTTPStatus.SERVICE_UNAVAILABLE, policy=asked.policy)
    key = ("thanks", asked.edition)
    thanks = _shelf.page(key, lambda: drawing.thanks(asked.edition, asked.reading))
    return serving.response(request, thanks, policy=_POLICY)


def _turned_away(request: HttpRequest, asked: Asked) -> HttpResponse | None:
    """A page that says so, where the wave has ended or is not open yet."""
    wave, today = asked.participation.wave, timezone.localdate()
    if wave.closes_on < today:
        what = "closed_sent" if request.method == "POST" else "closed"
        return _notice(request, what, HTTPStatus.GONE, asked)
    if wave.opens_on > today:
        return _notice(request, "early", HTTPStatus.FORBIDDEN, asked)
    if wave.public_key is None:
        return _notice(request, "early_soon", HTTPStatus.FORBIDDEN, asked)
    return None


def _link(slug: str) -> OpenLink | None:
    """The open link with this slug, unless it was taken down."""
    if not re.fullmatch(r"[\w-]+", slug):  # PostgreSQL refuses to look for some characters
        return None
    links = OpenLink.objects.open_on(timezone.localdate()).for_answering()
    return links.filter(slug=slug.lower()).first()


def _language(request: HttpRequest, participation: Participation, usual: str = "en") -> str:
    """The language asked for, else the usual one, else English: of those that the version has."""
    offered = reading(participation.version).languages
    wanted = (request.GET.get("lang", ""), usual)
    return next((each for each in wanted if each in offered), "en")


def _no_link(request: HttpRequest) -> HttpResponse:
    return _page(request, drawing.front(title="no_link_title"), HTTPStatus.NOT_FOUND)


def _notice(
    request: HttpRequest, what: str, status: HTTPStatus, asked: Asked | None = None
) -> HttpResponse:
    """Args: what: a key of the wording, whose title is beside it."""
    page = drawing.notice(what, asked.edition if asked else None)
    return _page(request, page, status)


def _page(
    request: HttpRequest, page: str, status: HTTPStatus = HTTPStatus.OK, *, policy: str = _POLICY
) -> HttpResponse:
    return serving.response(request, serving.compressed(page), policy=policy, status=status)
