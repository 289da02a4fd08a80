"""Which questions paper says to skip."""

from collections.abc import Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import routing
from surveys.definition import Kind, Look
from surveys.printing import routes as module
from surveys.printing.routes import Check, Jump, Numbers, Route
from surveys.questionnaire import Choice, Question, Questionnaire
from surveys.routing import All, Answered, Any, Condition, Is, Not


def a_question(
    code: str, *answers: str, when: Condition | None = None, kind: Kind = Kind.CHOICE
) -> Question:
    choices = tuple(Choice(each, each) for each in answers)
    return Question(code, kind, code, "", Look.WORDS, choices, when, 0, False, "", False)


def asking(*questions: Question) -> Questionnaire:
    return Questionnaire("s", "12-17", "en", "ltr", "", "", "", "", "", questions)


def numbers(asked: Questionnaire) -> Mapping[str, Numbers]:
    """As `surveys.numbering` numbers them."""
    answered = (each for each in asked.questions if each.kind is not Kind.PAGE)
    return {
        each.code: Numbers(number, {a.code: mark for mark, a in enumerate(each.answers, 1)})
        for number, each in enumerate(answered, 1)
    }


def routes(asked: Questionnaire) -> Mapping[str, Route]:
    return module.routes(asked, numbers(asked))


YES_OR_NO = ("yes", "no")
A = a_question("a", *YES_OR_NO)
C = a_question("c", *YES_OR_NO)


def test_where_nothing_depends_paper_says_nothing() -> None:
    assert routes(asking(A, C)) == {"a": Route(), "c": Route()}


def test_a_question_for_some_is_jumped_by_all_others() -> None:
    b = a_question("b", "x", when=Is("a", ("yes",)))

    assert routes(asking(A, b, C)) == {
        "a": Route(jumps=(Jump(ticked=(2,), empty=True, to=3),)),
        "b": Route(ways=((Check(1, (1,)),),)),
        "c": Route(),
    }


def test_after_the_last_question_a_jump_goes_to_the_end() -> None:
    b = a_question("b", "x", when=Answered("a"))

    assert routes(asking(A, b))["a"] == Route(jumps=(Jump(ticked=(), empty=True, to=None),))


def test_what_depends_on_a_skipped_question_is_skipped_with_it() -> None:
    b = a_question("b", *YES_OR_NO, when=Is("a", ("yes",)))
    d = a_question("d", "x", when=Is("b", ("yes",)))

    assert routes(asking(A, b, d, C))["a"].jumps == (Jump(ticked=(2,), empty=True, to=4),)


def test_ticking_one_of_several_says_nothing_of_the_others() -> None:
    several = a_question("a", "x", "y", kind=Kind.CHOICES)
    b = a_question("b", "z", when=Is("a", ("x",)))

    assert routes(asking(several, b, C))["a"].jumps == (Jump(ticked=(), empty=True, to=3),)


def test_a_page_has_no_number_and_nobody_is_sent_to_it() -> None:
    b = a_question("b", "x", when=Is("a", ("yes",)))
    page = a_question("page", kind=Kind.PAGE)
    found = routes(asking(A, b, page, C))

    assert (found["a"], found["page"]) == (Route(), Route())


def test_what_this_age_version_cannot_answer_is_not_printed() -> None:
    b = a_question("b", "x", when=Is("another-age", ("yes",)))
    d = a_question("d", "x", when=Is("a", ("not-offered",)))
    found = routes(asking(A, b, d, C))

    assert found == {"a": Route(), "b": Route(asked=False), "d": Route(asked=False), "c": Route()}


def test_a_condition_that_always_holds_is_not_said() -> None:
    b = a_question("b", "x", when=Not(Is("a", ("not-offered",))))

    assert routes(asking(A, b))["b"] == Route()


def test_what_takes_more_than_a_line_is_left_to_the_reader() -> None:
    many = tuple(a_question(f"q{each}", *YES_OR_NO) for each in range(5))
    b = a_question("b", "x", when=Any(tuple(Is(each.code, ("yes",)) for each in many)))

    assert routes(asking(*many, b))["b"] == Route(unclear=True)


