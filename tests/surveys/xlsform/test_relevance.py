"""Relevances: what they mean here, held against XPath's meaning."""

from collections.abc import Mapping
from time import process_time

import pytest

from surveys.definition import Kind
from surveys.routing import All, Answered, Any, Condition, Is, Not
from surveys.xlsform.relevance import NotCarried, Target, condition_of

ONE = Target("one", Kind.CHOICE, {"a": "a", "b": "b", "c_d": "c-d"})
MANY = Target("many", Kind.CHOICES, {"a": "a", "b": "b"})
RATED = Target("rated", Kind.SCALE, {"1": "1", "2": "2", "3": "3", "dk": "dk"})
WORDS = Target("words", Kind.WORDS, {})
TARGETS: Mapping[str, Target] = {"one": ONE, "many": MANY, "rated": RATED, "words": WORDS}


def lookup(name: str) -> Target:
    if name not in TARGETS:
        raise NotCarried(f"There is no question {name}")
    return TARGETS[name]


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("${one} = 'a'", Is("one", ("a",))),
        ("'a'=${one}", Is("one", ("a",))),
        ('${ one }="c_d"', Is("one", ("c-d",))),
        ("${one} != 'a'", Not(Is("one", ("a",)))),
        ("${one} = ''", Not(Answered("one"))),
        ("${words} != ''", Answered("words")),
        ("string-length(${words}) > 0", Answered("words")),
        ("0 < string-length(${words})", Answered("words")),
        ("count-selected(${many}) >= 1", Answered("many")),
        ("count-selected(${many}) = 0", Not(Answered("many"))),
        ("count-selected(${many}) < 1", Not(Answered("many"))),
        ("selected(${many}, 'a')", Is("many", ("a",))),
        ("${many} = 'a'", All((Is("many", ("a",)), Not(Is("many", ("b",)))))),
        ("${rated} = 2", Is("rated", ("2",))),
        ("${rated} >= 2", Is("rated", ("2", "3"))),
        ("2 > ${rated}", Is("rated", ("1",))),
        ("not(${one} = 'a')", Not(Is("one", ("a",)))),
        ("not(not(${one} = 'a'))", Is("one", ("a",))),
        ("${one} = 'a' or ${one} = 'b'", Is("one", ("a", "b"))),
        ("${one} = 'a' and ${rated} = 1", All((Is("one", ("a",)), Is("rated", ("1",))))),
        (
            "${one}='a' and ${rated}=1 or ${one}='b'",
            Any((All((Is("one", ("a",)), Is("rated", ("1",)))), Is("one", ("b",)))),
        ),
        ("${one} = 'a' and true()", Is("one", ("a",))),
        ("false() or ${one} = 'a'", Is("one", ("a",))),
        ("((${one} = ‘a’))", Is("one", ("a",))),
        ("true()", None),
        ("TRUE", None),
    ],
)
def test_what_can_be_carried(expression: str, condition: Condition | None) -> None:
    assert condition_of(expression, lookup) == condition


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("${one}", "It does not say what it compares with"),
        ("${one} =", "It ends too early"),
        ("${one} = 'x'", "${one} has no answer “x”"),
        ("${one} = ${rated}", "It does not compare a question with an answer"),
        ("${one} > 'a'", "> needs a number, and a question with one answer"),
        ("${one} > 1", "No answer to ${one} is a number"),
        ("${rated} > 3", "It never holds, so nobody would see this"),
        ("${words} = 'x'", "${words} is answered in words, and they are not looked at"),
        ("${rated} + 1 = 2", "“+” cannot be carried"),
        ("count-selected(${many}) > 1", "It counts, and only none or some can be told apart"),
        ("string-length(${words}) > 10", "It counts, and only none or some can be told apart"),
        ("pulldata('a', 'b', 'c', ${one}) = 'x'", "“pulldata” cannot be carried at this place"),
        ("${one} = 'a' OR ${one} = 'b'", "OR is no word of XPath"),
        ("selected(${one}, ${many})", "selected() takes a question and one of its answers"),
        ("selected(${one}, '')", "selected() names no answer"),
        ("(" * 40 + "${one} = 'a'" + ")" * 40, "It has too many brackets in brackets"),
        ("${one} = 'a' and " * 300 + "true()", "It has over 3,000 characters"),
        ("../one = 'a'", "“.” cannot be carried"),
        ("", "It ends too early"),
    ],
)
def test_what_cannot_be_carried_is_said(expression: str, what: str) -> None:
    with pytest.raises(NotCarried) as error:
        condition_of(expression, lookup)

    assert (error.value.what, bool(error.value.mend)) == (what, True)


def test_a_reference_that_does_not_end_is_looked_at_once() -> None:
    """Its spaces were tried in every way to share them out: the longest took minutes."""
    begins = process_time()

    with pytest.raises(NotCarried, match=r"^“\$” cannot be carried"):
        condition_of("${" + " " * 2_990 + "x", lookup)

    assert process_time() - begins < 1


def test_a_condition_deeper_than_a_definition_may_have_is_refused() -> None:
    inner = "${one} = 'a'"
    for level in range(4):
        inner = f"not({inner} and ${{rated}} != {level % 3 + 1})"

    with pytest.raises(NotCarried, match="nested more than 5 deep"):
        condition_of(inner, lookup)
