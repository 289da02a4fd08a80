"""Heard on one machine, really started: the web process holds no key, and both end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

CODE = "7K3MQ9TXW2H"
LONG = 180.0  # seconds after which what has not happened never will
PAUSE = 0.1


class Serving:
    """One `manage.py serve`, with a database and keys of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.said = folder / "said.txt"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=settings.BASE_DIR,
                env={
                    **os.environ,
                    "HEARD_DATABASE_URL": f"sqlite:///{folder}/heard.sqlite3",
                    "HEARD_BASE_URL": f"http://127.0.0.1:{self.port}",
                    "HEARD_KEY_DIRECTORY": str(folder / "keys"),
                    "HEARD_RECOVERY_DIRECTORY": str(folder / "recovery"),
                },
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def status(self, path: str, **headers: str) -> int:
        """Of one page; 0 where nobody answers."""
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)) as page:
                return int(page.status)
        except HTTPError as error:
            with error:
                return error.code
        except URLError:
            return 0

    def child(self, what: str) -> int:
        """The process of one of the two."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return next(
            int(child)
            for child in children.split()
            if what in Path(f"/proc/{child}/cmdline").read_text().split("\0")
        )

    def ended(self) -> int:
        return self.process.wait(LONG)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    one = Serving(tmp_path)
    until(lambda: one.status("/health/ready") == 200, one)
    yield one
    one.process.kill()
    one.process.wait()


def until(happened: Callable[[], bool], one: Serving) -> None:
    deadline = time.monotonic() + LONG
    while not happened():
        assert one.process.poll() is None, one.said.read_text()
        assert time.monotonic() < deadline, one.said.read_text()
        time.sleep(PAUSE)


def environment_of(process: int) -> dict[str, str]:
    found = Path(f"/proc/{process}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in found if "=" in line)


@pytest.mark.slow
def test_the_two_processes_of_one_machine(serving: Serving) -> None:
    """One start for many questions, because a start takes seconds.

    That it came to be ready shows that the worker swept.
    """
    web, worker = environment_of(serving.child("waitress")), environment_of(serving.child("work"))

    assert {name for name in web if "RECOVERY" in name or "KEY_DIRECTORY" in name} == set()
    assert (web["HEARD_JOBS"], worker["HEARD_JOBS"]) == ("sweeps", "inline")
    assert worker["HEARD_KEY_DIRECTORY"].endswith("/keys")

    assert (
        serving.status(f"/s/{CODE}/x", **{"User-Agent": "marked", "X-Forwarded-For": "203.0.113.7"})
        == 404
    )
    serving.process.send_signal(signal.SIGTERM)
    assert serving.ended() == 0
    said = serving.said.read_text()
    assert "/s/" not in said  # what a family meets leaves no line that is finer than a day
    assert [mark for mark in (CODE, "marked", "203.0.113.7") if mark in said] == []
    assert serving.status("/health/live") == 0


@pytest.mark.slow
def test_when_the_worker_dies_the_web_process_does_not_stay_behind(serving: Serving) -> None:
    os.kill(serving.child("work"), signal.SIGKILL)

    assert serving.ended() == 1
    assert "The worker process ended by itself, so the other was stopped too." in (
        serving.said.read_text()
    )
    assert serving.status("/health/live") == 0


@pytest.mark.slow
def test_a_port_in_use_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} cannot be had on 127.0.0.1" in done.stderr
    assert "Name another with --port." in done.stderr
    assert "Traceback" not in done.stderr
