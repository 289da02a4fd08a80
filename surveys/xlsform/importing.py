"""From a file to a definition, step by step; each step's problems are all said before the next."""

from collections.abc import Collection, Mapping, Sequence

from surveys import languages, wording
from surveys.definition import AgeVersion, Kind, Survey
from surveys.languages import ENGLISH
from surveys.soundness import (
    EASY_READING,
    MOST_ANSWERS,
    MOST_ANSWERS_FOR_EASY_READING,
    MOST_SLOTS,
)
from surveys.xlsform import (
    containers,
    kinds,
    labels,
    naming,
    proving,
    sheets,
    texts,
    workbooks,
    writing,
)
from surveys.xlsform.carrying import Carrier
from surveys.xlsform.choosing import Lists
from surveys.xlsform.containers import FileKind
from surveys.xlsform.grids import Book, means
from surveys.xlsform.items import Form, Words
from surveys.xlsform.notebook import Notebook
from surveys.xlsform.reports import Imported, Note, NotImportable, SheetProblem
from surveys.xlsform.sheets import Row, Sheet
from surveys.xlsform.speaking import Speaker

_ORDER = ("", "settings", "survey", "choices")
_LONGEST_TITLE = 300


def imported(
    name: str, content: bytes, *, age_versions: Collection[str], survey_code: str
) -> Imported:
    """See `surveys.xlsform.read`."""
    ages = _ages(age_versions)
    book = _opened(name, content)
    found = _understood(book)
    settings = found.get("settings")
    speaker = Speaker(
        [found[kind] for kind in ("survey", "choices") if kind in found],
        _setting(settings, "default_language"),
    )
    if speaker.problems:
        # Without its columns nothing can be told of the rows.
        _refuse_any(found, *(sheet.problems for sheet in found.values()), speaker.problems)
    notebook = Notebook()
    lists = Lists(found.get("choices"), speaker)
    carrier = Carrier(
        found["survey"], lists, speaker, notebook,
        frozenset(age.code for age in writing.core_survey().age_versions), _most_answers(ages),
    )  # fmt: skip
    carrier.carry()
    form = _form(carrier, settings, survey_code, notebook)
    _refuse_any(
        found,
        [each for sheet in found.values() for each in sheet.problems],
        speaker.problems, lists.problems, carrier.problems, _of_title(form, settings),
    )  # fmt: skip
    _refuse_any(found, proving.pyxform_says(found), _too_much(form, found["survey"]))
    source = writing.source_of(form, ages)
    survey = proving.parsed(source, form, found)
    if isinstance(survey, list):
        raise NotImportable(survey)
    translations = {
        language: writing.translation_of(form, survey, language) for language in form.languages
    }
    for row in speaker.formatted:
        notebook.note(
            row, "Bold, colours, links and other formatting are taken off", "Texts are plain"
        )
    _note_languages(form, survey, translations, notebook)
    notes = [
        *_note_sheets(book),
        *_note_settings(settings),
        *(note for sheet in found.values() for note in sheet.notes),
        *notebook.notes,
        *_note_unused(lists),
    ]
    return Imported(source, translations, tuple(dict.fromkeys(notes)))


# --- the file ------------------------------------------------------------------------------------


def _opened(name: str, content: bytes) -> Book:
    match containers.kind_of(name, content):
        case FileKind.XLSX:
            return workbooks.xlsx(content)
        case FileKind.XLS:
            return workbooks.xls(content)
        case FileKind.TEXT:
            return texts.read(name, content)


def _understood(book: Book) -> dict[str, Sheet]:
    """The sheets by what they are; a book with one sheet has the survey in it."""
    names = [means(each.name) for each in book.sheets]
    for each in book.sheets:
        if names.count(means(each.name)) > 1:
            raise NotImportable(
                [SheetProblem(each.name, 0, "There are two sheets with this name", "Keep one")]
            )
    survey = book.sheet("survey") or (
        book.sheets[0]
        if len(book.sheets) == 1
        and not book.others
        and book.sheets[0].name.lower() not in {"choices", "settings"}
        else None
    )
    if survey is None:
        there = ", ".join([each.name for each in book.sheets] + list(book.others))[:200]
        raise containers.refusal(
            f"There is no sheet survey, only {there or 'none'}",
            "Name the sheet with the questions survey",
        )
    found = {"survey": sheets.understood("survey", survey)}
    for kind in ("choices", "settings"):
        grid = book.sheet(kind)
        if grid is not None and grid.rows:
            found[kind] = sheets.understood(kind, grid)
    _refuse_without_columns(found)
    _refuse_entities(book)
    return found


