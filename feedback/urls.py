"""Which page or endpoint of this room answers where."""

from django.urls import URLPattern, path, re_path

from feedback.pages import (
    answering,
    contacting,
    inbox,
    leaving,
    listening,
    paper,
    previewing,
    typing_in,
)

# For families. A code may be typed by hand, so what is around it does not matter.
answering_urls: list[URLPattern] = [
    path("", answering.front, name="front"),
    path("leave", leaving.leave, name="leave"),
    path("later.js", leaving.later, name="later"),
    re_path(r"^contact(?:/)?$", contacting.ask, name="contact"),
    re_path(r"^s/(?P<code>[^/]*)/?$", answering.survey, name="survey"),
    re_path(r"^o/(?P<slug>[^/]+)/?$", answering.open_link, name="open-link"),
    re_path(
        r"^o/(?P<slug>[^/]+)/(?P<age_version>[^/]+)/?$", answering.open_survey, name="open-survey"
    ),
]

# For listeners, of one authority or of all.
inbox_urls: list[URLPattern] = [
    path("staff/contacts/", inbox.contacts, name="contacts"),
    path("staff/contacts/<int:pk>/", inbox.contact, name="contact-request"),
    path("staff/contacts/<int:pk>/open", inbox.open_it, name="contact-open"),
    path("staff/contacts/<int:pk>/open/<int:opening>/", inbox.opened, name="contact-opened"),
    path("staff/contacts/<int:pk>/acknowledge", inbox.acknowledge, name="contact-acknowledge"),
    path("staff/contacts/<int:pk>/note", inbox.note, name="contact-note"),
    path("staff/contacts/<int:pk>/pass-on", inbox.pass_on, name="contact-pass-on"),
    path("staff/contacts/<int:pk>/close", inbox.close, name="contact-close"),
    path("staff/contacts/<int:pk>/hold", inbox.hold, name="contact-hold"),
]

# For those who invite families.
paper_urls: list[URLPattern] = [
    path("staff/print/", paper.places, name="paper-places"),
    path("staff/print/<slug:slug>/<str:gss_code>/", paper.paper, name="paper"),
    path("staff/print/<slug:slug>/<str:gss_code>/survey.pdf", paper.blank, name="paper-blank"),
    path(
        "staff/print/<slug:slug>/<str:gss_code>/poster/<slug:link>.pdf",
        paper.open_link_poster,
        name="poster",
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

# For whoever writes, translates or approves surveys.
previewing_urls: list[URLPattern] = [
    path("staff/surveys/drafts/<int:draft>/preview/", previewing.draft, name="draft-preview"),
    path(
        "staff/surveys/versions/<int:version>/preview/", previewing.version, name="version-preview"
    ),
]

# For staff who type in what came on paper.
typing_urls: list[URLPattern] = [
    path("staff/paper/", typing_in.paper, name="typing-in"),
    path("staff/paper/script.js", typing_in.script, name="typing-in-script"),
]

urlpatterns: list[URLPattern] = [
    *answering_urls,
    *inbox_urls,
    *paper_urls,
    *listening_urls,
    *previewing_urls,
    *typing_urls,
]
