"""What the tests of surveys may ask for."""

from collections.abc import Iterator

import pytest

from tests.surveys.factories import around


@pytest.fixture
def no_screens() -> Iterator[None]:
    """Nothing stands around a survey: so it can be published in made-up languages."""
    with around():
        yield
