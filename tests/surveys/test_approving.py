"""A language is a draft until a native speaker has read that very text."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import approving, drafting, publishing
from surveys.approving import Standing
from surveys.errors import Refused
from surveys.models import LanguageApproval, TranslationAuthor
from tests.authorities.factories import a_member, a_membership
from tests.surveys.drafts import NOW, a_draft, an_author
from tests.surveys.factories import (
    SOURCE,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    around,
    some_screens,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

TODAY = date(2026, 11, 23)
SPEAKER = "Siân Rees, first language Welsh"

SCREENS = 'msgid ""\nmsgstr ""\n\nmsgctxt "send"\nmsgid "Send"\nmsgstr "Anfon"\n'


@pytest.fixture
def translator() -> User:
    return a_member(Role.TRANSLATOR)


def the_only(user: User) -> Standing:
    (standing,) = approving.standings_for(user, today=TODAY)
    return standing


def test_a_new_translation_is_a_draft_until_it_is_approved_and_the_audit_says_by_whom(
    translator: User,
) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    draft = the_only(translator)

    approving.approve(text=draft.text, speaker=f" {SPEAKER} ", by=translator, today=TODAY)

    approval = the_only(translator).approval
    assert (draft.is_draft, draft.text.title, draft.text.language) == (True, "small 1", "cy")
    assert draft.text.translated == len(draft.text.messages)
    assert approval is not None
    assert (approval.speaker, approval.approved_by, approval.approved_on) == (
        SPEAKER,
        translator,
        TODAY,
    )
    entry = AuditEntry.objects.get(act="language approved")
    assert entry.subject == f"survey small, cy, {draft.text.digest[:12]}"
    assert (entry.actor, entry.why) == (translator, SPEAKER)
    assert approving.in_words(version) == "en, cy"
    assert approving.warning(version) == ""


def test_a_changed_text_is_a_draft_again_and_an_unchanged_one_is_not(translator: User) -> None:
    po = a_translation(a_survey())
    version = a_version(SOURCE, cy=po)
    approving.approve(text=the_only(translator).text, speaker=SPEAKER, by=translator, today=TODAY)

    changed = publishing.translate(
        version=version, language="cy", text=po.replace("[cy] School", "[cy] Ysgol"), today=TODAY
    )
    with_polish = publishing.translate(
        version=version, language="pl", text=a_translation(a_survey(), "pl"), today=TODAY
    )

    assert approving.drafts(changed) == ("cy",)
    assert approving.drafts(with_polish) == ("pl",)


def test_approving_twice_is_once_and_keeps_the_first(translator: User) -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))
    text = the_only(translator).text

    first = approving.approve(text=text, speaker=SPEAKER, by=translator, today=TODAY)
    again = approving.approve(text=text, speaker="Another", by=translator, today=TODAY)

    assert again == first
    assert LanguageApproval.objects.get().speaker == SPEAKER
    assert AuditEntry.objects.filter(act="language approved").count() == 1


def test_an_approval_can_be_taken_back_with_a_reason(translator: User) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    text = the_only(translator).text
    approving.approve(text=text, speaker=SPEAKER, by=translator, today=TODAY)

    with pytest.raises(Refused, match="Say why"):
        approving.withdraw(text=text, why=" ", by=translator, today=TODAY)
    approving.withdraw(text=text, why="It is North Welsh only.", by=translator, today=TODAY)
    approving.withdraw(text=text, why="Again.", by=translator, today=TODAY)

    assert approving.drafts(version) == ("cy",)
    assert AuditEntry.objects.get(act="approval withdrawn").why == "It is North Welsh only."


@pytest.mark.parametrize("speaker", ["", "  ", "x" * 201])
def test_an_approval_names_the_native_speaker(speaker: str, translator: User) -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))

    with pytest.raises(Refused, match="Say who read it"):
        approving.approve(
            text=the_only(translator).text, speaker=speaker, by=translator, today=TODAY
        )

    assert not LanguageApproval.objects.exists()


@pytest.mark.parametrize("role", [Role.SURVEY_AUTHOR, Role.LISTENER, Role.COORDINATOR])
def test_nobody_else_sees_approves_or_takes_back(role: Role, translator: User) -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))
    text = the_only(translator).text
    someone = a_member(role)

    with pytest.raises(PermissionDenied):
        approving.standings_for(someone, today=TODAY)
    with pytest.raises(PermissionDenied):
        approving.approve(text=text, speaker=SPEAKER, by=someone, today=TODAY)
    with pytest.raises(PermissionDenied):
        approving.withdraw(text=text, why="No.", by=someone, today=TODAY)

    assert not LanguageApproval.objects.exists()


def test_a_national_administrator_may_approve() -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))
    administrator = a_member(Role.NATIONAL_ADMINISTRATOR)

    approving.approve(
        text=the_only(administrator).text, speaker=SPEAKER, by=administrator, today=TODAY
    )

    assert not the_only(administrator).is_draft


def test_a_language_is_a_draft_while_the_screens_around_it_are(translator: User) -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))
    survey = the_only(translator).text
    approving.approve(text=survey, speaker=SPEAKER, by=translator, today=TODAY)

    with around(some_screens(cy=SCREENS, pl=SCREENS)):
        before = approving.drafts(version)
        screens = approving.standings_for(translator, today=TODAY)[0].text
        approving.approve(text=screens, speaker=SPEAKER, by=translator, today=TODAY)
        after = approving.drafts(version)

    assert (screens.title, screens.language, screens.translated) == ("screens", "cy", 1)
    assert (before, after) == (("cy",), ())
    assert "cy (draft, awaiting a native speaker)" not in approving.in_words(version)


@pytest.mark.parametrize("po", ["not a PO file\n", SCREENS.replace("Anfon", "")])
def test_a_text_with_something_to_mend_is_shown_and_cannot_be_approved(
    po: str, translator: User
) -> None:
    with around(some_screens("screens/send is not translated: 'Send'", cy=po)):
        text = the_only(translator).text

        with pytest.raises(Refused, match="screens/send is not translated"):
            approving.approve(text=text, speaker=SPEAKER, by=translator, today=TODAY)

    assert (text.translated, [words for _, words in text.pairs]) == (0, [""])


def test_in_use_are_the_newest_of_each_survey_and_those_of_waves_that_are_not_over() -> None:
    over, running, newest = (
        a_version(SOURCE.replace("Do you feel safe?", words))
        for words in ("Are you safe?", "Is it safe?", "Do you feel safe?")
    )
    other = a_version(SOURCE.replace('code = "small"', 'code = "other"'))
    a_wave(version=over, opens_on=date(2026, 1, 1), closes_on=date(2026, 3, 31))
    a_wave(version=running)

    assert set(approving.versions_in_use(TODAY)) == {running, newest, other}


def test_the_standings_cost_the_same_queries_however_many_languages(
    django_assert_num_queries: pytest.FixtureRequest, translator: User
) -> None:
    codes = ("cy", "pl", "ur")
    a_version(SOURCE, **{code: a_translation(a_survey(), code) for code in codes})

    with django_assert_num_queries(4):  # type: ignore[operator]  # the fixture is a function
        found = approving.standings_for(translator, today=TODAY)

    assert [each.text.language for each in found] == ["cy", "pl", "ur"]


def test_who_brought_words_with_a_draft_does_not_approve_them(translator: User) -> None:
    both = an_author()
    a_membership(both, role=Role.TRANSLATOR)
    draft = a_draft(SOURCE, by=both, cy=a_translation(a_survey()))

    with pytest.raises(Refused, match="You wrote some of these words"):
        approving.approve(text=the_only(both).text, speaker=SPEAKER, by=both, today=TODAY)
    # Nor where the survey has another code by now.
    renamed = SOURCE.replace('code = "small"', 'code = "other"')
    drafting.change(draft=draft, source=renamed, revision=1, by=both, now=NOW)
    with pytest.raises(Refused, match="You wrote some of these words"):
        approving.approve(text=the_only(both).text, speaker=SPEAKER, by=both, today=TODAY)

    approving.approve(text=the_only(translator).text, speaker=SPEAKER, by=translator, today=TODAY)
    assert not the_only(translator).is_draft


def test_words_that_were_published_are_not_theirs_who_begin_a_draft_with_them() -> None:
    version = a_version(SOURCE, cy=a_translation(a_survey()))

    for based_on in (version, None):
        drafting.begin(
            name="Spring",
            source=SOURCE,
            translations=version.translations,
            based_on=based_on,
            by=an_author(),
            now=NOW,
        )

    assert not TranslationAuthor.objects.exists()
