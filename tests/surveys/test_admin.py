"""Django's admin shows surveys and waves to those who run them, and lets nobody change one."""

from collections.abc import Sequence
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from authorities.models import Membership
from authorities.roles import Role
from surveys.models import Invitation, OpenLink, Participation, Version, Wave
from tests.authorities.factories import a_person
from tests.surveys.factories import (
    SOURCE,
    a_participation,
    a_survey,
    a_translation,
    a_version,
)

pytestmark = pytest.mark.django_db

RUN_WAVES: list[type[Model]] = [Wave, Participation, OpenLink]


def signed_in(client: Client, role: Role) -> Client:
    user = a_person(is_staff=True)
    Membership.objects.create(user=user, role=role, held_from=date(2020, 1, 1))
    client.force_login(user)
    return client


def statuses(client: Client, page: str, models: Sequence[type[Model]]) -> list[int]:
    addresses = [reverse(f"admin:surveys_{model.__name__.lower()}_{page}") for model in models]
    return [client.get(address).status_code for address in addresses]


def test_who_runs_waves_sees_them_and_cannot_add_one(client: Client) -> None:
    a_participation()
    signed_in(client, Role.NATIONAL_ADMINISTRATOR)

    assert statuses(client, "changelist", RUN_WAVES) == [200, 200, 200]
    assert statuses(client, "add", RUN_WAVES) == [403, 403, 403]
    assert statuses(client, "changelist", [Version]) == [403]


def test_who_writes_surveys_sees_versions_and_no_waves(client: Client) -> None:
    a_participation()
    signed_in(client, Role.SURVEY_AUTHOR)

    assert statuses(client, "changelist", [Version, *RUN_WAVES]) == [200, 403, 403, 403]


def test_a_wave_can_be_looked_at_and_a_post_changes_nothing(client: Client) -> None:
    wave = a_participation().wave
    signed_in(client, Role.NATIONAL_ADMINISTRATOR)
    address = reverse("admin:surveys_wave_change", args=[wave.pk])

    seen = client.get(address)
    posted = client.post(address, {"name": "Another"})
    deleted = client.post(reverse("admin:surveys_wave_delete", args=[wave.pk]), {"post": "yes"})

    assert (seen.status_code, posted.status_code, deleted.status_code) == (200, 403, 403)
    assert Wave.objects.get().name == wave.name


def test_a_version_says_which_of_its_languages_is_a_draft(client: Client) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    signed_in(client, Role.SURVEY_AUTHOR)

    page = client.get(reverse("admin:surveys_version_change", args=[version.pk]))

    assert "en, cy (draft, awaiting a native speaker)" in page.text


def test_a_planner_sees_none_of_it(client: Client) -> None:
    signed_in(client, Role.PLANNER)

    assert statuses(client, "changelist", [Version, *RUN_WAVES]) == [403] * 4


def test_nobody_can_look_up_an_invitation() -> None:
    shown = set(admin.site._registry)

    assert Invitation not in shown
    assert shown & set(apps.get_app_config("surveys").get_models())
