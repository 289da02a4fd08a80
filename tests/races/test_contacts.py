"""One listener takes a request on, and one round of messages goes out, whoever comes at once."""

from datetime import timedelta
from functools import partial

import pytest

from authorities.models import AuditEntry, Message
from authorities.roles import Role
from feedback import contacting, opening
from feedback.escalating import escalate_unacknowledged
from feedback.models import ContactRequest, Opening
from surveys.keyring import Keyring
from tests.authorities.factories import a_member, an_authority
from tests.feedback.contacts import EVENING, a_contact, a_listeners_key, a_request, told
from tests.races.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

EIGHT = 8
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def key(keyring: Keyring) -> Keyring:
    return a_listeners_key(keyring)


def test_of_eight_listeners_who_take_one_on_at_once_one_has_it(trials: range) -> None:
    eight = [a_member(Role.LISTENER) for _ in range(EIGHT)]
    for _ in trials:
        request = a_request()

        outcomes = together(
            [
                partial(contacting.acknowledge, request=request, by=each, now=EVENING)
                for each in eight
            ]
        )

        request.refresh_from_db()
        audited = AuditEntry.objects.filter(subject=f"contact request {request.pk}")
        assert outcomes.count(True) == 1
        assert request.acknowledged_by == eight[outcomes.index(True)]
        assert [each.actor for each in audited] == [request.acknowledged_by]


def test_two_workers_escalate_at_once_and_one_round_of_messages_goes_out(trials: range) -> None:
    leeds = an_authority()
    a_member(Role.LISTENER, leeds)
    national = a_member(Role.LISTENER)
    for _ in trials:
        request = a_request(leeds)
        Message.objects.all().delete()

        together([partial(escalate_unacknowledged, now=EVENING + HOUR, after=HOUR)] * 4)

        request.refresh_from_db()
        assert (request.escalated_at, told()) == (EVENING + HOUR, [national.email])
        ContactRequest.objects.all().delete()


def test_a_request_is_taken_on_or_escalated_and_never_half_of_both(trials: range) -> None:
    leeds = an_authority()
    local, national = a_member(Role.LISTENER, leeds), a_member(Role.LISTENER)
    for _ in trials:
        request = a_request(leeds)
        Message.objects.all().delete()

        taken, escalated = together(
            [
                partial(contacting.acknowledge, request=request, by=local, now=EVENING),
                partial(escalate_unacknowledged, now=EVENING + HOUR, after=HOUR),
            ]
        )

        request.refresh_from_db()
        assert taken
        assert bool(escalated) == (request.escalated_at is not None) == (told() != [])
        assert told() in ([], [national.email])


def test_a_form_that_is_sent_eight_times_at_once_is_one_request_told_once(trials: range) -> None:
    a_member(Role.LISTENER)
    for trial in trials:
        Message.objects.all().delete()
        once = partial(contacting.ask, contact=a_contact(), form_id=f"tapped-{trial}", now=EVENING)

        kept = together([once] * EIGHT)

        assert len({each.pk for each in kept}) == 1
        assert len(told()) == 1


def test_two_workers_open_one_at_once_and_the_listener_can_read_it(
    trials: range, key: Keyring
) -> None:
    national = a_member(Role.LISTENER)
    for _ in trials:
        wish, private_key = opening.ask_to_open(request=a_request(), by=national, now=EVENING)

        outcomes = together([partial(opening.open_one, wish.pk, keyring=key, now=EVENING)] * 2)

        found = opening.read(Opening.objects.get(pk=wish.pk), private_key)
        assert outcomes.count(True) == 1
        assert found is not None
