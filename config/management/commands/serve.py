"""Heard on one machine: a web process that holds no key, and a worker that does."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

ADDRESS = "127.0.0.1"
THREADS = 8
PAUSE = 0.2  # seconds between two looks at the processes
# More than the application takes (DATA_UPLOAD_MAX_MEMORY_SIZE), so that its own page says what is
# too much. All of it in memory, as is the page that gives it back: what a child sends is never a
# file.
BODY = 3 * 2**20
BODIES = (
    f"--max-request-body-size={BODY}",
    f"--inbuf-overflow={BODY}",
    f"--outbuf-overflow={8 * BODY}",
    "--channel-timeout=30",  # seconds in which nothing came; then the connection is let go
)
GRACE = 10.0  # seconds a process has to finish what it is doing
KEYS = ("HEARD_KEY_DIRECTORY", "HEARD_RECOVERY_DIRECTORY", "HEARD_RECOVERY_PUBLIC_KEY")


class Command(BaseCommand):
    help = "Serve on this machine, until Ctrl-C: a web process without keys, and a worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        see_that_it_is_free(port)
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        processes = {"web": web(port), "worker": worker()}
        self.stdout.write(f"Serving at {settings.HEARD_BASE_URL} until Ctrl-C.")
        try:
            ended, code = first_to_end(processes)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
            return
        finally:
            end(list(processes.values()))
        raise CommandError(
            f"The {ended} process ended by itself, so the other was stopped too.",
            returncode=max(code, 1),  # a process that was killed has a code below nought
        )


def see_that_it_is_free(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be had on {ADDRESS} ({error}). Name another with --port."
            ) from None


def web(port: int) -> subprocess.Popen[bytes]:
    """The web process: no key directory, and no job of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in KEYS}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "waitress"),
            *(f"--listen={ADDRESS}:{port}", f"--threads={THREADS}", "--ident=", *BODIES),
            "config.wsgi:application",
        ],
        cwd=settings.BASE_DIR,
        env={**environment, "HEARD_JOBS": "sweeps"},
    )


def worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "work"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "HEARD_JOBS": "inline"},
    )


def first_to_end(processes: dict[str, subprocess.Popen[bytes]]) -> tuple[str, int]:
    """Wait until one of the processes ends; its name and its code.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, or this process was asked to end.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                return name, process.returncode
        time.sleep(PAUSE)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """End processes: ask, wait while they finish what is in hand, then insist."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C changes nothing
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # waitress finishes its requests on this one only
    deadline = time.monotonic() + GRACE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