def _refuse_without_columns(found: Mapping[str, Sheet]) -> None:
    survey = found["survey"]
    problems = []
    if survey.header is None:
        problems.append(survey.problem("The sheet is empty", "Write the questions into it"))
    for kind, wanted in (("survey", ("type", "name")), ("choices", ("list_name", "name"))):
        sheet = found.get(kind)
        if sheet is None or sheet.header is None:
            continue
        problems += [
            sheet.problem(
                f"The first row has no column {key}",
                f"Its columns are {', '.join(wanted)}, label and more",
            )
            for key in wanted
            if not sheet.has(key)
        ]
    if problems:
        _refuse_any(
            found, [*(each for sheet in found.values() for each in sheet.problems), *problems]
        )


def _refuse_entities(book: Book) -> None:
    grid = book.sheet("entities")
    if grid is not None and len(grid.rows) > 1:
        row = grid.rows[1]
        raise NotImportable(
            [
                SheetProblem(
                    grid.name, row.number,
                    "Entities are records that a form writes into, and cannot be carried",
                    "Take the sheet out", line=row.line,
                )
            ]
        )  # fmt: skip


# --- the form ------------------------------------------------------------------------------------


def _ages(wanted: Collection[str]) -> list[AgeVersion]:
    known = writing.core_survey().age_versions
    codes = {wanted} if isinstance(wanted, str) else set(wanted)
    unknown = sorted(codes - {age.code for age in known})
    if unknown or not codes:
        raise containers.refusal(
            f"There is no age version {', '.join(unknown)}"
            if unknown
            else "No age version is chosen",
            f"Choose among {', '.join(age.code for age in known)}",
        )
    return [age for age in known if age.code in codes]


def _most_answers(ages: Sequence[AgeVersion]) -> int:
    easy = any(age.reading_ease >= EASY_READING for age in ages)
    return MOST_ANSWERS_FOR_EASY_READING if easy else MOST_ANSWERS


def _setting(settings: Sheet | None, key: str) -> str:
    return settings.rows[0].text(key) if settings is not None and settings.rows else ""


def _form(carrier: Carrier, settings: Sheet | None, survey_code: str, notebook: Notebook) -> Form:
    title = labels.plain(_setting(settings, "form_title")).words
    if not title:
        title = writing.core_survey().title
        notebook.note_all(
            f"The form has no form_title in a sheet settings; its title is “{title}”",
            "A title is shown at the top",
        )
    own = _setting(settings, "form_id") or _setting(settings, "form_title")
    code = survey_code or naming.code_of(own) or "imported"
    scaled = any(item.kind is Kind.SCALE for item in carrier.items)
    if carrier.items and not scaled:
        notebook.note_all(
            "No question is on a scale, so the core survey's question how good the support is, all "
            "in all, is added",
            "Figures are made of scales, and a survey has at least one. To make one of your own, "
            "write likert in the appearance of a select_one, or give its answers a column score",
        )
    notebook.note_all(
        "What is said before and after the questions, and who is helping, is the core survey's",
        "Every survey says where help is to be had, and asks who is helping",
    )
    return Form(
        code, title, tuple(carrier.items), carrier.speaker.languages,
        settings.rows[0] if settings is not None and settings.rows else None, carrier.scales,
        add_overall=not scaled,
    )  # fmt: skip


def _of_title(form: Form, settings: Sheet | None) -> list[SheetProblem]:
    at: Row | None = form.titled_at
    if settings is None or at is None:
        return []
    found = [
        at.problem(f"The title {fault}", "Write plain words there", column="form_title")
        for fault in wording.faults(form.title)
    ]
    if len(form.title) > _LONGEST_TITLE:
        found.append(
            at.problem(
                f"The title has {len(form.title)} characters", f"Keep it to {_LONGEST_TITLE}",
                column="form_title",
            )
        )  # fmt: skip
    return found


