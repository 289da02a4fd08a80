"""For an authority's coordinator, and the national team: one authority's part in a wave."""

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities import access
from authorities.pages.staff_only import person
from authorities.roles import Permission
from surveys import burden, eligible, opening, rotation, samples, taking_part
from surveys.errors import Refused
from surveys.models import EligiblePopulation, Participation
from surveys.pages import eligible_upload
from surveys.pages.eligible_upload import Upload
from surveys.pages.wave_forms import PeopleForm, ReasonForm
from surveys.pages.waves import eligible_file, state_of

_MAY = Permission.INVITE_FAMILIES


@never_cache
@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The authorities of this person in waves that are not over, and what each still needs."""
    access.require_somewhere(request.user, _MAY)
    today = localdate()
    theirs = access.authorities_for(request.user, _MAY)
    found = (
        Participation.objects.filter(authority__in=theirs, wave__closes_on__gte=today)
        .select_related("wave", "authority", "version")
        .order_by("wave__opens_on", "authority__name")
    )
    rows = opening.standings_of(found, today)
    return render(request, "surveys/waves/places.html", {"rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """What an authority needs to take part; posted to, whom its families can turn to is named."""
    part = _part(request, slug, gss_code)
    if request.method == "POST":
        form = PeopleForm(request.POST)
        if form.is_valid():
            try:
                taking_part.name_people(
                    participation=part, people=form.people(), by=person(request)
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "Saved. Families see it at once.")
                return redirect("taking-part", slug, gss_code)
        return _show(request, part, form=form)
    return _show(request, part, form=PeopleForm(initial=_people_of(part)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """How many could answer here, beside last time and the national figures; a file is taken in."""
    part = _part(request, slug, gss_code)
    upload = Upload()
    if request.method == "POST":
        upload = _numbers(request, part)
        if upload.done:
            messages.success(request, upload.done)
            return redirect("eligible-of", slug, gss_code)
    [row] = samples.rows(part.wave, of=[part])
    shown = {
        "part": part,
        "wave": part.wave,
        "lines": eligible.lines(part),
        "cells": part.eligible.exclude(age_band="", sex="").order_by("service", "age_band", "sex"),
        "row": row,
        "upload": upload,
        "known": {"ages": [each.code for each in part.version.definition.age_versions]},
    }
    return render(request, "surveys/waves/eligible_of.html", shown, status=upload.status)


def _numbers(request: HttpRequest, part: Participation) -> Upload:
    """What came of a file, or of saying that the numbers which are there are right."""
    by = person(request)
    if "right" not in request.POST:
        return eligible_upload.taken(request, part.wave, own=part.authority, by=by)
    there = eligible_file(EligiblePopulation.objects.filter(participation=part), "").content
    return eligible_upload.confirmed(there, part.wave, own=part.authority, by=by)


@never_cache
@login_required
@require_safe
def numbers_file(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """The numbers that are there, as a file that can be changed and uploaded again."""
    part = _part(request, slug, gss_code)
    found = EligiblePopulation.objects.filter(participation=part)
    return eligible_file(found, f"{slug}-{gss_code}")


@never_cache
@login_required
@require_POST
def leave(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """Take the authority out of the wave: for the national team, as long as nobody was invited."""
    access.require(request.user, Permission.RUN_WAVES)
    part = _part(request, slug, gss_code)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            taking_part.leave(participation=part, why=form.cleaned_data["why"], by=person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{part.authority} takes no part in {part.wave}.")
            return redirect("wave-authorities", slug)
    return _show(request, part, form=PeopleForm(initial=_people_of(part)), leaving=form)


def _show(
    request: HttpRequest,
    part: Participation,
    *,
    form: PeopleForm,
    leaving: ReasonForm | None = None,
) -> HttpResponse:
    today = localdate()
    [row] = samples.rows(part.wave, of=[part])
    months = rotation.months_asked(part.wave)
    wrong = [each for each in (form, leaving) if each is not None and each.errors]
    shown = {
        "part": part,
        "wave": part.wave,
        "state": state_of(part.wave, today),
        "missing": [] if part.opened_on else _to_mend(part, today),
        "row": row,
        "minutes": samples.minutes_of(part.version.definition),
        "waits_for": burden.waits_for(part, today=today),
        "months": [rotation.MONTHS[each - 1] for each in months] if len(months) < 12 else [],
        "form": form,
        "leaving": leaving or ReasonForm(),
        "wrong": wrong,
        "runs_waves": access.may(request.user, Permission.RUN_WAVES),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "surveys/waves/place.html", shown, status=status)


def _to_mend(part: Participation, today: date) -> list[tuple[str, str]]:
    """What is missing, as a sentence and the address at which it is mended."""
    return [
        (it.sentence, reverse(it.url_name, args=it.args) + ("#people" if it.here else ""))
        for it in opening.what_is_missing(part, today)
    ]


def _people_of(part: Participation) -> dict[str, str]:
    names = ("help_name", "help_phone", "cover_name", "cover_phone")
    return {name: getattr(part, name) for name in names}


def _part(request: HttpRequest, slug: str, gss_code: str) -> Participation:
    """Raises: Http404: nobody such takes part. PermissionDenied: it is not this person's."""
    found = (
        Participation.objects.filter(wave__slug=slug, authority__gss_code=gss_code)
        .select_related("wave__version", "authority", "version")
        .first()
    )
    access.require(request.user, _MAY, found.authority if found else None)
    if found is None:
        raise Http404("This authority takes no part in this wave.")
    return found
