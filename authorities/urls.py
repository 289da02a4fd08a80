"""Which page or endpoint of this room answers where."""

from django.urls import path
from django.views.generic import RedirectView

from authorities.pages import auditing, invitation, people, second_factor, staff, who_may

urlpatterns = [
    path("staff/", staff.home, name="staff-home"),
    path("staff/roles/", who_may.roles, name="staff-roles"),
    path("staff/audit/", auditing.entries, name="staff-audit"),
    path("staff/audit.csv", auditing.as_csv, name="staff-audit-csv"),
    path("staff/people/", people.everyone, name="staff-people"),
    path("staff/people/invite/", people.invite, name="staff-invite"),
    path("staff/people/<int:pk>/", people.one, name="staff-person"),
    path("staff/people/<int:pk>/change/", people.change, name="staff-person-change"),
    path("staff/people/<int:pk>/account/", people.close_or_open, name="staff-person-account"),
    path("staff/people/<int:pk>/factor/", people.reset_factor, name="staff-person-factor"),
    path("staff/people/<int:pk>/roles/", people.give_role, name="staff-role-give"),
    path(
        "staff/people/<int:pk>/roles/<int:membership>/end/",
        people.end_role,
        name="staff-role-end",
    ),
    path("staff/invitations/<int:pk>/again/", people.resend, name="staff-invitation-again"),
    path("staff/invitations/<int:pk>/revoke/", people.revoke, name="staff-invitation-revoke"),
    # No token in the path: servers log paths.
    path("accounts/invitation/", invitation.answer, name="staff-invitation"),
    # Stands before allauth's own page, on which people could change the address they sign in by.
    # Administrators change it, so that it is audited.
    path("accounts/email/", RedirectView.as_view(pattern_name="staff-home"), name="no-email-page"),
    # Before allauth's too: the last second factor stays.
    path(
        "accounts/second-factor/totp/deactivate/",
        second_factor.remove_app,
        name="second-factor-remove-app",
    ),
    path(
        "accounts/second-factor/webauthn/keys/<int:pk>/remove/",
        second_factor.remove_passkey,
        name="second-factor-remove-passkey",
    ),
]
