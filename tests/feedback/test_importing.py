"""Past answers: every row is kept, or refused with its line and reason; nothing counts twice."""

import csv
import stat
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
from surveys.keyring import KeyMissing, Keyring
from surveys.models import Participation, Version, Wave
from surveys.problems import DefinitionError
from tests.authorities.factories import an_authority
from tests.surveys.factories import a_wave

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


def imported(
    content: str | bytes,
    keyring: Keyring,
    *,
    mapping: str = MAPPING,
    survey: str = SURVEY,
    check: bool = False,
) -> Imported:
    return import_replies(
        content=content.encode() if isinstance(content, str) else content,
        name="answers.csv",
        plan=plan_of(mapping),
        source=survey,
        today=TODAY,
        keyring=keyring,
        check=check,
    )


def of_hackney() -> str:
    """The mapping of another authority, whose waves are the same."""
    an_authority(name="Hackney", gss_code="E09000012")
    return MAPPING.replace("E09000020", "E09000012")


def rows_there() -> tuple[int, ...]:
    tables = (Version, Wave, Participation, Batch, Setting, Comment, Suggestion, Import)
    return tuple(table.objects.count() for table in tables)


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
        (Every.MONTH, date(9999, 12, 31), "9999-12", date(9999, 12, 1), date(9999, 12, 31)),
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


@pytest.mark.parametrize(
    ("fate", "why"),
    [
        ("key_destroyed_on", "the key of Friends and Family Test, July 2023 is destroyed"),
        ("released_on", "Friends and Family Test, July 2023 is released"),
    ],
)
def test_a_wave_that_can_take_no_more_replies_takes_none(
    fate: str, why: str, keyring: Keyring
) -> None:
    imported(HEADER + lines(12), keyring)
    Wave.objects.update(**{fate: TODAY})
    mapping, before = of_hackney(), rows_there()

    result = imported(HEADER + lines(11), keyring, mapping=mapping)

    assert (result.kept, {why in row.reason for row in result.unfit}) == (0, {True})
    assert len(result.unfit) == 11
    assert rows_there() == before


def test_a_wave_that_no_import_made_takes_no_past_replies(keyring: Keyring) -> None:
    a_wave(slug="friends-and-family-test-2023-07")

    result = imported(HEADER + lines(11), keyring)

    assert (result.kept, len(result.unfit)) == (0, 11)
    assert "is no import" in result.unfit[0].reason


def test_a_wave_whose_key_is_lost_takes_no_replies(keyring: Keyring) -> None:
    imported(HEADER + lines(12), keyring)
    mapping, before = of_hackney(), rows_there()
    for key in keyring.directory.glob("wave-*.key"):
        key.unlink()

    with pytest.raises(KeyMissing):
        imported(HEADER + lines(11), keyring, mapping=mapping)

    assert rows_there() == before


def test_another_survey_in_a_wave_that_is_there_is_refused_and_nothing_changed(
    keyring: Keyring,
) -> None:
    imported(HEADER + lines(12), keyring)
    mapping, before = of_hackney(), rows_there()
    changed = SURVEY.replace("recommend the service", "recommend our practice")

    with pytest.raises(Refused, match=r"could not be counted.*Use the definition that"):
        imported(HEADER + lines(11), keyring, mapping=mapping, survey=changed)

    assert rows_there() == before


@pytest.mark.django_db(transaction=True)
def test_two_authorities_in_one_wave_are_both_counted(keyring: Keyring) -> None:
    imported(HEADER + lines(12), keyring)

    result = imported(HEADER + lines(11), keyring, mapping=of_hackney())

    assert result.kept == 11
    sheets = TallySheet.objects.values_list("wave__slug", "area").order_by("area")
    slug = "friends-and-family-test-2023-07"
    assert list(sheets) == [(slug, "E09000012"), (slug, "E09000020")]


def test_a_wrong_mapping_does_not_use_the_file_up(keyring: Keyring) -> None:
    wrong = MAPPING.replace('"Likely" =', '"Probably" =')
    first, there = imported(HEADER + lines(12), keyring, mapping=wrong), rows_there()

    again = imported(HEADER + lines(12), keyring)

    assert (first.kept, there) == (0, (0,) * 8)
    assert (again.before, again.kept) == (False, 12)


def test_a_mended_mapping_keeps_the_periods_that_the_wrong_one_lost(keyring: Keyring) -> None:
    content = HEADER + lines(12) + lines(11, month="2023-08", rating="Unlikely")
    imported(content, keyring, mapping=MAPPING.replace('"Unlikely" =', '"Hardly" ='))

    result = imported(content, keyring)

    assert (result.kept, result.waves) == (11, ("friends-and-family-test-2023-08",))
    assert {row.reason for row in result.unfit} == {
        "replies of July 2023 were imported before, from another file"
    }


def test_a_check_says_what_would_come_of_it_and_changes_nothing(keyring: Keyring) -> None:
    content = HEADER + lines(12) + lines(1, rating="Splendid")

    checked, there = imported(content, keyring, check=True), rows_there()

    assert (there, list(keyring.directory.glob("*"))) == ((0,) * 8, [])
    assert checked == imported(content, keyring)


