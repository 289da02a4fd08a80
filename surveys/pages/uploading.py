"""An uploaded list is read in memory: no file of a disk ever has an address in it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from surveys.address_lists import MOST_BYTES

_OF_THE_FORM: Final = 64 * 2**10  # what stands around the file in a request

View = Callable[..., HttpResponse]


class InMemory(MemoryFileUploadHandler):
    """Takes what is not too long, whatever FILE_UPLOAD_MAX_MEMORY_SIZE says; else there is no file.

    It is the only handler of its requests, so nothing else writes the file anywhere.
    """

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002  as its base has it
        META: dict[str, str],  # noqa: ARG002, N803
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        self.activated = content_length <= MOST_BYTES + _OF_THE_FORM


def in_memory(view: View) -> View:
    """For a view that takes a list. The form's token is looked for after this handler is chosen."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [InMemory(request)]
        return protected(request, *args, **kwargs)

    return door
