"""Accepting an invitation: the page that the letter's link opens."""

from http import HTTPStatus

from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from authorities import appointing
from authorities.errors import PersonIsKnown, Refused
from authorities.models import StaffInvitation, User
from authorities.pages.forms import JoinForm

BACKEND = "authorities.sign_in.Backend"
# Of a link that was replaced nothing is kept, so the two are not told apart.
_NO_SUCH_LINK = (
    "No invitation has this link. Either another letter was sent to you since: then the link in "
    "the newest one is the one that opens. Or the link is not whole: then copy all of it from the "
    "letter, to its very end. If neither helps, ask a national administrator to send you another."
)


@sensitive_post_parameters("key", "password1", "password2")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """The token is in the query of the address, and in the form: it is kept nowhere between."""
    token = (request.POST if request.method == "POST" else request.GET).get("key", "")
    try:
        invitation = appointing.found(token, now=timezone.now(), today=timezone.localdate())
    except StaffInvitation.DoesNotExist:
        return _cannot(request, _NO_SUCH_LINK, HTTPStatus.NOT_FOUND)
    except appointing.Gone as gone:
        return _cannot(request, str(gone), HTTPStatus.GONE)
    signed_in = request.user if isinstance(request.user, User) else None
    try:
        appointing.see_who_accepts(invitation, signed_in)
    except Refused as refused:
        return _not_you(request, refused, signed_in)
    form = None if signed_in else JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _accept(request, token, invitation, signed_in, form)
    return _ask(request, token, invitation, form)


def _accept(
    request: HttpRequest,
    token: str,
    invitation: StaffInvitation,
    signed_in: User | None,
    form: JoinForm | None,
) -> HttpResponse:
    given = form.cleaned_data if form else {}
    try:
        user, is_new = appointing.accept(
            token=token,
            signed_in=signed_in,
            name=given.get("name", ""),
            password=given.get("password1", ""),
            now=timezone.now(),
            today=timezone.localdate(),
        )
    except StaffInvitation.DoesNotExist:
        # Sent again between the two looks at it.
        return _cannot(request, _NO_SUCH_LINK, HTTPStatus.NOT_FOUND)
    except appointing.Gone as gone:
        return _cannot(request, str(gone), HTTPStatus.GONE)
    except (Refused, PersonIsKnown) as refused:
        return _cannot(request, str(refused), HTTPStatus.CONFLICT)
    except ValidationError as wrong:
        if form is None:
            raise
        form.add_error(None, wrong.messages)
        return _ask(request, token, invitation, form)
    messages.success(request, f"You are {invitation.role_in_words} now.")
    if not is_new:
        return redirect("staff-home")
    auth.login(request, user, backend=BACKEND)
    return redirect("mfa_index")


def _ask(
    request: HttpRequest, token: str, invitation: StaffInvitation, form: JoinForm | None
) -> HttpResponse:
    wrong = form is not None and bool(form.errors)
    return render(
        request,
        "staff/invitation.html",
        {"invitation": invitation, "form": form, "token": token},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
    )


def _not_you(request: HttpRequest, refused: Refused, signed_in: User | None) -> HttpResponse:
    """Whoever has an account is sent to sign in, and comes back; somebody else is refused."""
    if signed_in is None:
        return redirect_to_login(request.get_full_path())
    return _cannot(request, str(refused), HTTPStatus.FORBIDDEN)


def _cannot(request: HttpRequest, why: str, status: HTTPStatus) -> HttpResponse:
    return render(request, "staff/invitation_gone.html", {"why": why}, status=status)
