"""What a web process loads: no numbers' library, whose hundred megabytes only workers need.

`analytics.attacking` and `analytics.means` import them; no page, endpoint or receiver may.
"""

import subprocess
import sys

import pytest
from django.conf import settings

# openpyxl, which reads XLSForms, takes numpy along where there is one and does without where there
# is none. So numpy is hidden, and scipy too: whoever else asks for them fails, and is named.
STARTS_THE_WEB = """
import sys
sys.modules["numpy"] = sys.modules["scipy"] = None
import django
django.setup()
import config.urls, config.wsgi
from django.urls import get_resolver
assert len(get_resolver().reverse_dict) > 100
"""


def started(more: str = "") -> subprocess.CompletedProcess[str]:
    """A process of its own, which knows every address, and then does more."""
    return subprocess.run(
        [sys.executable, "-c", STARTS_THE_WEB + more],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_web_starts_and_knows_every_address_without_scipy_and_numpy() -> None:
    done = started()

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_what_workers_do_could_not_be_loaded_there() -> None:
    done = started("import analytics.releasing\n")

    assert done.returncode == 1
    [*_, last] = done.stderr.splitlines()
    assert last.startswith("ModuleNotFoundError: ")
    assert "scipy" in last or "numpy" in last
