"""Which page or endpoint of this room answers where."""

from django.urls import URLPattern, path, re_path

from feedback.pages import answering, listening

# For families. A code may be typed by hand, so what is around it does not matter.
answering_urls: list[URLPattern] = [
    path("", answering.front, name="front"),
    re_path(r"^s/(?P<code>[^/]*)/?$", answering.survey, name="survey"),
    re_path(r"^o/(?P<slug>[^/]+)/?$", answering.open_link, name="open-link"),
    re_path(
        r"^o/(?P<slug>[^/]+)/(?P<age_version>[^/]+)/?$", answering.open_survey, name="open-survey"
    ),
]

# For national listeners.
listening_urls: list[URLPattern] = [
    path("staff/words/", listening.words, name="words"),
    path("staff/words/<slug:kind>/<int:pk>/", listening.writing, name="writing"),
    path("staff/words/<slug:kind>/<int:pk>/read", listening.read, name="writing-read"),
    path("staff/words/<slug:kind>/<int:pk>/escalated", listening.escalate, name="writing-escalate"),
    path("staff/words/<slug:kind>/<int:pk>/wording", listening.word_safely, name="writing-wording"),
]

urlpatterns: list[URLPattern] = [*answering_urls, *listening_urls]
