"""Who may do what: the table of roles, as it rules."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authorities import access
from authorities.roles import APART, NATIONAL_ONLY, Permission, Role, permits


@dataclass(frozen=True, slots=True)
class Row:
    """A permission, and for each role whether it gives it: "yes", "nationally only" or ""."""

    permission: Permission
    cells: tuple[tuple[Role, str], ...]

    @property
    def is_national(self) -> bool:
        return self.permission in NATIONAL_ONLY


def table() -> list[Row]:
    return [
        Row(permission, tuple((role, _cell(role, permission)) for role in Role))
        for permission in Permission
    ]


def _cell(role: Role, permission: Permission) -> str:
    if permits(role, permission, nationally=False):
        return "yes"
    return "nationally only" if permits(role, permission, nationally=True) else ""


@never_cache
@login_required
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    held = access.held_by(request.user, today=timezone.localdate())
    shown = {
        "roles": list(Role),
        "table": table(),
        "apart": [sorted(pair) for pair in APART],
        "own": set(held.values_list("role", flat=True)),
    }
    return render(request, "staff/roles.html", shown)
