"""Two addresses that are no pages: the way out, and the service worker that sends later."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from feedback.pages import bundles

# What a browser is to forget of us. Staff who are signed in on the same device stay so.
FORGET = '"cache", "storage"'


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """To somewhere harmless, at once, with nothing of ours left in the browser.

    Only where a page of ours, or the person, asked for it: else a page elsewhere could wipe what a
    child chose to keep.
    """
    away = HttpResponseRedirect(settings.HEARD_EXIT_ADDRESS, status=303)
    if request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}:
        away["Clear-Site-Data"] = FORGET
    away["Cache-Control"] = "no-store"
    away["Referrer-Policy"] = "no-referrer"
    return away


@require_safe
def later(_request: HttpRequest) -> HttpResponse:
    """The service worker, which may ask only this site. Asked for where somebody chose it."""
    answer = HttpResponse(bundles.worker(), content_type="text/javascript; charset=utf-8")
    answer["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    answer["Cache-Control"] = "no-store"
    return answer
