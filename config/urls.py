"""Which door leads where."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from config import health

# One door to sign in by, with its limit of tries; and nothing in the admin but what our roles rule.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign,no-untyped-call]
for ruled_by_django in (Authenticator, EmailAddress, Group):
    if admin.site.is_registered(ruled_by_django):
        admin.site.unregister(ruled_by_django)

urlpatterns = [
    path("", include("feedback.urls")),
    path("", include("surveys.urls")),
    path("", include("analytics.urls")),
    path("", include("improvement.urls")),
    path("", include("authorities.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
