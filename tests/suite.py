"""`python3 run.py test`: every check, then the tests, each part where what it needs is found.

It ends by naming what did not run, why, and how to have it run. With CI=true everything runs, and
a test that was skipped is a failure.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from tests import checks, finding

TREE = Path(__file__).resolve().parent.parent
REPORTS = TREE / "var" / "tests"

# What Python makes of the sources and pytest of the tests, for all the processes of this run and of
# the next: to make it takes each of them ten seconds. Where a machine says that none may be kept
# beside the sources, it is in the way of nothing here.
COMPILED = REPORTS / "compiled"
NOTHING_CHOSEN = 5  # pytest's code where no test fits
SIGN_OF_LIFE = 30  # seconds

SERVERS = "postgres or redis"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the tests: which, with what around them, and on how many processes."""

    name: str
    chosen: str
    environment: dict[str, str] = field(default_factory=dict)
    processes: int = 0
    where: tuple[str, ...] = ("tests",)


@dataclass(frozen=True, slots=True)
class Outcome:
    part: Part
    code: int
    seconds: float
    tests: int
    failed: int
    skipped: tuple[str, ...]

    @property
    def passed(self) -> int:
        return self.tests - self.failed - len(self.skipped)


@dataclass(frozen=True, slots=True)
class Missing:
    """What does not run, why, and what to do to have it run."""

    what: str
    why: str
    mend: str


def parts(*, everything: bool) -> tuple[list[Part], list[Missing]]:
    """What can run here, and what cannot."""
    can = [Part("on SQLite", f"not ({SERVERS} or browser)", processes=2)]
    cannot = []
    postgres, redis, chromium = finding.postgres(), finding.redis(), finding.chromium()
    if postgres.found:
        without = "" if redis.found else " and not redis"
        can.append(
            Part(
                "on PostgreSQL and Redis",
                f"({SERVERS}){without}",
                _both(postgres, redis),
                where=files_with("postgres", "redis"),
            )
        )
    else:
        cannot.append(Missing("tests on PostgreSQL", postgres.why_not, postgres.mend))
    if not redis.found:
        cannot.append(Missing("tests on Redis", redis.why_not, redis.mend))
    if chromium.found:
        can.append(
            Part(
                "in Chromium",
                f"browser and not ({SERVERS})",
                {"HEARD_CHROMIUM": chromium.found},
                where=("tests/journeys",),  # the only place: see `files_with`
            )
        )
    else:
        cannot.append(Missing("tests in a browser", chromium.why_not, chromium.mend))
    if everything:
        return can, cannot
    quick = [replace(part, chosen=f"({part.chosen}) and not slow") for part in can]
    slow = Missing("the slow proofs", "they take up to 25 minutes", "python3 run.py test --all")
    return quick, [*cannot, slow]


def files_with(*marks: str) -> tuple[str, ...]:
    """The test files in which one of these marks stands, so that no others are read for a part."""
    wanted = tuple(f"pytest.mark.{mark}" for mark in marks)
    return tuple(
        str(path.relative_to(TREE))
        for path in sorted((TREE / "tests").rglob("test_*.py"))
        if any(mark in path.read_text() for mark in wanted)
    )


def keep_what_is_compiled() -> None:
    """For every process that is started from here."""
    os.environ["PYTHONPYCACHEPREFIX"] = str(COMPILED)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _both(postgres: finding.Found, redis: finding.Found) -> dict[str, str]:
    found = {"HEARD_DATABASE_URL": postgres.found}
    return {**found, "HEARD_REDIS_URL": redis.found} if redis.found else found


def run_all(can: list[Part], others: list[str]) -> list[Outcome]:
    """Those on several processes here; beside them each of the others, said when they end.

    The others mostly wait, for a server's disk or a browser, so all together keep two cores busy
    and take little longer than the longest one.
    """
    beside = [part for part in can if not part.processes]
    with ThreadPoolExecutor(max_workers=max(1, len(beside))) as pool:
        waiting = [pool.submit(run_beside, part, others) for part in beside]
        first = [run(part, others) for part in can if part.processes]
        return [*first, *(each.result() for each in waiting)]


def run(part: Part, others: list[str]) -> Outcome:
    """A part whose tests are seen as they pass."""
    print(f"\nTests {part.name}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        command(part, others), cwd=TREE, env={**os.environ, **part.environment}, check=False
    )
    return read(part, done.returncode, time.monotonic() - began, report_of(part))


