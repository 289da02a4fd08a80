"""The secrets of a Heard on one machine, made by run.py on first use. Not for production."""

import os
import secrets
import sys
from pathlib import Path

from nacl.public import PrivateKey

SETTINGS = "settings.env"
RECOVERY_KEY = "recovery-key.txt"

_ABOUT_SETTINGS = """\
# Made once, by run.py. Without HEARD_CODE_KEY every code that was given out is unknown.
"""
_ABOUT_RECOVERY = """\
# The public and the private half of the key that opens the sealed copies of the waves' keys.
# In production this is kept offline, in shares held by several people, and never on a machine
# that serves: see docs/running.md.
"""


def make(folder: Path) -> None:
    """Write secrets and a recovery key into ``folder``, readable by this user alone.

    Raises:
        FileExistsError: there are secrets already; they are never overwritten.
    """
    recovery = PrivateKey.generate()
    public, private = bytes(recovery.public_key).hex(), bytes(recovery).hex()
    found = {
        "HEARD_SECRET_KEY": secrets.token_urlsafe(50),
        "HEARD_CODE_KEY": secrets.token_hex(32),
        "HEARD_ONCE_KEY": secrets.token_hex(32),
        "HEARD_FACTOR_KEY": secrets.token_hex(32),
        "HEARD_RECOVERY_PUBLIC_KEY": public,
    }
    lines = "".join(f"{name}={value}\n" for name, value in found.items())
    folder.mkdir(parents=True, exist_ok=True)
    # Added to and never replaced, because older sealed copies may need an older key. And before
    # the settings, so that none name a recovery key that nobody has.
    _write(folder / RECOVERY_KEY, f"{_ABOUT_RECOVERY}{public} {private}\n", os.O_APPEND)
    _write(folder / SETTINGS, f"{_ABOUT_SETTINGS}{lines}", os.O_EXCL)


def _write(path: Path, text: str, how: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "w") as file:
        file.write(text)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
