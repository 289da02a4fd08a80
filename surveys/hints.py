"""What an author should know of a text: how easy it reads, and how long it is. Pure.

Reading ease is Flesch's (`surveys/readability.py`), against what the age version asks for. Of one
short sentence it says little, so a text of under eight words is judged by its length alone; a whole
age version is judged by :func:`of_whole`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from surveys import readability, wording
from surveys.definition import Kind, Survey
from surveys.questionnaire import of as questionnaire_of

MOST_WORDS_OF_QUESTION = 20
"""Source: Payne (1951), The Art of Asking Questions: keep a question to twenty words."""

SHORT_SENTENCES = {95.0: 14, 90.0: 16}
LONGEST_SENTENCE = 20
"""The most words of a sentence: by the reading ease asked for, else twenty.

Source: our own core survey keeps to these; GOV.UK's content guidance for adults is 25 at the most.
"""

_FEWEST_WORDS_TO_JUDGE = 8


@dataclass(frozen=True, slots=True)
class Hint:
    """What stands beside a text.

    Args:
        ease: Flesch reading ease, rounded; ``None`` where there are too few words to say.
        wanted: what its age version asks for.
        advice: what to mend, as sentences; nothing where all is well.
    """

    words: int
    longest: int
    ease: int | None
    wanted: int
    advice: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Such as "9 words, reading ease 97 (90 or more is wanted)"."""
        count = f"{self.words} word{'' if self.words == 1 else 's'}"
        if self.ease is None:
            return count
        return f"{count}, reading ease {self.ease} ({self.wanted} or more is wanted)"


def of(text: str, wanted: float, *, is_question: bool = False) -> Hint | None:
    """What to know of a text; ``None`` where there are no words.

    Args:
        wanted: the reading ease that its age version asks for.
        is_question: whether it is asked on a scale, so that it must ask one thing.
    """
    words = len(readability.words_of(text))
    if not words:
        return None
    longest = readability.longest_sentence(text)
    ease = round(readability.reading_ease(text)) if words >= _FEWEST_WORDS_TO_JUDGE else None
    advice = tuple(_advice(text, words, longest, ease, wanted, asks=is_question))
    return Hint(words, longest, ease, round(wanted), advice)


def of_whole(survey: Survey, age_version: str) -> Hint | None:
    """Of all that one age version reads: the figure that its ``reading_ease`` is about."""
    version = survey.age_version(age_version)
    prose = readability.prose_of(questionnaire_of(survey, age_version=age_version))
    return of(prose, version.reading_ease)


def most_words_of_sentence(wanted: float) -> int:
    """The most words of a sentence for a reading ease."""
    fitting = (
        most for ease, most in sorted(SHORT_SENTENCES.items(), reverse=True) if wanted >= ease
    )
    return next(fitting, LONGEST_SENTENCE)


def is_question(kind: str) -> bool:
    return kind == Kind.SCALE


def _advice(
    text: str, words: int, longest: int, ease: int | None, wanted: float, *, asks: bool
) -> Iterator[str]:
    if ease is not None and ease < wanted:
        yield "It reads harder than this age wants: shorter words, or shorter sentences."
    if longest > (most := most_words_of_sentence(wanted)):
        yield f"A sentence has {longest} words. Keep each to {most} for this age."
    if not asks:
        return
    if words > MOST_WORDS_OF_QUESTION:
        yield f"The question has {words} words. Over {MOST_WORDS_OF_QUESTION} are hard to hold."
    if " and " in f" {wording.tidied(text).lower()} " or text.count("?") > 1:
        yield "It may ask two things at once: who would answer them differently cannot say so."
