"""How often each race is run: a few times always, a hundred times in the slow form."""

import pytest

QUICK = range(5)
SLOW = range(100)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "trials" in metafunc.fixturenames:
        metafunc.parametrize(
            "trials",
            [pytest.param(QUICK, id="5"), pytest.param(SLOW, id="100", marks=pytest.mark.slow)],
        )
