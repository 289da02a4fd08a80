"""Past answers: every row is kept, or refused with its line and reason; nothing counts twice."""

import csv
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.counting import open_sheet
from analytics.models import TallySheet
from authorities.models import Setting
from feedback.importing import Imported, import_replies
from feedback.mapping import Every, Period, plan_of
from feedback.models import Batch, Comment, Import, Suggestion
from feedback.past import NotReadable
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Wave
from surveys.problems import DefinitionError
from tests.authorities.factories import an_authority

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
COUNTS = Path(__file__).parent / "past" / "friends_and_family_counts.csv"
MAPPING = (EXAMPLES / "friends-and-family.mapping.toml").read_text(encoding="utf-8")
SURVEY = (EXAMPLES / "friends-and-family.toml").read_text(encoding="utf-8")
HEADER = "submitted_at,organisation,rating,why,what_could_we_do_better\n"
TODAY = date(2026, 3, 2)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def borough() -> None:
    an_authority(name="Kensington and Chelsea", gss_code="E09000020")


def imported(content: str | bytes, keyring: Keyring, *, mapping: str = MAPPING) -> Imported:
    return import_replies(
        content=content.encode() if isinstance(content, str) else content,
        name="answers.csv",
        plan=plan_of(mapping),
        source=SURVEY,
        today=TODAY,
        keyring=keyring,
    )


def lines(number: int, *, month: str = "2023-07", rating: str = "Likely") -> str:
    return f"{month}-13 15:28:00,Earls Court,{rating},,\n" * number


@pytest.mark.django_db(transaction=True)
def test_every_count_of_eleven_practices_over_ten_months_comes_out_again(keyring: Keyring) -> None:
    """The real counts of 3,882 replies (tests/feedback/past/README.md), with words of our own."""
    counted = list(csv.DictReader(StringIO(COUNTS.read_text(encoding="utf-8"))))
    out = StringIO()
    out.write(HEADER)
    writer = csv.writer(out)
    for row in counted:
        why = "It was kind" if row["with_why"] == "yes" else ""
        better = "Ring back sooner" if row["with_better"] == "yes" else ""
        for _ in range(int(row["replies"])):
            when = f"{row['month']}-05 09:00:00"
            writer.writerow([when, row["organisation"], row["rating"], why, better])

    result = imported(out.getvalue(), keyring)

    wanted: Counter[tuple[str, str, str]] = Counter()
    for row in counted:
        wanted[row["organisation"], row["month"], row["rating"]] += int(row["replies"])
    assert (result.kept, result.unfit) == (3882, ())
    assert tallied(keyring) == wanted
    assert Comment.objects.count() == sum(
        int(row["replies"]) for row in counted if row["with_why"] == "yes"
    )
    assert Suggestion.objects.count() == sum(
        int(row["replies"]) for row in counted if row["with_better"] == "yes"
    )


def tallied(keyring: Keyring) -> Counter[tuple[str, str, str]]:
    """Replies by practice, month and rating, as the sheets have them."""
    said = {code: name for name, code in plan_of(MAPPING).answers["rating"][1].items()}
    found: Counter[tuple[str, str, str]] = Counter()
    for sheet in TallySheet.objects.select_related("wave"):
        tally = open_sheet(sheet, keyring=keyring)
        for setting in Setting.objects.all():
            for code, number in tally.answers("recommend", f"setting:{setting.code}").items():
                name = {"don't know": "Don't know"}.get(said[code], said[code].capitalize())
                if number:
                    found[setting.name, f"{sheet.wave.period_start:%Y-%m}", name] = number
    return found


def test_a_row_that_does_not_fit_is_named_by_line_and_reason_and_the_rest_is_kept(
    keyring: Keyring,
) -> None:
    content = (
        HEADER
        + lines(10)
        + "2023-07-13,Earls Court,Likely,,\n"  # line 12: no time of day
        + "2023-07-13 15:28:00,Earls Court,Splendid,,\n"
        + "2023-07-13 15:28:00,Earls Court,,,\n"
        + "2023-07-13 15:28:00,Earls Court,Likely\n"
        + '2023-07-13 15:28:00,Earls Court,Likely,"two\nlines",\n'
        + lines(9, month="2023-08")
    )

    result = imported(content, keyring)

    assert result.kept == 11
    assert result.waves == ("friends-and-family-test-2023-07",)
    assert [(row.line, row.reason) for row in result.unfit[:4]] == [
        (12, '"2023-07-13" is not a time as %Y-%m-%d %H:%M:%S'),
        (13, 'the mapping has no answer "Splendid" for rating'),
        (14, "nothing was answered"),
        (15, "it has 3 cells; the header has 5"),
    ]
    assert [row.line for row in result.unfit[4:]] == list(range(18, 27))
    assert "only 9 replies of August 2023" in result.unfit[4].reason


