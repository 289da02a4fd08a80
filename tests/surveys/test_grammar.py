"""What a definition may say, and that each fault is named with its place and its mend."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import core, grammar
from surveys.definition import AgeVersion, Answer, Item, Kind, Look, Survey
from surveys.grammar import DefinitionError, Problem
from surveys.routing import All, Answered, Any, Is, Not
from tests.surveys.factories import SOURCE, a_survey

SMALLEST = """
[survey]
code = "smallest"
title = "The smallest survey"

[[age_version]]
code = "12-17"
name = "12 to 17"
title = "Your say"
intro = '''
Tell us
how it is.

You can skip anything.
'''
thanks = "Thank you."
reading_ease = 70.5

[[item]]
code = "safe"
kind = "scale"
construct = "safe"
ask = "Do you feel safe?"
look = "thumbs"
answers = [
    { code = "yes", label = "Yes", score = 100, favourable = true },
    { code = "no", label = "No", score = 0, favourable = false },
    { code = "unsure", label = "I do not know" },
]

[[item]]
code = "helper"
kind = "helper"
ask = "Is someone helping you?"
answers = [ { code = "yes", label = "Yes" }, { code = "no", label = "No" } ]
"""


def changed(old: str, new: str, source: str = SOURCE) -> str:
    assert old in source, "the change would change nothing"
    return source.replace(old, new, 1)


def with_item(item: str) -> str:
    return f"{SOURCE}\n[[item]]\n{item}"


def problems_in(source: str) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        grammar.parse(source)
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def test_a_document_becomes_a_survey() -> None:
    survey = grammar.parse(SMALLEST)

    assert survey == Survey(
        code="smallest",
        title="The smallest survey",
        age_versions=(
            AgeVersion(
                code="12-17",
                name="12 to 17",
                title="Your say",
                intro="Tell us how it is.\n\nYou can skip anything.",
                grown_up_guidance="",
                thanks="Thank you.",
                reading_ease=70.5,
            ),
        ),
        items=(
            Item(
                code="safe",
                kind=Kind.SCALE,
                construct="safe",
                ask={"12-17": "Do you feel safe?"},
                look={"12-17": Look.THUMBS},
                answers=(
                    Answer("yes", {"12-17": "Yes"}, 100, favourable=True),
                    Answer("no", {"12-17": "No"}, 0, favourable=False),
                    Answer("unsure", {"12-17": "I do not know"}),
                ),
            ),
            Item(
                code="helper",
                kind=Kind.HELPER,
                ask={"12-17": "Is someone helping you?"},
                answers=(Answer("yes", {"12-17": "Yes"}), Answer("no", {"12-17": "No"})),
            ),
        ),
    )


def test_age_versions_share_an_item_each_in_its_own_words() -> None:
    safe = a_survey().item("safe")

    assert safe.ask == {"8-11": "Do you feel safe?", "12-17": "Do you feel safe with us?"}
    assert safe.look == {"8-11": Look.FACES, "12-17": Look.WORDS}
    assert [answer.code for answer in safe.answers_for("8-11")] == [
        "yes",
        "sometimes",
        "no",
        "unsure",
    ]


def test_one_key_may_name_several_age_versions() -> None:
    source = changed(
        '"8-11" = "Do you feel safe?"\n"12-17" = "Do you feel safe with us?"',
        '"8-11, 12-17" = "Do you feel safe?"',
    )

    survey = grammar.parse(source)

    assert survey.item("safe").ask == dict.fromkeys(["8-11", "12-17"], "Do you feel safe?")


def test_an_item_that_is_not_asked_of_an_age_is_not_in_its_version() -> None:
    survey = a_survey()

    assert "gender" not in [item.code for item in survey.items_for("8-11")]
    assert "gender" in [item.code for item in survey.items_for("12-17")]


def test_the_facts_of_an_item_are_read() -> None:
    survey = grammar.parse(
        changed('slices = true\nasked_of = ["12-17"]', 'asked_of = ["12-17"]')
        + 'asked_of_grown_up = ["12-17"]'
    )

    gender, idea, topics = survey.item("gender"), survey.item("idea"), survey.item("topics")
    assert (gender.slices, gender.asked_of_grown_up) == (False, frozenset({"12-17"}))
    assert (idea.suggestion, idea.longest, idea.hint) == (
        True,
        1000,
        dict.fromkeys(["8-11", "12-17"], "Please leave out names."),
    )
    assert (topics.topics_of, survey.item("service").slices) == ("idea", True)


def test_conditions_are_read_whatever_their_depth() -> None:
    survey = grammar.parse(
        with_item(
            'code = "more"\nkind = "page"\nasked_of = ["12-17"]\nask = "Read this."\n'
            "shown_when = { all = ["
            '{ item = "safe", is = ["no", "sometimes"] },'
            '{ not = { item = "helper", is = "alone" } },'
            '{ any = [ { item = "idea", answered = true } ] } ] }'
        )
    )

    assert survey.item("more").shown_when == All(
        (
            Is("safe", ("no", "sometimes")),
            Not(Is("helper", ("alone",))),
            Any((Answered("idea"),)),
        )
    )


def test_a_document_that_is_not_toml_is_refused_with_its_line() -> None:
    assert problems_in('[survey]\ncode = "a\n') == [
        "line 2, column 10: Illegal character '\\n'. Mend the TOML there."
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'construct = "safe"',
            'constuct = "safe"',
            'item "safe": "constuct" means nothing. Did you mean "construct"?',
        ),
        (
            'kind = "scale"',
            'kind = "scales"',
            (
                'item "safe", kind: There is no kind "scales". '
                "Write one of scale, choice, choices, words, about, helper, page."
            ),
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-12" = "Do you feel safe?"',
            'item "safe", ask, 8-12: There is no age version "8-12". Known are: 8-11, 12-17.',
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "  "',
            'item "safe", ask, 8-11: The text is empty. Write plain words there.',
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "Do you feel <b>safe</b>?"',
            (
                'item "safe", ask, 8-11: The text has < and >: texts are plain, and nothing is '
                "filled in. Write plain words there."
            ),
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "Do you feel {safe}?"',
            (
                'item "safe", ask, 8-11: The text has { and }: texts are plain, and nothing is '
                "filled in. Write plain words there."
            ),
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "Do you feel \\u0007 safe?"',
            (
                'item "safe", ask, 8-11: The text has the control character U+0007. '
                "Write plain words there."
            ),
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = "Do you feel \\u202Esafe?"',
            (
                'item "safe", ask, 8-11: The text has U+202E, which turns the direction of '
                "writing. Write plain words there."
            ),
        ),
        (
            '"8-11" = "Do you feel safe?"',
            f'"8-11" = "{"safe " * 61}?"',
            'item "safe", ask, 8-11: The text has 306 characters. Keep it to 300.',
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11" = 4',
            'item "safe", ask, 8-11: This is not a text. Put it in quotes.',
        ),
        (
            '"8-11" = "Do you feel safe?"',
            '"8-11, 12-17" = "Do you feel safe?"',
            'item "safe", ask, 12-17: There are two texts for 12-17. Keep one.',
        ),
        (
            'asked_of = ["8-11", "12-17"]\nask = "Do we listen to you?"',
            'asked_of = ["8-11", "12-17"]\nask = { "8-11" = "Do we listen to you?" }',
            (
                'item "listened", ask, 12-17: The text for 12-17 is missing, and it is in '
                "asked_of. Write it, or take the age version out of asked_of."
            ),
        ),
        (
            'asked_of = ["12-17"]\nask = "Which are you?"',
            'asked_of = ["12-17"]\nask = { "8-11" = "Which?", "12-17" = "Which are you?" }',
            (
                'item "gender", ask, 8-11: The item is not asked of 8-11. '
                "Take it out, or ask it there too."
            ),
        ),
        (
            'scale = "how-much"',
            'scale = "how-mush"',
            'item "safe", scale: There is no scale "how-mush". Known are: how-much.',
        ),
        (
            '"12-17" = "words" }',
            '"12-17" = "stars" }',
            'scale "how-much", look: There is no look "stars". Write one of words, faces, thumbs.',
        ),
        (
            "score = 100",
            "score = 101",
            'item "safe", answer "yes-lots", score: 101 is no score. Write 0 to 100.',
        ),
        (
            "score = 100",
            "score = -1",
            'item "safe", answer "yes-lots", score: -1 is no score. Write 0 to 100.',
        ),
        (
            "score = 100",
            "score = 60",
            (
                'item "safe", answers, 12-17: The scores are [60, 75, 50, 25]. '
                "Let them rise, or fall, from answer to answer."
            ),
        ),
        (
            "score = 100, favourable = true",
            "score = 100",
            (
                'item "safe", answer "yes-lots": It has only one of score and favourable. '
                "Write both; or neither, for answers such as I do not know."
            ),
        ),
        (
            "score = 100, favourable = true",
            "score = 100, favourable = false",
            (
                'item "safe", answers: An unfavourable answer scores more than a favourable one. '
                "Let the favourable answers have the highest scores."
            ),
        ),
        (
            "score = 100",
            'score = "100"',
            (
                'scale "how-much", answer "yes-lots", score: "score" is not a whole number. '
                "Write score = a whole number."
            ),
        ),
        (
            "score = 100",
            "score = true",
            (
                'scale "how-much", answer "yes-lots", score: "score" is not a whole number. '
                "Write score = a whole number."
            ),
        ),
        (
            'code = "listened"',
            'code = "safe"',
            'item "safe": There are two items with this code. Give each its own.',
        ),
        (
            'code = "listened"',
            'code = "Listened To"',
            (
                'item "Listened To", code: "Listened To" is not a code. '
                "Use a-z, 0-9 and single hyphens, at most 40."
            ),
        ),
        (
            'code = "listened"',
            'code = "page:age"',
            (
                'item "page:age", code: "page:age" is not a code. '
                "Use a-z, 0-9 and single hyphens, at most 40."
            ),
        ),
        (
            'code = "listened"',
            'code = "language"',
            'item "language", code: This name means something else. Choose another.',
        ),
        (
            'code = "listened"',
            'code = "8-11"',
            'item "8-11", code: This name means something else. Choose another.',
        ),
        (
            'code = "listened"',
            "code = 4",
            (
                'item number 2, code: "code" is not a text in "quotes". '
                'Write code = a text in "quotes".'
            ),
        ),
        (
            'code = "school"',
            'code = "home"',
            'item "topics", answer "home": There are two with this code. Give each its own.',
        ),
        (
            'label = "School"',
            'label = "Where I live"',
            'item "topics", answers, 12-17: Two answers read "Where I live". Make them differ.',
        ),
        (
            'code = "school"',
            'code = "school=1"',
            (
                'item "topics", answer "school=1", code: "school=1" is not a code. '
                "Use a-z, 0-9 and single hyphens, at most 40."
            ),
        ),
        (
            'label = "School"',
            'label = { "4-7" = "School" }',
            (
                'item "topics", answer "school", label, 4-7: There is no age version "4-7". '
                "Known are: 8-11, 12-17."
            ),
        ),
        (
            "longest = 1000\n",
            "",
            'item "idea": There is no "longest". Write longest = a whole number.',
        ),
        (
            "longest = 1000",
            "longest = 2001",
            'item "idea", longest: 2001 characters is not a length for words. Write 1 to 2000.',
        ),
        (
            'topics_of = "idea"',
            'topics_of = "helper"',
            (
                'item "topics", topics_of: "helper" is no item of kind words. '
                "Known are: idea, comment."
            ),
        ),
        (
            'topics_of = "idea"',
            'topics_of = "comment"',
            'item "topics", topics_of: "comment" is not an idea. Write suggestion = true there.',
        ),
        (
            "suggestion = true",
            'suggestion = "yes"',
            (
                'item "idea", suggestion: "suggestion" is not true or false. '
                "Write suggestion = true or false."
            ),
        ),
        (
            'item = "helper"',
            'item = "helpers"',
            (
                'item "helper-is-worker", shown_when: There is no item "helpers". '
                'Did you mean "helper"?'
            ),
        ),
        (
            'item = "helper"',
            'item = "gender"',
            'item "helper-is-worker", shown_when: "gender" is not asked before it. Put it after.',
        ),
        (
            'item = "helper"',
            'item = "helper-is-worker"',
            (
                'item "helper-is-worker", shown_when: "helper-is-worker" is not asked before it. '
                "Put it after."
            ),
        ),
        (
            'is = "read-to-me"',
            'is = "read-to-you"',
            (
                'item "helper-is-worker", shown_when: "helper" has no answer "read-to-you". '
                'Did you mean "read-to-me"?'
            ),
        ),
        (
            'is = "read-to-me"',
            "is = []",
            (
                'item "helper-is-worker", shown_when: It names no answer of "helper". '
                'Write is = "...".'
            ),
        ),
        (
            'item = "helper", is = "read-to-me"',
            'item = "idea", is = "yes"',
            (
                'item "helper-is-worker", shown_when: "idea" has words, not answers. '
                "Write answered = true."
            ),
        ),
        (
            'is = "read-to-me"',
            'was = "read-to-me"',
            (
                'item "helper-is-worker", shown_when: It does not say which answer. '
                'Write is = "..." or answered = true.'
            ),
        ),
        (
            '{ item = "helper", is = "read-to-me" }',
            "{ all = [] }",
            (
                'item "helper-is-worker", shown_when, all: "all" has no conditions. '
                "Write at least one."
            ),
        ),
        (
            '{ item = "helper", is = "read-to-me" }',
            '"helper"',
            (
                'item "helper-is-worker", shown_when: This is not a condition. '
                'Write { item = "...", is = "..." }.'
            ),
        ),
        (
            '{ item = "helper", is = "read-to-me" }',
            (
                "{ not = { not = { not = { not = { not = "
                '{ item = "helper", is = "read-to-me" } } } } } }'
            ),
            (
                'item "helper-is-worker", shown_when: It is nested too deeply. '
                'Write { item = "...", is = "..." }.'
            ),
        ),
        (
            "reading_ease = 80",
            "reading_ease = 180",
            (
                'age version "8-11", reading_ease: 180 is no Flesch reading ease. '
                "Write 0 to 100; 90 is very easy."
            ),
        ),
        (
            'thanks = "Thank you."\n',
            "",
            'age version "8-11": There is no "thanks". Write thanks = a text in "quotes".',
        ),
        (
            'kind = "helper"',
            'kind = "choice"',
            (
                "survey: It asks 0 times who is helping, in items of kind helper. "
                "Ask it exactly once: who helps changes the answers."
            ),
        ),
        (
            'kind = "choice"',
            'kind = "helper"',
            (
                "survey: It asks 2 times who is helping, in items of kind helper. "
                "Ask it exactly once: who helps changes the answers."
            ),
        ),
        (
            'kind = "helper"\nasked_of = ["8-11", "12-17"]',
            'kind = "helper"\nasked_of = ["8-11"]',
            'item "helper", ask, 12-17: Who is helping is asked of all. Add it.',
        ),
        (
            'ask = "Is someone helping you?"',
            'ask = "Is someone helping you?"\nshown_when = { item = "safe", answered = true }',
            'item "helper": Who is helping is always asked. Take out shown_when.',
        ),
        (
            '{ code = "alone", label = "No, I did it alone" },',
            "",
            'item "helper", answers, 8-11: There are 1 answers. Offer 2 to 24 to this age.',
        ),
        (
            "[survey]",
            "[surwey]",
            'the whole text: "surwey" means nothing. Did you mean "survey"?',
        ),
        (
            "[survey]",
            'author = "me"\n[survey]',
            (
                'the whole text: "author" means nothing. '
                "Known here are: age_version, item, scale, survey."
            ),
        ),
    ],
)
def test_each_fault_is_named_with_its_place_and_its_mend(old: str, new: str, problem: str) -> None:
    assert problem in problems_in(changed(old, new))


def test_all_faults_are_named_at_once() -> None:
    source = changed("score = 100", "score = 101")
    source = changed('topics_of = "idea"', 'topics_of = "ideas"', source)
    source = changed('title = "A small survey"', 'titel = "A small survey"', source)

    assert problems_in(source) == [
        'survey: There is no "title". Write title = a text in "quotes".',
        'survey: "titel" means nothing. Did you mean "title"?',
        'item "safe", answer "yes-lots", score: 101 is no score. Write 0 to 100.',
        'item "listened", answer "yes-lots", score: 101 is no score. Write 0 to 100.',
        'item "topics", topics_of: "ideas" is no item of kind words. Did you mean "idea"?',
    ]


def test_a_key_of_another_kind_of_item_means_nothing_here() -> None:
    source = changed('kind = "helper"', 'kind = "helper"\nlongest = 5')

    assert problems_in(source) == [
        (
            'item "helper": "longest" means nothing. '
            "Known here are: answers, ask, asked_of, code, hint, kind, shown_when."
        )
    ]


def test_an_older_survey_that_was_asked_elsewhere_need_not_have_asked_who_helped() -> None:
    source = SMALLEST[: SMALLEST.rindex("[[item]]")]
    source = changed('code = "smallest"', 'code = "smallest"\nasked_elsewhere = true', source)

    assert grammar.parse(source).asked_elsewhere


@pytest.mark.parametrize("asked", ["ask = {}", 'asked_of = []\nask = "Read this."'])
def test_an_item_of_nobody_is_refused(asked: str) -> None:
    source = with_item(f'code = "more"\nkind = "page"\n{asked}')

    assert problems_in(source) == [
        'item "more", ask: It is asked of nobody. Write a text, or take it out.'
    ]


def test_a_scale_of_nothing_but_good_answers_is_refused() -> None:
    source = SMALLEST.replace("favourable = false", "favourable = true")

    assert problems_in(source) == [
        (
            'item "safe", answers, 12-17: Scored answers are not both favourable and unfavourable. '
            "Give each scored answer favourable = true or false, and have both."
        )
    ]


def test_a_survey_without_a_scale_is_refused() -> None:
    source = SMALLEST.replace('kind = "scale"\nconstruct = "safe"', 'kind = "choice"')
    source = source.replace('look = "thumbs"\n', "")
    source = source.replace(", score = 100, favourable = true", "")
    source = source.replace(", score = 0, favourable = false", "")

    assert problems_in(source) == [
        'age version "12-17": It asks nothing on a scale. Ask at least one item of kind scale.'
    ]


def test_a_scale_that_no_item_uses_is_refused() -> None:
    scale = SOURCE[SOURCE.index("[[scale]]") : SOURCE.index("[[item]]")]

    assert problems_in(SOURCE + scale.replace("how-much", "how-often")) == [
        'scale "how-often": No item uses it. Use it, or take it out.'
    ]


def test_a_condition_on_an_item_that_the_age_is_not_asked_is_refused() -> None:
    source = with_item(
        'code = "more"\nkind = "page"\nask = "Read this."\n'
        'shown_when = { item = "gender", answered = true }'
    )

    assert problems_in(source) == [
        'item "more", shown_when: "gender" is not asked of 8-11. Ask it, or do not ask this.'
    ]


@pytest.mark.parametrize(("reading_ease", "most"), [(90, 15), (80, 24)])
def test_who_reads_with_effort_gets_fewer_answers_to_choose_among(
    reading_ease: int, most: int
) -> None:
    answers = ", ".join(f'{{ code = "a{each}", label = "{each}" }}' for each in range(most + 1))
    source = SMALLEST.replace("reading_ease = 70.5", f"reading_ease = {reading_ease}")
    source += f'\n[[item]]\ncode = "many"\nkind = "choice"\nask = "Which?"\nanswers = [{answers}]'

    assert problems_in(source) == [
        f'item "many", answers, 12-17: There are {most + 1} answers. Offer 2 to {most} to this age.'
    ]


def test_a_survey_has_no_more_answers_than_a_reply_can_hold() -> None:
    answers = ", ".join(f'{{ code = "a{each}", label = "{each}" }}' for each in range(24))
    items = "".join(
        f'\n[[item]]\ncode = "many-{each}"\nkind = "choice"\nask = "Which?"\nanswers = [{answers}]'
        for each in range(11)
    )

    assert problems_in(SMALLEST + items) == ["survey: It has 269 answers in all. Keep it to 250."]


def test_faces_are_shown_for_five_answers_at_most() -> None:
    more = "".join(
        f'{{ code = "a{score}", label = "{score}", score = {score}, favourable = false }},\n'
        for score in (80, 60, 40, 20)
    )
    source = changed('look = "thumbs"', 'look = "faces"', SMALLEST)
    source = changed('{ code = "no"', f'{more}{{ code = "no"', source)

    assert problems_in(source) == [
        'item "safe", answers, 12-17: There are 6 scored answers. Show at most 5 so.'
    ]


def test_a_document_too_long_to_be_a_survey_is_refused_unread() -> None:
    assert problems_in("#" * 500_001) == [
        "the whole text: It is over 500,000 characters. Shorten it."
    ]


def test_brackets_without_end_are_refused_in_a_sentence() -> None:
    (problem,) = problems_in("a = " + "[" * 100_000)

    assert problem.startswith(("the whole text: ", "line "))


@given(st.text())
def test_any_text_is_a_survey_or_a_definition_error(source: str) -> None:
    with pytest.raises(DefinitionError):
        grammar.parse(source)


@settings(max_examples=30)
@given(st.data())
def test_a_survey_with_a_line_gone_is_a_survey_or_a_definition_error(data: st.DataObject) -> None:
    lines = core.source().splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))

    found: tuple[object, ...]
    try:
        found = grammar.parse("\n".join(lines[:gone] + lines[gone + 1 :])).items
    except DefinitionError as refused:
        found = refused.problems

    assert found


def test_a_problem_reads_as_where_what_and_mend() -> None:
    problem = Problem('item "safe"', "It is wrong", "Mend it")

    assert str(problem) == 'item "safe": It is wrong. Mend it.'
    assert str(replace(problem, mend="Is it?")) == 'item "safe": It is wrong. Is it?'


def test_a_survey_says_which_item_or_age_version_it_does_not_have() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        a_survey().item("nowhere")
    with pytest.raises(KeyError, match="4-7"):
        a_survey().age_version("4-7")
