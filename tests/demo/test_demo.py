"""The demonstration in small: built by the command itself, then visited, recounted, built again."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from analytics import disclosure, shown, watching
from analytics.indicators import REPLIES, indicators, scoring
from analytics.marks import ALL
from analytics.models import Figure, Release
from authorities import access, factors
from authorities.models import Authority, Message, User
from authorities.roles import Permission, Role
from config.demo import building, presence
from config.demo.building import Plan
from config.demo.card import Card, Login
from config.demo.simulation import Country, Visit
from feedback.contacting import contacts_for
from feedback.models import Ballot, Batch, Channel, Comment, ContactRequest, Suggestion
from surveys.models import Invitation, Version, Wave
from tests.surveys.factories import a_wave

pytestmark = pytest.mark.django_db

LEEDS, RUTLAND, SCILLY = "E08000035", "E06000017", "E06000053"
CAN_BE_BUILT_ANEW = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="it keeps what was published; see the last tests"
)
FORM = "application/x-www-form-urlencoded"
OPTIONS: dict[str, Any] = {"area": [LEEDS, RUTLAND, SCILLY], "waves": 2, "replies": 900}


@dataclass(frozen=True)
class Demo:
    """A small demonstration that was built, and what the command said."""

    card: Card
    file: Path
    said: str

    def again(self, **options: Any) -> str:
        return command(self.file, **options)


def command(file: Path, **options: Any) -> str:
    """Run it with a card and keys of its own, beside each other."""
    out = StringIO()
    with override_settings(
        HEARD_KEY_DIRECTORY=file.parent / "keys",
        HEARD_RECOVERY_DIRECTORY=file.parent / "recovery",
    ):
        call_command("demo", card=file, stdout=out, **{**OPTIONS, **options})
    return out.getvalue()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder, and passwords that are quick to hash."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def built(room: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """Built once for all tests of this module, with real commits; each test undoes what it does."""
    file = room / "demo.json"
    with django_db_blocker.unblock():
        try:
            said = command(file)
            yield Demo(Card.from_json(file.read_text()), file, said)
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(built: Demo, db: None) -> Iterator[Demo]:
    yield built
    built.file.write_text(built.card.to_json())


# --- what is built -------------------------------------------------------------------------------


def test_it_prints_a_report_and_how_to_try_it(demo: Demo) -> None:
    for wanted in (
        "3 authorities; languages: en",
        "Leeds: ",
        "Simulated: a demonstration. No family answered.",
        "feel safe",
        "95% range",
        demo.card.open_link,
        demo.card.logins["listener"].password,
        str(demo.file),
    ):
        assert wanted in demo.said


def test_its_waves_are_simulated_and_all_but_the_last_are_released(demo: Demo) -> None:
    first, last = Wave.objects.all()

    assert [first.slug, last.slug] == list(demo.card.waves)
    assert first.simulated
    assert last.simulated
    assert first.released_on
    assert first.released_on < timezone.localdate()
    assert last.released_on is None
    assert list(Wave.objects.open_on(timezone.localdate())) == [last]
    assert first.participations.count() == last.participations.count() == 3


def test_released_figures_are_those_of_a_plain_count_of_what_was_simulated(demo: Demo) -> None:
    release = Release.objects.published().get()
    country = country_of_leeds()
    [leeds] = [place for place in country.places if place.area == LEEDS]
    invited = [each for each in country.visits(leeds, wave=0) if not each.by_open_link]

    counted = {
        each.code: disclosure.share(*favourable_of(invited, each.item, country))
        for each in indicators()
        if scoring(each, country.survey)  # one is only for surveys that were asked elsewhere
    }

    figures = {
        each.indicator: disclosure.from_json(each.value)
        for each in Figure.objects.of_areas(LEEDS).filter(
            release=release, channel=Channel.INVITED, slice=ALL
        )
    }
    without_weights = {
        code: (figure.base, figure.percent if figure.crude is None else figure.crude)
        for code, figure in figures.items()
        if isinstance(figure, disclosure.Share)
    }
    assert without_weights == {
        code: (figure.base, figure.percent)
        for code, figure in counted.items()
        if isinstance(figure, disclosure.Share)
    }
    assert figures[REPLIES] == disclosure.count(len(invited), nearest=5)


def test_as_much_is_shown_as_is_to_be_and_the_terminal_says_how_much(demo: Demo) -> None:
    """Of three authorities, one of them tiny: nothing of the large one is hidden."""
    found = shown.of_release(Release.objects.published().get())

    assert found.enough
    assert found.totals.shown == found.totals.of > 0
    assert found.all_totals.shown < found.all_totals.of
    assert found.in_words() in demo.said


def test_every_ballot_was_counted_or_waits_or_was_too_few_to_count(demo: Demo) -> None:
    mixed = sum(Batch.objects.values_list("size", flat=True))

    assert mixed + Ballot.objects.count() == demo.card.replies


def test_the_box_for_visitors_was_mixed_before_and_thirty_ballots_wait_in_it(demo: Demo) -> None:
    last = Wave.objects.get(slug=demo.card.waves[-1])
    part = last.participations.get(authority__gss_code=demo.card.authority)

    assert demo.card.authority == LEEDS
    assert Batch.objects.filter(participation=part, channel=Channel.INVITED).exists()
    assert Ballot.objects.in_box(part, Channel.INVITED).count() == 30


def test_the_open_wave_can_be_looked_at_beside_the_one_before_on_the_same_day(demo: Demo) -> None:
    last = Wave.objects.get(slug=demo.card.waves[-1])

    seen = watching.country(last, today=timezone.localdate())

    assert seen.both is not None
    assert seen.both.change is not None
    [leeds] = [row for row in seen.rows if row.authority.gss_code == LEEDS]
    assert leeds.change is not None
    assert not seen.is_whole


def test_there_are_two_versions_to_compare_and_the_open_wave_asks_the_second(
    demo: Demo, client: Client
) -> None:
    first, second = Version.objects.cores()
    before, wave = Wave.objects.all()

    assert (before.version, wave.version) == (first, second)
    assert wave.successions.filter(before=first, after=second).exists()
    client.force_login(User.objects.get(email=demo.card.logins["survey_author"].email))
    page = client.get(reverse("compare-versions", args=[first.pk, second.pk])).text
    assert "easy-to-reach" in page
    assert "Its trend continues" in page


def test_words_of_the_wave_that_is_over_were_read_and_new_ones_wait(demo: Demo) -> None:
    first, last = Wave.objects.all()

    for writings in (Suggestion.objects, Comment.objects):
        assert writings.filter(wave=first).exists()
        assert not writings.filter(wave=first).unread().exists()
        assert writings.filter(wave=last).unread().exists()


@pytest.mark.slow
@CAN_BE_BUILT_ANEW
def test_replies_of_waves_released_long_ago_were_destroyed_as_promised(
    demo: Demo, tmp_path: Path
) -> None:
    today = timezone.localdate()

    command(tmp_path / "demo.json", waves=4, anew=True)

    for wave in Wave.objects.all():
        long_ago = wave.released_on is not None and wave.released_on < today - timedelta(days=90)
        kept = Batch.objects.filter(wave=wave, sealed__isnull=False)
        assert kept.exists() is not long_ago, wave
        assert (wave.key_destroyed_on == today) is long_ago, wave
    assert Wave.objects.filter(key_destroyed_on=today).exists()


# --- what visitors can do with it ----------------------------------------------------------------


@pytest.mark.slow
def test_every_code_opens_a_survey_and_its_answer_is_kept(demo: Demo, client: Client) -> None:
    before = Ballot.objects.count()

    for languages in demo.card.codes.values():
        for codes in languages.values():
            address = f"/s/{codes[0]}"
            assert client.get(address).status_code == 200
            assert client.post(address, "safe=yes", content_type=FORM).status_code == 200

    assert len(demo.card.codes) == 5
    assert all(len(codes) >= 20 for some in demo.card.codes.values() for codes in some.values())
    answered = sum(len(languages) for languages in demo.card.codes.values())
    assert Ballot.objects.count() == before + answered


def test_the_posters_link_opens_too(demo: Demo, client: Client) -> None:
    path = demo.card.open_link.removeprefix(demo.card.base_url)

    assert client.get(path).status_code == 200
    assert client.get(f"{path}/12-17").status_code == 200


def test_the_report_that_was_printed_is_on_its_page(demo: Demo, client: Client) -> None:
    page = client.get(f"/report/{demo.card.authority}/")

    assert page.status_code == 200
    assert "imulated" in page.content.decode()


def test_there_is_a_login_for_every_role_and_its_password_works(demo: Demo) -> None:
    users = {user.email: user for user in User.objects.all()}

    assert demo.card.logins.keys() == {*Role, "local_listener", "second_administrator"}
    for login in demo.card.logins.values():
        assert check_password(login.password, users[login.email].password)
    assert len({login.password for login in demo.card.logins.values()}) == len(Role) + 2


def test_there_is_a_second_factor_for_every_login_and_its_code_can_be_asked_for(
    demo: Demo,
) -> None:
    for login in demo.card.logins.values():
        [secret] = parse_qs(urlsplit(login.second_factor).query)["secret"]
        said = StringIO()
        call_command("sign_in_code", login.email, stdout=said)

        assert said.getvalue() == f"{factors.code_of(secret)}\n"


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("pat@example.org", "is nobody of the demonstration"),
        ("pat@heard.example.org", "is nobody of the demonstration"),
        ("nobody@heard.example", "Nobody here has the address"),
    ],
)
def test_no_code_is_told_of_anybody_else(demo: Demo, email: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("sign_in_code", email)


def test_the_planner_plans_for_two_authorities_and_the_listener_for_all(demo: Demo) -> None:
    planner = User.objects.get(email=demo.card.logins["planner"].email)
    listener = User.objects.get(email=demo.card.logins["listener"].email)

    planned = access.authorities_for(planner, Permission.SEE_UNPUBLISHED_FIGURES)

    assert [each.name for each in planned.order_by("name")] == sorted(
        demo.card.logins["planner"].authorities
    )
    assert len(demo.card.logins["planner"].authorities) == 2
    assert access.may(listener, Permission.READ_WORDS)


def test_the_inbox_of_each_listener_holds_those_who_asked_to_be_contacted(demo: Demo) -> None:
    local, national = (
        User.objects.get(email=demo.card.logins[key].email)
        for key in ("local_listener", "listener")
    )

    seen = {
        user: sorted(contacts_for(user).values_list("state", "authority__name"), key=str)
        for user in (local, national)
    }

    assert seen[local] == [("acknowledged", "Leeds"), ("waiting", "Leeds"), ("waiting", "Leeds")]
    assert seen[national] == [("closed", None), ("waiting", "Leeds"), ("waiting", None)]
    assert not ContactRequest.objects.exclude(simulated=True).exists()
    assert not Message.objects.exists()


def test_only_this_user_can_read_the_file_with_the_passwords(demo: Demo) -> None:
    assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600


# --- again ---------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing_and_says_the_same(demo: Demo) -> None:
    before, card = rows(), demo.file.read_text()

    said = demo.again()

    assert (rows(), demo.file.read_text()) == (before, card)
    assert said.partition("Leeds: ")[2] == demo.said.partition("Leeds: ")[2]


def test_a_second_run_at_another_address_prints_that_address(demo: Demo) -> None:
    with override_settings(HEARD_BASE_URL="https://heard.example"):
        said = demo.again()
    moved = Card.from_json(demo.file.read_text())
    demo.again()

    assert "https://heard.example/o/" in said
    assert moved == demo.card.moved_to("https://heard.example")
    assert Card.from_json(demo.file.read_text()) == demo.card


def test_it_is_whole_until_its_last_wave_closes(demo: Demo) -> None:
    closes_on = Wave.objects.get(slug=demo.card.waves[-1]).closes_on

    assert presence.is_whole(demo.card, today=closes_on)
    assert not presence.is_whole(demo.card, today=closes_on + timedelta(days=1))


@pytest.mark.parametrize(
    "other",
    [
        {"waves": ["demo-2020-01", "demo-2020-04"]},
        {"open_link": "http://testserver/o/nosuchlink"},
        {"codes": {"8-11": {"en": ["0123456789A"]}}},
        {"logins": {"planner": Login("Priya", "planner@heard.example", "another")}},
        {"logins": {"planner": Login("Priya", "nobody@heard.example", "another")}},
    ],
)
def test_a_card_of_another_database_is_not_taken_for_this_one(
    demo: Demo, other: dict[str, Any]
) -> None:
    assert not presence.is_whole(replace(demo.card, **other), today=timezone.localdate())


@CAN_BE_BUILT_ANEW
def test_one_that_is_half_built_is_taken_away_and_built_anew(demo: Demo, tmp_path: Path) -> None:
    """A build that is stopped leaves no card, and nobody can tell how far it came."""
    fresh = tmp_path / "demo.json"

    said = command(fresh)

    again = Card.from_json(fresh.read_text())
    assert "was taken away" in said
    assert (again.waves, again.replies) == (demo.card.waves, demo.card.replies)
    assert not set(again.all_codes()) & set(demo.card.all_codes())
    assert Wave.objects.count() == 2
    assert Invitation.objects.count() == pytest.approx(len(again.all_codes()) + again.replies, 100)
    assert sum(Batch.objects.values_list("size", flat=True)) + Ballot.objects.count() == (
        again.replies
    )


# --- where it may not be built -------------------------------------------------------------------


def test_it_is_refused_beside_a_real_wave(demo: Demo) -> None:
    strange = a_wave(slug="autumn")
    before = rows()

    with pytest.raises(CommandError, match=f"holds a real wave .{strange.name}., so no demo"):
        demo.again()

    assert rows() == before


def test_it_is_refused_beside_a_simulated_wave_of_another_making(demo: Demo) -> None:
    a_wave(slug="bench", simulated=True)

    with pytest.raises(CommandError, match="a simulated wave of another making"):
        demo.again(anew=True)


@pytest.mark.postgres
def test_where_the_database_keeps_what_was_published_it_is_not_built_anew(demo: Demo) -> None:
    before = rows()

    with pytest.raises(CommandError, match="PostgreSQL keeps what was published"):
        demo.again(anew=True)

    assert rows() == before
    assert Card.from_json(demo.file.read_text()) == demo.card


def test_an_authority_that_is_not_there_is_named_and_nothing_changes(demo: Demo) -> None:
    before = rows()

    with pytest.raises(CommandError, match="There is no authority E99000001"):
        demo.again(area=[LEEDS, "E99000001"], anew=True)

    assert rows() == before
    assert demo.file.exists()


def test_a_process_without_keys_is_told_so_and_nothing_changes(demo: Demo) -> None:
    before = rows()

    with (
        override_settings(HEARD_KEY_DIRECTORY=None),
        pytest.raises(CommandError, match="This process has no keys"),
    ):
        call_command("demo", card=demo.file, anew=True, stdout=StringIO())

    assert rows() == before


@pytest.mark.parametrize("waves", ["1", "-3", "many"])
def test_too_few_waves_are_refused(waves: str) -> None:
    with pytest.raises(CommandError, match="should be a whole number, 2 or more"):
        call_command("demo", f"--waves={waves}")


# --- helpers -------------------------------------------------------------------------------------


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            [counts[table]] = cursor.fetchone()
    return counts


def country_of_leeds() -> Country:
    """What was simulated, simulated once more."""
    plan = Plan(timezone.localdate(), "", areas=tuple(OPTIONS["area"]), waves=2, replies=900)
    authorities = list(Authority.objects.filter(gss_code__in=plan.areas).order_by("gss_code"))
    return building.country_of(plan, Wave.objects.all()[0].version, authorities)


def favourable_of(visits: list[Visit], item: str, country: Country) -> tuple[int, int]:
    """How many answers to an item are good ones, of how many."""
    [score] = [
        found
        for each in indicators()
        if each.item == item and (found := scoring(each, country.survey))
    ]
    answers = [code for visit in visits for code in visit.given.answers.get(item, ())]
    return (
        sum(code in score.favourable for code in answers),
        sum(code in score.scored for code in answers),
    )
