"""Forms of our own: good, odd and broken; written for these tests, copied from nowhere."""

from dataclasses import dataclass

CHOICES = """
| choices |
| | list_name | name | label |
| | yn | yes | Yes |
| | yn | no | No |
| | sat | 1 | Very satisfied |
| | sat | 2 | Satisfied |
| | sat | 3 | Neither satisfied nor dissatisfied |
| | sat | 4 | Dissatisfied |
| | sat | 5 | Very dissatisfied |
"""
GOOD_START = """
| survey |
| | type | name | label | relevant |
| | select_one sat | overall_view | How satisfied are you? | |
| | select_one yn | seen | Have you seen your worker? | |
"""


@dataclass(frozen=True)
class Form:
    """A form, and what is to come of it.

    Args:
        items: codes and kinds of what is imported, without what is added to each survey.
        notes: (sheet, rows, how the note begins) that must be among the notes.
        problems: (sheet, row, part of the sentence) of each problem, in order.
    """

    name: str
    text: str
    items: tuple[str, ...] = ()
    notes: tuple[tuple[str, tuple[int, ...], str], ...] = ()
    problems: tuple[tuple[str, int, str], ...] = ()


def _broken(name: str, rows: str, *problems: tuple[int, str], choices: str = CHOICES) -> Form:
    """A good form with more rows, the first of which is row 4 of the sheet survey."""
    text = GOOD_START + rows.strip() + choices
    return Form(name, text, problems=tuple(("survey", row, what) for row, what in problems))


GOOD = (
    Form(
        "the least there can be",
        "| survey |\n| | type | name | label |\n| | note | hello | Hello |",
        items=("hello page", "overall scale"),
        notes=(("", (), "No question is on a scale"), ("", (), "The form has no form_title")),
    ),
    Form(
        "all that is carried",
        """
| survey |
| | type | name | label | hint | relevant | appearance |
| | note | welcome | Thank you for coming | | | |
| | select_one sat | view | How satisfied are you? | Tap one | | |
| | select_one agree | fair | I was treated fairly | | | likert |
| | select_multiple topic | topics | What was it about? | | | |
| | begin_group | more | A little more | | selected(${topics}, 'home') | |
| | text | why | Why is that? | | ${view} > 3 | multiline |
| | range | again | Would you come again? | | | |
| | end_group | | | | | |
| | acknowledge | done | That was all | | | |
"""
        + CHOICES
        + """
| | agree | a | Strongly agree |
| | agree | b | Agree |
| | agree | c | Disagree |
| | agree | d | Strongly disagree |
| | agree | e | Don't know |
| | topic | home | My home |
| | topic | school | My school |
| settings |
| | form_title | form_id | version |
| | How it was | how_it_was | 7 |
""".lstrip(),
        items=(
            "welcome page",
            "view scale",
            "fair scale",
            "topics choices",
            "more page",
            "why words",
            "again scale",
            "done page",
        ),
        notes=(
            ("settings", (2,), "The setting version is dropped"),
            ("survey", (3,), "A question whose answers are ratings is a scale"),
            ("survey", (4,), "A question with the appearance likert is a scale"),
            ("survey", (6,), "The group's label is a page"),
            ("survey", (7,), "The appearance is dropped"),
            ("survey", (8,), "Each step of the range is an answer"),
            ("survey", (10,), "acknowledge becomes something to read"),
        ),
    ),
    Form(
        "everything that would tell who answers",
        GOOD_START
        + """
| | start | start | | |
| | end | end | | |
| | today | today | | |
| | deviceid | deviceid | | |
| | phonenumber | phonenumber | | |
| | simserial | simserial | | |
| | subscriberid | subscriberid | | |
| | username | username | | |
| | email | email | | |
| | audit | audit | | |
| | geopoint | where | Where are you? | |
| | geotrace | path | Walk along it | |
| | geoshape | land | Walk around it | |
| | start-geopoint | begun_at | | |
| | image | face | Take a photo | |
| | audio | voice | Speak | |
| | video | film | Film | |
| | background-audio | ears | | |
| | file | paper | Add a file | |
| | barcode | card | Scan your card | |
| | date | born | When were you born? | |
| | time | at | At what time? | |
| | dateTime | then | When was it? | |
| | integer | years | How old are you? | |
| | decimal | pay | What do you earn? | |
| | hidden | secret | | |
| | text | full_name | What is your full name? | |
| | text | q7 | Your mobile number, please | |
""".lstrip()
        + CHOICES,
        items=("overall-view scale", "seen choice"),
        notes=(
            ("survey", (4,), "start is dropped"),
            ("survey", (7,), "deviceid is dropped"),
            ("survey", (14,), "geopoint is dropped"),
            ("survey", (18,), "image is dropped"),
            ("survey", (24,), "date is dropped"),
            ("survey", (27,), "integer is dropped"),
            ("survey", (29,), "hidden is dropped"),
            ("survey", (30, 31), "A question in words that asks who somebody is"),
        ),
    ),
    Form(
        "three languages and two directions",
        """
| survey |
| | type | name | label::English (en) | label::Urdu (ur) | label::Polski |
| | select_one sat | view | How satisfied are you? | آپ کتنے مطمئن ہیں؟ | Jak bardzo? |
| | text | why | Why? | | Dlaczego? |
| choices |
| | list_name | name | label::English (en) | label::Urdu (ur) | label::Polski |
| | sat | good | Satisfied | مطمئن | Tak |
| | sat | bad | Dissatisfied | غیر مطمئن | Nie |
| settings |
| | form_title | default_language |
| | How it was | English (en) |
""",
        items=("view scale", "why words"),
        notes=(("survey", (3,), "There are no words in اردو (ur)"),),
    ),
    Form(
        "scores and what is favourable, stated",
        """
| survey |
| | type | name | label |
| | select_one pain | hurt | How often were you left waiting? |
| choices |
| | list_name | name | label | score | favourable |
| | pain | often | Often | 1 | no |
| | pain | rarely | Rarely | 2 | yes |
| | pain | never | Never | 3 | yes |
| | pain | dk | I cannot say | | |
""",
        items=("hurt scale",),
        notes=(("choices", (2,), "The scores of the list pain are stretched"),),
    ),
    Form(
        "an answer in one's own words",
        GOOD_START + "| | select_one yn or_other | knew | Did you know? | |" + CHOICES,
        items=("overall-view scale", "seen choice", "knew choice", "knew-other words"),
        notes=(("survey", (4,), "or_other becomes an answer Other"),),
    ),
    Form(
        "names that mean something else here",
        """
| survey |
| | type | name | label |
| | select_one sat | Page | How satisfied are you? |
| | select_one yn | parent | Are you a parent? |
| | select_one yn | helper | Did it help? |
"""
        + CHOICES,
        items=("page-asked scale", "parent-asked choice", "helper-asked choice"),
        notes=(("survey", (3,), "The name parent becomes parent-asked"),),
    ),
)

