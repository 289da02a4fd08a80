"""For planners and improvement leads: what an authority will do about its figures."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.models import Authority
from authorities.pages.staff_only import person
from improvement import outcomes, planning
from improvement.errors import Refused
from improvement.expectations import plannable
from improvement.models import Plan
from improvement.outcomes import Standing
from improvement.pages.plan_forms import EndForm, PlanForm
from improvement.planning import MAY


@dataclass(frozen=True, slots=True)
class Place:
    """An authority, and how many plans it has."""

    authority: Authority
    open: int
    ended: int
    late: int


@never_cache
@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The authorities for which this person plans; where there is one alone, its plans."""
    access.require_somewhere(request.user, MAY)
    today = localdate()
    theirs = list(access.authorities_for(request.user, MAY).in_force_on(today))
    if len(theirs) == 1:
        return redirect("plans-of", theirs[0].gss_code)
    is_open = Q(state=Plan.State.OPEN)
    counted = (
        Plan.objects.filter(authority__in=theirs)
        .order_by()
        .values("authority")
        .annotate(
            open=Count("pk", filter=is_open),
            ended=Count("pk", filter=~is_open),
            late=Count("pk", filter=is_open & Q(by_when__lt=today)),
        )
    )
    numbers = {pk: more for pk, *more in counted.values_list("authority", "open", "ended", "late")}
    rows = [Place(each, *numbers.get(each.pk, (0, 0, 0))) for each in theirs]
    return render(request, "improvement/places.html", {"rows": rows})


@never_cache
@login_required
@require_safe
def of_authority(request: HttpRequest, gss_code: str) -> HttpResponse:
    """The plans of an authority, each beside what became of it."""
    authority = _authority(request, gss_code)
    today = localdate()
    found = planning.plans_for(person(request), authority)
    releases = outcomes.published(authority, today=today)
    standings = outcomes.standings(authority, found, releases)
    return render(
        request,
        "improvement/plans.html",
        {
            "authority": authority,
            "today": today,
            "open": [each for each in standings if each.plan.state == Plan.State.OPEN],
            "ended": [each for each in standings if each.plan.state != Plan.State.OPEN],
            "released": bool(releases),
        },
    )


@never_cache
@login_required
@require_safe
def choose(request: HttpRequest, gss_code: str) -> HttpResponse:
    """Which figure a new plan is about: one of those that everybody sees."""
    authority = _authority(request, gss_code)
    starts = outcomes.starts(authority, today=localdate())
    shown = {
        "authority": authority,
        "starts": list(starts.values()),
        "hidden": [each.name for code, each in plannable().items() if code not in starts],
    }
    return render(request, "improvement/choose.html", shown)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, gss_code: str, indicator: str) -> HttpResponse:
    """A new plan, from the figure as it is published today."""
    authority = _authority(request, gss_code)
    start = outcomes.starts(authority, today=localdate()).get(indicator)
    if start is None:
        return redirect("plan-choose", authority.gss_code)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        measure=start.measure,
        period_end=start.release.wave.period_end,
    )
    if form.is_valid():
        try:
            planning.add(
                authority=authority,
                start=start,
                terms=form.terms(),
                by=person(request),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Your plan about “{start.measure.name}” is kept.")
            return redirect("plans-of", authority.gss_code)
    shown = {"authority": authority, "start": start, "form": form}
    return render(request, "improvement/new.html", shown, status=_status(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, gss_code: str, pk: int) -> HttpResponse:
    """One plan: what it says, what was changed, and a form to say it otherwise."""
    authority = _authority(request, gss_code)
    plan = _plan(authority, pk)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        measure=plan.measure,
        period_end=plan.started_in.wave.period_end,
        plan=plan,
    )
    if form.is_valid():
        try:
            planning.change(
                plan=plan,
                terms=form.terms(),
                revision=form.cleaned_data["revision"],
                why=form.cleaned_data["why"],
                by=person(request),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The plan is changed.")
            return redirect("plan", authority.gss_code, plan.pk)
    shown = {
        "authority": authority,
        "standing": _standing(plan),
        "plan": plan,
        "form": form,
        "today": localdate(),
        "history": planning.history(plan).select_related("actor"),
    }
    return render(request, "improvement/plan.html", shown, status=_status(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, gss_code: str, pk: int) -> HttpResponse:
    authority = _authority(request, gss_code)
    plan = _plan(authority, pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            planning.end(
                plan=plan,
                state=Plan.State(form.cleaned_data["state"]),
                why=form.cleaned_data["why"],
                by=person(request),
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The plan has ended. Its outcome is still looked for.")
            return redirect("plans-of", authority.gss_code)
    shown = {"authority": authority, "plan": plan, "form": form}
    return render(request, "improvement/end.html", shown, status=_status(form))


def _authority(request: HttpRequest, gss_code: str) -> Authority:
    """Raises: Http404: there is none. PermissionDenied: this person does not plan there."""
    found = Authority.objects.filter(gss_code=gss_code).first()
    access.require(request.user, MAY, found)
    if found is None:
        raise Http404("There is no such authority.")
    return found


def _plan(authority: Authority, pk: int) -> Plan:
    """Raises: Http404: this authority has no such plan."""
    found = Plan.objects.of(authority).filter(pk=pk).for_reading().first()
    if found is None:
        raise Http404("This authority has no such plan.")
    return found


def _standing(plan: Plan) -> Standing:
    releases = outcomes.published(plan.authority, today=localdate())
    [standing] = outcomes.standings(plan.authority, [plan], releases)
    return standing


def _status(form: PlanForm | EndForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
