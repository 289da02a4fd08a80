"""An authority's own version: the core, every letter of it, and local questions in it. Pure.

Local questions stand right after the core's last item on a scale: whoever meets them has answered
all of the core's own before, so that no local question colours a figure that is compared; and
families still come to their own words last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polib

from surveys import comparability, edits, grammar, languages, places
from surveys.comparability import LOCAL
from surveys.definition import Item, Kind, Survey
from surveys.problems import DefinitionError, Problem

# What slices figures, who helped and what is only read belong to the core alone.
KINDS = (Kind.SCALE, Kind.CHOICE, Kind.CHOICES, Kind.WORDS)


@dataclass(frozen=True, slots=True)
class Own:
    """A local question.

    Args:
        source: one ``[[item]]``, as TOML.
        translations: language codes to texts of PO files with its strings.
        after: the code of the item that it stands after; "" for the usual place.
    """

    source: str
    translations: Mapping[str, str]
    after: str = ""


def code_of(source: str) -> str:
    """The code of one ``[[item]]``; "" where it has none. Raises: NotEditable: it is not one."""
    tables = edits.Document.of(source).tables(edits.ITEM)
    code = tables[0].get("code") if len(tables) == 1 else ""
    return code if isinstance(code, str) else ""


def compose(core: str, own: Sequence[Own]) -> str:
    """The core's text with these questions in it, in their order.

    Raises:
        NotEditable: the core, or a question, is not written part by part.
    """
    text = core
    last = last_scaled(core)
    for each in own:
        codes = _codes(text)
        after = each.after if each.after in codes else last
        text = edits.put_in(text, edits.ITEM, codes.index(after) + 1 if after else 0, each.source)
        last = code_of(each.source)
    return text


def translations(core: Mapping[str, str], own: Sequence[Own], survey: Survey) -> dict[str, str]:
    """The languages in which the whole of a composed survey can be read.

    Those of the core's in which each question is whole too; the core's strings as they were.
    """
    messages = languages.messages(survey)
    joined = {code: _with_entries(text, code, own) for code, text in core.items()}
    return {code: text for code, text in joined.items() if not languages.faults_in(messages, text)}


def problems_of(core: str, own: Own) -> list[Problem]:
    """What keeps a question from being asked beside the core."""
    try:
        code = code_of(own.source)
        survey = grammar.parse(compose(core, [own]))
    except edits.NotEditable as error:
        return [
            Problem(
                "the question", str(error).rstrip("."), "Write one [[item]], and nothing beside it"
            )
        ]
    except DefinitionError as error:
        return list(error.problems)
    if not code.startswith(LOCAL):
        return [
            Problem(
                f'item "{code}", code',
                "It could be mistaken for the core’s",
                f"Let it begin with {LOCAL}",
            )
        ]
    item = survey.item(code)
    return [*_unfit(item), *_breaks(grammar.parse(core), survey)]


def own_of(core: Survey, source: str, translated: Mapping[str, str]) -> tuple[Own, ...]:
    """The local questions of a composed version, each with the item that it stands after.

    Raises:
        NotEditable: the text is not written part by part.
    """
    ours = {item.code for item in core.items}
    document = edits.Document.of(source)
    codes = _codes(source)
    return tuple(
        Own(document.text_of(edits.ITEM, place), translated, codes[place - 1] if place else "")
        for place, code in enumerate(codes)
        if code not in ours
    )


def listed(core: str, sources: Iterable[str]) -> dict[str, Item]:
    """Questions by code as they would be asked, for a list of them: read together, and quickly.

    What would not fit the core of today is left out, or read as far as it can be.
    """
    around = (each.text for each in edits.Document.of(core).blocks if each.part != edits.ITEM)
    survey, _ = grammar.read("\n".join(["".join(around), *sources]))
    return {item.code: item for item in survey.items}


def strings_of(core: str, own: Own) -> tuple[languages.Message, ...]:
    """The strings of a question alone, for its translators; the core's scale is translated already.

    Raises:
        DefinitionError, NotEditable: it cannot be asked beside the core.
    """
    return _strings_in(grammar.parse(compose(core, [own])), own)


def comments_of(core: str, own: Own) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What their translators should know of the same strings: see `places.comments`.

    Raises:
        DefinitionError, NotEditable: it cannot be asked beside the core.
    """
    survey = grammar.parse(compose(core, [own]))
    return places.comments(_strings_in(survey, own), survey)


def _strings_in(survey: Survey, own: Own) -> tuple[languages.Message, ...]:
    code = code_of(own.source)
    found = languages.messages(survey)
    return tuple(each for each in found if each.context.startswith(f"{code}/"))


def last_scaled(source: str) -> str:
    """The code of the last item on a scale that is the core's own; "" where there is none."""
    scaled = [
        table.get("code", "")
        for table in edits.Document.of(source).tables(edits.ITEM)
        if table.get("kind") == Kind.SCALE
    ]
    own = [code for code in scaled if isinstance(code, str) and not code.startswith(LOCAL)]
    return own[-1] if own else ""


def _codes(source: str) -> list[str]:
    return [str(each.get("code", "")) for each in edits.Document.of(source).tables(edits.ITEM)]


def _unfit(item: Item) -> Iterable[Problem]:
    if item.kind not in KINDS:
        yield Problem(
            f'item "{item.code}", kind',
            f"A local question cannot be of kind {item.kind}",
            f"Choose one of {', '.join(KINDS)}",
        )
    if item.topics_of or item.suggestion:
        yield Problem(
            f'item "{item.code}"',
            "Ideas and their topics are asked by the core",
            "Ask for a comment instead: leave suggestion and topics_of out",
        )


def _breaks(core: Survey, survey: Survey) -> list[Problem]:
    found = comparability.differences_from_core(core, survey)
    return [Problem("the question", each, "The core stays as it is") for each in found]


def _with_entries(core: str, language: str, own: Iterable[Own]) -> str:
    """The core's PO text, as it is, and after it the entries of each question."""
    known = {(each.msgctxt, each.msgid) for each in languages.read_po(core)}
    added = []
    for each in own:
        prefix = f"{code_of(each.source)}/"
        for entry in _entries(each.translations.get(language, "")):
            if (entry.msgctxt or "").startswith(prefix) and (
                entry.msgctxt,
                entry.msgid,
            ) not in known:
                added.append(entry)
                known.add((entry.msgctxt, entry.msgid))
    if not added:
        return core
    return core.rstrip("\n") + "\n\n" + "\n".join(map(str, added)).rstrip("\n") + "\n"


def _entries(text: str) -> Iterable[polib.POEntry]:
    return [each for each in languages.read_po(text) if not each.obsolete] if text else []
