"""What a letter to subscribers says of an area: the words of its report's first page, no others."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.timezone import localdate

from analytics import reporting, wide_reporting
from analytics.judging import Named, headlines
from analytics.letters import Told
from analytics.models import Release
from analytics.pages.opening import of_waves, period, told_of
from analytics.pages.own_panels import named_of, sentences
from analytics.reading import Wanted, together
from analytics.reporting import AreaReport
from analytics.wide_reporting import WideReport
from analytics.wording import phrase, spoken, words
from authorities.areas import ENGLAND
from authorities.models import Authority, Region


def told(release: Release, area: str) -> Told | None:
    """What everybody may read of an area in a release, as `analytics.letters.Teller` has it."""
    authority = Authority.objects.select_related("region").filter(gss_code=area).first()
    if authority is not None:
        return _of_authority(authority, release)
    region = Region.objects.filter(gss_code=area).first()
    if region is not None or area == ENGLAND:
        return _of_many(region, release)
    return None


def _of_authority(authority: Authority, release: Release) -> Told | None:
    releases = reporting.releases_of(authority, AnonymousUser(), today=localdate())
    if release not in releases:
        return None
    report = reporting.report(
        authority, release, releases=releases, with_england=True, wanted=Wanted()
    )
    code, query = authority.gss_code, f"?release={release.pk}"
    said = sentences(report, named_of(report))
    return Told(
        area=authority.name,
        period=period(release),
        lead=_lead(report),
        sentences=tuple((each.heading, f"{each.sentence} {each.more}".strip()) for each in said),
        pages=(
            ("The report", f"{reverse('report', args=[code])}{query}"),
            ("The report as a PDF", f"{reverse('report-pdf', args=[code])}{query}"),
            ("Its figures as a spreadsheet", f"{reverse('report-xlsx', args=[code])}{query}"),
        ),
    )


def _lead(report: AreaReport) -> str:
    replies = words(report.replies)
    if not replies.shown:
        return ""
    number = f"{replies.value[:1].upper()}{replies.value[1:]}"
    if report.by_open_link:
        return f"{number} people in {report.authority.name} answered, all by an open link."
    return (
        f"{number} children, young people and parents in {report.authority.name} answered in "
        f"{told_of(report)}."
    )


def _of_many(region: Region | None, release: Release) -> Told | None:
    """Of England, or a region, of which no word of comparison is said but with its own past."""
    releases = wide_reporting.releases_of_england(unpublished=False)
    if release not in releases:
        return None
    report = wide_reporting.report(release, releases=releases, region=region)
    page = reverse("report-region", args=[report.code]) if region else reverse("report-england")
    name = f"{release.wave.slug}.{release.number}"
    return Told(
        area=report.name,
        period=period(release),
        lead=_lead_of_many(report),
        sentences=tuple(_sentences_of_many(report)),
        pages=(
            ("The report", f"{page}?release={release.pk}"),
            ("All figures of this release (CSV)", reverse("release-figures-csv", args=[name])),
        ),
    )


def _lead_of_many(report: WideReport) -> str:
    replies = words(report.replies)
    if not replies.shown:
        return ""
    waves = of_waves(report.lead, together(report.out, report.release))
    return (
        f"{replies.value[:1].upper()}{replies.value[1:]} children, young people and parents "
        f"answered by invitation in {waves}."
    )


def _sentences_of_many(report: WideReport) -> Iterator[tuple[str, str]]:
    named = [
        Named(
            code=each.code,
            name="the experience index" if each.is_index else phrase(each.indicator.wording),
            judged=each.judged(region=""),
            is_index=each.is_index,
        )
        for each in report.indicators
    ]
    index = next((each for each in named if each.is_index), None)
    if index is not None:
        yield "Experience index", _of_index(index)
    if named:
        yield "What changed", _changed(named)


def _of_index(index: Named) -> str:
    value = spoken(index.judged.figure)
    if not value.shown:
        return f"Not shown: {value.reason}."
    return f"{value.value} (95% range {value.range}, {value.base_in_words})."


def _changed(named: list[Named]) -> str:
    said = headlines(named)
    if said.changed:
        return " ".join(
            f"{each.name[:1].upper()}{each.name[1:]}: {each.changed.in_words}"
            for each in said.changed
            if each.changed
        )
    if not said.looked_back:
        return "There is nothing to compare yet."
    figures = "1 figure" if said.looked_back == 1 else f"{said.looked_back} figures"
    return f"Compared with the waves before: {figures}, and none differs beyond chance."
