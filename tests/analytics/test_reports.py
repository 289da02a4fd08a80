import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics import disclosure, panels, reporting
from analytics.disclosure import TOO_FEW_ANSWERS, Count, End, Share, Withheld, to_json
from analytics.indicators import REPLIES
from analytics.models import Figure, Release
from analytics.panels import Content, Panel
from analytics.reporting import AreaReport
from analytics.spans import Span
from authorities.areas import ENGLAND
from authorities.models import Authority, ServicePopulation, StatisticalNeighbour
from authorities.roles import Role
from feedback.models import Batch, Channel
from surveys import core
from surveys.lists import topics
from surveys.models import Wave
from tests.analytics import reports
from tests.analytics.factories import PUBLISHED_AT, Said, a_closed_wave, a_release, some_figures
from tests.analytics.reading_pages import PAGES, a_reader, words, words_of
from tests.analytics.reports import INDEX, Key, a_story, around, figures, index_of, out_of
from tests.authorities.factories import a_region, an_authority
from tests.surveys.factories import SOURCE, a_participation, a_version, some_codes

pytestmark = pytest.mark.django_db

SAFE = ("safe", "all")
SPREAD = {
    "centre": 64.0,
    "phi": None,
    "tau_squared": 0.0,
    "judged": False,
    "points": [["E08000035", 83, 83], ["E06000010", 37, 41]],
}
ENGLANDS = some_figures(replies=5200, favourable=3900, national=True)
QUARTERS = [
    (date(2025, 4, 1), date(2025, 6, 30)),
    (date(2025, 7, 1), date(2025, 9, 30)),
    (date(2025, 10, 1), date(2025, 12, 31)),
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
]


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035", dfe_number="383")


def waves(count: int) -> list[Wave]:
    """The latest quarters, the earliest first."""
    return [
        a_closed_wave(slug=f"wave-{start}", opens_on=start, closes_on=end)
        for start, end in QUARTERS[-count:]
    ]


def a_release_of(authority: Authority, said: Said | None = None, **more: object) -> Release:
    """With England's figures beside the authority's."""
    areas = {authority.gss_code: said or some_figures(), ENGLAND: ENGLANDS}
    return a_release(areas, **more)  # type: ignore[arg-type]  # passed on as they came


# --- the first page ------------------------------------------------------------------------------


@pytest.fixture
def story(leeds: Authority) -> list[Release]:
    """Five waves of Leeds: told less than elsewhere, safer, and an index that fell in the last."""
    return a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))


