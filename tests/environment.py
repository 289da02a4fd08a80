"""The environment of the tests, set before Django reads it (loaded with `-p`, see pyproject)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from nacl.public import PrivateKey

# In memory where there is such a place: what a test's database loses in a power cut, nobody misses.
_MEMORY = "/dev/shm"  # noqa: S108  a folder of this run's own is made in it
_room = Path(
    tempfile.mkdtemp(prefix="heard-tests-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
)
atexit.register(shutil.rmtree, _room, ignore_errors=True)

# Files of tests too, where there is much of it: each wave that is opened has its keys written
# through to the disk.
if shutil.disk_usage(_room).free > 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_room))

os.environ.setdefault("HEARD_DATABASE_URL", f"sqlite:///{_room}/tests.sqlite3")
os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HEARD_SECRET_KEY": "only for tests",
        "HEARD_BASE_URL": "http://testserver",
        "HEARD_HOSTS": "testserver,localhost,127.0.0.1",
        "HEARD_CODE_KEY": "01" * 32,
        "HEARD_ONCE_KEY": "02" * 32,
        "HEARD_FACTOR_KEY": "04" * 32,
        "HEARD_KEY_DIRECTORY": str(_room / "keys"),
        "HEARD_RECOVERY_DIRECTORY": str(_room / "recovery"),
        "HEARD_RECOVERY_PUBLIC_KEY": bytes(PrivateKey(b"\x03" * 32).public_key).hex(),
        "HEARD_EMAIL_BACKEND": "locmem",
        "HEARD_LOG_LEVEL": "INFO",
    }
)
os.environ.setdefault("HEARD_JOBS", "inline")
