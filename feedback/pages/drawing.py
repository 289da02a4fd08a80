"""The HTML of what families see. Values in, text out; the request is not known here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from feedback import helplines, wording
from feedback.given import SKIPPED, Form, Problem, Reason
from feedback.helplines import Way
from feedback.pages.editions import Edition, Reading
from feedback.wording import Wording
from surveys import languages
from surveys.definition import Kind, Look
from surveys.languages import Language
from surveys.questionnaire import Question, Questionnaire
from surveys.routing import Is

_HERE = Path(__file__).parent.parent
STYLE = (_HERE / "answering.css").read_text()
SCRIPT = (_HERE / "answering.js").read_text()

_WRONG = {
    Reason.NOTHING: "wrong_nothing",
    Reason.NOT_ASKED: "wrong_not_asked",
    Reason.NOT_AN_ANSWER: "wrong_not_an_answer",
    Reason.ONE_ONLY: "wrong_one_only",
    Reason.TOO_LONG: "wrong_too_long",
}

# How many pictures there are of each kind, from the least score to the best.
_PICTURES = {Look.FACES: 5, Look.THUMBS: 3}


@dataclass(frozen=True, slots=True)
class Option:
    """An answer as drawn.

    Args:
        picture: the name of its symbol, or "".
        quiet: a way not to answer, which stands below the answers.
    """

    code: str
    label: str
    chosen: bool
    picture: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question as drawn.

    Args:
        typed: what was written before, with the line end before it that HTML takes away.
        why: what is wrong with what was chosen or written, or "".
        hints: the question's own, and what the page knows: when to answer it, how much room.
    """

    question: Question
    options: tuple[Option, ...]
    typed: str
    why: str
    hints: tuple[str, ...]

    @property
    def more(self) -> bool:
        """Whether anything stands between the question and its answers."""
        return bool(self.why or self.hints)

    @property
    def several(self) -> bool:
        return self.question.kind is Kind.CHOICES

    @property
    def pictured(self) -> bool:
        return any(option.picture for option in self.options)


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that belong together, under a heading where there is one."""

    title: str
    hint: str
    questions: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the error summary; `item` is "" where it is about the whole page."""

    item: str
    ask: str
    why: str


@dataclass(frozen=True, slots=True)
class Tap:
    """Something to tap in a line of help."""

    address: str
    words: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Somebody to turn to, in the page's words."""

    about: str
    taps: tuple[Tap, ...]


def survey(
    edition: Edition,
    reading: Reading,
    *,
    typed: Form | None = None,
    problems: Sequence[Problem] = (),
    trouble: str = "",
    browser: str = "",
) -> str:
    """The whole survey on one page.

    Args:
        typed: what was sent and could not be kept, to be given back.
        problems: what is wrong with it.
        trouble: a key of the wording, where what went wrong is not theirs to mend.
        browser: the id that the browser made before, on an open link's page.
    """
    questionnaire = reading.questionnaire(edition.age_version, edition.language)
    say = _say(edition)
    wrong = [_wrong(each, questionnaire, say) for each in problems]
    if trouble:
        wrong.append(Wrong("", "", say[trouble]))
    pen = _Pen(questionnaire, reading, say, typed or {}, {each.item: each.why for each in wrong})
    drawn = [pen.drawn(question) for question in questionnaire.questions]
    return _page(
        "survey",
        edition,
        title=questionnaire.title,
        intro=_with_calls(questionnaire.intro, edition),
        guidance=_with_calls(questionnaire.grown_up_guidance, edition),
        parts=tuple(_parts(drawn, say)),
        looks=frozenset(each.question.look.value for each in drawn if each.pictured),
        wrong=tuple(wrong),
        languages=[_language(code) for code in reading.languages],
        script=mark_safe(SCRIPT),  # noqa: S308  our own file; its hash is in the policy
        browser=browser,
    )


def thanks(edition: Edition, reading: Reading) -> str:
    """What a family sees once their answers are kept; the same for a code that was used before."""
    questionnaire = reading.questionnaire(edition.age_version, edition.language)
    return _page(
        "thanks",
        edition,
        title=_say(edition)["thanks_title"],
        thanks=_with_calls(questionnaire.thanks, edition),
    )


def front(*, title: str = "start_title", typed: str = "", why: str = "") -> str:
    """The page that asks for a code, with what was typed and what is wrong with it.

    Args:
        title: a key of the wording.
        why: a sentence.
    """
    return _page("front", None, title=_say(None)[title], typed=typed, why=why)


def notice(what: str, edition: Edition | None = None) -> str:
    """A small page that says one thing kindly. Args: what: a key of the wording."""
    say = _say(edition)
    return _page("notice", edition, title=say[f"{what}_title"], text=say[what])


