"""Reaching families: lists of those to invite, the messages that go to them, and open links.

Of families there are counts only.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from authorities import access
from authorities.models import User
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from surveys import (
    address_lists,
    addresses,
    enveloping,
    fielding,
    inviting,
    languages,
    sending,
    texts,
)
from surveys.address_lists import COLUMNS, MOST_BYTES, MOST_ROWS, Faulty
from surveys.errors import Refused
from surveys.models import Envelope, Mailing, OpenLink, Participation
from surveys.pages.uploading import in_memory
from surveys.printing import squares
from surveys.senders import chosen
from surveys.sending import UNDER_WAY, Counts
from surveys.texts import Facts, Length, Text

_INVITE = Permission.INVITE_FAMILIES
# What stands in the place of a code and of a token where a text is looked at.
_LIKE_A_CODE, _LIKE_A_TOKEN = "7K2M9QXW4TB", "x" * enveloping.TOKEN_LENGTH
_ACTS = ("pause", "resume", "stop", "again", "leave")


@dataclass(frozen=True, slots=True)
class Row:
    """A mailing with its counts, as pages show it."""

    mailing: Mailing
    counts: Counts

    @property
    def going_on(self) -> bool:
        return self.mailing.state in UNDER_WAY

    @property
    def done(self) -> int:
        return self.counts.total - self.counts.waiting


@dataclass(frozen=True, slots=True)
class Link:
    """An open link that is up. Args: square: its QR code, as the address of a picture."""

    slug: str
    address: str
    square: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One text in one language, as it is sent."""

    title: str
    text: Text
    length: Length | None


@dataclass(frozen=True, slots=True)
class InLanguage:
    code: str
    texts: tuple[Shown, ...]
    by_hand: str

    @property
    def english_name(self) -> str:
        found = languages.LANGUAGES.get(self.code)
        return found.english_name if found else self.code

    @property
    def direction(self) -> str:
        return languages.direction(self.code)


@never_cache
@login_required
@require_safe
def reaching(request: HttpRequest) -> HttpResponse:
    """Where this person may invite families: each authority in each wave that is not over."""
    access.require_somewhere(request.user, _INVITE)
    theirs = access.authorities_for(request.user, _INVITE)
    found = (
        Participation.objects.filter(authority__in=theirs, wave__closes_on__gte=localdate())
        .exclude(wave__sending_key=None)
        .select_related("wave", "authority")
        .order_by("wave__closes_on", "authority__name")
    )
    places = list(found)
    envelopes = _numbers(places)
    newest = {
        each.participation_id: each
        for each in Mailing.objects.filter(participation__in=places).order_by("pk")
    }
    rows = [(each, envelopes.get(each.pk, 0), newest.get(each.pk)) for each in places]
    return render(request, "surveys/reaching/list.html", {"rows": rows})


@never_cache
@login_required
@require_safe
def place(request: HttpRequest, wave: str, gss_code: str) -> HttpResponse:
    return _show(request, _participation(request, wave, gss_code))


@never_cache
@login_required
@in_memory
@require_POST
def upload(request: HttpRequest, wave: str, gss_code: str) -> HttpResponse:
    """Take a list in: all of it, or, with every fault named, nothing."""
    participation = _participation(request, wave, gss_code)
    given = request.FILES.get("list")
    if given is None:
        large = int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES
        why = str(address_lists.too_long()) if large else "Choose a file first."
        return _show(request, participation, problems={"problems": [why], "more": 0})
    today = localdate()
    allowed = enveloping.allowed_in(participation, today=today)
    try:
        families = address_lists.read(given.read(), allowed=allowed, ways=chosen.ways())
        taken = enveloping.take_in(
            participation=participation, families=families, today=today, by=who(request)
        )
    except Faulty as faulty:
        return _show(request, participation, problems=address_lists.shown(faulty))
    except Refused as refused:
        return _show(request, participation, problems={"problems": [str(refused)], "more": 0})
    for sentence in _told(taken):
        messages.success(request, sentence)
    return redirect("reaching-place", wave, gss_code)


@never_cache
@login_required
@require_POST
def start(request: HttpRequest, wave: str, gss_code: str) -> HttpResponse:
    participation = _participation(request, wave, gss_code)
    kind = request.POST.get("kind", "")
    if kind not in Mailing.Kind.values:
        raise Http404("There is no such kind of mailing.")
    try:
        sending.start(
            participation=participation,
            kind=kind,
            ways=chosen.ways(),
            now=now(),
            today=localdate(),
            by=who(request),
        )
    except Refused as refused:
        return _show(request, participation, refused=str(refused))
    return redirect("reaching-place", wave, gss_code)


@never_cache
@login_required
@require_POST
def act(request: HttpRequest, wave: str, gss_code: str, pk: int, what: str) -> HttpResponse:
    """Pause, resume or stop a mailing, or decide about its doubtful messages."""
    participation = _participation(request, wave, gss_code)
    mailing = Mailing.objects.filter(participation=participation, pk=pk).first()
    if mailing is None or what not in _ACTS:
        raise Http404("There is no such mailing here, or nothing such can be done with it.")
    try:
        _do(what, mailing, who(request))
    except Refused as refused:
        return _show(request, participation, refused=str(refused))
    return redirect("reaching-place", wave, gss_code)


@never_cache
@login_required
@require_POST
def make_link(request: HttpRequest, wave: str, gss_code: str) -> HttpResponse:
    """An address for posters, by which anybody can answer without a code."""
    participation = _participation(request, wave, gss_code)
    try:
        fielding.refuse_if_over(participation.wave, today=localdate())
        inviting.make_open_link(participation=participation, by=who(request))
    except Refused as refused:
        return _show(request, participation, of_links=str(refused))
    messages.success(request, "The open link is made.")
    return redirect("reaching-place", wave, gss_code)


