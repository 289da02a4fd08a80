"""Publishing freezes a version under the digest of its content."""

from datetime import date
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction

from surveys import core, publishing, readiness
from surveys.errors import Refused, VersionIsFrozen
from surveys.models import Version
from surveys.problems import DefinitionError
from tests.surveys.factories import (
    SOURCE,
    a_survey,
    a_translation,
    a_version,
    around,
    some_screens,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

TODAY = date(2026, 9, 1)
REWORDED = SOURCE.replace("Do you feel safe?", "Are you safe?")


def test_the_first_version_of_a_survey_has_number_one_and_its_digest() -> None:
    version = publishing.publish(source=SOURCE, today=TODAY)

    assert (version.survey, version.number, version.published_on) == ("small", 1, TODAY)
    assert version.digest == publishing.digest_of_content(SOURCE, {})
    assert len(version.digest) == 64
    assert version.definition == a_survey()


def test_the_digest_can_be_made_again_by_anyone() -> None:
    content = '["a", [["cy", "b"]]]'

    assert publishing.digest_of_content("a", {"cy": "b"}) == sha256(content.encode()).hexdigest()


def test_the_same_content_twice_is_the_same_version() -> None:
    translations = {"cy": a_translation(a_survey())}
    first = publishing.publish(source=SOURCE, translations=translations, today=TODAY)

    again = publishing.publish(
        source=SOURCE.replace("\n", "\r\n"), translations=translations, today=date(2027, 1, 1)
    )

    assert (again, again.published_on) == (first, TODAY)
    assert Version.objects.count() == 1


def test_other_content_is_the_next_number() -> None:
    first = a_version()

    reworded = a_version(REWORDED)
    in_welsh = a_version(SOURCE, cy=a_translation(a_survey()))

    assert [first.number, reworded.number, in_welsh.number] == [1, 2, 3]
    assert len({first.digest, reworded.digest, in_welsh.digest}) == 3


def test_each_survey_is_numbered_apart() -> None:
    a_version()

    other = a_version(SOURCE.replace('code = "small"', 'code = "other"'))

    assert (other.survey, other.number) == ("other", 1)


def test_a_definition_with_faults_publishes_nothing() -> None:
    with pytest.raises(DefinitionError):
        a_version(SOURCE.replace("score = 100", "score = 101"))

    assert not Version.objects.exists()


def test_a_language_with_missing_or_fuzzy_strings_is_refused_and_they_are_named() -> None:
    po = a_translation(a_survey()).replace('msgstr "[cy] Sometimes"', 'msgstr ""')
    po = po.replace('msgctxt "listened/ask"', '#, fuzzy\nmsgctxt "listened/ask"')

    with pytest.raises(Refused) as refused:
        a_version(SOURCE, cy=po, pl=a_translation(a_survey(), "pl"))

    assert str(refused.value).splitlines() == [
        "These translations are not ready. Mend them, or leave the language out:",
        "cy: scale/how-much/answers/sometimes/8-11 is not translated: 'Sometimes'",
        "cy: listened/ask/8-11 is fuzzy, because its English changed: 'Do we listen to you?'",
    ]
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("en", "en: the definition is in English already"),
        ("Welsh", "Welsh: this is not a language code, such as cy, ur or pt-BR"),
        ("../cy", "../cy: this is not a language code, such as cy, ur or pt-BR"),
        ("cy", "cy: This is not a PO file: Syntax error in po file (line 1)"),
    ],
)
def test_what_is_no_translation_is_refused(code: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        a_version(SOURCE, **{code: "not a PO file"})

    assert str(refused.value).splitlines()[1:] == [reason]


def test_an_item_that_would_mean_something_else_than_before_is_refused() -> None:
    a_version()

    with pytest.raises(Refused) as refused:
        a_version(SOURCE.replace("score = 75", "score = 80"))

    assert str(refused.value).splitlines() == [
        (
            "Figures could not be compared with small 1: give what means something else a code of "
            "its own."
        ),
        'item "safe", answer "yes" has another score, or counts otherwise',
        'item "listened", answer "yes" has another score, or counts otherwise',
    ]
    assert Version.objects.count() == 1


def test_a_translation_may_come_after_and_is_a_version_of_its_own() -> None:
    version = a_version(SOURCE, pl=a_translation(a_survey(), "pl"))

    translated = publishing.translate(
        version=version, language="cy", text=a_translation(a_survey()), today=TODAY
    )

    assert (translated.number, translated.source) == (2, version.source)
    assert sorted(translated.translations) == ["cy", "pl"]


def test_a_language_that_the_screens_around_are_not_in_is_refused_and_they_are_named() -> None:
    po = a_translation(a_survey())

    with around(some_screens("screens/send is not translated: 'Send'")):
        with pytest.raises(Refused) as refused:
            publishing.publish(source=SOURCE, translations={"cy": po}, today=TODAY)
        in_english = publishing.publish(source=SOURCE, today=TODAY)

    assert str(refused.value).splitlines()[1:] == ["cy: screens/send is not translated: 'Send'"]
    assert in_english.translations == {}


def test_screens_that_are_registered_twice_are_asked_once() -> None:
    readiness.register(some_screens("is not there"))
    readiness.register(some_screens("is not there"))

    assert readiness.problems("cy") == ["is not there"]
    assert readiness.problems("en") == []


def test_the_core_survey_is_published() -> None:
    version = publishing.publish(
        source=core.source(), translations=core.translations(), today=TODAY
    )

    assert str(version) == "your-say 1"


def test_nothing_edits_or_deletes_a_published_version() -> None:
    version = a_version()
    version.source = REWORDED
    same_row = Version(pk=version.pk, survey="small", number=1, digest="0" * 64, published_on=TODAY)

    for attempt in (
        version.save,
        lambda: version.save(update_fields=["source"]),
        version.delete,
        lambda: Version.objects.update(source=REWORDED),
        lambda: Version.objects.filter(pk=version.pk).update(number=2),
        lambda: Version.objects.bulk_update([version], ["source"]),
        lambda: Version.objects.all().delete(),
        lambda: Version.objects.update_or_create(pk=version.pk, defaults={"number": 2}),
    ):
        with pytest.raises(VersionIsFrozen, match="Publish the new text"), transaction.atomic():
            attempt()
    with pytest.raises(DatabaseError), transaction.atomic():
        same_row.save()

    assert Version.objects.get().source == SOURCE


def test_the_database_itself_refuses_to_change_a_version() -> None:
    a_version()

    with (
        pytest.raises(DatabaseError, match="cannot be changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE surveys_version SET source = 'other'")

    assert Version.objects.get().source == SOURCE


def test_a_published_version_is_parsed_once_and_then_its_text_is_not_fetched(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    assert a_version().definition.items

    version = Version.objects.defer("source", "translations").get()

    with django_assert_num_queries(0):  # type: ignore[operator]  # the fixture is a function
        assert version.definition == a_survey()
