"""`import_xlsform`, as someone at a terminal meets it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from surveys import grammar
from tests.surveys.xlsform.test_translations import FORM


def run(*words: object) -> str:
    out = StringIO()
    call_command("import_xlsform", *map(str, words), stdout=out)
    return out.getvalue()


def test_the_definition_and_its_translations_are_written_and_the_notes_said(tmp_path: Path) -> None:
    form, out = tmp_path / "form.md", tmp_path / "out"
    form.write_text(FORM, encoding="utf-8")

    said = run(form, "--survey", "hubs", "--age", "12-17", "parent", "--out", out)

    assert sorted(path.name for path in out.iterdir()) == ["hubs.toml", "ur.po"]
    survey = grammar.parse((out / "hubs.toml").read_text(encoding="utf-8"))
    assert (survey.code, [age.code for age in survey.age_versions]) == ("hubs", ["12-17", "parent"])
    assert "sheet survey, row 4: There are no words in اردو (ur)" in said


def test_a_form_that_cannot_be_carried_writes_nothing(tmp_path: Path) -> None:
    form, out = tmp_path / "form.csv", tmp_path / "out"
    form.write_text(
        "survey\n,type,name,label\n,begin_repeat,a,A\n,end_repeat,,\n", encoding="utf-8"
    )

    with pytest.raises(CommandError, match=r"(?s)Nothing was imported.*sheet survey, row 2"):
        run(form, "--out", out)

    assert not out.exists()


def test_no_file_is_written_over(tmp_path: Path) -> None:
    form = tmp_path / "form.md"
    form.write_text(FORM, encoding="utf-8")
    (tmp_path / "ur.po").write_text("mine", encoding="utf-8")

    with pytest.raises(CommandError, match=r"ur\.po is there already"):
        run(form, "--out", tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["form.md", "ur.po"]
