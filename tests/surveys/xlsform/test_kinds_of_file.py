"""What Excel, a CSV and Markdown do to the same form, and what is no form at all."""

import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from time import process_time

import pytest
from openpyxl.workbook.workbook import Workbook

from surveys.publishing import digest_of_content
from surveys.xlsform import NotImportable
from surveys.xlsform.importing import imported
from surveys.xlsform.reports import Imported, SheetProblem
from tests.surveys.xlsform.spreadsheets import WRITERS, Cell, Sheets, as_csv, as_md, as_xls, as_xlsx

SURVEY: list[list[Cell]] = [
    ["type", "name", "label"],
    ["select_one sat", "view", "How satisfied are you?"],
]
CHOICES: list[list[Cell]] = [
    ["list_name", "name", "label"],
    ["sat", "good", "Satisfied"],
    ["sat", "bad", "Dissatisfied"],
]
CP1252 = "survey\n,type,name,label\n,note,a,Café".encode("cp1252")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how files of old Office programs begin
FORM: Sheets = {"survey": SURVEY, "choices": CHOICES}


def read(name: str, content: bytes) -> Imported:
    return imported(name, content, age_versions=("parent",), survey_code="ours")


def digest(name: str, content: bytes) -> str:
    found = read(name, content)
    return digest_of_content(found.source, found.translations)


def refused(name: str, content: bytes) -> tuple[SheetProblem, ...]:
    with pytest.raises(NotImportable) as error:
        read(name, content)
    return error.value.problems


def the_only(name: str, content: bytes) -> str:
    (problem,) = refused(name, content)
    return str(problem)


def test_what_excel_types_is_read_as_it_is_shown() -> None:
    typed: Sheets = {
        "survey": [["type", "name", "label"], ["select_one n", "view", 2026], ["note", "b", 1.5]],
        "choices": [
            ["list_name", "name", "label"],
            ["n", 1.0, True],
            ["n", 2, date(2026, 5, 1)],
            ["n", False, "\u00a0 No \u200b"],
        ],
    }

    digests = {digest(name, written(typed)) for name, written in WRITERS.items()}

    assert len(digests) == 1
    labels = [f'label = "{each}"' for each in ("TRUE", "2026-05-01", "No")]
    assert all(label in read("form.xlsx", as_xlsx(typed)).source for label in labels)


def test_a_date_that_excel_made_of_a_range_is_noted_by_row() -> None:
    ages: Sheets = {
        "survey": [["type", "name", "label"], ["select_one age", "band", "How old are you?"]],
        "choices": [
            ["list_name", "name", "label"], ["age", "a", date(2026, 5, 1)], ["age", "b", "6 to 9"],
        ],
    }  # fmt: skip

    dated = [
        [(note.sheet, note.rows) for note in read(name, written(ages)).notes if "date" in note.what]
        for name, written in (("a.xlsx", as_xlsx), ("a.xls", as_xls))
    ]

    assert dated == [[("choices", (2,))]] * 2


def test_a_byte_order_mark_line_ends_and_separators_make_no_difference() -> None:
    plain = as_csv(FORM)
    others = [
        b"\xef\xbb\xbf" + plain,
        plain.replace(b"\r\n", b"\n"),
        plain.replace(b",", b";"),
        plain.replace(b",", b"\t"),
        plain.replace(b"survey\r\n,", b"survey,"),
    ]

    assert {digest("form.csv", each) for each in others} == {digest("form.csv", plain)}


def test_a_survey_alone_needs_no_name_of_its_sheet() -> None:
    rows = b"type,name,label\nnote,a,Hello\n"

    assert digest("a.csv", rows) == digest(
        "a.md", b"| survey |\n| | type | name | label |\n| | note | a | Hello |"
    )


def test_tables_without_a_column_for_their_names_are_told_by_their_headers() -> None:
    tables = as_md(FORM).replace(b"| survey |\n", b"# Questions\n").replace(b"| choices |\n", b"\n")

    assert digest("form.md", tables.replace(b"\n| | ", b"\n| ")) == digest("form.md", as_md(FORM))


