"""Which page or endpoint of this room answers where."""

from django.urls import URLPattern, path

from analytics.api import views as api
from analytics.pages import downloads, progress, report, watching

page_urls: list[URLPattern] = [
    path("report/", report.index, name="report-index"),
    path("report/methods/", report.methods, name="report-methods"),
    path("report/<str:gss_code>.csv", downloads.report_csv, name="report-csv"),
    path("report/<str:gss_code>/", report.report, name="report"),
    path("data/figures.csv", downloads.figures_csv, name="figures-csv"),
    path(
        "data/figures.csv-metadata.json",
        downloads.figures_csv_metadata,
        name="figures-csv-metadata",
    ),
    path("staff/progress/<str:gss_code>/", progress.of_authority, name="staff-progress"),
    path("staff/watch/", watching.waves, name="watch-waves"),
    path("staff/watch/<slug:slug>/", watching.country, name="watch"),
    path("staff/watch/<slug:slug>.csv", watching.country_csv, name="watch-csv"),
    path("staff/watch/<slug:slug>/write", watching.write, name="watch-write"),
    path("staff/watch/<slug:slug>/<str:gss_code>/", watching.authority, name="watch-authority"),
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
    path("api/v1/figures/", api.Figures.as_view(), name="api-figures"),
    path("api/v1/schema/", api.Schema.as_view(), name="api-schema"),
]

urlpatterns: list[URLPattern] = [*page_urls, *api_urls]
