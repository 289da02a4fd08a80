"""Settings: teams, homes and places of an authority."""

import io

import pytest
from django.core.management import CommandError, call_command

from authorities.models import AuditEntry, Setting
from tests.authorities.factories import an_authority

pytestmark = pytest.mark.django_db


def add_setting(*arguments: str) -> str:
    out = io.StringIO()
    call_command("add_setting", *arguments, stdout=out)
    return out.getvalue()


def test_a_setting_is_added_once_and_written_down() -> None:
    authority = an_authority(gss_code="E06000001")

    said = [add_setting("E06000001", "the-house", "The House") for _ in range(2)]

    assert said == [f"The House (the-house) is a setting of {authority}.\n"] * 2
    assert Setting.objects.values_list("authority", "code", "name").get() == (
        authority.pk,
        "the-house",
        "The House",
    )
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject, entry.authority) == ("setting added", "the-house", authority)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("E06999999", "a-home", "A Home"), "There is no authority E06999999 in the register"),
        (("E06000001", "A Home", "A Home"), '"A Home" is no code: use a-z, 0-9 and hyphens'),
        (("E06000001", "a" * 61, "A Home"), "is no code"),
        (("E06000001", "a-home", " "), "A setting needs a name of at most 120 characters"),
        (("E06000001", "a-home", "A\nHome"), "A setting needs a name of at most 120 characters"),
        (("E06000001", "the-house", "Another"), 'has a setting "the-house" already: The House'),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_in_a_sentence(
    arguments: tuple[str, str, str], sentence: str
) -> None:
    authority = an_authority(gss_code="E06000001")
    Setting.objects.create(authority=authority, code="the-house", name="The House")

    with pytest.raises(CommandError, match=sentence):
        add_setting(*arguments)

    assert Setting.objects.get().name == "The House"
    assert not AuditEntry.objects.exists()
