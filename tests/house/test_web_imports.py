"""What a web process loads: no numbers' library, whose hundred megabytes only workers need, and no
typesetter until it prints.

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


@pytest.fixture(scope="module")
def web() -> subprocess.CompletedProcess[str]:
    """What it says it has loaded. To start it takes seconds."""
    return started('print(*(sys.modules.keys() & {"typst", "surveys.printing"}))\n')


def test_the_web_starts_and_knows_every_address_without_scipy_and_numpy(
    web: subprocess.CompletedProcess[str],
) -> None:
    assert web.returncode == 0, web.stderr


def test_a_web_process_that_prints_nothing_does_not_carry_the_typesetter(
    web: subprocess.CompletedProcess[str],
) -> None:
    assert web.stdout.split() == ["surveys.printing"]


@pytest.mark.slow
def test_what_workers_do_could_not_be_loaded_there() -> None:
    done = started("import analytics.releasing\n")

    assert done.returncode == 1
    [*_, last] = done.stderr.splitlines()
    assert last.startswith("ModuleNotFoundError: ")
    assert "scipy" in last or "numpy" in last
