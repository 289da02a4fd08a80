"""Reading the audit: nationally all of it, in an authority what concerns it. Nothing is edited."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authorities import access, audit
from authorities.models import AuditEntry, User
from authorities.pages.forms import AuditForm
from authorities.querysets import AuditEntryQuerySet
from authorities.roles import Permission
from authorities.spreadsheet_cells import safe_row

ENTRIES_ON_A_PAGE = 50
HEADINGS = ("When", "Who", "Did what", "To what", "Where", "Why")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read, with the name of the person whom it tells of."""

    at: datetime
    who: str
    act: str
    subject: str
    where: str
    why: str

    def cells(self) -> tuple[str, ...]:
        at = self.at.strftime("%Y-%m-%d %H:%M:%S")
        return (at, self.who, self.act, self.subject, self.where, self.why)


@never_cache
@login_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    found = _chosen(request, form)
    pages = Paginator(found.select_related("actor", "authority"), ENTRIES_ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "lines": list(lines(page.object_list)),
        "query": query.urlencode(),
        "of_person": _person_of(form),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "staff/audit.html", shown, status=status)


@never_cache
@login_required
@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    form = _form(request)
    found = _chosen(request, form)
    if form.errors:
        return entries(request)
    rows = (line.cells() for line in _all_lines(found))
    writer = csv.writer(_Echo())
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    text = chain(["\ufeff"], (writer.writerow(safe_row(row)) for row in chain([HEADINGS], rows)))
    answer = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


class _Echo:
    """A file for the CSV writer that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def lines(found: Iterable[AuditEntry]) -> Iterator[Line]:
    """Entries in words. One query for all the names in their subjects."""
    kept = list(found)
    numbers = {entry.person for entry in kept if entry.person}
    names = dict(User.objects.filter(pk__in=numbers).values_list("pk", "name"))
    return (_line(entry, names) for entry in kept)


def _all_lines(found: AuditEntryQuerySet) -> Iterator[Line]:
    names = dict(User.objects.values_list("pk", "name"))
    for entry in found.select_related("actor", "authority").iterator(chunk_size=2000):
        yield _line(entry, names)


def _line(entry: AuditEntry, names: dict[int, str]) -> Line:
    subject = entry.subject.replace("_", " ")
    if name := names.get(entry.person or 0):
        subject = subject.removesuffix(f"person {entry.person}") + name
    return Line(
        at=timezone.localtime(entry.at),
        who=entry.actor.name if entry.actor else "the system",
        act=entry.act,
        subject=subject,
        where=entry.authority.name if entry.authority else "England",
        why=entry.why,
    )


def _form(request: HttpRequest) -> AuditForm:
    """Raises: PermissionDenied: the person may read no audit at all."""
    today = timezone.localdate()
    access.require_somewhere(request.user, Permission.READ_AUDIT, today=today)
    return AuditForm(
        request.GET,
        authorities=access.authorities_for(request.user, Permission.READ_AUDIT, today=today),
    )


def _chosen(request: HttpRequest, form: AuditForm) -> AuditEntryQuerySet:
    """What the person may read and asked for; all of it where what they asked for is not clear."""
    found = audit.readable_by(request.user, today=timezone.localdate())
    if not form.is_valid():
        return found
    given: dict[str, Any] = form.cleaned_data
    if given["authority"]:
        found = found.filter(audit.concerning([given["authority"]]))
    if given["act"]:
        found = found.filter(act__icontains=given["act"])
    if given["who"]:
        found = found.filter(
            Q(actor__name__icontains=given["who"]) | Q(actor__email__icontains=given["who"])
        )
    if given["person"]:
        found = found.by_or_on(given["person"])
    if given["since"]:
        found = found.filter(at__gte=_start_of(given["since"]))
    if given["until"]:
        found = found.filter(at__lte=_end_of(given["until"]))
    return found


def _start_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _person_of(form: AuditForm) -> User | None:
    pk = form.cleaned_data.get("person") if form.is_valid() else None
    return User.objects.filter(pk=pk).first() if pk else None
