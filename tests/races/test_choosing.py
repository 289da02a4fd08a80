"""Local questions chosen while the wave is planned anew, or opened; and two waves that clash."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from surveys import comparability, fielding, planning
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from tests.races.together import together
from tests.surveys.drafts import a_bank_item, choosing, joined
from tests.surveys.factories import SOURCE, a_version, a_wave, an_authority

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

# Another item, so that what was put into the old core cannot be counted with this one.
LONGER = SOURCE.replace('code = "listened"', 'code = "heard"')


def told(act: Callable[[], Any]) -> str:
    try:
        act()
    except Refused:
        return "refused"
    return "done"


def plan_anew(wave: Wave, version: Any) -> None:
    plan = planning.plan_of(wave)
    terms = replace(planning.terms_of(plan), version=version)
    planning.change_plan(wave=wave, terms=terms, was=planning.state_of(wave), by=None)


def test_what_is_chosen_while_a_wave_is_planned_anew_stands_in_the_core_that_it_asks(
    trials: range,
) -> None:
    for number in trials:
        before = a_version()
        after = a_version(LONGER.replace("Do you feel", f"In trial {number}, do you feel"))
        item = a_bank_item()
        part = joined(a_wave(version=before))

        found = together(
            [
                partial(told, partial(choosing, part, item)),
                partial(told, partial(plan_anew, part.wave, after)),
            ]
        )

        part = Participation.objects.select_related("wave__version", "version").get(pk=part.pk)
        core, own = part.wave.version.definition, part.version.definition
        assert comparability.differences_from_core(core, own) == [], found
        assert "done" in found


def test_questions_chosen_while_a_wave_is_opened_are_asked_or_refused(trials: range) -> None:
    for _ in trials:
        item = a_bank_item()
        part = joined()

        chosen, opened = together(
            [
                partial(told, partial(choosing, part, item)),
                partial(
                    told,
                    partial(fielding.open_wave, wave=part.wave, keyring=Keyring.from_settings()),
                ),
            ]
        )

        part = Participation.objects.select_related("version").get(pk=part.pk)
        asked = {each.code for each in part.version.definition.items}
        assert (opened, item.code in asked) == ("done", chosen == "done")
        assert part.opened_on is not None


def test_of_two_waves_that_would_ask_the_same_families_one_is_opened(trials: range) -> None:
    for number in trials:
        leeds = an_authority()
        waves = [
            joined(a_wave(opens_on=day, closes_on=day, asked_again_why=""), leeds).wave
            for day in (date(2030 + 3 * number, 1, 1), date(2030 + 3 * number, 2, 1))
        ]

        found = together(
            [
                partial(
                    told,
                    partial(fielding.open_wave, wave=wave, keyring=Keyring.from_settings()),
                )
                for wave in waves
            ]
        )

        assert sorted(found) == ["done", "refused"]
