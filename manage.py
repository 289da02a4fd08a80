#!/usr/bin/env python3
"""Django's own door. `python3 run.py manage …` opens it with everything installed."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError

from config.environment import Misconfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        "".join(sys.argv).encode()
        execute_from_command_line(sys.argv)
    except UnicodeEncodeError:
        sys.exit("What was typed after the command is not text in UTF-8. Nothing was done.")
    except DatabaseError as error:
        if "--traceback" in sys.argv:
            raise
        # Without its message, which may quote a value of a row.
        sys.exit(
            "The database refused, does not answer or is of another version "
            f"({type(error).__name__}). See that it runs and that HEARD_DATABASE_URL names it, "
            "then run `manage.py migrate` and try again."
        )
    except Misconfigured as reason:
        sys.exit(f"{reason} See docs/running.md.")
