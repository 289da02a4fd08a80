"""Django's admin, for national administrators: people, roles, the register and the audit.

Who sees and changes what is decided by our own roles and not by Django's permissions, so that a
superuser without a role sees none of this. What is changed goes through the same rules as it does
everywhere.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from authorities import access, people, sign_in
from authorities.errors import Refused
from authorities.models import (
    AuditEntry,
    Authority,
    Membership,
    Message,
    ServicePopulation,
    Setting,
    StaffInvitation,
    Sweep,
    User,
)
from authorities.roles import Permission, Role

if TYPE_CHECKING:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class ByRole(ModelAdmin):
    """Seen, and added to, by those who hold the permissions named; nothing is deleted."""

    seen_with: ClassVar[Permission] = Permission.READ_AUDIT
    added_with: ClassVar[Permission | None] = None
    changed_with: ClassVar[Permission | None] = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request, self.seen_with)

    def has_view_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return _may(request, self.seen_with)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request, self.added_with)

    def has_change_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return _may(request, self.changed_with)

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def lookup_allowed(self, lookup: str, _value: Any, request: HttpRequest) -> bool:
        """Only by what is offered as a filter.

        Django allows any column of the model or its neighbours in an address. So a hidden one
        could be guessed letter by letter, and arriving ballots be counted.
        """
        offered = (*self.get_list_filter(request), self.date_hierarchy)
        return any(
            isinstance(each, str) and (lookup == each or lookup.startswith(f"{each}__"))
            for each in offered
        )


def _may(request: HttpRequest, permission: Permission | None) -> bool:
    return permission is not None and access.may(request.user, permission)


def _by(request: HttpRequest) -> User | None:
    return None if isinstance(request.user, AnonymousUser) else request.user


@admin.register(User)
class PersonAdmin(ByRole):
    """People. A new one is sent a link to choose a password."""

    seen_with = added_with = changed_with = Permission.MANAGE_PEOPLE
    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("name", "email")
    fields = ("name", "email", "is_active", "is_staff")
    ordering = ("name",)

    def save_model(self, request: HttpRequest, obj: Any, *_: Any, **__: Any) -> None:
        if obj.pk is not None:
            fields = {name: getattr(obj, name) for name in people.CHANGEABLE}
            try:
                people.change(user=obj, by=_by(request), **fields)
            except Refused as refused:
                messages.error(request, str(refused))
            return
        user = people.add(
            email=obj.email, name=obj.name, by=_by(request), may_use_admin=obj.is_staff
        )
        sign_in.send_password_link(user)
        obj.pk = user.pk


class GivingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What is filled in to give someone a role."""

    by: User | None = None

    def clean_held_until(self) -> date | None:
        until: date | None = self.cleaned_data["held_until"]
        if until is not None and until < timezone.localdate():
            raise ValidationError("The last day is before today. To end a role, see the list.")
        return until

    def clean(self) -> dict[str, Any]:
        """Say here what the rule would refuse, beside the form."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return given
        try:
            people.see_that_it_can_be_given(
                user=given["user"],
                role=Role(given["role"]),
                authority=given["authority"],
                by=self.by,
                today=timezone.localdate(),
                until=given["held_until"],
            )
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        return given


@admin.register(Membership)
class RoleAdmin(ByRole):
    """Roles. They are given and ended; what was held stays as it was."""

    form = GivingForm
    seen_with = added_with = Permission.MANAGE_PEOPLE
    list_display = ("user", "role_in_words", "authority", "held_from", "held_until")
    list_filter = ("role", "authority__region")
    list_select_related = ("user", "authority")
    search_fields = ("user__name", "user__email", "authority__name")
    fields = ("user", "role", "authority", "held_until")
    autocomplete_fields = ("user", "authority")
    actions = ("end_now",)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"by": _by(request)})

    def save_model(self, request: HttpRequest, obj: Any, *_: Any, **__: Any) -> None:
        membership = people.grant(
            user=obj.user,
            role=Role(obj.role),
            authority=obj.authority,
            by=_by(request),
            today=timezone.localdate(),
            until=obj.held_until,
        )
        obj.pk = membership.pk

    @admin.action(description="End these roles now", permissions=["add"])
    def end_now(self, request: HttpRequest, chosen: "QuerySet[Membership]") -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        try:
            with transaction.atomic():
                for membership in chosen.select_related("user"):
                    people.end(membership=membership, last_day=yesterday, by=_by(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "They ended yesterday, and give nothing any more.")


@admin.register(StaffInvitation)
class InvitationAdmin(ByRole):
    """Sent, revoked and sent again on the pages for people."""

    seen_with = Permission.MANAGE_PEOPLE
    list_display = ("email", "role_in_words", "authority", "sent_at", "expires_at", "accepted_at")
    list_filter = ("role",)
    list_select_related = ("authority",)
    exclude = ("digest",)


@admin.register(AuditEntry)
class AuditAdmin(ByRole):
    list_display = ("at", "actor", "act", "subject", "authority", "why")
    list_filter = ("act",)
    list_select_related = ("actor", "authority")
    search_fields = ("subject", "actor__name", "authority__name")
    date_hierarchy = "at"


@admin.register(Authority)
class AuthorityAdmin(ByRole):
    """Loaded by `manage.py load_register`."""

    seen_with = Permission.MANAGE_PEOPLE
    list_display = ("name", "gss_code", "dfe_number", "kind", "region", "in_force_until")
    list_filter = ("region", "kind")
    list_select_related = ("region",)
    search_fields = ("name", "gss_code")


@admin.register(ServicePopulation)
class PopulationAdmin(ByRole):
    seen_with = Permission.MANAGE_PEOPLE
    list_display = ("authority", "service", "year", "number", "derived")
    list_filter = ("service", "year", "derived")
    list_select_related = ("authority",)
    search_fields = ("authority__name",)


@admin.register(Setting)
class SettingAdmin(ByRole):
    seen_with = Permission.MANAGE_PEOPLE
    list_display = ("name", "code", "authority", "in_force_until")
    list_select_related = ("authority",)
    search_fields = ("name", "authority__name")


@admin.register(Message)
class MessageAdmin(ByRole):
    """The outbox, without what the messages say: a body may hold a link that opens an account."""

    list_display = ("id", "to", "subject", "state", "attempts", "written_at", "sent_at")
    list_filter = ("state",)
    exclude = ("body",)


@admin.register(Sweep)
class SweepAdmin(ByRole):
    list_display = ("name", "ended_at")
