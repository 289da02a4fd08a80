"""The HTML of what families see. Values in, text out; the request is not known here."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, translation
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from feedback import helplines, noticing, wording
from feedback.given import SKIPPED, Form, Problem, Reason
from feedback.helplines import Line, Way
from feedback.pages import bundles
from feedback.pages.editions import Edition, Reading
from feedback.wording import Wording
from surveys import languages, recordings, routing
from surveys.definition import Kind, Look
from surveys.languages import Language
from surveys.questionnaire import Question, Questionnaire
from surveys.routing import Is

# What may be chosen of how it looks, by its code in the page.
SIGHTS = ("big", "contrast", "calm")

# What the script says, by its key in the script; {n} and {all} are filled in there.
_SAID_BY_SCRIPT = (
    "far", "unanswered", "change", "send", "sending", "not_arrived_title", "not_arrived",
    "later_done",
)  # fmt: skip

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
class Media:
    """Addresses of what was recorded for a question, "" where nothing was."""

    audio: str = ""
    film: str = ""

    def __bool__(self) -> bool:
        return bool(self.audio or self.film)


@dataclass(frozen=True, slots=True)
class Sight:
    """A choice of how the page looks."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question as drawn.

    Args:
        typed: what was written before, with the line end before it that HTML takes away.
        why: what is wrong with what was chosen or written, or "".
        hints: the question's own, and what the page knows: how much room there is.
        only: when to answer it, in words, because without script every question shows.
        when: the same for the script, as JSON, or "".
    """

    question: Question
    options: tuple[Option, ...]
    typed: str
    why: str
    hints: tuple[str, ...]
    only: str
    when: str
    media: Media

    @property
    def more(self) -> bool:
        """Whether anything stands between the question and its answers."""
        return bool(self.why or self.hints or self.only or self.media)

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


@dataclass(frozen=True, slots=True)
class Back:
    """What was sent and is given back, because it could not be kept or was not meant to be yet.

    Args:
        typed: the answers.
        problems: what is wrong with them.
        trouble: a key of the wording, where what went wrong is not theirs to mend.
        browser, nonce: what the script had made on an open link's page.
        sights: how the page was made to look.
    """

    typed: Form = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    trouble: str = ""
    browser: str = ""
    nonce: str = ""
    sights: frozenset[str] = frozenset()


NOTHING_BACK = Back()


def survey(
    edition: Edition,
    reading: Reading,
    back: Back = NOTHING_BACK,
    *,
    template: str = "survey",
    scripts: Sequence[str] = bundles.SURVEY,
    **more: object,
) -> str:
    """The whole survey on one page, with what was sent before filled in.

    Args:
        template, scripts, more: of a preview, which says more than the page that families get.
    """
    questionnaire = reading.questionnaire(edition.age_version, edition.language)
    say = _say(edition.language, edition)
    wrong = [_wrong(each, questionnaire, say) for each in back.problems]
    if back.trouble:
        wrong.append(Wrong("", "", say[back.trouble]))
    why = {each.item: each.why for each in wrong}
    pen = _Pen(questionnaire, reading, say, back.typed, why, dict(edition.media))
    drawn = [pen.drawn(question) for question in questionnaire.questions]
    return page(
        template,
        edition=edition,
        language=edition.language,
        scripts=scripts,
        sights=back.sights,
        title=questionnaire.title,
        intro=_with_calls(questionnaire.intro, edition),
        introduction=pen.media(""),
        guidance=_with_calls(questionnaire.grown_up_guidance, edition),
        promise=edition.promise,
        parts=tuple(_parts(drawn, say)),
        looks=frozenset(each.question.look.value for each in drawn if each.pictured),
        wrong=tuple(wrong),
        languages=tuple(map(named, languages.offered(reading.languages, edition.limited_to))),
        data=_data(edition, say),
        browser=back.browser,
        nonce=back.nonce,
        **more,
    )


def thanks(
    edition: Edition,
    reading: Reading,
    sights: frozenset[str] = frozenset(),
    *,
    scripts: Sequence[str] = bundles.SMALL,
) -> str:
    """What a family sees once their answers are kept; the same for a code that was used before."""
    questionnaire = reading.questionnaire(edition.age_version, edition.language)
    return page(
        "thanks",
        edition=edition,
        language=edition.language,
        scripts=scripts,
        sights=sights,
        title=_say(edition.language, edition)["thanks_title"],
        thanks=_with_calls(questionnaire.thanks, edition),
    )


def front(
    language: str, *, title: str = "start_title", typed: str = "", why: str = "", **facts: object
) -> str:
    """The page that asks for a code, with what was typed and what is wrong with it.

    Args:
        title, why: keys of the wording.
        facts: what fills the blanks of `why`.
    """
    say = _say(language)
    return page(
        "front",
        language=language,
        title=say[title],
        typed=typed,
        why=say.knowing(**facts)[why] if why else "",
        languages=tuple(map(named, wording.offered())),
    )


def notice(what: str, *, language: str, edition: Edition | None = None) -> str:
    """A small page that says one thing kindly. Args: what: a key of the wording."""
    say = _say(language, edition)
    title, text = say[f"{what}_title"], say[what]
    ended = what.startswith("closed")
    return page("notice", edition=edition, language=language, title=title, text=text, ended=ended)


def chooser(edition: Edition, reading: Reading, *, address: str) -> str:
    """The first page of an open link: which age version fits you? Args: address: of the link."""
    codes = reading.age_versions
    return page(
        "chooser",
        edition=edition,
        language=edition.language,
        title=_say(edition.language, edition)["choose_title"],
        ages=[(code, reading.questionnaire(code, edition.language).name) for code in codes],
        languages=tuple(map(named, languages.offered(reading.languages, edition.limited_to))),
        address=address,
    )


def page(
    template: str,
    *,
    edition: Edition | None = None,
    language: str = languages.ENGLISH,
    scripts: Sequence[str] = bundles.SMALL,
    sights: frozenset[str] = frozenset(),
    **context: object,
) -> str:
    """A page of the family's frame.

    Args:
        template: its name without folder and ending.
        edition: of the survey that it belongs to, if to any.
        scripts: a bundle; the response's policy must be that bundle's.
        sights: which of :data:`SIGHTS` are chosen.
    """
    say = _say(language, edition)
    return render_to_string(
        f"feedback/answering/{template}.html",
        {
            **context,
            "edition": edition,
            "say": say,
            "tongue": named(say.language).name,
            "noindex": edition is not None,
            "family_name": edition.family_name if edition else settings.HEARD_NAME,
            "help_lines": tuple(_help(edition, say)),
            "deaf_line": _line(helplines.DEAF, say),
            "away": settings.HEARD_EXIT_ADDRESS,
            "sights": [Sight(code, say[f"look_{code}"], code in sights) for code in SIGHTS],
            "style": mark_safe(bundles.style()),  # noqa: S308  our own; its hash is in the policy
            "script": mark_safe(bundles.script(scripts)),  # noqa: S308  likewise
        },
    )


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws questions: what is the same for all of them on a page."""

    questionnaire: Questionnaire
    reading: Reading
    say: Wording
    typed: Form
    why: Mapping[str, str]
    supplied: Mapping[str, tuple[str, str]]

    def drawn(self, question: Question) -> Drawn:
        written = "".join(self.typed.get(question.code, ()))
        when = question.shown_when
        return Drawn(
            question=question,
            options=tuple(self._options(question)),
            typed=f"\n{written}" if written else "",
            why=self.why.get(question.code, ""),
            hints=tuple(self._hints(question)),
            only=self._when(question) if when else "",
            when=json.dumps(routing.as_data(when), separators=(",", ":")) if when else "",
            media=self.media(question.code),
        )

    def media(self, item: str) -> Media:
        """What was recorded for an item; "" is the introduction."""
        return Media(*map(_media_address, self.supplied.get(item, ())))

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


