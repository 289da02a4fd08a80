"""What becomes of each question type and each column: one table, with the reasons. Pure.

`docs/xlsform.md` shows it, and a test holds the two together. Another test holds it against
pyxform's own list, so that no type is left without a rule.

The names are XLSForm's (https://xlsform.org/en/ref-table/), with the older names that pyxform still
reads (`pyxform.question_type_dictionary`, `pyxform.aliases`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Fate(StrEnum):
    CARRIED = "carried"
    DROPPED = "dropped"  # left out, and said in a note
    REFUSED = "refused"  # the form is not imported while it is there


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of a type or a column.

    Args:
        names: the first is XLSForm's own name; the others are older ones.
        becomes: what it is here; "" where it is not carried.
        why: the reason, without a full stop. Of what is refused, followed by what to do.
        mend: what to do about what is refused.
    """

    names: tuple[str, ...]
    fate: Fate
    why: str
    becomes: str = ""
    mend: str = ""

    @property
    def name(self) -> str:
        return self.names[0]


_DEVICE = "It tells whose phone or computer it was"
_WHO = "It tells who answers"
_WHEN = "The time of answering could be laid beside who was seen answering"
_WHERE = "A place tells who answers, above all where few live"
_SEEN = "A picture, a voice or a film shows who somebody is"
_EXACT = (
    "An exact number or date can tell who answers (an age, a day of birth), and nothing here "
    "counts one. Where it matters, ask it as a select_one with ranges"
)
_OUTSIDE = "What it needs is not in this file"
_LIST_HERE = "Write the answers into the sheet choices"
_ONE_AT_A_TIME = "Every family answers each question once"

