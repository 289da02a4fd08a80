"""For the national team: releases, from preparing their figures to letting them out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics import costs, ordering, publishing, releasing_jobs, shown
from analytics.errors import Refused
from analytics.models import Background, Release
from analytics.pages.release_forms import EarlyAccessForm, NoteForm, PublishForm, ScheduleForm
from analytics.publishing import SIGNATURES, Stage
from analytics.releasing_jobs import Step
from analytics.reporting import with_surveys
from authorities import access
from authorities.areas import ENGLAND
from authorities.models import Authority, Region, User
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys.models import Wave

MOST_FOUND: Final = 50
MOST_NAMED: Final = 3
BEING_MADE: Final = "being made"
NOT_BEGUN: Final = "to be prepared"

NEXT: Final = {
    Stage.UNFINISHED: "See what stopped it, and prepare it again",
    Stage.PREPARED: "Have it checked",
    Stage.HELD_BACK: "Read what was found",
    Stage.OVERTAKEN: "Prepare it again",
    Stage.CHECKED: "Two people read it and sign it off",
    Stage.SIGNED_OFF: "Say when it comes out",
    Stage.SCHEDULED: "Nothing: it comes out by itself",
    Stage.PUBLISHED: "Nothing",
}
# What the steps of the work are counted in.
COUNTED_IN: Final = {Step.BEGINNING: "steps", Step.WORKING: "parts", Step.CHECKING: "questions"}


@dataclass(frozen=True, slots=True)
class Row:
    """A wave that is over, as the list shows it."""

    wave: Wave
    release: Release | None
    state: str
    next: str
    missing: str


@never_cache
@login_required
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """Waves that are over, the newest first."""
    _require(request)
    over = Wave.objects.opened().closed_on(timezone.localdate()).order_by("-closes_on", "-pk")
    newest: dict[int, Release] = {}
    found = with_surveys(Release.objects.order_by("number")).prefetch_related("sign_offs")
    for release in found:
        newest[release.wave_id] = release
    overtaken, going_on = ordering.overtaken(newest.values()), releasing_jobs.going_on()
    rows = [
        _row(
            wave,
            made := newest.get(wave.pk),
            is_made=wave.pk in going_on,
            overtaken=made is not None and made.pk in overtaken,
        )
        for wave in over
    ]
    return render(request, "analytics/releases/list.html", {"rows": rows})


def _row(wave: Wave, release: Release | None, *, is_made: bool, overtaken: bool) -> Row:
    missing = _named(release.checks.get("missing", [])) if release else ""
    if is_made:
        return Row(wave, release, BEING_MADE, "Wait: workers are at it", missing)
    if release is None:
        return Row(wave, None, NOT_BEGUN, "Prepare it", missing)
    stage = publishing.stage_of(release, overtaken=overtaken)
    return Row(wave, release, stage.value, NEXT[stage], missing)


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


@never_cache
@login_required
@require_safe
def release(request: HttpRequest, slug: str) -> HttpResponse:
    """One wave's newest release: where it stands, what was found, and what comes next."""
    _require(request)
    return _show(request, _wave(slug))


@never_cache
@login_required
@require_safe
def state(request: HttpRequest, slug: str) -> JsonResponse:
    """How far workers are, for the script of the page. A step that is over has ended."""
    _require(request)
    now = releasing_jobs.standing(_wave(slug))
    ended = now.step != request.GET.get("step", "")
    return JsonResponse({"done": now.done, "total": now.total, "ended": ended, "words": ""})


@never_cache
@login_required
@require_POST
def prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the figures made, by workers: the keys are there."""
    by, wave = _require(request), _wave(slug)
    form = NoteForm(request.POST, correcting=_is_correction(wave))

    def act() -> str:
        releasing_jobs.ask(wave=wave, by=by, note=form.cleaned_data.get("note", ""))
        return "Workers make the figures now. You may leave this page: the work goes on."

    return _done(request, wave, act, {"note_form": form})


@never_cache
@login_required
@require_POST
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Have what is prepared checked again."""
    by, wave = _require(request), _wave(slug)

    def act() -> str:
        releasing_jobs.ask_to_check(release=_read(request, wave), by=by)
        return "Workers check the figures now."

    return _done(request, wave, act)


@never_cache
@login_required
@require_POST
def sign_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Stand for the figures, once."""
    by, wave = _require(request), _wave(slug)

    def act() -> str:
        read = _read(request, wave)
        if any(each.by_id == by.pk for each in publishing.signed_by(read)):
            raise Refused("You have signed it off already. Somebody else must read it and sign.")
        publishing.sign_off(release=read, by=by, now=timezone.now())
        left = SIGNATURES - publishing.signatures(read)
        return "You have signed it off." + (" One more person must." if left > 0 else "")

    return _done(request, wave, act)


@never_cache
@login_required
@require_POST
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Say when it comes out."""
    by, wave = _require(request), _wave(slug)
    form = ScheduleForm(request.POST, today=timezone.localdate())

    def act() -> str:
        found = publishing.schedule(
            release=_read(request, wave),
            at=form.cleaned_data["moment"],
            by=by,
            now=timezone.now(),
        )
        at = timezone.localtime(found.publish_at)
        return f"It comes out at {at:%H:%M} on {at:%A, %-d %B %Y}."

    return _done(request, wave, act, {"schedule_form": form})


