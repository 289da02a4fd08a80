"""Reads a survey from its TOML document. Pure.

    [survey]                     code, title, asked_elsewhere (past answers only)
    [[age_version]]              code, name, title, intro, thanks, reading_ease, grown_up_guidance
    [[scale]]                    code, look, answers: shared by the items that name it
    [[item]]                     code, kind, asked_of, ask, hint, shown_when and, by its kind:
        scale                    construct, scale (or look and answers)
        choice, helper           answers
        choices                  answers, topics_of
        about                    answers, slices, asked_of_grown_up
        words                    longest, suggestion
        page                     nothing more

A text is one string for every age version that is asked (`asked_of`; all, if it is not there), or
a table from age versions to strings; a key may name several: "12-17, 18-25". Where `ask` is a
table, its keys say who is asked. Answers: code, label (a text; a table offers the answer to the
age versions in it only), and in scales score (0 to 100) and favourable; an answer without a
score, such as "I do not know", counts for neither side.

`shown_when` is one of `{ item = "a", is = "code" }` (or a list of codes),
`{ item = "a", answered = true }`, `{ not = {...} }`, `{ all = [...] }`, `{ any = [...] }`.

What the parts mean together is checked by `surveys/soundness.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Value

from surveys import soundness
from surveys.definition import AgeVersion, Answer, Item, Kind, Look, Survey, Text
from surveys.problems import DefinitionError, Problem
from surveys.routing import All, Answered, Any, Condition, Is, Not
from surveys.tables import Table, load

__all__ = ["DefinitionError", "Problem", "parse", "read"]

_DEEPEST = 5  # of conditions in conditions; what is deeper, nobody understands
_LONGEST_INTRODUCTION = 3_000
_LONGEST_LABEL = 120


def parse(source: str) -> Survey:
    """The survey that a TOML document defines.

    Raises:
        DefinitionError: with all that is wrong: place, what, and how to mend it.
    """
    survey, problems = read(source)
    if problems:
        raise DefinitionError(problems)
    return survey


def read(source: str) -> tuple[Survey, tuple[Problem, ...]]:
    """The survey as far as it can be read, and all that is wrong: for whoever is still writing it.

    Raises:
        DefinitionError: it is not TOML, so that nothing of it can be read.
    """
    problems: list[Problem] = []
    survey = _Reader(Table(load(source), "", problems)).survey()
    problems += soundness.problems_of(survey)
    return survey, tuple(dict.fromkeys(problems))


@dataclass(frozen=True, slots=True)
class _Scale:
    code: str
    look: Mapping[str, Look]
    answers: tuple[Answer, ...]


class _Reader:
    """Reads the parts in the order in which they need each other."""

    def __init__(self, document: Table) -> None:
        self.document = document
        self.problems = document.problems
        self.ages: tuple[str, ...] = ()
        self.scales: dict[str, _Scale] = {}

    def survey(self) -> Survey:
        head = self._head()
        versions = [
            self._age_version(each) for each in self.document.tables("age_version", "age version")
        ]
        self.ages = tuple(dict.fromkeys(each.code for each in versions))
        for table in self.document.tables("scale", "scale"):
            self._scale(table)
        items = [self._item(each) for each in self.document.tables("item", "item")]
        self.document.place = "the whole text"
        self.document.close()
        self._refuse_unused_scales(items)
        code, title = head.text("code"), head.text("title")
        asked_elsewhere = head.flag("asked_elsewhere")
        head.close()
        return Survey(code, title, tuple(versions), tuple(items), asked_elsewhere)

    def _head(self) -> Table:
        found = self.document.value("survey", dict, "a table with code and title", {})
        return Table(found, "survey", self.problems)

    def _age_version(self, table: Table) -> AgeVersion:
        version = AgeVersion(
            code=table.text("code"),
            name=table.text("name"),
            title=table.text("title"),
            intro=table.text("intro", longest=_LONGEST_INTRODUCTION),
            grown_up_guidance=table.text("grown_up_guidance", "", longest=_LONGEST_INTRODUCTION),
            thanks=table.text("thanks", longest=_LONGEST_INTRODUCTION),
            reading_ease=table.number("reading_ease"),
        )
        table.close()
        return version

    def _scale(self, table: Table) -> None:
        code = table.text("code")
        scale = _Scale(
            code, self._look(table, self.ages), self._answers(table, self.ages, scored=True)
        )
        table.close()
        if code in self.scales:
            table.refuse("There are two scales with this code", "Give each its own")
        self.scales[code] = scale

    def _item(self, table: Table) -> Item:
        code, kind = table.text("code"), self._kind(table)
        ask = self._ask(table)
        hint = self._texts(table, "hint", tuple(ask)) if table.has("hint") else None
        if table.has("shown_when"):
            shown_when = self._condition(table, table.content["shown_when"], 1)
        else:
            shown_when = None
        item = Item(
            code=code,
            kind=kind,
            ask=ask,
            hint=hint,
            shown_when=shown_when,
            **self._of_kind(table, kind, tuple(ask)),
        )
        table.close()
        return item

    def _kind(self, table: Table) -> Kind:
        kinds = [each.value for each in Kind]
        found = table.value("kind", str, f"one of {', '.join(kinds)}", None)
        if found is not None and found not in kinds:
            table.refuse(
                f'There is no kind "{found}"', f"Write one of {', '.join(kinds)}", at="kind"
            )
        return Kind(found) if found in kinds else Kind.PAGE

    def _of_kind(self, table: Table, kind: Kind, ages: tuple[str, ...]) -> dict[str, Value]:
        """What only some kinds have."""
        match kind:
            case Kind.SCALE:
                return {"construct": table.text("construct"), **self._scaled(table, ages)}
            case Kind.WORDS:
                return {"longest": table.whole("longest"), "suggestion": table.flag("suggestion")}
            case Kind.CHOICES:
                topics_of = table.text("topics_of", "")
                return {"answers": self._answers(table, ages), "topics_of": topics_of}
            case Kind.ABOUT:
                return {
                    "answers": self._answers(table, ages),
                    "slices": table.flag("slices"),
                    "asked_of_grown_up": frozenset(self._ages(table, "asked_of_grown_up", ages)),
                }
            case Kind.CHOICE | Kind.HELPER:
                return {"answers": self._answers(table, ages)}
            case Kind.PAGE:
                return {}

    def _scaled(self, table: Table, ages: tuple[str, ...]) -> dict[str, Value]:
        if not table.has("scale"):
            return {
                "answers": self._answers(table, ages, scored=True),
                "look": self._look(table, ages),
            }
        name = table.text("scale")
        shared = self.scales.get(name)
        if shared is None:
            known = ", ".join(self.scales) or "none yet"
            table.refuse(f'There is no scale "{name}"', f"Known are: {known}", at="scale")
            return {}
        offered = (_offered(each, ages) for each in shared.answers)
        return {
            "answers": tuple(each for each in offered if each.label),
            "look": {age: shared.look[age] for age in ages if age in shared.look},
            "scale": name,
        }

    def _answers(
        self, table: Table, ages: tuple[str, ...], *, scored: bool = False
    ) -> tuple[Answer, ...]:
        if not table.has("answers"):
            table.refuse(
                'There are no "answers"', "Write answers = [ { code = ..., label = ... }, ... ]"
            )
        return tuple(
            self._answer(each, ages, scored=scored) for each in table.tables("answers", "answer")
        )

    def _answer(self, table: Table, ages: tuple[str, ...], *, scored: bool) -> Answer:
        code = table.text("code")
        label = self._texts(table, "label", ages, longest=_LONGEST_LABEL)
        score = table.whole("score") if scored and table.has("score") else None
        favourable = table.flag("favourable") if scored and table.has("favourable") else None
        table.close()
        return Answer(code=code, label=label, score=score, favourable=favourable)

    def _ask(self, table: Table) -> Text:
        asked_of = self._ages(table, "asked_of", self.ages) if table.has("asked_of") else None
        ask = self._texts(table, "ask", self.ages if asked_of is None else asked_of)
        for age in asked_of or ():
            if age not in ask:
                table.refuse(
                    f"The text for {age} is missing, and it is in asked_of",
                    "Write it, or take the age version out of asked_of",
                    at=f"ask, {age}",
                )
        return ask

    def _texts(
        self, table: Table, key: str, ages: tuple[str, ...], *, longest: int = 300
    ) -> dict[str, str]:
        """A text for each age version: one string for all of them, or a table."""
        found = table.value(key, (str, dict), "a text, or a table from age versions to texts", None)
        if found is None:
            return {}
        if isinstance(found, str):
            text = table.checked(found, at=key, longest=longest)
            return dict.fromkeys(ages, text)
        return self._text_by_age(table, key, found, ages, longest)

    def _text_by_age(
        self, table: Table, key: str, found: dict[str, Value], ages: tuple[str, ...], longest: int
    ) -> dict[str, str]:
        texts: dict[str, str] = {}
        for names, text in found.items():
            for age in self._known_ages(table, f"{key}, {names}", names.split(","), ages):
                if age in texts:
                    table.refuse(f"There are two texts for {age}", "Keep one", at=f"{key}, {age}")
                elif isinstance(text, str):
                    texts[age] = table.checked(text, at=f"{key}, {age}", longest=longest)
                else:
                    table.refuse("This is not a text", "Put it in quotes", at=f"{key}, {age}")
        return {age: texts[age] for age in ages if age in texts}

    def _ages(self, table: Table, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        return self._known_ages(table, key, table.words(key, ()), allowed)

    def _known_ages(
        self, table: Table, at: str, names: Iterable[str], allowed: tuple[str, ...]
    ) -> tuple[str, ...]:
        known = []
        for name in map(str.strip, names):
            if name in allowed:
                known.append(name)
            elif name in self.ages:
                table.refuse(
                    f"The item is not asked of {name}", "Take it out, or ask it there too", at=at
                )
            else:
                table.refuse(
                    f'There is no age version "{name}"', f"Known are: {', '.join(self.ages)}", at=at
                )
        return tuple(known)

    def _look(self, table: Table, ages: tuple[str, ...]) -> dict[str, Look]:
        if not table.has("look"):
            return dict.fromkeys(ages, Look.WORDS)
        looks = [each.value for each in Look]
        chosen = dict.fromkeys(ages, Look.WORDS)
        for age, name in self._texts(table, "look", ages).items():
            if name in looks:
                chosen[age] = Look(name)
            else:
                table.refuse(
                    f'There is no look "{name}"', f"Write one of {', '.join(looks)}", at="look"
                )
        return chosen

    def _condition(self, table: Table, found: Value, depth: int) -> Condition | None:
        if not isinstance(found, dict) or depth > _DEEPEST:
            what = "It is nested too deeply" if depth > _DEEPEST else "This is not a condition"
            table.refuse(what, 'Write { item = "...", is = "..." }', at="shown_when")
            return None
        inner = Table(found, f"{table.place}, shown_when", self.problems)
        condition = self._one_condition(table, inner, depth)
        inner.close()
        return condition

    def _one_condition(self, table: Table, inner: Table, depth: int) -> Condition | None:
        if inner.has("not"):
            negated = self._condition(table, inner.content["not"], depth + 1)
            return None if negated is None else Not(negated)
        for key, kind in (("all", All), ("any", Any)):
            if inner.has(key):
                members = inner.value(key, list, "a list of conditions", [])
                parts = [self._condition(table, each, depth + 1) for each in members]
                if not parts:
                    inner.refuse(f'"{key}" has no conditions', "Write at least one", at=key)
                return kind(tuple(each for each in parts if each is not None))
        return self._about_one_item(inner)

    def _about_one_item(self, inner: Table) -> Condition | None:
        item = inner.text("item")
        if inner.has("is"):
            codes = inner.content["is"]
            return Is(item, (codes,) if isinstance(codes, str) else inner.words("is"))
        if inner.has("answered") and inner.flag("answered"):
            return Answered(item)
        inner.refuse("It does not say which answer", 'Write is = "..." or answered = true')
        return None

    def _refuse_unused_scales(self, items: list[Item]) -> None:
        for code in self.scales.keys() - {item.scale for item in items}:
            self.problems.append(
                Problem(f'scale "{code}"', "No item uses it", "Use it, or take it out")
            )


def _offered(answer: Answer, ages: tuple[str, ...]) -> Answer:
    """A shared answer as an item that is asked of these ages has it."""
    label = {age: answer.label[age] for age in ages if age in answer.label}
    return Answer(answer.code, label, answer.score, answer.favourable)