TYPES: Final = (
    Rule(
        ("select_one", "select one", "select one from", "select1", "add select one prompt using",
         "select one using", "q select1"),
        Fate.CARRIED,
        "A scale if its answers are rated (see there), else a choice",
        "choice or scale",
    ),
    Rule(
        ("select_multiple", "select all that apply", "select all that apply from",
         "add select multiple prompt using", "select multiple from", "select multiple using",
         "q select"),
        Fate.CARRIED,
        "As many answers as fit",
        "choices",
    ),
    Rule(
        ("range",), Fate.CARRIED, "Each step is an answer, and the higher end counts as the better",
        "scale",
    ),
    Rule(
        ("text", "string", "q string", "add text prompt"),
        Fate.CARRIED,
        "One that asks for a name, an age, a place, a number to call or the like, in its label or "
        "its hint, is dropped: it would tell who answers. Each that is carried is named, for a "
        "person to look at",
        "words",
    ),
    Rule(("note", "q note", "add note prompt"), Fate.CARRIED, "Something to read", "page"),
    Rule(
        ("acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"),
        Fate.CARRIED,
        "Its words are shown; the tick is not kept, for nobody must answer anything",
        "page",
    ),
    Rule(
        ("begin_group", "begin group", "end_group", "end group"),
        Fate.CARRIED,
        "Its questions follow one another, each with the group's relevance joined to its own; its "
        "label, where it has one, is shown before them",
        "page, if it has a label",
    ),
    Rule(
        ("deviceid", "device id", "get device id", "uri:deviceid", "imei"), Fate.DROPPED, _DEVICE
    ),
    Rule(
        ("phonenumber", "phone number", "get phone number", "uri:phonenumber", "tel"),
        Fate.DROPPED,
        _WHO,
    ),
    Rule(
        ("simserial", "sim id", "get sim id", "uri:simserial"), Fate.DROPPED, _DEVICE
    ),
    Rule(
        ("subscriberid", "subscriber id", "get subscriber id", "uri:subscriberid"),
        Fate.DROPPED,
        _DEVICE,
    ),
    Rule(("username", "uri:username"), Fate.DROPPED, _WHO),
    Rule(("email", "uri:email"), Fate.DROPPED, _WHO),
    Rule(("start", "start time", "get start time"), Fate.DROPPED, _WHEN),
    Rule(("end", "end time", "get end time"), Fate.DROPPED, _WHEN),
    Rule(("today", "get today"), Fate.DROPPED, _WHEN),
    Rule(("audit",), Fate.DROPPED, "It records each tap, with times and places"),
    Rule(
        ("geopoint", "location", "gps", "q location", "q geopoint", "add location prompt"),
        Fate.DROPPED,
        _WHERE,
    ),
    Rule(("geotrace", "q geotrace"), Fate.DROPPED, _WHERE),
    Rule(("geoshape", "q geoshape"), Fate.DROPPED, _WHERE),
    Rule(("start-geopoint",), Fate.DROPPED, _WHERE),
    Rule(("background-geopoint",), Fate.DROPPED, _WHERE),
    Rule(("osm",), Fate.DROPPED, _WHERE),
    Rule(
        ("image", "photo", "q image", "q picture", "add image prompt", "add photo prompt",
         "signature", "draw", "annotate"),
        Fate.DROPPED,
        _SEEN,
    ),
    Rule(("audio", "q audio", "add audio prompt"), Fate.DROPPED, _SEEN),
    Rule(("video", "q video", "add video prompt"), Fate.DROPPED, _SEEN),
    Rule(("background-audio",), Fate.DROPPED, _SEEN),
    Rule(
        ("file", "add file prompt"), Fate.DROPPED, "A file has its maker's name, and may have more"
    ),
    Rule(
        ("barcode", "q barcode", "add barcode prompt"),
        Fate.DROPPED,
        "A barcode is a number of somebody or something",
    ),
    Rule(
        ("date", "q date", "add date prompt"), Fate.DROPPED, _EXACT
    ),
    Rule(
        ("dateTime", "datetime", "date time", "q date time", "q dateTime", "add date time prompt",
         "add dateTime prompt"),
        Fate.DROPPED,
        _EXACT,
    ),
    Rule(("time", "add time prompt"), Fate.DROPPED, _EXACT),
    Rule(
        ("integer", "int", "q int", "add integer prompt", "number of days in last month",
         "number of days in last six months", "number of days in last year"),
        Fate.DROPPED,
        _EXACT,
    ),
    Rule(("decimal", "q decimal", "add decimal prompt"), Fate.DROPPED, _EXACT),
    Rule(("percentage",), Fate.DROPPED, _EXACT),
    Rule(("hidden",), Fate.DROPPED, "What is recorded, whoever answers can see"),
    Rule(
        ("begin_repeat", "begin repeat", "end_repeat", "end repeat", "begin lgroup", "end lgroup",
         "begin looped group", "end looped group"),
        Fate.REFUSED,
        f"A repeat cannot be carried. {_ONE_AT_A_TIME}",
        mend="Ask its questions once, outside the repeat, or take it out from begin to end",
    ),
    Rule(
        ("begin_loop", "begin loop", "end_loop", "end loop"),
        Fate.REFUSED,
        f"A loop cannot be carried. {_ONE_AT_A_TIME}",
        mend="Write its questions out, outside the loop, or take it out from begin to end",
    ),
    Rule(
        ("calculate", "q calculate", "add calculate prompt"),
        Fate.REFUSED,
        "A calculation cannot be carried. Nothing is worked out while somebody answers",
        mend="Take the row out, and what depends on it",
    ),
    Rule(
        ("rank",),
        Fate.REFUSED,
        "Ranking cannot be carried. Nothing here holds an order of answers",
        mend="Ask which comes first, as a select_one, or which matter, as a select_multiple",
    ),
    Rule(
        ("select_one_external", "select one external"), Fate.REFUSED, _OUTSIDE, mend=_LIST_HERE
    ),
    Rule(
        ("select_one_from_file", "select one from file"), Fate.REFUSED, _OUTSIDE, mend=_LIST_HERE
    ),
    Rule(
        ("select_multiple_from_file", "select multiple from file"),
        Fate.REFUSED,
        _OUTSIDE,
        mend=_LIST_HERE,
    ),
    Rule(("include",), Fate.REFUSED, _OUTSIDE, mend="Copy that form's questions into this one"),
    Rule(("xml-external",), Fate.REFUSED, _OUTSIDE, mend="Take the row out"),
    Rule(("csv-external",), Fate.REFUSED, _OUTSIDE, mend="Take the row out"),
    Rule(
        ("cascading_select", "cascading select"),
        Fate.REFUSED,
        "A cascade cannot be carried. All answers to a question are on its page from the start",
        mend="Ask one select_one for each answer before it, each with its own relevance",
    ),
    Rule(
        ("begin_kobomatrix", "begin kobomatrix", "end_kobomatrix", "end kobomatrix"),
        Fate.REFUSED,
        "A matrix of Kobo's cannot be carried",
        mend="Write each of its questions in a row of its own",
    ),
    Rule(
        ("begin_score", "begin score", "score__row", "end_score", "end score"),
        Fate.REFUSED,
        "A rating table of Kobo's cannot be carried",
        mend="Write each of its rows as a select_one with the appearance likert",
    ),
    Rule(
        ("begin_rank", "begin rank", "rank__level", "end_rank", "end rank"),
        Fate.REFUSED,
        "A ranking of Kobo's cannot be carried",
        mend="Ask which comes first, as a select_one",
    ),
)  # fmt: skip

