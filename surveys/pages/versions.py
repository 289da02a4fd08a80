"""What is published, and two versions side by side: which trends continue, and which break."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authorities.roles import Permission
from surveys import comparing, previews
from surveys.models import Version
from surveys.pages.writing import require, whole_number


@never_cache
@login_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version that is asked everywhere, the newest first; and two to compare."""
    require(request, Permission.APPROVE_SURVEYS)
    if "a" in request.GET:
        a, b = (whole_number(request.GET.get(each, "")) for each in ("a", "b"))
        if a and b:
            return redirect("compare-versions", a, b)
    found = list(Version.objects.cores().defer("source").order_by("survey", "-number"))
    rows: list[dict[str, Any]] = [
        {"version": each, "languages": sorted(each.translations), "before": None} for each in found
    ]
    for row, earlier in zip(rows, found[1:], strict=False):
        if earlier.survey == row["version"].survey:
            row["before"] = earlier
    shown = {"rows": rows, "preview": previews.url_name_of_versions()}
    return render(request, "surveys/writing/versions.html", shown)


@never_cache
@login_required
@require_safe
def compare(request: HttpRequest, a: int, b: int) -> HttpResponse:
    require(request, Permission.APPROVE_SURVEYS)
    before, after = _found(a), _found(b)
    shown = {
        "before": before,
        "after": after,
        "compared": comparing.compare(before.definition, after.definition),
    }
    return render(request, "surveys/writing/compare.html", shown)


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The version's own text, as it was published."""
    require(request, Permission.APPROVE_SURVEYS)
    found = _found(pk)
    answer = HttpResponse(found.source, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.survey}-{found.number}.toml"'
    return answer


def _found(pk: int) -> Version:
    """Raises: Http404: there is no such version."""
    found = Version.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such version.")
    return found
