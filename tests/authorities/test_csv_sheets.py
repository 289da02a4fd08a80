"""A sheet is read as it was meant, or every fault is named where it stands."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authorities.csv_sheets import Placed, Problem, Readers, Sheet, Wrong


def number(text: str) -> int:
    if not text.isdecimal():
        raise Wrong(f"“{text}” is not a number.", "Write digits.")
    return int(text)


COLUMNS: Readers = {"name": str, "number": number}
MAY_HAVE: Readers = {"note": str}
SAVE_AGAIN = "Save it again as “CSV UTF-8”."


@dataclass(frozen=True)
class Line:
    name: str
    number: int
    note: str


def a_sheet(content: bytes) -> Sheet:
    sheet = Sheet("a.csv", COLUMNS, MAY_HAVE)
    sheet.take(content)
    return sheet


def faults(content: bytes) -> list[str]:
    sheet = a_sheet(content)
    sheet.values(Line)
    return [str(problem) for problem in sheet.problems]


@pytest.mark.parametrize(
    "content",
    [
        b"name,number\nAnn,1\n",
        b"name,number\nAnn,1",
        b"name,number\r\nAnn,1\r\n",
        b"\xef\xbb\xbfname,number\nAnn,1\n",
        b"number,name\n1,Ann\n",
        b"name,number,note\nAnn,1,\n",
        b' name , number \n "Ann",  1 \n'.replace(b' "Ann"', b"Ann"),
    ],
)
def test_the_same_rows_are_read_however_the_file_was_saved(content: bytes) -> None:
    sheet = a_sheet(content)

    assert sheet.values(Line) == [Placed(2, Line("Ann", 1, ""))]
    assert sheet.problems == []


def test_each_row_knows_the_line_it_begins_on() -> None:
    sheet = a_sheet(b'name,number\nAnn,1\n\n,\n"Bo\nand Cy",2\nDi,3\n')

    assert sheet.values(Line) == [
        Placed(2, Line("Ann", 1, "")),
        Placed(5, Line("Bo\nand Cy", 2, "")),
        Placed(7, Line("Di", 3, "")),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "a.csv: the file is empty. Add the column names and the rows."),
        (b" \n\n", "a.csv: the file is empty. Add the column names and the rows."),
        (b"\xef\xbb\xbf", "a.csv: the file is empty. Add the column names and the rows."),
        (b"name,number\n", "a.csv, line 1: there are column names but no rows. Add the rows."),
        (
            "name,number\nAnn,1\nRenée,2\n".encode("cp1252"),
            f"a.csv, line 3: a letter is not UTF-8 (byte 0xe9). {SAVE_AGAIN}",
        ),
        (
            "name,number\nAnn,1\n".encode("utf-16"),
            f"a.csv: this is UTF-16, not UTF-8. {SAVE_AGAIN}",
        ),
        (
            b"name,number\nA\0nn,1\n",
            f"a.csv, line 2: there is a NUL byte, so this is not plain text. {SAVE_AGAIN}",
        ),
        (
            b"name\nAnn\n",
            "a.csv, line 1, column number: the column is missing. The columns are name, number.",
        ),
        (
            b"name,number,age\nAnn,1,2\n",
            (
                "a.csv, line 1, column age: this file has no such column. "
                "The columns are name, number."
            ),
        ),
        (
            b"name,number,name\nAnn,1,Bo\n",
            "a.csv, line 1, column name: the column is there twice. Take one of the two out.",
        ),
        (
            b"name,number\nAnn,1\nBo\n",
            (
                "a.csv, line 3: there are 1 cells for 2 columns. "
                "Look for a comma too many or too few; a cell with a comma needs quotation marks."
            ),
        ),
        (
            b'name,number\nAnn,1\n"Bo,2\nCy,3\n',
            (
                "a.csv, line 3: this is not CSV (unexpected end of data). "
                "Look for a quotation mark too many."
            ),
        ),
        (
            b"name,number\nAnn,one\n",
            "a.csv, line 2, column number: “one” is not a number. Write digits.",
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_its_mend(content: bytes, fault: str) -> None:
    assert faults(content) == [fault]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_file_with_other_signs_between_the_cells_is_told_to_have_commas(sign: str) -> None:
    name = "semicolons" if sign == ";" else "tabs"

    assert faults(f"name{sign}number\nAnn{sign}1\n".encode()) == [
        f"a.csv: there are {name} between the cells. Save it as “CSV UTF-8”, with commas."
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04;\xd4", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_is_said_to_be_one(content: bytes) -> None:
    assert faults(content) == ["a.csv: this is a workbook, not CSV. Save the sheet as “CSV UTF-8”."]


def test_every_bad_row_is_named_and_the_good_ones_are_read() -> None:
    sheet = a_sheet(b"name,number\nAnn,one\nBo,2\nCy\nDi,-4\n")

    assert sheet.values(Line) == [Placed(3, Line("Bo", 2, ""))]
    assert {(problem.line, problem.column) for problem in sheet.problems} == {
        (2, "number"),
        (4, ""),
        (5, "number"),
    }


@given(st.binary())
def test_any_bytes_at_all_are_read_or_refused_but_never_fall_over(content: bytes) -> None:
    sheet = a_sheet(content)

    rows = sheet.values(Line)

    assert rows or sheet.problems


@given(st.binary().map(lambda noise: b"name,number\nAnn,1\n" + noise))
def test_a_good_row_is_read_or_a_problem_says_why_not(content: bytes) -> None:
    sheet = a_sheet(content)

    rows = sheet.values(Line)

    assert Placed(2, Line("Ann", 1, "")) in rows or sheet.problems


def test_a_problem_of_a_whole_file_names_no_line() -> None:
    assert str(Problem("a.csv", 0, "", "It is gone.", "Find it.")) == "a.csv: It is gone. Find it."
