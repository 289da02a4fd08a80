"""Who is not to be asked: put on the list, looked for, taken off. No page lists anybody."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from authorities import access
from authorities.models import Authority
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from surveys import do_not_contact
from surveys.errors import Refused
from surveys.models import DoNotContact

_INVITE = Permission.INVITE_FAMILIES
ENGLAND = "england"  # in an address, the national list

_ADDRESS: dict[str, Any] = {
    "label": "Mobile number or e-mail address",
    "max_length": 300,
    "error_messages": {"required": "Type a mobile number or an e-mail address."},
}


_KEPT = "Only what is worked out from it is kept. Nobody can read it from the list."


def _field(help_text: str = "") -> forms.CharField:
    # No browser may offer it to the next person at this desk.
    widget = forms.TextInput({"autocomplete": "off"})
    return forms.CharField(**_ADDRESS, help_text=help_text, widget=widget)


class AddForm(forms.Form):
    prefix = "add"
    typed = _field(_KEPT)
    why = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose one"), *DoNotContact.Why.choices],
        error_messages={"required": "Say why they are not to be contacted."},
    )
    until = forms.DateField(
        label="Until (empty: for ever)",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": "Write the last day as 2027-03-31."},
    )


class LookForm(forms.Form):
    prefix = "look"
    typed = _field()


class RemoveForm(forms.Form):
    prefix = "remove"
    typed = _field()
    why = forms.CharField(
        label="Why may they be asked again?",
        help_text="It is kept in the audit. Leave out names and addresses.",
        max_length=200,
        error_messages={"required": "Say why they may be asked again."},
    )


_FORMS: dict[str, type[forms.Form]] = {"add": AddForm, "look": LookForm, "remove": RemoveForm}


@never_cache
@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """The lists that this person keeps."""
    access.require_somewhere(request.user, _INVITE)
    theirs = access.authorities_for(request.user, _INVITE).order_by("name")
    shown = {"authorities": theirs, "nationally": access.may(request.user, _INVITE)}
    return render(request, "surveys/reaching/lists.html", shown)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, of: str) -> HttpResponse:
    """One list. What is posted says which of its forms it is."""
    authority = _authority(request, of)
    if request.method != "POST":
        return _show(request, of, authority)
    name = request.POST.get("form", "")
    if name not in _FORMS:
        raise Http404("There is no such form here.")
    form = _FORMS[name](request.POST)
    if form.is_valid():
        try:
            return _do(request, of, authority, name, form.cleaned_data)
        except Refused as refused:
            form.add_error("typed", str(refused))
    return _show(request, of, authority, wrong={name: form})


def _do(
    request: HttpRequest, of: str, authority: Authority | None, name: str, given: dict[str, Any]
) -> HttpResponse:
    """Raises: Refused: it cannot be done."""
    person = who(request)
    match name:
        case "add":
            do_not_contact.add(authority=authority, by=person, today=localdate(), **given)
            messages.success(request, "It is on the list from now on, also for what waits.")
        case "remove":
            do_not_contact.remove(authority=authority, by=person, **given)
            messages.success(request, "It is off the list.")
        case _:
            found = do_not_contact.look_up(
                authority=authority, by=person, today=localdate(), **given
            )
            return _show(request, of, authority, found=found, looked=True)
    return redirect("do-not-contact", of)


def _show(
    request: HttpRequest,
    of: str,
    authority: Authority | None,
    *,
    wrong: dict[str, forms.Form] | None = None,
    found: list[DoNotContact] | None = None,
    looked: bool = False,
) -> HttpResponse:
    entries = do_not_contact.on_the_list(authority=authority, today=localdate())
    numbers = dict(entries.values_list("why").annotate(Count("pk")))
    shown = {
        "of": of,
        "authority": authority,
        "numbers": [(why.label, numbers.get(why.value, 0)) for why in DoNotContact.Why],
        "forms": {name: (wrong or {}).get(name) or kind() for name, kind in _FORMS.items()},
        "wrong": wrong,
        "found": found,
        "looked": looked,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "surveys/reaching/one_list.html", shown, status=status)


def _authority(request: HttpRequest, of: str) -> Authority | None:
    """Whose list; ``None`` for the national one.

    Raises: Http404: there is none. PermissionDenied: it is not theirs.
    """
    authority = None
    if of != ENGLAND:
        authority = Authority.objects.filter(gss_code=of).first()
        if authority is None:
            raise Http404("There is no such authority.")
    access.require(request.user, _INVITE, authority)
    return authority
