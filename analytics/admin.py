"""Django's admin, to look at only: what was counted, and what was released."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from analytics.models import Release, TallySheet
from authorities import access
from authorities.roles import Permission

if TYPE_CHECKING:  # generic in the stubs only
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin


class ToLookAt(ModelAdmin):
    """Seen by those who run waves; nothing is added, changed or deleted.

    Figures are not here: their pages know who may see those that are not published.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.may(request.user, Permission.RUN_WAVES)

    def has_view_permission(self, request: HttpRequest, *_: Any, **__: Any) -> bool:
        return access.may(request.user, Permission.RUN_WAVES)

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False


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
