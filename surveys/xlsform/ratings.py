"""Which answers are a scale, and how they score. Pure.

A list of answers is a scale where one of these says so:

* a column `score` in the sheet choices: the greater the better, empty for "I don't know";
* the appearance `likert` at the question, if its answers can be put in order: by words we know, or
  by names that are numbers;
* without either, words that can only be a rating: good and bad, satisfied and dissatisfied.

Words that rate nothing by themselves (agree, always, likely) are a scale only where `likert` says
so: whether it is good to agree depends on the question. The end that says yes is then taken as the
better, and a note says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

# In steps from the best to the worst, with a middle that is neither (0). The steps are ours; the
# wordings are those of common questionnaires (agreement, satisfaction, quality), as in Likert
# (1932), Arch. Psychol. 140, and after.
_RATES_ITSELF: Final = {
    "excellent": 4, "outstanding": 4, "very good": 3, "good": 2, "quite good": 1, "fairly good": 1,
    "ok": 0, "okay": 0, "fair": 0, "average": 0, "neither good nor bad": 0,
    "neither good nor poor": 0, "adequate": 0, "acceptable": 0, "so so": 0,
    "quite bad": -1, "fairly poor": -1, "fairly bad": -1, "quite poor": -1,
    "poor": -2, "bad": -2, "very poor": -3, "very bad": -3, "terrible": -4, "awful": -4,
    "extremely satisfied": 4, "completely satisfied": 4, "very satisfied": 3, "satisfied": 2,
    "fairly satisfied": 1, "quite satisfied": 1, "somewhat satisfied": 1, "slightly satisfied": 1,
    "neither satisfied nor dissatisfied": 0, "neither satisfied nor unsatisfied": 0,
    "slightly dissatisfied": -1, "somewhat dissatisfied": -1, "fairly dissatisfied": -1,
    "quite dissatisfied": -1, "somewhat unsatisfied": -1,
    "dissatisfied": -2, "unsatisfied": -2, "not satisfied": -2,
    "very dissatisfied": -3, "very unsatisfied": -3, "not at all satisfied": -3,
    "extremely dissatisfied": -4, "completely dissatisfied": -4,
    "very happy": 3, "happy": 2, "quite happy": 1, "neither happy nor unhappy": 0,
    "quite unhappy": -1, "unhappy": -2, "very unhappy": -3,
    "very helpful": 3, "helpful": 2, "quite helpful": 1, "not very helpful": -1, "unhelpful": -2,
    "not helpful": -2, "not at all helpful": -3, "very unhelpful": -3,
    "very safe": 3, "safe": 2, "quite safe": 1, "not very safe": -1, "unsafe": -2,
    "very unsafe": -3,
    "not at all safe": -3, "not safe": -2,
    "neutral": 0, "neither": 0, "undecided": 0,
}  # fmt: skip
_WITH_LIKERT: Final = {
    **_RATES_ITSELF,
    "strongly agree": 3, "completely agree": 3, "totally agree": 3, "agree strongly": 3, "agree": 2,
    "mostly agree": 1, "tend to agree": 1, "somewhat agree": 1, "slightly agree": 1,
    "agree a little": 1, "neither agree nor disagree": 0, "neither agree or disagree": 0,
    "slightly disagree": -1, "somewhat disagree": -1, "tend to disagree": -1,
    "mostly disagree": -1, "disagree a little": -1, "disagree": -2, "strongly disagree": -3,
    "completely disagree": -3, "totally disagree": -3, "disagree strongly": -3,
    "always": 4, "all the time": 4, "usually": 3, "most of the time": 3, "very often": 3,
    "often": 2, "sometimes": 0, "some of the time": 0, "occasionally": -1, "rarely": -2,
    "seldom": -2, "hardly ever": -3, "never": -4, "none of the time": -4,
    "extremely likely": 4, "very likely": 3, "likely": 2, "quite likely": 1,
    "somewhat likely": 1, "neither likely nor unlikely": 0, "somewhat unlikely": -1,
    "quite unlikely": -1, "unlikely": -2, "very unlikely": -3, "extremely unlikely": -4,
    "yes, definitely": 4, "yes definitely": 4, "yes, always": 4, "yes always": 4, "yes, fully": 4,
    "yes, completely": 4, "yes": 3, "mostly": 2, "yes, mostly": 2, "yes, sometimes": 0,
    "yes, to some extent": 0, "to some extent": 0, "partly": 0, "a bit": 0, "a little": 0,
    "maybe": 0, "not much": -2, "not really": -2, "no": -3, "not at all": -4, "no, never": -4,
    "no, not at all": -4,
    "very easy": 3, "easy": 2, "quite easy": 1, "neither easy nor difficult": 0,
    "neither easy nor hard": 0, "quite difficult": -1, "quite hard": -1, "difficult": -2,
    "hard": -2, "very difficult": -3, "very hard": -3,
}  # fmt: skip
_UNSCORED: Final = frozenset(
    {
        "don't know", "dont know", "do not know", "i don't know", "i do not know", "i dont know",
        "not sure", "i'm not sure", "i am not sure", "unsure", "not applicable", "n/a", "na",
        "does not apply", "doesn't apply", "prefer not to say", "prefer not to answer",
        "i'd rather not say", "rather not say", "no answer", "no opinion", "can't say", "refused",
        "refused to answer", "not relevant", "can't remember", "i can't remember",
        "don't know / not applicable", "don't know/not applicable",
    }
)  # fmt: skip


class NotRated(ValueError):
    """The answers are meant as a scale, and cannot be scored: what is wrong, and which answer."""

    def __init__(self, what: str, at: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.at = at


@dataclass(frozen=True, slots=True)
class Rated:
    """How one answer counts.

    Args:
        score: 0 to 100; ``None`` for one that counts for neither side.
        favourable: whether it counts as good; ``None`` where it has no score.
    """

    score: int | None
    favourable: bool | None


_FOR_NEITHER = Rated(None, None)


def by_score(scores: Sequence[str], favourable: Sequence[str]) -> tuple[Rated, ...]:
    """As the form states it. Scores that are not 0 to 100 are stretched so that they are.

    Raises:
        NotRated: a score is no number, or the answers are not in order.
    """
    numbers = [_decimal(text, at) if text else None for at, text in enumerate(scores)]
    known = [each for each in numbers if each is not None]
    if len(set(known)) < 2:
        raise NotRated("Fewer than two scores differ")
    least, span = min(known), max(known) - min(known)
    found = []
    for at, number in enumerate(numbers):
        if number is None:
            found.append(_FOR_NEITHER)
            continue
        score = round((number - least) / span * 100)
        stated = favourable[at].lower()
        if stated not in {"", "yes", "no", "true", "false", "1", "0"}:
            raise NotRated("favourable is neither yes nor no", at)
        found.append(Rated(score, stated in {"yes", "true", "1"} if stated else score > 50))
    return tuple(found)


def are_stretched(scores: Sequence[str]) -> bool:
    """Whether scores that `by_score` took are not the 0 to 100 that we have."""
    known = [Decimal(each) for each in scores if each]
    return min(known) != 0 or max(known) != 100


def by_words(labels: Sequence[str]) -> tuple[Rated, ...] | None:
    """By words that can only be a rating; ``None`` where they are anything else."""
    return _by_words(labels, _RATES_ITSELF)


def by_likert(names: Sequence[str], labels: Sequence[str]) -> tuple[Rated, ...]:
    """As the appearance likert says.

    Raises:
        NotRated: neither words nor names tell which end is the better.
    """
    rated = _by_words(labels, _WITH_LIKERT) or _by_names(names, labels)
    if rated is None:
        raise NotRated("It cannot be told which answers are the better ones")
    return rated


def by_position(steps: int) -> tuple[Rated, ...]:
    """Of a range: equal steps, and the last is the best."""
    return tuple(_at(place, steps) for place in range(steps))


def _by_words(labels: Sequence[str], known: dict[str, int]) -> tuple[Rated, ...] | None:
    words = [_bare(label) for label in labels]
    if any(each not in known and each not in _UNSCORED for each in words):
        return None
    return _ranked([None if each in _UNSCORED else Decimal(known[each]) for each in words])


def _by_names(names: Sequence[str], labels: Sequence[str]) -> tuple[Rated, ...] | None:
    try:
        numbers = [
            None if _bare(label) in _UNSCORED else _decimal(name, 0)
            for name, label in zip(names, labels, strict=True)
        ]
    except NotRated:
        return None
    return _ranked(numbers)


def _ranked(ranks: list[Decimal | None]) -> tuple[Rated, ...] | None:
    """Equal steps in the order of the ranks; ``None`` where the answers stand in no order."""
    known = [rank for rank in ranks if rank is not None]
    inner = sorted(set(known))
    if len(known) < 2 or len(inner) < len(known) or known not in (inner, inner[::-1]):
        return None
    return tuple(
        _FOR_NEITHER if rank is None else _at(inner.index(rank), len(inner)) for rank in ranks
    )


def _at(place: int, steps: int) -> Rated:
    score = round(100 * place / (steps - 1))
    return Rated(score, score > 50)


def _decimal(text: str, at: int) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise NotRated(f"The score “{text[:40]}” is no number", at) from None
    if not number.is_finite() or abs(number) > 1_000_000:
        raise NotRated(f"The score “{text[:40]}” is no number to score with", at)
    return number


def _bare(label: str) -> str:
    label = re.sub(r"\s+", " ", label.strip().lower().replace("’", "'"))
    # Numbers before or behind the words, as in "5 - Strongly agree" and "Good (4)", go.
    label = re.sub(r"^\d{1,3}\s*[.):=-]*\s*(?=\D)|\s*\(\d{1,3}\)$", "", label)
    return label.replace("-", " ").strip(" .!")