_LOOKS = "How things look is the platform's own, the same for every survey"
_NOT_MUST = "Nobody must answer anything"
_ENGLISH_APART = "It would be seen only by some"

SURVEY_COLUMNS: Final = (
    Rule(("type", "command"), Fate.CARRIED, "Says what is asked", "the kind of item"),
    Rule(("name", "tag", "value"), Fate.CARRIED, "Names the question", "the item's code"),
    Rule(("label", "caption"), Fate.CARRIED, "In every language", "the question"),
    Rule(("hint",), Fate.CARRIED, "In every language", "the line of help"),
    Rule(("relevant", "relevance"), Fate.CARRIED, "See Relevance", "shown_when"),
    Rule(
        ("appearance",),
        Fate.CARRIED,
        f"likert makes a scale, label marks the heading of a table; else dropped: {_LOOKS}",
        "a scale",
    ),
    Rule(("parameters",), Fate.CARRIED, "Of a range; else dropped", "the steps of a scale"),
    Rule(
        ("constraint",),
        Fate.CARRIED,
        "Of text, the greatest string-length; else dropped: nothing else is typed in",
        "the most characters",
    ),
    Rule(
        ("readonly", "read_only"),
        Fate.CARRIED,
        "A text that nobody can write in is something to read; a select is refused",
        "page",
    ),
    Rule(("disabled",), Fate.CARRIED, "A row that is disabled is left out", "nothing"),
    Rule(("required",), Fate.DROPPED, _NOT_MUST),
    Rule(("required_message", "requiredmsg"), Fate.DROPPED, _NOT_MUST),
    Rule(
        ("constraint_message", "constraining_message"), Fate.DROPPED, "No answer is turned down"
    ),
    Rule(("default",), Fate.DROPPED, "An answer chosen beforehand is answered more often"),
    Rule(("guidance_hint",), Fate.DROPPED, "It is for interviewers, and nobody interviews here"),
    Rule(("image",), Fate.DROPPED, "Pictures are not in this file"),
    Rule(("big-image",), Fate.DROPPED, "Pictures are not in this file"),
    Rule(("audio",), Fate.DROPPED, "Recordings are not in this file; they are supplied apart"),
    Rule(("video",), Fate.DROPPED, "Films are not in this file; they are supplied apart"),
    Rule(("autoplay",), Fate.DROPPED, _LOOKS),
    Rule(("rows",), Fate.DROPPED, _LOOKS),
    Rule(("body",), Fate.DROPPED, _LOOKS),
    Rule(("intent",), Fate.DROPPED, "No other program is opened"),
    Rule(("save_to",), Fate.DROPPED, "Answers are not written into records about people"),
    Rule(("no_app_error_string", "noapperrorstring"), Fate.DROPPED, "No other program is opened"),
    Rule(
        ("sms_field", "sms_option", "sms_separator", "sms_allow_media", "sms_date_format",
         "sms_datetime_format", "sms_response", "compact_tag"),
        Fate.DROPPED,
        "Nobody answers by text message: it has the sender's number",
    ),
    Rule(
        ("choice_filter",),
        Fate.REFUSED,
        "A cascade (choice_filter) cannot be carried. All answers to a question are on its page "
        "from the start",
        mend="Ask one select_one for each answer before it, each with its own relevance",
    ),
    Rule(
        ("calculation", "calculate"),
        Fate.REFUSED,
        "A calculation cannot be carried. Nothing is worked out while somebody answers",
        mend="Empty this cell",
    ),
    Rule(
        ("trigger",),
        Fate.REFUSED,
        "A trigger cannot be carried. Nothing is worked out while somebody answers",
        mend="Empty this cell",
    ),
    Rule(
        ("repeat_count", "count", "jr:count"),
        Fate.REFUSED,
        f"A repeat cannot be carried. {_ONE_AT_A_TIME}",
        mend="Empty this cell",
    ),
)  # fmt: skip