def test_the_same_file_twice_changes_nothing(keyring: Keyring) -> None:
    first = imported(HEADER + lines(12), keyring)

    again = imported(HEADER + lines(12), keyring)

    assert (first.before, again) == (False, Imported(before=True, kept=12))
    assert (Batch.objects.count(), Wave.objects.count(), Import.objects.count()) == (1, 1, 1)


def test_a_period_that_is_there_from_another_file_is_not_counted_again(keyring: Keyring) -> None:
    imported(HEADER + lines(12), keyring)

    result = imported(HEADER + lines(13) + lines(10, month="2023-09"), keyring)

    assert result.kept == 10
    assert {row.reason for row in result.unfit} == {
        "replies of July 2023 were imported before, from another file"
    }
    assert sorted(Batch.objects.values_list("size", flat=True)) == [10, 12]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfe\x00", "Line 1 is not text in UTF-8"),
        (HEADER.encode() + b"2023\x00,a,b,c,d\n", "Line 2 holds a NUL"),
        (b"submitted_at,organisation,rating\n", "lacks columns that the mapping names: why"),
        (HEADER.strip().encode() + b",postcode\n", "does not name (or ignore) columns of the file"),
        (HEADER.strip().encode() + b",why\n", "has columns twice: why"),
        (HEADER.encode() + b'2023-07-13 15:28:00,"Earls\n', "is not CSV"),
        (HEADER.encode() + b"a," + b"x" * 100_001 + b",,,\n", "Line 2 is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    content: bytes, sentence: str, keyring: Keyring
) -> None:
    with pytest.raises(NotReadable, match=r".") as refusal:
        imported(content, keyring)

    assert sentence in str(refusal.value)
    assert (Wave.objects.count(), Import.objects.count()) == (0, 0)


def test_an_unknown_authority_is_refused(keyring: Keyring) -> None:
    elsewhere = MAPPING.replace("E09000020", "E09999999")

    with pytest.raises(Refused, match="E09999999"):
        imported(HEADER + lines(10), keyring, mapping=elsewhere)


def test_a_mapping_says_all_that_is_wrong_with_it() -> None:
    wrong = MAPPING.replace('channel = "open"', 'channel = "post"\ncolour = 1').replace(
        'wave = "month"', 'wave = "day"'
    )

    with pytest.raises(DefinitionError) as refusal:
        plan_of(wrong)

    said = str(refusal.value)
    assert ("post" in said, "colour" in said, '"day"' in said) == (True, True, True)


def test_a_mapping_to_what_the_survey_does_not_ask_changes_nothing(keyring: Keyring) -> None:
    wrong = MAPPING.replace('"neither"', '"so-so"').replace('item = "better"', 'item = "worse"')

    with pytest.raises(DefinitionError) as refusal:
        imported(HEADER + lines(10), keyring, mapping=wrong)

    assert ("so-so" in str(refusal.value), "worse" in str(refusal.value)) == (True, True)
    assert Wave.objects.count() == 0


@pytest.mark.parametrize(
    ("every", "day", "slug", "first", "last"),
    [
        (Every.MONTH, date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (Every.MONTH, date(2023, 12, 31), "2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        (Every.QUARTER, date(2023, 11, 5), "2023-q4", date(2023, 10, 1), date(2023, 12, 31)),
        (Every.QUARTER, date(2024, 1, 1), "2024-q1", date(2024, 1, 1), date(2024, 3, 31)),
        (Every.YEAR, date(2023, 7, 1), "2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_period_holds_its_day(
    every: Every, day: date, slug: str, first: date, last: date
) -> None:
    period = Period.holding(day, every)

    assert (period.slug, period.first, period.last) == (slug, first, last)


def test_the_command_puts_what_did_not_fit_beside_the_file(
    keyring: Keyring, tmp_path: Path
) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(HEADER + lines(10) + lines(1, rating="Splendid"), encoding="utf-8")
    said = StringIO()

    call_command("import_replies", file, EXAMPLES / "friends-and-family.mapping.toml", stdout=said)

    assert "Kept 10 replies" in said.getvalue()
    beside = list(csv.reader(StringIO((tmp_path / "answers.refused.csv").read_text("utf-8"))))
    assert beside[1][:2] == ["12", 'the mapping has no answer "Splendid" for rating']


def test_the_command_says_in_a_sentence_what_is_wrong(keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command(
            "import_replies", tmp_path / "none.csv", EXAMPLES / "friends-and-family.mapping.toml"
        )
