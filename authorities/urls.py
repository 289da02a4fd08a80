"""Which page or endpoint of this room answers where."""

from django.urls import path
from django.views.generic import RedirectView

from authorities.pages import staff

urlpatterns = [
    path("staff/", staff.home, name="staff-home"),
    # Stands before allauth's own page, on which people could change the address they sign in by.
    # Administrators change it, so that it is audited.
    path("accounts/email/", RedirectView.as_view(pattern_name="staff-home"), name="no-email-page"),
]
