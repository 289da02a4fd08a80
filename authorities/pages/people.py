"""People and their roles: who there is, who was invited, and what a national administrator changes.

Every page asks for MANAGE_PEOPLE, nationally, and every act takes a reason.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from authorities import access, appointing, factors, people
from authorities.errors import Refused
from authorities.models import Authority, Membership, StaffInvitation, User
from authorities.pages.forms import (
    GiveForm,
    InviteForm,
    PersonForm,
    ReasonForm,
    RecognisedForm,
    SearchForm,
)
from authorities.pages.staff_only import person
from authorities.roles import Permission

PEOPLE_ON_A_PAGE = 50

View = Callable[..., HttpResponse]


def _for_administrators(view: View) -> View:
    @never_cache
    @login_required
    @wraps(view)
    def page(request: HttpRequest, **place: int) -> HttpResponse:
        access.require(request.user, Permission.MANAGE_PEOPLE, today=timezone.localdate())
        return view(request, **place)

    return page


@_for_administrators
@require_safe
def everyone(request: HttpRequest) -> HttpResponse:
    today, search = timezone.localdate(), SearchForm(request.GET)
    wanted = search.cleaned_data if search.is_valid() else {}
    pages = Paginator(_found(today=today, **wanted), PEOPLE_ON_A_PAGE)
    waiting = StaffInvitation.objects.waiting().select_related("authority", "invited_by")
    against = Membership.objects.held_between(today, None).held_against_the_rule()
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "staff/people.html",
        {
            "search": search,
            "page": pages.get_page(request.GET.get("page")),
            "query": query.urlencode(),
            "waiting": waiting,
            "now": timezone.now(),
            "against": against.select_related("user", "authority").order_by("user", "pk"),
        },
    )


def _found(
    *, today: date, name: str = "", role: str = "", authority: Authority | None = None
) -> Any:
    held = Membership.objects.held_between(today, None).select_related("authority")
    wanted = held
    if role:
        wanted = wanted.filter(role=role)
    if authority is not None:
        wanted = wanted.over(authority)
    found = User.objects.annotate(with_factor=factors.has_one())
    if role or authority is not None:
        found = found.filter(pk__in=wanted.values("user"))
    if name:
        found = found.filter(Q(name__icontains=name) | Q(email__icontains=name))
    return found.prefetch_related(
        Prefetch("memberships", queryset=held, to_attr="roles_held")
    ).order_by("-is_active", "name", "pk")


@_for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        invited = _tried(
            form,
            lambda: appointing.invite(
                by=person(request),
                now=timezone.now(),
                today=timezone.localdate(),
                **form.chosen(),
            ),
        )
        if invited:
            messages.success(
                request, f"An invitation is on its way to {form.cleaned_data['email']}."
            )
            return redirect("staff-people")
    return render(request, "staff/invite.html", {"form": form}, status=_status(form))


@_for_administrators
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(StaffInvitation, pk=pk)
    try:
        appointing.resend(invitation=invitation, by=person(request), now=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Another link is on its way to {invitation.email}.")
    return redirect("staff-people")


@_for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(StaffInvitation.objects.select_related("authority"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _tried(
        form,
        lambda: appointing.revoke(
            invitation=invitation, by=person(request), now=timezone.now(), **form.cleaned_data
        ),
    ):
        messages.success(request, f"The invitation to {invitation.email} is taken back.")
        return redirect("staff-people")
    return render(
        request,
        "staff/revoke.html",
        {"form": form, "invitation": invitation},
        status=_status(form),
    )


# --- one person ----------------------------------------------------------------------------------


@_for_administrators
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(User, pk=pk))


@_for_administrators
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST, prefix="change")
    return _done(
        request,
        user,
        form,
        lambda: people.change(user=user, by=person(request), **form.cleaned_data),
        "What you changed is kept.",
    )


@_for_administrators
@require_POST
def close_or_open(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST, prefix="closing")
    opening = request.POST.get("open") == "yes"
    return _done(
        request,
        user,
        form,
        lambda: people.change(
            user=user, by=person(request), is_active=opening, **form.cleaned_data
        ),
        "The account is open again." if opening else "The account is closed, everywhere.",
    )


@_for_administrators
@require_POST
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = RecognisedForm(request.POST, prefix="factor")
    return _done(
        request,
        user,
        form,
        lambda: factors.reset(user=user, by=person(request), **form.cleaned_data),
        f"{user.name} signs in by password once, and then sets up another second factor.",
    )


@_for_administrators
@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = GiveForm(request.POST, prefix="give")
    return _done(
        request,
        user,
        form,
        lambda: people.grant(
            user=user, by=person(request), today=timezone.localdate(), **form.chosen()
        ),
        "The role is given, from today.",
    )


@_for_administrators
@require_POST
def end_role(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    role = get_object_or_404(Membership.objects.select_related("user"), pk=membership, user=pk)
    form = ReasonForm(request.POST, prefix="ending")
    yesterday = timezone.localdate() - timedelta(days=1)
    return _done(
        request,
        role.user,
        form,
        lambda: people.end(
            membership=role, last_day=yesterday, by=person(request), **form.cleaned_data
        ),
        "The role is ended. It gives nothing any more.",
        ending_role=role.pk,
    )


def _done(
    request: HttpRequest,
    user: User,
    form: forms.Form,
    act: Callable[[], object],
    said: str,
    *,
    ending_role: int | None = None,
) -> HttpResponse:
    if form.is_valid() and _tried(form, act):
        messages.success(request, said)
        return redirect("staff-person", pk=user.pk)
    # As it stands: a rule that refused may have changed the one in hand.
    return _show(request, User.objects.get(pk=user.pk), form, ending_role=ending_role)


def _tried(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether a rule did what was asked; if not, the form says why."""
    try:
        act()
    except ValidationError as wrong:
        form.add_error(None, wrong if not hasattr(wrong, "error_dict") else wrong.messages)
    except Refused as refused:
        form.add_error(None, str(refused))
    return not form.errors


def _status(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _show(
    request: HttpRequest,
    user: User,
    sent: forms.Form | None = None,
    *,
    ending_role: int | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    roles = user.memberships.select_related("authority").order_by("held_until", "role")
    usual = {
        "change": PersonForm(
            prefix="change",
            initial={"name": user.name, "email": user.email, "is_staff": user.is_staff},
        ),
        "give": GiveForm(prefix="give"),
        "closing": ReasonForm(prefix="closing"),
        "factor": RecognisedForm(prefix="factor"),
        "ending": ReasonForm(prefix="ending"),
    }
    shown: dict[str, Any] = {
        "person": user,
        "is_oneself": user == request.user,
        "roles": roles.held_between(today, None),
        "past": roles.filter(held_until__lt=today),
        "factors": factors.in_words(user),
        "sent": sent,
        "ending_role": ending_role,
        **usual,
    }
    if sent is not None:
        shown[str(sent.prefix)] = sent
    status = HTTPStatus.OK if sent is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "staff/person.html", shown, status=status)
