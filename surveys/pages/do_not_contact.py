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
from surveys import address_lists, do_not_contact, do_not_contact_files
from surveys.address_lists import MOST_BYTES, MOST_ROWS, Faulty
from surveys.do_not_contact import Added
from surveys.errors import Refused
from surveys.models import DoNotContact
from surveys.pages.uploading import in_memory

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


class _Reason(forms.Form):
    """Why addresses are put on a list, and until when."""

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


class AddForm(_Reason):
    prefix = "add"
    typed = _field(_KEPT)
    field_order = ("typed", "why", "until")


class FileForm(_Reason):
    prefix = "file"
    addresses = forms.FileField(
        label="A file of mobile numbers and e-mail addresses",
        help_text=(
            "CSV in UTF-8, of one column: an address in each line, of either kind. The first line "
            f"may name the column. At most {MOST_ROWS:,} rows. All of it is taken in, or nothing; "
            "the file is not kept."
        ),
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
        error_messages={"required": "Choose a file first.", "empty": "The file is empty."},
    )
    field_order = ("addresses", "why", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another form of the page asks the same of one.
        self.fields["why"].label = "Why, of all in the file"
        self.fields["until"].label = "Until, of all in the file (empty: for ever)"


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


_FORMS: dict[str, type[forms.Form]] = {
    "add": AddForm,
    "file": FileForm,
    "look": LookForm,
    "remove": RemoveForm,
}


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
@in_memory
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, of: str) -> HttpResponse:
    """One list. What is posted says which of its forms it is."""
    authority = _authority(request, of)
    if request.method != "POST":
        return _show(request, of, authority)
    name = request.POST.get("form", "")
    if name not in _FORMS:
        raise Http404("There is no such form here.")
    form = _FORMS[name](request.POST, request.FILES)
    where = "addresses" if name == "file" else "typed"
    if form.is_valid():
        try:
            return _do(request, of, authority, name, form.cleaned_data)
        except Refused as refused:
            form.add_error(where, str(refused))
        except Faulty as faulty:
            form.add_error(where, _in_words(faulty))
    elif name == "file" and _is_too_long(request):
        del form.errors[where]
        form.add_error(where, str(do_not_contact_files.too_long()))
    return _show(request, of, authority, wrong={name: form})


def _do(
    request: HttpRequest, of: str, authority: Authority | None, name: str, given: dict[str, Any]
) -> HttpResponse:
    """Raises: Refused: it cannot be done. Faulty: the file has faults."""
    person = who(request)
    match name:
        case "add":
            do_not_contact.add(authority=authority, by=person, today=localdate(), **given)
            messages.success(request, "It is on the list from now on, also for what waits.")
        case "file":
            tidied = do_not_contact_files.read(given.pop("addresses").read())
            added = do_not_contact.add_many(
                tidied=tidied, authority=authority, by=person, today=localdate(), **given
            )
            for sentence in _told(added):
                messages.success(request, sentence)
        case "remove":
            do_not_contact.remove(authority=authority, by=person, **given)
            messages.success(request, "It is off the list.")
        case _:
            found = do_not_contact.look_up(
                authority=authority, by=person, today=localdate(), **given
            )
            return _show(request, of, authority, found=found, looked=True)
    return redirect("do-not-contact", of)


def _told(added: Added) -> list[str]:
    """What came of a file, in sentences, without those that tell of nothing."""
    told = [
        f"{added.new:,} address{_es(added.new)} put on the list, from now on, also for what waits."
    ]
    if added.renewed:
        told.append(
            f"{added.renewed:,} more {'was' if added.renewed == 1 else 'were'} on it already, with "
            "this reason and last day now."
        )
    if added.stay:
        are = (
            "is on it for longer or for ever, and stays"
            if added.stay == 1
            else ("are on it for longer or for ever, and stay")
        )
        told.append(f"{added.stay:,} of the file {are} as before.")
    if added.doubled:
        told.append(
            f"{added.doubled:,} row{'' if added.doubled == 1 else 's'} had an address that stands "
            "in the file before, and changed nothing."
        )
    return told


def _es(number: int) -> str:
    return " was" if number == 1 else "es were"


def _in_words(faulty: Faulty) -> list[str]:
    """The first faults, and how many more there are."""
    said = address_lists.MOST_PROBLEMS_SHOWN
    first = [str(problem) for problem in faulty.problems[:said]]
    more = len(faulty.problems) - said
    return [*first, f"…and {more:,} more."] if more > 0 else first


def _is_too_long(request: HttpRequest) -> bool:
    """Whether a file was sent that is not read, because of its length."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES and not request.FILES


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
