"""Choosing and auditing one question, as work that another process can do. Pure; workers only."""

from collections.abc import Mapping
from typing import NamedTuple

from analytics.attacking import Contradiction
from analytics.breakdowns import breakdowns
from analytics.disclosure import Figure
from analytics.figures import Place
from analytics.indicators import measures
from analytics.questions import Question, questions
from analytics.series import OfQuestion, Series
from analytics.withholding import Said, audit, choose


class Try(NamedTuple):
    """One question of the last wave of a series, and what earlier waves' releases said of it."""

    series: Series
    question: str
    earlier: Mapping[Said, Figure]


def question(code: str) -> Question:
    """Raises: StopIteration: there is none of this code."""
    return next(each for each in questions(measures()) if each.code == code)


def figures_of(one: Try) -> Mapping[Place, Figure]:
    """What may be said."""
    of = OfQuestion(one.series, question(one.question))
    at = one.series.last.code
    return choose(of, at, breakdowns=breakdowns(), earlier=one.earlier).figures


def found_in(one: Try, said: Mapping[Place, Figure]) -> list[str]:
    """What a reader would find in what is said, in sentences; none if all is well."""
    of, at = OfQuestion(one.series, question(one.question)), one.series.last.code
    if at in of.asked and not said:
        return [f"There are no figures of {one.question}."]
    try:
        findings = audit(of, at, said, breakdowns=breakdowns(), earlier=one.earlier)
    except Contradiction as error:
        return [str(error)]
    return [str(finding) for finding in findings]