def named(code: str) -> Language:
    """A language with its own name for itself."""
    return languages.LANGUAGES.get(code) or Language(code, code, code, languages.direction(code))


def _data(edition: Edition, say: Wording) -> SafeString:
    """What the script needs, as JSON that cannot end the element it stands in."""
    said = say.knowing(n="{n}", all="{all}")
    lists = json.loads(noticing.lists_for(edition.language))
    data = {"say": {key: said[key] for key in _SAID_BY_SCRIPT}, "lists": lists}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c"))  # noqa: S308  inside JSON, "<" is escaped


def _media_address(digest: str) -> str:
    return reverse("recording", args=[recordings.name_of(digest)]) if digest else ""


def _say(language: str, edition: Edition | None = None) -> Wording:
    """The page's own words, knowing what the edition knows."""
    words = wording.of(language)
    if edition is None:
        return words
    return words.knowing(
        authority=edition.authority,
        help_name=edition.help_name,
        k=edition.k,
        others=edition.k - 1,
        opens_on=_day(edition.opens_on, words.language),
        closes_on=_day(edition.closes_on, words.language),
    )


def _day(day: date, language: str) -> str:
    """As the language writes it; in figures where Django does not know its months (Somali's)."""
    with translation.override(language):
        known = translation.check_for_language(language)
        return formats.date_format(day, "j E Y" if known else "d/m/Y")


def _with_calls(text: str, edition: Edition) -> SafeString:
    """Paragraphs, in which the numbers of people who help can be tapped; none for no text."""
    if not text:
        return SafeString()
    numbers = {*helplines.NUMBERS, edition.help_phone} - {""}
    # From right to left the spaces in a number are U+00A0, or it would be shown back to front.
    known = "|".join(
        re.escape(number).replace(r"\ ", "[ \u00a0]")
        for number in sorted(numbers, key=len, reverse=True)
    )
    return mark_safe(  # noqa: S308  `linebreaks` escapes the text; a number is one of ours
        re.sub(rf"\b({known})\b", _call, linebreaks(text, autoescape=True))
    )


def _call(number: re.Match[str]) -> str:
    return format_html(
        '<a class="number" href="{}">{}</a>', helplines.calling(number[0]).address, number[0]
    )


def _help(edition: Edition | None, say: Wording) -> Iterator[HelpLine]:
    for line in helplines.lines_for(edition.age_version if edition else ""):
        yield _line(line, say)
    if edition is not None:
        yield HelpLine(say["help_local"], (_tap(helplines.calling(edition.help_phone), say),))


def _line(line: Line, say: Wording) -> HelpLine:
    return HelpLine(say[line.about], tuple(_tap(way, say) for way in line.ways))


def _tap(way: Way, say: Wording) -> Tap:
    return Tap(way.address, say.knowing(phone=way.phone, text=way.text)[way.words], way.elsewhere)
