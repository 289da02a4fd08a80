"""What is filled in about people. The rules behind say what does not fit."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField
from django.utils import timezone

from authorities.appointing import LONGEST_REASON
from authorities.models import Authority, User
from authorities.querysets import AuthorityQuerySet
from authorities.roles import Role

ROLES = [("", "Choose a role"), *((role.value, role.words.capitalize()) for role in Role)]


class Day(forms.DateField):
    """A day, from the browser's own calendar where it has one."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def _reason(label: str = "Why?", hint: str = "It is kept in the audit.") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why."},
    )


def _offer(form: forms.Form, authorities: AuthorityQuerySet) -> None:
    field = form.fields["authority"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = authorities


class ReasonForm(forms.Form):
    why = _reason()


class RecognisedForm(forms.Form):
    """What must be said before somebody's second factor is taken away."""

    why = _reason(
        "Why, and how did you make sure who asked?",
        "Such as: lost phone; I called back the number in the staff directory. It is kept in the "
        "audit.",
    )


class GiveForm(forms.Form):
    """A role for somebody who has an account."""

    role = forms.ChoiceField(
        label="Role", choices=ROLES, error_messages={"required": "Choose a role."}
    )
    authority = forms.ModelChoiceField(
        label="Where",
        queryset=Authority.objects.none(),
        required=False,
        empty_label="Nationally, in every authority",
    )
    held_until = Day(
        label="Last day",
        required=False,
        help_text="Leave it empty for no end yet.",
    )
    why = _reason()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, Authority.objects.in_force_on(timezone.localdate()))

    def clean_held_until(self) -> date | None:
        until: date | None = self.cleaned_data["held_until"]
        if until is not None and until < timezone.localdate():
            raise ValidationError("The last day is before today.")
        return until

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the rules take it."""
        given = dict(self.cleaned_data)
        until = given.pop("held_until")
        return {**given, "role": Role(given["role"]), "until": until}


class InviteForm(GiveForm):
    """A role for somebody who may have no account yet."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="One that is theirs alone, at work. The invitation goes there.",
        error_messages={
            "required": "Type an e-mail address.",
            "invalid": "That is not an e-mail address. It looks like name@council.gov.uk.",
        },
    )
    field_order = ("email", "role", "authority", "held_until", "why")


class PersonForm(forms.Form):
    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(label="E-mail address", help_text="They sign in by it.")
    is_staff = forms.BooleanField(label="May use Django’s admin", required=False)
    why = _reason()


class JoinForm(forms.Form):
    """What a new person says of themselves."""

    name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As the people you work with know you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label="A password",
        strip=False,
        help_text="12 characters or more. Three words that do not belong together are good.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password = given.get("password1")
        if password and "password2" in given and password != given["password2"]:
            self.add_error("password2", "Type the same password twice.")
        elif password:
            user = User(email=self.email, name=given.get("name", ""))
            try:
                password_validation.validate_password(password, user)
            except ValidationError as weak:
                self.add_error("password1", weak)
        return given


class SearchForm(forms.Form):
    """Which people to list."""

    name = forms.CharField(label="Name or e-mail", required=False, max_length=150)
    role = forms.ChoiceField(label="Role", choices=[("", "Any"), *ROLES[1:]], required=False)
    authority = forms.ModelChoiceField(
        label="Where",
        queryset=Authority.objects.all(),
        required=False,
        empty_label="Anywhere",
        to_field_name="gss_code",
    )


class AuditForm(forms.Form):
    """Which entries of the audit to list."""

    authority = forms.ModelChoiceField(
        label="Authority",
        queryset=Authority.objects.none(),
        required=False,
        empty_label="Any",
        to_field_name="gss_code",
    )
    act = forms.CharField(label="What was done", required=False, max_length=60)
    who = forms.CharField(label="Who did it", required=False, max_length=150)
    person = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=BigIntegerField.MAX_BIGINT,
        widget=forms.HiddenInput,
    )
    since = Day(label="From", required=False)
    until = Day(label="Until", required=False)

    def __init__(self, *args: Any, authorities: AuthorityQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, authorities)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return given
