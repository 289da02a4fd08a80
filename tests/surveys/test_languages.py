"""A survey's strings to translators, and back."""

import unicodedata

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import core, grammar, languages
from surveys.languages import Message, NotPo
from tests.surveys.factories import SOURCE, a_survey, a_translation


def entry(po: str, context: str, english: str) -> polib.POEntry:
    found = languages.read_po(po).find(english, msgctxt=context, include_obsolete_entries=True)
    assert found is not None
    return found


def test_each_string_is_translated_once_however_many_ages_share_it() -> None:
    messages = languages.messages(a_survey())

    assert [each for each in messages if each.context.startswith(("safe/", "scale/"))] == [
        Message("safe/ask", "Do you feel safe?", ("safe/ask/8-11",)),
        Message("safe/ask", "Do you feel safe with us?", ("safe/ask/12-17",)),
        Message(
            "scale/how-much/answers/yes-lots",
            "Yes, a lot",
            ("scale/how-much/answers/yes-lots/12-17",),
        ),
        *(
            Message(
                f"scale/how-much/answers/{code}",
                english,
                (
                    f"scale/how-much/answers/{code}/8-11",
                    f"scale/how-much/answers/{code}/12-17",
                ),
            )
            for code, english in [
                ("yes", "Yes"),
                ("sometimes", "Sometimes"),
                ("no", "No"),
                ("unsure", "I do not know"),
            ]
        ),
    ]


def test_all_that_families_read_is_among_the_strings() -> None:
    survey = grammar.parse(core.source())
    strings = {message.english for message in languages.messages(survey)}

    for version in survey.age_versions:
        assert {version.title, version.intro, version.thanks} <= strings
    for item in survey.items:
        assert set(item.ask.values()) | set((item.hint or {}).values()) <= strings
        assert {label for answer in item.answers for label in answer.label.values()} <= strings
    assert "" not in strings


def test_the_same_survey_gives_the_same_bytes() -> None:
    first = languages.template(a_survey())

    assert languages.template(a_survey()) == first
    assert languages.merged(a_survey(), "cy", languages.merged(a_survey(), "cy")) == (
        languages.merged(a_survey(), "cy")
    )


def test_the_template_is_a_po_file_that_any_tool_opens() -> None:
    file = polib.pofile(languages.template(a_survey()))

    first = file[0]
    assert (first.msgctxt, first.msgid, first.msgstr) == ("8-11/name", "8 to 11", "")
    assert first.occurrences == [("8-11/name", "")]
    assert file.metadata["Content-Type"] == "text/plain; charset=UTF-8"


def test_a_full_translation_has_no_problems() -> None:
    survey = a_survey()

    assert languages.problems(survey, a_translation(survey)) == []


def test_missing_strings_are_named() -> None:
    survey = a_survey()
    po = a_translation(survey).replace('msgstr "[cy] Sometimes"', 'msgstr ""')

    assert languages.problems(survey, po) == [
        "scale/how-much/answers/sometimes/8-11 is not translated: 'Sometimes'"
    ]
    assert len(languages.problems(survey, languages.template(survey))) == len(
        languages.messages(survey)
    )


def test_changed_english_makes_its_translation_fuzzy_and_no_other() -> None:
    translated = a_translation(a_survey())
    reworded = a_survey(SOURCE.replace("Do you feel safe?", "Are you safe?"))

    merged = languages.merged(reworded, "cy", translated)

    changed = entry(merged, "safe/ask", "Are you safe?")
    assert (changed.msgstr, changed.flags, changed.previous_msgid) == (
        "[cy] Do you feel safe?",
        ["fuzzy"],
        "Do you feel safe?",
    )
    assert languages.problems(reworded, merged) == [
        "safe/ask/8-11 is fuzzy, because its English changed: 'Are you safe?'"
    ]


def test_a_file_that_was_not_brought_up_to_date_is_named_as_of_an_older_english() -> None:
    reworded = a_survey(SOURCE.replace("Do you feel safe?", "Are you safe?"))

    assert languages.problems(reworded, a_translation(a_survey())) == [
        "safe/ask/8-11 is translated from an older English: 'Are you safe?'"
    ]


def test_words_are_carried_over_from_a_file_without_references() -> None:
    strings = [Message("send", "Send it", ("screens/send",))]
    old = 'msgid ""\nmsgstr ""\n\nmsgctxt "send"\nmsgid "Send"\nmsgstr "Anfon"\n'

    changed = entry(languages.po_of("screens", strings, "cy", old), "send", "Send it")

    assert (changed.msgstr, changed.flags) == ("Anfon", ["fuzzy"])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ffonia {phone}, {who}", []),
        ("Ffonia {phone}", ["lost the blank {who}"]),
        ("Ffonia {who} {phone} {x}", ["has a blank that its English has not, {x}"]),
        (
            "Ffonia {who} {phone} {",
            ["has a translation that has {: texts are plain, and nothing is filled in"],
        ),
    ],
)
def test_the_blanks_of_a_string_are_those_of_its_english(words: str, found: list[str]) -> None:
    strings = [Message("call", "Call {phone}: {who}", ("screens/call",))]
    po = (
        'msgid ""\nmsgstr ""\n\nmsgctxt "call"\n'
        f'msgid "Call {{phone}}: {{who}}"\nmsgstr "{words}"\n'
    )

    assert languages.faults_in(strings, po) == [
        f"screens/call {what}: 'Call {{phone}}: {{who}}'" for what in found
    ]


