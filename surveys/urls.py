"""Which page of this room answers where."""

from django.urls import path, re_path

from surveys.pages import languages, media

_TEXT = "staff/languages/<slug:kind>/<slug:subject>/<str:language>/<slug:digest>"

urlpatterns = [
    # For families: no cookie, no log, nothing kept on the phone.
    re_path(r"^media/(?P<name>[0-9a-f]{8})$", media.recording, name="recording"),
    # For staff.
    path("staff/languages/", languages.languages, name="languages"),
    path(f"{_TEXT}/", languages.language, name="language"),
    path(f"{_TEXT}/withdrawn", languages.withdraw, name="language-withdraw"),
]
