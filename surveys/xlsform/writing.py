"""Writes a form as our definition (TOML) and its translations (PO). Pure.

What every survey needs and no form has, is the core survey's: the words before and after the
questions with where to find help, the reading ease aimed at, and who is helping, each in every
language the core survey has.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import polib

from surveys import core, grammar, languages
from surveys.definition import AgeVersion, Item, Kind, Survey
from surveys.languages import ENGLISH
from surveys.routing import Condition, as_data
from surveys.xlsform import items

HELPER = "helper"
OVERALL = "overall"


@lru_cache(maxsize=1)
def core_survey() -> Survey:
    return grammar.parse(core.source())


def source_of(form: items.Form, ages: Sequence[AgeVersion]) -> str:
    """The definition as TOML."""
    blocks = [_head(form), *(_age_version(form, age) for age in ages)]
    blocks += [_scale(code, answers) for code, answers in form.scales.items()]
    blocks += [_item(each) for each in form.items]
    if form.add_overall:
        taken = {each.code for each in form.items}
        blocks.append(_overall(core_survey().item(OVERALL), [age.code for age in ages], taken))
    blocks.append(_helper(core_survey().item(HELPER), [age.code for age in ages]))
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def translation_of(form: items.Form, survey: Survey, language: str) -> str:
    """The PO file of a language: the form's words, and the core survey's for what is added."""
    words = {**_core_words(language), **dict(_words(form, language))}
    file = languages.read_po(languages.merged(survey, language))
    for entry in file:
        entry.msgstr = words.get((entry.msgctxt or "", entry.msgid), "")
    return f"{file}\n"


def _words(form: items.Form, language: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Each (context, English) with its words in a language."""
    for item in form.items:
        held = form.scales.get(item.scale, item.answers)
        holder = f"scale/{item.scale}" if item.scale else item.code
        said = [
            (f"{item.code}/ask", item.ask),
            (f"{item.code}/hint", item.hint),
            *((f"{holder}/answers/{answer.code}", answer.label) for answer in held),
        ]
        for context, words in said:
            if words.get(ENGLISH) and words.get(language):
                yield (context, words[ENGLISH]), words[language]


@lru_cache(maxsize=32)
def _core_words(language: str) -> Mapping[tuple[str, str], str]:
    text = core.translations().get(language, "")
    entries: list[polib.POEntry] = list(languages.read_po(text)) if text else []
    found = {
        (each.msgctxt or "", each.msgid): each.msgstr
        for each in entries
        if each.msgstr and not each.fuzzy and not each.obsolete
    }
    # The core survey shares these answers among its items; here they are the one item's own.
    shared = f"scale/{core_survey().item(OVERALL).scale}/"
    own = {
        (context.replace(shared, f"{code}/"), english): words
        for (context, english), words in found.items()
        if context.startswith(shared)
        for code in (OVERALL, f"{OVERALL}-support")
    }
    asked = {
        (f"{OVERALL}-support/ask", english): words
        for (context, english), words in found.items()
        if context == f"{OVERALL}/ask"
    }
    return {**found, **own, **asked}


def _head(form: items.Form) -> list[str]:
    return ["[survey]", f"code = {_text(form.code)}", f"title = {_text(form.title)}"]


def _age_version(form: items.Form, age: AgeVersion) -> list[str]:
    lines = ["[[age_version]]", f"code = {_text(age.code)}", f"name = {_text(age.name)}"]
    lines += [f"title = {_text(form.title)}", f"intro = {_text(age.intro)}"]
    if age.grown_up_guidance:
        lines.append(f"grown_up_guidance = {_text(age.grown_up_guidance)}")
    return [*lines, f"thanks = {_text(age.thanks)}", f"reading_ease = {age.reading_ease:g}"]


def _scale(code: str, answers: Sequence[items.Answer]) -> list[str]:
    return ["[[scale]]", f"code = {_text(code)}", *_answers(answers)]


def _item(item: items.Item) -> list[str]:
    lines = ["[[item]]", f"code = {_text(item.code)}", f"kind = {_text(item.kind.value)}"]
    if item.kind is Kind.SCALE:
        lines.append(f"construct = {_text(item.code)}")
    if item.scale:
        lines.append(f"scale = {_text(item.scale)}")
    if item.kind is Kind.WORDS:
        lines.append(f"longest = {item.longest}")
    if item.shown_when is not None:
        lines.append(f"shown_when = {_condition(item.shown_when)}")
    lines.append(f"ask = {_text(item.ask[ENGLISH])}")
    if item.hint.get(ENGLISH):
        lines.append(f"hint = {_text(item.hint[ENGLISH])}")
    return lines if item.scale or not item.answers else [*lines, *_answers(item.answers)]


def _answers(answers: Sequence[items.Answer]) -> list[str]:
    return ["answers = [", *(f"    {_answer(each)}," for each in answers), "]"]


def _answer(answer: items.Answer) -> str:
    parts = [f"code = {_text(answer.code)}"]
    if answer.rated is not None and answer.rated.score is not None:
        favourable = "true" if answer.rated.favourable else "false"
        parts += [f"score = {answer.rated.score}", f"favourable = {favourable}"]
    parts.append(f"label = {_text(answer.label[ENGLISH])}")
    return f"{{ {', '.join(parts)} }}"


def _helper(helper: Item, ages: Sequence[str]) -> list[str]:
    """Who is helping, in the core survey's words for each age version."""
    lines = ["[[item]]", f"code = {_text(HELPER)}", 'kind = "helper"']
    lines.append(f"ask = {_by_age(helper.ask, ages)}")
    answers = [each for each in helper.answers if any(age in each.label for age in ages)]
    return [
        *lines,
        "answers = [",
        *(
            f"    {{ code = {_text(each.code)}, label = {_by_age(each.label, ages)} }},"
            for each in answers
        ),
        "]",
    ]


def _overall(overall: Item, ages: Sequence[str], taken: set[str]) -> list[str]:
    """The core survey's question, under its own code if no other has that."""
    code = OVERALL if OVERALL not in taken else f"{OVERALL}-support"
    looks = {age: look.value for age, look in (overall.look or {}).items()}
    lines = ["[[item]]", f"code = {_text(code)}", 'kind = "scale"', f"construct = {_text(code)}"]
    lines += [
        f"ask = {_by_age(overall.ask, ages)}",
        f"look = {_by_age(looks, ages)}",
        "answers = [",
    ]
    for answer in overall.answers:
        if any(age in answer.label for age in ages):
            scored = (
                f"score = {answer.score}, favourable = {'true' if answer.favourable else 'false'}, "
                if answer.score is not None
                else ""
            )
            label = _by_age(answer.label, ages)
            lines.append(f"    {{ code = {_text(answer.code)}, {scored}label = {label} }},")
    return [*lines, "]"]


def _by_age(texts: Mapping[str, str], ages: Sequence[str]) -> str:
    there = [f"{_text(age)} = {_text(texts[age])}" for age in ages if age in texts]
    return f"{{ {', '.join(there)} }}"


def _condition(condition: Condition) -> str:
    return _inline(as_data(condition))


def _inline(value: object) -> str:
    match value:
        case dict():
            return f"{{ {', '.join(f'{key} = {_inline(each)}' for key, each in value.items())} }}"
        case [str() as only]:
            return _text(only)
        case list() | tuple():
            return f"[{', '.join(_inline(each) for each in value)}]"
        case bool():
            return "true" if value else "false"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    """A basic string of TOML: JSON's escapes are the same, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
