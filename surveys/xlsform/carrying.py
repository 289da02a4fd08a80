"""From the rows of the sheet survey to our items; what cannot be carried is named by row. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial

from surveys.definition import Kind
from surveys.languages import ENGLISH
from surveys.routing import Condition, Is
from surveys.soundness import MOST_CHARACTERS_OF_WORDS
from surveys.xlsform import asking, identifying, naming, ratings, relevance
from surveys.xlsform.asking import Asked
from surveys.xlsform.choosing import Lists, with_ratings
from surveys.xlsform.items import Answer, Item, Words
from surveys.xlsform.kinds import SURVEY_COLUMNS, Fate
from surveys.xlsform.notebook import Notebook
from surveys.xlsform.ratings import NotRated
from surveys.xlsform.relevance import NotCarried, Target
from surveys.xlsform.reports import SheetProblem
from surveys.xlsform.sheets import Row, Sheet
from surveys.xlsform.speaking import Speaker

LONGEST_TEXT = 300  # as surveys/grammar.py takes a question, a page and a hint
MOST_ITEMS = 300  # a reply has at most so many fields (surveys/soundness.py)
MOST_GROUPS = 10  # in one another
MOST_PROBLEMS = 200  # after so many, the rest is not looked for
LONGEST_WORDS = 1_000  # as the core survey's; a constraint may say otherwise
_STOPS = tuple(rule for rule in SURVEY_COLUMNS if rule.fate is Fate.REFUSED)
_OTHER = "other"
_ADD_SCORES = (
    "Add a column score to the sheet choices: 100 is best, 0 worst, empty for “I don't know”"
)


@dataclass(slots=True)
class Group:
    """A group that is open.

    Args:
        headed: whether its label was shown, or need not be.
    """

    row: Row
    condition: Condition | None
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a name, for relevances that look at it.

    Args:
        target: where it can be looked at.
        why: where it cannot; "" where that was said already.
    """

    target: Target | None
    why: str = ""
    mend: str = "Take the condition out"


