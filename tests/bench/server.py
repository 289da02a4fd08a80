"""The web server of production, on this machine for as long as it is measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from config.management.commands.serve import KEYS

ADDRESS = "127.0.0.1"
WORKERS, THREADS = 2, 4  # one for each core, as docs/running.md says
SOON = 30.0  # seconds in which it is up, or never will be
GRACE = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn that runs, with workers that hold no key, as in production."""

    port: int
    process: int

    @property
    def url(self) -> str:
        return f"http://{ADDRESS}:{self.port}"

    def cpu(self) -> float:
        """Seconds of processor time that its workers have taken since they began."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text()
        return sum(_cpu(int(child)) for child in children.split())

    def answer(self, request: str) -> bytes:
        """All bytes that come back for a request, head and body. Args: request: its head lines."""
        with socket.create_connection((ADDRESS, self.port), timeout=GRACE) as line:
            line.sendall(f"{request}Connection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: line.recv(2**16), b""))


@contextmanager
def serving(database: str) -> Iterator[Server]:
    """Args: database: its address, which may hold a password and is never printed."""
    port = _a_free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", f"--bind={ADDRESS}:{port}"),
            *(f"--workers={WORKERS}", f"--threads={THREADS}", "--log-level=error"),
            "config.wsgi",
        ],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name not in KEYS},
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "HEARD_DATABASE_URL": database,
        },
    )
    try:
        _wait_until_it_answers(port, process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SOON
    while process.poll() is None and time.monotonic() < deadline:
        asking = HTTPConnection(ADDRESS, port, timeout=SOON)
        try:
            asking.request("GET", "/health/live")
            if asking.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            asking.close()
    raise RuntimeError("gunicorn did not come up")


def _a_free_port() -> int:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        return int(free.getsockname()[1])


def _cpu(process: int) -> float:
    """Source: proc(5), /proc/pid/stat, fields 14 and 15. A name may hold spaces, so after it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
