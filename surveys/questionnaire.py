"""A survey as one reader meets it: one age version, one language, all words resolved. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys import languages
from surveys.definition import Answer, Item, Kind, Look, Survey
from surveys.languages import Translation
from surveys.routing import Condition


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen. The label is never empty, so that faces have words too."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One item in the reader's words. For a page, ``ask`` is what it says.

    Args:
        longest: the most characters, for words; else 0.
        for_grown_up: answered by the grown-up who helps.
        topics_of: the code of the words question whose topics these answers name, or "".
        suggestion: for words, whether they are an idea.
    """

    code: str
    kind: Kind
    ask: str
    hint: str
    look: Look
    answers: tuple[Choice, ...]
    shown_when: Condition | None
    longest: int
    for_grown_up: bool
    topics_of: str
    suggestion: bool


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All that one reader is asked and told, in order.

    Args:
        survey: its code.
        direction: "ltr" or "rtl".
        name: whom it is for.
        intro, grown_up_guidance, thanks: plain text; an empty line between paragraphs.
    """

    survey: str
    age_version: str
    language: str
    direction: str
    name: str
    title: str
    intro: str
    grown_up_guidance: str
    thanks: str
    questions: tuple[Question, ...]


def of(
    survey: Survey,
    *,
    age_version: str,
    language: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Questionnaire:
    """The questionnaire for one age version in one language.

    Args:
        translations: language codes to texts of PO files, as ``Version.translations`` has them.

    Raises:
        KeyError: there is no such age version.
        NotTranslated: the language is not there, or a string of it. It is never silently English.
    """
    words = languages.translation(language, translations or {})
    version = survey.age_version(age_version)
    say = _Speaker(words, age_version)
    return Questionnaire(
        survey=survey.code,
        age_version=age_version,
        language=language,
        direction=languages.direction(language),
        name=words.of(languages.of_version(version, "name"), version.name),
        title=words.of(languages.of_version(version, "title"), version.title),
        intro=words.of(languages.of_version(version, "intro"), version.intro),
        grown_up_guidance=words.of(
            languages.of_version(version, "grown_up_guidance"), version.grown_up_guidance
        ),
        thanks=words.of(languages.of_version(version, "thanks"), version.thanks),
        questions=tuple(say.question(item) for item in survey.items_for(age_version)),
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Says items in one language to one age version."""

    words: Translation
    age_version: str

    def question(self, item: Item) -> Question:
        age = self.age_version
        return Question(
            code=item.code,
            kind=item.kind,
            ask=self.words.of(languages.of_ask(item), item.ask[age]),
            hint=self.words.of(languages.of_hint(item), (item.hint or {}).get(age, "")),
            look=(item.look or {}).get(age, Look.WORDS),
            answers=tuple(self._choice(item, each) for each in item.answers_for(age)),
            shown_when=item.shown_when,
            longest=item.longest,
            for_grown_up=age in item.asked_of_grown_up,
            topics_of=item.topics_of,
            suggestion=item.suggestion,
        )

    def _choice(self, item: Item, answer: Answer) -> Choice:
        label = answer.label[self.age_version]
        return Choice(answer.code, self.words.of(languages.of_answer(item, answer), label))
