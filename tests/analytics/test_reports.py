import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics import disclosure, panels, reporting
from analytics.disclosure import Count, End, Share, Withheld, to_json
from analytics.figures import facts
from analytics.indicators import REPLIES
from analytics.models import Figure, Release
from analytics.panels import Panel
from analytics.reporting import AreaReport
from authorities.areas import ENGLAND
from authorities.models import Authority
from authorities.roles import Role
from feedback.models import Batch, Channel
from surveys import core, grammar
from surveys.models import Wave
from tests.analytics.factories import PUBLISHED_AT, Said, a_closed_wave, a_release, some_figures
from tests.authorities.factories import a_member, a_region, an_authority
from tests.surveys.factories import SOURCE, a_participation, a_version, some_codes

pytestmark = pytest.mark.django_db

SAFE = ("safe", "all")
TOO_FEW = Withheld("fewer than 10 people answered this")
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


def a_release_of(authority: Authority, figures: Said | None = None, **more: object) -> Release:
    """With England's figures beside the authority's."""
    areas = {authority.gss_code: figures or some_figures(), ENGLAND: ENGLANDS}
    return a_release(areas, **more)  # type: ignore[arg-type]  # passed on as they came


class Answer(Protocol):
    """What the test client gives back."""

    @property
    def content(self) -> bytes: ...


def words_of(response: Answer) -> str:
    """What a reader sees, in one line."""
    text = re.sub(r"<style.*?</style>|<[^>]*>", " ", response.content.decode())
    for mark, character in (
        ("&#x27;", "'"),
        ("&quot;", '"'),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ):
        text = text.replace(mark, character)
    return " ".join(text.split())


def a_reader(role: Role, authority: Authority | None = None) -> Client:
    """Someone signed in who holds this role."""
    client = Client()
    client.force_login(a_member(role, authority))
    return client


# --- the report ----------------------------------------------------------------------------------


def test_a_planner_reads_a_value_with_its_answers_its_range_and_englands(
    client: Client, leeds: Authority
) -> None:
    figures = {**some_figures(), SAFE: Share(72, 250, lower=66, upper=77)}
    a_release_of(leeds, figures)

    page = words_of(client.get("/report/E08000035/"))

    assert "Leeds: what children and families say" in page
    assert "Feel safe 72% of 250 answers 95% range 66% to 77%. England: 75%" in page
    assert "Feel safe 72% range 66% to 77% 250 answers England 75%" in page


def test_the_report_says_who_answered_when_and_what_release_it_is(
    client: Client, leeds: Authority
) -> None:
    figures = {
        **some_figures(replies=47),
        (REPLIES, "age:8-11"): Count(20),
        (REPLIES, "age:12-17"): Withheld("it would tell about very few people"),
        (REPLIES, "service:in-care"): Count(30),
        (REPLIES, "service:not-said"): Count(17),
    }
    release = a_release_of(leeds, figures)

    page = words_of(client.get("/report/E08000035/"))

    assert "47 children, young people and parents in Leeds answered by invitation." in page
    assert "Age People 8 to 11 20 12 to 17 not shown" in page
    assert "Service People In care 30 Not said 17" in page
    assert f"Number 1, published 2 November 2026. Digest {release.digest[:12]}" in page
    assert "July to September 2026" in page
    assert "North East" in page


def test_the_summary_names_the_highest_and_lowest_values_with_their_answers(
    client: Client, leeds: Authority
) -> None:
    figures = {
        SAFE: Share(88, 75, lower=79, upper=94),
        ("respected", "all"): Share(End.OVER, 60),
        ("told", "all"): Share(54, 93, lower=44, upper=64),
        ("rights", "all"): Share(31, 90, lower=22, upper=41),
    }
    a_release_of(leeds, figures)

    page = words_of(client.get("/report/E08000035/"))

    assert (
        "Highest values over 90% Are treated with respect 60 answers; England 75% "
        "88% Feel safe range 79% to 94%, 75 answers; England 75% "
        "Lowest values 31% Know their rights range 22% to 41%, 90 answers; England 75% "
        "54% Are told what is happening range 44% to 64%, 93 answers; England 75%"
    ) in page


def test_a_value_of_few_answers_is_shown_and_called_neither_high_nor_low(
    client: Client, leeds: Authority
) -> None:
    figures: Said = {
        SAFE: Share(88, 75, lower=79, upper=94),
        ("told", "all"): Share(54, 93, lower=44, upper=64),
        ("rights", "all"): Share(31, 29, lower=17, upper=49),
    }
    a_release_of(leeds, figures)

    page = words_of(client.get("/report/E08000035/"))

    assert "Lowest values 54% Are told what is happening" in page
    assert "Few answers: 1 of 3 figures rest on fewer than 30 answers." in page
    assert "Know their rights 31% range 17% to 49% 29 answers England 75%" in page


