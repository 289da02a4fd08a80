"""An authority's own system pushes its list of those to invite."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.parsers import FileUploadParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from authorities.models import Authority
from surveys import address_lists, enveloping, pushing
from surveys.address_lists import Faulty
from surveys.errors import Refused
from surveys.models import Participation
from surveys.senders import chosen

_CSV = "text/csv"


@extend_schema(exclude=True)  # the published description is of what anybody may read
class Lists(APIView):
    """``POST /api/v1/lists/?wave=CODE`` with a push token: a list as CSV, or as JSON."""

    # The body is read here, whole and in memory: it is in no file and in no form.
    parser_classes = (FileUploadParser,)

    def post(self, request: Request) -> Response:
        today = timezone.localdate()
        authority = _authority_of(request)
        participation = _participation(authority, request.query_params.get("wave", ""))
        read = address_lists.read if _is_csv(request) else address_lists.read_json
        try:
            allowed = enveloping.allowed_in(participation, today=today)
            families = read(_body(request), allowed=allowed, ways=chosen.ways())
            taken = enveloping.take_in(
                participation=participation, families=families, today=today, by=None
            )
        except Faulty as faulty:
            return Response(address_lists.shown(faulty), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        except Refused as refused:
            return Response({"detail": str(refused)}, status=HTTPStatus.CONFLICT)
        return Response(
            {
                "new": taken.new,
                "known": taken.known,
                "not_to_be_asked": taken.not_to_be_asked,
                "another_time": taken.another_time,
            }
        )

    def get_authenticate_header(self, request: Request) -> str:  # noqa: ARG002  as its base has it
        return "Bearer"


def _authority_of(request: Request) -> Authority:
    """Raises: AuthenticationFailed: there is no token, or it does not hold."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = pushing.token_for(secret.strip(), today=timezone.localdate())
    if kind.casefold() != "bearer" or token is None:
        raise AuthenticationFailed(
            "This needs a push token that holds: “Authorization: Bearer heard-push-…”."
        )
    return token.authority


def _participation(authority: Authority, wave: str) -> Participation:
    """Raises: NotFound: the authority does not take part in such a wave."""
    theirs = Participation.objects.filter(authority=authority, wave__slug=wave)
    found = theirs.select_related("wave", "version", "authority").first()
    if found is None:
        raise NotFound("Your authority takes part in no wave with this code: “?wave=CODE”.")
    return found


def _is_csv(request: Request) -> bool:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == _CSV


def _body(request: Request) -> bytes:
    """Raises: Faulty: it is too large."""
    django: Any = request._request  # noqa: SLF001  REST framework's documented way to it
    try:
        body: bytes = django.body
    except RequestDataTooBig:
        raise address_lists.too_long() from None
    return body
