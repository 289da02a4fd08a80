"""Two outside judges: pyxform on the form, and our own grammar on what became of it. Pure."""

import re
from collections.abc import Mapping

from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from surveys import grammar
from surveys.definition import Survey
from surveys.problems import DefinitionError
from surveys.xlsform.asking import asked
from surveys.xlsform.items import Form
from surveys.xlsform.reports import SheetProblem
from surveys.xlsform.sheets import Row, Sheet

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet")


def pyxform_says(sheets: Mapping[str, Sheet]) -> list[SheetProblem]:
    """What keeps pyxform from taking the form, which is what makes it an XLSForm."""
    try:
        workbook_to_json(_definition(sheets), form_name="data", warnings=[])
    except PyXFormError as error:
        return [_placed(str(error), sheets)]
    except Exception:  # noqa: BLE001 - pyxform takes some forms for granted that are not
        return [
            sheets["survey"].problem(
                "pyxform, which reads XLSForms, cannot read it",
                "Open it in another XLSForm tool, and mend what that names",
            )
        ]
    return []


def parsed(source: str, form: Form, sheets: Mapping[str, Sheet]) -> Survey | list[SheetProblem]:
    """The survey that a source defines, or what is wrong with it by sheet and row."""
    try:
        return grammar.parse(source)
    except DefinitionError as error:
        return [
            _row_of(each.place, form, sheets).problem(each.what, each.mend)
            for each in error.problems
        ]


def _definition(sheets: Mapping[str, Sheet]) -> DefinitionData:
    filled: dict[str, object] = {}
    for kind, sheet in sheets.items():
        filled[kind] = _rows(sheet)
        filled[f"{kind}_header"] = [{column.header: None for column in sheet.columns}]
    return DefinitionData(sheet_names=list(sheets), **filled)  # type: ignore[arg-type]


def _rows(sheet: Sheet) -> list[dict[str, str]]:
    """As pyxform numbers them: its row 2 is the first after the header."""
    first = sheet.header.number + 1 if sheet.header else 2
    last = max((row.number for row in sheet.rows), default=first - 1)
    rows: list[dict[str, str]] = [{} for _ in range(first, last + 1)]
    for row in sheet.rows:
        rows[row.number - first] = {
            column.header: _canonical(text) if column.key == "type" else text
            for column, text in row.cells.items()
        }
    return rows


def _canonical(text: str) -> str:
    """A type as pyxform writes it: we do not mind capitals, and it does."""
    found = asked(text)
    if found.rule is None or text.split(maxsplit=1)[0] == text.split(maxsplit=1)[0].lower():
        return found.text
    behind = f" {found.list_name}" if found.list_name else ""
    ending = found.kind.replace("begin_", "end_") if found.ends else found.kind
    return ending + behind + (" or_other" if found.or_other else "")


def _placed(message: str, sheets: Mapping[str, Sheet]) -> SheetProblem:
    named = _SHEET.search(message)
    sheet = sheets.get(named[1] if named else "survey", sheets["survey"])
    found = _ROW.search(message)
    shift = (sheet.header.number if sheet.header else 1) - 1
    number = int(found[1]) + shift if found else 0
    what = " ".join(_ROW.sub("", message).split())[:400].rstrip(".")
    row = next((each for each in sheet.rows if each.number == number), None)
    mend = "Mend what pyxform, which reads XLSForms, says here"
    return row.problem(what, mend) if row else sheet.problem(what, mend)


def _row_of(place: str, form: Form, sheets: Mapping[str, Sheet]) -> Row | Sheet:
    """Where in the form stands what a place in the definition speaks of."""
    names = dict(re.findall(r'(item|scale|answer) "([^"]*)"', place))
    answers = form.scales.get(names.get("scale", ""), ())
    item = next((each for each in form.items if each.code == names.get("item")), None)
    if item is not None:
        answers = item.answers
    for answer in answers:
        if answer.code == names.get("answer"):
            return answer.row
    if item is not None:
        return item.row
    if answers:
        return answers[0].row
    return form.titled_at or sheets["survey"]
