"""Where a survey can be seen as families get it. The package that draws it registers. Pure.

Nothing here knows that package: it calls :func:`register` in its AppConfig's ``ready``, and pages
of this room frame what stands at that address.
"""

_names: dict[str, str] = {}


def register(url_name: str, *, of_versions: str | None = None) -> None:
    """Say where previews are. Safe to call twice.

    Args:
        url_name: of the address of a draft's, which takes the draft's id. It understands the
            queries `age`, `language`, `item` (the screen to begin with) and `reading`.
        of_versions: the same for what is published, which takes the version's id.
    """
    _names["draft"] = url_name
    if of_versions is not None:
        _names["version"] = of_versions


def url_name() -> str | None:
    """Of a draft's preview; ``None`` where nothing draws one."""
    return _names.get("draft")


def url_name_of_versions() -> str | None:
    """Of a published version's preview; ``None`` where nothing draws one."""
    return _names.get("version")
