"""The signed-in person, for pages that require one."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from authorities.models import User


def person(request: HttpRequest) -> User:
    """Raises: PermissionDenied: nobody is signed in (``login_required`` stands before)."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
