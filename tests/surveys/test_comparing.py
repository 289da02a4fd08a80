"""Two versions side by side: which trends continue, and which break."""

import pytest
from django.test import Client
from django.urls import reverse

from authorities.roles import Role
from surveys.comparability import more_than_wording
from surveys.comparing import Compared, Reworded, Trend, What, compare
from tests.authorities.factories import a_member
from tests.surveys.drafts import BETTER, a_local_question, an_author
from tests.surveys.factories import SOURCE, a_survey, a_version


def compared(*changes: tuple[str, str]) -> Compared:
    """The small survey and what these changes make of it."""
    source = SOURCE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    return compare(a_survey(), a_survey(source))


def of(found: Compared, code: str) -> tuple[What, Trend, tuple[str, ...]]:
    [item] = [each for each in found.items if each.code == code]
    return item.what, item.trend, item.why


def test_the_same_is_the_same() -> None:
    found = compare(a_survey(), a_survey())

    assert found.is_the_same
    assert [each.code for each in found.continuing] == [
        "safe", "listened", "topics", "helper", "helper-is-worker", "service", "gender",
    ]  # fmt: skip


def test_other_words_leave_a_trend_going_and_each_word_is_marked() -> None:
    found = compare(a_survey(), a_survey(BETTER))

    assert of(found, "safe") == (What.REWORDED, Trend.CONTINUES, ())
    [item] = found.differing
    assert item.texts == (
        Reworded(
            "the question, 12-17",
            "Do you feel safe with us?",
            "Do you feel safe when you are with us?",
        ),
    )
    assert [(each.kind, each.text) for each in item.texts[0].pieces] == [
        ("same", "Do you feel safe "), ("in", "when you are "), ("same", "with us?"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('construct = "safe"', 'construct = "well"', "It measured safe and now well."),
        ("score = 50", "score = 51", "“Sometimes” scored 50 and now scores 51."),
        (
            "score = 50, favourable = false",
            "score = 50, favourable = true",
            "and now scores 50 (good)",
        ),
        ('    { code = "unsure", label = "I do not know" },\n', "", "“I do not know” is gone."),
        ('code = "unsure"', 'code = "dunno"', "“I do not know” is new."),
        ('"8-11" = "Do you feel safe?"\n', "", "It is no longer asked of 8-11."),
        ('label = { "12-17" = "Yes, a lot" }', 'label = "Yes, a lot"', "offered to other ages."),
    ],
)
def test_a_trend_breaks_where_the_figures_would_be_of_something_else(
    old: str, new: str, why: str
) -> None:
    what, trend, said = of(compared((old, new)), "safe")

    assert (what, trend) == (What.CHANGED, Trend.BREAKS)
    assert why in "\n".join(said)


def test_other_conditions_break_a_trend_for_others_are_asked() -> None:
    found = compared(('is = "read-to-me"', 'is = "alone"'))

    assert of(found, "helper-is-worker") == (
        What.CHANGED, Trend.BREAKS, ("It is shown to others: its condition differs.",),
    )  # fmt: skip


def test_what_comes_begins_and_what_goes_ends() -> None:
    before, after = (SOURCE + a_local_question(each) for each in ("local-club", "local-b"))

    found = compare(a_survey(before), a_survey(after))

    assert ([each.code for each in found.beginning], [each.code for each in found.ending]) == (
        ["local-b"],
        ["local-club"],
    )


def test_what_is_not_counted_has_no_trend() -> None:
    found = compared(("longest = 1000", "longest = 900"))

    assert of(found, "idea") == (What.CHANGED, Trend.NONE, ())
    assert found.differing[0].changes == ("Words may have 900 characters; they could have 1000.",)


def test_words_around_the_questions_are_compared_too() -> None:
    found = compared(
        ('thanks = "Thank you."', 'thanks = "Thanks."'),
        ("reading_ease = 80", "reading_ease = 70"),
    )

    assert [each.place for each in found.around] == ["the thanks, 8-11"]
    assert found.ages == ("The reading ease that 8 to 11 must have goes from 80 to 70.",)


def test_wording_is_words_alone() -> None:
    small = a_survey()
    reworded = a_survey(
        BETTER.replace('label = "Sometimes"', 'label = "Now and then"')
        .replace('hint = "Please leave out names."\n', "")
        .replace('"Thank you."', '"Thanks."')
        .replace("reading_ease = 70", "reading_ease = 60")
    )

    assert more_than_wording(small, reworded) == []
    assert more_than_wording(small, a_survey(SOURCE + a_local_question())) == [
        'item "local-club" is new'
    ]


@pytest.mark.django_db
def test_two_versions_on_their_page(client: Client) -> None:
    before, after = a_version(), a_version(BETTER.replace('code = "gender"', 'code = "sex"'))
    client.force_login(an_author())

    listed = client.get(reverse("versions"))
    page = client.get(reverse("compare-versions", args=[before.pk, after.pk]))
    chosen = client.get(reverse("versions"), {"a": before.pk, "b": after.pk})
    file = client.get(reverse("version-download", args=[after.pk]))

    assert reverse("compare-versions", args=[before.pk, after.pk]) in listed.text
    assert "[put in: </span>when you are <" in page.text
    assert "Its trend continues" in page.text
    assert "Its trend begins." in page.text
    assert chosen.status_code == 302
    assert file.content.decode() == after.source
    assert client.get(reverse("compare-versions", args=[before.pk, 999])).status_code == 404
    client.force_login(a_member(Role.COORDINATOR))
    assert client.get(reverse("versions")).status_code == 403
