"""Who is there for somebody who needs help today: every way to reach them, for everybody."""

import re
from collections.abc import Callable, Iterator

import pytest

from feedback import helplines, wording
from feedback.helplines import Way, calling, lines_for

EVERYBODY = sorted({"", *helplines.CHILDREN, *helplines.YOUNG_ADULTS, *helplines.PARENTS})


def ways(age_version: str) -> Iterator[Way]:
    for line in lines_for(age_version):
        yield from line.ways


def addresses(age_version: str) -> str:
    return "\n".join(way.address for way in ways(age_version))


@pytest.mark.parametrize("age_version", EVERYBODY)
@pytest.mark.parametrize(
    "reached",
    [
        pytest.param(lambda way: re.fullmatch(r"tel:(?!1800)\d+", way.address), id="call"),
        pytest.param(lambda way: way.address.startswith("sms:85258"), id="text"),
        pytest.param(lambda way: way.words == "help_chat" and way.elsewhere, id="chat"),
        pytest.param(lambda way: way.words == "help_bsl" and way.elsewhere, id="sign"),
    ],
)
def test_everybody_can_call_text_chat_sign_and_type_to_someone(
    age_version: str, reached: Callable[[Way], object]
) -> None:
    assert any(reached(way) for way in ways(age_version))


@pytest.mark.parametrize("age_version", EVERYBODY)
def test_an_emergency_comes_first_and_can_be_called_signed_typed_and_texted(
    age_version: str,
) -> None:
    emergency = lines_for(age_version)[0]

    assert [way.address for way in (*emergency.ways, *helplines.DEAF.ways)] == [
        "tel:999",
        "https://999bsl.co.uk/",
        "tel:18000",
        "sms:999",
    ]


@pytest.mark.parametrize("age_version", EVERYBODY)
def test_there_are_few_enough_to_choose_from(age_version: str) -> None:
    assert len(lines_for(age_version)) <= 4


@pytest.mark.parametrize("age_version", EVERYBODY)
def test_each_tap_has_its_words_and_says_the_number_it_calls(age_version: str) -> None:
    say = wording.of("en")

    for line in (*lines_for(age_version), helplines.DEAF):
        assert say[line.about]
        for way in line.ways:
            words = say.knowing(phone=way.phone, text=way.text)[way.words]
            called = re.sub(r"\D", "", way.address.partition("?")[0])
            if not way.elsewhere:
                assert called in re.sub(r"\D", "", words)


def test_a_number_is_called_without_what_is_printed_around_it() -> None:
    assert calling("0800 1111 (free)").address == "tel:08001111"


def test_everybody_is_told_how_to_reach_any_number_by_text_relay() -> None:
    assert "18001" in wording.ENGLISH["help_relay_all"]


def test_every_number_on_the_pages_can_be_tapped_in_a_survey_s_own_words_too() -> None:
    called = {way.phone for each in EVERYBODY for way in ways(each) if way.words == "help_call"}

    assert called == helplines.NUMBERS


def test_children_are_not_sent_to_lines_for_adults() -> None:
    for age_version in helplines.CHILDREN:
        assert "0800" in "".join(way.phone for way in ways(age_version))
        assert not {"116 123", "0808 2000 247"} & {way.phone for way in ways(age_version)}
