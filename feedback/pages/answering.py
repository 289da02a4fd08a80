"""The pages on which a family answers. No cookie is set or read; a code is the only credential."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
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

from feedback import ballots, given, limits, wording
from feedback.ballots import Sent
from feedback.given import Given, Problems
from feedback.pages import bundles, drawing, serving, speaking
from feedback.pages.drawing import Back
from feedback.pages.editions import Edition, Reading, edition, reading
from feedback.pages.leaving import FORGET
from surveys import codes, inviting, languages
from surveys.codes import Mistyped
from surveys.errors import UnknownCode
from surveys.models import OpenLink, Participation

View = Callable[..., HttpResponse]

_shelf = serving.Shelf()
_POLICY = bundles.policy(bundles.SMALL)
_POLICY_OF_SURVEY = bundles.policy(bundles.SURVEY)

_FORM = "application/x-www-form-urlencoded"

# What the script on an open link's page makes: 16 random bytes.
_BROWSER = re.compile(r"[0-9a-f]{32}")


def door(view: View) -> View:
    """What these pages share: no cookie, hence no CSRF token, and a kind page when all is busy."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, **parts: str) -> HttpResponse:
        try:
            return view(request, **parts)
        except OperationalError:
            return notice(request, "busy", HTTPStatus.SERVICE_UNAVAILABLE)
        except (RequestDataTooBig, TooManyFieldsSent):
            return notice(request, "too_big", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    return opened


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked what: by a `code`, or by a `link`, where anyone may answer."""

    participation: Participation
    age_version: str
    language: str
    code: str | None = None
    link: str = ""

    @property
    def reading(self) -> Reading:
        return reading(self.participation.version)

    @property
    def languages(self) -> tuple[str, ...]:
        return offered(self.participation)

    @property
    def edition(self) -> Edition:
        return edition(
            self.participation,
            age_version=self.age_version,
            language=self.language,
            by_open_link=self.code is None,
        )


@door
def front(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go to its page."""
    if request.method != "POST":
        return page(request, drawing.front(_screens_language(request)))
    if request.content_type != _FORM:
        return notice(request, "no_files", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    typed = request.POST.get("code", "")[:200]
    try:
        code = codes.tidy(typed)
    except Mistyped as slip:
        return _mistyped(request, slip, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    address = reverse("survey", args=[codes.pretty(code)])
    if (tapped := request.GET.get("lang", "")) in wording.offered():
        address = f"{address}?lang={tapped}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@door
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """The whole survey for a code, and what is sent from it to the same address."""
    try:
        tidied = codes.tidy(code)
        invitation = inviting.invitation_for(tidied)
    except Mistyped as slip:
        return _mistyped(request, slip, code[:40], HTTPStatus.NOT_FOUND)
    except UnknownCode:
        language = _screens_language(request)
        asking = drawing.front(language, title="unknown_title", typed=code[:40], why="unknown")
        return page(request, asking, HTTPStatus.NOT_FOUND)
    participation = invitation.participation
    language = _language(request, participation, invitation.language)
    return _ask(request, Asked(participation, invitation.age_version, language, tidied))


@door
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
    return page(request, drawing.chooser(asked.edition, asked.reading, address=address))


@door
def open_survey(request: HttpRequest, slug: str, age_version: str) -> HttpResponse:
    """The whole survey by an open link. What is sent must come from this very page."""
    link = _link(slug)
    if link is None or age_version not in reading(link.participation.version).age_versions:
        return _no_link(request)
    if request.method == "POST" and not from_here(request):
        return notice(request, "elsewhere", HTTPStatus.FORBIDDEN)
    language = _language(request, link.participation)
    return _ask(request, Asked(link.participation, age_version, language, link=link.slug))


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
    return _blank(request, asked)


def _blank(request: HttpRequest, asked: Asked) -> HttpResponse:
    edition = asked.edition
    kept = _shelf.page(edition, lambda: drawing.survey(edition, asked.reading))
    return serving.response(request, kept, policy=_POLICY_OF_SURVEY)


def _take(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Keep what was sent, or give it back with what is wrong, or in another language."""
    if request.content_type != _FORM:
        return notice(request, "no_files", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, asked)
    form = dict(request.POST.lists())
    sights = frozenset(form.pop("see", ())) & frozenset(drawing.SIGHTS)
    spoken = "".join(form.pop("speak", ()))
    browser, nonce = ("", "") if asked.code else map("".join, _of_script(form))
    back = Back(typed=form, browser=browser, nonce=nonce, sights=sights)
    if spoken:
        language = spoken if spoken in asked.languages else asked.language
        return _give_back(request, replace(asked, language=language), back, HTTPStatus.OK)
    match given.read(form, questionnaire=asked.reading.questionnaire(asked.age_version, "en")):
        case Problems(problems):
            wrong = replace(back, problems=problems)
            return _give_back(request, asked, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
        case checked if not (wait := _must_wait(asked, back)):
            return _keep(request, asked, checked, back)
        case _:
            many = replace(back, trouble="wrong_many")
            answer = _give_back(request, asked, many, HTTPStatus.TOO_MANY_REQUESTS)
            answer["Retry-After"] = str(wait)
            return answer


def _of_script(form: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """What the script on an open link's page made, taken out of the form."""
    return form.pop("browser", []), form.pop("nonce", [])


def _must_wait(asked: Asked, back: Back) -> int:
    """Seconds until an open link takes more; 0 where a code was given, or where it does."""
    if asked.code is not None:
        return 0
    return limits.wait_at_open_link(
        asked.link, browser=back.browser, nonce=back.nonce, now=timezone.now().timestamp()
    )


def _give_back(request: HttpRequest, asked: Asked, back: Back, status: HTTPStatus) -> HttpResponse:
    drawn = drawing.survey(asked.edition, asked.reading, back)
    return page(request, drawn, status, policy=_POLICY_OF_SURVEY)


def _keep(request: HttpRequest, asked: Asked, checked: Given, back: Back) -> HttpResponse:
    """Cast the ballot and say thank you: in the same words for a code that was used before."""
    participation = asked.participation
    # Its long text is not fetched with a code; the parsed one is at hand.
    participation.version.definition = asked.reading.survey
    sent = Sent(
        given=checked,
        age_version=asked.age_version,
        language=asked.language,
        code=asked.code,
        browser=back.browser if _BROWSER.fullmatch(back.browser) else None,
    )
    try:
        ballots.cast(participation=participation, sent=sent)
    except OperationalError:
        busy = replace(back, trouble="wrong_busy")
        return _give_back(request, asked, busy, HTTPStatus.SERVICE_UNAVAILABLE)
    edition, sights = asked.edition, back.sights
    thanks = _shelf.page(
        ("thanks", edition, sights), lambda: drawing.thanks(edition, asked.reading, sights)
    )
    return serving.response(request, thanks, policy=_POLICY)


def _turned_away(request: HttpRequest, asked: Asked) -> HttpResponse | None:
    """A page that says so, where the wave has ended or is not open yet."""
    wave, today = asked.participation.wave, timezone.localdate()
    opened_on = asked.participation.opened_on
    if wave.closes_on < today:
        what = "closed_sent" if request.method == "POST" else "closed"
        ended = notice(request, what, HTTPStatus.GONE, asked)
        ended["Clear-Site-Data"] = FORGET  # what was kept on the phone is wiped with the wave
        return ended
    if wave.opens_on > today:
        return notice(request, "early", HTTPStatus.FORBIDDEN, asked)
    if wave.public_key is None or opened_on is None or opened_on > today:
        return notice(request, "early_soon", HTTPStatus.FORBIDDEN, asked)
    return None


def _link(slug: str) -> OpenLink | None:
    """The open link with this slug, unless it was taken down."""
    if not re.fullmatch(r"[\w-]+", slug):  # PostgreSQL refuses to look for some characters
        return None
    links = OpenLink.objects.open_on(timezone.localdate()).for_answering()
    return links.filter(slug=slug.lower()).first()


def _language(request: HttpRequest, participation: Participation, usual: str = "en") -> str:
    """One of the languages that the wave is offered in."""
    return speaking.chosen(request, offered(participation), usual)


def offered(participation: Participation) -> tuple[str, ...]:
    """The version's languages, as far as the wave is offered in them."""
    return languages.offered(reading(participation.version).languages, participation.wave.languages)


def _screens_language(request: HttpRequest) -> str:
    """One of the languages that our own words have, where no survey is known."""
    return speaking.chosen(request, wording.offered())


def _mistyped(request: HttpRequest, slip: Mistyped, typed: str, status: HTTPStatus) -> HttpResponse:
    asking = drawing.front(
        _screens_language(request),
        title="mistyped_title",
        typed=typed,
        why=f"mistyped_{slip.slip}",
        sign=slip.sign,
        length=slip.length,
        right=codes.LENGTH,
    )
    return page(request, asking, status)


def _no_link(request: HttpRequest) -> HttpResponse:
    asking = drawing.front(_screens_language(request), title="no_link_title")
    return page(request, asking, HTTPStatus.NOT_FOUND)


def notice(
    request: HttpRequest, what: str, status: HTTPStatus, asked: Asked | None = None
) -> HttpResponse:
    """A small page. Args: what: a key of the wording, whose title is beside it."""
    if asked is None:
        return page(request, drawing.notice(what, language=_screens_language(request)), status)
    drawn = drawing.notice(what, language=asked.language, edition=asked.edition)
    return page(request, drawn, status)


def page(
    request: HttpRequest,
    drawn: str,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    policy: str = _POLICY,
) -> HttpResponse:
    """A page made for this request alone. Args: policy: of the bundle it was drawn with."""
    return serving.response(request, serving.compressed(drawn), policy=policy, status=status)
