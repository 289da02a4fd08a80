"""What the proofs share."""

import pytest

from surveys.keyring import Keyring


@pytest.fixture
def keyring() -> Keyring:
    """The keys of this process, as a worker has them: subprocesses of a proof use the same."""
    return Keyring.from_settings()
