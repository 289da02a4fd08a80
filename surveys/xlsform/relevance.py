"""A relevance (an XPath expression) as our own condition. Pure.

What can be carried looks at one earlier question at a time, and is joined by `and`, `or`, `not()`:

    ${q} = 'a'   ${q} != 'a'   selected(${q}, 'a')       an answer (in either order)
    ${q} = ''    ${q} != ''    string-length(${q}) > 0   whether there is one
    count-selected(${q}) > 0   count-selected(${q}) = 0  likewise
    ${q} >= 3 and the like                               answers whose names are numbers
    true()                                               always

The meaning is XPath 1.0's (https://www.w3.org/TR/1999/REC-xpath-19991116/, sections 3.3 to 3.5):
`!=` holds where nothing was answered; no other comparison does.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from surveys.definition import Kind
from surveys.routing import All, Answered, Any, Condition, Is, Not

_LONGEST = 3_000
_DEEPEST = 30  # brackets in brackets, before anything is simplified
_NESTED = 5  # as deep as surveys/grammar.py reads

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{[^${}]*\})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
    | (?P<word>[A-Za-z_][\w.:-]*)
    | (?P<other>\S)
    )""",
    re.VERBOSE,
)
_ALWAYS = frozenset({"true", "yes"})  # a cell that Excel takes for a value of its own
_SMART = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
_COMPARES: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_WANTED = "Compare one earlier question with one of its answers, as in ${question} = 'answer'"


