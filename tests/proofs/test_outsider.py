"""An outsider with nothing but the public pages, files and API of every release.

A small country is asked in five waves and released by the real rules, the last wave twice. The
outsider follows every link there is, reads what every page, drawing, file and answer says of each
figure, lays all of it beside each other, and works out with programmes of their own what the
counts behind the figures that are not shown can be. They import nothing of how these were hidden.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from analytics import disclosure, exporting, releasing, trying, workbooks
from analytics.disclosure import Share
from analytics.errors import Refused
from analytics.figures import Place
from analytics.marks import ALL
from tests.proofs import public_bounds, public_cells, public_pages
from tests.proofs.crawling import CSV, HTML, PDF, SVG, WORKBOOK, Site, crawl, fetched
from tests.proofs.public_cells import NOBODY, Public, conflicts, public, shown, statements
from tests.proofs.public_pages import Read
from tests.proofs.small_country import QUARTERS, REGIONS, Country, add, after, out

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Of another seed a release may be refused, which is safe, and shows nothing here.
SEED = int(os.environ.get("HEARD_PROOF_SEED", "4"))
LARGE = 30  # replies in a wave, from which on little may be hidden
INDICATORS = ("replies", "experience", "safe", "listened", "told", "decisions")


@dataclass(frozen=True)
class Outsider:
    """All that they carried away, and what they read in it.

    Args:
        neighbours: of each authority those most like it, as the Department for Education says.
    """

    site: Site
    known: Public
    neighbours: Mapping[str, list[str]]

    def read(self, site: Site | None = None) -> Read:
        return Read(self.known, dict(self.neighbours)).all_of(site or self.site)


@pytest.fixture(scope="module")
def outsider(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Outsider]:
    """The country is made once, with real commits."""
    with django_db_blocker.unblock():
        try:
            country = Country.made(SEED)
            with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
                *before, last = range(len(QUARTERS))
                for number in before:
                    out(country.asked(number), now=after(number), pool=pool)
                wave = country.asked(last)
                out(wave, now=after(last), pool=pool)
                add(wave, country.authorities[1][0].gss_code, [country.reply()])
                out(wave, now=after(last), note="A reply was found on paper.", pool=pool)
            site = crawl(Client())
            yield Outsider(site, public(site), country.neighbours())
        finally:
            call_command("flush", interactive=False, verbosity=0)


def test_everything_public_is_reached(
    outsider: Outsider, capsys: pytest.CaptureFixture[str]
) -> None:
    site, known = outsider.site, outsider.known
    kinds = {"pages": HTML, "drawings": SVG, "CSV": CSV, "workbooks": WORKBOOK, "PDF": PDF}
    number = {name: sum(1 for _ in site.of(kind)) for name, kind in kinds.items()}
    number |= {"answers": sum(1 for _ in site.of("json")), "pictures": len(site.named)}
    with capsys.disabled():
        print(f"\nAn outsider (seed {SEED}) read {number}, {len(known.cells):,} cells", flush=True)

    assert site.broken() == []
    assert len(known.releases) == len(QUARTERS) + 1
    assert all(number[name] for name in ("pages", "drawings", "CSV", "workbooks", "answers"))
    # Every drawing that there is as a picture was read as a drawing.
    pictures = {each for each in site.named if ".png" in each}
    assert pictures
    assert {each.replace(".png", ".svg") for each in pictures} <= site.documents.keys()


# --- shown or withheld together ------------------------------------------------------------------


def test_a_figure_is_shown_or_withheld_alike_in_every_place(
    outsider: Outsider, capsys: pytest.CaptureFixture[str]
) -> None:
    read = outsider.read()
    said = [*statements(outsider.site), *read.statements]
    with capsys.disabled():
        print(
            f"\n{len(said):,} statements, {read.cells:,} of them read on pages, in "
            f"{read.drawings:,} drawings; {read.printed:,} figures in print",
            flush=True,
        )

    assert conflicts(said) == []
    assert read.problems == []
    assert public_pages.same_drawings(outsider.site) == []
    # All that data says of a figure is also said by some page, or the outsider cannot read pages.
    on_pages = {each.cell for each in read.statements}
    newest = outsider.known.newest()[-1]
    areas = outsider.known.region_of.keys()
    assert {
        cell
        for cell in outsider.known.cells
        if cell.release == newest and cell.area in areas and cell.span == "four"
    } <= on_pages


def test_no_drawing_can_be_guessed_of_what_is_not_shown(outsider: Outsider) -> None:
    """Also those that no page leads to: their addresses are easily told from others'."""
    known, client = outsider.known, Client()
    answered, asked = [], 0
    for area in known.region_of:
        for code in INDICATORS[1:]:
            for name in ("compared", "funnel", "over-time", "by-gender"):
                address = f"/report/{area}/{code}/{name}.svg"
                found = outsider.site.documents.get(address) or fetched(client, address)
                asked += 1
                if found.status == 200:
                    answered.append(found)

    site = Site({each.address: each for each in answered})
    assert 0 < len(answered) < asked
    assert public_pages.drawings_of_what_is_not_shown(site, known) == []