@dataclass(slots=True)
class Carrier:
    """Reads the rows in order.

    Args:
        age_versions: their codes, which are no item's.
        most_answers: as many as the age versions can be offered.
    """

    survey: Sheet
    lists: Lists
    speaker: Speaker
    notebook: Notebook
    age_versions: frozenset[str]
    most_answers: int
    items: list[Item] = field(default_factory=list)
    scales: dict[str, tuple[Answer, ...]] = field(default_factory=dict)
    problems: list[SheetProblem] = field(default_factory=list)
    _groups: list[Group] = field(default_factory=list)
    _standing: dict[str, Standing] = field(default_factory=dict)
    _names: dict[str, Row] = field(default_factory=dict)
    _names_by_code: dict[str, set[str]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _named: dict[tuple[int, str], Row] = field(default_factory=dict)
    _codes: dict[str, Row] = field(default_factory=dict)
    _scale_codes: dict[str, str] = field(default_factory=dict)
    _nameless: int = 0

    def carry(self) -> None:
        rows = [(row, asking.asked(row.text("type"))) for row in self.survey.rows if row.cells]
        for row, asked in rows:
            if not asked.ends and row.text("name"):
                self._names.setdefault(row.text("name"), row)
                same = self._names_by_code.setdefault(naming.code_of(row.text("name")), set())
                same.add(row.text("name"))
        for row, asked in rows:
            if self._is_enough(row):
                return
            if asking.is_yes(row.text("disabled")):
                self._disabled(row)
            elif not asked.text:
                self._typeless(row)
            else:
                self._one(row, asked)
        for group in self._groups:
            self._refuse(group.row, "The group is never ended", "Add a row end_group after it")

    def _is_enough(self, row: Row) -> bool:
        """Whether to stop here, for a form that can only be hostile, or broken from end to end."""
        if len(self.items) > MOST_ITEMS:
            self._refuse(
                row, f"Over {MOST_ITEMS} things are asked or said", "Keep it to what is needed"
            )
        elif len(self._groups) > MOST_GROUPS:
            self._refuse(row, f"Over {MOST_GROUPS} groups are in one another", "Use fewer groups")
        elif len(self.problems) > MOST_PROBLEMS:
            self._refuse(row, "The rest is not looked at", "Mend what is named first")
        else:
            return False
        return True

    def _one(self, row: Row, asked: Asked) -> None:
        rule = asked.rule
        if rule is None:
            self._unknown(row, asked)
        elif asked.ends:
            self._end(row, asked)
        elif rule.fate is Fate.REFUSED:
            self._refuse(row, rule.why, rule.mend, column="type")
            self._stand(row, Standing(None, "cannot be carried itself"))
            if asked.opens_or_ends:
                self._groups.append(Group(row, None, headed=True))
        elif rule.fate is Fate.DROPPED:
            self._drop(row, f"{rule.name} is dropped", rule.why)
        elif asked.opens_or_ends:
            self._begin(row)
        else:
            self._question(row, asked)

    # --- rows that ask nothing -------------------------------------------------------------------

    def _disabled(self, row: Row) -> None:
        self._drop(row, "A row that is disabled is left out", "The form says so itself")

    def _typeless(self, row: Row) -> None:
        if row.text("name") or any(True for _ in row.in_languages("label")):
            self._refuse(row, "The row has no type", "Fill in type, or empty the row")
        else:
            self.notebook.note(
                row, "A row without type, name and label is left out", "It asks nothing"
            )

    def _unknown(self, row: Row, asked: Asked) -> None:
        self._stand(row, Standing(None))
        if asking.is_known(row.text("name")):
            what, mend = "type and name look swapped", "Put each into its own column"
        else:
            what = f"There is no question type “{asked.text[:60]}”"
            known = list(asking.type_names())
            near = get_close_matches(asked.text.lower(), known, n=1, cutoff=0.6)
            mend = f"Did you mean {near[0]}?" if near else "See the types in docs/xlsform.md"
        self._refuse(row, what, mend, column="type")

    def _drop(self, row: Row, what: str, why: str) -> None:
        self.notebook.note(row, what, why)
        self._stand(
            row,
            Standing(
                None,
                "is dropped",
                "Take the condition out, or ask the same with answers to choose from",
            ),
        )

    # --- groups ----------------------------------------------------------------------------------

    def _begin(self, row: Row) -> None:
        self._check_cells(row)
        self._stand(row, Standing(None, "is a group, and has no answer"))
        if not row.text("name"):
            self._refuse(row, "The group has no name", "Fill in name")
        self._note_appearance(row, ())
        self._groups.append(Group(row, self._own_condition(row)))

    def _end(self, row: Row, asked: Asked) -> None:
        if not self._groups:
            self._refuse(row, f"{asked.text} ends nothing", "Take it out, or add where it begins")
            return
        opened = self._groups.pop().row
        began = asking.asked(opened.text("type"))
        if began.kind != asked.kind:
            self._refuse(
                row,
                f"{asked.text} stands where {began.text} of row {opened.number} would end",
                "Let each end where it began",
            )

    def _headings(self) -> None:
        """The labels of the groups that are open, each once, before the first thing in it."""
        for depth, group in enumerate(self._groups, start=1):
            if group.headed:
                continue
            group.headed = True
            words = self.speaker.words(group.row, "label")
            if not words.get(ENGLISH):
                continue
            code = naming.code_of_item(group.row.text("name"), self.age_versions)
            if self._names_by_code.get(code, {group.row.text("name")}) != {group.row.text("name")}:
                code = f"{code[: naming.LONGEST - 8].rstrip('-')}-heading"
            self.notebook.note(
                group.row, "The group's label is a page before its questions", "Groups are no more"
            )
            conditions = [each.condition for each in self._groups[:depth]]
            self._add(group.row, code, Kind.PAGE, words, conditions=conditions)

    # --- questions -------------------------------------------------------------------------------

    def _question(self, row: Row, asked: Asked) -> None:
        name = row.text("name")
        if not name and asked.kind != "note":
            self._refuse(row, "The question has no name", "Fill in name")
        self._check_cells(row)
        if asked.odd:
            self._refuse(
                row,
                f"“{asked.odd[:60]}” behind the list {asked.list_name} means nothing",
                "Names of lists have no spaces; only or_other may stand behind them",
                column="type",
            )
        match asked.kind:
            case "select_one" | "select_multiple":
                self._select(row, asked)
            case "range":
                self._range(row)
            case "text":
                self._text(row)
            case _:
                if asked.kind == "acknowledge":
                    self.notebook.note(
                        row,
                        "acknowledge becomes something to read",
                        asked.rule.why if asked.rule else "",
                    )
                self._page(row)

    def _check_cells(self, row: Row) -> None:
        for rule in _STOPS:
            if row.text(rule.name):
                self._refuse(row, rule.why, rule.mend, column=rule.name)

    def _page(self, row: Row) -> None:
        self._note_appearance(row, ())
        self._note_cells(row, ("parameters", "constraint"))
        words = self.speaker.words(row, "label")
        self._stand(row, Standing(None, "is something to read, and has no answer"))
        self._headings()
        self._add(row, self._code(row), Kind.PAGE, words)

    def _text(self, row: Row) -> None:
        words = self.speaker.words(row, "label")
        if asking.is_yes(row.text("readonly")):
            self._page(row)
            return
        hint = self.speaker.words(row, "hint").get(ENGLISH, "")
        if identifying.asks_who(row.text("name"), words.get(ENGLISH, ""), hint):
            self._drop(
                row,
                "A question in words that asks who somebody is is dropped",
                "The answer would tell who answers",
            )
            return
        self._note_appearance(row, ())
        self._note_cells(row, ("parameters",))
        code = self._code(row)
        self.notebook.note(
            row,
            f"Look whether “{code}”, which is answered in words, asks who somebody is",
            "Only a person can tell. Take it out if families would answer it with a name, a place, "
            "a number or a date that tells who they are",
        )
        self._stand(row, Standing(Target(code, Kind.WORDS, {})))
        self._headings()
        self._add(row, code, Kind.WORDS, words, longest=self._longest(row))

    def _longest(self, row: Row) -> int:
        constraint = row.text("constraint")
        most = asking.longest_of(constraint)
        if constraint and most is None:
            self._note_cells(row, ("constraint",))
        if most is None or not 1 <= most <= MOST_CHARACTERS_OF_WORDS:
            return LONGEST_WORDS if most is None else min(max(most, 1), MOST_CHARACTERS_OF_WORDS)
        return most

    def _range(self, row: Row) -> None:
        self._note_appearance(row, ())
        self._note_cells(row, ("constraint",))
        try:
            steps = asking.steps_of(row)
            ticks = asking.stated_parameters(row).get("tick_labelset", "")
        except ValueError as error:
            self._broken(row, str(error), "Write such as start=1 end=5 step=1", column="parameters")
            return
        if ticks and ticks not in self.lists:
            self._broken(
                row,
                f"There is no list {ticks[:60]}",
                "Write its answers in the sheet choices",
                column="parameters",
            )
            return
        rising = [float(step) for step in steps] == sorted(float(step) for step in steps)
        best_last = steps if rising else steps[::-1]
        rated = dict(zip(best_last, ratings.by_position(max(len(steps), 2)), strict=False))
        words = self._tick_labels(ticks)
        answers = tuple(
            Answer(
                step, naming.code_of(step), words.get(step, self._in_all(step)), row, rated[step]
            )
            for step in steps
        )
        self.notebook.note(
            row,
            "Each step of the range is an answer, and the highest counts as the best",
            "Where the lowest is the best, turn the scores round in the draft",
        )
        self._with_answers(row, Kind.SCALE, answers)

    def _tick_labels(self, ticks: str) -> Mapping[str, Words]:
        if not ticks:
            return {}
        return {
            each.name: each.label for each in self.lists.answers(ticks) if each.label.get(ENGLISH)
        }

    def _in_all(self, step: str) -> Words:
        return dict.fromkeys((ENGLISH, *self.speaker.languages), step)

    def _select(self, row: Row, asked: Asked) -> None:
        appearance = row.text("appearance").lower()
        if "search(" in appearance.replace(" ", ""):
            self._broken(
                row,
                "Its answers come from a file that is not here (search)",
                "Write the answers into the sheet choices",
                column="appearance",
            )
            return
        if asking.is_yes(row.text("readonly")):
            self._broken(
                row,
                "Nobody can answer a select that is read only",
                "Make it a note",
                column="read_only",
            )
            return
        looks = appearance.split()
        if "label" in looks:
            self._table_heading(row)
            return
        if not self._has_list(row, asked):
            return
        self._note_appearance(row, ("likert",))
        self._note_cells(row, ("parameters", "constraint"))
        if self._has_too_many(row, len(self.lists.lists[asked.list_name].rows)):
            return
        if asked.kind == "select_multiple":
            self._with_answers(row, Kind.CHOICES, self._offered(row, asked), other=asked.or_other)
        elif asked.or_other:
            self._with_answers(row, Kind.CHOICE, self._offered(row, asked), other=True)
        else:
            self._one_of(row, asked.list_name, likert="likert" in looks)

    def _has_too_many(self, row: Row, count: int) -> bool:
        if count > self.most_answers:
            self._broken(
                row,
                f"The number of its answers is {count}",
                f"Offer 2 to {self.most_answers}, or ask in two steps",
            )
        return count > self.most_answers

    def _table_heading(self, row: Row) -> None:
        """The first row of a table shows the labels of its answers, and asks nothing."""
        if self.speaker.words(row, "label").get(ENGLISH):
            self.notebook.note(
                row,
                "The heading of a table becomes something to read",
                "Each question shows its answers itself",
            )
            self._page(row)
        else:
            self._drop(
                row, "The heading of a table is left out", "Each question shows its answers itself"
            )

    def _has_list(self, row: Row, asked: Asked) -> bool:
        name = asked.list_name
        if name in self.lists:
            return True
        if not name:
            what, mend = f"{asked.text} names no list", "Write the list's name behind it"
        elif "${" in name:
            what, mend = (
                "Its answers would come from earlier answers",
                "Write the answers into the sheet choices",
            )
        elif self.lists.sheet is None:
            what, mend = (
                f"There is no sheet choices with a list {name[:60]}",
                "Add the sheet choices, with list_name, name and label",
            )
        else:
            near = get_close_matches(name, list(self.lists.lists)[:1000], n=1, cutoff=0.7)
            what = f"There is no list {name[:60]} in the sheet choices"
            mend = f"Did you mean {near[0]}?" if near else "Write its answers there"
        self._broken(row, what, mend, column="type")
        return False

    def _offered(self, row: Row, asked: Asked) -> tuple[Answer, ...]:
        answers = self.lists.answers(asked.list_name)
        if asked.or_other and _OTHER not in {each.code for each in answers}:
            return (*answers, Answer(_OTHER, _OTHER, {ENGLISH: "Other"}, row))
        return answers

    def _one_of(self, row: Row, list_name: str, *, likert: bool) -> None:
        answers = self.lists.answers(list_name)
        try:
            rated = self.lists.rated(list_name, likert=likert)
        except NotRated as error:
            at = row if error.at is None or not answers else answers[error.at].row
            self._refuse(
                at,
                f"{error.what} in the list {list_name[:60]}, which is meant as a scale",
                _ADD_SCORES,
            )
            self._stand(row, Standing(None))
            return
        if rated is None:
            self._with_answers(row, Kind.CHOICE, answers)
            return
        self._note_scale(row, list_name, likert=likert)
        scored = with_ratings(answers, rated)
        self._with_answers(row, Kind.SCALE, scored, scale=self._shared(list_name, scored))

    def _note_scale(self, row: Row, list_name: str, *, likert: bool) -> None:
        found = self.lists.lists[list_name]
        if found.scored:
            if ratings.are_stretched([each.text("score") for each in found.rows]):
                self.notebook.note(
                    found.rows[0],
                    f"The scores of the list {list_name} are stretched to 0 to 100",
                    "All scales have these ends",
                )
        elif likert:
            self.notebook.note(
                row,
                "A question with the appearance likert is a scale, and the end that says yes, "
                "good or most counts as the best",
                "Where that is not so, as with “I feel unsafe”, add a column score to the sheet "
                "choices",
            )
        else:
            self.notebook.note(
                row,
                "A question whose answers are ratings is a scale",
                "Good and bad score by themselves",
            )

    def _shared(self, list_name: str, answers: tuple[Answer, ...]) -> str:
        """The code of the scale that all questions with this list share."""
        code = naming.code_of(list_name) or "scale"
        if self._scale_codes.get(code, list_name) != list_name:
            code = f"scale-{len(self.scales) + 1}"  # two lists' names give one code
        self._scale_codes[code] = list_name
        self.scales.setdefault(code, answers)
        return code

    def _with_answers(
        self,
        row: Row,
        kind: Kind,
        answers: tuple[Answer, ...],
        *,
        scale: str = "",
        other: bool = False,
    ) -> None:
        code = self._code(row)
        if not 2 <= len(answers) <= self.most_answers:
            self._refuse(
                row,
                f"The number of its answers is {len(answers)}",
                f"Offer 2 to {self.most_answers}"
                + (", or ask in two steps" if len(answers) > 2 else ""),
            )
        self._stand(row, Standing(Target(code, kind, {each.name: each.code for each in answers})))
        self._headings()
        words = self.speaker.words(row, "label")
        self._add(row, code, kind, words, answers=answers, scale=scale)
        if other:
            self._ask_for_other(row, code)

    def _ask_for_other(self, row: Row, code: str) -> None:
        self.notebook.note(
            row,
            "or_other becomes an answer Other and a question for its words, in English only",
            "XLSForm has no translations of them",
        )
        self._add(
            row,
            f"{code[: naming.LONGEST - 6].rstrip('-')}-other",
            Kind.WORDS,
            {ENGLISH: "What would you say instead?"},
            conditions=[*self._open_conditions(), Is(code, (_OTHER,))],
            longest=LONGEST_WORDS,
        )

    # --- shared ----------------------------------------------------------------------------------

    def _add(
        self,
        row: Row,
        code: str,
        kind: Kind,
        words: Words,
        *,
        conditions: list[Condition | None] | None = None,
        answers: tuple[Answer, ...] = (),
        scale: str = "",
        longest: int = 0,
    ) -> None:
        own = conditions is None
        if conditions is None:
            conditions = [*self._open_conditions(), self._own_condition(row)]
        hint = self.speaker.words(row, "hint") if own or kind is Kind.PAGE else {}
        self._check_words(row, words, hint)
        self._take_code(row, code)
        self.items.append(
            Item(
                code,
                kind,
                words,
                hint if hint.get(ENGLISH) else {},
                row,
                self._joined(row, conditions),
                answers,
                scale,
                longest,
            )
        )

    def _take_code(self, row: Row, code: str) -> None:
        if not code:
            return  # said where the name was read
        same = self._codes.setdefault(code, row)
        taken = code in self._taken
        self._taken.add(code)
        # That two have one name was said where the second was met.
        if taken and (same is row or same.text("name") != row.text("name")):
            self._refuse(
                row,
                f"Its name gives the code {code}, which row {same.number} has too",
                "Give each question its own name",
                column="name",
            )

    def _check_words(self, row: Row, words: Words, hint: Words) -> None:
        if not words.get(ENGLISH):
            self._refuse(row, "It has no label in English", "Write it", column="label")
        for column, text in (("label", words.get(ENGLISH, "")), ("hint", hint.get(ENGLISH, ""))):
            if len(text) > LONGEST_TEXT:
                self._refuse(
                    row,
                    f"The {column} has {len(text)} characters",
                    f"Keep it to {LONGEST_TEXT}, or split it over several rows of type note",
                    column=column,
                )

    def _joined(self, row: Row, conditions: list[Condition | None]) -> Condition | None:
        found = relevance.joined([each for each in conditions if each is not None])
        try:
            return None if found is None else relevance.fitting(found)
        except NotCarried as error:
            self._refuse(row, f"With its groups' relevances: {error.what}", error.mend)
            return None

    def _open_conditions(self) -> list[Condition | None]:
        return [group.condition for group in self._groups]

    def _own_condition(self, row: Row) -> Condition | None:
        expression = row.text("relevant")
        if not expression:
            return None
        try:
            return relevance.condition_of(expression, partial(self._lookup, row))
        except NotCarried as error:
            if error.what:
                self._refuse(row, error.what, error.mend, column="relevant")
            return None

    def _lookup(self, row: Row, name: str) -> Target:
        if self._names.get(name) is row:
            raise NotCarried("It looks at its own answer", "Look at an earlier question")
        standing = self._standing.get(name)
        if standing is not None and standing.target is not None:
            return standing.target
        if standing is not None:
            number = self._names[name].number
            what = f"${{{name}}} (row {number}) {standing.why}" if standing.why else ""
            raise NotCarried(what, standing.mend)
        if name in self._names:
            raise NotCarried(
                f"${{{name}}} (row {self._names[name].number}) is not asked before it",
                "Put it after",
            )
        near = get_close_matches(name, list(self._names)[:1000], n=1, cutoff=0.7)
        raise NotCarried(
            f"There is no question ${{{name[:60]}}}",
            f"Did you mean ${{{near[0]}}}?" if near else "Name an earlier question",
        )

    def _code(self, row: Row) -> str:
        name = row.text("name")
        if not name:
            self._nameless += 1
            return f"note-{self._nameless}"
        code = naming.code_of_item(name, self.age_versions)
        if not code:
            self._refuse(
                row,
                f"The name “{name[:60]}” has no letter a-z and no digit",
                "Choose another",
                column="name",
            )
        elif code in self._codes and self._codes[code].text("name") == name and self._groups:
            code = naming.code_of(f"{self._groups[-1].row.text('name')} {name}")
            self.notebook.note(
                row,
                f"A name that stands in another group too becomes {code}",
                "Codes are used once",
            )
        elif naming.is_cut(name):
            self.notebook.note(
                row, f"A name is cut to {naming.LONGEST} characters", "Codes are no longer"
            )
        elif code != naming.code_of(name):
            self.notebook.note(
                row, f"The name {name} becomes {code}", "The name itself means something else here"
            )
        return code

    def _stand(self, row: Row, standing: Standing) -> None:
        name = row.text("name")
        if not name:
            return
        within = (id(self._groups[-1].row) if self._groups else 0, name)
        first = self._named.setdefault(within, row)
        if first is not row:
            self._refuse(
                row,
                f"The name {name[:60]} is taken by row {first.number}",
                "Give each its own",
                column="name",
            )
        if name in self._standing and self._names[name] is not row:
            standing = Standing(None, "is the name of several rows", "Give each row its own name")
        self._standing[name] = standing

    def _note_appearance(self, row: Row, known: tuple[str, ...]) -> None:
        looks = [each for each in row.text("appearance").split() if each.lower() not in known]
        if looks:
            self._note_cells(row, ("appearance",))

    def _note_cells(self, row: Row, keys: tuple[str, ...]) -> None:
        for key in keys:
            if row.text(key):
                self.notebook.note_column(row, key)

    def _broken(self, row: Row, what: str, mend: str, *, column: str = "") -> None:
        """The question cannot be carried, and what looks at it need not be said as well."""
        self._stand(row, Standing(None))
        self._refuse(row, what, mend, column=column)

    def _refuse(self, row: Row, what: str, mend: str, *, column: str = "") -> None:
        self.problems.append(row.problem(what, mend, column=column))
