"""Every address of the project, and who may enter: the table that ``test_doors`` walks.

To add an address: one line in ``DOORS`` under its name (or, where it has none, under its route),
with who may enter it, where, and the arguments of its path; and its name under ``FORMS``, where the
page takes a form as well. Whoever may not gets 403, or is asked to sign in. An object that is not
there is enough where the page asks who comes before it looks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from authorities.roles import Permission


class Who(Enum):
    ANYBODY = "anybody at all"
    SIGNED_IN = "whoever is signed in"
    IN_THE_ADMIN = "whoever may use Django's admin, with any role or none"
    BY_A_KEY = "machines that show a key of their own, which nobody here has"
    NOBODY = "nobody at all"


class Where(Enum):
    NATIONALLY = "held nationally"
    HERE = "held nationally, or in the authority that the address names"
    SOMEWHERE = "held nationally, or in any authority"


@dataclass(frozen=True, slots=True)
class Door:
    """Who may enter an address.

    Args:
        who: a permission, or several of which one is enough, or a kind of visitor.
        where: where the permission must be held.
        of: the arguments of its path. "HERE" stands for the GSS code of the authority ``here``.
        method: how it is entered.
        hides: whoever may not gets 404, as if nothing were there.
    """

    who: Permission | frozenset[Permission] | Who
    where: Where = Where.NATIONALLY
    of: Mapping[str, object] = field(default_factory=dict)
    method: str = "GET"
    hides: bool = False


HERE = "HERE"  # the GSS code of the authority that addresses name
WAVE = "WAVE"  # the slug of a wave in which it takes part
PART = "PART"  # the number of its participation
JOB = "JOB"  # the number of work that nobody of the visitors asked for
OF_MODEL = "OF "  # before the name of a model in the admin: the number of one such object


def _post(door: Door) -> Door:
    return Door(door.who, door.where, door.of, "POST", door.hides)


_PEOPLE = Permission.MANAGE_PEOPLE
_CONTACT = Door(Permission.ANSWER_CONTACTS, Where.SOMEWHERE, {"pk": 0})
_WRITING = Door(Permission.READ_WORDS, of={"kind": "idea", "pk": 0})
_TEXT = {"kind": "survey", "subject": "none", "language": "ur", "digest": "0" * 8}
_DRAFT_OF = {"draft": 0, "language": "ur"}
_PLACE = {"pk": 0, "place": 0}
_LOOK = frozenset(
    {Permission.WRITE_SURVEYS, Permission.TRANSLATE_SURVEYS, Permission.APPROVE_SURVEYS}
)
_BANK = frozenset({Permission.APPROVE_SURVEYS, Permission.TRANSLATE_SURVEYS})

FAMILIES = {
    "front": Door(Who.ANYBODY),
    "leave": Door(Who.ANYBODY),
    "later": Door(Who.ANYBODY),
    "contact": Door(Who.ANYBODY),
    "survey": Door(Who.ANYBODY, of={"code": "AAAAAAAAAAA"}),
    "open-link": Door(Who.ANYBODY, of={"slug": "none"}),
    "open-survey": Door(Who.ANYBODY, of={"slug": "none", "age_version": "8-11"}),
    "recording": Door(Who.ANYBODY, of={"name": "0" * 8}),
    "stop": Door(Who.ANYBODY, of={"token": "none"}),
}

PUBLIC = {
    "report-index": Door(Who.ANYBODY),
    "report-methods": Door(Who.ANYBODY),
    "report": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "report-csv": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "report-coverage": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "report-children": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "report-indicator": Door(Who.ANYBODY, of={"gss_code": HERE, "code": "safe"}),
    "report-drawing": Door(
        Who.ANYBODY, of={"gss_code": HERE, "code": "safe", "name": "funnel", "kind": "svg"}
    ),
    "report-england": Door(Who.ANYBODY),
    "report-england-drawing": Door(Who.ANYBODY, of={"name": "funnel", "kind": "svg"}),
    "report-region": Door(Who.ANYBODY, of={"code": "E12000003"}),
    "report-by-code": Door(Who.ANYBODY, of={"area": "E92000001"}),
    "report-wide-indicator": Door(Who.ANYBODY, of={"area": "E12000003", "code": "safe"}),
    "report-wide-drawing": Door(
        Who.ANYBODY,
        of={"area": "E92000001", "code": "safe", "name": "funnel", "kind": "svg"},
    ),
    "report-xlsx": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "report-pdf": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "subscribe": Door(Who.ANYBODY),
    "subscription-asked": Door(Who.ANYBODY),
    "subscription-confirm": Door(Who.ANYBODY),
    "subscription-stop": Door(Who.ANYBODY),
    "data": Door(Who.ANYBODY),
    "figures-csv": Door(Who.ANYBODY),
    "figures-csv-metadata": Door(Who.ANYBODY),
    "release-figures-csv": Door(Who.ANYBODY, of={"release": "none.1"}),
    "release-figures-csv-metadata": Door(Who.ANYBODY, of={"release": "none.1"}),
    "backgrounds-csv": Door(Who.ANYBODY),
    "backgrounds-csv-metadata": Door(Who.ANYBODY),
    "release-backgrounds-csv": Door(Who.ANYBODY, of={"release": "none.1"}),
    "release-backgrounds-csv-metadata": Door(Who.ANYBODY, of={"release": "none.1"}),
    "health-live": Door(Who.ANYBODY),
    "health-ready": Door(Who.ANYBODY),
    "api-root": Door(Who.ANYBODY),
    "api-authorities": Door(Who.ANYBODY),
    "api-authority": Door(Who.ANYBODY, of={"gss_code": HERE}),
    "api-waves": Door(Who.ANYBODY),
    "api-wave": Door(Who.ANYBODY, of={"code": "none"}),
    "api-releases": Door(Who.ANYBODY),
    "api-release": Door(Who.ANYBODY, of={"release": "none"}),
    "api-indicators": Door(Who.ANYBODY),
    "api-indicator": Door(Who.ANYBODY, of={"code": "none"}),
    "api-breakdowns": Door(Who.ANYBODY),
    "api-figures": Door(Who.ANYBODY),
    "api-backgrounds": Door(Who.ANYBODY),
    "api-schema": Door(Who.ANYBODY),
    "api-lists": Door(Who.BY_A_KEY, method="POST"),
    "notify-receipts": Door(Who.BY_A_KEY, method="POST"),
    "notify-texts": Door(Who.BY_A_KEY, method="POST"),
}

LISTENERS = {
    "contacts": Door(Permission.ANSWER_CONTACTS, Where.SOMEWHERE),
    "contact-request": _CONTACT,
    "contact-open": _post(_CONTACT),
    "contact-opened": Door(Permission.ANSWER_CONTACTS, Where.SOMEWHERE, {"pk": 0, "opening": 0}),
    "contact-acknowledge": _post(_CONTACT),
    "contact-note": _post(_CONTACT),
    "contact-pass-on": _post(_CONTACT),
    "contact-close": _post(_CONTACT),
    "contact-hold": Door(Permission.ANSWER_CONTACTS, of={"pk": 0}, method="POST"),
    "words": Door(Permission.READ_WORDS),
    "writing": _WRITING,
    "writing-read": _post(_WRITING),
    "writing-escalate": _post(_WRITING),
    "writing-wording": _post(_WRITING),
}

PEOPLE = {
    "staff-home": Door(Who.SIGNED_IN),
    "staff-roles": Door(Who.SIGNED_IN),
    "staff-audit": Door(Permission.READ_AUDIT, Where.SOMEWHERE),
    "staff-audit-csv": Door(Permission.READ_AUDIT, Where.SOMEWHERE),
    "staff-people": Door(_PEOPLE),
    "staff-invite": Door(_PEOPLE),
    "staff-person": Door(_PEOPLE, of={"pk": 0}),
    "staff-person-change": Door(_PEOPLE, of={"pk": 0}, method="POST"),
    "staff-person-account": Door(_PEOPLE, of={"pk": 0}, method="POST"),
    "staff-person-factor": Door(_PEOPLE, of={"pk": 0}, method="POST"),
    "staff-role-give": Door(_PEOPLE, of={"pk": 0}, method="POST"),
    "staff-role-end": Door(_PEOPLE, of={"pk": 0, "membership": 0}, method="POST"),
    "staff-invitation-again": Door(_PEOPLE, of={"pk": 0}, method="POST"),
    "staff-invitation-revoke": Door(_PEOPLE, of={"pk": 0}),
    "staff-invitation": Door(Who.ANYBODY),
}

ACCOUNTS = {
    "account_login": Door(Who.ANYBODY),
    "account_logout": Door(Who.SIGNED_IN),
    "account_inactive": Door(Who.ANYBODY),
    "account_signup": Door(Who.ANYBODY),
    "account_confirm_email": Door(Who.ANYBODY, of={"key": "none"}),
    "account_email_verification_sent": Door(Who.ANYBODY),
    "account_confirm_login_code": Door(Who.SIGNED_IN),  # leads home: there are no such codes
    "account_reset_password": Door(Who.ANYBODY),
    "account_reset_password_done": Door(Who.ANYBODY),
    "account_reset_password_from_key": Door(Who.ANYBODY, of={"uidb36": "1", "key": "none"}),
    "account_reset_password_from_key_done": Door(Who.ANYBODY),
    "account_reauthenticate": Door(Who.SIGNED_IN),
    "account_change_password": Door(Who.SIGNED_IN),
    "account_set_password": Door(Who.SIGNED_IN),
    "account_email": Door(Who.ANYBODY),  # leads to the staff home page, which asks
    "no-email-page": Door(Who.ANYBODY),
    "mfa_index": Door(Who.SIGNED_IN),
    # Both lead home whoever is signed in, and whoever is not, to sign in by a password first; or
    # through, with a code or a passkey: see tests/authorities.
    "mfa_authenticate": Door(Who.SIGNED_IN),
    "mfa_login_webauthn": Door(Who.SIGNED_IN, method="POST"),
    "mfa_reauthenticate": Door(Who.SIGNED_IN),
    "mfa_reauthenticate_webauthn": Door(Who.SIGNED_IN),
    "mfa_activate_totp": Door(Who.SIGNED_IN),
    "mfa_deactivate_totp": Door(Who.SIGNED_IN),
    "second-factor-remove-app": Door(Who.SIGNED_IN),
    "mfa_view_recovery_codes": Door(Who.SIGNED_IN),
    "mfa_generate_recovery_codes": Door(Who.SIGNED_IN),
    "mfa_download_recovery_codes": Door(Who.SIGNED_IN),
    "mfa_list_webauthn": Door(Who.SIGNED_IN),
    "mfa_add_webauthn": Door(Who.SIGNED_IN),
    "mfa_edit_webauthn": Door(Who.SIGNED_IN, of={"pk": 0}),
    "mfa_remove_webauthn": Door(Who.SIGNED_IN, of={"pk": 0}),
    "second-factor-remove-passkey": Door(Who.SIGNED_IN, of={"pk": 0}),
}

SURVEYS = {
    "languages": Door(Permission.TRANSLATE_SURVEYS),
    "language": Door(Permission.TRANSLATE_SURVEYS, of=_TEXT),
    "language-withdraw": Door(Permission.TRANSLATE_SURVEYS, of=_TEXT, method="POST"),
    "translating-drafts": Door(Permission.TRANSLATE_SURVEYS),
    "translating-draft": Door(Permission.TRANSLATE_SURVEYS, of={"draft": 0}),
    "translating": Door(Permission.TRANSLATE_SURVEYS, of=_DRAFT_OF),
    "translating-download": Door(Permission.TRANSLATE_SURVEYS, of=_DRAFT_OF),
    "translating-upload": Door(Permission.TRANSLATE_SURVEYS, of=_DRAFT_OF, method="POST"),
    "drafts": Door(Permission.WRITE_SURVEYS),
    "draft-new": Door(Permission.WRITE_SURVEYS),
    "draft": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-text": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-download": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-put-away": Door(Permission.WRITE_SURVEYS, of={"pk": 0}, method="POST"),
    "draft-propose": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-about": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-age": Door(Permission.WRITE_SURVEYS, of=_PLACE),
    "draft-scale": Door(Permission.WRITE_SURVEYS, of=_PLACE),
    "draft-item-new": Door(Permission.WRITE_SURVEYS, of={"pk": 0}),
    "draft-item": Door(Permission.WRITE_SURVEYS, of=_PLACE),
    "draft-act": Door(Permission.WRITE_SURVEYS, of=_PLACE, method="POST"),
    "draft-preview": Door(_LOOK, of={"draft": 0}),
    "version-preview": Door(_LOOK, of={"version": 0}),
    "proposals": Door(Permission.APPROVE_SURVEYS),
    "proposal": Door(Permission.APPROVE_SURVEYS, of={"pk": 0}),
    "versions": Door(Permission.APPROVE_SURVEYS),
    "version-download": Door(Permission.APPROVE_SURVEYS, of={"pk": 0}),
    "compare-versions": Door(Permission.APPROVE_SURVEYS, of={"a": 0, "b": 0}),
    "bank": Door(_BANK),
    "bank-new": Door(Permission.WRITE_SURVEYS),
    "bank-item": Door(_BANK, of={"pk": 0}),
    "bank-item-po": Door(_BANK, of={"pk": 0, "language": "ur"}),
    "local": Door(Permission.CHOOSE_LOCAL_QUESTIONS, Where.SOMEWHERE),
    "local-choose": Door(Permission.CHOOSE_LOCAL_QUESTIONS, Where.HERE, {"pk": PART}),
}

_INVITE = Permission.INVITE_FAMILIES
_OUR_WAVE = {"slug": WAVE, "gss_code": HERE}
_OUR_LIST = {"wave": WAVE, "gss_code": HERE}

REACHING = {
    "paper-places": Door(_INVITE, Where.SOMEWHERE),
    "paper-blank": Door(_INVITE, Where.HERE, _OUR_WAVE),
    "poster": Door(_INVITE, Where.HERE, {**_OUR_WAVE, "link": "none"}),
    "paper": Door(_INVITE, Where.HERE, _OUR_WAVE),
    "typing-in": Door(Permission.TYPE_PAPER, Where.SOMEWHERE),
    "typing-in-script": Door(Permission.TYPE_PAPER, Where.SOMEWHERE),
    "reaching": Door(_INVITE, Where.SOMEWHERE),
    "reaching-texts": Door(_INVITE, Where.SOMEWHERE),
    "reaching-place": Door(_INVITE, Where.HERE, _OUR_LIST),
    "reaching-upload": Door(_INVITE, Where.HERE, _OUR_LIST, method="POST"),
    "reaching-start": Door(_INVITE, Where.HERE, _OUR_LIST, method="POST"),
    "reaching-state": Door(_INVITE, Where.HERE, _OUR_LIST),
    "reaching-link": Door(_INVITE, Where.HERE, _OUR_LIST, method="POST"),
    "reaching-link-down": Door(_INVITE, Where.HERE, {**_OUR_LIST, "link": "none"}, "POST"),
    "reaching-act": Door(_INVITE, Where.HERE, {**_OUR_LIST, "pk": 0, "what": "stop"}, "POST"),
    "do-not-contact-lists": Door(_INVITE, Where.SOMEWHERE),
    "do-not-contact": Door(_INVITE, Where.HERE, {"of": HERE}),
    "push-tokens": Door(_INVITE, Where.HERE, {"gss_code": HERE}),
    "push-token-revoke": Door(_INVITE, Where.HERE, {"gss_code": HERE, "pk": 0}, "POST"),
    "work": Door(Who.SIGNED_IN),  # one's own
    "job": Door(Permission.RUN_WAVES, of={"pk": JOB}, hides=True),
    "job-state": Door(Permission.RUN_WAVES, of={"pk": JOB}, hides=True),
    "job-files": Door(Permission.RUN_WAVES, of={"pk": JOB}, hides=True),
}

_RUN = Permission.RUN_WAVES
_NO_WAVE = {"slug": "none"}

WAVES = {
    "waves": Door(_RUN),
    "wave-new": Door(_RUN),
    "wave": Door(_RUN, of=_NO_WAVE),
    "wave-plan": Door(_RUN, of=_NO_WAVE),
    "wave-plan-file": Door(_RUN, of=_NO_WAVE),
    "wave-authorities": Door(_RUN, of=_NO_WAVE),
    "wave-eligible": Door(_RUN, of=_NO_WAVE),
    "wave-eligible-file": Door(_RUN, of=_NO_WAVE),
    "wave-sample": Door(_RUN, of=_NO_WAVE),
    "wave-open": Door(_RUN, of=_NO_WAVE, method="POST"),
    "wave-open-to-all": Door(_RUN, of=_NO_WAVE, method="POST"),
    "wave-close": Door(_RUN, of=_NO_WAVE),
    "wave-extend": Door(_RUN, of=_NO_WAVE),
    "taking-part-places": Door(_INVITE, Where.SOMEWHERE),
    "taking-part": Door(_INVITE, Where.HERE, _OUR_WAVE),
    "eligible-of": Door(_INVITE, Where.HERE, _OUR_WAVE),
    "eligible-of-file": Door(_INVITE, Where.HERE, _OUR_WAVE),
    "taking-part-leave": Door(_RUN, of=_OUR_WAVE, method="POST"),
}

WATCHING = {
    "staff-progress": Door(Permission.SEE_PROGRESS, Where.HERE, {"gss_code": HERE}),
    "watch-waves": Door(Permission.SEE_PROGRESS),
    "watch": Door(Permission.SEE_PROGRESS, of={"slug": "none"}),
    "watch-csv": Door(Permission.SEE_PROGRESS, of={"slug": "none"}),
    "watch-write": Door(Permission.RUN_WAVES, of={"slug": "none"}, method="POST"),
    "watch-authority": Door(Permission.SEE_PROGRESS, Where.HERE, {"slug": WAVE, "gss_code": HERE}),
}

_PLAN = Permission.PLAN_IMPROVEMENTS

PLANS = {
    "plans": Door(_PLAN, Where.SOMEWHERE),
    "plans-of": Door(_PLAN, Where.HERE, {"gss_code": HERE}),
    "plan-choose": Door(_PLAN, Where.HERE, {"gss_code": HERE}),
    "plan-new": Door(_PLAN, Where.HERE, {"gss_code": HERE, "indicator": "none"}),
    "plan": Door(_PLAN, Where.HERE, {"gss_code": HERE, "pk": 0}),
    "plan-end": Door(_PLAN, Where.HERE, {"gss_code": HERE, "pk": 0}),
}

RELEASES = {
    "staff-releases": Door(_RUN),
    "staff-release": Door(_RUN, of=_NO_WAVE),
    "staff-release-state": Door(_RUN, of=_NO_WAVE),
    "staff-release-prepare": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-release-check": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-release-sign-off": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-release-schedule": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-release-publish": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-release-early": Door(_RUN, of=_NO_WAVE, method="POST"),
    "staff-letters": Door(_RUN),
    "staff-letters-again": Door(_RUN, of={"pk": 0}, method="POST"),
    "events": Door(Permission.SEE_UNPUBLISHED_FIGURES, Where.HERE, {"gss_code": HERE}),
    "event-take-away": Door(
        Permission.SEE_UNPUBLISHED_FIGURES, Where.HERE, {"gss_code": HERE, "pk": 0}, "POST"
    ),
}

DOORS: dict[str, Door] = {
    **FAMILIES,
    **PUBLIC,
    **LISTENERS,
    **PEOPLE,
    **ACCOUNTS,
    **SURVEYS,
    **REACHING,
    **WAVES,
    **WATCHING,
    **RELEASES,
    **PLANS,
}

# --- Django's admin: who sees each model, and who adds to it --------------------------------------

SEEN: dict[str, Permission] = {
    "authorities_user": _PEOPLE,
    "authorities_membership": _PEOPLE,
    "authorities_staffinvitation": _PEOPLE,
    "authorities_authority": _PEOPLE,
    "authorities_servicepopulation": _PEOPLE,
    "authorities_setting": _PEOPLE,
    "authorities_auditentry": Permission.READ_AUDIT,
    "authorities_message": Permission.READ_AUDIT,
    "authorities_sweep": Permission.READ_AUDIT,
    "analytics_tallysheet": Permission.RUN_WAVES,
    "analytics_release": Permission.RUN_WAVES,
    "surveys_version": Permission.WRITE_SURVEYS,
    "surveys_wave": Permission.RUN_WAVES,
    "surveys_participation": Permission.RUN_WAVES,
    "surveys_eligiblepopulation": Permission.RUN_WAVES,
    "surveys_openlink": Permission.RUN_WAVES,
}
# Those of which the walk has no object to show.
NONE_THERE = frozenset(
    {
        "authorities_staffinvitation",
        "authorities_servicepopulation",
        "analytics_tallysheet",
        "analytics_release",
        "surveys_eligiblepopulation",
        "surveys_openlink",
    }
)
ADDED: dict[str, Permission] = {"authorities_user": _PEOPLE, "authorities_membership": _PEOPLE}

ADMIN: dict[str, Door] = {
    "admin:index": Door(Who.IN_THE_ADMIN),
    "admin:login": Door(Who.IN_THE_ADMIN),  # leads the others to the one page for signing in
    "admin:logout": Door(Who.ANYBODY, method="POST"),
    "admin:password_change": Door(Who.IN_THE_ADMIN),
    "admin:password_change_done": Door(Who.IN_THE_ADMIN),
    "admin:autocomplete": Door(Who.NOBODY),  # without naming a field
    "admin:jsi18n": Door(Who.IN_THE_ADMIN),  # words for buttons
    "admin:view_on_site": Door(Who.IN_THE_ADMIN, of={"content_type_id": 0, "object_id": 0}),
    "admin:app_list": Door(Permission.READ_AUDIT, of={"app_label": "authorities"}, hides=True),
    "admin/(?P<url>.*)$": Door(Who.IN_THE_ADMIN, of={"url": "none"}),
}
for _model, _seen in SEEN.items():
    _one = {"object_id": f"{OF_MODEL}{_model}"}
    _added = ADDED.get(_model)
    ADMIN |= {
        f"admin:{_model}_changelist": Door(_seen),
        f"admin:{_model}_add": Door(_added or Who.NOBODY),
        f"admin:{_model}_change": Door(_seen, of=_one),
        # Of an object that is not there, the history leads everybody back to the index.
        f"admin:{_model}_history": Door(
            Who.IN_THE_ADMIN if _model in NONE_THERE else _seen, of=_one
        ),
        f"admin:{_model}_delete": Door(Who.NOBODY, of=_one),
        f"admin/{_model.replace('_', '/')}/<path:object_id>/": Door(Who.IN_THE_ADMIN, of=_one),
    }
EVERYWHERE: dict[str, Door] = {**DOORS, **ADMIN}

# --- Other methods --------------------------------------------------------------------------------

# Addresses of ours that take a form as well, from whoever may see the page. Every other address of
# ours takes the method of its line and no other.
FORMS: frozenset[str] = frozenset(
    {
        *("front", "survey", "open-link", "open-survey", "stop", "contact"),
        *("staff-invite", "staff-invitation-revoke", "staff-invitation", "language"),
        *("subscribe", "subscription-confirm", "subscription-stop"),
        *("translating-draft", "translating", "draft-new", "draft-text", "draft-propose"),
        *("draft-about", "draft-age", "draft-scale", "draft-item-new", "draft-item"),
        *("draft-preview", "version-preview", "proposal", "bank-new", "bank-item", "local-choose"),
        *("paper", "typing-in", "do-not-contact", "push-tokens", "events"),
        *("wave-new", "wave-plan", "wave-authorities", "wave-eligible", "wave-close"),
        *("wave-extend", "taking-part", "eligible-of", "plan-new", "plan", "plan-end"),
        "account_confirm_email",
    }
)
# Where a form is for others than the page. A family's browser says from which page it sends, which
# the walk does not. Whoever signs out is led to where one signs in. Of most models in the admin,
# nobody changes anything.
FORMS_FOR: dict[str, Who | Permission] = {
    "contact": Who.NOBODY,
    "account_logout": Who.NOBODY,
    **{f"admin:{model}_change": Who.NOBODY for model in SEEN if model != "authorities_user"},
}
_OF_LIBRARIES = ("account_", "mfa_", "second-factor-remove-", "no-email-page", "admin:", "admin/")


def is_of_a_library(name: str) -> bool:
    """Whether django-allauth or Django's admin answers, which take most methods like one another,
    and ask the same before each."""
    return name.startswith(_OF_LIBRARIES)


def by_method(name: str) -> dict[str, Door]:
    """The doors of one address, by each method that it takes."""
    door = EVERYWHERE[name]
    found = {door.method: door}
    if name in FORMS or is_of_a_library(name):
        found["POST"] = replace(door, who=FORMS_FOR.get(name, door.who), method="POST")
    return found
