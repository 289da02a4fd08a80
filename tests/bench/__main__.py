"""Prints the table of figures, or of the groups named, such as counting or judging.

Needs PostgreSQL; without it says what is not measured.
"""

import argparse
import os
import sys

import django

from tests import environment  # noqa: F401  must come before Django is set up
from tests.finding import postgres

GROUPS = ("counting", "growth", "answering", "rollout", "judging", "reports")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py bench")
    parser.add_argument("groups", nargs="*", metavar="|".join(GROUPS))
    groups = parser.parse_args().groups
    if unknown := set(groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    server = postgres()
    if not server.found:
        print(f"Nothing is measured, because every ratio here is to PostgreSQL: {server.why_not}.")
        print(f"To have it: {server.mend}.")
        return 1
    os.environ["HEARD_DATABASE_URL"] = server.found
    os.environ["HEARD_JOBS"] = "sweeps"  # else a mix would count its batch at once
    os.environ["HEARD_LOG_LEVEL"] = "ERROR"
    django.setup()
    from tests.bench import figures  # noqa: PLC0415  models cannot be read before set-up

    return figures.main(groups)


if __name__ == "__main__":
    sys.exit(main())
