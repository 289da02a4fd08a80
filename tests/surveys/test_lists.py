"""The lists that everything shares."""

import re

import pytest

from authorities.models import ServicePopulation
from authorities.register_rows import PublishedRow
from surveys import lists
from tests.surveys.factories import an_authority


def test_a_code_can_stand_in_an_address_a_column_and_the_database() -> None:
    for code in (*lists.services(), *lists.topics()):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert len(code) <= 40


def test_a_service_says_what_it_is() -> None:
    assert lists.services()["in-care"] == lists.Service(
        code="in-care",
        name="In care",
        meaning="Children looked after by the authority.",
        counted=True,
    )
    assert all(each.name and each.meaning for each in lists.services().values())


def test_a_topic_has_a_plain_name() -> None:
    assert lists.topics()["listening"] == lists.Topic("listening", "Being listened to")


def test_the_services_of_the_register_are_those_of_the_list_that_are_counted() -> None:
    row = PublishedRow(
        gss_code="E06000001",
        year=2025,
        children_in_need=4,
        child_protection_plans=1,
        children_looked_after=1,
        care_leavers=1,
    )

    counted = [code for code, service in lists.services().items() if service.counted]
    assert [population.service for population in row.services()] == counted


@pytest.mark.django_db
def test_the_register_keeps_a_service_under_the_code_of_the_list() -> None:
    for code in lists.services():
        population = ServicePopulation(
            authority=an_authority(), service=code, number=1, derived=False, year=2025
        )

        population.full_clean()