def test_problems_name_the_row_of_the_sheet_and_the_line_of_the_file() -> None:
    form: Sheets = {**FORM, "survey": [*SURVEY, [], ["slider", "x", "How much?"]]}

    assert the_only("form.xlsx", as_xlsx(form)).startswith("sheet survey, row 4, column type: ")
    assert the_only("form.csv", as_csv({"choices": CHOICES, **form})).startswith(
        "sheet survey, row 4, column type (line 9 of the file): "
    )
    assert the_only("form.md", as_md(form)).startswith("sheet survey, row 4, column type (line 5")


def test_merged_cells_and_hidden_sheets_are_read_as_a_csv_would_be() -> None:
    book = Workbook()
    del book["Sheet"]
    for name, rows in {"notes": [["Ask Jo"]], **FORM}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["survey"]["D1"] = "hint"
    book["survey"].merge_cells("C2:D2")
    book["choices"].sheet_state = "hidden"
    kept = BytesIO()
    book.save(kept)

    found = read("form.xlsx", kept.getvalue())

    assert found.source == read("form.csv", as_csv(FORM)).source
    assert ("notes", (), "The sheet is left out") in [
        (note.sheet, note.rows, note.what) for note in found.notes
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "It is empty"),
        ("a.csv", b" \n\t\n", "It is empty"),
        ("a.xlsx", b"%PDF-1.7 ...", "It is a PDF"),
        ("a.xls", b"<html><table><tr><td>survey</td></tr></table>", "It is a web page or XML"),
        ("a.xlsx", b"survey,type,name", "Its name ends in .xlsx, but it is damaged"),
        ("a.csv", CP1252, "line 3 of the file): A letter is not UTF-8"),
        ("a.csv", "survey".encode("utf-16"), "It is UTF-16"),
        ("a.csv", b"a\0b", "neither a spreadsheet nor a text"),
        ("a.csv", b'survey\n,type,"name\n,note', "line 2 of the file): This is not CSV"),
        ("a.md", b"| survey |\n| | type | name | label", "line 2 of the file): This line has bars"),
        ("a.csv", b",type,name\n,note,a", "The row stands in no sheet"),
        ("a.csv", b"choices\n,list_name,name\n,a,b\n", "There is no sheet survey, only choices"),
        ("a.csv", b"x" * 5_000_001, "It has 5.0 million bytes"),
        ("a.xls", OLE + b"\0" * 600, "It is a damaged workbook"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "It is damaged"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_said_in_a_sentence(name: str, content: bytes, words: str) -> None:
    assert words in the_only(name, content)


def repacked(changes: dict[str, bytes], content: bytes | None = None) -> bytes:
    """A workbook with parts put in, or put in place of its own."""
    kept = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content or as_xlsx(FORM))) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part, old.read(part))
        for name, data in changes.items():
            new.writestr(name, data)
    return kept.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"xl/vbaProject.bin": b"x"}, "It has macros"),
        ({"xl/workbook.bin": b"x"}, "It is a binary workbook"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"xl/media/a.xml": b"0" * 13_000_000}, "It unpacks to 13 million bytes"),
        ({SHEET: b" " * 9_000_000}, "It unpacks to 9 million bytes"),
        ({SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "has declarations"),
        ({SHEET: '<!DOCTYPE a SYSTEM "file:///a"><a/>'.encode("utf-16")}, "has declarations"),
        ({SHEET: b"<worksheet><sheetData><row>"}, "It is a damaged workbook"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_safe_or_not_whole_is_not_opened(
    parts: dict[str, bytes], words: str
) -> None:
    content = repacked(parts)

    assert len(content) < 100_000
    assert words in the_only("form.xlsx", content)


def test_a_zip_that_lies_about_its_sizes_is_damaged() -> None:
    content = bytearray(repacked({SHEET: b" " * 4_000_000}))
    at = content.rfind(SHEET.encode()) - 46
    content[at + 24 : at + 28] = struct.pack("<I", 100)

    assert "damaged" in the_only("form.xlsx", bytes(content))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize(
    "name",
    ["xl/worksheets/sheet9.xml", pytest.param("xl/media/picture.png", marks=pytest.mark.slow)],
)
def test_a_part_packed_as_no_spreadsheet_packs_is_never_unpacked(how: int, name: str) -> None:
    kept = BytesIO(repacked({}))
    with zipfile.ZipFile(kept, "a", how) as archive:
        archive.writestr(name, b" " * 50_000_000)

    with unpacking_little():
        assert "packed in a way that no spreadsheet packs" in the_only("a.xlsx", kept.getvalue())


def test_what_is_unpacked_is_bounded_by_what_comes_out_and_not_by_what_the_file_says() -> None:
    """Its size and its sum are those of the first hundred bytes, so that they seem to be all."""
    content = bytearray(repacked({SHEET: b" " * 100_000_000}))
    at = content.rfind(SHEET.encode()) - 46
    content[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b" " * 100))
    content[at + 24 : at + 28] = struct.pack("<I", 100)

    with unpacking_little():
        assert "It is damaged, or locked" in the_only("form.xlsx", bytes(content))


def test_parts_that_lie_over_each_other_are_refused() -> None:
    """One long part, named by many entries of the directory, would be read as often."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("xl/workbook.xml", b" " * 3_000_000)
        archive.filelist += archive.filelist

    assert "It is damaged, or locked" in the_only("form.xlsx", kept.getvalue())


@contextmanager
def unpacking_little() -> Iterator[None]:
    """Fails where as much was held in memory at any moment as no file here has a right to."""
    tracemalloc.start()
    try:
        yield
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 25_000_000


def test_a_long_row_that_is_not_quite_a_rule_is_looked_at_once() -> None:
    """Each letter is looked at once: 80,000 hyphens with a letter after them took a minute."""
    content = f"| survey |\n| {'-' * 80_000}x |\n".encode()
    begins = process_time()

    refused("form.md", content)

    assert process_time() - begins < 5


def test_a_cell_in_the_last_corner_of_a_sheet_is_refused_by_its_row() -> None:
    book = Workbook()
    book["Sheet"].title = "survey"
    for row in SURVEY:
        book["survey"].append(row)
    book["survey"]["XFD1048576"] = "x"
    book["survey"]["A1048575"] = "x"
    kept = BytesIO()
    book.save(kept)

    (problem,) = refused("form.xlsx", kept.getvalue())

    assert (problem.sheet, problem.row) == ("survey", 1_048_575)
    assert "after row 10,000" in problem.what


def test_a_formula_that_failed_or_was_never_worked_out_is_refused_by_its_row() -> None:
    never = as_xlsx({**FORM, "survey": [*SURVEY, ["note", "b", '="Hello"']]})
    failed = [
        written({**FORM, "survey": [*SURVEY, ["note", "b", "#REF!"]]})
        for written in (as_xlsx, as_csv)
    ]

    assert the_only("a.xlsx", never).startswith("sheet survey, row 3: A formula has no result")
    assert "row 3, column label: A formula failed: #REF!" in the_only("a.xlsx", failed[0])
    assert "row 3, column label (line 4 of the file): A formula failed" in the_only(
        "a.csv", failed[1]
    )


HEAD = "survey\n,type,name,label,relevant\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "row", "words"),
    [
        ((f",begin_group,g{at},Group," for at in range(3_000)), 13, "Over 10 groups are in one"),
        ((f",note,n{at},Note," for at in range(9_000)), 303, "Over 300 things are asked or said"),
        ((f",text,t{at},Text,${{s{at}}} = 1" for at in range(9_000)), 203, "The rest is not"),
        ((",note,n,Note," for _ in range(10_001)), 0, "It has over 10,000 rows"),
        ((",note,n," + "**a " * 5_000 for _ in range(1)), 2, "The text has 19999 characters"),
    ],
)  # fmt: skip
def test_a_small_file_that_would_take_long_is_stopped_at_a_row(
    rows: Iterable[str], row: int, words: str
) -> None:
    problems = refused("a.csv", (HEAD + "\n".join(rows)).encode())

    assert any(problem.row == row and words in problem.what for problem in problems)


def test_an_age_version_that_is_not_there_is_a_sentence_too() -> None:
    with pytest.raises(NotImportable, match="There is no age version 99"):
        imported("a.csv", as_csv(FORM), age_versions=("99",), survey_code="")
