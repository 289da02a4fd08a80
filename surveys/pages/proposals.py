"""For whoever publishes: what is proposed, how it differs, and agreeing or not."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import comparing, grammar, proposing
from surveys import languages as known_languages
from surveys.errors import Refused
from surveys.models import Proposal, Succession, Version
from surveys.pages.writing import require
from surveys.problems import DefinitionError

_LATEST = 50


@never_cache
@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided lately."""
    require(request, Permission.APPROVE_SURVEYS)
    found = Proposal.objects.select_related(
        "draft", "proposed_by", "decided_by", "version", "wave"
    ).defer("source", "translations")
    waiting = list(found.filter(state=Proposal.State.WAITING))
    decided = found.exclude(state=Proposal.State.WAITING)[:_LATEST]
    shown = {"waiting": waiting, "decided": decided}
    return render(request, "surveys/writing/proposals.html", shown)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal beside what is published; posted to, it is decided."""
    require(request, Permission.APPROVE_SURVEYS)
    found = _found(pk)
    if request.method != "POST":
        return _show(request, found)
    decide = _DECISIONS.get(request.POST.get("do", ""))
    if decide is None:
        return _show(request, found, refusal="Choose what to do with it.")
    try:
        said = decide(request, found)
    except Refused as refused:
        return _show(request, _found(pk), refusal=str(refused))
    messages.success(request, said)
    return redirect("proposal", pk)


def _agree(request: HttpRequest, found: Proposal) -> str:
    version = proposing.agree(
        proposal=found,
        why=_words(request, "agree_why"),
        by=person(request),
        now=timezone.now(),
    )
    place = f" It takes the place of the version in {found.wave} from now on." if found.wave else ""
    return f"Published as {version}.{place}"


def _decline(request: HttpRequest, found: Proposal) -> str:
    proposing.decline(
        proposal=found, why=_words(request, "why"), by=person(request), now=timezone.now()
    )
    return "It is declined, and its author sees why."


def _withdraw(request: HttpRequest, found: Proposal) -> str:
    proposing.withdraw(proposal=found, by=person(request), now=timezone.now())
    return "The proposal is taken back."


_DECISIONS: dict[str, Callable[[HttpRequest, Proposal], str]] = {
    "agree": _agree,
    "decline": _decline,
    "withdraw": _withdraw,
}


def _words(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


def _found(pk: int) -> Proposal:
    """Raises: Http404: there is none."""
    found = Proposal.objects.select_related(
        "draft__based_on", "proposed_by", "decided_by", "version", "wave__version"
    )
    proposal = found.filter(pk=pk).first()
    if proposal is None:
        raise Http404("There is no such proposal.")
    return proposal


def _show(request: HttpRequest, found: Proposal, refusal: str = "") -> HttpResponse:
    before = _before(found)
    shown: dict[str, Any] = {
        "proposal": found,
        "before": before,
        "compared": _compared(found, before),
        "languages": [_called(code) for code in sorted(found.translations)],
        "lost": [_called(code) for code in _lost(found, before)],
        "is_mine": found.proposed_by == request.user,
        "may_write": access.may(request.user, Permission.WRITE_SURVEYS),
        "refusal": refusal,
        "typed": _words(request, "why"),
        "waits": found.state == Proposal.State.WAITING,
        "parts": found.wave.participations.count() if found.wave else 0,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refusal else HTTPStatus.OK
    return render(request, "surveys/writing/proposal.html", shown, status=status)


def _before(found: Proposal) -> Version | None:
    """What it is compared with: what it would replace, or did; else the newest before it."""
    if found.wave is not None and found.version is None:
        return found.wave.version
    if record := _succession(found):
        return record.before
    published = Version.objects.of(_survey(found)).cores()
    if found.version is not None:
        published = published.filter(number__lt=found.version.number)
    return published.last()


def _succession(found: Proposal) -> Succession | None:
    """The record of its taking another's place in its wave."""
    if found.wave is None:
        return None
    records = Succession.objects.filter(wave=found.wave, after=found.version)
    # A version may take a place twice, after another each time: its own record is by its people.
    own = records.filter(
        asked_by=found.proposed_by, agreed_by=found.decided_by, why=found.why
    ).select_related("before")
    return own.last() or records.select_related("before").last()


def _lost(found: Proposal, before: Version | None) -> list[str]:
    """The languages of the version before in which this would not be, or is not."""
    return sorted(before.translations.keys() - found.translations.keys()) if before else []


def _survey(found: Proposal) -> str:
    try:
        return grammar.parse(found.source).code
    except DefinitionError:
        return found.draft.survey


def _compared(found: Proposal, before: Version | None) -> comparing.Compared | None:
    """``None`` for the first of a survey, or where the grammar has become stricter since."""
    if before is None:
        return None
    try:
        return comparing.compare(before.definition, grammar.parse(found.source))
    except DefinitionError:
        return None


def _called(code: str) -> str:
    known = known_languages.LANGUAGES.get(code)
    return known.english_name if known else code
