"""Which door leads where."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("", include("feedback.urls")),
    path("", include("analytics.urls")),
    path("", include("authorities.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
