"""Choosing and auditing one question, as work that another process can do. Pure; workers only."""

from collections.abc import Mapping
from typing import NamedTuple

from analytics.attacking import Contradiction
from analytics.breakdowns import breakdowns
from analytics.disclosure import Figure
from analytics.figures import Place
from analytics.indicators import measures
from analytics.questions import Question, all_questions
from analytics.series import OfQuestion, Series
from analytics.spans import Span
from analytics.withholding import Said, audit, choose, choose_alike


class Try(NamedTuple):
    """One part of the last wave of a series, and what earlier waves' releases said of it.

    Args:
        part: a question's code, or that of several that are worked out together; to look for what
            could be told, a question's.
    """

    series: Series
    part: str
    earlier: Mapping[Said, Figure]


def all_parts() -> list[str]:
    """What is worked out apart from the rest, in the order in which a report leads."""
    return list(dict.fromkeys(each.part for each in all_questions(measures())))


def questions_of(part: str) -> list[Question]:
    """What is worked out in a part; none if there is no such part."""
    return [each for each in all_questions(measures()) if each.part == part]


def question(code: str) -> Question:
    """Raises: StopIteration: there is none of this code."""
    return next(each for each in all_questions(measures()) if each.code == code)


def figures_of(one: Try) -> Mapping[Place, Figure]:
    """What may be said."""
    several = [OfQuestion(one.series, each) for each in questions_of(one.part)]
    at = one.series.last.code
    if len(several) > 1:
        return choose_alike(several, at, breakdowns=breakdowns(), earlier=one.earlier)
    [of] = several
    return choose(of, at, breakdowns=breakdowns(), earlier=one.earlier).figures


def found_in(one: Try, said: Mapping[Place, Figure]) -> list[str]:
    """What a reader would find in what is said, in sentences; none if all is well."""
    of, at = OfQuestion(one.series, question(one.part)), one.series.last.code
    due = at in of.asked and any(of.span(span, at) for span in Span)
    if due and not said:
        return [f"There are no figures of {one.part}."]
    try:
        findings = audit(of, at, said, breakdowns=breakdowns(), earlier=one.earlier)
    except Contradiction as error:
        return [str(error)]
    return [str(finding) for finding in findings]
