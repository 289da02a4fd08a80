"""Every check of the code as text: `python3 run.py check`. Two at a time, the slowest first."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests import environment  # noqa: F401  (the plugin of mypy and makemigrations read settings)

TREE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Check:
    """A command, and what it holds in words."""

    holds: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    check: Check
    passed: bool
    seconds: float
    said: str


def checks() -> list[Check]:
    templates = sorted(str(path.relative_to(TREE)) for path in TREE.glob("*/templates"))
    python = sys.executable
    return [
        Check("types (mypy)", (python, "-m", "mypy")),
        Check(
            "models and migrations agree",
            (python, "manage.py", "makemigrations", "--check", "--dry-run"),
        ),
        Check("which room imports which (import-linter)", (str(BIN / "lint-imports"), "--no-logo")),
        Check("lint (ruff)", (python, "-m", "ruff", "check", "--output-format=concise", ".")),
        Check(
            "format (ruff)",
            (python, "-m", "ruff", "format", "--check", "--output-format=concise", "."),
        ),
        Check(
            "indentation of templates (djhtml)",
            (python, "-m", "djhtml", "--check", "--tabwidth", "2", *templates),
        ),
    ]


def run(check: Check) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=TREE,
        env={**os.environ, "PYTHONPATH": str(TREE), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, time.monotonic() - began, done.stdout.strip())


def report(outcome: Outcome) -> None:
    """One line where it holds; all that the tool said where it does not."""
    if outcome.passed:
        print(f"  holds    {outcome.check.holds} ({outcome.seconds:.0f} s)", flush=True)
        return
    print(f"  BROKEN   {outcome.check.holds} ({outcome.seconds:.0f} s)", flush=True)
    print("\n".join(f"           {line}" for line in outcome.said.splitlines()), flush=True)
    print(f"           To see it alone: {' '.join(outcome.check.command)}", flush=True)


def main() -> int:
    todo = checks()
    print(f"{len(todo)} checks, each named when it ends:", flush=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = []
        for future in as_completed([pool.submit(run, check) for check in todo]):
            outcomes.append(future.result())
            report(outcomes[-1])
    broken = sum(not outcome.passed for outcome in outcomes)
    print(f"{len(outcomes) - broken} checks hold, {broken} broken.", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
