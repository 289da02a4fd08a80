"""What the hot path is measured against, behind the same server and the same middleware."""

import secrets

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from feedback.models import Channel
from feedback.pages import answering, serving
from feedback.pages.editions import Edition
from surveys import codes, inviting

_INSERT = (
    "INSERT INTO feedback_ballot (participation_id, channel, once, answers, words) "
    "VALUES (%s, %s, %s, %s, %s)"
)
# As many bytes as the two envelopes of nearly every ballot.
_ANSWERS, _WORDS = secrets.token_bytes(1024 + 48), secrets.token_bytes(4096 + 48)

_known: dict[str, tuple[Edition, str]] = {}


def empty(_request: HttpRequest) -> HttpResponse:
    """The least that Django can do."""
    return HttpResponse()


def page_alone(request: HttpRequest, code: str) -> HttpResponse:
    """What a code's page is from the shelf. The code is looked up the first time only."""
    if code not in _known:
        _known[code] = _looked_up(request, code)
    edition, policy = _known[code]
    return serving.response(request, answering._shelf.page(edition, _gone), policy=policy)


@csrf_exempt
def plain_insert(request: HttpRequest, participation: int) -> HttpResponse:
    """Parses the form, and stores as many bytes as a ballot has, in one INSERT."""
    dict(request.POST.lists())
    values = (participation, Channel.INVITED, secrets.token_bytes(32), _ANSWERS, _WORDS)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
    return HttpResponse()


def _looked_up(request: HttpRequest, code: str) -> tuple[Edition, str]:
    """Its edition, which is on the shelf afterwards, and the page's policy."""
    found = inviting.invitation_for(codes.tidy(code))
    asked = answering.Asked(found.participation, found.age_version, found.language, code)
    made = answering._ask(request, asked)
    return asked.edition, made["Content-Security-Policy"]


def _gone() -> str:
    raise LookupError("the page is not on the shelf any more")


urlpatterns = [
    path("s/bench/empty", empty),
    path("s/bench/page/<str:code>", page_alone),
    path("s/bench/insert/<int:participation>", plain_insert),
    path("", include("config.urls")),
]
