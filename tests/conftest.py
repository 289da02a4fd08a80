"""What any test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

from surveys import recordings
from surveys.keyring import Keyring

# No deadline, because a busy machine is not a bug; in CI the same examples every time, and more.
hypothesis_settings.register_profile(
    "heard",
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    max_examples=100 if os.environ.get("CI") == "true" else 50,
)
hypothesis_settings.load_profile("heard")


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