def run_beside(part: Part, others: list[str]) -> Outcome:
    """A part that runs while another is seen: it only says that it lives, and all at its end."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command(part, others),
            cwd=TREE,
            env={**os.environ, **part.environment},
            stdout=out,
            stderr=out,
        )
        while process.poll() is None:
            try:
                process.wait(timeout=SIGN_OF_LIFE)
            except subprocess.TimeoutExpired:
                seconds = time.monotonic() - began
                print(f"\n[tests {part.name}: {seconds:.0f} s so far]", flush=True)
        out.seek(0)
        said = out.read().decode(errors="replace")
    print(f"\nTests {part.name}, meanwhile:\n{said}", flush=True)
    return read(part, process.returncode, time.monotonic() - began, report_of(part))


def command(part: Part, others: list[str]) -> list[str]:
    report = report_of(part)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    return [
        *(sys.executable, "-m", "pytest", "-q", "-m", part.chosen, f"--junitxml={report}"),
        *(["-n", str(part.processes), "--dist", "worksteal"] if part.processes else []),
        *part.where,
        *others,
    ]


def report_of(part: Part) -> Path:
    return REPORTS / f"{part.name.replace(' ', '-')}.xml"


def read(part: Part, code: int, seconds: float, report: Path) -> Outcome:
    """The numbers of a part, from the report pytest wrote; none where it died before."""
    if not report.exists():
        return Outcome(part, code or 1, seconds, 0, 0, ())
    cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314  we wrote it just now
    skipped = [
        f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}"
        for case in cases
        for skip in case.iter("skipped")
        if skip.get("type") != "pytest.xfail"
    ]
    failed = sum(
        case.find("failure") is not None or case.find("error") is not None for case in cases
    )
    return Outcome(
        part, 0 if code == NOTHING_CHOSEN else code, seconds, len(cases), failed, tuple(skipped)
    )


def audit() -> list[Missing]:
    """Known vulnerabilities in what we lock.

    The list of them is kept by a service outside. Where it does not answer this says so and is no
    failure, even in CI: nothing in the project could mend that.

    Raises:
        SystemExit: there are some.
    """
    print("\nKnown vulnerabilities in what is locked (pip-audit) …", flush=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock"),
            *("--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off"),
        ],
        cwd=TREE,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        packages = []
    looked_up = [package for package in packages if "skip_reason" not in package]
    known = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {found['fix_versions']}"
        for package in looked_up
        for found in package["vulns"]
    ]
    if known:
        print("\n".join(known), flush=True)
        raise SystemExit("Vulnerabilities are known in what we lock: raise these versions.")
    print(f"{len(looked_up)} packages looked up, none is known to be vulnerable.", flush=True)
    return [] if looked_up else [NOT_LOOKED_UP]


NOT_LOOKED_UP = Missing(
    "the look-up of known vulnerabilities",
    "the service that lists them does not answer here",
    "python3 run.py test --all, on a machine with a network",
)


def report(outcomes: list[Outcome], missing: list[Missing]) -> None:
    print("\n")
    for outcome in outcomes:
        print(
            f"{outcome.part.name:26}{outcome.passed:6} passed{outcome.failed:5} failed"
            f"{len(outcome.skipped):5} skipped{outcome.seconds:7.0f} s"
        )
    for one in missing:
        print(f"Not run: {one.what}, because {one.why}. To have it run: {one.mend}.")
    for outcome in outcomes:
        for skipped in outcome.skipped:
            print(f"Skipped: {skipped}")


def verdict(outcomes: list[Outcome], missing: list[Missing], *, strict: bool) -> list[str]:
    """Why this run is a failure; empty where it is none."""
    reasons = [
        f"tests {outcome.part.name} failed (pytest ended with {outcome.code})"
        for outcome in outcomes
        if outcome.code
    ]
    if not sum(outcome.tests for outcome in outcomes):
        reasons.append("no test was run")
    if strict and any(outcome.skipped for outcome in outcomes):
        reasons.append("with CI=true no test may be skipped")
    if strict and any(one is not NOT_LOOKED_UP for one in missing):
        reasons.append("with CI=true everything must run")
    return reasons


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py test")
    parser.add_argument("--all", action="store_true", help="the slow proofs too")
    parser.add_argument("others", nargs="*", help="for pytest, after --")
    options = parser.parse_args(arguments)
    strict = os.environ.get("CI", "").lower() == "true"
    everything = options.all or strict
    keep_what_is_compiled()
    can, missing = parts(everything=everything)
    if everything:
        missing += audit()
    with ThreadPoolExecutor(1) as pool:
        # The longest check keeps one core busy; the other need not wait for it.
        checking = pool.submit(checks.main)
        outcomes = run_all(can, options.others)
        broken = checking.result()
    report(outcomes, missing)
    reasons = verdict(outcomes, missing, strict=strict)
    if broken:
        reasons.insert(0, "a check is broken (see above)")
    for reason in reasons:
        print(f"FAILED: {reason}.")
    passed, failed, skipped = (
        sum(outcome.passed for outcome in outcomes),
        sum(outcome.failed for outcome in outcomes),
        sum(len(outcome.skipped) for outcome in outcomes),
    )
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