def _too_much(form: Form, survey: Sheet) -> list[SheetProblem]:
    """What only the whole can show: nothing on a scale, too many answers."""
    if not form.items:
        dropped = ", ".join(str(row.number) for row in survey.rows[:30] if row.cells)
        return [
            survey.problem(
                "Nothing is asked that can be carried"
                + (f": what stands in rows {dropped} is dropped" if dropped else ""),
                "Ask something with answers to choose from; docs/xlsform.md says what is dropped",
            )
        ]
    found = []
    total = 0
    for item in form.items:
        total += len(item.answers)
        if total > MOST_SLOTS:
            found.append(
                item.row.problem(
                    f"With this question there are {total} answers in all",
                    f"Keep a survey to {MOST_SLOTS}",
                )
            )
            break
    return found


def _refuse_any(found: Mapping[str, Sheet], *problems: Sequence[SheetProblem]) -> None:
    """Raises: NotImportable: with all of them, in the order of the form."""
    order = {sheet.name: _ORDER.index(kind) for kind, sheet in found.items()}
    every = [each for some in problems for each in some]
    if every:
        raise NotImportable(sorted(every, key=lambda each: (order.get(each.sheet, 0), each.row)))


# --- the notes -----------------------------------------------------------------------------------


def _note_sheets(book: Book) -> list[Note]:
    others = [
        *book.others,
        *(each.name for each in book.sheets if each.name.lower() in {"external_choices", "osm"}),
    ]
    return [
        Note(
            name[:60],
            (),
            "The sheet is left out",
            "An XLSForm's questions are in the sheets survey and choices",
        )
        for name in others[:50]
    ]


def _note_settings(settings: Sheet | None) -> list[Note]:
    if settings is None:
        return []
    found = []
    rules = kinds.named(kinds.SETTINGS)
    for column in settings.columns:
        rule = rules[column.key]
        rows = tuple(row.number for row in settings.rows if column in row.cells)
        if rule.fate is kinds.Fate.DROPPED and rows:
            found.append(
                Note(settings.name, rows, f"The setting {column.header} is dropped", rule.why)
            )
    if len(settings.rows) > 1:
        rows = tuple(row.number for row in settings.rows[1:])
        found.append(
            Note(settings.name, rows, "Only the first row of settings counts", "XLSForm says so")
        )
    return found


def _note_unused(lists: Lists) -> list[Note]:
    unused = lists.unused()
    if not unused:
        return []
    names = ", ".join(each.name[:40] for each in unused[:20])
    rows = tuple(each.rows[0].number for each in unused[:20])
    more = f" and {len(unused) - 20} more" if len(unused) > 20 else ""
    return [
        Note(
            unused[0].rows[0].sheet, rows, f"Lists are left out: {names}{more}",
            "No question that is carried uses them",
        )
    ]  # fmt: skip


def _note_languages(
    form: Form, survey: Survey, translations: Mapping[str, str], notebook: Notebook
) -> None:
    for language in form.languages:
        called = f"{languages.name(language)} ({language})"
        for row, words in _said(form):
            if not words.get(language):
                notebook.note(
                    row, f"There are no words in {called}", "They are left for a translator"
                )
        left = languages.problems(survey, translations[language])
        faults = [
            each for each in left if not each.endswith(": ''") and "is not translated" not in each
        ]
        for fault in faults:
            notebook.note_all(f"{called}: {fault}", "It is to be mended before it is published")
        if len(left) > len(faults):
            notebook.note_all(
                f"{called}: {len(left) - len(faults)} texts are not translated yet, with those "
                "that are added",
                "A language is published when it is whole",
            )


def _said(form: Form) -> list[tuple[Row, Words]]:
    found: dict[tuple[str, int], tuple[Row, Words]] = {}
    for item in form.items:
        for row, words in [
            (item.row, item.ask), *((each.row, each.label) for each in item.answers)
        ]:  # fmt: skip
            if words.get(ENGLISH):
                found.setdefault((row.sheet, row.number), (row, words))
        if item.hint:
            found.setdefault((item.row.sheet, -item.row.number), (item.row, item.hint))
    return list(found.values())
