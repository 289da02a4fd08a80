"""How many codes were made is kept beside the codes, and is exactly how many there are.

But for those that take the place of spoilt ones: see `tests/feedback/test_paper.py`.
"""

from collections import Counter
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count

from surveys import inviting
from surveys.errors import Refused
from surveys.models import Invitation, InvitationCount
from tests.surveys.factories import a_participation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(3))
def test_the_count_is_what_is_there_whatever_was_made_refused_or_rolled_back(seed: int) -> None:
    chance, part = Random(seed), a_participation()
    by_service: Counter[str] = Counter()
    for _ in range(25):
        age_version = chance.choice(["8-11", "12-17", "90-99"])
        service = chance.choice(["", "in-care", "child-in-need"])
        count, breaks = chance.randint(0, 9), chance.random() < 0.3
        try:
            with transaction.atomic():
                inviting.make_codes(
                    participation=part, count=count, age_version=age_version, service=service
                )
                transaction.set_rollback(breaks)
        except Refused:
            continue
        by_service[service] += 0 if breaks else count

    kinds = ("age_version", "language")
    there = Invitation.objects.values_list(*kinds).annotate(Count("pk"))
    counted: Counter[tuple[str, str]] = Counter()
    for each in InvitationCount.objects.all():
        counted[each.age_version, each.language] += each.made
    assert counted == {(age, language): number for age, language, number in there}
    assert {
        service: sum(each.made for each in InvitationCount.objects.filter(service=service))
        for service in by_service
    } == by_service
