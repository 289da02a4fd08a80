"""The address of the screen on which a string is seen, for pages that show words beside it."""

from urllib.parse import urlencode

from django.urls import reverse

from surveys import previews
from surveys.places import Place


def of_draft(draft: int, *, language: str, place: Place) -> str:
    """The preview of a draft, at the string's place; "" where nothing draws previews."""
    return _address(previews.url_name(), draft, language, place)


def of_version(version: int, *, language: str, place: Place) -> str:
    """The same of a published version."""
    return _address(previews.url_name_of_versions(), version, language, place)


def _address(name: str | None, subject: int, language: str, place: Place) -> str:
    if name is None:
        return ""
    query = {"age": place.ages[0], "language": language, "item": place.item}
    # Without script the page is long, and the part after "#" is where it opens.
    return f"{reverse(name, args=[subject])}?{urlencode(query)}#{place.item}"
