"""Whatever the bytes, a form comes of them or sentences; never another exception.

`imported` is asked, not `read`: it has no net to fall into.
"""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import grammar
from surveys.xlsform import NotImportable, kinds
from surveys.xlsform.importing import imported
from tests.surveys.xlsform.spreadsheets import Cell, Sheets, as_csv, as_xls, as_xlsx, sheets_of
from tests.surveys.xlsform.thirty import FORMS, GOOD

NAMES = st.sampled_from(["a", "b", "view", "seen", "age", "a b", "é", "", "-1", "parent"])
TYPES = st.one_of(
    st.sampled_from([name for rule in kinds.TYPES for name in rule.names]),
    st.builds("{} {}".format, st.sampled_from(["select_one", "select_multiple", "rank"]), NAMES),
    st.just("select_one sat"),
)
HEADERS = st.lists(
    st.one_of(
        st.sampled_from([name for rule in kinds.SURVEY_COLUMNS for name in rule.names]),
        st.sampled_from(["label::Urdu (ur)", "jr", "::", "label:::", "bind::", "media::image::ur"]),
        st.text(max_size=8),
    ),
    max_size=6,
)
EXPRESSIONS = st.lists(
    st.sampled_from(
        ["${a}", "${b}", "'a'", "=", "!=", "<", "and", "or", "not", "(", ")", "selected", ",", "1",
         "count-selected", "string-length", "''", "true", "${", "}", "."]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip
CELLS = st.one_of(NAMES, TYPES, EXPRESSIONS, st.text(max_size=12))
ROWS = st.lists(st.tuples(TYPES, NAMES, CELLS, EXPRESSIONS, CELLS), max_size=8)
CHOICES: list[list[Cell]] = [
    ["list_name", "name", "label", "score"],
    ["sat", "a", "Good", "1"],
    ["sat", "b", "Bad", ""],
    ["a", "1", "One", ""],
    ["a", "2", "Two", ""],
]


def whole_or_refused(name: str, content: bytes) -> None:
    with suppress(NotImportable):
        found = imported(name, content, age_versions=("parent", "8-11"), survey_code="")
        assert grammar.parse(found.source).items


@given(HEADERS, ROWS)
@settings(max_examples=15, deadline=None)
def test_of_any_cells(headers: list[str], rows: list[tuple[str, ...]]) -> None:
    survey = [["type", "name", "label", "relevant", *headers], *map(list, rows)]

    whole_or_refused("a.csv", as_csv({"survey": survey, "choices": CHOICES}))


@given(st.text(alphabet="|\\#-\n ab,\"'", max_size=60))
@settings(max_examples=25, deadline=None)
def test_of_any_text(text: str) -> None:
    whole_or_refused("a.md", f"| survey |\n{text}".encode())
    whole_or_refused("a.csv", f"survey\n{text}".encode())


@given(st.binary(max_size=200), st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a.md", "a"]))
@settings(max_examples=25, deadline=None)
def test_of_any_bytes(content: bytes, name: str) -> None:
    whole_or_refused(name, content)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "written"), [("a.xlsx", as_xlsx), ("a.xls", as_xls)])
def test_of_workbooks_with_bytes_changed(name: str, written: Callable[[Sheets], bytes]) -> None:
    chance = random.Random(4)
    wholes = [written(sheets_of(form.text)) for form in GOOD]

    for _ in range(1_000):
        content = bytearray(chance.choice(wholes))
        for _ in range(chance.choice([1, 1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        whole_or_refused(name, bytes(content))


@pytest.mark.slow
def test_of_forms_with_cells_swapped_taken_out_and_doubled() -> None:
    chance = random.Random(5)
    forms = [sheets_of(form.text) for form in FORMS]

    for _ in range(1_500):
        sheets = {name: [list(row) for row in rows] for name, rows in chance.choice(forms).items()}
        for _ in range(chance.randint(1, 5)):
            rows = chance.choice(list(sheets.values()))
            row, other = chance.choice(rows), chance.choice(rows)
            if row and other:
                at, there = chance.randrange(len(row)), chance.randrange(len(other))
                row[at], other[there] = (
                    other[there],
                    chance.choice([row[at], None, "${a}", "x" * 400]),
                )
        whole_or_refused("a.csv", as_csv(sheets))
