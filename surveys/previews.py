"""Where a survey can be seen as families get it. The package that draws it registers. Pure.

Nothing here knows that package: it calls :func:`register` in its AppConfig's ``ready``, and pages
of this room frame what stands at that address.
"""

from collections.abc import Callable
from typing import Any

# From a request, a draft, its text as it would be once it is saved, and what is chosen.
Drawn = Callable[..., Any]

_names: dict[str, str] = {}
_drawn: list[Drawn] = []


def register(
    url_name: str, *, of_versions: str | None = None, unsaved: Drawn | None = None
) -> None:
    """Say where previews are. Safe to call twice.

    Args:
        url_name: of the address of a draft's, which takes the draft's id. It understands the
            queries `age`, `language`, `item` (the screen to begin with) and `reading`.
        of_versions: the same for what is published, which takes the version's id.
        unsaved: answers a request with a draft as it would be: it takes the request, then by
            keyword `draft`, `source`, `age`, `language`, `reading`, and `slips`, sentences that say
            why it cannot be shown.
    """
    _names["draft"] = url_name
    if of_versions is not None:
        _names["version"] = of_versions
    if unsaved is not None:
        _drawn[:] = [unsaved]


def url_name() -> str | None:
    """Of a draft's preview; ``None`` where nothing draws one."""
    return _names.get("draft")


def url_name_of_versions() -> str | None:
    """Of a published version's preview; ``None`` where nothing draws one."""
    return _names.get("version")


def unsaved() -> Drawn | None:
    """What draws a draft that is not saved; ``None`` where nothing does."""
    return _drawn[0] if _drawn else None
