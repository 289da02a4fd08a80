"""How a wave goes in one authority, for its planners, before figures are published."""

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics import progress, reporting
from analytics.pages.opening import unknown
from authorities import access
from authorities.models import Authority
from authorities.roles import Permission

if TYPE_CHECKING:
    from authorities.models import User


@never_cache
@login_required
@require_safe
def of_authority(request: HttpRequest, gss_code: str) -> HttpResponse:
    """Replies so far in the waves without published figures, and the prepared releases."""
    authority = Authority.objects.filter(gss_code=gss_code.upper()).first()
    if authority is None:
        return unknown(request, gss_code)
    user, today = cast("User", request.user), localdate()
    access.require(user, Permission.SEE_PROGRESS, authority, today=today)
    releases = reporting.releases_of(authority, user, today=today)
    return render(
        request,
        "analytics/progress.html",
        {
            "authority": authority,
            "waves": progress.unreleased(authority, today=today),
            "prepared": [each for each in releases if not each.published_at],
        },
    )
