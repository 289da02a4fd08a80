"""Forms of our own, each as all four kinds of file: whole, or refused with sheet and row."""

import pytest

from surveys import grammar
from surveys.publishing import digest_of_content
from surveys.xlsform import NotImportable, SheetProblem
from surveys.xlsform.importing import imported
from surveys.xlsform.reports import Imported
from tests.surveys.xlsform.spreadsheets import WRITERS, sheets_of
from tests.surveys.xlsform.thirty import BROKEN, FORMS, GOOD, ODD, Form


def read(name: str, content: bytes) -> Imported | tuple[SheetProblem, ...]:
    try:
        return imported(name, content, age_versions=("parent",), survey_code="ours")
    except NotImportable as error:
        return error.problems


def in_all_kinds(form: Form) -> list[Imported | tuple[SheetProblem, ...]]:
    sheets = sheets_of(form.text)
    return [read(name, written(sheets)) for name, written in WRITERS.items()]


def named(forms: tuple[Form, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("form", forms, ids=[form.name for form in forms])


def test_there_are_thirty_and_more() -> None:
    assert len({form.name for form in FORMS}) == len(FORMS) >= 30


@named((*GOOD, *ODD))
def test_a_form_that_can_be_carried_is_the_same_definition_from_every_kind_of_file(
    form: Form,
) -> None:
    found = in_all_kinds(form)

    whole = [each for each in found if isinstance(each, Imported)]
    digests = {digest_of_content(each.source, each.translations) for each in whole}
    items = [f"{item.code} {item.kind.value}" for item in grammar.parse(whole[0].source).items]
    assert (len(whole), len(digests)) == (4, 1)
    assert items == [*form.items, "helper helper"]


@named((*GOOD, *ODD))
def test_what_is_left_out_or_added_is_noted_with_sheet_and_rows(form: Form) -> None:
    found = read("form.md", form.text.encode())

    assert isinstance(found, Imported)
    noted = [(note.sheet.lower(), note.rows, note.what) for note in found.notes]
    for sheet, rows, begins in form.notes:
        assert any(
            (sheet, rows) == (at, numbers) and what.startswith(begins)
            for at, numbers, what in noted
        ), (begins, noted)


@named(BROKEN)
def test_a_form_that_cannot_be_carried_is_refused_by_sheet_and_row_in_every_kind_of_file(
    form: Form,
) -> None:
    for found in in_all_kinds(form):
        assert not isinstance(found, Imported)
        placed = [(each.sheet, each.row) for each in found]
        assert placed == [(sheet, row) for sheet, row, _ in form.problems], found
        for problem, (_, _, words) in zip(found, form.problems, strict=True):
            assert words in problem.what
            assert problem.mend