class NotCarried(ValueError):
    """An expression that has no meaning here: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str = _WANTED) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Target:
    """An earlier question, as a relevance may look at it.

    Args:
        code: the item's.
        codes: its answers' codes by their names in the form; none for words.
    """

    code: str
    kind: Kind
    codes: Mapping[str, str]


# What a name means: an earlier question. Raises NotCarried where it means none.
Lookup = Callable[[str], Target]


def condition_of(expression: str, lookup: Lookup) -> Condition | None:
    """The condition; ``None`` where the expression always holds.

    Raises:
        NotCarried: it has no meaning here.
    """
    if len(expression) > _LONGEST:
        raise NotCarried(f"It has over {_LONGEST:,} characters", "Shorten it")
    if expression.strip().lower() in _ALWAYS:
        return None
    parser = _Parser(_tokens(expression.translate(_SMART)), lookup)
    found = parser.whole()
    if found is True or found is False:
        if found:
            return None
        raise NotCarried("It never holds, so nobody would see this", "Take the row out")
    return fitting(found)


def fitting(condition: Condition) -> Condition:
    """Raises: NotCarried: it is nested more deeply than anybody understands."""
    if _depth(condition) > _NESTED:
        raise NotCarried(f"It is nested more than {_NESTED} deep", "Make it simpler")
    return condition


def joined(conditions: Sequence[Condition]) -> Condition | None:
    """All of them; ``None`` where there are none."""
    parts = _flat(All, conditions)
    return None if not parts else parts[0] if len(parts) == 1 else All(tuple(parts))


# A condition, or whether it holds always or never.
_Found = Condition | bool


@dataclass(frozen=True, slots=True)
class _Ref:
    name: str


@dataclass(frozen=True, slots=True)
class _Count:
    """How many answers, or characters, an item has."""

    name: str


_Operand = _Ref | _Count | str | float


def _tokens(expression: str) -> list[tuple[str, str]]:
    found = []
    for match in _TOKEN.finditer(expression.strip()):
        kind = match.lastgroup or "other"
        if kind == "other":
            raise NotCarried(f"“{match[kind]}” cannot be carried")
        found.append((kind, match[kind]))
    return found


class _Parser:
    """Recursive descent over the tokens, as deep as `_DEEPEST`."""

    def __init__(self, tokens: list[tuple[str, str]], lookup: Lookup) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.lookup = lookup

    def whole(self) -> _Found:
        found = self._any()
        if self.at < len(self.tokens):
            raise self._stuck()
        return found

    def _any(self) -> _Found:
        parts = [self._all()]
        while self._takes("word", "or"):
            parts.append(self._all())
        return _of_parts(Any, parts)

    def _all(self) -> _Found:
        parts = [self._one()]
        while self._takes("word", "and"):
            parts.append(self._one())
        return _of_parts(All, parts)

    def _one(self) -> _Found:
        if self._takes("sign", "("):
            return self._bracketed()
        kind, word = self._next()
        if kind != "word" or word in {"string-length", "count-selected"}:
            return self._comparison()
        self.at += 1
        match word:
            case "not":
                self._wants("(")
                return _negated(self._bracketed())
            case "true" | "false":
                self._wants("(")
                self._wants(")")
                return word == "true"
            case "selected":
                return self._selected()
            case _:
                raise self._stuck_at(word)

    def _bracketed(self) -> _Found:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise NotCarried("It has too many brackets in brackets", "Make it simpler")
        found = self._any()
        self._wants(")")
        self.depth -= 1
        return found

    def _selected(self) -> _Found:
        self._wants("(")
        ref = self._operand()
        self._wants(",")
        answer = self._operand()
        self._wants(")")
        if not isinstance(ref, _Ref) or isinstance(answer, _Ref | _Count):
            raise NotCarried("selected() takes a question and one of its answers")
        target = self._answerable(ref.name)
        if answer == "":
            raise NotCarried("selected() names no answer")
        return Is(target.code, (_code(target, ref.name, _text(answer)),))

    def _comparison(self) -> _Found:
        left = self._operand()
        kind, sign = self._next()
        if kind != "sign" or sign not in _COMPARES:
            raise NotCarried("It does not say what it compares with")
        self.at += 1
        right = self._operand()
        if isinstance(left, str | float):
            left, right, sign = right, left, _TURNED[sign]
        if isinstance(left, str | float) or isinstance(right, _Ref | _Count):
            raise NotCarried("It does not compare a question with an answer")
        return (
            self._counted(left, sign, right)
            if isinstance(left, _Count)
            else self._compared(left, sign, right)
        )

    def _operand(self) -> _Operand:
        kind, text = self._next()
        self.at += 1
        match kind:
            case "ref":
                return _Ref(text[2:-1].strip())
            case "text":
                return text[1:-1].strip()
            case "number":
                return float(text)
            case "word" if text in {"string-length", "count-selected"}:
                self._wants("(")
                ref = self._operand()
                self._wants(")")
                if isinstance(ref, _Ref):
                    return _Count(ref.name)
        self.at -= 1
        raise self._stuck()

    def _counted(self, count: _Count, sign: str, number: str | float) -> _Found:
        """Only none or some can be told apart."""
        target = self.lookup(count.name)
        value = _number(number)
        if value is not None:
            compare = _COMPARES[sign]
            # Whether it holds for none, for one, and for many, as far as numbers tell.
            held = [compare(each, value) for each in (0.0, 1.0, 2.0, 1e9)]
            steady = value < 1 or (value == 1 and sign in {"<", ">="})
            if steady and held[1] == held[2] == held[3]:
                match held[0], held[1]:
                    case False, True:
                        return Answered(target.code)
                    case True, False:
                        return Not(Answered(target.code))
                    case always, _:
                        return always
        raise NotCarried("It counts, and only none or some can be told apart", "Compare with 0")

    def _compared(self, ref: _Ref, sign: str, value: str | float) -> _Found:
        if value == "" and sign in {"=", "!="}:
            answered = Answered(self.lookup(ref.name).code)
            return answered if sign == "!=" else Not(answered)
        target = self._answerable(ref.name)
        if sign not in {"=", "!="}:
            return self._ordered(target, ref.name, sign, value)
        holds = _exactly(target, _code(target, ref.name, _text(value)))
        return Not(holds) if sign == "!=" else holds

    def _ordered(self, target: Target, name: str, sign: str, value: str | float) -> _Found:
        number = _number(value)
        if number is None or target.kind is Kind.CHOICES:
            raise NotCarried(f"{sign} needs a number, and a question with one answer")
        numbers = {code: _number(each) for each, code in target.codes.items()}
        if not any(each is not None for each in numbers.values()):
            raise NotCarried(f"No answer to ${{{name}}} is a number")
        compare = _COMPARES[sign]
        held = tuple(
            code for code, each in numbers.items() if each is not None and compare(each, number)
        )
        return Is(target.code, held) if held else False

    def _answerable(self, name: str) -> Target:
        target = self.lookup(name)
        if target.kind is Kind.WORDS:
            raise NotCarried(
                f"${{{name}}} is answered in words, and they are not looked at",
                f"Write ${{{name}}} != '' if it matters whether there are any",
            )
        return target

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _takes(self, kind: str, text: str) -> bool:
        taken = self._next() == (kind, text)
        self.at += taken
        return taken

    def _wants(self, sign: str) -> None:
        if not self._takes("sign", sign):
            raise self._stuck()

    def _stuck(self) -> NotCarried:
        return self._stuck_at(self._next()[1])

    def _stuck_at(self, text: str) -> NotCarried:
        if not text:
            return NotCarried("It ends too early")
        if text in {"AND", "OR", "And", "Or", "NOT", "Not"}:
            return NotCarried(f"{text} is no word of XPath", f"Write {text.lower()}")
        return NotCarried(f"“{text[:40]}” cannot be carried at this place")


def _exactly(target: Target, code: str) -> Condition:
    """`=` on a question with several answers means that one and no other."""
    others = tuple(each for each in target.codes.values() if each != code)
    if target.kind is Kind.CHOICES and others:
        return All((Is(target.code, (code,)), Not(Is(target.code, others))))
    return Is(target.code, (code,))


def _code(target: Target, question: str, answer: str) -> str:
    if answer in target.codes:
        return target.codes[answer]
    value = _number(answer)
    if value is not None:
        for name, code in target.codes.items():
            if _number(name) == value:
                return code
    known = ", ".join(list(target.codes)[:12])
    raise NotCarried(
        f"${{{question}}} has no answer “{answer[:60]}”", f"Its answers are named {known}"
    )


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)


def _number(value: str | float) -> float | None:
    if isinstance(value, float):
        return value
    return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value) else None


def _negated(found: _Found) -> _Found:
    if isinstance(found, bool):
        return not found
    return found.condition if isinstance(found, Not) else Not(found)


def _of_parts(joins: type[All] | type[Any], parts: list[_Found]) -> _Found:
    decisive = joins is Any  # one True settles an "or", one False an "and"
    if any(part is decisive for part in parts):
        return decisive
    conditions = [part for part in parts if not isinstance(part, bool)]
    if not conditions:
        return not decisive
    flat = _flat(joins, conditions)
    return flat[0] if len(flat) == 1 else joins(tuple(flat))


def _flat(joins: type[All] | type[Any], conditions: Sequence[Condition]) -> list[Condition]:
    """Without one inside another of the same, and without doubles; in an "or", the answers to one
    question are one list."""
    flat: list[Condition] = []
    for each in conditions:
        inner = each.conditions if isinstance(each, joins) else (each,)
        for part in inner:
            same = next(
                (at for at, one in enumerate(flat) if _same_question(joins, one, part)), None
            )
            if same is None:
                if part not in flat:
                    flat.append(part)
            else:
                flat[same] = _either(flat[same], part)
    return flat


def _same_question(joins: type[All] | type[Any], one: Condition, other: Condition) -> bool:
    return joins is Any and isinstance(one, Is) and isinstance(other, Is) and one.item == other.item


def _either(one: Condition, other: Condition) -> Condition:
    assert isinstance(one, Is)  # noqa: S101 - for mypy: _same_question said so
    assert isinstance(other, Is)  # noqa: S101 - likewise
    return Is(one.item, tuple(dict.fromkeys(one.codes + other.codes)))


def _depth(condition: Condition) -> int:
    match condition:
        case Not(inner):
            return 1 + _depth(inner)
        case All(parts) | Any(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 1
