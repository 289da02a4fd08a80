"""What finds differences finds every number that appears, vanishes or moves."""

import json

import pytest

from tests.proofs.differing import FEWER, Step, steps

Found = tuple[str, str, str | None, str | None]


def found(before: str, after: str) -> list[Found]:
    return [(each.row, each.what, each.old, each.new) for each in steps(before, after)]


def a_table(*cells: str) -> str:
    head = "".join(f"<th scope=col>{each}" + "</th>" for each in ("Age", "Codes", "Used", "Rate"))
    row = "".join(f"<td>{each}</td>" for each in cells)
    return f"200 <table><tr>{head}</tr><tr><th scope=row>12-17</th>{row}</tr></table>"


@pytest.mark.parametrize(
    ("now", "steps_found"),
    [
        (("61", "fewer than 10", "–"), []),
        (("61", "1", "2%"), [("12-17", "Used", "<1", "1"), ("12-17", "Rate", None, "2%")]),
        (("61", "fewer than 10", "2%"), [("12-17", "Rate", None, "2%")]),
        (("62", "fewer than 10", "–"), [("12-17", "Codes", "61", "62")]),
        (("", "fewer than 10", "–"), [("12-17", "Codes", "61", None)]),
        (("61", "1,200", "–"), [("12-17", "Used", "<1", "1200")]),
    ],
)
def test_in_a_table_each_cell_is_compared(now: tuple[str, ...], steps_found: list[Found]) -> None:
    assert found(a_table("61", "fewer than 10", "–"), a_table(*now)) == steps_found


@pytest.mark.parametrize(
    ("before", "after", "steps_found"),
    [
        ("<p>3 wait</p>", "<p>4 wait</p>", [("", "# wait", "3", "4")]),
        ("<p>Nobody waits</p>", "<p>1 waits</p>", [("", "# waits", None, "1")]),
        ("<p>1 waits</p>", "<p>Nobody waits</p>", [("", "# waits", "1", None)]),
        ("<dl><dt>Used</dt><dd>none</dd></dl>", "<dl><dt>Used</dt><dd>7 of 9</dd></dl>",
         [("", "Used", None, "7"), ("", "Used", None, "9")]),
        ("<p>a</p>", "<p>a</p><div><b>5</b></div>", [("", "#", None, "5")]),
        ("<progress value=3>", "<progress value=4>", [("", "progress value", "3", "4")]),
        ("<p>9 points fewer</p>", "<p>8 points fewer</p>", [("", "# points fewer", "9%", "8%")]),
        ("<tr><td>+3</td></tr>", "<tr><td>-2</td></tr>", [("#", "#", "+3", "-2")]),
        ("<p>Mixed on 2 May 2026, 1 day ago</p>", "<p>Mixed on 3 May 2026, 0 days ago</p>", []),
        ("<p>12-17 in wave-3</p>", "<p>8-11 in wave-4</p>", []),
        ("<p>3 authorities are late. 5 wait.</p>", "<p>2 authorities are late. 7 wait.</p>",
         [("", "# wait.", "5", "7")]),
        ("<p>fewer than 10 came</p>", "<p>0 came</p>", [("", "# came", "<1", "0")]),
        ("<script>var a = 1</script>", "<script>var a = 2</script>", []),
    ],
)  # fmt: skip
def test_in_a_page_each_number_is_compared(
    before: str, after: str, steps_found: list[Found]
) -> None:
    assert found(f"200 {before}", f"200 {after}") == steps_found


def test_a_new_row_is_not_taken_for_the_ones_after_it() -> None:
    rows = [f"<tr><th scope=row>{name}</th><td>{number}</td></tr>" for name, number in
            (("Ely", 30), ("Hull", 40), ("York", 50))]  # fmt: skip
    head = "<tr><th>Where</th><th>Used</th></tr>"

    assert found(f"<table>{head}{rows[0]}{rows[2]}</table>", f"<table>{head}{''.join(rows)}") == [
        ("Hull", "Used", None, "40")
    ]


def test_rows_that_have_a_day_for_a_heading_are_known_by_all_of_their_words() -> None:
    old = "<tr><td>2 May 2026</td><td>Asked for</td><td>3 letters</td></tr>"
    new = "<tr><td>3 May 2026</td><td>Typed in</td><td></td></tr>"

    assert found(f"<table>{old}</table>", f"<table>{new}{old}</table>") == []


def test_files_and_data_are_compared_by_their_headings() -> None:
    file = 'Where,Used,Rate\r\n"Hull",{},\r\nYork,3,5%\r\n'
    data = {"7": {"done": 3, "words": ["3 of 9", "none"]}}
    more = {"7": {"done": 4, "words": ["4 of 9", "none"]}}

    assert found(f"200 \ufeff{file.format('fewer than 10')}", f"200 \ufeff{file.format(1)}") == [
        ("Hull", "Used", "<1", "1")
    ]
    assert found(json.dumps(data), json.dumps(more)) == [
        ("", "/7/done", "3", "4"),
        ("", "/7/words[0]", "3", "4"),
    ]


def test_a_count_has_a_size_and_a_rate_is_none() -> None:
    count, rate, change = (
        Step("", "", None, "12"), Step("", "", "2%", None), Step("", "", "-3", "+4")
    )  # fmt: skip

    assert [(each.is_rate, each.size) for each in (count, rate, change)] == [
        (False, 12),
        (True, 2),
        (True, 7),
    ]


def test_that_there_are_too_few_to_be_told_says_nothing_but_that_there_are_none_does() -> None:
    assert Step("", "", None, FEWER).says_nothing
    assert not Step("", "", FEWER, "0").says_nothing
    assert Step("", "", FEWER, "12").size == 12