CHOICES_COLUMNS: Final = (
    Rule(("list_name", "list name"), Fate.CARRIED, "Names the list", "the code of a shared scale"),
    Rule(("name", "value"), Fate.CARRIED, "Names the answer", "the answer's code"),
    Rule(("label", "caption"), Fate.CARRIED, "In every language", "the answer"),
    Rule(
        ("score",),
        Fate.CARRIED,
        "Our own column: the greater the better; empty for “I don’t know”",
        "the answer's score",
    ),
    Rule(
        ("favourable", "favorable"),
        Fate.CARRIED,
        "Our own column: yes or no; without it, what scores over 50 of 100",
        "whether it counts as good",
    ),
    Rule(("image",), Fate.DROPPED, "Pictures are not in this file"),
    Rule(("big-image",), Fate.DROPPED, "Pictures are not in this file"),
    Rule(("audio",), Fate.DROPPED, "Recordings are not in this file; they are supplied apart"),
    Rule(("video",), Fate.DROPPED, "Films are not in this file; they are supplied apart"),
    Rule(("geometry",), Fate.DROPPED, "No map is shown"),
)

SETTINGS: Final = (
    Rule(("form_title", "title", "set_form_title"), Fate.CARRIED, "Shown at the top", "the title"),
    Rule(
        ("form_id", "id_string", "set_form_id"),
        Fate.CARRIED,
        "Where no other code is given",
        "the survey's code",
    ),
    Rule(
        ("default_language",),
        Fate.CARRIED,
        "The language of columns that name none",
        "which column is English",
    ),
    Rule(
        ("clean_text_values",), Fate.CARRIED, "Spaces are tidied, whatever it says", "nothing more"
    ),
    Rule(("version",), Fate.DROPPED, "A version gets its number when it is published"),
    Rule(("instance_name",), Fate.DROPPED, "An answer has no name: it would tell who gave it"),
    Rule(
        ("submission_url", "auto_send", "auto_delete", "public_key", "client_editable",
         "instance_id", "omit_instanceid", "namespaces", "prefix", "delimiter", "sms_keyword"),
        Fate.DROPPED,
        "How answers are sealed and sent is the platform's own",
    ),
    Rule(("style", "attribute", "name", "flat"), Fate.DROPPED, _LOOKS),
    Rule(
        ("allow_choice_duplicates",), Fate.DROPPED, "Two answers of a list may not have one name"
    ),
    Rule(("add_none_option",), Fate.DROPPED, "An answer “none” is written into the list"),
)  # fmt: skip


def named(rules: tuple[Rule, ...]) -> Mapping[str, Rule]:
    """Each rule by each of its names."""
    return {name: rule for rule in rules for name in rule.names}


def table(rules: tuple[Rule, ...]) -> str:
    """The rules as `docs/xlsform.md` shows them."""
    lines = ["| XLSForm | what becomes of it | why |", "|---|---|---|"]
    for rule in rules:
        names = ", ".join(f"`{name}`" for name in rule.names)
        fate = f"{rule.fate.value}: {rule.becomes}" if rule.becomes else rule.fate.value
        mend = f" {rule.mend}." if rule.mend else ""
        lines.append(f"| {names} | {fate} | {rule.why}.{mend} |")
    return "\n".join(lines)
