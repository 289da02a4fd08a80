"""What subscribers are written, as plain text: to confirm, and what a release says of their area.

What it says is in the words of the report's first page. Those are made where the pages are, which
register here what makes them, so that this room's rules need not know its doors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from analytics.models import Release
from surveys.texts import Text

_NAME: Final = "Heard"  # as the pages of figures call it (config/frame.py)
_TEMPLATES: Final = "analytics/subscriptions"


@dataclass(frozen=True, slots=True)
class Told:
    """What the report of an area says first.

    Args:
        area: as it stands in a sentence.
        period: of the wave, such as "July to September 2026".
        lead: how many answered, as a sentence; "" where that is not shown.
        sentences: each with its heading.
        pages: addresses within the site, each with what is there; the report comes first.
    """

    area: str
    period: str
    lead: str
    sentences: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, str], ...]


# Of a published release and the code of an area; None where the release does not tell of it.
Teller = Callable[[Release, str], Told | None]

_tellers: list[Teller] = []


def tell_by(teller: Teller) -> None:
    """Register what makes the words. The last one to be registered does."""
    _tellers[:] = [teller]


def told(release: Release, area: str) -> Told | None:
    """What is to be said of an area."""
    return _tellers[0](release, area)


def to_confirm(*, area: str, token: str, confirmed: bool) -> Text:
    """The answer to whoever asked; to one who has subscribed already, that nothing changed.

    Args:
        area: its name, as in a sentence.
    """
    facts = {"area": area, "confirm": _link("subscription-confirm", token), **_frame(token)}
    if confirmed:
        return Text("You get these e-mails already", _written("already", facts))
    return Text("Please confirm your e-mail address", _written("confirm", facts))


def of_news(say: Told, release: Release, *, corrects: bool, token: str) -> Text:
    """The letter about a release.

    Args:
        corrects: whether it takes the place of an earlier release of its wave.
    """
    new = "corrected figures" if corrects else "new figures"
    pages = [(name, f"{settings.HEARD_BASE_URL}{path}") for name, path in say.pages]
    facts = {"told": say, "new": new, "release": release, "pages": pages, "corrects": corrects}
    subject = f"{new.capitalize()} for {say.area}: {say.period}"
    return Text(subject, _written("news", {**facts, **_frame(token)}))


def stop_link(token: str) -> str:
    """Where one press ends it, by a person or by their mail program."""
    return _link("subscription-stop", token)


def _frame(token: str) -> dict[str, object]:
    return {
        "name": _NAME,
        "site": settings.HEARD_BASE_URL,
        "stop": stop_link(token),
    }


def _link(page: str, token: str) -> str:
    # After a question mark, because logs blot out what stands there (config/logs.py).
    return f"{settings.HEARD_BASE_URL}{reverse(page)}?t={token}"


def _written(name: str, facts: dict[str, object]) -> str:
    return render_to_string(f"{_TEMPLATES}/{name}.txt", facts).strip()
