"""What is always true of the tables: each constraint broken on purpose."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from surveys.models import (
    EligiblePopulation,
    Invitation,
    LanguageApproval,
    OpenLink,
    Participation,
    Recording,
    Version,
    Wave,
)
from tests.authorities.factories import a_person
from tests.surveys.factories import a_participation, a_version, a_wave, some_codes

pytestmark = pytest.mark.django_db

A_DAY = date(2026, 10, 1)
THE_DAY_BEFORE = date(2026, 9, 30)


def refuses(name: str, write: Callable[[], object]) -> None:
    """By its name in PostgreSQL; SQLite names the columns of what must be unique."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        (
            "wave_period_ends_after_it_begins",
            {"period_start": A_DAY, "period_end": THE_DAY_BEFORE},
        ),
        ("wave_closes_after_it_opens", {"opens_on": A_DAY, "closes_on": THE_DAY_BEFORE}),
        ("wave_mixes_ten_or_more", {"k": 9}),
    ],
)
def test_a_wave_cannot_be_kept_that_makes_no_sense(
    constraint: str, changes: dict[str, Any]
) -> None:
    a_wave()

    refuses(constraint, lambda: Wave.objects.update(**changes))


def test_a_number_belongs_to_one_version() -> None:
    version = a_version()

    refuses(
        r"one_version_a_number|surveys_version.survey, surveys_version.number",
        lambda: Version.objects.create(
            survey=version.survey, number=version.number, digest="0" * 64, published_on=A_DAY
        ),
    )


def test_a_digest_belongs_to_one_version() -> None:
    version = a_version()

    refuses(
        "digest",
        lambda: Version.objects.create(
            survey=version.survey, number=2, digest=version.digest, published_on=A_DAY
        ),
    )


def test_a_slug_belongs_to_one_wave() -> None:
    first, second = a_wave(), a_wave()

    refuses("slug", lambda: Wave.objects.filter(pk=second.pk).update(slug=first.slug))


def test_an_authority_takes_part_in_a_wave_once() -> None:
    participation = a_participation()

    refuses(
        "an_authority_once_a_wave|participation.wave_id, surveys_participation.authority_id",
        lambda: Participation.objects.create(
            wave=participation.wave,
            authority=participation.authority,
            version=participation.version,
            help_name="Someone",
            help_phone="0800 000 0000",
        ),
    )


def test_a_cell_of_the_eligible_has_one_number() -> None:
    eligible = a_participation().eligible.first()
    assert eligible is not None
    eligible.pk = None

    refuses(
        "one_eligible_number_a_cell|eligiblepopulation.service",
        lambda: eligible.save(force_insert=True),
    )


def test_a_digest_belongs_to_one_invitation() -> None:
    participation = a_participation()
    some_codes(participation, 1)
    kept = Invitation.objects.get()

    refuses(
        "digest",
        lambda: Invitation.objects.create(
            participation=participation, digest=bytes(kept.digest), age_version="8-11"
        ),
    )


def test_an_address_belongs_to_one_open_link() -> None:
    participation = a_participation()
    OpenLink.objects.create(participation=participation, slug="abcd2345")

    refuses("slug", lambda: OpenLink.objects.create(participation=participation, slug="abcd2345"))


def test_what_is_in_use_cannot_be_deleted() -> None:
    participation = a_participation()
    some_codes(participation, 1)

    in_use: list[models.Model] = [participation.wave, participation.authority, participation]
    for each in in_use:
        with pytest.raises(ProtectedError):
            each.delete()

    assert EligiblePopulation.objects.filter(participation=participation).count() == 2


def test_a_text_is_approved_once_and_by_somebody_who_speaks_the_language() -> None:
    approval = {
        "kind": "survey",
        "subject": "small",
        "language": "cy",
        "digest": "0" * 64,
        "speaker": "Siân Rees",
        "approved_by": a_person(),
        "approved_on": A_DAY,
    }
    LanguageApproval.objects.create(**approval)

    refuses(
        r"a_text_is_approved_once|surveys_languageapproval.kind",
        lambda: LanguageApproval.objects.create(**approval),
    )
    refuses("approval_names_the_speaker", lambda: LanguageApproval.objects.update(speaker=""))


def test_a_place_has_one_recording_of_a_kind() -> None:
    place = {"version": a_version(), "age_version": "8-11", "language": "en", "item": "safe"}
    sound = {"digest": "0" * 64, "content_type": "audio/mpeg", "size": 1}
    Recording.objects.create(**place, **sound, kind="audio")
    Recording.objects.create(**place, **sound, kind="film")

    refuses(
        r"one_recording_a_place|surveys_recording.version_id",
        lambda: Recording.objects.create(**place, **sound, kind="audio"),
    )
