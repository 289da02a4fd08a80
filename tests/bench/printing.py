"""How long ten thousand letters take to set, and how much memory, in a process of their own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from surveys import codes
from surveys.keyring import Keyring
from surveys.printing import Letter, Sender, letters
from tests.bench.lines import Line

LETTERS = 10_000
LONGEST = 120.0  # seconds, on two cores
MOST = 500.0  # megabytes, of the whole process at its largest

_SENDER = Sender("Testshire", "Family information", "0800 000 0000", "https://heard.example")


@dataclass(frozen=True, slots=True)
class Measured:
    letters: int
    seconds: float
    processor: float
    megabytes: float


def figures(_: Keyring) -> Iterator[Line]:
    found = measured(LETTERS)
    seconds, most = f"{found.seconds:.0f} s", f"{found.megabytes:.0f} MB"
    missed = found.seconds >= LONGEST
    yield Line(f"{LETTERS:,} letters typeset", seconds, f"under {LONGEST:g} s", missed=missed)
    missed = found.megabytes >= MOST
    yield Line(
        "the process that set them, at its largest", most, f"under {MOST:g} MB", missed=missed
    )


def measured(count: int) -> Measured:
    """In a fresh process, because the most memory that a process had is never forgotten."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.printing", str(count)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


def _set(count: int) -> Measured:
    """Letters as they come: half in two languages, a tenth in large print."""
    pages = (
        Letter(codes.make(), "12-17", ("en", "ur") if each % 2 else ("en",), large=each % 10 == 0)
        for each in range(count)
    )
    began = time.perf_counter()
    done = sum(part.count for part in letters(pages, sender=_SENDER, closes_on=date(2026, 11, 30)))
    return Measured(
        letters=done,
        seconds=time.perf_counter() - began,
        processor=time.process_time(),
        megabytes=_most_memory(),
    )


def _most_memory() -> float:
    """The most that this process had, in MB.

    Linux counts into `ru_maxrss` what the process had from which this one was made, such as a large
    test runner. What it writes of the process itself begins with the program.
    """
    itself = Path("/proc/self/status")
    if itself.exists():
        lines = dict(line.split(":", 1) for line in itself.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(_set(int(sys.argv[1])))))
