"""Which page of this room answers where."""

from django.urls import path, re_path

from surveys.api import lists, notify
from surveys.pages import (
    bank,
    do_not_contact,
    drafts,
    languages,
    media,
    parts,
    proposals,
    push_tokens,
    reaching,
    stopping,
    taking_part,
    translating,
    versions,
    waves,
    work,
)

_TEXT = "staff/languages/<slug:kind>/<slug:subject>/<str:language>/<slug:digest>"
_TRANSLATING = "staff/translating/<int:draft>/<str:language>"
_DRAFT = "staff/surveys/drafts/<int:pk>"
_WAVE = "staff/waves/<slug:slug>"
_PART = "staff/taking-part/<slug:slug>/<str:gss_code>"
_REACHING = "staff/reaching/<slug:wave>/<str:gss_code>"

urlpatterns = [
    # For families: no cookie, no log, nothing kept on the phone.
    re_path(r"^media/(?P<name>[0-9a-f]{8})$", media.recording, name="recording"),
    re_path(r"^stop/(?P<token>[^/]{1,60})/?$", stopping.stop, name="stop"),
    # For other systems.
    path("api/v1/lists/", lists.Lists.as_view(), name="api-lists"),
    path("api/notify/receipts", notify.receipt, name="notify-receipts"),
    path("api/notify/texts", notify.text, name="notify-texts"),
    # For staff.
    path("staff/languages/", languages.languages, name="languages"),
    path(f"{_TEXT}/", languages.language, name="language"),
    path(f"{_TEXT}/withdrawn", languages.withdraw, name="language-withdraw"),
    path("staff/waves/", waves.waves, name="waves"),
    path("staff/waves/new/", waves.new, name="wave-new"),
    path(f"{_WAVE}/", waves.wave, name="wave"),
    path(f"{_WAVE}/plan/", waves.plan, name="wave-plan"),
    path(f"{_WAVE}/plan.toml", waves.plan_file, name="wave-plan-file"),
    path(f"{_WAVE}/authorities/", waves.authorities, name="wave-authorities"),
    path(f"{_WAVE}/eligible/", waves.numbers, name="wave-eligible"),
    path(f"{_WAVE}/eligible.csv", waves.numbers_file, name="wave-eligible-file"),
    path(f"{_WAVE}/sample/", waves.sample, name="wave-sample"),
    path(f"{_WAVE}/open", waves.open_, name="wave-open"),
    path(f"{_WAVE}/open-to-all", waves.open_to_all, name="wave-open-to-all"),
    path(f"{_WAVE}/close/", waves.close, name="wave-close"),
    path(f"{_WAVE}/extend/", waves.extend, name="wave-extend"),
    path("staff/taking-part/", taking_part.places, name="taking-part-places"),
    path(f"{_PART}/", taking_part.place, name="taking-part"),
    path(f"{_PART}/eligible/", taking_part.numbers, name="eligible-of"),
    path(f"{_PART}/eligible.csv", taking_part.numbers_file, name="eligible-of-file"),
    path(f"{_PART}/leave", taking_part.leave, name="taking-part-leave"),
    path("staff/translating/", translating.drafts, name="translating-drafts"),
    path("staff/translating/<int:draft>/", translating.draft, name="translating-draft"),
    path(f"{_TRANSLATING}/", translating.language, name="translating"),
    path(f"{_TRANSLATING}/po", translating.download, name="translating-download"),
    path(f"{_TRANSLATING}/upload", translating.upload, name="translating-upload"),
    path("staff/reaching/", reaching.reaching, name="reaching"),
    path("staff/reaching/texts", reaching.wordings, name="reaching-texts"),
    path(f"{_REACHING}/", reaching.place, name="reaching-place"),
    path(f"{_REACHING}/list", reaching.upload, name="reaching-upload"),
    path(f"{_REACHING}/start", reaching.start, name="reaching-start"),
    path(f"{_REACHING}/state", reaching.state, name="reaching-state"),
    path(f"{_REACHING}/<int:pk>/<slug:what>", reaching.act, name="reaching-act"),
    path("staff/do-not-contact/", do_not_contact.places, name="do-not-contact-lists"),
    path("staff/do-not-contact/<str:of>/", do_not_contact.one_list, name="do-not-contact"),
    path("staff/push-tokens/<str:gss_code>/", push_tokens.tokens, name="push-tokens"),
    path(
        "staff/push-tokens/<str:gss_code>/<int:pk>/revoked",
        push_tokens.revoke,
        name="push-token-revoke",
    ),
    path("staff/surveys/drafts/", drafts.drafts, name="drafts"),
    path("staff/surveys/drafts/new/", drafts.new, name="draft-new"),
    path(f"{_DRAFT}/", drafts.draft, name="draft"),
    path(f"{_DRAFT}/text/", drafts.text, name="draft-text"),
    path(f"{_DRAFT}/file", drafts.download, name="draft-download"),
    path(f"{_DRAFT}/away", drafts.put_away, name="draft-put-away"),
    path(f"{_DRAFT}/propose/", drafts.propose, name="draft-propose"),
    path(f"{_DRAFT}/about/", parts.about, name="draft-about"),
    path(f"{_DRAFT}/ages/<int:place>/", parts.age, name="draft-age"),
    path(f"{_DRAFT}/scales/<int:place>/", parts.scale, name="draft-scale"),
    path(f"{_DRAFT}/items/new/", parts.new_item, name="draft-item-new"),
    path(f"{_DRAFT}/items/<int:place>/", parts.item, name="draft-item"),
    path(f"{_DRAFT}/items/<int:place>/do", parts.act, name="draft-act"),
    path("staff/surveys/proposals/", proposals.proposals, name="proposals"),
    path("staff/surveys/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("staff/surveys/versions/", versions.versions, name="versions"),
    path("staff/surveys/versions/<int:pk>/file", versions.download, name="version-download"),
    path("staff/surveys/versions/<int:a>/<int:b>/", versions.compare, name="compare-versions"),
    path("staff/surveys/bank/", bank.bank, name="bank"),
    path("staff/surveys/bank/new/", bank.new, name="bank-new"),
    path("staff/surveys/bank/<int:pk>/", bank.item, name="bank-item"),
    path("staff/surveys/bank/<int:pk>/<str:language>.po", bank.download, name="bank-item-po"),
    path("staff/surveys/local/", bank.local, name="local"),
    path("staff/surveys/local/<int:pk>/", bank.choose, name="local-choose"),
    path("staff/work/", work.work, name="work"),
    path("staff/work/<int:pk>/", work.job, name="job"),
    path("staff/work/<int:pk>/state", work.state, name="job-state"),
    path("staff/work/<int:pk>/files", work.files, name="job-files"),
]
