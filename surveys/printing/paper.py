"""A survey to fill in by hand: any survey, age version and language, in three layouts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from surveys import codes, questionnaire
from surveys.definition import Kind, Look, Survey
from surveys.numbering import numbered
from surveys.phrasebook import Phrases
from surveys.printing import routes, squares, typesetting, wording
from surveys.printing.routes import Check, Jump, Numbers, Route
from surveys.printing.values import HelpLine, Layout, Sender
from surveys.questionnaire import Question, Questionnaire

# How many pictures there are of each kind, from the least score to the best: as on the screens.
_PICTURES = {Look.FACES: 5, Look.THUMBS: 3}

# The picture beside each question in easy read. None of them smiles, so none suggests an answer.
_BESIDE = {
    Kind.SCALE: "asking",
    Kind.CHOICE: "asking",
    Kind.CHOICES: "list",
    Kind.WORDS: "writing",
    Kind.ABOUT: "person",
    Kind.HELPER: "people",
    Kind.PAGE: "reading",
}

_LETTERS_TO_A_LINE = {Layout.ORDINARY: 130, Layout.LARGE: 110, Layout.EASY: 130}
_MOST_LINES = 9
_FEWEST_LINES = 2

# Where a sentence ends, in the scripts of our languages.
_SENTENCE_ENDS = re.compile(r"(?<=[.!?։؟۔।።])\s+(?=\S)")


def paper_survey(
    survey: Survey,
    *,
    sender: Sender,
    age_version: str,
    language: str = "en",
    translations: Mapping[str, str] | None = None,
    layout: Layout = Layout.ORDINARY,
    code: str = "",
    link: str = "",
    promise: str = "",
    help_lines: Sequence[HelpLine] = (),
    post_to: Sequence[str] = (),
    closes_on: date | None = None,
) -> bytes:
    """The survey as a tagged PDF (PDF/UA-1), to print and to fill in by hand.

    Items and answers have the numbers of :mod:`surveys.numbering`.

    Args:
        translations: language codes to texts of PO files, as ``Version.translations`` has them.
        code: of an invitation, or "": then `link`, the open link, may lead to the screens.
        promise: what families are promised, in that language; an empty line between paragraphs.
        help_lines: whom to turn to, in that language.
        post_to: the lines of the address it goes back to; with none, it says whom to ask.
        closes_on: the last day on which it may arrive.

    Raises:
        KeyError: there is no such age version.
        NotTranslated: the survey, or what stands around it, is not in that language.
        Unprintable: no font of ours has the letters of a text.
    """
    asked = questionnaire.of(
        survey, age_version=age_version, language=language, translations=translations
    )
    words = wording.of(
        language,
        closes_on=closes_on,
        authority=sender.authority,
        help_name=sender.help_name,
        help_phone=sender.help_phone,
        site=sender.site,
    )
    pen = _Pen(survey, asked, _numbers(survey, age_version), words, layout)
    data = {
        "title": f"{asked.title}: {asked.name}",
        "lang": language,
        "direction": asked.direction,
        "layout": layout.value,
        "head": {"title": asked.title, "name": asked.name, "place": sender.authority},
        "foot": sender.product,
        "code": codes.pretty(code) if code else "",
        "square": _square(words, sender, code, link),
        "how": _how(words),
        "intro": pen.lines(asked.intro),
        "grown-up": {"title": words["paper_grown_up"], "lines": pen.lines(asked.grown_up_guidance)},
        "promise": {"title": words["paper_promise"], "lines": pen.lines(promise)},
        "help": {
            "title": words["paper_help"],
            "lines": [{"about": each.about, "reach": each.reach} for each in help_lines],
            "local": words["paper_local"],
        },
        "blocks": list(pen.blocks()),
        "done": _done(words, post_to, ends=closes_on is not None)
        | {"thanks": pen.lines(asked.thanks)},
    }
    return typesetting.pdf("paper", data)


def _square(words: Phrases, sender: Sender, code: str, link: str) -> Mapping[str, str] | None:
    """What leads to the screens instead; nothing, where there is neither code nor link."""
    address = sender.address_of(code) if code else link
    if not address:
        return None
    return {
        "rather": words["paper_online"],
        "scan": words["paper_scan"],
        "svg": squares.svg(address),
        "address": address,
        "other": words["paper_type" if code else "paper_go"],
        "shown": "" if code else address.partition("://")[2],
    }


def _how(words: Phrases) -> Mapping[str, object]:
    said = ("cross", "skip", "names", "once", "marks")
    return {
        "title": words["paper_how"],
        "tick": words["paper_tick"],
        "lines": [words[f"paper_{each}"] for each in said],
    }


def _done(words: Phrases, post_to: Sequence[str], *, ends: bool) -> dict[str, object]:
    return {
        "title": words["paper_done"],
        "lines": [
            words["paper_check"],
            *([words["paper_until"]] if ends else []),
            words["paper_post" if post_to else "paper_ask"],
        ],
        "address": list(post_to),
    }


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes one questionnaire down, as data for the sheet."""

    survey: Survey
    asked: Questionnaire
    numbers: Mapping[str, Numbers]
    words: Phrases
    layout: Layout

    def lines(self, text: str) -> list[str]:
        """Paragraphs; in easy read each sentence stands alone."""
        found = [each for each in text.split("\n\n") if each]
        if self.layout is not Layout.EASY:
            return found
        return [sentence for each in found for sentence in _SENTENCE_ENDS.split(each)]

    def blocks(self) -> Iterator[Mapping[str, object]]:
        ways = routes.routes(self.asked, self.numbers)
        printed = (each for each in self.asked.questions if ways[each.code].asked)
        in_a_part = False
        for name, questions in groupby(printed, _part):
            if name:
                in_a_part = True
                title, hint = self.words[f"paper_{name}"], self.words[f"paper_{name}_hint"]
                yield {"kind": "part", "title": title, "hint": hint}
            for question in questions:
                way = ways[question.code]
                if question.kind is Kind.PAGE:
                    only = self._only(way, "only_page")
                    yield {"kind": "page", "lines": self.lines(question.ask), "only": only}
                else:
                    number, level = self.numbers[question.code].item, 3 if in_a_part else 2
                    yield {"number": number, "level": level, **self._item(question, way)}

    def _item(self, question: Question, way: Route) -> Mapping[str, object]:
        return {
            "kind": "item",
            "picture": _BESIDE[question.kind],
            "ask": question.ask,
            "hint": question.hint,
            "how": self._how(question),
            "answers": list(self._answers(question)),
            "lines": self._lines(question),
            "only": self._only(way, "only"),
            "jumps": [self._jump(each, question) for each in way.jumps],
        }

    def _how(self, question: Question) -> str:
        match question.kind:
            case Kind.WORDS:
                return self.words["paper_write"]
            case Kind.CHOICES:
                return self.words["paper_some"]
            case _:
                return self.words["paper_one"]

    def _answers(self, question: Question) -> Iterator[Mapping[str, object]]:
        scores = {each.code: each.score for each in self.survey.item(question.code).answers}
        marks = self.numbers[question.code].marks
        for answer in question.answers:
            yield {
                "mark": marks[answer.code],
                "label": answer.label,
                "picture": self._picture(scores[answer.code], question),
            }

    def _picture(self, score: int | None, question: Question) -> str:
        """As on the screens; easy read has faces where the screens have words."""
        look = question.look
        if self.layout is Layout.EASY and look is Look.WORDS and question.kind is Kind.SCALE:
            look = Look.FACES
        if score is None or look not in _PICTURES:
            return ""
        return f"{look}-{1 + round(score / 100 * (_PICTURES[look] - 1))}"

    def _lines(self, question: Question) -> int:
        """Lines to write on. A hand needs more room than a keyboard; more paper can be added."""
        if question.kind is not Kind.WORDS:
            return 0
        needed = -(-question.longest // _LETTERS_TO_A_LINE[self.layout])
        return max(_FEWEST_LINES, min(_MOST_LINES, needed))

    def _only(self, way: Route, key: str) -> str:
        if way.unclear:
            return self.words["only_fits"]
        if not way.ways:
            return ""
        whens = [wording.both(list(map(self._when, each)), self.words) for each in way.ways]
        return self.words.knowing(when=wording.any_of(whens, self.words))[key]

    def _when(self, check: Check) -> str:
        if check.ticked:
            key = "when_ticked" if check.so else "when_not_ticked"
            answers = wording.either(check.ticked, self.words)
            return self.words.knowing(answers=answers, item=check.item)[key]
        return self.words.knowing(item=check.item)["when_answered" if check.so else "when_empty"]

    def _jump(self, jump: Jump, question: Question) -> str:
        words = self.words
        if jump.ticked:
            words = words.knowing(answers=wording.either(jump.ticked, words))
        if question.kind is Kind.WORDS:
            who = "written"
        else:
            who = "either" if jump.ticked and jump.empty else "ticked" if jump.ticked else "empty"
        if jump.to is None:
            return words[f"end_{who}"]
        return words.knowing(to=jump.to)[f"go_{who}"]


def _numbers(survey: Survey, age_version: str) -> Mapping[str, Numbers]:
    return {
        each.item.code: Numbers(
            each.number, {answer.code: mark for mark, answer in each.digits.items()}
        )
        for each in numbered(survey, age_version)
    }


def _part(question: Question) -> str:
    """The part of the paper that a question stands in, as on the screens."""
    if question.for_grown_up:
        return "grown_up_part"
    return "about_part" if question.kind is Kind.ABOUT else ""
