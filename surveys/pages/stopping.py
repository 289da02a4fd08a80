"""For families: no more messages, please. No cookie, no log, the same page whoever asks.

Programs that look through mail follow every link in it. So a look changes nothing: only the button
does, and what a mail program's own "unsubscribe" sends (RFC 8058).
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys import do_not_contact, languages, texts


@csrf_exempt  # there is no cookie to forge with; whoever has the link may do this
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    # "done" is for the page after the button, read in another language. It does nothing.
    done = request.method == "POST" or "done" in request.GET
    if request.method == "POST":
        do_not_contact.stop_by_link(token, today=timezone.localdate())
    language = _language(request)
    shown = {
        "say": texts.BOOK.of(language).sentences,
        "language": language,
        "direction": languages.direction(language),
        "others": [(code, languages.name(code)) for code in texts.BOOK.offered()],
        "done": done,
    }
    answer = render(request, "surveys/reaching/stop.html", shown)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _language(request: HttpRequest) -> str:
    """The one that was tapped, else the first that the browser asks for and we have."""
    offered = texts.BOOK.offered()
    wished = [request.GET.get("in", ""), *_of_the_browser(request)]
    return next((code for code in wished if code in offered), languages.ENGLISH)


def _of_the_browser(request: HttpRequest) -> list[str]:
    """Languages of Accept-Language, in the order they are written in, as browsers rank them."""
    named = request.headers.get("Accept-Language", "")[:200].split(",")
    return [each.partition(";")[0].strip().lower().partition("-")[0] for each in named]
