"""A report for children: the same figures as everybody's, in their words, with faces."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics import childrens_words
from analytics.childrens_words import Face
from analytics.comparing import Verdict
from analytics.pages import topics
from analytics.pages.opening import about, opened, public
from analytics.pages.own_panels import named_of
from analytics.reading import Wanted
from analytics.reporting import AreaReport
from analytics.wording import words

AGES = "8-11"  # the page of the survey whose words are told again


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that children and families told.

    Args:
        faces: ten of them; none where it is not shown.
        beside: how it is elsewhere; "" where that is not known, or not asked.
    """

    code: str
    words: str
    faces: tuple[Face, ...]
    beside: str
    answers: str


@require_safe
def children(request: HttpRequest, gss_code: str) -> HttpResponse:
    found = opened(request, gss_code)
    if isinstance(found, HttpResponse):
        return found
    made = found.report(Wanted())
    told = list(_told(made))
    content = {
        **about(found, made),
        "replies": words(made.replies) if made.replies else None,
        "told": told,
        "faces": any(each.faces for each in told),
        "wishes": list(_wishes(made)),
    }
    return public(request, render(request, "analytics/children.html", content))


def _wishes(made: AreaReport) -> Iterator[str]:
    """What most ideas were about, in the words of the survey's page for children."""
    labels = {
        answer.code: answer.label[AGES]
        for item in made.survey.items
        if item.topics_of
        for answer in item.answers_for(AGES)
    }
    for each in topics.most_named(made.topics)[: topics.IN_A_SENTENCE]:
        share = childrens_words.in_ten(each.figure)
        if share:
            yield f"{labels.get(each.topic.code, each.topic.name)}: {share}"


def _told(made: AreaReport) -> Iterator[Told]:
    judged = {each.code: each.judged for each in named_of(made)}
    for each in made.indicators:
        said = childrens_words.of(each.code, each.figure)
        if said is None:
            continue
        verdict = judged[each.code].england.verdict if said.faces else Verdict.NOT_COMPARED
        yield Told(
            each.code,
            said.sentence,
            said.faces,
            childrens_words.beside(verdict),
            words(each.figure).base,
        )
