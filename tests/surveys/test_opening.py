"""No participation opens without a listener, cover out of hours, a number for help and numbers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from authorities.models import AuditEntry
from authorities.roles import Role
from surveys import fielding, languages, opening, taking_part
from surveys.errors import Refused
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from surveys.opening import Need
from tests.authorities.factories import a_member
from tests.feedback.families import Family, text
from tests.surveys.factories import (
    READY,
    a_listener,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    some_codes,
)

pytestmark = pytest.mark.django_db

A_DAY = date(2026, 10, 1)
BARE: dict[str, Any] = {"help_name": "Us", "help_phone": "0123", "eligible": {}}


def lacks(part: Participation) -> list[Need]:
    return [each.need for each in opening.what_is_missing(part, A_DAY)]


def opened(wave: Wave) -> dict[str, date | None]:
    return dict(wave.participations.values_list("authority__name", "opened_on"))


def test_all_that_is_missing_is_named_with_where_it_is_mended() -> None:
    part = fielding.join(wave=a_wave(slug="autumn"), authority=an_authority("Leeds"), **BARE)

    found = opening.what_is_missing(part, A_DAY)

    place = ("autumn", part.authority.gss_code)
    assert [(each.need, each.url_name, each.args) for each in found] == [
        (Need.COVER, "taking-part", place),
        (Need.LISTENER, "staff-roles", ()),
        (Need.ELIGIBLE, "eligible-of", place),
    ]
    assert all(each.sentence.endswith(".") for each in found)


def test_a_listener_here_will_do_and_one_elsewhere_or_who_has_left_will_not() -> None:
    leeds, york = an_authority("Leeds"), an_authority("York")
    wave = a_wave()
    ours, theirs = (fielding.join(wave=wave, authority=each, **READY) for each in (leeds, york))
    listener = a_member(Role.LISTENER, authority=leeds)

    while_here = (lacks(ours), lacks(theirs))
    listener.is_active = False
    listener.save()

    assert while_here == ([], [Need.LISTENER])
    assert lacks(ours) == [Need.LISTENER]


def test_the_country_is_looked_at_in_as_many_queries_as_one_authority(
    django_assert_num_queries: Any,
) -> None:
    wave = a_wave()
    for _ in range(5):
        fielding.join(wave=wave, authority=an_authority(), **READY)

    with django_assert_num_queries(3):
        found = opening.standings(wave, A_DAY)

    assert len(found) == 5


def test_who_is_not_ready_stays_closed_and_opens_later(keyring: Keyring) -> None:
    wave = a_wave(opens_on=A_DAY)
    a_listener()
    fielding.join(wave=wave, authority=an_authority("Leeds"), **READY)
    york = fielding.join(
        wave=wave, authority=an_authority("York"), **{**BARE, "eligible": {"in-care": 9}}
    )

    fielding.open_wave(wave=wave, keyring=keyring)
    at_first = opened(wave)
    taking_part.name_people(
        participation=york, people=taking_part.People("Us", "0123", "Night team", "0456")
    )
    later = A_DAY + timedelta(days=9)

    assert at_first == {"Leeds": A_DAY, "York": None}
    assert fielding.open_to_all(wave=wave, today=later) == 1
    assert fielding.open_to_all(wave=wave, today=later) == 0
    assert opened(wave) == {"Leeds": A_DAY, "York": later}


def test_a_wave_in_which_nobody_is_ready_gets_no_key(keyring: Keyring) -> None:
    wave = a_wave()
    fielding.join(wave=wave, authority=an_authority(), **BARE)

    with pytest.raises(
        Refused, match=r"is ready\. Nobody is named who answers out of office hours"
    ):
        fielding.open_wave(wave=wave, keyring=keyring)

    assert Wave.objects.get().public_key is None
    assert not keyring.directory.exists()


def test_pilots_open_first_and_then_all_the_others(keyring: Keyring) -> None:
    wave = a_wave(opens_on=A_DAY)
    a_listener()
    places = [an_authority(name) for name in ("Hull", "Leeds", "York")]
    for place in places:
        fielding.join(wave=wave, authority=place, **READY)
    taking_part.choose_pilots(wave=wave, gss_codes=[places[1].gss_code])

    fielding.open_wave(wave=wave, keyring=keyring)
    fielding.open_wave(wave=wave, keyring=keyring)
    first = opened(wave)
    fielding.open_to_all(wave=wave, today=date(2026, 10, 20))

    assert first == {"Hull": None, "Leeds": A_DAY, "York": None}
    assert opened(wave)["York"] == date(2026, 10, 20)
    assert AuditEntry.objects.filter(act="opened to families").count() == 3
    with pytest.raises(Refused, match="pilots can be chosen no more"):
        taking_part.choose_pilots(wave=wave, gss_codes=[])


def test_opening_before_the_first_day_lets_families_in_on_it(keyring: Keyring) -> None:
    part = a_participation(keyring=keyring, opens_on=A_DAY)

    assert part.opened_on == A_DAY
    assert [Participation.objects.open_on(day).exists() for day in (date(2026, 9, 30), A_DAY)] == [
        False,
        True,
    ]


def test_opening_makes_the_key_that_addresses_are_sealed_to(keyring: Keyring) -> None:
    wave = a_participation(keyring=keyring, slug="autumn").wave

    assert bytes(wave.sending_key or b"") == keyring.make_pair("sending-autumn")
    assert bytes(wave.sending_key or b"") != bytes(wave.public_key or b"")


def test_an_invited_family_whose_authority_is_not_open_yet_is_told_so(keyring: Keyring) -> None:
    today = timezone.localdate()
    wave = a_wave(opens_on=today, closes_on=today + timedelta(9))
    a_listener()
    fielding.join(wave=wave, authority=an_authority("Leeds"), **READY)
    york = fielding.join(wave=wave, authority=an_authority("York"), **BARE)
    fielding.open_wave(wave=wave, keyring=keyring)
    [code] = some_codes(york)
    family = Family()

    before = [family.get(f"/s/{code}"), family.send(f"/s/{code}", {"safe": "yes"})]
    Participation.objects.filter(pk=york.pk).update(opened_on=today)

    assert [each.status_code for each in before] == [403, 403]
    assert "It will open soon" in text(before[0])
    assert family.get(f"/s/{code}").status_code == 200


def test_a_wave_is_offered_in_its_languages_and_no_others(keyring: Keyring) -> None:
    survey = a_survey()
    version = a_version(cy=a_translation(survey), ur=a_translation(survey, "ur"))
    today = timezone.localdate()
    part = a_participation(
        keyring=keyring,
        version=version,
        languages=["cy"],
        opens_on=today,
        closes_on=today + timedelta(9),
    )
    [code] = some_codes(part)
    family = Family()

    pages = {each: family.get(f"/s/{code}?lang={each}").content.decode() for each in ("cy", "ur")}

    assert languages.offered(version.translations, part.wave.languages) == ("en", "cy")
    assert '<html lang="cy"' in pages["cy"]
    assert '<html lang="en"' in pages["ur"]
    assert 'lang="ur"' not in pages["cy"]
    with pytest.raises(Refused, match='not in the language "ur", only in en, cy'):
        some_codes(part, language="ur")
