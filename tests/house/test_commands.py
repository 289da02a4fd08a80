"""A command that cannot do its work says so in a sentence, and ends with 1."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from authorities.models import Sweep
from config.timetable import LATE_AFTER
from feedback import listening
from surveys.keyring import KeyMissing

AWAY = "postgresql://someone:very-secret@127.0.0.1:9/heard"


def manage(*arguments: str | bytes, database: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "HEARD_DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize(
    "which", [pytest.param(which, marks=pytest.mark.slow) for which in ("away", "unmigrated")]
)
def test_without_its_database_a_command_says_what_to_do(which: str, tmp_path: Path) -> None:
    database = {"away": AWAY, "unmigrated": f"sqlite:///{tmp_path}/empty.sqlite3"}[which]

    code, said = manage("load_register", database=database)

    assert code == 1
    assert "Traceback" not in said
    assert "very-secret" not in said
    assert "then run `manage.py migrate` and try again." in said


def test_an_argument_that_is_no_text_is_refused(tmp_path: Path) -> None:
    code, said = manage("load_register", b"\xff", database=f"sqlite:///{tmp_path}/x.sqlite3")

    assert (code, said) == (
        1,
        "What was typed after the command is not text in UTF-8. Nothing was done.\n",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "said"),
    [(KeyMissing("No key of that wave."), "No key of that wave."), (KeyError("Ann"), "KeyError.")],
)
def test_a_sweep_that_fails_is_told_and_the_others_still_run(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def fails(**_: Any) -> None:
        raise error

    monkeypatch.setattr(listening, "open_words", fails)

    with pytest.raises(CommandError, match="Not all was done"):
        call_command("run_sweeps")

    assert f"To open what was written did not work: {said}\n" in capsys.readouterr().err
    ended = set(Sweep.objects.values_list("name", flat=True))
    assert ended == set(LATE_AFTER) - {"feedback.open_words"}