ODD = (
    Form(
        "old names of types and columns",
        """
| survey |
| | command | tag | caption |
| | select one from sat | view | How satisfied are you? |
| | q string | why | Why? |
| | add note prompt | bye | Goodbye |
| choices |
| | list name | value | caption |
| | sat | 1 | Good |
| | sat | 2 | Bad |
""",
        items=("view scale", "why words", "bye page"),
    ),
    Form(
        "capitals, doubled spaces and empty rows",
        """
| Survey |
| | Type | Name | Label |
| | | | |
| | Select_One  sat | view | How satisfied are you? |
| | | | |
| | TEXT | why | Why? |
| Choices |
| | List_Name | Name | Label |
| | sat | 1 | Good |
| | | | |
| | sat | 2 | Bad |
""",
        items=("view scale", "why words"),
    ),
    Form(
        "columns in another order, and columns of the author's own",
        """
| survey |
| | label | remark | name | type |
| | How satisfied are you? | ask Jo | view | select_one sat |
"""
        + CHOICES,
        items=("view scale",),
        notes=(("survey", (1,), "Columns that XLSForm does not have are left out: “remark”"),),
    ),
    Form(
        "Markdown and HTML in labels",
        """
| survey |
| | type | name | label |
| | note | intro | # **Welcome** to <span style="color:red">us</span> |
| | select_one sat | view | How *satisfied* are you with [us](https://example.org)? |
"""
        + CHOICES,
        items=("intro page", "view scale"),
        notes=(("survey", (2, 3), "Bold, colours, links and other formatting are taken off"),),
    ),
    Form(
        "smart quotes in a relevance",
        GOOD_START
        + "| | text | why | Why not? | ${seen} = ‘no’ and ${overall_view} != “1” |"
        + CHOICES,
        items=("overall-view scale", "seen choice", "why words"),
    ),
    Form(
        "a table: its heading asks nothing",
        """
| survey |
| | type | name | label | appearance |
| | begin_group | table | | field-list |
| | select_one sat | head | Please look at each | label |
| | select_one sat | food | The food | list-nolabel |
| | select_one sat | room | The room | list-nolabel |
| | end_group | | | |
"""
        + CHOICES,
        items=("head page", "food scale", "room scale"),
        notes=(("survey", (3,), "The heading of a table becomes something to read"),),
    ),
    Form(
        "one name in two groups",
        """
| survey |
| | type | name | label |
| | select_one sat | view | How satisfied are you? |
| | begin_group | home | |
| | text | why | Why, at home? |
| | end_group | | |
| | begin_group | school | |
| | text | why | Why, at school? |
| | end_group | | |
"""
        + CHOICES,
        items=("view scale", "why words", "school-why words"),
        notes=(("survey", (7,), "A name that stands in another group too becomes school-why"),),
    ),
    Form(
        "what nobody must or can",
        """
| survey |
| | type | name | label | required | constraint | default | readonly |
| | select_one sat | view | How satisfied are you? | yes | . != '3' | 1 | |
| | text | why | Why? | TRUE | string-length(.) <= 250 | | |
| | text | thanks | Thank you | | | | yes |
"""
        + CHOICES,
        items=("view scale", "why words", "thanks page"),
        notes=(
            ("survey", (2, 3), "The column required is dropped"),
            ("survey", (2,), "The column default is dropped"),
            ("survey", (2,), "The constraint is dropped"),
        ),
    ),
)

