"""What any test may ask for."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings
from whitenoise.middleware import (  # type: ignore[import-untyped]  # it brings no types
    WhiteNoiseMiddleware,
)

from feedback.pages import serving
from surveys import recordings
from surveys.keyring import Keyring
from tests import emptying

AS_FOR_FAMILIES = serving.BROTLI


def without_the_slow(config: pytest.Config) -> bool:
    """Whether this is the quick run, as `python3 run.py test` asks for it."""
    return "not slow" in config.getoption("markexpr")


def pytest_configure(config: pytest.Config) -> None:
    """How hypothesis looks for examples: before anything of it is collected.

    No deadline, because a busy machine is not a bug; in CI the same examples every time, and more.
    Fewer where the slow proofs are left out as well.
    """
    in_ci = os.environ.get("CI") == "true"
    hypothesis_settings.register_profile(
        "heard",
        deadline=None,
        derandomize=in_ci,
        max_examples=100 if in_ci else 20 if without_the_slow(config) else 50,
    )
    hypothesis_settings.load_profile("heard")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody need look through it for rubbish."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_where_nothing_is_measured() -> Iterator[None]:
    """What takes long on purpose, or again for each test, takes a fraction of it here.

    No test guesses passwords. Pages are packed to be read, except where their bytes are counted
    (`packed_as_for_families`). Each client builds WhiteNoise anew, and finds the same files.
    """
    passwords = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=passwords), pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "BROTLI", 4)
        files: dict[str, Any] = {}
        find = WhiteNoiseMiddleware.add_files_from_finders

        def find_once(self: WhiteNoiseMiddleware) -> None:
            if not files:
                find(self)
                files.update(self.files)
            self.files.update(files)

        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """What pytest-django makes of it, and in the quick run emptied in a fraction of the time.

    Not beside the slow proofs: one reads the server's files, in which rows stay that were deleted.
    """
    with pytest.MonkeyPatch.context() as patch:
        if without_the_slow(pytestconfig):
            with django_db_blocker.unblock():
                emptying.only_what_has_rows(patch)
        yield


@pytest.fixture
def packed_as_for_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages as small as in earnest, and none from a shelf on which they are not."""
    from feedback.pages import answering  # noqa: PLC0415  Django is ready only now

    monkeypatch.setattr(serving, "BROTLI", AS_FOR_FAMILIES)
    monkeypatch.setattr(answering, "_shelf", serving.Shelf())


@pytest.fixture
def keyring(tmp_path: Path, settings: Settings) -> Keyring:
    """Keys of this test alone, which the tasks it calls have too."""
    settings.HEARD_KEY_DIRECTORY = tmp_path / "keys"
    settings.HEARD_RECOVERY_DIRECTORY = tmp_path / "recovery"
    return Keyring.from_settings()


@pytest.fixture(autouse=True)
def no_recordings_of_before() -> Iterator[None]:
    """What a process keeps of recordings is of this test's database."""
    recordings.forget()
    yield
    recordings.forget()


@pytest.fixture
def no_worker() -> Iterator[None]:
    """No job is done where it is asked for: the test does it.

    The receiver is taken away, and not the task's door: which Celery application a task is of may
    differ from thread to thread.
    """
    from surveys.receivers import run_what_was_asked  # noqa: PLC0415  Django is ready only now
    from surveys.signals import job_asked  # noqa: PLC0415  as above

    job_asked.disconnect(run_what_was_asked)
    yield
    job_asked.connect(run_what_was_asked)
