from random import Random

import pytest

from config.demo import writing
from tests.demo.factories import survey

AGES = [each.code for each in survey().age_versions]
TOPICS = sorted(writing.topics())


@pytest.mark.parametrize("age_version", AGES)
def test_what_is_written_fits_the_box_and_begins_like_a_sentence_of_its_age(
    age_version: str,
) -> None:
    chance = Random(1)
    ideas = [
        writing.idea(topic, age_version=age_version, chance=chance)
        for topic in TOPICS
        for _ in range(20)
    ]
    comments = [writing.comment(age_version=age_version, chance=chance) for _ in range(100)]

    assert all(0 < len(text) <= survey().item("idea").longest for text in ideas + comments)
    assert all(text == text.strip() for text in ideas + comments)
    assert len(set(ideas)) > len(ideas) / 4
    if age_version == "parent":
        assert all(text[0].isupper() for text in ideas)


def test_an_idea_about_an_unknown_topic_is_about_something_all_the_same() -> None:
    assert writing.idea("no-such-topic", age_version="8-11", chance=Random(1))