def chooser(edition: Edition, reading: Reading, *, address: str) -> str:
    """The first page of an open link: which age version fits you? Args: address: of the link."""
    title = _say(edition)["choose_title"]
    return _page("chooser", edition, title=title, ages=reading.survey.age_versions, address=address)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws questions: what is the same for all of them on a page."""

    questionnaire: Questionnaire
    reading: Reading
    say: Wording
    typed: Form
    why: Mapping[str, str]

    def drawn(self, question: Question) -> Drawn:
        written = "".join(self.typed.get(question.code, ()))
        return Drawn(
            question=question,
            options=tuple(self._options(question)),
            typed=f"\n{written}" if written else "",
            why=self.why.get(question.code, ""),
            hints=tuple(self._hints(question)),
        )

    def _options(self, question: Question) -> Iterator[Option]:
        chosen = self.typed.get(question.code, ())
        scores = {each.code: each.score for each in self.reading.survey.item(question.code).answers}
        for answer in question.answers:
            score = scores[answer.code]
            yield Option(
                code=answer.code,
                label=answer.label,
                chosen=answer.code in chosen,
                picture=_picture(score, question.look),
                quiet=question.kind is Kind.SCALE and score is None,
            )
        # A radio cannot be taken back once it is tapped. This is how, and it says that one may.
        if question.answers and question.kind is not Kind.CHOICES:
            yield Option(SKIPPED, self.say["skip"], chosen=SKIPPED in chosen, quiet=True)

    def _hints(self, question: Question) -> Iterator[str]:
        if question.hint:
            yield question.hint
        if question.shown_when is not None:
            yield self._when(question)
        if question.kind is Kind.WORDS:
            yield self.say.knowing(longest=f"{question.longest:,}")["longest"]

    def _when(self, question: Question) -> str:
        """When to answer, in words, because without script every question shows."""
        match question.shown_when:
            case Is(item, codes):
                asked = next(each for each in self.questionnaire.questions if each.code == item)
                labels = [f"“{each.label}”" for each in asked.answers if each.code in codes]
                return self.say.knowing(answer=self.say["or"].join(labels))["only_if"]
            case _:
                return self.say["if_it_fits"]


def _picture(score: int | None, look: Look) -> str:
    """The symbol for a score of 0 to 100: "faces-1" for the least, "faces-5" for the best."""
    if score is None or look not in _PICTURES:
        return ""
    # Of three thumbs, Python's round gives 25 and 75 to the ends (0.5 to 0 and 1.5 to 2).
    return f"{look}-{1 + round(score / 100 * (_PICTURES[look] - 1))}"


def _parts(drawn: Sequence[Drawn], say: Wording) -> Iterator[Part]:
    for name, questions in groupby(drawn, lambda each: _part(each.question)):
        title, hint = (say[name], say[f"{name}_hint"]) if name else ("", "")
        yield Part(title, hint, tuple(questions))


def _part(question: Question) -> str:
    if question.for_grown_up:
        return "grown_up_part"
    return "about_part" if question.kind is Kind.ABOUT else ""


def _wrong(problem: Problem, questionnaire: Questionnaire, say: Wording) -> Wrong:
    ask = next((each.ask for each in questionnaire.questions if each.code == problem.item), "")
    said = say.knowing(length=f"{problem.length:,}", longest=f"{problem.longest:,}")
    return Wrong(problem.item, ask, said[_WRONG[problem.reason]])


def _language(code: str) -> Language:
    return languages.LANGUAGES.get(code) or Language(code, code, code, languages.direction(code))


def _page(template: str, edition: Edition | None, **context: object) -> str:
    say = _say(edition)
    return render_to_string(
        f"feedback/answering/{template}.html",
        {
            **context,
            "edition": edition,
            "say": say,
            "own": _own_language(edition, say),
            "family_name": edition.family_name if edition else settings.HEARD_NAME,
            "help_lines": tuple(_help(edition, say)),
            "style": mark_safe(STYLE),  # noqa: S308  our own file; its hash is in the policy
        },
    )


def _say(edition: Edition | None) -> Wording:
    """The page's own words, knowing what the edition knows."""
    if edition is None:
        return wording.of(languages.ENGLISH)
    words = wording.of(edition.language)
    with translation.override(words.language):
        opens_on = formats.date_format(edition.opens_on, "j F Y")
        closes_on = formats.date_format(edition.closes_on, "j F Y")
    return words.knowing(
        authority=edition.authority,
        help_name=edition.help_name,
        k=edition.k,
        others=edition.k - 1,
        opens_on=opens_on,
        closes_on=closes_on,
    )


def _own_language(edition: Edition | None, say: Wording) -> str:
    """Attributes for the survey's own words, where the page's words are in another language."""
    if edition is None or edition.language == say.language:
        return ""
    direction = languages.direction(edition.language)
    return format_html(' lang="{}" dir="{}"', edition.language, direction)


def _with_calls(text: str, edition: Edition) -> SafeString:
    """Paragraphs, in which the numbers of people who help can be tapped; none for no text."""
    if not text:
        return SafeString()
    numbers = {*helplines.NUMBERS, edition.help_phone} - {""}
    known = "|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True))
    return mark_safe(  # noqa: S308  `linebreaks` escapes the text; a number is one of ours
        re.sub(rf"\b({known})\b", _call, linebreaks(text, autoescape=True))
    )


def _call(number: re.Match[str]) -> str:
    return format_html(
        '<a class="number" href="{}">{}</a>', helplines.calling(number[0]).address, number[0]
    )


def _help(edition: Edition | None, say: Wording) -> Iterator[HelpLine]:
    for line in helplines.lines_for(edition.age_version if edition else ""):
        yield HelpLine(say[line.about], tuple(_tap(way, say) for way in line.ways))
    if edition is not None:
        yield HelpLine(say["help_local"], (_tap(helplines.calling(edition.help_phone), say),))


def _tap(way: Way, say: Wording) -> Tap:
    return Tap(way.address, say.knowing(phone=way.phone, text=way.text)[way.words], way.elsewhere)
