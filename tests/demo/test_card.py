import json

import pytest

from config.demo.card import Card, Login

CARD = Card(
    base_url="http://127.0.0.1:8000",
    codes={"8-11": {"en": ["AAAA", "BBBB"], "cy": ["CCCC"]}, "parent": {"en": ["DDDD"]}},
    open_link="http://127.0.0.1:8000/o/abc",
    logins={"planner": Login("Priya", "planner@heard.example", "secret", ["Leeds", "Kent"])},
    replies=105_000,
    waves=["demo-2026-08", "demo-2026-11"],
    authority="E08000035",
    seed="heard",
)


def test_a_card_is_the_same_after_it_was_written_and_read() -> None:
    assert Card.from_json(CARD.to_json()) == CARD


def test_a_card_has_the_keys_that_others_look_for() -> None:
    written = json.loads(CARD.to_json())

    assert written["base_url"] == "http://127.0.0.1:8000"
    assert written["codes"]["8-11"]["en"] == ["AAAA", "BBBB"]
    assert written["open_link"] == "http://127.0.0.1:8000/o/abc"
    assert written["logins"]["planner"]["password"] == "secret"
    assert written["replies"] == 105_000


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"logins": {}}', '{"logins": {"a": {"b": 1}}}'])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a card|Expecting value"):
        Card.from_json(text)


def test_a_card_moves_with_the_site() -> None:
    moved = CARD.moved_to("https://heard.example")

    assert (moved.base_url, moved.open_link) == (
        "https://heard.example",
        "https://heard.example/o/abc",
    )
    assert moved.codes == CARD.codes


def test_all_codes_are_those_of_every_age_and_language() -> None:
    assert CARD.all_codes() == ["AAAA", "BBBB", "CCCC", "DDDD"]
