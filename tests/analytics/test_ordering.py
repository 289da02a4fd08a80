"""Waves of a survey come out one after the other, and nothing that another overtook comes out."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from analytics import disclosure, ordering, publishing, releasing
from analytics.disclosure import Count
from analytics.errors import Refused
from analytics.models import Figure, Release
from authorities.areas import ENGLAND
from authorities.roles import Role
from feedback.models import Channel
from surveys.keyring import Keyring
from surveys.models import Version, Wave
from tests.analytics.closed_waves import AFTER, NO, YES, count, prepared
from tests.analytics.releases import let_out, signed_off
from tests.authorities.factories import a_member, a_person
from tests.feedback.families import text
from tests.surveys.factories import SOURCE, a_version, an_authority, an_open_wave

pytestmark = pytest.mark.django_db

QUARTERS = (
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
)
LATER = AFTER + timedelta(days=1)


def asked(version: Version, *quarters: int, simulated: bool = False) -> list[Wave]:
    """Waves of one survey that are over, of two authorities."""
    both = an_authority("Leeds"), an_authority("York")
    waves = []
    for number in quarters:
        opens, closes = QUARTERS[number]
        wave = an_open_wave(
            *both, version=version, opens_on=opens, closes_on=closes, simulated=simulated
        )
        for name in ("Leeds", "York"):
            count(wave, name, [YES] * (20 + number) + [NO] * 20)
        waves.append(wave)
    return waves


@pytest.fixture
def version(keyring: Keyring) -> Version:
    return a_version()


@pytest.fixture
def three(version: Version) -> list[Wave]:
    return asked(version, 0, 1, 2)


def four_of(release: Release) -> disclosure.Figure:
    row = Figure.objects.get(
        release=release, area=ENGLAND, indicator="replies", span="four", channel=Channel.INVITED
    )
    return disclosure.from_json(row.value)


def test_what_another_overtook_is_refused_until_it_is_prepared_again(three: list[Wave]) -> None:
    first, second, third = three
    let_out(prepared(first), now=AFTER)
    earlier, later = (signed_off(prepared(wave), now=AFTER) for wave in (second, third))
    assert four_of(later) == Count(160, nearest=10)  # of two waves, while there are three
    releasing.publish(release=earlier, by=None, now=AFTER)

    for act in (
        lambda: releasing.publish(release=later, by=None, now=AFTER),
        lambda: releasing.schedule(release=later, at=LATER, by=a_person(), now=AFTER),
        lambda: releasing.sign_off(release=later, by=a_person(), now=AFTER),
        lambda: releasing.check(release=later, keyring=Keyring.from_settings(), now=AFTER),
    ):
        with pytest.raises(Refused, match=r"was published since .* was begun.*Prepare it again"):
            act()
    later.refresh_from_db()
    assert later.published_at is None
    again = let_out(prepared(third), now=AFTER)

    assert four_of(again) == Count(250, nearest=10)


def test_a_correction_of_an_earlier_wave_overtakes_too(three: list[Wave]) -> None:
    first, second, _ = three
    let_out(prepared(first), now=AFTER)
    ready = signed_off(prepared(second), now=AFTER)
    count(first, "York", [YES] * 30)
    let_out(prepared(first, note="York's replies were found."), now=AFTER)

    with pytest.raises(Refused, match="release 2 was published since"):
        releasing.publish(release=ready, by=None, now=AFTER)


def test_of_two_that_are_due_at_once_the_later_waits_to_be_prepared_again(
    three: list[Wave],
) -> None:
    ready = [signed_off(prepared(wave), now=AFTER) for wave in three[:2]]
    for release in ready:
        releasing.schedule(release=release, at=LATER, by=a_person(), now=AFTER)

    assert publishing.publish_due(now=LATER) == 1

    assert list(Release.objects.published()) == ready[:1]


def test_a_wave_that_was_passed_over_is_released_no_more(three: list[Wave]) -> None:
    first, second, _ = three
    waiting = signed_off(prepared(first), now=AFTER)
    let_out(prepared(second), now=AFTER)

    with pytest.raises(Refused, match=r"come out in the order of their periods.*passed over"):
        releasing.publish(release=waiting, by=None, now=AFTER)
    with pytest.raises(Refused, match="cannot be released any more"):
        prepared(first)


def test_a_wave_that_is_out_can_be_corrected_after_a_later_one(three: list[Wave]) -> None:
    first, second, _ = three
    let_out(prepared(first), now=AFTER)
    let_out(prepared(second), now=AFTER)
    count(first, "York", [YES] * 30)

    correction = let_out(prepared(first, note="York's replies were found."), now=AFTER)

    assert correction.number == 2


def test_waves_of_other_surveys_and_of_a_demonstration_do_not_count(
    version: Version, three: list[Wave]
) -> None:
    ready = signed_off(prepared(three[1]), now=AFTER)
    other = a_version(SOURCE.replace('code = "small"', 'code = "other"'))
    for wave in (*asked(other, 0, 2), *asked(version, 0, 2, simulated=True)):
        let_out(prepared(wave), now=AFTER)

    assert releasing.publish(release=ready, by=None, now=AFTER).published_at == AFTER


def test_the_first_quarter_comes_before_the_second_and_the_longer_after_the_shorter(
    version: Version,
) -> None:
    first, second = asked(version, 0, 1)
    longer = an_open_wave(version=version, opens_on=QUARTERS[0][0], closes_on=QUARTERS[1][1])

    assert ordering.is_before(first, second)
    assert ordering.is_before(first, longer)
    assert ordering.is_before(longer, second)
    assert not any(ordering.is_before(wave, wave) for wave in (first, second, longer))


def test_the_pages_say_what_was_overtaken_and_what_would_be_passed_over(three: list[Wave]) -> None:
    first, second, _ = three
    team = Client()
    team.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))

    def page(wave: Wave) -> str:
        response = team.get(reverse("staff-release", args=[wave.slug]))
        assert response.status_code == HTTPStatus.OK
        return text(response)

    earlier, later = (signed_off(prepared(wave), now=AFTER) for wave in (first, second))
    before = page(second)
    releasing.publish(release=earlier, by=None, now=AFTER)
    after = page(second)

    assert f"Not out yet: {first.name}. Waves come out in the order" in before
    assert "Not out yet" not in page(first)
    assert "Another came out since: to be prepared again" in after
    assert f"It cannot come out like this. {earlier} was published since {later} was begun" in after
    assert "Say when it comes out" not in after
    listed = text(team.get(reverse("staff-releases")))
    assert "Another came out since: to be prepared again" in listed
    pressed = team.post(
        reverse("staff-release-publish", args=[second.slug]),
        {"digest": later.digest, "sure": "on"},
    )
    assert pressed.status_code == HTTPStatus.CONFLICT