BROKEN = (
    _broken(
        "a repeat",
        "| | begin_repeat | child | Each child | |\n| | text | like | What do you like? | |\n"
        "| | end_repeat | | | |",
        (4, "A repeat cannot be carried"),
    ),
    _broken(
        "a calculation, and a relevance that looks at it",
        "| | calculate | sum | | |\n| | text | why | Why? | ${sum} = 'a' |",
        (4, "A calculation cannot be carried"),
        (5, "${sum} (row 4) cannot be carried itself"),
    ),
    Form(
        "a cascade",
        """
| survey |
| | type | name | label | choice_filter |
| | select_one place | region | Which region? | |
| | select_one place | town | Which town? | up = ${region} |
| choices |
| | list_name | name | label | up |
| | place | n | North | |
| | place | s | South | |
""",
        problems=(("survey", 3, "A cascade (choice_filter) cannot be carried"),),
    ),
    _broken(
        "answers from files",
        "| | select_one_from_file towns.csv | a | Which town? | |\n"
        "| | select_one_external towns | b | Which town? | |\n| | csv-external | towns | | |",
        (4, "What it needs is not in this file"),
        (5, "What it needs is not in this file"),
        (6, "What it needs is not in this file"),
    ),
    _broken(
        "ranking",
        "| | rank yn | order | Put them in order | |",
        (4, "Ranking cannot be carried"),
    ),
    _broken(
        "an earlier answer filled in",
        "| | text | why | Why do you say ${seen}? | |",
        (4, "It would fill in an earlier answer, ${seen}"),
    ),
    _broken(
        "types that are none",
        "| | slider | a | How much? | |\n| | select_one | b | Which? | |\n"
        "| | | c | What? | |\n| | colour | text | What? | |",
        (4, "There is no question type “slider”"),
        (5, "select_one names no list"),
        (6, "The row has no type"),
        (7, "type and name look swapped"),
    ),
    _broken(
        "lists that are not there",
        "| | select_one yno | a | Really? | |\n| | select_one ${seen} | b | Really? | |",
        (4, "There is no list yno in the sheet choices"),
        (5, "Its answers would come from earlier answers"),
    ),
    Form(
        "no sheet choices",
        "| survey |\n| | type | name | label |\n| | select_one yn | a | Really? |",
        problems=(("survey", 2, "There is no sheet choices with a list yn"),),
    ),
    _broken(
        "relevances that mean nothing here",
        "\n".join(
            f"| | text | t{number} | Why? | {relevant} |"
            for number, relevant in enumerate(
                (
                    "${sen} = 'yes'",
                    "${seen} = 'maybe'",
                    "${later} = 'yes'",
                    "${t0} = 'x'",
                    "today() > 1",
                    "${seen} = 'yes' AND ${seen} = 'no'",
                    "(${seen} = 'yes'",
                    "${t6} != ''",
                    "regex(${t0}, 'a')",
                    "false()",
                    "count-selected(${seen}) > 1",
                    "${seen} = ${overall_view}",
                )
            )
        )
        + "\n| | select_one yn | later | Later? | |",
        (4, "There is no question ${sen}"),
        (5, "${seen} has no answer “maybe”"),
        (6, "${later} (row 16) is not asked before it"),
        (7, "${t0} is answered in words"),
        (8, "“today” cannot be carried at this place"),
        (9, "AND is no word of XPath"),
        (10, "It ends too early"),
        (12, "“regex” cannot be carried at this place"),
        (13, "It never holds"),
        (14, "It counts, and only none or some can be told apart"),
        (15, "It does not compare a question with an answer"),
    ),
    _broken(
        "a relevance on what is dropped",
        "| | integer | age | How old are you? | |\n| | text | why | Why? | ${age} > 17 |",
        (5, "${age} (row 4) is dropped"),
    ),
    _broken(
        "names that are missing, doubled or without letters",
        "| | text | | Why? | |\n| | text | seen | Why? | |\n| | text | Über_uns | About us? | |\n"
        "| | text | uber-uns | Again? | |\n| | text | 名前 | What? | |",
        (4, "The question has no name"),
        (5, "The name seen is taken by row 3"),
        (7, "Its name gives the code uber-uns, which row 6 has too"),
        (8, "The name “名前” has no letter a-z and no digit"),
    ),
    _broken(
        "labels that are missing or too long",
        f"| | text | a | | |\n| | note | b | {'long ' * 70} | |",
        (4, "It has no label in English"),
        (5, "The label has 349 characters"),
    ),
    _broken(
        "groups that do not close, or were never open",
        "| | end_group | | | |\n| | begin_group | g | | |\n| | text | why | Why? | |\n"
        "| | end_repeat | | | |\n| | begin_group | h | | |",
        (4, "end_group ends nothing"),
        (7, "end_repeat stands where begin_group of row 5 would end"),
        (8, "The group is never ended"),
    ),
    Form(
        "answers that clash",
        GOOD_START.replace("select_one yn", "select_one odd")
        + CHOICES.strip()
        + """
| | odd | Yes | Yes |
| | odd | yes | Certainly |
| | odd | maybe | Yes |
| | odd | | Perhaps |
| | odd | x | |
""",
        problems=(
            ("choices", 10, "The name “yes” gives the code yes, as row 9 does"),
            ("choices", 11, "The answer reads the same as that in row 9"),
            ("choices", 12, "The answer has no name"),
            ("choices", 13, "The answer has no label in English"),
        ),
    ),
    Form(
        "no English",
        "| survey |\n| | type | name | label::Français (fr) |\n| | note | a | Bonjour |",
        problems=(("survey", 1, "No column is in English, only label::Français (fr)"),),
    ),
    Form(
        "languages that cannot be told",
        "| survey |\n| | type | name | label | label::Klingonisch | label::English (uk) |\n"
        "| | note | a | Hello | Qapla | Hello |",
        problems=(
            ("survey", 1, "It cannot be told which language “Klingonisch” is"),
            ("survey", 1, "It cannot be told which language “English (uk)” is"),
        ),
    ),
    Form(
        "a likert whose better end cannot be told",
        """
| survey |
| | type | name | label | appearance |
| | select_one mood | mood | Which is it? | likert |
| choices |
| | list_name | name | label |
| | mood | sun | Sunny |
| | mood | rain | Rainy |
""",
        problems=(("survey", 2, "It cannot be told which answers are the better ones"),),
    ),
    Form(
        "columns that are misspelt, doubled or not there",
        "| survey |\n| | type | name | lable | type |\n| | note | a | Hello | |",
        problems=(
            ("survey", 1, "There is no column “lable”"),
            ("survey", 1, "Two columns mean the same: “type” and “type”"),
            ("survey", 1, "There is no column label"),
        ),
    ),
    Form(
        "too many answers",
        GOOD_START.replace("select_one yn", "select_one many")
        + CHOICES.strip()
        + "\n"
        + "\n".join(f"| | many | n{number} | Number {number} |" for number in range(25)),
        problems=(("survey", 3, "The number of its answers is 25"),),
    ),
    Form(
        "nothing but what is dropped",
        "| survey |\n| | type | name | label |\n| | geopoint | a | A |\n| | integer | b | B |",
        problems=(("survey", 1, "Nothing is asked that can be carried: what stands in rows 2"),),
    ),
)

FORMS = (*GOOD, *ODD, *BROKEN)
