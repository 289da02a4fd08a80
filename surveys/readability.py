"""How easy words are to read: Flesch reading ease. Pure.

reading ease = 206.835 - 1.015 x words per sentence - 84.6 x syllables per word

90 and more: very easy, for an eleven-year-old at the latest; 80 to 90 easy; 70 to 80 fairly easy;
60 to 70 plain English. Short words in short sentences may score over 100.

Source: Flesch (1948), A new readability yardstick, J. Appl. Psychol. 32: 221-233.

Syllables are counted by rule: groups of vowels, less a silent final e, es or ed; more where two
vowels are spoken apart; words for which that fails are listed. Against the hand-counted words of
tests/surveys/test_readability.py it is right for all; in other English it is about one word in
twenty off, mostly by one.
"""

import re
from collections.abc import Iterator

from surveys.questionnaire import Questionnaire

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|\n\n")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[aeiouy]{2}[^aeiouy]*e$")
_SILENT_ES = re.compile(r"([^aeiouysxzcgl]|[aeiouyl]l)es$(?<!shes)(?<!ches)")
_SILENT_ED = re.compile(r"([^aeiouytdl]|[aeiouyl]l)ed$")
_SPOKEN_APART = re.compile(r"ia(?!l|n$|ns$)|iet|io(?!n|us)|eo(?=n$)|ua(?=l)|[aeou]ying|[aeo]ing")
_BY_HAND = {
    "area": 3,
    "being": 2,
    "carer": 2,
    "carers": 2,
    "caribbean": 4,
    "children’s": 2,
    "english": 2,
    "everyone": 3,
    "family": 3,
    "idea": 3,
    "ideas": 3,
    "people": 2,
    "really": 2,
    "something": 2,
    "sometimes": 2,
    "someone": 2,
    "somewhere": 2,
    "used": 1,
}


def reading_ease(text: str) -> float:
    """Flesch reading ease; higher is easier, 100 and a little more at the most.

    Raises:
        ValueError: there are no words.
    """
    words = words_of(text)
    if not words:
        raise ValueError("There are no words to read.")
    per_sentence = len(words) / len(sentences_of(text))
    per_word = sum(map(syllables, words)) / len(words)
    return 206.835 - 1.015 * per_sentence - 84.6 * per_word


def longest_sentence(text: str) -> int:
    """The words in the longest sentence; 0 where there are none."""
    return max((len(words_of(each)) for each in sentences_of(text)), default=0)


def words_of(text: str) -> list[str]:
    """Words with letters in them; numbers are not counted."""
    return _WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    """Sentences with words in them. The end of a paragraph ends a sentence."""
    return [each for each in _SENTENCE_END.split(text) if words_of(each)]


def syllables(word: str) -> int:
    """Syllables by rule, at least 1. Words joined by hyphens are counted apart."""
    return sum(_syllables_of_part(part) for part in word.lower().split("-") if part) or 1


def prose_of(questionnaire: Questionnaire) -> str:
    """Every sentence the reader reads, a paragraph each; not what the helping grown-up reads."""
    return "\n\n".join(_sentences_for_reader(questionnaire))


def labels_of(questionnaire: Questionnaire) -> list[str]:
    """The answers the reader chooses among; not the helping grown-up's."""
    asked = (each for each in questionnaire.questions if not each.for_grown_up)
    return [answer.label for question in asked for answer in question.answers]


def prose_of_grown_up(questionnaire: Questionnaire) -> str:
    """What the helping grown-up reads; "" where nobody need help."""
    asked = (each for each in questionnaire.questions if each.for_grown_up)
    said = [questionnaire.grown_up_guidance, *(each.ask for each in asked)]
    return "\n\n".join(each for each in said if each)


def _sentences_for_reader(questionnaire: Questionnaire) -> Iterator[str]:
    yield questionnaire.intro
    for question in questionnaire.questions:
        if not question.for_grown_up:
            yield question.ask
            if question.hint:
                yield question.hint
    yield questionnaire.thanks


def _syllables_of_part(part: str) -> int:
    if part in _BY_HAND:
        return _BY_HAND[part]
    plain = re.sub(r"['’](s|t|m|re|ve|ll|d)?$", "", part)
    count = len(_VOWELS.findall(plain)) + len(_SPOKEN_APART.findall(plain))
    if _SILENT_E.search(plain) or _SILENT_ES.search(plain) or _SILENT_ED.search(plain):
        count -= 1
    return max(count, 1)
