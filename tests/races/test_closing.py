"""Two administrators who close or change the same wave at the same moment: one does."""

from datetime import date
from functools import partial

import pytest

from authorities.models import AuditEntry
from surveys import closing
from surveys.errors import Refused
from surveys.models import Wave
from tests.races.together import together
from tests.surveys.factories import IN_AUTUMN, an_open_wave

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_two_who_close_a_wave_at_once_one_does_and_the_other_is_told(trials: range) -> None:
    for _ in trials:
        wave = an_open_wave()

        found = together([partial(closing.close_now, wave=wave, today=IN_AUTUMN)] * 2)

        assert sorted(found) == [False, True]
        assert AuditEntry.objects.filter(act="wave closed early", subject=wave.slug).count() == 1


def test_whoever_extends_while_another_closes_comes_before_or_is_refused(trials: range) -> None:
    for _ in trials:
        wave = an_open_wave()

        def extend(wave: Wave = wave) -> str:
            try:
                closing.extend(
                    wave=wave,
                    until=date(2027, 1, 14),
                    was=wave.closes_on,
                    why="A strike.",
                    today=IN_AUTUMN,
                )
            except Refused:
                return "refused"
            return "extended"

        together([extend, partial(closing.close_now, wave=wave, today=IN_AUTUMN)])

        wave.refresh_from_db()
        assert (wave.closes_on, wave.ended_on) == (date(2026, 11, 22), IN_AUTUMN)
