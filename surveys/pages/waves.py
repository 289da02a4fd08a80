"""For the national team: waves, from planning to closing."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities import access
from authorities.models import Authority, User
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import (
    burden,
    closing,
    eligible,
    fielding,
    jobs,
    opening,
    planning,
    plans,
    rotation,
    samples,
    taking_part,
    wave_jobs,
)
from surveys.errors import Refused
from surveys.models import EligiblePopulation, Job, Participation, Wave
from surveys.opening import Need, Standing
from surveys.pages import eligible_upload
from surveys.pages.wave_forms import CloseForm, ExtendForm, PeopleForm, PlanFileForm, PlanForm
from surveys.problems import DefinitionError

LATEST_WORK = 3  # what workers did for a wave lately: opening it, settling it


@dataclass(frozen=True, slots=True)
class Row:
    """A wave as the list shows it."""

    wave: Wave
    state: str
    opened: int
    joined: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way of a wave, and where it is taken."""

    title: str
    done: bool
    words: str
    address: str


def state_of(wave: Wave, today: date) -> str:
    """In one word or two, where a wave stands."""
    if wave.released_on is not None:
        return "released"
    if wave.public_key is None:
        return "planned"
    if wave.ended_on is not None or wave.closes_on < today:
        return "over"
    return "open" if wave.opens_on <= today else "opens soon"


