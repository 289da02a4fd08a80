"""Which language a page speaks: the one that was asked for, else the phone's."""

from collections.abc import Collection, Iterator

from django.http import HttpRequest

from surveys import languages


def chosen(request: HttpRequest, offered: Collection[str], usual: str = languages.ENGLISH) -> str:
    """One of the languages offered, or English.

    In this order: the one tapped (`?lang=`); the one the family was invited in, unless that is
    English, which stands there when nobody chose; the first of the phone's own; English.
    """
    asked_for = request.GET.get("lang", "")
    invited_in = () if usual == languages.ENGLISH else (usual,)
    phone = wanted(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    for language in (asked_for, *invited_in, *phone):
        found = _closest(language, offered)
        if found:
            return found
    return languages.ENGLISH


def wanted(accepted: str) -> Iterator[str]:
    """The languages of an Accept-Language header, the most wanted first. Source: RFC 9110, 12.5.4.

    What cannot be read is passed over; what has a weight of nought is not wanted.
    """
    weighed = (_weighed(part) for part in accepted[:500].split(","))
    ordered = sorted((each for each in weighed if each[1] > 0), key=lambda each: -each[1])
    return (language for language, _ in ordered if language)


def _weighed(part: str) -> tuple[str, float]:
    language, _, weight = "".join(part.split()).lower().partition(";q=")
    try:
        return language, float(weight or 1)
    except ValueError:
        return "", 0.0


def _closest(language: str, offered: Collection[str]) -> str:
    """The offered language that this is, or is a kind of: "ar-SY" finds "ar"."""
    small = language.lower()
    for candidate in (small, small.partition("-")[0]):
        found = next((each for each in offered if each.lower() == candidate), "")
        if found:
            return found
    return languages.ENGLISH if small.partition("-")[0] == languages.ENGLISH else ""