def test_what_stands_behind_figures_is_of_those_that_are_shown(outsider: Outsider) -> None:
    """How many authorities a spread is of, and how a total was weighted that is not shown."""
    known = outsider.known
    spreads = weights = 0
    for answer in outsider.site.of("json", "/api/v1/backgrounds/"):
        content: Any = answer.json()
        for row in content["results"]:
            value, release, span = row["value"], row["release"], row["span"]
            channel = row["channel"]
            if value["kind"] == "spread":
                spreads += 1
                points = [
                    area
                    for area in known.region_of
                    if public_cells.is_number(
                        known.get(release, channel, area, row["indicator"], span, "all")
                    )
                ]
                assert value["authorities"] == len(points)
            if value["kind"] == "weights" and value["effective"] is not None:
                weights += 1
                area = row["area"]["gss_code"]
                replies = known.get(release, channel, area, "replies", span, "all")
                assert replies is not None
                assert shown(replies), f"{release} {area} {span}: {value}, and {replies}"
                # Times the design effect it is how many replied: as that is shown, and no nearer.
                number = int(replies["value"])
                tens = 10 * int(number / value["design_effect"] // 10)
                assert value["effective"] == min(number, max(5, tens))

    assert spreads
    assert weights


# --- what can be worked out ----------------------------------------------------------------------


@pytest.mark.parametrize("indicator", INDICATORS)
def test_no_count_that_is_not_shown_can_be_told_to_fewer_than_five(
    outsider: Outsider, indicator: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the newest release of each wave, beside how many replied: nobody else answers."""
    known = outsider.known

    found, wanted = public_bounds.leaks(
        known, known.newest(), indicator, seed=SEED, beside_replies=indicator != "replies"
    )

    with capsys.disabled():
        print(f"\n{indicator}: {wanted} counts are not shown, {len(found)} can be told", flush=True)
    assert wanted
    assert found == []


def test_nor_from_a_wave_as_it_was_before_it_was_corrected(outsider: Outsider) -> None:
    first = [releases[-1] for releases in outsider.known.waves.values()]

    found, wanted = public_bounds.leaks(
        outsider.known, first, "safe", seed=SEED, beside_replies=False
    )

    assert first != outsider.known.newest()
    assert wanted
    assert found == []


def test_a_correction_tells_of_no_few_people(outsider: Outsider) -> None:
    assert public_bounds.told_by_a_correction(outsider.known) == []


def test_hiding_everything_would_not_pass(
    outsider: Outsider, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of authorities with thirty or more replies in a wave."""
    known = outsider.known
    large = {
        (known.waves[wave][0], area)
        for wave in known.waves
        for area in known.region_of
        if (replies := known.get(known.waves[wave][0], "invited", area, "replies", "wave", "all"))
        and shown(replies)
        and int(replies["value"]) >= LARGE
    }
    of_wave, of_groups = Counter[bool](), Counter[bool]()
    for cell, facets in known.cells.items():
        if (cell.release, cell.area) in large and cell.channel == "invited":
            if cell.span == "wave":
                of_wave[shown(facets)] += 1
            if cell.slice != ALL and not facets["in_words"].endswith(NOBODY):
                of_groups[shown(facets)] += 1
    with capsys.disabled():
        print(f"\nshown: {of_wave[True]} of {of_wave.total()} totals of a wave, ", end="")
        print(f"{of_groups[True]} of {of_groups.total()} annual cells", flush=True)

    assert of_wave[True] >= 0.95 * of_wave.total()
    assert of_groups[True] >= 0.8 * of_groups.total()


# --- leaks that are planted ----------------------------------------------------------------------


def test_a_cell_that_one_workbook_shows_is_seen(
    outsider: Outsider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group that is hidden to protect another, in one file of one authority."""
    hidden = next(
        cell
        for cell, facets in outsider.known.cells.items()
        if facets["in_words"].endswith(disclosure.PROTECTS_FEW)
        and cell.slice != ALL
        and cell.area in outsider.known.region_of
        and cell.release in outsider.known.newest()
    )
    in_order = workbooks._in_order

    def leaking(*told: Any) -> list[exporting.Row]:
        return [
            replace(row, value=exporting.cells(Share(50, 15, 27, 73, nearest=5)))
            if (row.place.gss_code, row.indicator, row.part.slice) == (hidden[2:4] + hidden[5:])
            else row
            for row in in_order(*told)
        ]

    monkeypatch.setattr(workbooks, "_in_order", leaking)
    address = f"/report/{hidden.area}.xlsx"
    changed = Site({**outsider.site.documents, address: fetched(Client(), address)})

    found = conflicts(statements(changed))

    assert found
    assert all(hidden.area in each and hidden.slice in each for each in found)
    assert any("'15' at " + address in each for each in found)


def test_a_verdict_and_a_mark_of_what_is_not_shown_are_seen(outsider: Outsider) -> None:
    """Written into one page as a careless template would."""
    page = next(
        each
        for each in outsider.site.of(HTML, "/report/E")
        if len(each.path.strip("/").split("/")) == 2 and 'class="withheld"' in each.text
    )
    head, mark, tail = page.text.partition('<td role="cell" class="withheld"')
    strip, mended = head.rfind("</svg>"), tail
    with_mark = f'{head[:strip]}<circle class="dot" cx="63%"/>{head[strip:]}{mark}{mended}'
    changed = Site({page.address: replace(page, content=with_mark.encode())})

    read = outsider.read(changed)

    assert any("not shown, and marked in a strip" in each for each in read.problems)


def test_a_region_less_its_authorities_is_refused_and_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region's exact base, where one of its authorities shows nothing."""
    country, now = Country.made(SEED, survey="other"), after(2)
    region = REGIONS[1][0]
    shares = trying.figures_of

    def leaking(one: Any) -> Mapping[Place, disclosure.Figure]:
        found, place = dict(shares(one)), Place(region, "safe", ALL)
        if one.part == "safe":
            series = one.series
            tried = releasing_numbers(series)
            members = series.members(region, series.last.code)
            total = [tried(area) for area in members]
            found[place] = disclosure.share(sum(t for t, _ in total), sum(n for _, n in total))
        return found

    monkeypatch.setattr(releasing, "figures_of", leaking)
    wave = country.asked(2)

    with pytest.raises(Refused, match="may not be published"):
        out(wave, now=now)
    # As if nothing had been looked for.
    monkeypatch.setattr(releasing, "found_in", lambda *_: [])
    out(wave, now=now)
    known = public(crawl(Client(), ["/api/v1/"]))

    found, _ = public_bounds.leaks(
        known, known.waves[wave.slug], "safe", seed=SEED, beside_replies=False
    )
    assert any(each.wanted.cell.area in region_of(country, region) for each in found)


def releasing_numbers(series: Any) -> Any:
    """How many were favourable, and how many answered, whether they feel safe."""

    def of(area: str) -> tuple[int, int]:
        tally = series.last.tallies.get(area)
        given = tally.answers("safe", ALL) if tally else {}
        good = given.get("yes", 0) + given.get("mostly", 0)
        return good, good + given.get("no", 0)

    return of


def region_of(country: Country, region: str) -> set[str]:
    place = [code for code, _ in REGIONS].index(region)
    return {each.gss_code for each in country.authorities[place]}


def test_a_wave_with_one_reply_fewer_is_refused_and_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    country = Country.made(SEED, survey="other")
    wave, now = country.asked(0), after(0)
    area = country.authorities[1][0].gss_code
    out(wave, now=now)
    add(wave, area, [country.reply()])
    monkeypatch.setattr(releasing, "_less_than_older", lambda _wave, _part, found: dict(found))

    with pytest.raises(Refused, match=r"differs from .* in fewer than ten people"):
        out(wave, now=now, note="One was counted twice.")
    monkeypatch.setattr(releasing, "too_near", lambda *_: [])
    out(wave, now=now, note="One was counted twice.")
    known = public(crawl(Client(), ["/api/v1/"]))

    assert any(area in each for each in public_bounds.told_by_a_correction(known))
