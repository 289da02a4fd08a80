"""run.py: one file that needs nothing, and makes what the rest needs."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from nacl.public import PrivateKey

import run
from config import embedded

TREE = Path(settings.BASE_DIR)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    embedded.make(tmp_path)
    return tmp_path


def settings_in(folder: Path) -> dict[str, str]:
    lines = (folder / embedded.SETTINGS).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("arguments", [[], ["frobnicate"], ["--all"]])
def test_a_word_it_does_not_know_is_answered_with_those_it_knows(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(arguments) == 2
    assert all(f"\n  {verb} " in capsys.readouterr().out for verb in ["demo"])


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--help"]) == 0

    said = capsys.readouterr().out
    assert [verb for verb in run.VERBS if f"\n  {verb} " not in said] == []


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))

    assert run.main(["check"]) == 1
    assert "Heard needs Python 3.11 or newer" in capsys.readouterr().out


def test_secrets_are_made_for_this_user_alone(made: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()}

    assert modes == {embedded.SETTINGS: 0o600, embedded.RECOVERY_KEY: 0o600}


def test_the_recovery_key_that_is_written_down_fits_the_public_one(made: Path) -> None:
    public, private = (made / embedded.RECOVERY_KEY).read_text().splitlines()[-1].split()

    assert settings_in(made)["HEARD_RECOVERY_PUBLIC_KEY"] == public
    assert bytes(PrivateKey(bytes.fromhex(private)).public_key).hex() == public


def test_no_two_secrets_are_alike(made: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    another = tmp_path_factory.mktemp("another")
    embedded.make(another)

    both = [*settings_in(made).values(), *settings_in(another).values()]

    assert len(set(both)) == len(both) == 10


def test_secrets_are_never_overwritten(made: Path) -> None:
    before = settings_in(made)

    with pytest.raises(FileExistsError):
        embedded.make(made)

    assert settings_in(made) == before


def test_a_lost_settings_file_leaves_the_old_recovery_key_readable(made: Path) -> None:
    old = (made / embedded.RECOVERY_KEY).read_text()
    (made / embedded.SETTINGS).unlink()

    embedded.make(made)

    assert (made / embedded.RECOVERY_KEY).read_text().startswith(old)


def test_embedded_settings_are_those_made_once_and_this_folder(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("HEARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(run, "VAR", made)
    monkeypatch.setattr(run, "SECRETS", made / embedded.SETTINGS)

    found = {name: text for name, text in run.embedded(8123).items() if name.startswith("HEARD_")}

    assert found == {
        **settings_in(made),
        "HEARD_BASE_URL": "http://127.0.0.1:8123",
        "HEARD_DATABASE_URL": f"sqlite:///{made}/heard.sqlite3",
        "HEARD_EMAIL_BACKEND": "console",
        "HEARD_HOSTS": "127.0.0.1,localhost",
        "HEARD_JOBS": "inline",
        "HEARD_KEY_DIRECTORY": str(made / "keys"),
        "HEARD_LOG_LEVEL": "WARNING",
        "HEARD_MEDIA_DIRECTORY": str(made / "media"),
        "HEARD_RECOVERY_DIRECTORY": str(made / "recovery"),
    }


def test_settings_that_someone_made_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_SECRET_KEY", "theirs")

    assert run.embedded() == dict(os.environ)


def test_uv_is_fetched_by_the_hashes_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "VAR", tmp_path)

    first, *hashes = run.only_uv().read_text().splitlines()

    assert first.startswith("uv==")
    assert hashes
    assert all(line.startswith("    --hash=sha256:") for line in hashes)


def test_a_missing_setting_is_told_without_a_stack_trace() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=TREE,
        env={**os.environ, "HEARD_CODE_KEY": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        "HEARD_CODE_KEY is not set, and there is no safe default for it. See docs/running.md.\n",
    )


@pytest.mark.slow
def test_a_copy_installs_itself_and_then_needs_no_network(tmp_path: Path) -> None:
    """As a new developer does it; the second time with every way out leading nowhere."""
    copy = tmp_path / "heard"
    unwanted = shutil.ignore_patterns(".*", "var", "__pycache__")
    shutil.copytree(TREE, copy, ignore=unwanted)
    outside = {name: text for name, text in os.environ.items() if not name.startswith("HEARD_")}
    nowhere = dict.fromkeys(["http_proxy", "https_proxy", "all_proxy"], "http://127.0.0.1:9")

    first = manage_check(copy, outside)
    second = manage_check(copy, {**outside, **nowhere})

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert "Making .venv: done" in first.stdout
    assert second.stdout == "System check identified no issues (0 silenced).\n"


def manage_check(copy: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", "manage", "check"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