def test_where_few_answered_at_all_no_value_is_called_high_or_low(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds, some_figures(replies=14, favourable=7))

    page = words_of(client.get("/report/E08000035/"))

    assert "Few answers: 12 of 12 figures rest on fewer than 30 answers." in page
    assert "Highest values" not in page


def test_a_withheld_figure_says_why_and_shows_no_number(client: Client, leeds: Authority) -> None:
    a_release_of(leeds, {**some_figures(), SAFE: TOO_FEW})

    page = words_of(client.get("/report/E08000035/"))

    assert "Feel safe Not shown Why: fewer than 10 people answered this. England: 75%." in page
    assert (
        "Not shown: 1 of 12 figures, to protect people (fewer than 10 people answered this)" in page
    )


def test_the_end_of_a_share_has_no_range_and_no_place_in_a_drawing(
    client: Client, leeds: Authority
) -> None:
    for wave in waves(2):
        a_release_of(leeds, {SAFE: Share(End.OVER, 60)}, wave=wave)

    response = client.get("/report/E08000035/")

    assert "over 90% of 60 answers Nearer than this is not shown" in words_of(response)
    dots = re.findall(r'class="dots" d="([^"]*)"', response.content.decode())
    assert dots == [""]


def test_the_figures_say_that_nobody_was_sampled(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)

    page = words_of(client.get("/report/E08000035/"))

    assert page.count("Self-selected replies; not a sample survey.") == 2


def test_simulated_figures_say_so_on_every_page(client: Client, leeds: Authority) -> None:
    a_release_of(leeds, wave=a_closed_wave(simulated=True))

    for address in ("/report/", "/report/E08000035/"):
        assert "These figures are simulated: no family answered." in words_of(client.get(address))


def test_real_figures_do_not_say_that_they_are_simulated(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)

    for address in ("/report/", "/report/E08000035/"):
        assert "simulated" not in words_of(client.get(address))


def test_each_question_is_shown_as_it_was_asked(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)

    page = words_of(client.get("/report/E08000035/"))

    assert "“Do you feel safe?” (8 to 11)" in page
    assert "“Do you feel safe with us?” (12 to 17)" in page
    assert "Counted as good: Yes, a lot; Yes." in page


def test_replies_by_an_open_link_stand_apart(client: Client, leeds: Authority) -> None:
    release = a_release_of(leeds, {SAFE: Share(72, 250, lower=66, upper=77)}, published_at=None)
    by_open_link: Said = {
        ("safe", "all"): Share(30, 12, lower=13, upper=55),
        (REPLIES, "all"): Count(14),
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
        for (indicator, part), figure in by_open_link.items()
    )
    release.published_at = PUBLISHED_AT
    release.save()

    page = words_of(client.get("/report/E08000035/"))

    assert "14 people in Leeds answered by an open link, as on a poster." in page
    assert "Feel safe 30% 13% to 55% 12" in page
    assert "Feel safe 72% of 250 answers" in page
    assert "By an open link, counted apart 14" in page


def test_nothing_is_said_of_open_links_where_there_was_none(
    client: Client, leeds: Authority
) -> None:
    a_release_of(leeds)

    assert "open link" not in words_of(client.get("/report/E08000035/"))


# --- over time -----------------------------------------------------------------------------------


def test_a_trend_is_a_drawing_with_a_title_a_description_and_a_table_twin(
    client: Client, leeds: Authority
) -> None:
    values: list[disclosure.Figure] = [
        TOO_FEW,
        Share(60, 231, lower=54, upper=66),
        Share(66, 62, lower=54, upper=77),
    ]
    for wave, value in zip(waves(3), values, strict=True):
        a_release_of(leeds, {SAFE: value}, wave=wave)

    response = client.get("/report/E08000035/")

    [drawing] = re.findall(
        r'<svg class="trend"(.*?)</figure>', response.content.decode(), re.DOTALL
    )
    assert 'role="img" aria-labelledby="safe-title safe-desc"' in drawing
    assert re.findall(r'<(?:title|desc) id="([^"]*)">(.*?)</', drawing) == [
        ("safe-title", "Children and families who feel safe over time"),
        (
            "safe-desc",
            (
                "3 waves. January to March 2026: not shown. July to September 2026: 66%. "
                "England then: 75%. Not shown in 1 of the waves."
            ),
        ),
    ]
    assert (
        "July to September 2026 66% 54% to 77% 62 75% "
        "April to June 2026 60% 54% to 66% 231 75% "
        "January to March 2026 not shown: fewer than 10 people answered this 75%"
    ) in words_of(response)


