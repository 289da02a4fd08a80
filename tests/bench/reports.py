"""How long a reader waits for one authority's whole report: its page, its PDF, its spreadsheet.

Three years of it: every measure, span and group, neighbours, and the whole country beside it.
"""

import time
from collections.abc import Iterator

from django.test import Client

from surveys import core
from surveys.keyring import Keyring
from tests.analytics.whole_reports import a_whole_report
from tests.authorities.factories import an_authority
from tests.bench.lines import Line, within
from tests.surveys.factories import a_version

TIMES = 7
# Of the one process that is asked, in seconds: issue 5.
WANTED = (("page", "/", 0.05), ("PDF", ".pdf", 1.0), ("spreadsheet", ".xlsx", 1.0))


def figures(_: Keyring) -> Iterator[Line]:
    authority = an_authority()
    a_whole_report(authority, version=a_version(core.source()))
    for what, ending, longest in WANTED:
        took = list(_waits(f"/report/{authority.gss_code}{ending}"))
        yield within(longest, f"an authority's whole report, its {what}", took[1:])


def _waits(address: str) -> Iterator[float]:
    """Seconds of each; the first loads templates, words and letters."""
    client = Client()
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        answer = client.get(address)
        yield time.perf_counter() - began
        assert answer.status_code == 200, answer.status_code