@never_cache
@login_required
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Let it out now."""
    by, wave = _require(request), _wave(slug)
    form = PublishForm(request.POST)

    def act() -> str:
        found = publishing.publish(release=_read(request, wave), by=by, now=timezone.now())
        return f"{found} is published."

    return _done(request, wave, act, {"publish_form": form})


@never_cache
@login_required
@require_POST
def early_access(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down who sees it before it is out."""
    by, wave = _require(request), _wave(slug)
    form = EarlyAccessForm(request.POST)

    def act() -> str:
        found = publishing.let_see_early(
            release=_read(request, wave), by=by, now=timezone.now(), **form.cleaned_data
        )
        return f"Written down: {found}."

    return _done(request, wave, act, {"early_form": form})


def _done(
    request: HttpRequest,
    wave: Wave,
    act: Callable[[], str],
    forms: dict[str, BaseForm] | None = None,
) -> HttpResponse:
    """Do it where the form is right; the page again, with what it says or why it cannot be."""
    if any(not form.is_valid() for form in (forms or {}).values()):
        return _show(request, wave, forms=forms, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        said = act()
    except Refused as refused:
        return _show(request, wave, forms=forms, refusal=str(refused), status=HTTPStatus.CONFLICT)
    messages.success(request, said)
    return redirect("staff-release", wave.slug)


def _show(
    request: HttpRequest,
    wave: Wave,
    *,
    forms: dict[str, BaseForm] | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    made, now = _newest(wave), releasing_jobs.standing(wave)
    correcting = _is_correction(wave)
    content: dict[str, Any] = {
        "wave": wave,
        "over": wave.public_key is not None and wave.closes_on < timezone.localdate(),
        "release": made,
        "now": now,
        "counted_in": COUNTED_IN.get(now.step, ""),
        "correcting": correcting,
        "refusal": refusal,
        "wrong": [form for form in (forms or {}).values() if form.errors],
        "note_form": NoteForm(correcting=correcting, before=_note_before(made)),
        "schedule_form": ScheduleForm(today=timezone.localdate()),
        "publish_form": PublishForm(),
        "early_form": EarlyAccessForm(),
        **(_about(made, wave, person(request)) if made else {"stage": None}),
        **(forms or {}),
    }
    return render(request, "analytics/releases/release.html", content, status=status)


def _about(made: Release, wave: Wave, reader: User) -> dict[str, Any]:
    """What the page says of a release, and what this reader may do about it."""
    signed, overtaken = publishing.signed_by(made), ordering.overtaken([made]).get(made.pk, "")
    stage = publishing.stage_of(made, overtaken=bool(overtaken))
    found = _found(made.checks.get("found", []))
    parts = wave.participations.select_related("authority").order_by("authority__name")
    authorities = [part.authority for part in parts]
    missing = made.checks.get("missing", [])
    return {
        "stage": stage,
        "name_of_stage": stage.name,
        "overtaken": overtaken,
        "passed_over": [] if made.published_at else ordering.passed_over_by(wave),
        "found": found[:MOST_FOUND],
        "more_found": max(0, len(found) - MOST_FOUND),
        "missing": missing,
        "authorities": authorities,
        "with_figures": len(authorities) - len(missing),
        "signed": signed,
        "signatures_left": SIGNATURES - len(signed),
        "has_signed": any(each.by_id == reader.pk for each in signed),
        "early": list(made.early_access.select_related("given_by")),
        "cost": _cost(made),
        "how_much": shown.of_release(made) if made.digest else None,
        "earlier": list(Release.objects.of(wave).filter(number__lt=made.number)),
    }


def _found(sentences: Iterable[str]) -> list[str]:
    """What a check found, with names for codes and without what could be told of a few."""
    names = dict(Authority.objects.values_list("gss_code", "name"))
    names |= dict(Region.objects.values_list("gss_code", "name"))
    names[ENGLAND] = "England"
    said = []
    for sentence in sentences:
        area, comma, rest = publishing.without_numbers(sentence).partition(",")
        said.append(f"{names.get(area, area)}{comma}{rest}")
    return said


def _cost(made: Release) -> Any:
    rows = Background.objects.filter(release=made, area=ENGLAND, topic=costs.TOPIC)
    return rows.values_list("value", flat=True).first()


def _note_before(made: Release | None) -> str:
    """A correction that is prepared again still corrects the same."""
    return made.note if made and not made.published_at else ""


def _is_correction(wave: Wave) -> bool:
    return Release.objects.of(wave).published().exists()


def _newest(wave: Wave) -> Release | None:
    found = with_surveys(Release.objects.of(wave)).select_related("published_by")
    return found.prefetch_related("sign_offs__by").order_by("-number").first()


def _read(request: HttpRequest, wave: Wave) -> Release:
    """The release, as whoever presses has read it.

    Raises:
        Refused: there is none, or its figures are others by now.
    """
    made = _newest(wave)
    if made is None or made.digest != request.POST.get("digest", ""):
        raise Refused("The figures are not those that this page showed. Read them as they are now.")
    return made


def _require(request: HttpRequest) -> User:
    access.require(request.user, Permission.RUN_WAVES)
    return person(request)


def _wave(slug: str) -> Wave:
    found = Wave.objects.select_related("version").filter(slug=slug)
    wave = found.defer("version__source", "version__translations").first()
    if wave is None:
        raise Http404("There is no such wave.")
    return wave