@never_cache
@login_required
@require_POST
def close_link(request: HttpRequest, wave: str, gss_code: str, link: str) -> HttpResponse:
    participation = _participation(request, wave, gss_code)
    try:
        inviting.close_open_link(
            participation=participation, slug=link, today=localdate(), by=who(request)
        )
    except Refused as refused:
        return _show(request, participation, of_links=str(refused))
    messages.success(request, f"The open link {link} is down. Nobody can answer by it any more.")
    return redirect("reaching-place", wave, gss_code)


@never_cache
@login_required
@require_safe
def state(request: HttpRequest, wave: str, gss_code: str) -> JsonResponse:
    """How far the mailings are, for the script of the page."""
    rows = _rows(_participation(request, wave, gss_code))
    return JsonResponse(
        {
            str(row.mailing.pk): {
                "state": row.mailing.get_state_display(),
                "done": row.done,
                "going_on": row.going_on,
                **{name: getattr(row.counts, name) for name in Counts.__slots__},
            }
            for row in rows
        }
    )


@never_cache
@login_required
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """What is sent, in each language, and how long it is."""
    access.require_somewhere(request.user, _INVITE)
    found = [_in_language(code) for code in texts.BOOK.offered()]
    return render(request, "surveys/reaching/texts.html", {"found": found})


def _in_language(code: str) -> InLanguage:
    facts = Facts(settings.HEARD_NAME, settings.HEARD_BASE_URL, _LIKE_A_CODE, _LIKE_A_TOKEN)
    shown: list[Shown] = []
    for way, of_way in ((addresses.TEXT, "text message"), (addresses.EMAIL, "e-mail")):
        for kind in Mailing.Kind.values:
            text = texts.written(kind, way, code, facts)
            length = texts.length(text.body) if way == addresses.TEXT else None
            shown.append(Shown(f"{kind.capitalize()}, {of_way}", text, length))
    return InLanguage(code, tuple(shown), texts.by_hand(code, site=settings.HEARD_BASE_URL))


def _do(what: str, mailing: Mailing, person: User) -> None:
    match what:
        case "pause":
            sending.pause(mailing=mailing, by=person)
        case "resume":
            sending.resume(mailing=mailing, by=person)
        case "stop":
            sending.stop(mailing=mailing, now=now(), by=person)
        case _:
            sending.decide_doubtful(mailing=mailing, again=what == "again", now=now(), by=person)


def _show(
    request: HttpRequest,
    participation: Participation,
    *,
    problems: Any = None,
    refused: str = "",
    of_links: str = "",
) -> HttpResponse:
    rows = _rows(participation)
    here = Envelope.objects.filter(participation=participation)
    ways = dict(here.values_list("way").annotate(Count("pk")))
    shown = {
        "participation": participation,
        "problems": problems,
        "refused": refused,
        "of_links": of_links,
        "links": _links(participation),
        "rows": rows,
        "under_way": any(row.going_on for row in rows),
        "texts": ways.get(addresses.TEXT, 0),
        "emails": ways.get(addresses.EMAIL, 0),
        "columns": COLUMNS,
        "allowed": enveloping.allowed_in(participation, today=localdate()),
        "most_rows": f"{MOST_ROWS:,}",
        "sends": chosen.ways(),
        "hours": settings.HEARD_SENDER_HOURS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems or refused or of_links else HTTPStatus.OK
    return render(request, "surveys/reaching/place.html", shown, status=status)


def _links(participation: Participation) -> list[Link]:
    up = OpenLink.objects.open_on(localdate()).filter(participation=participation)
    found = []
    for slug in up.order_by("pk").values_list("slug", flat=True):
        address = f"{settings.HEARD_BASE_URL}/o/{slug}"
        square = b64encode(squares.svg(address).encode()).decode()
        found.append(Link(slug, address, f"data:image/svg+xml;base64,{square}"))
    return found


def _rows(participation: Participation) -> list[Row]:
    mailings = Mailing.objects.filter(participation=participation).select_related("asked_by")
    return [Row(each, sending.counts_of(each)) for each in mailings]


def _numbers(places: Iterable[Participation]) -> dict[int, int]:
    found = Envelope.objects.filter(participation__in=[each.pk for each in places])
    return dict(found.values_list("participation").annotate(Count("pk")))


def _told(taken: enveloping.Taken) -> list[str]:
    """What came of a list, in sentences, without those that tell of nobody."""
    families = "family was" if taken.new == 1 else "families were"
    told = [f"{taken.new:,} {families} taken in. Nothing is sent until you start it."]
    if taken.known:
        told.append(f"{taken.known:,} {'was' if taken.known == 1 else 'were'} there already.")
    if taken.not_to_be_asked:
        are = "is" if taken.not_to_be_asked == 1 else "are"
        told.append(f"{taken.not_to_be_asked:,} {are} on the do-not-contact list: left out.")
    if taken.another_time:
        are = "is" if taken.another_time == 1 else "are"
        told.append(f"{taken.another_time:,} {are} asked by another wave of this year: left out.")
    return told


def _participation(request: HttpRequest, wave: str, gss_code: str) -> Participation:
    """Raises: Http404: there is none. PermissionDenied: it is not theirs to invite for."""
    found = Participation.objects.select_related("wave", "authority", "version")
    participation = found.filter(wave__slug=wave, authority__gss_code=gss_code).first()
    if participation is None:
        raise Http404("No such authority takes part in such a wave.")
    access.require(request.user, _INVITE, participation.authority)
    return participation
