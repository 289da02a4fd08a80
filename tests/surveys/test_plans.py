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
        promises={},
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


PROMISE_IN = '''
[promise_in]
cy = """
Addewid
hir.

Un arall.
"""
ur = "وعدہ"
'''


def test_a_promise_is_read_in_each_language_that_it_is_given_in() -> None:
    plan = plans.read('promise = "Ours."' + PLAN + PROMISE_IN, {})

    assert plan.promise == "Ours."
    assert plan.promises == {"cy": "Addewid hir.\n\nUn arall.", "ur": "وعدہ"}


def test_the_translations_of_a_promise_do_not_outlive_it() -> None:
    plan = plans.read('promise = "Ours."' + PLAN + PROMISE_IN, {"promise": "Another."})

    assert (plan.promise, plan.promises) == ("Another.", {})


@pytest.mark.parametrize(
    ("promises", "problem"),
    [
        (
            'promise_in = "وعدہ"\n',
            (
                'plan, promise_in: "promise_in" is not a table of languages and texts. '
                "Write promise_in = a table of languages and texts."
            ),
        ),
        (
            "promise_in = { ur = 7 }\n",
            'plan, promise_in, ur: "ur" is not a text in "quotes". Write ur = a text in "quotes".',
        ),
        (
            'promise_in = { ur = "<b>" }\n',
            (
                "plan, promise_in, ur: The text has < and >: texts are plain, and nothing is "
                "filled in. Write plain words there."
            ),
        ),
        (
            f'promise_in = {{ ur = "{"a" * 3_001}" }}\n',
            "plan, promise_in, ur: The text has 3001 characters. Keep it to 3000.",
        ),
    ],
)
def test_a_promise_in_another_language_must_be_a_plain_text(promises: str, problem: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        plans.read(promises + PLAN, {})

    assert list(map(str, refused.value.problems)) == [problem]


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
            "Known here are: authority, cover_name, cover_phone, help_name, help_phone, pilot."
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
