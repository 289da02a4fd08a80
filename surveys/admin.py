"""Django's admin, to look at only: what is written here is written by the rules and commands."""

from django.contrib import admin

from authorities.admin import ByRole
from authorities.roles import Permission
from surveys import approving
from surveys.models import EligiblePopulation, OpenLink, Participation, Version, Wave


class ToLookAt(ByRole):
    """Seen by those who hold the permission nationally; nothing is added, changed or deleted.

    Invitations are not here: whether one is spent, nobody may see.
    """

    seen_with = Permission.RUN_WAVES


@admin.register(Version)
class VersionAdmin(ToLookAt):
    seen_with = Permission.WRITE_SURVEYS
    list_display = ("survey", "number", "published_on", "digest")
    list_filter = ("survey",)
    readonly_fields = ("languages",)

    def languages(self, version: Version) -> str:
        return approving.in_words(version)


@admin.register(Wave)
class WaveAdmin(ToLookAt):
    list_display = (
        "name",
        "slug",
        "opens_on",
        "closes_on",
        "k",
        "simulated",
        "released_on",
        "hold",
    )
    list_filter = ("simulated",)
    exclude = ("public_key",)


@admin.register(Participation)
class ParticipationAdmin(ToLookAt):
    list_display = ("authority", "wave", "version", "help_name", "help_phone")
    list_filter = ("wave",)
    list_select_related = ("authority", "wave", "version")
    search_fields = ("authority__name",)


@admin.register(EligiblePopulation)
class EligiblePopulationAdmin(ToLookAt):
    list_display = ("participation", "service", "age_band", "sex", "number")
    list_select_related = ("participation__authority", "participation__wave")
    list_filter = ("service",)


@admin.register(OpenLink)
class OpenLinkAdmin(ToLookAt):
    list_display = ("slug", "participation", "closed_on")
    list_select_related = ("participation__authority", "participation__wave")
