"""The pages' own words: in another language where we have them, in English where we do not."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from feedback import wording
from feedback.wording import Wording
from surveys import core, languages, publishing
from surveys.errors import Refused
from tests.surveys.factories import SOURCE, a_survey, a_translation


def a_file(directory: Path, language: str, *entries: str) -> Wording:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    (directory / f"wording.{language}.po").write_text("\n".join([header, *entries]))
    return wording.of(language, directory)


def entry(key: str, english: str, translation: str, flags: str = "") -> str:
    return f'{flags}msgctxt "{key}"\nmsgid "{english}"\nmsgstr "{translation}"\n'


def test_a_sentence_is_said_in_the_language_of_the_page(tmp_path: Path) -> None:
    welsh = a_file(tmp_path, "cy", entry("send", "Send", "Anfon"))

    assert (welsh.language, welsh.direction, welsh["send"]) == ("cy", "ltr", "Anfon")


def test_a_sentence_that_is_missing_or_out_of_date_is_said_in_english(tmp_path: Path) -> None:
    welsh = a_file(
        tmp_path,
        "cy",
        entry("help", "Help", "Help nawr"),  # of an older English
        entry("send", "Send", "Anfon", flags="#, fuzzy\n"),
        entry("start", "Start", ""),
    )

    assert [welsh["help"], welsh["send"], welsh["start"]] == ["Help now", "Send", "Start"]


@pytest.mark.parametrize("language", ["xx", "../../etc/passwd", ""])
def test_a_language_without_a_file_is_english(tmp_path: Path, language: str) -> None:
    assert wording.of(language, tmp_path) == Wording("en", wording.ENGLISH)


def test_a_number_stays_as_it_is_in_text_from_right_to_left(tmp_path: Path) -> None:
    urdu = a_file(tmp_path, "ur", entry("help_call", "Call {phone}", "{phone} پر کال کریں"))

    assert urdu.knowing(phone="0800 1111")["help_call"] == "\u20680800 1111\u2069 پر کال کریں"


def test_a_blank_that_nothing_fills_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(KeyError):
        wording.of("en")["help_call"]


def a_whole_file(language: str = "cy") -> str:
    """A PO file in which every sentence is there: "[cy] " and the English."""
    file = languages.read_po(wording.merged(language))
    for each in file:
        each.msgstr = f"[{language}] {each.msgid}"
    return str(file)


def kept(directory: Path, language: str, text: str) -> None:
    (directory / f"wording.{language}.po").write_text(text, encoding="utf-8")


def test_a_whole_language_has_no_problems_and_is_offered(tmp_path: Path) -> None:
    kept(tmp_path, "cy", a_whole_file())
    kept(tmp_path, "pl", a_whole_file("pl").replace('msgstr "[pl] Send"', 'msgstr ""'))

    assert wording.problems("cy", tmp_path) == []
    assert wording.offered(tmp_path) == ("en", "cy")


def test_a_language_without_a_file_is_named(tmp_path: Path) -> None:
    assert wording.problems("cy", tmp_path) == [
        "the screens are not translated: there is no wording.cy.po"
    ]
    assert wording.problems("../cy", tmp_path) == [
        "the screens are not translated: there is no wording.../cy.po"
    ]


@pytest.mark.parametrize(
    ("key", "english", "words", "problem"),
    [
        ("send", "Send", "", "screens/send is not translated: 'Send'"),
        (
            "help_call",
            "Call {phone}",
            "Ffonia",
            "screens/help_call lost the blank {phone}: 'Call {phone}'",
        ),
        (
            "send",
            "Send",
            "Anfon {name}",
            "screens/send has a blank that its English has not, {name}: 'Send'",
        ),
        (
            "send",
            "Send",
            "<b>Anfon</b>",
            (
                "screens/send has a translation that has < and >: texts are plain, and nothing is "
                "filled in: 'Send'"
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_sentence_is_named(
    tmp_path: Path, key: str, english: str, words: str, problem: str
) -> None:
    whole = a_whole_file()
    kept(tmp_path, "cy", whole.replace(f'msgstr "[cy] {english}"', f'msgstr "{words}"'))

    assert wording.problems("cy", tmp_path) == [problem]


def test_a_sentence_whose_english_changed_is_named_before_and_after_the_file_is_merged(
    tmp_path: Path,
) -> None:
    old = a_whole_file().replace('msgid "Send"', 'msgid "Send it off"')
    merged = wording.merged("cy", old)

    assert wording.problems_in(old) == ["screens/send is translated from an older English: 'Send'"]
    assert wording.problems_in(merged) == [
        "screens/send is fuzzy, because its English changed: 'Send'"
    ]
    assert "[cy] Skip" in merged


def test_what_is_no_po_file_is_said_so() -> None:
    (problem,) = wording.problems_in("not a PO file\n")

    assert problem.startswith("the screens: This is not a PO file")


@pytest.mark.parametrize("language", core.translations())
def test_every_language_of_the_core_survey_has_every_sentence_of_the_screens(
    language: str,
) -> None:
    assert wording.problems(language) == []


def run(*words: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def test_the_screens_go_to_a_translator_and_come_back(tmp_path: Path) -> None:
    empty = run("screen_po", "export", "xx")
    file = tmp_path / "xx.po"
    file.write_text(a_whole_file("xx"), encoding="utf-8")

    assert empty == wording.merged("xx")
    assert run("screen_po", "check", "xx", "--po", file) == (
        "Every string is translated, and none is fuzzy.\n"
    )
    assert wording.problems_in(run("screen_po", "export", "xx", "--po", file)) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "xx"], "the screens are not translated: there is no wording.xx.po"),
        (["export", "en"], "English is what the others are translated from: wording.toml."),
        (["check", "xx", "--po", "none.po"], "No such file or directory"),
    ],
)
def test_screens_that_cannot_be_checked_are_refused_in_a_sentence(
    words: list[str], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run("screen_po", *words)


def test_a_survey_is_published_only_where_the_screens_are_whole(db: None) -> None:
    survey = a_survey()

    with pytest.raises(Refused, match=r"xx: the screens are not translated"):
        publishing.publish(
            source=SOURCE,
            translations={"xx": a_translation(survey, "xx")},
            today=date(2026, 9, 1),
        )