@never_cache
@login_required
@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    """All waves, the newest first."""
    _require(request)
    today = localdate()
    found = Wave.objects.select_related("version").order_by("-opens_on", "-pk")
    joined: dict[int, list[date | None]] = {}
    for wave_id, opened_on in Participation.objects.values_list("wave", "opened_on").order_by():
        joined.setdefault(wave_id, []).append(opened_on)
    rows = [
        Row(
            wave,
            state_of(wave, today),
            sum(each is not None for each in joined.get(wave.pk, [])),
            len(joined.get(wave.pk, [])),
        )
        for wave in found
    ]
    return render(request, "surveys/waves/list.html", {"rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a wave: typed in, or from a file."""
    by = _require(request)
    form, by_file, made = PlanForm(), PlanFileForm(), None
    if "by_file" in request.POST:
        by_file = PlanFileForm(request.POST, request.FILES)
        made = _done(by_file, lambda: taking_part.plan_from(plan=by_file.plan(), by=by)[0])
    elif request.method == "POST":
        form = PlanForm(request.POST)
        made = _done(
            form,
            lambda: planning.plan_on(slug=form.cleaned_data["slug"], terms=form.terms(), by=by),
        )
    if made is not None:
        messages.success(request, f"{made} is planned. It can be changed until it is opened.")
        return redirect("wave", made.slug)
    shown = {"form": form, "by_file": by_file}
    return _form_page(request, "surveys/waves/new.html", shown, form, by_file)


@never_cache
@login_required
@require_safe
def wave(request: HttpRequest, slug: str) -> HttpResponse:
    """One wave: where it stands, what comes next, and who is not ready."""
    _require(request)
    return _show(request, _wave(slug))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """What is planned; until it is open it can be changed here, or with a file."""
    by, wave = _require(request), _wave(slug)
    form, by_file, changed = PlanForm(wave=wave), PlanFileForm(), None
    was = request.POST.get("was", "")
    if "by_file" in request.POST:
        by_file = PlanFileForm(request.POST, request.FILES)
        changed = _done(
            by_file,
            lambda: taking_part.change_from(wave=wave, plan=by_file.plan(), was=was, by=by),
        )
    elif request.method == "POST":
        form = PlanForm(request.POST, wave=wave)
        changed = _done(
            form, lambda: planning.change_plan(wave=wave, terms=form.terms(), was=was, by=by)
        )
    if changed is not None:
        messages.success(request, f"The plan of {changed} is changed.")
        return redirect("wave", wave.slug)
    shown = {
        "wave": wave,
        "form": form,
        "by_file": by_file,
        "state": planning.state_of(wave),
        "months": _months(wave),
        "clashes": burden.clashes(wave),
    }
    return _form_page(request, "surveys/waves/plan.html", shown, form, by_file)


@never_cache
@login_required
@require_safe
def plan_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan as a document, with all who take part."""
    _require(request)
    wave = _wave(slug)
    text = plans.write(planning.plan_of(wave))
    return _file(text, f"{wave.slug}.toml", "application/toml; charset=utf-8")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authorities(request: HttpRequest, slug: str) -> HttpResponse:
    """Who takes part, and who is a pilot; posted to, more join or other pilots are chosen."""
    by, wave = _require(request), _wave(slug)
    form = PeopleForm(request.POST or None)
    refusal = ""
    if request.method == "POST":
        try:
            said = _join_or_choose(request, wave, form, by)
        except Refused as refused:
            refusal = str(refused)
        else:
            if said:
                messages.success(request, said)
                return redirect("wave-authorities", wave.slug)
    parts = wave.participations.select_related("authority").order_by("authority__name")
    missing = {each.participation.pk: each for each in opening.standings(wave, localdate())}
    there = [part.authority_id for part in parts]
    others = Authority.objects.in_force_on(wave.opens_on).exclude(pk__in=there)
    shown = {
        "wave": wave,
        "rows": [(part, missing.get(part.pk)) for part in parts],
        "others": list(others.order_by("name")),
        "form": form,
        "refusal": refusal,
        "asked": "usual" in request.POST,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "surveys/waves/authorities.html", shown, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, slug: str) -> HttpResponse:
    """How many could answer in each authority; posted to, a file of all of them is taken in."""
    by, wave = _require(request), _wave(slug)
    upload = eligible_upload.Upload()
    if request.method == "POST":
        upload = eligible_upload.taken(request, wave, own=None, by=by)
        if upload.done:
            messages.success(request, upload.done)
            return redirect("wave-eligible", wave.slug)
    shown = {"wave": wave, "rows": samples.rows(wave), "upload": upload, "known": _known(wave)}
    return render(request, "surveys/waves/eligible.html", shown, status=upload.status)


@never_cache
@login_required
@require_safe
def numbers_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers that are there, as a file that can be changed and uploaded again."""
    _require(request)
    wave = _wave(slug)
    return eligible_file(EligiblePopulation.objects.filter(participation__wave=wave), wave.slug)


@never_cache
@login_required
@require_safe
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """How many to invite in each authority, what that tells, and what it asks of families."""
    _require(request)
    wave = _wave(slug)
    rows = samples.rows(wave)
    shown = {
        "wave": wave,
        "rows": rows,
        "minutes": samples.minutes_of(wave.version.definition),
        "months": _months(wave),
        "clashes": burden.clashes(wave),
        "twice": sum(row.twice for row in rows),
        "invitations": sum(row.sample.invitations for row in rows if row.eligible),
        "too_small": sum(row.sample.reach in ("pooled", "never") for row in rows if row.eligible),
    }
    return render(request, "surveys/waves/sample.html", shown)


@never_cache
@login_required
@require_POST
def open_(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a wave to be opened, by a worker: the keys are made where they are kept."""
    by, wave = _require(request), _wave(slug)
    try:
        fielding.refuse_if_over(wave, today=localdate())
    except Refused as refused:
        return _show(request, wave, refusal=str(refused))
    job = jobs.ask(kind=wave_jobs.OPEN, by=by, wave=wave, total=1)
    return redirect("job", job.pk)


@never_cache
@login_required
@require_POST
def open_to_all(request: HttpRequest, slug: str) -> HttpResponse:
    """Open every authority that is ready, after the pilots or because it joined late."""
    by, wave = _require(request), _wave(slug)
    try:
        number = fielding.open_to_all(wave=wave, today=localdate(), by=by)
    except Refused as refused:
        return _show(request, wave, refusal=str(refused))
    messages.success(request, _opened(number))
    return redirect("wave", wave.slug)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """What closing will do is read first."""
    by, wave = _require(request), _wave(slug)
    form, refusal = CloseForm(request.POST or None), ""
    if form.is_valid():
        tonight = form.cleaned_data["when"] == "tonight"
        act = closing.close_tonight if tonight else closing.close_now
        try:
            messages.success(request, _closed(wave, by_us=act(wave=wave, today=localdate(), by=by)))
        except Refused as refused:
            refusal = str(refused)
        else:
            return redirect("wave", wave.slug)
    today = localdate()
    shown = {
        "wave": wave,
        "state": state_of(wave, today),
        "form": form,
        "refusal": refusal,
        "does": closing.consequences(wave, today=today),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "surveys/waves/close.html", shown, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a wave run longer, with a reason."""
    by, wave = _require(request), _wave(slug)
    form = ExtendForm(request.POST or None)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            wave = closing.extend(wave=wave, today=localdate(), by=by, **given)
        except Refused as refused:
            form.add_error("until", str(refused))
            wave = _wave(slug)
        else:
            messages.success(request, f"{wave} runs until {wave.closes_on:%-d %B %Y}.")
            return redirect("wave", wave.slug)
    shown = {"wave": wave, "state": state_of(wave, localdate()), "form": form}
    return _form_page(request, "surveys/waves/extend.html", shown, form)


def eligible_file(found: Any, name: str) -> HttpResponse:
    """Rows of `EligiblePopulation` as a file. Every cell is a code or a number of ours."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(["gss_code", "service", "age_band", "sex", "number"])
    writer.writerows(
        found.order_by("participation__authority__gss_code", "service", "age_band", "sex")
        .values_list("participation__authority__gss_code", "service", "age_band", "sex", "number")
        .iterator()
    )
    return _file(file.getvalue(), f"eligible-{name}.csv", "text/csv; charset=utf-8")


def _join_or_choose(request: HttpRequest, wave: Wave, form: PeopleForm, by: User) -> str:
    """What was done, in a sentence; "" where the form has an error of its own."""
    if "pilots" in request.POST:
        number = taking_part.choose_pilots(
            wave=wave, gss_codes=request.POST.getlist("pilot"), by=by
        )
        return f"{number} pilot{'' if number == 1 else 's'} chosen."
    in_force = Authority.objects.in_force_on(wave.opens_on)
    if "everyone" not in request.POST:
        in_force = in_force.filter(gss_code__in=request.POST.getlist("join"))
    usual = None
    if "usual" in request.POST:
        if not form.is_valid():
            return ""
        usual = form.people()
    joined, unknown = taking_part.join_many(wave=wave, authorities=in_force, usual=usual, by=by)
    return _joined(len(joined), unknown)


def _joined(number: int, unknown: list[Authority]) -> str:
    said = f"{number} joined."
    if unknown:
        named = ", ".join(map(str, unknown[:5])) + (" and others" if len(unknown) > 5 else "")
        said += (
            f" {len(unknown)} did not, because they took part in no wave before, so that nobody is "
            f"known whom families could turn to: {named}. Name somebody for them below."
        )
    return said


def _opened(number: int) -> str:
    if not number:
        return "Nobody else is ready. What each one lacks is below."
    return f"Families in {number} more authorit{'y' if number == 1 else 'ies'} can answer now."


def _closed(wave: Wave, *, by_us: bool) -> str:
    now = Wave.objects.get(pk=wave.pk)
    if by_us and now.ended_on is None:
        return f"{now} closes tonight: today is its last day."
    if by_us:
        return f"{now} is closed. Its last day is {now.closes_on:%-d %B %Y}."
    if now.ended_on is None and now.closes_on == localdate():
        return f"Today is the last day of {now} already: it closes tonight. Nothing was changed."
    return (
        f"{now} was closed already: its last day was {now.closes_on:%-d %B %Y}. Nothing was done "
        "twice."
    )


def _show(request: HttpRequest, wave: Wave, *, refusal: str = "") -> HttpResponse:
    today = localdate()
    waiting = opening.standings(wave, today)
    opened, joined = wave.participations.opened().count(), wave.participations.count()
    state = state_of(wave, today)
    pilots = wave.participations.filter(pilot=True).count()
    shown = {
        "wave": wave,
        "state": state,
        "can_change": state in ("open", "opens soon"),
        "opened": opened,
        "joined": joined,
        "pilots": pilots,
        "waiting": waiting,
        "ready": sum(each.ready for each in waiting),
        "needs": _needs(waiting),
        "steps": _steps(wave, waiting, opened=opened, joined=joined, state=state),
        "months": _months(wave),
        "usual_promise": wave.promise == planning.DEFAULT_PROMISE,
        "clashes": burden.clashes(wave) if wave.public_key is None else [],
        "work": [
            (job, jobs.kind_of(job))
            for job in Job.objects.filter(wave=wave, authority=None)[:LATEST_WORK]
        ],
        "refusal": refusal,
    }
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "surveys/waves/wave.html", shown, status=status)


def _needs(waiting: list[Standing]) -> list[tuple[str, int]]:
    """What is missing most often, in words, and in how many authorities."""
    words = {
        Need.HELP: "whom families can turn to",
        Need.COVER: "who answers out of office hours",
        Need.LISTENER: "a listener",
        Need.ELIGIBLE: "how many could answer",
        Need.YEAR: "a year since families were asked last",
    }
    counted = [
        (words[need], sum(any(it.need is need for it in each.missing) for each in waiting))
        for need in Need
    ]
    return [(what, number) for what, number in counted if number]


def _steps(
    wave: Wave, waiting: list[Standing], *, opened: int, joined: int, state: str
) -> list[Step]:
    without_numbers = sum(any(it.need is Need.ELIGIBLE for it in each.missing) for each in waiting)
    begun = wave.public_key is not None
    unconfirmed = eligible.unconfirmed(wave)
    return [
        Step(
            "Plan it",
            done=True,
            words=f"{wave.version}",
            address=reverse("wave-plan", args=[wave.slug]),
        ),
        Step(
            "Say who takes part",
            done=joined > 0,
            words=f"{joined} authorit{'y' if joined == 1 else 'ies'}",
            address=reverse("wave-authorities", args=[wave.slug]),
        ),
        Step(
            "Say how many could answer",
            joined > 0 and not without_numbers,
            f"known in {joined - without_numbers} of {joined}"
            + (f"; not confirmed in {unconfirmed}" if unconfirmed else ""),
            reverse("wave-eligible", args=[wave.slug]),
        ),
        Step(
            "See how many to invite",
            begun,
            "and what it asks of families",
            reverse("wave-sample", args=[wave.slug]),
        ),
        Step("Open it", begun, f"open in {opened} of {joined}", ""),
        Step("Close it", state in ("over", "released"), f"last day {wave.closes_on:%-d %B %Y}", ""),
    ]


def _months(wave: Wave) -> str:
    """Whom a wave asks where letters are posted: months of birth, in words; "" for all."""
    asked = rotation.months_asked(wave)
    return "" if len(asked) == 12 else ", ".join(rotation.MONTHS[each - 1] for each in asked)


def _known(wave: Wave) -> dict[str, Any]:
    return {"ages": [each.code for each in wave.version.definition.age_versions]}


def _done(form: Form, act: Callable[[], Wave]) -> Wave | None:
    """What the act gives, where the form is in order; else what is wrong stands in the form."""
    if not form.is_valid():
        return None
    try:
        return act()
    except DefinitionError as wrong:
        for problem in wrong.problems:
            form.add_error(None, str(problem))
    except Refused as refused:
        form.add_error(None, str(refused))
    return None


def _form_page(
    request: HttpRequest, template: str, shown: dict[str, Any], *forms: Form
) -> HttpResponse:
    wrong = [form for form in forms if form.errors]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, template, {**shown, "wrong": wrong}, status=status)


def _file(text: str, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _wave(slug: str) -> Wave:
    found = Wave.objects.select_related("version").filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such wave.")
    return found


def _require(request: HttpRequest) -> User:
    access.require(request.user, Permission.RUN_WAVES)
    return person(request)