def test_each_string_is_paired_with_its_words_that_are_up_to_date() -> None:
    strings = [Message(key, key.title(), (key,)) for key in ("send", "start", "skip")]
    po = (
        'msgid ""\nmsgstr ""\n\nmsgctxt "send"\nmsgid "Send"\nmsgstr "Anfon"\n\n'
        '#, fuzzy\nmsgctxt "start"\nmsgid "Start"\nmsgstr "Dechrau"\n'
    )

    assert [words for _, words in languages.pairs(strings, po)] == ["Anfon", "", ""]


def test_a_new_string_is_missing_and_the_rest_keeps_its_words() -> None:
    translated = a_translation(a_survey())
    longer = a_survey(
        SOURCE.replace('thanks = "Thank you."', 'thanks = "Thank you."', 1)
        + ('\n[[item]]\ncode = "more"\nkind = "page"\nask = "One more thing."\n')
    )

    merged = languages.merged(longer, "cy", translated)

    assert languages.problems(longer, merged) == [
        "more/ask/8-11 is not translated: 'One more thing.'"
    ]


def test_strings_that_the_survey_has_no_more_do_no_harm() -> None:
    survey = a_survey()
    po = a_translation(survey) + (
        '\nmsgctxt "gone/ask"\nmsgid "Old?"\nmsgstr ""\n'
        '\n#~ msgctxt "older/ask"\n#~ msgid "Older?"\n#~ msgstr "[cy] Older?"\n'
    )

    assert languages.problems(survey, po) == []
    assert "Old?" not in languages.merged(survey, "cy", po)


def test_a_translators_comment_is_kept() -> None:
    survey = a_survey()
    po = a_translation(survey).replace(
        "#: safe/ask/8-11\n", "# as in the school curriculum\n#: safe/ask/8-11\n"
    )

    assert entry(languages.merged(survey, "cy", po), "safe/ask", "Do you feel safe?").tcomment == (
        "as in the school curriculum"
    )


def test_a_translation_that_lost_a_helpline_is_named() -> None:
    survey = a_survey(
        SOURCE.replace('hint = "Please leave', 'hint = "Call 0800 1111. Please leave')
    )
    po = a_translation(survey).replace("[cy] Call 0800 1111.", "[cy] Call 0800 1112.")

    assert languages.problems(survey, po) == [
        "idea/hint/8-11 lost the number 08001111: 'Call 0800 1111. Please leave out names.'"
    ]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("<b>Ie</b>", "has < and >: texts are plain, and nothing is filled in"),
        ("Ie \u202eoN", "has U+202E, which turns the direction of writing"),
    ],
)
def test_a_translation_with_what_no_text_may_have_is_named(words: str, problem: str) -> None:
    survey = a_survey()
    po = a_translation(survey).replace('msgstr "[cy] Sometimes"', f'msgstr "{words}"')

    assert languages.problems(survey, po) == [
        f"scale/how-much/answers/sometimes/8-11 has a translation that {problem}: 'Sometimes'"
    ]


@pytest.mark.parametrize("text", ["not a PO file", "/etc/hostname", "msgstr", "a\0b"])
def test_what_is_no_po_file_is_refused_and_no_file_of_that_name_is_read(text: str) -> None:
    with pytest.raises(NotPo, match="This is not a PO file"):
        languages.read_po(text)


@given(st.text())
def test_any_text_is_a_po_file_or_refused(text: str) -> None:
    try:
        found = languages.problems(a_survey(), text)
    except NotPo:
        return
    assert found


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("en", "ltr"),
        ("cy", "ltr"),
        ("ar", "rtl"),
        ("ur", "rtl"),
        ("fa", "rtl"),
        ("ps", "rtl"),
        ("ckb", "rtl"),
        ("he", "rtl"),
        ("ug", "rtl"),
        ("ar-EG", "rtl"),
        ("pa", "ltr"),
        ("pa-Arab", "rtl"),
        ("uz-Arab", "rtl"),
        ("az-Latn", "ltr"),
        ("pt-BR", "ltr"),
        ("xx", "ltr"),
    ],
)
def test_the_direction_of_a_language_is_known(code: str, direction: str) -> None:
    assert languages.direction(code) == direction


def test_a_language_is_called_what_its_speakers_call_it() -> None:
    names = [languages.name(code) for code in ("cy", "ur", "pl", "pt-BR", "xx")]

    assert names == ["Cymraeg", "اردو", "Polski", "Português", "xx"]


def test_every_language_of_the_list_is_written_as_it_says() -> None:
    """By the Unicode direction of the letters in its own name."""
    for language in languages.LANGUAGES.values():
        letters = {unicodedata.bidirectional(each) for each in language.name if each.isalpha()}
        assert language.direction == ("rtl" if letters & {"R", "AL"} else "ltr"), language
