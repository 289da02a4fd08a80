"""Which page or endpoint of this room answers where."""

from collections.abc import Iterator

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from analytics.api import views as api
from analytics.pages import (
    children,
    coverage,
    downloads,
    events,
    indicator,
    progress,
    releases,
    report,
    subscriptions,
    watching,
    wide,
    wide_indicator,
)


class LargerArea(StringConverter):
    """The GSS code of England, or of a region."""

    regex = "[Ee](?:92000001|12[0-9]{6})"


register_converter(LargerArea, "larger_area")

# Before the pages of authorities, whose codes could be any word.
wide_urls: list[URLPattern] = [
    path("report/england/", wide.england, name="report-england"),
    path("report/england/<slug:name>.<str:kind>", wide.drawing, name="report-england-drawing"),
    path("report/region/<str:code>/", wide.region, name="report-region"),
    path("report/<larger_area:area>/", wide.by_code, name="report-by-code"),
    path(
        "report/<larger_area:area>/<slug:code>/",
        wide_indicator.indicator,
        name="report-wide-indicator",
    ),
    path(
        "report/<larger_area:area>/<slug:code>/<slug:name>.<str:kind>",
        wide_indicator.drawing,
        name="report-wide-drawing",
    ),
]

indicator_urls: list[URLPattern] = [
    path("report/<str:gss_code>/coverage/", coverage.coverage, name="report-coverage"),
    path("report/<str:gss_code>/children/", children.children, name="report-children"),
    path("report/<str:gss_code>/<slug:code>/", indicator.indicator, name="report-indicator"),
    path(
        "report/<str:gss_code>/<slug:code>/<slug:name>.<str:kind>",
        indicator.drawing,
        name="report-drawing",
    ),
]

page_urls: list[URLPattern] = [
    path("report/", report.index, name="report-index"),
    path("report/methods/", report.methods, name="report-methods"),
    path("report/<str:gss_code>.csv", downloads.report_csv, name="report-csv"),
    path("report/<str:gss_code>.xlsx", downloads.report_workbook, name="report-xlsx"),
    path("report/<str:gss_code>.pdf", downloads.report_pdf, name="report-pdf"),
    path("report/<str:gss_code>/", report.report, name="report"),
    path("staff/progress/<str:gss_code>/", progress.of_authority, name="staff-progress"),
    path("staff/watch/", watching.waves, name="watch-waves"),
    path("staff/watch/<slug:slug>/", watching.country, name="watch"),
    path("staff/watch/<slug:slug>.csv", watching.country_csv, name="watch-csv"),
    path("staff/watch/<slug:slug>/write", watching.write, name="watch-write"),
    path("staff/watch/<slug:slug>/<str:gss_code>/", watching.authority, name="watch-authority"),
]


def _file_urls(name: str) -> Iterator[URLPattern]:
    """Of one kind of open data: all of it, and one release's, each with its description."""
    of = {"name": name}
    for route, url_name in (
        (f"data/{name}.csv", f"{name}-csv"),
        (f"data/<str:release>/{name}.csv", f"release-{name}-csv"),
    ):
        yield path(route, downloads.file, of, url_name)
        yield path(f"{route}-metadata.json", downloads.file_metadata, of, f"{url_name}-metadata")


data_urls: list[URLPattern] = [
    path("data/", downloads.index, name="data"),
    *(each for name in downloads.FILES for each in _file_urls(name)),
]

release_urls: list[URLPattern] = [
    path("staff/releases/", releases.releases, name="staff-releases"),
    path("staff/releases/<slug:slug>/", releases.release, name="staff-release"),
    path("staff/releases/<slug:slug>/state", releases.state, name="staff-release-state"),
    path("staff/releases/<slug:slug>/prepare", releases.prepare, name="staff-release-prepare"),
    path("staff/releases/<slug:slug>/check", releases.check, name="staff-release-check"),
    path("staff/releases/<slug:slug>/sign-off", releases.sign_off, name="staff-release-sign-off"),
    path("staff/releases/<slug:slug>/schedule", releases.schedule, name="staff-release-schedule"),
    path("staff/releases/<slug:slug>/publish", releases.publish, name="staff-release-publish"),
    path("staff/releases/<slug:slug>/early", releases.early_access, name="staff-release-early"),
    path("staff/events/<str:gss_code>/", events.of_authority, name="events"),
    path(
        "staff/events/<str:gss_code>/<int:pk>/take-away", events.take_away, name="event-take-away"
    ),
]

subscription_urls: list[URLPattern] = [
    path("subscriptions/", subscriptions.subscribe, name="subscribe"),
    path("subscriptions/asked/", subscriptions.asked, name="subscription-asked"),
    path("subscriptions/confirm/", subscriptions.confirm, name="subscription-confirm"),
    path("subscriptions/stop/", subscriptions.stop, name="subscription-stop"),
    path("staff/letters/", subscriptions.letters, name="staff-letters"),
    path("staff/letters/<int:pk>/again", subscriptions.again, name="staff-letters-again"),
]

api_urls: list[URLPattern] = [
    path("api/v1/", api.Root.as_view(), name="api-root"),
    path("api/v1/authorities/", api.Authorities.as_view(), name="api-authorities"),
    path("api/v1/authorities/<str:gss_code>/", api.OneAuthority.as_view(), name="api-authority"),
    path("api/v1/waves/", api.Waves.as_view(), name="api-waves"),
    path("api/v1/waves/<str:code>/", api.OneWave.as_view(), name="api-wave"),
    path("api/v1/releases/", api.Releases.as_view(), name="api-releases"),
    path("api/v1/releases/<str:release>/", api.OneRelease.as_view(), name="api-release"),
    path("api/v1/indicators/", api.Indicators.as_view(), name="api-indicators"),
    path("api/v1/indicators/<str:code>/", api.OneIndicator.as_view(), name="api-indicator"),
    path("api/v1/breakdowns/", api.Breakdowns.as_view(), name="api-breakdowns"),
    path("api/v1/figures/", api.Figures.as_view(), name="api-figures"),
    path("api/v1/backgrounds/", api.Backgrounds.as_view(), name="api-backgrounds"),
    path("api/v1/schema/", api.Schema.as_view(), name="api-schema"),
]

urlpatterns: list[URLPattern] = [
    *wide_urls,
    *page_urls,
    *indicator_urls,
    *data_urls,
    *release_urls,
    *subscription_urls,
    *api_urls,
]
