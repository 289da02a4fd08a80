"""A wave's plan, read from a document and options."""

from datetime import date

import pytest

from surveys import plans
from surveys.plans import Part, Plan
from surveys.problems import DefinitionError

PLAN = """
slug = "autumn-2026"
name = "Autumn 2026"
period_start = 2026-10-01
period_end = 2026-12-31
opens_on = 2026-10-05
closes_on = 2026-12-20
help_name = "The children's rights officer"

[[participation]]
authority = "E06000001"
help_phone = "01429 000000"
"""


def test_a_plan_is_read_and_what_it_leaves_out_is_the_usual() -> None:
    assert plans.read(PLAN, {}) == Plan(
        slug="autumn-2026",
        name="Autumn 2026",
        survey="your-say",
        version=0,
        period_start=date(2026, 10, 1),
        period_end=date(2026, 12, 31),
        opens_on=date(2026, 10, 5),
        closes_on=date(2026, 12, 20),
        k=0,
        promise="",
        simulated=False,
        help_name="The children's rights officer",
        help_phone="",
        parts=(Part("E06000001", "The children's rights officer", "01429 000000"),),
    )


def test_an_option_takes_the_place_of_what_the_plan_says() -> None:
    plan = plans.read(PLAN, {"slug": "winter", "k": 20, "opens_on": date(2026, 11, 1)})

    assert (plan.slug, plan.k, plan.opens_on, plan.name) == (
        "winter",
        20,
        date(2026, 11, 1),
        "Autumn 2026",
    )


def test_all_that_is_wrong_with_a_plan_is_named() -> None:
    faulty = PLAN.replace("slug", "slag").replace("2026-10-05", "2026-10-05T09:00:00")
    faulty = faulty.replace("help_phone", "phone").replace("2026-12-20", '"Christmas"')

    with pytest.raises(DefinitionError) as refused:
        plans.read(faulty, {})

    assert list(map(str, refused.value.problems)) == [
        'plan: There is no "slug". Write slug = a text in "quotes".',
        'plan, opens_on: "opens_on" has a time of day. Write the day only.',
        (
            'plan, closes_on: "closes_on" is not a day such as 2026-10-01. '
            "Write closes_on = a day such as 2026-10-01."
        ),
        'plan, part number 1: There is no "help_phone". Write help_phone = a text in "quotes".',
        (
            'plan, part number 1: "phone" means nothing. '
            "Known here are: authority, help_name, help_phone."
        ),
        'plan: "slag" means nothing. Did you mean "slug"?',
    ]


def test_the_same_authority_twice_is_a_problem() -> None:
    part = '[[participation]]\nauthority = "E06000001"\nhelp_phone = "0800 000 0000"\n'

    with pytest.raises(DefinitionError) as refused:
        plans.read(PLAN + part, {})

    assert list(map(str, refused.value.problems)) == [
        'plan, part number 2: "E06000001" takes part already. Take one of the two out.'
    ]
