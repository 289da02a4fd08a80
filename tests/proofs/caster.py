"""A family's side of the proof, in a process of its own that can be killed: casts, and says so.

    python -m tests.proofs.caster PARTICIPATION < lines of "number code"

A line "number" on standard output means that the ballot was accepted: the rule returned.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from feedback.ballots import cast  # noqa: E402  Django must be set up first
from surveys.models import Participation  # noqa: E402  Django must be set up first
from tests.proofs.numbered import numbered  # noqa: E402  Django must be set up first


def main() -> None:
    participation = Participation.objects.select_related("wave", "authority", "version").get(
        pk=sys.argv[1]
    )
    survey = participation.version.definition
    for line in sys.stdin:
        number, code = line.split()
        sent = numbered(survey, int(number), code=code, words=f"idea {number}")
        cast(participation=participation, sent=sent)
        print(number, flush=True)


main()
