"""Settings: the teams, homes and places of an authority."""

import re

from django.db import transaction

from authorities import audit
from authorities.models import Authority, Setting, User


@transaction.atomic
def add_setting(*, authority: Authority, code: str, name: str, by: User | None = None) -> Setting:
    """Make a setting known, for which codes can be made. The same twice is once.

    Raises:
        ValueError: the code or the name does not fit, or the code is another setting's here. The
            message is a sentence; nothing has changed.
    """
    name = name.strip()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 60:
        raise ValueError(f'"{code}" is no code: use a-z, 0-9 and hyphens, at most 60.')
    if not 0 < len(name) <= 120 or not name.isprintable():
        raise ValueError("A setting needs a name of at most 120 characters, on one line.")
    setting, is_new = Setting.objects.get_or_create(
        authority=authority, code=code, defaults={"name": name}
    )
    if is_new:
        audit.record(actor=by, act="setting added", subject=code, authority=authority)
    elif setting.name != name:
        raise ValueError(f'{authority} has a setting "{code}" already: {setting}.')
    return setting
