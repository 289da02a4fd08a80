"""How tests let a release out: checked, signed off by two, and published."""

from datetime import datetime

from analytics import releasing
from analytics.models import Release
from surveys.keyring import Keyring
from tests.authorities.factories import a_person


def signed_off(release: Release, *, now: datetime) -> Release:
    """The same, checked and signed off by two people who are made for it."""
    checked = releasing.check(release=release, keyring=Keyring.from_settings(), now=now)
    for _ in range(releasing.SIGNATURES):
        releasing.sign_off(release=checked, by=a_person(), now=now)
    return checked


def let_out(release: Release, *, now: datetime) -> Release:
    """The same, published."""
    return releasing.publish(release=signed_off(release, now=now), by=None, now=now)