def test_each_column_is_named_once_and_each_item_has_one_column() -> None:
    twice = (
        MAPPING.replace('column = "what_could_we_do_better"', 'column = "why"')
        .replace('column = "organisation"', 'column = "submitted_at"')
        .replace('item = "better"', 'item = "why"')
        .replace('"Likely" = "likely"', '"Likely" = "likely"\n"likely " = "neither"')
    )

    with pytest.raises(DefinitionError) as refusal:
        plan_of(twice)

    assert [(each.place, each.what) for each in refusal.value.problems] == [
        ("the mapping, item number 1, answers", '"likely " has two codes'),
        ('column "submitted_at"', "It is named more than once"),
        ('column "why"', "It is named more than once"),
        ('item "why"', "Several columns are mapped to it: why, why"),
    ]


@pytest.mark.parametrize("form", ["%Q", "%d%d", "%Y-%m-%d %"])
def test_a_form_of_time_that_cannot_be_read_is_a_problem_of_the_mapping(form: str) -> None:
    with pytest.raises(DefinitionError, match="No time is read by"):
        plan_of(MAPPING.replace("%Y-%m-%d %H:%M:%S", form))


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        ("9999-12", "December 9999 is not over: its last day is 9999-12-31"),
        ("2026-03", "March 2026 is not over: its last day is 2026-03-31"),
        (
            "2008-12",
            "Kensington and Chelsea was not in force on 2008-12-01, when December 2008 began",
        ),
    ],
)
def test_a_period_that_cannot_be_imported_is_refused_by_row_and_the_rest_is_kept(
    month: str, reason: str, keyring: Keyring
) -> None:
    result = imported(HEADER + lines(11, month=month) + lines(10, month="2026-02"), keyring)

    assert (result.kept, result.waves) == (10, ("friends-and-family-test-2026-02",))
    assert {row.reason for row in result.unfit} == {reason}


def test_past_words_and_places_are_tidied_as_a_familys_are_and_never_cut(keyring: Keyring) -> None:
    row = "2023-07-13 15:28:00,{},Likely,{},\n"
    content = (
        HEADER
        + row.format("\u202eEarls\x07  Court\u2069", "\u202eIt was\x08 kind\u202c")
        + row.format("Earls Court", "x" * 20_000)
        + lines(8)
        + row.format("Earls Court", "x" * 20_001)  # line 12
        + row.format("\u202e", "")
        + row.format("x" * 121, "")
    )

    result = imported(content, keyring)

    assert [(row.line, row.reason) for row in result.unfit] == [
        (12, "what was written has over 20,000 characters"),
        (13, "the name of the place has nothing that can be seen"),
        (14, "the name of the place has over 120 characters"),
    ]
    assert list(Setting.objects.values_list("name", flat=True)) == ["Earls Court"]
    assert sorted(Comment.objects.values_list("text", flat=True)) == ["It was kind", "x" * 20_000]


def test_more_places_than_a_batch_has_room_for_are_refused(keyring: Keyring) -> None:
    many = "".join(f"2023-07-13 15:28:00,Place {n},Likely,,\n" for n in range(256))

    result = imported(HEADER + many, keyring)

    assert (result.kept, len(result.unfit)) == (0, 256)
    assert result.unfit[0].reason == "July 2023 names 256 places; 255 is the most for one wave"


def told(file: Path, *options: str) -> str:
    said = StringIO()
    mapping = EXAMPLES / "friends-and-family.mapping.toml"
    call_command("import_replies", file, mapping, *options, stdout=said)
    return said.getvalue()


def a_file(directory: Path, content: str) -> Path:
    file = directory / "answers.csv"
    file.write_text(HEADER + content, encoding="utf-8")
    return file


def test_a_file_without_rows_is_said_to_have_none(keyring: Keyring, tmp_path: Path) -> None:
    said = told(a_file(tmp_path, ""))

    assert said == "answers.csv has a header and no rows. Nothing was changed.\n"
    assert rows_there() == (0,) * 8


def test_the_command_checks_and_advises_to_mend_before_importing(
    keyring: Keyring, tmp_path: Path
) -> None:
    file = a_file(tmp_path, lines(10) + lines(1, rating="Splendid"))

    checked, there = told(file, "--check"), rows_there()

    assert "nothing was changed. It would keep 10 replies" in checked
    assert "Mend them in answers.csv itself" in checked
    assert there == (0,) * 8
    assert (tmp_path / "answers.refused.csv").exists()
    assert "takes no more rows: next time, run with --check first" in told(file)


def test_what_did_not_fit_can_be_read_by_its_owner_alone(keyring: Keyring, tmp_path: Path) -> None:
    beside = tmp_path / "answers.refused.csv"
    beside.write_text("from an earlier run")
    beside.chmod(0o644)

    told(a_file(tmp_path, lines(10) + lines(1, rating="Splendid")))

    assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_where_what_did_not_fit_cannot_be_written_nothing_is_kept(
    keyring: Keyring, tmp_path: Path
) -> None:
    (tmp_path / "answers.refused.csv").mkdir()
    file = a_file(tmp_path, lines(10) + lines(1, rating="Splendid"))

    with pytest.raises(CommandError, match=r"cannot be written to .* Nothing was changed"):
        told(file)

    assert rows_there() == (0,) * 8
