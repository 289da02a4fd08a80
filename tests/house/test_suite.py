"""The command that runs the tests counts them rightly, and hides nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import finding, suite
from tests.suite import Missing, Outcome, Part

PART = Part("on SQLite", "not slow")
SKIPPED = ("test_it: no scissors",)


def an_outcome(*, code: int = 0, tests: int = 3, skipped: tuple[str, ...] = ()) -> Outcome:
    return Outcome(PART, code, 1.0, tests=tests, failed=int(code > 0), skipped=skipped)


@pytest.fixture
def a_report(tmp_path: Path) -> Path:
    """What pytest itself writes of tests that end in each way there is."""
    (tmp_path / "test_it.py").write_text(
        """
import pytest

def test_passes(): pass
def test_fails(): assert False
def test_skips(): pytest.skip("no scissors")
@pytest.mark.xfail(strict=True)
def test_is_known_to_fail(): assert False
@pytest.fixture
def broken(): raise ValueError
def test_cannot_start(broken): pass
"""
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "--junitxml=report.xml"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    return tmp_path / "report.xml"


@pytest.mark.slow
def test_a_report_is_counted_as_pytest_counts(a_report: Path) -> None:
    found = suite.read(PART, 1, 1.0, a_report)

    assert (found.tests, found.passed, found.failed) == (5, 2, 2)
    assert found.skipped == ("test_it.test_skips: no scissors",)


def test_tests_that_died_before_they_reported_have_failed(tmp_path: Path) -> None:
    found = suite.read(PART, 0, 1.0, tmp_path / "none.xml")

    assert (found.code, found.tests) == (1, 0)


@pytest.mark.parametrize(
    ("outcomes", "missing", "strict", "reasons"),
    [
        ([an_outcome()], [], True, []),
        ([an_outcome(skipped=SKIPPED)], [], False, []),
        ([an_outcome(skipped=SKIPPED)], [], True, ["with CI=true no test may be skipped"]),
        (
            [an_outcome(), an_outcome(code=1)],
            [],
            False,
            ["tests on SQLite failed (pytest ended with 1)"],
        ),
        ([an_outcome(tests=0)], [], False, ["no test was run"]),
        ([an_outcome()], [Missing("a browser", "none", "get one")], False, []),
        (
            [an_outcome()],
            [Missing("a browser", "none", "get one")],
            True,
            ["with CI=true everything must run"],
        ),
        ([an_outcome()], [suite.NOT_LOOKED_UP], True, []),
    ],
)
def test_what_makes_a_run_a_failure(
    outcomes: list[Outcome], missing: list[Missing], strict: bool, reasons: list[str]
) -> None:
    assert suite.verdict(outcomes, missing, strict=strict) == reasons


def test_what_did_not_run_is_named_with_why_and_how_to_mend_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    suite.report([an_outcome(skipped=SKIPPED)], [Missing("a browser", "there is none", "get one")])

    said = capsys.readouterr().out
    assert "Not run: a browser, because there is none. To have it run: get one." in said
    assert "Skipped: test_it: no scissors" in said


def test_a_server_that_is_not_there_is_said_to_be_absent_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HEARD_TEST_POSTGRES_URL", "postgresql://u:very-secret@127.0.0.1:9/heard")
    monkeypatch.setenv("HEARD_TEST_REDIS_URL", "redis://:very-secret@127.0.0.1:9/0")

    found = [finding.postgres(), finding.redis()]

    assert [one.found for one in found] == ["", ""]
    assert found[0].why_not.startswith("PostgreSQL at HEARD_TEST_POSTGRES_URL does not answer")
    assert "very-secret" not in str(found)


def test_every_test_belongs_to_a_part() -> None:
    """What one part leaves out, another takes: else a test would never run."""
    chosen = {
        part.name: part.chosen.removesuffix(" and not redis")
        for part in suite.parts(everything=True)[0]
    }

    everywhere = {
        "on SQLite": "not (postgres or redis or browser)",
        "on PostgreSQL and Redis": "(postgres or redis)",
        "in Chromium": "browser and not (postgres or redis)",
    }
    assert {name: everywhere[name] for name in chosen} == chosen
    marked = [
        path.relative_to(suite.TREE)
        for path in (suite.TREE / "tests").rglob("test_*.py")
        if "pytest.mark.browser\n" in path.read_text()
    ]
    assert {str(path.parent) for path in marked} == {"tests/journeys"}
