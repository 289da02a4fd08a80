"""One part of a survey's text changes, and no other letter of it."""

import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys import core, edits, tomlwriting
from surveys.edits import Document, NotEditable
from tests.surveys.factories import SOURCE

COMMENTED = """# The whole.
[survey]
code = "a"   # and so on

# --- what is asked ---

# This one is old.
[[item]]
code = "one"
ask = '''It's "[[item]]"
[[item]]'''
answers = [ # in order
    { code = "yes", label = { "x, y" = "Yes" } },  # the best
    { code = "no", label = "No" },
]
# Below one.

[[item]]
code = "two"
[item.ask]
"x" = \"\"\"[survey]\"\"\"
# inside two
"y" = "Y"

# the end"""


def test_a_text_is_cut_into_parts_and_what_stands_between() -> None:
    document = Document.of(COMMENTED)

    assert [(each.part, each.text.split("\n")[0]) for each in document.blocks] == [
        ("survey", "# The whole."),
        ("", ""),
        ("item", "# This one is old."),
        ("", ""),
        ("item", "[[item]]"),
        ("", ""),
    ]
    assert "".join(each.text for each in document.blocks) == COMMENTED


def test_comments_and_the_way_it_is_written_stay_when_a_word_changes() -> None:
    answers = Document.of(COMMENTED).tables("item")[0]["answers"]
    better = [{**answers[0], "label": {"x, y": "Of course"}}, answers[1]]

    assert edits.changed(COMMENTED, "item", 0, {"answers": better}) == COMMENTED.replace(
        '"Yes"', '"Of course"'
    )


def test_a_key_goes_and_another_comes() -> None:
    text = edits.changed(COMMENTED, "item", 1, {"ask": "Z", "hint": {"x": 'a "b" \\ c'}})

    document = Document.of(text)
    assert document.tables("item")[1] == {"code": "two", "ask": "Z", "hint": {"x": 'a "b" \\ c'}}
    assert text.startswith(COMMENTED[: COMMENTED.index('[[item]]\ncode = "two"')])


def test_parts_move_with_the_comment_above_them_and_headings_stay() -> None:
    text = edits.moved(COMMENTED, "item", 0, 1)

    assert [each["code"] for each in Document.of(text).tables("item")] == ["two", "one"]
    assert text.index("# --- what is asked ---") < text.index('"two"') < text.index("old.")
    assert edits.moved(text, "item", 0, 1).rstrip("\n") == COMMENTED.rstrip("\n")


def test_a_part_is_copied_taken_out_and_put_in() -> None:
    copied = edits.copied(COMMENTED, "item", 0, "one-2")

    assert edits.removed(copied, "item", 1) == COMMENTED
    assert Document.of(copied).tables("item")[1] == {
        **Document.of(COMMENTED).tables("item")[0],
        "code": "one-2",
    }


def test_a_long_text_is_wrapped_and_says_the_same() -> None:
    words = "word " * 60 + '"""quoted""" \\ \n\nSecond paragraph.'
    laid_out = tomlwriting.laid_out(words.strip())

    text = edits.changed(SOURCE, "age_version", 0, {"intro": laid_out})

    assert Document.of(text).tables("age_version")[0]["intro"].split() == words.split()
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize(
    "source",
    [
        "[[item",
        "item = [ { code = 'a' } ]",
        "[[item]]\n[[scale]]\n[item.ask]\n",
        "[item]\ncode = 1\n[item.b]\n",
        "a.b = 1\n[[survey]]\n[survey.x]\n[[survey.x.y]]\n" + "[" * 200,
        "[[item]]\nlongest = " + "9" * 4_301,
        "[[item]]\nlongest = 0x" + "f" * 5_000,
    ],
)
def test_a_text_in_another_shape_is_refused_or_read_and_nothing_breaks(source: str) -> None:
    try:
        document = Document.of(source)
    except NotEditable as refusal:
        said = str(refusal)
    else:
        said = "".join(each.text for each in document.blocks).replace(source, "It is whole.")
    assert said.endswith(".")


def test_what_is_not_there_cannot_be_changed() -> None:
    with pytest.raises(NotEditable, match="not there any more"):
        edits.changed(SOURCE, "item", 99, {})
    with pytest.raises(NotEditable, match="not there any more"):
        edits.moved(SOURCE, "item", 0, -1)
    with pytest.raises(NotEditable, match="not there any more"):
        edits.removed(SOURCE, "item", -1)


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30
) | st.sampled_from(['"""', "'''", "#", "[[item]]", "\\", "\n\n[x]\n"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.booleans() | st.integers(-5, 5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["code", "ask", "hint", "answers", "label", "intro", "new key"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, st.none() | VALUES, max_size=3), st.integers(0, 8))
def test_whatever_is_changed_the_text_says_it_and_all_else_stays(
    changes: dict[str, Any], place: int
) -> None:
    before = Document.of(SOURCE)

    text = edits.changed(SOURCE, "item", place, changes)

    after = tomllib.loads(text)
    wanted = {**before.tables("item")[place], **changes}
    assert after["item"][place] == {key: each for key, each in wanted.items() if each is not None}
    others = [
        each.text for at, each in enumerate(before.blocks) if at != before.positions("item")[place]
    ]
    assert all(each in text for each in others)


@pytest.mark.slow
def test_every_part_of_the_core_can_be_moved_copied_and_taken_out() -> None:
    source = core.source()
    for place, _ in enumerate(Document.of(source).tables("item")):
        assert edits.moved(edits.moved(source, "item", place, 0), "item", 0, place) == source
        assert edits.removed(edits.copied(source, "item", place, "x"), "item", place + 1) == source
