"""One form as the four kinds of file that XLSForms come in."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO

from openpyxl.workbook.workbook import Workbook
from xlwt.Style import easyxf
from xlwt.Workbook import Workbook as XlsWorkbook

# The sheets by name: rows of cells, as a spreadsheet types them.
Cell = str | int | float | bool | date | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]


def sheets_of(markdown: str) -> dict[str, list[list[Cell]]]:
    """The sheets that a form in Markdown draws."""
    found: dict[str, list[list[Cell]]] = {}
    name = ""
    for line in markdown.strip().splitlines():
        first, *cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if first:
            name = first
            found[name] = []
        if any(cells):
            found[name].append([cell or None for cell in cells])
        elif not first:
            found[name].append([])
    return found


def as_xlsx(sheets: Sheets) -> bytes:
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, cell in enumerate(row, start=1):
                sheet.cell(at, column, cell)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def as_xls(sheets: Sheets) -> bytes:
    book = XlsWorkbook()
    day = easyxf(num_format_str="YYYY-MM-DD")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def as_csv(sheets: Sheets) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    for name, rows in sheets.items():
        writer.writerow([name])
        writer.writerows(["", *map(shown, row)] for row in rows)
    return text.getvalue().encode()


def as_md(sheets: Sheets) -> bytes:
    lines = []
    for name, rows in sheets.items():
        lines.append(f"| {name} |")
        for row in rows:
            cells = (shown(cell).replace("|", r"\|").replace("\n", " ") for cell in row)
            lines.append(f"| | {' | '.join(cells)} |")
    return "\n".join(lines).encode()


def shown(cell: Cell) -> str:
    """What a spreadsheet writes into a CSV for a cell."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)


WRITERS = {"form.xlsx": as_xlsx, "form.xls": as_xls, "form.csv": as_csv, "form.md": as_md}