def test_a_condition_as_wide_as_it_is_deep_is_given_up_at_once() -> None:
    many = tuple(a_question(f"q{each}", *YES_OR_NO) for each in range(20))
    wide = Any(tuple(Answered(each.code) for each in many))
    b = a_question("b", "x", when=All((wide,) * 20))

    assert routes(asking(*many, b))["b"] == Route(unclear=True)


# --- what must hold for every survey ---------------------------------------------------------

CODES = ("q0", "q1", "q2")
ANSWERS = ("x", "y", "z")


def conditions() -> st.SearchStrategy[Condition]:
    leaves: st.SearchStrategy[Condition] = st.one_of(
        st.builds(
            Is,
            st.sampled_from(CODES),
            st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=2, unique=True).map(tuple),
        ),
        st.builds(Answered, st.sampled_from(CODES)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        ),
        max_leaves=5,
    )


@st.composite
def surveys(draw: st.DrawFn) -> Questionnaire:
    """Three questions and two that depend on them, one of several answers."""
    kinds = [draw(st.sampled_from([Kind.CHOICE, Kind.CHOICES])) for _ in CODES]
    first = [a_question(c, *ANSWERS, kind=k) for c, k in zip(CODES, kinds, strict=True)]
    later = [a_question(c, "v", when=draw(conditions())) for c in ("p", "r")]
    return asking(*first, *later, a_question("last", "v"))


def everything_that_can_be_answered(asked: Questionnaire) -> list[Mapping[str, tuple[str, ...]]]:
    some = ((), ("x",), ("y",), ("x", "z"))
    one = ((), ("x",), ("y",), ("z",))
    each = [some if q.kind is Kind.CHOICES else one for q in asked.questions[:3]]
    return [dict(zip(CODES, given, strict=True)) for given in product(*each)]


@given(surveys())
@settings(max_examples=8)
def test_paper_says_when_to_answer_just_as_the_screens_do(asked: Questionnaire) -> None:
    found = routes(asked)

    for question in asked.questions[3:5]:
        assert question.shown_when is not None
        route = found[question.code]
        if route.unclear:
            continue
        for given_ in everything_that_can_be_answered(asked):
            assert says(route, asked, given_) == routing.holds(question.shown_when, given_)


@given(surveys())
@settings(max_examples=8)
def test_nobody_is_sent_past_a_question_that_is_theirs(asked: Questionnaire) -> None:
    place = {code: each.item for code, each in numbers(asked).items()}

    for question in asked.questions[:3]:
        for jump in routes(asked)[question.code].jumps:
            past = [
                each
                for each in asked.questions
                if place[question.code] < place[each.code] < (jump.to or 99)
            ]
            for given_ in everything_that_can_be_answered(asked):
                if follows(jump, question, given_):
                    assert not any(shown(each, given_) for each in past)


def says(route: Route, asked: Questionnaire, given: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a reader who keeps to what is printed answers the question."""
    if not route.asked:
        return False
    return not route.ways or any(
        all(seen(check, asked, given) == check.so for check in way) for way in route.ways
    )


def seen(check: Check, asked: Questionnaire, given: Mapping[str, tuple[str, ...]]) -> bool:
    question = asked.questions[check.item - 1]
    marks = [1 + ANSWERS.index(code) for code in given[question.code]]
    return bool(set(marks) & set(check.ticked)) if check.ticked else bool(marks)


def follows(jump: Jump, question: Question, given: Mapping[str, tuple[str, ...]]) -> bool:
    marks = {1 + ANSWERS.index(code) for code in given[question.code]}
    return bool(marks & set(jump.ticked)) or (jump.empty and not marks)


def shown(question: Question, given: Mapping[str, tuple[str, ...]]) -> bool:
    return question.shown_when is None or routing.holds(question.shown_when, given)