def section(page: str, name: str) -> str:
    """What a reader sees of one panel."""
    found = re.search(rf'<section class="panel[^"]*" id="{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return words(found[0])


def test_a_planner_with_ten_minutes_reads_what_is_good_worse_and_changed(
    client: Client, story: list[Release]
) -> None:
    page = client.get("/report/E08000035/").content.decode()

    said = section(page, "in-short")
    assert (
        "About 320 children, young people and parents in Leeds answered in the last four waves, "
        "October 2025 to September 2026."
    ) in said
    assert (
        "What families say is good Over 90% are treated with respect, 87% feel safe and 70% say "
        "that things went well overall (about 320 answers each). Better than England beyond "
        "chance: 87% feel safe (England 70%) and over 90% are treated with respect (England 70%; "
        "about 320 answers each)."
    ) in said
    assert (
        "What is worse than elsewhere 3 of 11 figures are worse than England beyond chance: the "
        "experience index is 54 out of 100 (England 64), 52% are told what is happening (England "
        "70%) and under 10% are part of decisions about them (England 70%; about 320 answers "
        "each)."
    ) in said
    assert (
        "What changed The experience index is 54 out of 100, worse than the wave before these "
        "(65; about 320 answers now)."
    ) in said


def test_the_experience_index_comes_first(client: Client, story: list[Release]) -> None:
    page = client.get("/report/E08000035/").content.decode()

    assert (
        "Experience index 54 out of 100 95% range 52 to 56, about 320 answers Worse than England "
        "(64). Strong evidence: outside the 99.8% limits even after allowing for ordinary "
        "variation between areas."
    ) in section(page, "in-short")
    assert section(page, "figures").index("Experience index") < section(page, "figures").index(
        "Say that things went well overall"
    )


def test_where_nothing_is_worse_and_nothing_changed_it_is_said_with_its_numbers(
    client: Client, leeds: Authority
) -> None:
    for wave in waves(6):
        reports.a_release({**around(leeds.gss_code), leeds.gss_code: figures()}, wave=wave)

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert (
        "Nothing is worse than elsewhere beyond chance: 13 figures were compared with England, "
        "each of 240 answers."
    ) in said
    assert (
        "What changed No signal of change in 6 readings; limits are still trial. Experience "
        "index, this wave: 64 out of 100 (60 answers). Compared with the waves before: 13 "
        "figures, and none differs beyond chance."
    ) in said


def test_the_first_wave_is_too_early_to_tell(client: Client, leeds: Authority) -> None:
    reports.a_release({**around(leeds.gss_code), leeds.gss_code: figures(four=0)})

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert "Too early to tell: 1 reading so far." in said
    assert "answered in this wave, July to September 2026." in said


def test_no_more_than_three_are_named_and_the_others_are_counted(
    client: Client, leeds: Authority
) -> None:
    low = figures(percent=40, points=50)
    reports.a_release({**around(leeds.gss_code), leeds.gss_code: low})

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert "13 of 13 figures are worse than England beyond chance: the experience index" in said
    assert "and 10 more, in the table below." in said


LESS, OVER = out_of(60, 240), Share(End.OVER, 240)
HIDDEN = Withheld(TOO_FEW_ANSWERS)


def test_where_few_answered_nothing_is_judged_and_it_is_said(
    client: Client, leeds: Authority
) -> None:
    few = figures(replies=14, four=0)
    reports.a_release({**around(leeds.gss_code), leeds.gss_code: few})

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert "Too few to judge: 13 of 13 figures rest on too few answers" in said
    assert "What is worse than elsewhere Too few answered to judge." in said
    assert "No figure is over half, of enough answers to judge, and as good as elsewhere." in said


@pytest.mark.parametrize(
    ("own", "england", "why"),
    [
        (LESS, HIDDEN, "England’s figures are not shown, so none is compared with them."),
        (HIDDEN, LESS, "No figure is shown to compare with England’s."),
        (OVER, OVER, "No figure that is shown can be told apart from England’s."),
    ],
)
def test_where_nothing_is_compared_it_is_said_why(
    client: Client, leeds: Authority, own: disclosure.Figure, england: disclosure.Figure, why: str
) -> None:
    """All shares alike, and no index."""
    shares = figures().keys() - {Key(each, span=s) for each in (REPLIES, INDEX) for s in Span}
    said_of = {leeds.gss_code: dict.fromkeys(shares, own), ENGLAND: dict.fromkeys(shares, england)}
    reports.a_release({**around(leeds.gss_code), **said_of})

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert f"What is worse than elsewhere {why}" in said


def test_a_latest_reading_outside_trial_limits_is_not_called_a_change(
    client: Client, leeds: Authority
) -> None:
    values = [64, 64, 64, 65, 64, 58]  # the last outside, and no more than chance for 60 answers
    for wave, points in zip(waves(6), values, strict=True):
        told = {**figures(), Key(INDEX): index_of(points, 60)}
        reports.a_release({**around(leeds.gss_code), leeds.gss_code: told}, wave=wave)

    said = section(client.get("/report/E08000035/").content.decode(), "in-short")

    assert (
        "Too early to call it a change: the latest of 6 readings stands out, but limits are still "
        "trial. Experience index, this wave: 58 out of 100 (60 answers)."
    ) in said


def test_the_table_says_the_same_as_the_sentences_and_leads_to_each_figure(
    client: Client, story: list[Release]
) -> None:
    page = client.get("/report/E08000035/").content.decode()

    said = section(page, "figures")
    for row in (
        "Experience index 54 out of 100 range 52 to 56 320 answers England 64 Worse, strong",
        "Feel safe 87% range 83% to 90% 320 answers England 70% Better, strong",
        "Are treated with respect over 90% no range 320 answers England 70% Better, strong",
        "Are listened to 70% range 65% to 75% 320 answers England 70% Similar",
        "Are told what is happening 52% range 46% to 58% 320 answers England 70% Worse, strong",
        "Know their rights 60% range 39% to 78% 20 answers England 70% Too few to judge",
        "Say that promises are kept not shown: fewer than 10 people answered this England 70%",
    ):
        assert row in said
    for code in ("experience", "safe", "promises"):
        assert f'href="/report/E08000035/{code}/"' in page


def test_who_was_not_heard_from_is_told_by_how_many_use_each_service(
    client: Client, leeds: Authority, story: list[Release]
) -> None:
    for service, number in (("child-in-need", 4200), ("child-protection", 640), ("in-care", 1350)):
        ServicePopulation.objects.create(
            authority=leeds, service=service, number=number, derived=False, year=2025
        )

    said = section(client.get("/report/E08000035/").content.decode(), "unheard")

    assert (
        "Least was heard from in care : 3 in 100 answered (about 40 of 1,350) in July 2025 to June "
        "2026."
    ) in said
    assert "Child in need or child protection plan about 210 4,840 4 in 100" in said
    assert "Too few answered to say how many: 4 to 7, with a grown-up; Early help" in said
    assert "Leaving care about 15" not in said  # nobody knows of how many


def test_that_nearly_all_answered_is_not_told_more_exactly(
    client: Client, leeds: Authority, story: list[Release]
) -> None:
    ServicePopulation.objects.create(
        authority=leeds, service="in-care", number=41, derived=False, year=2025
    )

    said = section(client.get("/report/E08000035/").content.decode(), "unheard")

    assert "In care about 40 41 over 90 in 100" in said


def test_before_the_first_year_it_is_said_when_groups_come(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    said = section(client.get("/report/E08000035/").content.decode(), "unheard")

    assert "How many of each group answered is published once a year" in said


def test_what_families_suggest_most_is_told_beside_england(
    client: Client, leeds: Authority
) -> None:
    own: Said = {
        ("topic-workers", "all", "four"): Share(24, 120, 17, 32, nearest=10),
        ("topic-waiting", "all", "four"): Share(41, 120, 33, 50, nearest=10),
        ("topic-home", "all", "four"): Share(End.UNDER, 120, nearest=10),
    }
    england: Said = {("topic-waiting", "all", "four"): Share(29, 9000, 28, 30, nearest=100)}
    areas = {leeds.gss_code: {**some_figures(), **own}, ENGLAND: {**ENGLANDS, **england}}
    a_release(areas)

    said = section(client.get("/report/E08000035/").content.decode(), "suggested")

    assert "“Waiting for help” (41%) and “How workers treat people” (24%)" in said
    assert "of about 120 answers" in said
    assert "Waiting for help 41% range 33% to 50% England 29%" in said
    assert "Each under 10%: Where people live." in said


def test_what_few_suggest_is_not_shown_and_it_is_said_why(client: Client, leeds: Authority) -> None:
    few: Said = {(f"topic-{code}", "all", "four"): Withheld(TOO_FEW_ANSWERS) for code in topics()}
    a_release_of(leeds, {**some_figures(), **few})

    said = section(client.get("/report/E08000035/").content.decode(), "suggested")

    assert "is not shown: fewer than 10 people answered this." in said


def test_before_the_second_wave_it_is_said_when_topics_come(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    said = section(client.get("/report/E08000035/").content.decode(), "suggested")

    assert "that is told of several waves together, from the second one on" in said


def test_the_report_names_its_release(client: Client, leeds: Authority) -> None:
    release = a_release_of(leeds)

    page = words_of(client.get("/report/E08000035/"))

    assert "Leeds: what children and families say" in page
    assert (
        "July to September 2026 · Summer 2026 · release 1, published 2 November 2026 · the newest"
    ) in page.replace(release.wave.name, "Summer 2026")
    assert f"Number 1, published 2 November 2026. Digest {release.digest[:12]}" in page


def test_the_figures_say_that_families_choose_whether_to_answer(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    page = client.get("/report/E08000035/").content.decode()

    assert "Families choose whether to answer; this is not a sample survey." in section(
        page, "in-short"
    )
    assert "Self-selected replies; not a sample survey." in section(page, "reading")


def test_simulated_figures_say_so_on_every_page(
    client: Client, leeds: Authority, story: list[Release]
) -> None:
    for address in (*PAGES, "/report/"):
        assert "These figures are simulated: no family answered." in words_of(client.get(address))


def test_real_figures_do_not_say_that_they_are_simulated(client: Client, leeds: Authority) -> None:
    a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()), simulated=False)

    for address in (*PAGES, "/report/"):
        assert "simulated" not in words_of(client.get(address))


def test_replies_by_an_open_link_stand_apart(client: Client, leeds: Authority) -> None:
    release = a_release_of(leeds, {SAFE: Share(72, 250, lower=66, upper=77)}, published_at=None)
    by_open_link: Said = {
        ("safe", "all"): Share(30, 12, lower=13, upper=55),
        (REPLIES, "all"): Count(15, nearest=5),
    }
    Figure.objects.bulk_create(
        Figure(
            release=release,
            area=leeds.gss_code,
            channel=Channel.OPEN,
            indicator=indicator,
            slice=part,
            value=to_json(figure),
        )
        for (indicator, part, *_), figure in by_open_link.items()
    )
    release.published_at = PUBLISHED_AT
    release.save()

    page = words_of(client.get("/report/E08000035/"))

    assert "About 15 people in Leeds answered by an open link, as on a poster." in page
    assert "Feel safe 30% 13% to 55% 12" in page
    assert "Feel safe 72% range 66% to 77% 250 answers" in page


def test_nothing_is_said_of_open_links_where_there_was_none(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    assert "open link" not in words_of(client.get("/report/E08000035/"))


# --- releases ------------------------------------------------------------------------------------


def test_a_correction_of_an_old_wave_is_not_taken_for_the_newest_figures(
    client: Client, leeds: Authority
) -> None:
    first, second = waves(2)
    a_release_of(leeds, wave=second)
    a_release_of(leeds, wave=first)
    a_release_of(leeds, wave=first, number=2, note="Ages were mixed up.")

    page = words_of(client.get("/report/E08000035/"))

    assert "July to September 2026 · " in page


def test_an_older_release_stays_readable_and_says_that_it_is_old(
    client: Client, leeds: Authority
) -> None:
    first, second = waves(2)
    corrected = a_release_of(leeds, {SAFE: Share(60, 231, lower=54, upper=66)}, wave=first)
    a_release_of(leeds, wave=first, number=2, note="Ages were mixed up.")
    a_release_of(leeds, wave=second)

    response = client.get(f"/report/E08000035/?release={corrected.pk}")

    page = words_of(response)
    assert "A corrected release of this wave is out." in page
    assert "Feel safe 60% range 54% to 66% 231 answers" in page
    assert f'href="/report/E08000035/safe/?release={corrected.pk}"' in response.content.decode()


@pytest.mark.parametrize("page", ["", "safe/", "coverage/", "children/"])
def test_every_page_of_an_older_release_says_so_and_knows_nothing_later(
    client: Client, leeds: Authority, page: str
) -> None:
    first, second = waves(2)
    older = a_release_of(leeds, wave=first)
    a_release_of(leeds, {SAFE: Share(83, 83, lower=73, upper=89)}, wave=second)

    read = words_of(client.get(f"/report/E08000035/{page}?release={older.pk}"))

    assert "These are older figures." in read
    assert "April to June 2026" in read
    assert "83%" not in read


# --- who may see what is not published -----------------------------------------------------------


@pytest.fixture
def prepared(leeds: Authority) -> Release:
    """Not published: Leeds, where everyone is safe, and Hull, which is none of Leeds's business."""
    hull = an_authority(name="Kingston upon Hull, City of", gss_code="E06000010")
    areas: dict[str, Said] = {
        leeds.gss_code: {SAFE: Share(83, 83, lower=73, upper=89)},
        hull.gss_code: {SAFE: Share(37, 41, lower=24, upper=52)},
        ENGLAND: {SAFE: Share(64, 6400, lower=63, upper=65, nearest=10)},
    }
    behind = {(ENGLAND, "spread:wave:safe"): SPREAD}
    return a_release(areas, published_at=None, behind=behind)


def test_nobody_sees_figures_before_they_are_published(client: Client, prepared: Release) -> None:
    addresses = [*PAGES, "/report/E06000010/", "/report/E06000010/safe/", "/report/"]
    for address in addresses:
        page = words_of(client.get(address))
        assert ("83%" in page, "37%" in page, "64%" in page) == (False, False, False)
    for address in (*PAGES, "/report/E08000035/safe/funnel.svg", "/report/england/funnel.svg"):
        assert client.get(f"{address}?release={prepared.pk}").status_code == 404


def test_an_unpublished_release_and_one_that_never_was_look_the_same(
    client: Client, prepared: Release
) -> None:
    hidden = client.get(f"/report/E08000035/?release={prepared.pk}")
    absent = client.get("/report/E08000035/?release=999999")

    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize("asked", ["x", "-1", "1.5", "99999999999999999999", "%00", "1' OR '1'='1"])
def test_a_release_that_cannot_be_is_not_there(
    client: Client, leeds: Authority, asked: str
) -> None:
    assert client.get("/report/E08000035/", {"release": asked}).status_code == 404


def test_a_planner_sees_the_prepared_figures_of_their_own_authority(
    leeds: Authority, prepared: Release
) -> None:
    planner = a_reader(Role.PLANNER, leeds)

    response = planner.get(f"/report/E08000035/?release={prepared.pk}")

    assert "Not published. These figures were prepared on 2 November 2026" in words_of(response)
    assert "Feel safe 83% range 73% to 89% 83 answers" in words_of(response)
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("page", ["", "safe/", "coverage/", "children/"])
def test_a_planner_does_not_see_prepared_figures_of_england_or_of_any_neighbour(
    leeds: Authority, prepared: Release, page: str
) -> None:
    hull = Authority.objects.get(gss_code="E06000010")
    StatisticalNeighbour.objects.create(authority=leeds, neighbour=hull, rank=1, closeness="Close")
    planner = a_reader(Role.PLANNER, leeds)

    read = words_of(planner.get(f"/report/E08000035/{page}?release={prepared.pk}"))

    assert ("64%" in read, "37%" in read, "Hull" in read) == (False, False, False)


def test_englands_prepared_figures_come_with_the_published_release(
    leeds: Authority, prepared: Release
) -> None:
    page = words_of(a_reader(Role.PLANNER, leeds).get(f"/report/E08000035/?release={prepared.pk}"))

    assert "England’s figures come with the published release, and this comparison with" in page


@pytest.mark.parametrize("page", ["england/", "region/E12000001/", "england/funnel.svg"])
def test_a_planner_does_not_see_the_prepared_national_report(
    leeds: Authority, prepared: Release, page: str
) -> None:
    planner = a_reader(Role.PLANNER, leeds)

    assert planner.get(f"/report/{page}?release={prepared.pk}").status_code == 404


def test_a_national_administrator_sees_englands_prepared_figures(prepared: Release) -> None:
    administrator = a_reader(Role.NATIONAL_ADMINISTRATOR)

    page = words_of(administrator.get(f"/report/E08000035/?release={prepared.pk}"))
    national = words_of(administrator.get(f"/report/england/?release={prepared.pk}"))

    assert "Feel safe 83% range 73% to 89% 83 answers England 64% Better" in page
    assert "Feel safe 64% range 63% to 65% 6,400 answers" in national
    assert "Not published." in national


def test_a_planner_cannot_reach_the_unpublished_figures_of_another_authority(
    leeds: Authority, prepared: Release
) -> None:
    planner = a_reader(Role.PLANNER, leeds)

    seen = [
        planner.get(address, {"release": prepared.pk})
        for address in (
            "/report/E06000010/",
            "/report/E06000010/safe/",
            "/report/E06000010/safe/compared.svg",
            "/report/E06000010.csv",
        )
    ]
    progress = planner.get("/staff/progress/E06000010/")

    assert [response.status_code for response in seen] == [404] * 4
    assert not any(b"37%" in response.content for response in seen)
    assert progress.status_code == 403


@pytest.mark.parametrize("role", [Role.LISTENER, Role.IMPROVEMENT_LEAD, Role.COORDINATOR])
def test_other_roles_do_not_see_prepared_figures(
    leeds: Authority, prepared: Release, role: Role
) -> None:
    address = f"/report/E08000035/?release={prepared.pk}"

    assert a_reader(role, leeds).get(address).status_code == 404


# --- the index, and what is not there ------------------------------------------------------------


def test_the_index_lists_authorities_in_force_by_region(client: Client, leeds: Authority) -> None:
    an_authority(name="Cumbria", in_force_until=date(2023, 3, 31))
    an_authority(name="Bristol, City of", region=a_region(gss_code="E12000009", name="South West"))

    page = words_of(client.get("/report/"))

    assert "North East Leeds South West Bristol, City of" in page
    assert "Cumbria" not in page


def test_the_index_shows_england_of_the_newest_release(client: Client, leeds: Authority) -> None:
    for wave in waves(2):
        a_release_of(leeds, wave=wave)

    page = words_of(client.get("/report/"))

    assert (
        "July to September 2026. Release 1, published 2 November 2026. "
        "About 5,200 children, young people and parents answered by invitation."
    ) in page
    assert "Feel safe 75% range 74% to 76% 5,200 answers" in page


def test_the_index_works_before_anything_is_published(client: Client, leeds: Authority) -> None:
    page = words_of(client.get("/report/"))

    assert "No figures are published yet." in page
    assert "Leeds" in page


@pytest.mark.parametrize(
    "sought", ["leeds", "LEEDS", "E08000035", "e08000035", "383", "  leeds ", "north east leeds"]
)
def test_an_authority_is_found_by_name_region_or_code(
    client: Client, leeds: Authority, sought: str
) -> None:
    an_authority(name="Bradford", dfe_number="380")

    page = words_of(client.get("/report/", {"q": sought}))

    assert "Leeds" in page
    assert "Bradford" not in page


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("St. Helens", "st helens"),
        ("King's Lynn", "kings lynn"),
        ("King's Lynn", "King’s Lynn"),
        ("Bristol, City of", "city of bristol"),
        ('The "Free" & <b>Bold</b>', "free bold"),
    ],
)
def test_marks_in_a_name_do_not_stand_in_the_way(client: Client, name: str, sought: str) -> None:
    authority = an_authority(name=name)
    a_release_of(authority)

    found = client.get("/report/", {"q": sought})
    report = client.get(f"/report/{authority.gss_code}/")

    assert f"/report/{authority.gss_code}/" in found.content.decode()
    assert f"{name}: what children and families say" in words_of(report)
    assert b"<b>Bold" not in report.content


def test_nothing_found_says_what_to_do(client: Client, leeds: Authority) -> None:
    page = words_of(client.get("/report/", {"q": "<script>atlantis"}))

    assert "Nothing found for “<script>atlantis”" in page
    assert "Try a shorter part of the name" in page


@pytest.mark.parametrize("code", ["E06999999", "leeds", "a'b\"c,d", "=1+1", "x" * 500, "é"])
def test_an_unknown_code_gets_a_friendly_page(client: Client, code: str) -> None:
    response = client.get(f"/report/{code}/")

    assert response.status_code == 404
    assert "No local authority has the code" in words_of(response)
    assert "Find a local authority by its name" in words_of(response)


def test_a_code_may_be_typed_in_small_letters(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)

    assert client.get("/report/e08000035/").status_code == 200


def test_an_authority_without_figures_says_so(client: Client, leeds: Authority) -> None:
    response = client.get("/report/E08000035/")

    assert response.status_code == 200
    assert "No figures are published yet for Leeds" in words_of(response)


def test_an_authority_that_ended_keeps_its_report(client: Client) -> None:
    ended = an_authority(name="Cumbria", in_force_until=date(2023, 3, 31))
    a_release_of(ended)

    assert "Cumbria: what children" in words_of(client.get(f"/report/{ended.gss_code}/"))


def test_the_methods_page_says_it_in_plain_english(client: Client) -> None:
    page = words_of(client.get("/report/methods/"))

    for heading in (
        "What a figure is",
        "What the range says",
        "Weighing",
        "Comparing",
        "Why some figures are not shown",
        "Releases",
    ):
        assert heading in page
    assert "The range says nothing about those who chose not to answer." in page


@pytest.mark.parametrize("address", ["/report/", *PAGES, "/report/methods/"])
def test_pages_can_be_read_only(client: Client, leeds: Authority, address: str) -> None:
    assert client.post(address).status_code == 405


def test_pages_need_no_style_or_script_that_the_policy_refuses(
    client: Client, leeds: Authority, story: list[Release]
) -> None:
    for address in ("/report/", *PAGES, "/report/methods/", "/report/x/"):
        response = client.get(address)
        assert b"style=" not in response.content
        assert b"<script" not in response.content
        assert "style-src 'self'" in response["Content-Security-Policy"]


# --- what it costs -------------------------------------------------------------------------------


# Each page: its address, and its queries. Of an authority: itself, its releases; their figures,
# what stands behind them, events, what is published; and what else the page shows. Where a page
# tells of its release, who saw it early and what it cost are two.
QUERIES = [
    ("/report/E08000035/", 10),  # users of services, plans
    ("/report/E08000035/safe/", 12),  # neighbours, names, the next release, plans
    ("/report/E08000035/coverage/", 9),  # users of services
    ("/report/E08000035/children/", 6),
    ("/report/england/", 9),  # releases, figures, behind, authorities, replies, regions
    ("/report/region/E12000001/", 9),  # itself, releases, figures, behind, authorities, replies
    ("/report/E92000001/safe/", 9),  # releases, figures, behind, authorities, replies, the next
    ("/report/", 3),
]


@pytest.mark.parametrize("page", QUERIES)
@pytest.mark.parametrize("size", [(1, 1), (3, 6)])
def test_a_page_needs_as_many_queries_however_much_there_is(
    client: Client,
    leeds: Authority,
    django_assert_num_queries: DjangoAssertNumQueries,
    page: tuple[str, int],
    size: tuple[int, int],
) -> None:
    (address, queries), (authorities, count) = page, size
    others = [an_authority(gss_code=f"E0600010{number}") for number in range(authorities - 1)]
    for rank, other in enumerate(others, start=1):
        StatisticalNeighbour.objects.create(
            authority=leeds, neighbour=other, rank=rank, closeness="Close"
        )
    for wave in waves(count):
        told = {each.gss_code: figures() for each in (leeds, *others)}
        reports.a_release({**told, ENGLAND: reports.ENGLANDS}, wave=wave)

    client.get(address)  # a survey's words are read once a process
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.slow
@pytest.mark.parametrize(("address", "queries"), QUERIES)
def test_a_page_among_153_authorities_over_six_waves_needs_no_more(
    client: Client,
    leeds: Authority,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
) -> None:
    everyone = [leeds, *(an_authority(gss_code=f"E06{100 + n:06}") for n in range(152))]
    for wave in waves(6):
        told = {each.gss_code: figures() for each in everyone}
        reports.a_release({**told, ENGLAND: reports.ENGLANDS}, wave=wave)

    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def test_only_the_latest_three_years_are_drawn(leeds: Authority) -> None:
    releases = [
        a_release_of(
            leeds, wave=a_closed_wave(opens_on=date(year, 1, 1), closes_on=date(year, 3, 31))
        )
        for year in range(2010, 2026)
    ]
    newest_first = list(reversed(releases))

    report = reporting.report(leeds, newest_first[0], releases=newest_first, with_england=True)

    years = [each.release.wave.period_start.year for each in report.measure("safe").waves]
    assert years == list(range(2014, 2026))


# --- surveys that were asked elsewhere -----------------------------------------------------------

ELSEWHERE = Path("docs/examples/friends-and-family.toml").read_text(encoding="utf-8")
RECOMMEND = ("recommend", "all")


def a_past_release(authority: Authority, start: date, end: date, *, percent: int = 80) -> Release:
    """Of the Friends and Family Test, by an open link, as an import makes it."""
    wave = a_closed_wave(
        slug=f"fft-{start}", opens_on=start, closes_on=end, version=a_version(ELSEWHERE)
    )
    figures: Said = {RECOMMEND: Share(percent, 60, lower=70, upper=88), (REPLIES, "all"): Count(64)}
    return a_release({authority.gss_code: figures}, wave=wave, channel=Channel.OPEN)


def test_a_trend_holds_no_wave_of_a_survey_that_did_not_ask(leeds: Authority) -> None:
    past = [a_past_release(leeds, date(2024, n, 1), date(2024, n, 28)) for n in range(1, 11)]
    own = [a_release_of(leeds, wave=wave) for wave in waves(6)]
    newest_first = list(reversed([*past, *own]))

    report = reporting.report(leeds, own[-1], releases=newest_first, with_england=True)

    assert {each.indicator.code for each in report.indicators} == {
        code for code, *_ in some_figures() if code != REPLIES
    }
    for each in report.indicators:
        assert [wave.release for wave in each.waves] == own


def test_a_past_survey_of_a_later_period_does_not_take_the_place_of_ours(
    client: Client, leeds: Authority
) -> None:
    ours = a_release_of(leeds, wave=waves(1)[0])
    past = a_past_release(leeds, date(2026, 10, 1), date(2026, 10, 31))

    page = words_of(client.get("/report/E08000035/"))
    other = words_of(client.get("/report/E08000035/", {"release": past.pk}))
    index = words_of(client.get("/report/"))

    assert f"Digest {ours.digest[:12]}" in page
    assert "Other releases October 2026" in page
    assert "older figures" not in page + other
    assert "July to September 2026. Release 1" in index


def test_the_core_survey_comes_before_any_other_that_is_asked_here(leeds: Authority) -> None:
    first, second = waves(2)
    core_wave = a_closed_wave(
        slug="core",
        opens_on=first.opens_on,
        closes_on=first.closes_on,
        version=a_version(SOURCE.replace('code = "small"', f'code = "{reporting.CORE}"')),
    )
    of_core = a_release_of(leeds, wave=core_wave)
    a_release_of(leeds, wave=second)
    seen = reporting.releases_of(leeds, AnonymousUser(), today=date(2026, 11, 23))

    assert reporting.chosen(seen, None) == of_core


def test_a_wave_that_nobody_was_invited_to_is_reported_by_its_open_link(
    client: Client, leeds: Authority
) -> None:
    a_past_release(leeds, date(2026, 8, 1), date(2026, 8, 31), percent=76)
    a_past_release(leeds, date(2026, 9, 1), date(2026, 9, 30), percent=82)

    response = client.get("/report/E08000035/")

    page = words_of(response)
    assert "64 people in Leeds answered, all by an open link, as on a poster." in page
    assert "Would recommend the service 82% range 70% to 88% 60 answers" in page
    assert "There are no figures of England to compare with." in page
    assert "there is no figure" not in page
    assert "England’s figures come" not in page
    one = words_of(client.get("/report/E08000035/recommend/"))
    assert "82% 95% range 70% to 88%, 60 answers in this wave." in one


# --- panels that others add ----------------------------------------------------------------------


def test_a_room_above_adds_a_panel_between_ours(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)
    added = Panel("promises", "What was promised", 250, "analytics/simulated.html", lambda _: {})
    panels.register(added)

    try:
        page = client.get("/report/E08000035/").content.decode()
    finally:
        panels.unregister(added)

    sections = re.findall(r'<section class="panel" id="([^"]*)"', page)
    assert sections == [
        "in-short",
        "unheard",
        "suggested",
        "promises",
        "figures",
        "reading",
        "release",
    ]


def test_a_panel_with_nothing_to_show_is_left_out(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)
    added = Panel("empty", "Nothing", 250, "analytics/simulated.html", lambda _: None)
    panels.register(added)

    try:
        page = client.get("/report/E08000035/").content.decode()
    finally:
        panels.unregister(added)

    assert "Nothing" not in page


def test_a_panel_may_say_something_about_one_figure_on_its_page(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    def about(_: AreaReport, code: str) -> Content:
        return {} if code == "safe" else None

    added = Panel(
        "promises", "What was promised", 250, "analytics/simulated.html", lambda _: None, about
    )
    panels.register(added)

    try:
        pages = [client.get(f"/report/E08000035/{code}/") for code in ("safe", "told")]
    finally:
        panels.unregister(added)

    assert ["What was promised" in words_of(page) for page in pages] == [True, False]


def test_two_panels_cannot_have_one_name() -> None:
    def show(report: AreaReport) -> None:
        return None

    panels.register(Panel("twice", "One", 1, "a.html", show))

    try:
        with pytest.raises(ValueError, match="two panels 'twice'"):
            panels.register(Panel("twice", "Other", 1, "a.html", show))
    finally:
        panels.unregister(Panel("twice", "One", 1, "a.html", show))


# --- progress before release ---------------------------------------------------------------------


def test_progress_is_what_was_mixed_and_hides_what_is_under_ten(leeds: Authority) -> None:
    today = datetime.now(tz=UTC).date()
    participation = a_participation(
        leeds, opens_on=today.replace(day=1, month=1), closes_on=today.replace(day=31, month=12)
    )
    some_codes(participation, 32)
    for day, size in ((2, 14), (3, 12)):
        Batch.objects.create(
            wave=participation.wave,
            participation=participation,
            area=leeds.gss_code,
            channel=Channel.INVITED,
            mixed_on=today.replace(day=day, month=1),
            size=size,
        )

    page = words_of(a_reader(Role.PLANNER, leeds).get("/staff/progress/E08000035/"))

    assert "Replies by invitation 26 counted so far; 32 codes were made" in page
    assert "Replies by an open link fewer than 10 counted so far" in page
    assert "How many could answer 1000" in page
    assert f"Last counted 3 January {today.year}" in page


def test_progress_does_not_tell_that_all_but_a_few_have_answered(leeds: Authority) -> None:
    today = datetime.now(tz=UTC).date()
    participation = a_participation(
        leeds, opens_on=today.replace(day=1, month=1), closes_on=today.replace(day=31, month=12)
    )
    some_codes(participation, 12)
    Batch.objects.create(
        wave=participation.wave,
        participation=participation,
        area=leeds.gss_code,
        channel=Channel.INVITED,
        mixed_on=today,
        size=12,
    )

    page = words_of(a_reader(Role.PLANNER, leeds).get("/staff/progress/E08000035/"))

    assert "nearly all counted so far; 12 codes were made" in page


def test_progress_ends_where_figures_are_published(leeds: Authority) -> None:
    participation = a_participation(leeds, opens_on=date(2026, 7, 1), closes_on=date(2026, 9, 30))
    a_release_of(leeds, wave=participation.wave)

    page = words_of(a_reader(Role.PLANNER, leeds).get("/staff/progress/E08000035/"))

    assert "No wave is open here, and every closed one has published figures." in page


def test_progress_leads_a_planner_to_prepared_figures(leeds: Authority, prepared: Release) -> None:
    page = a_reader(Role.PLANNER, leeds).get("/staff/progress/E08000035/").content.decode()

    assert f'href="/report/E08000035/?release={prepared.pk}"' in page


def test_progress_is_for_those_who_may_see_it(client: Client, leeds: Authority) -> None:
    assert client.get("/staff/progress/E08000035/").status_code == 302
    assert a_reader(Role.LISTENER).get("/staff/progress/E08000035/").status_code == 403
    assert a_reader(Role.PLANNER, leeds).get("/staff/progress/E08000035/").status_code == 200
    assert a_reader(Role.NATIONAL_ADMINISTRATOR).get("/staff/progress/E0/").status_code == 404


def test_progress_needs_as_many_queries_at_one_wave_as_at_three(
    leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    planner = a_reader(Role.PLANNER, leeds)

    a_participation(leeds)
    # Session, person, authority, two permissions, releases; waves, batches, codes, eligible.
    with django_assert_num_queries(10):
        planner.get("/staff/progress/E08000035/")
    for _ in range(2):
        a_participation(leeds)
    with django_assert_num_queries(10):
        planner.get("/staff/progress/E08000035/")
