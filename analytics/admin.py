"""Django's admin, to look at only: what was counted, and what was released."""

from typing import ClassVar

from django.contrib import admin

from analytics.models import Release, TallySheet
from authorities.admin import ByRole
from authorities.roles import Permission


class ToLookAt(ByRole):
    """Seen by those who run waves; nothing is added, changed or deleted.

    Figures are not here: their pages know who may see those that are not published.
    """

    seen_with = Permission.RUN_WAVES


@admin.register(TallySheet)
class TallySheetAdmin(ToLookAt):
    fields: ClassVar = ("wave", "area", "channel")  # never what is sealed
    list_display = ("area", "channel", "wave")
    list_filter = ("wave", "channel")
    list_select_related = ("wave",)
    search_fields = ("area",)


@admin.register(Release)
class ReleaseAdmin(ToLookAt):
    list_display = ("wave", "number", "prepared_at", "published_at", "published_by", "digest")
    list_filter = ("wave",)
    list_select_related = ("wave", "published_by")
