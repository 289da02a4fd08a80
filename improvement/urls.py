"""Which page of this room answers where."""

from django.urls import path

from improvement.pages import plans

_OF = "staff/plans/<str:gss_code>"

urlpatterns = [
    path("staff/plans/", plans.places, name="plans"),
    path(f"{_OF}/", plans.of_authority, name="plans-of"),
    path(f"{_OF}/new/", plans.choose, name="plan-choose"),
    path(f"{_OF}/new/<slug:indicator>/", plans.new, name="plan-new"),
    path(f"{_OF}/<int:pk>/", plans.change, name="plan"),
    path(f"{_OF}/<int:pk>/end/", plans.end, name="plan-end"),
]