def test_the_first_wave_has_no_trend_and_says_so(client: Client, leeds: Authority) -> None:
    a_release_of(leeds)

    response = client.get("/report/E08000035/")

    assert "This is the first wave with figures here." in words_of(response)
    assert b'class="trend"' not in response.content


def test_a_trend_takes_the_newest_release_of_each_wave(client: Client, leeds: Authority) -> None:
    first, second = waves(2)
    a_release_of(leeds, {SAFE: Share(60, 231, lower=54, upper=66)}, wave=first)
    a_release_of(leeds, {SAFE: Share(61, 231, lower=55, upper=67)}, wave=first, number=2)
    a_release_of(leeds, {SAFE: Share(70, 99, lower=60, upper=78)}, wave=second)

    page = words_of(client.get("/report/E08000035/"))

    assert "April to June 2026 61% 55% to 67% 231 75%" in page
    assert "60%" not in page.replace("60% to 78%", "")


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

    page = words_of(client.get(f"/report/E08000035/?release={corrected.pk}"))

    assert "A corrected release of this wave is out." in page
    assert "Feel safe 60% of 231 answers" in page


def test_an_older_wave_has_no_later_one_in_its_trend(client: Client, leeds: Authority) -> None:
    first, second = waves(2)
    older = a_release_of(leeds, wave=first)
    a_release_of(leeds, wave=second)

    page = client.get(f"/report/E08000035/?release={older.pk}")

    assert "These are older figures." in words_of(page)
    assert "This is the first wave with figures here." in words_of(page)


# --- who may see what is not published -----------------------------------------------------------


@pytest.fixture
def prepared(leeds: Authority) -> Release:
    """Not published: Leeds, where everyone is safe, and Hull, which is none of Leeds's business."""
    hull = an_authority(name="Kingston upon Hull, City of", gss_code="E06000010")
    areas = {
        leeds.gss_code: {SAFE: Share(83, 83, lower=73, upper=89)},
        hull.gss_code: {SAFE: Share(37, 41, lower=24, upper=52)},
        ENGLAND: {SAFE: Share(64, 6400, lower=63, upper=65, rounded=True)},
    }
    return a_release(areas, published_at=None)


def test_nobody_sees_figures_before_they_are_published(client: Client, prepared: Release) -> None:
    for address in ("/report/E08000035/", "/report/E06000010/", "/report/"):
        page = words_of(client.get(address))
        assert ("83%" in page, "37%" in page, "64%" in page) == (False, False, False)

    assert client.get(f"/report/E08000035/?release={prepared.pk}").status_code == 404


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
    assert "Feel safe 83% of 83 answers" in words_of(response)
    assert response["Cache-Control"] == "private, no-store"


def test_a_planner_does_not_see_englands_prepared_figures(
    leeds: Authority, prepared: Release
) -> None:
    page = words_of(a_reader(Role.PLANNER, leeds).get(f"/report/E08000035/?release={prepared.pk}"))

    assert "64%" not in page
    assert "England’s figures come with the published release." in page


def test_a_national_administrator_sees_englands_prepared_figures(prepared: Release) -> None:
    administrator = a_reader(Role.NATIONAL_ADMINISTRATOR)

    page = words_of(administrator.get(f"/report/E08000035/?release={prepared.pk}"))

    assert "England: 64% of about 6,400 answers" in page


def test_a_planner_cannot_reach_the_unpublished_figures_of_another_authority(
    leeds: Authority, prepared: Release
) -> None:
    planner = a_reader(Role.PLANNER, leeds)

    seen = [
        planner.get(address, {"release": prepared.pk})
        for address in ("/report/E06000010/", "/report/E06000010.csv")
    ]
    progress = planner.get("/staff/progress/E06000010/")

    assert [response.status_code for response in seen] == [404, 404]
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

    for heading in ("What a figure is", "What the range says", "Why some figures are not shown"):
        assert heading in page


@pytest.mark.parametrize("address", ["/report/", "/report/E08000035/", "/report/methods/"])
def test_pages_can_be_read_only(client: Client, leeds: Authority, address: str) -> None:
    assert client.post(address).status_code == 405


