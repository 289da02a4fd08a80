"""Where a string to translate stands, in words, and on which screen it is seen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.definition import Survey
from surveys.languages import Message

_OF_AGE_VERSION = {
    "name": "Whom it is for",
    "title": "Title",
    "intro": "Introduction",
    "grown_up_guidance": "For the grown-up who helps",
    "thanks": "Thank-you, after sending",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One string's place.

    Args:
        what: such as "Question “safe”" or "Answer “yes” to “safe” and 3 more".
        item: the code of the screen it is seen on; "" for the first one.
        ages: the codes of the age versions whose words these are; never none.
    """

    what: str
    item: str
    ages: tuple[str, ...]


def place_of(message: Message, survey: Survey) -> Place:
    """Where a string of a survey stands."""
    first, *rest = message.context.split("/")
    if rest[0] in _OF_AGE_VERSION:
        return Place(_OF_AGE_VERSION[rest[0]], "", (first,))
    ages = tuple(place.rpartition("/")[2] for place in message.places)
    if first == "scale":
        scale, _, answer = rest
        return _of_scale(scale, answer, ages, survey)
    what = {"ask": "Question", "hint": "Hint to question"}.get(rest[0])
    if what is None:
        return Place(f"Answer “{rest[1]}” to “{first}”", first, ages)
    return Place(f"{what} “{first}”", first, ages)


def comments(
    strings: Iterable[Message], survey: Survey
) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What a translator who has the file alone should know of each string, by context and English.

    Where it stands, of which ages, and on which screen.
    """
    found = {}
    for each in strings:
        place = place_of(each, survey)
        said = (f"{place.what}; {ages_in_words(place, survey)}", f"Screen: {screen(place, survey)}")
        found[each.context, each.english] = said
    return found


def ages_in_words(place: Place, survey: Survey) -> str:
    names = {each.code: each.name for each in survey.age_versions}
    return ", ".join(names.get(code, code) for code in place.ages)


def screen(place: Place, survey: Survey) -> str:
    """On which screen a string is seen, in words; of the first age that has it."""
    if place.what == _OF_AGE_VERSION["name"]:
        return "where the age is chosen"
    if place.what == _OF_AGE_VERSION["thanks"]:
        return "the last one, after sending"
    codes = [item.code for item in survey.items_for(place.ages[0])]
    if place.item not in codes:
        return "the first one, before the questions"
    return f"question {codes.index(place.item) + 1} of {len(codes)}"


def _of_scale(scale: str, answer: str, ages: tuple[str, ...], survey: Survey) -> Place:
    """An answer that several questions share: it is seen on the first of them."""
    users = [
        item.code
        for item in survey.items
        if item.scale == scale and any(item.asked_of(age) for age in ages)
    ]
    first = next(iter(users), "")
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    return Place(f"Answer “{answer}” to “{first}”{more}", first, ages)
