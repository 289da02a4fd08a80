#!/usr/bin/env python3
"""Django's own door. `python3 run.py manage …` opens it with everything installed."""

import os
import sys

from django.core.management import execute_from_command_line

from config.environment import Misconfigured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except Misconfigured as reason:
        sys.exit(f"{reason} See docs/running.md.")