def test_pages_need_no_style_or_script_that_the_policy_refuses(
    client: Client, leeds: Authority
) -> None:
    for wave in waves(3):
        a_release_of(leeds, wave=wave)

    for address in ("/report/", "/report/E08000035/", "/report/methods/", "/report/x/"):
        response = client.get(address)
        assert b"style=" not in response.content
        assert b"<script" not in response.content
        assert "style-src 'self'" in response["Content-Security-Policy"]


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize(("authorities", "count"), [(1, 1), (1, 6), (3, 6)])
def test_a_report_needs_as_many_queries_however_much_there_is(
    client: Client,
    leeds: Authority,
    django_assert_num_queries: DjangoAssertNumQueries,
    authorities: int,
    count: int,
) -> None:
    others = [an_authority() for _ in range(authorities - 1)]
    for wave in waves(count):
        areas = {each.gss_code: some_figures() for each in (leeds, *others)}
        a_release({**areas, ENGLAND: ENGLANDS}, wave=wave)

    client.get("/report/E08000035/")  # a survey's words are read once a process
    # The authority, its releases, their figures.
    with django_assert_num_queries(3):
        client.get("/report/E08000035/")


def test_a_report_of_153_authorities_over_six_waves_needs_no_more(
    client: Client, leeds: Authority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everyone = [leeds, *(an_authority() for _ in range(152))]
    for wave in waves(6):
        areas = {each.gss_code: some_figures() for each in everyone}
        a_release({**areas, ENGLAND: ENGLANDS}, wave=wave)

    client.get("/report/E08000035/")  # a survey's words are read once a process
    with django_assert_num_queries(3):
        client.get("/report/E08000035/")
    with django_assert_num_queries(3):
        client.get("/report/")


def test_only_the_latest_three_years_are_drawn(leeds: Authority) -> None:
    releases = [
        a_release_of(
            leeds, wave=a_closed_wave(opens_on=date(year, 1, 1), closes_on=date(year, 3, 31))
        )
        for year in range(2010, 2026)
    ]
    newest_first = list(reversed(releases))

    report = reporting.report(leeds, newest_first[0], releases=newest_first, with_england=True)

    years = [each.release.wave.period_start.year for each in report.indicators[0].waves]
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
        code for code, _ in some_figures() if code != REPLIES
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
    assert "By an open link 64" in page
    assert "Would recommend the service 82% of 60 answers" in page
    assert "September 2026 82% 70% to 88% 60 August 2026 76% 70% to 88% 60" in page
    assert "there is no figure" not in page
    assert "England: " not in page
    assert "by invitation" not in page.split("How to read this")[0]
    assert "England’s figures come" not in page


def test_a_trend_of_other_waves_than_the_first_has_dates_of_its_own(
    client: Client, leeds: Authority
) -> None:
    told: Said = {("told", "all"): Share(54, 93, lower=44, upper=64)}
    safe: Said = {SAFE: Share(66, 62, lower=54, upper=77)}
    first, second, third = waves(3)
    a_release_of(leeds, safe, wave=first)
    a_release_of(leeds, {**safe, **told}, wave=second)
    a_release_of(leeds, {**safe, **told}, wave=third)

    drawings = re.findall(
        r'<svg class="trend"(.*?)</figure>',
        client.get("/report/E08000035/").content.decode(),
        re.DOTALL,
    )

    assert ['<use href="#waves"/>' in each for each in drawings] == [True, False]
    assert re.findall(r'y="174" text-anchor="middle">([^<]*)', drawings[1]) == [
        "Apr–Jun",
        "Jul–Sep",
    ]


# --- names of groups -----------------------------------------------------------------------------


def test_every_answer_to_which_service_has_a_name_in_the_report(
    client: Client, leeds: Authority
) -> None:
    unsure = SOURCE.replace(
        '{ code = "in-care", label = "I am in care" },',
        '{ code = "in-care", label = "I am in care" }, { code = "unsure", label = "Not sure" },',
    )
    figures: Said = {
        **some_figures(replies=30, favourable=20),
        (REPLIES, "service:in-care"): Count(0),
        (REPLIES, "service:unsure"): Count(30),
    }
    a_release_of(leeds, figures, wave=a_closed_wave(version=a_version(unsure)))

    page = words_of(client.get("/report/E08000035/"))

    assert "Service People In care 0 Not sure 30" in page


def test_every_group_that_the_core_survey_counts_has_a_name() -> None:
    survey = grammar.parse(core.source())
    parts = {f"{fact}:{code}" for fact, codes in facts(survey).items() for code in codes}

    named = reporting.named_slices(survey)

    assert parts | {"age:not-said", "service:not-said"} <= named.keys()
    assert named["service:unsure"] == ("Service", "Not sure")
    assert named["service:in-care"] == ("Service", "In care")


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
        "figures",
        "promises",
        "one-by-one",
        "who-answered",
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
