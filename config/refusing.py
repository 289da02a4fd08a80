"""Refuses what no page of ours could mean, before a page or the database is asked."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.defaults import bad_request

NO_NUL = "The address holds a NUL character, which nothing here has in its name."

Answer = Callable[[HttpRequest], HttpResponseBase]


def without_nul(answer: Answer) -> Answer:
    """Middleware. PostgreSQL keeps no NUL in a text, and breaks where it is asked for one."""

    def look(request: HttpRequest) -> HttpResponseBase:
        if "\0" not in request.path_info and "%00" not in request.META.get("QUERY_STRING", ""):
            return answer(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": NO_NUL}, status=HTTPStatus.BAD_REQUEST)
        return bad_request(request, SuspiciousOperation())

    return look
