"""Long work: how far it is, how it ended, and the files that it made.

Files are sealed to a key of which this page's cookie holds the private half: whoever holds the
database, or another person's login, opens none of them.
"""

import zipfile
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from io import RawIOBase
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from authorities import access, audit
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from surveys import jobs
from surveys.models import Job, JobFile

COOKIE = "files"
LATEST = 50


def ask_with_files(request: HttpRequest, **asked: Any) -> HttpResponse:
    """Ask for a job whose files only this browser can open, and lead to its page.

    Args:
        asked: what `surveys.jobs.ask` takes, without ``by``.
    """
    key = PrivateKey.generate()
    arguments = {**asked.pop("arguments", {}), jobs.SEAL_TO: bytes(key.public_key).hex()}
    job = jobs.ask(by=who(request), arguments=arguments, **asked)
    address = reverse("job", args=[job.pk])
    answer = redirect(address)
    answer.set_cookie(
        COOKIE,
        bytes(key).hex(),
        max_age=int(JobFile.LASTS.total_seconds()),
        path=address,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


@never_cache
@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What this person asked for lately; of a national administrator, what anybody did."""
    person = who(request)
    found = Job.objects.select_related("wave", "authority", "asked_by").exclude(
        kind__in=jobs.kept_out_of_lists()
    )
    if not access.may(person, Permission.RUN_WAVES):
        found = found.filter(asked_by=person)
    rows = [(job, jobs.kind_of(job)) for job in found[:LATEST]]
    return render(request, "surveys/work/list.html", {"rows": rows})


@never_cache
@login_required
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    found = _job(request, pk)
    files = list(found.files.defer("sealed"))
    shown = {
        "job": found,
        "kind": jobs.kind_of(found),
        "files": files,
        "can_open": bool(files) and COOKIE in request.COOKIES,
        "may_fetch": _may_fetch(request, found),
        "going_on": found.ended_at is None,
    }
    return render(request, "surveys/work/job.html", shown)


@never_cache
@login_required
@require_safe
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """How far it is, for the script of the page."""
    found = _job(request, pk)
    return JsonResponse(
        {
            "done": found.done,
            "total": found.total,
            "ended": found.ended_at is not None,
            "words": found.words,
        }
    )


@never_cache
@login_required
@require_safe
def files(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All files of a job as one archive, opened with the key in this browser."""
    found = _job(request, pk)
    needed = jobs.kind_of(found).files_for
    if needed is not None:
        # Asked again: the role may have ended since the files were asked for.
        access.require(request.user, needed, found.authority)
    box = _box(request)
    parts = found.files.all()
    if needed is None or box is None or not parts:
        return _no_files(request)
    try:
        box.decrypt(bytes(parts[0].sealed))
    except CryptoError:
        return _no_files(request)
    audit.record(
        actor=who(request),
        act="files fetched",
        subject=f"{len(parts)} files of work {found.pk}, {found.kind}",
        authority=found.authority,
    )
    answer = StreamingHttpResponse(
        _zipped(parts.iterator(chunk_size=1), box), content_type="application/zip"
    )
    answer["Content-Disposition"] = f'attachment; filename="work-{found.pk}.zip"'
    return answer


class _Drain(RawIOBase):
    """A file that is written to and read off at once, so that no archive is held whole."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        given = bytes(content)
        self._waiting += given
        return len(given)

    def taken(self) -> bytes:
        content, self._waiting = bytes(self._waiting), bytearray()
        return content


def _zipped(files: Iterable[JobFile], box: SealedBox[PrivateKey]) -> Iterator[bytes]:
    drain = _Drain()
    # What is inside is compressed already.
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(file.name, box.decrypt(bytes(file.sealed)))
            yield drain.taken()
    yield drain.taken()


def _box(request: HttpRequest) -> SealedBox[PrivateKey] | None:
    try:
        return SealedBox(PrivateKey(bytes.fromhex(request.COOKIES[COOKIE])))
    except (KeyError, ValueError, CryptoError):
        return None


def _may_fetch(request: HttpRequest, found: Job) -> bool:
    needed = jobs.kind_of(found).files_for
    return needed is not None and access.may(request.user, needed, found.authority)


def _no_files(request: HttpRequest) -> HttpResponse:
    why = (
        "There are no files here that this browser can open. They are kept for a day, for the "
        "browser in which they were asked for. Ask for them again."
    )
    return render(request, "surveys/work/no_files.html", {"why": why}, status=HTTPStatus.GONE)


def _job(request: HttpRequest, pk: int) -> Job:
    """Raises: Http404: there is none, or it is not theirs to see: the two are not told apart."""
    person = who(request)
    found = Job.objects.select_related("wave", "authority", "asked_by").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such work.")
    theirs = found.asked_by_id == person.pk or access.may(person, Permission.RUN_WAVES)
    if not theirs:
        raise Http404("There is no such work.")
    return found
