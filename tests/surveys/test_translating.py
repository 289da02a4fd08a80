"""Translating a draft: nothing that was typed is lost, and everybody who wrote is known."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import approving, languages, po_files, translating
from surveys.errors import Refused
from surveys.languages import State
from surveys.models import DraftTranslation, TranslationAuthor
from surveys.translating import Clash, Imported, Saved, Typed
from tests.authorities.factories import a_member
from tests.surveys.factories import SOURCE, a_survey, a_translation, a_version
from tests.surveys.translations import a_draft, in_language

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHANGED = SOURCE.replace("Do we listen to you?", "Do we really listen to you?")
FIRST, SECOND, THIRD = "Do we listen to you?", "Please leave out names.", "School"


@pytest.fixture
def noor() -> User:
    return a_member(Role.TRANSLATOR)


@pytest.fixture
def sian() -> User:
    return a_member(Role.TRANSLATOR)


def state(translation: DraftTranslation, english: str) -> State:
    translation.refresh_from_db()
    states = translating.states_of(translation.draft, translation.text)
    return next(each for each in states if each.message.english == english)


def typed(translation: DraftTranslation, english: str, words: str, *, fits: bool = False) -> Typed:
    """What somebody types who sees the string as it is now."""
    seen = state(translation, english)
    return Typed(translating.key_of(seen.message), words, translating.mark_of(seen), fits=fits)


def save(translation: DraftTranslation, by: User, *some: Typed, revision: int = 0) -> Saved:
    translation.refresh_from_db()
    return translating.save(
        translation=translation,
        typed=some,
        revision=revision or translation.revision,
        by=by,
        now=NOW,
    )


def authors(translation: DraftTranslation) -> set[int]:
    translation.refresh_from_db()
    rows = TranslationAuthor.objects.filter(digest=translating.digest_of(translation.text))
    return set(rows.values_list("written_by_id", flat=True))


# --- beginning ---


def test_a_language_begins_with_what_was_published_in_it(noor: User) -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))
    draft = a_draft(CHANGED)

    begun = translating.start(draft=draft, language="CY", by=noor, now=NOW)

    changed = state(begun, "Do we really listen to you?")
    assert (begun.language, begun.revision, begun.changed_by) == ("cy", 1, noor)
    assert (changed.words, changed.stale, changed.older) == (f"[cy] {FIRST}", True, FIRST)
    assert state(begun, THIRD).is_done


def test_beginning_twice_is_once(noor: User, sian: User) -> None:
    draft = a_draft()
    begun = translating.start(draft=draft, language="pl", by=noor, now=NOW)
    save(begun, noor, typed(begun, THIRD, "Szkoła"))

    again = translating.start(draft=draft, language="pl", by=sian, now=NOW)

    assert again == begun
    assert state(again, THIRD).words == "Szkoła"
    assert AuditEntry.objects.filter(act="language begun").count() == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "is not a language code"),
        ("Welsh please", "is not a language code"),
        ("cy/../..", "is not a language code"),
        ("zh-Hant-HK-x-long", "is not a language code"),
        ("en-GB", "is written in English"),
    ],
)
def test_only_a_language_can_be_begun(code: str, why: str, noor: User) -> None:
    with pytest.raises(Refused, match=why):
        translating.start(draft=a_draft(), language=code, by=noor, now=NOW)

    assert not DraftTranslation.objects.exists()


@pytest.mark.parametrize(
    ("written", "tidy"), [("PT_br", "pt-BR"), (" Cy ", "cy"), ("uz-arab", "uz-Arab")]
)
def test_a_code_is_written_in_its_usual_capitals(written: str, tidy: str) -> None:
    assert languages.tidy_code(written) == tidy


# --- saving ---


def test_a_string_is_saved_and_the_audit_and_the_authors_know(noor: User) -> None:
    begun = translating.start(draft=a_draft(), language="cy", by=noor, now=NOW)

    saved = save(begun, noor, typed(begun, THIRD, "Ysgol"))

    assert saved == Saved(1, ())
    assert (state(begun, THIRD).words, begun.revision) == ("Ysgol", 2)
    assert authors(begun) == {noor.pk}
    entry = AuditEntry.objects.get(act="translation saved")
    assert (entry.actor, entry.subject) == (noor, f"small, cy, draft {begun.draft_id}")


def test_what_was_not_changed_is_not_saved(noor: User) -> None:
    whole = in_language(a_draft(), by=noor)

    saved = save(whole, noor, typed(whole, THIRD, f"[cy] {THIRD}"))

    whole.refresh_from_db()
    assert (saved, whole.revision, authors(whole)) == (Saved(0, ()), 1, set())


def test_stale_words_are_up_to_date_once_changed_or_said_to_fit(noor: User) -> None:
    older = a_translation(a_survey())
    new = "Do we really listen to you?"
    left, changed, fits = (in_language(a_draft(CHANGED), text=older) for _ in range(3))

    save(left, noor, typed(left, new, f"[cy] {FIRST}"))
    save(changed, noor, typed(changed, new, "Ydyn ni?"))
    save(fits, noor, typed(fits, new, f"[cy] {FIRST}", fits=True))

    assert [state(each, new).stale for each in (left, changed, fits)] == [True, False, False]
    assert state(fits, new).words == f"[cy] {FIRST}"


def test_words_are_shown_with_what_is_wrong_and_kept_all_the_same(noor: User) -> None:
    source = SOURCE.replace(FIRST, "Call 0800 1111 if not?")
    whole = in_language(a_draft(source))

    save(whole, noor, typed(whole, "Call 0800 1111 if not?", "Ffoniwch {ni}"))

    found = state(whole, "Call 0800 1111 if not?")
    assert (found.words, found.is_done) == ("Ffoniwch {ni}", False)
    assert found.faults == (
        "lost the number 08001111",
        "has a blank that its English has not, {ni}",
    )


def test_two_who_write_different_strings_are_both_kept(noor: User, sian: User) -> None:
    whole = in_language(a_draft())
    hers, his = typed(whole, FIRST, "Hers"), typed(whole, SECOND, "His")
    revision = whole.revision

    save(whole, noor, hers, revision=revision)
    second = save(whole, sian, his, revision=revision)

    assert second == Saved(1, ())
    assert (state(whole, FIRST).words, state(whole, SECOND).words) == ("Hers", "His")
    assert authors(whole) == {noor.pk, sian.pk}


def test_of_two_who_write_the_same_string_the_second_is_given_hers_back(
    noor: User, sian: User
) -> None:
    whole = in_language(a_draft())
    hers, his = typed(whole, FIRST, "Hers"), typed(whole, FIRST, "His")
    beside = typed(whole, THIRD, "Ysgol")

    save(whole, noor, hers, revision=1)
    second = save(whole, sian, his, beside, revision=1)

    assert second == Saved(1, (Clash(his.key, "His", state(whole, FIRST).message),))
    assert (state(whole, FIRST).words, state(whole, THIRD).words) == ("Hers", "Ysgol")


def test_words_for_an_english_that_was_changed_meanwhile_are_given_back(noor: User) -> None:
    whole = in_language(a_draft())
    mine = typed(whole, FIRST, "Gwrando?")
    whole.draft.source = CHANGED
    whole.draft.save()

    saved = save(whole, noor, mine)

    assert saved == Saved(0, (Clash(mine.key, "Gwrando?", None),))


@pytest.mark.parametrize("words", ["x\x00y", "x" * 12_001])
def test_words_that_no_text_can_have_are_refused_and_nothing_is_kept(
    words: str, noor: User
) -> None:
    whole = in_language(a_draft())

    with pytest.raises(Refused, match="Some words"):
        save(whole, noor, typed(whole, FIRST, "Good"), typed(whole, THIRD, words))

    assert state(whole, FIRST).words == f"[cy] {FIRST}"


def test_a_draft_that_cannot_be_read_says_so_and_keeps_what_was_translated(noor: User) -> None:
    whole = in_language(a_draft())
    mine, text = typed(whole, FIRST, "Mine"), whole.text
    whole.draft.source = "[survey"
    whole.draft.save()

    with pytest.raises(Refused, match="cannot be read at the moment"):
        save(whole, noor, mine)

    whole.refresh_from_db()
    assert whole.text == text


# --- files ---


def outgoing(translation: DraftTranslation) -> str:
    translation.refresh_from_db()
    return po_files.outgoing(
        translation.text, revision=translation.revision, comment_of=lambda *_: ["where"]
    )


def send(
    translation: DraftTranslation, by: User, file: str, *, file_wins: bool = False
) -> Imported:
    return translating.import_po(
        translation=translation, content=file.encode(), file_wins=file_wins, by=by, now=NOW
    )


def test_a_file_that_comes_back_to_what_it_was_made_from_is_taken(noor: User) -> None:
    whole = in_language(a_draft())
    file = outgoing(whole).replace("[cy] School", "Ysgol")

    found = send(whole, noor, file)

    assert (found.taken, found.unsure, found.kept, found.emptied, found.unknown) == (1, 0, (), 0, 0)
    assert [each.here for each in found.replaced] == ["[cy] School"]
    assert (state(whole, THIRD).words, authors(whole)) == ("Ysgol", {noor.pk})
    assert "X-Heard-Revision" not in whole.text


def test_a_file_older_than_what_is_here_loses_nothing_unless_it_is_wanted(
    noor: User, sian: User
) -> None:
    whole = in_language(a_draft())
    file = outgoing(whole).replace("[cy] School", "Ysgol").replace(f"[cy] {FIRST}", "Theirs")
    save(whole, sian, typed(whole, FIRST, "Newer"))

    first = send(whole, noor, file)
    kept = (state(whole, FIRST).words, state(whole, THIRD).words)
    second = send(whole, noor, file, file_wins=True)

    assert [(each.here, each.file) for each in first.kept] == [
        ("Newer", "Theirs"),
        ("[cy] School", "Ysgol"),
    ]
    assert (first.taken, kept) == (0, ("Newer", "[cy] School"))
    assert (second.taken, state(whole, FIRST).words) == (2, "Theirs")


def test_fuzzy_and_empty_entries_of_a_file_never_take_good_words_away(noor: User) -> None:
    whole = in_language(a_draft())
    file = languages.read_po(outgoing(whole))
    for entry in file:
        if entry.msgid == FIRST:
            entry.msgstr = ""
        if entry.msgid == THIRD:
            entry.msgstr, entry.flags = "Perhaps", ["fuzzy"]

    found = send(whole, noor, str(file))

    assert (found.taken, found.unsure, found.emptied) == (0, 0, 1)
    assert state(whole, FIRST).words == f"[cy] {FIRST}"
    assert state(whole, THIRD).words == f"[cy] {THIRD}"


def test_fuzzy_words_are_kept_as_stale_where_there_were_none(noor: User) -> None:
    begun = translating.start(draft=a_draft(), language="cy", by=noor, now=NOW)
    file = languages.read_po(a_translation(a_survey()))
    for entry in file:
        entry.flags = ["fuzzy"]

    found = send(begun, noor, str(file))

    assert (found.taken, found.unsure) == (0, len(file))
    assert (state(begun, THIRD).words, state(begun, THIRD).stale) == ("[cy] School", True)


def test_sending_the_same_file_twice_changes_nothing_the_second_time(noor: User) -> None:
    begun = translating.start(draft=a_draft(), language="cy", by=noor, now=NOW)
    file = a_translation(a_survey())

    send(begun, noor, file)
    begun.refresh_from_db()
    revision = begun.revision
    again = send(begun, noor, file)

    begun.refresh_from_db()
    assert (again.taken, begun.revision) == (0, revision)


def po(*, header: str = "Language: cy\\n", project: str = "small", body: str = "") -> bytes:
    said = f'msgid ""\nmsgstr ""\n"Project-Id-Version: {project}\\n"\n"{header}"\n\n'
    return f"{said}{body or OF_SCHOOL}".encode()


OF_SCHOOL = 'msgctxt "topics/answers/school"\nmsgid "School"\nmsgstr "Ysgol"\n'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty"),
        (b"hello there\n", "This is not a PO file"),
        (po().decode().encode("utf-16"), "The file is in UTF-16. Save it as UTF-8"),
        (po(body=OF_SCHOOL.replace("Ysgol", "école")).decode().encode("latin-1"), "line 8 cannot"),
        (b"\xde\x12\x04\x95\x00\x00", "compiled MO file"),
        (b"PK\x03\x04\x00\x00", "characters that no text has"),
        (OF_SCHOOL.encode(), "The file has no header"),
        (po(header="MIME-Version: 1.0\\n"), "header does not say its language"),
        (po(header="Language: pl\\n"), "says that it is in “pl”, and this is “cy”"),
        (
            po(header='Language: cy\\n"\n"Content-Type: text/plain; charset=ISO-8859-1\\n'),
            "says that it is in ISO-8859-1",
        ),
        (po(project="other"), "The file is of the survey “other”, and this is “small”"),
        (
            po(body='msgctxt "screens/send"\nmsgid "Send"\nmsgstr "Anfon"\n'),
            "None of the file's strings is of this survey",
        ),
        (po(body=OF_SCHOOL + "\n" + OF_SCHOOL.replace("Ysgol", "Addysg")), "two translations of"),
        (b"#" * (po_files.LARGEST + 1), "The file has 5.0 MB"),
    ],
)
def test_what_is_not_this_surveys_file_is_refused_with_a_clear_sentence(
    content: bytes, why: str, noor: User
) -> None:
    whole = in_language(a_draft())
    text = whole.text

    with pytest.raises(Refused, match=why):
        translating.import_po(translation=whole, content=content, by=noor, now=NOW)

    whole.refresh_from_db()
    assert (whole.text, whole.revision) == (text, 1)


@pytest.mark.parametrize(
    "content",
    [
        po(),
        b"\xef\xbb\xbf" + po(),
        po().replace(b"\n", b"\r\n"),
        po(header='Language: cy_GB\\n"\n"Content-Type: text/plain; charset=utf8\\n'),
        po(body=f'#, c-format\n{OF_SCHOOL}\n#~ msgid "gone"\n#~ msgstr "wedi mynd"\n'),
    ],
)
def test_files_as_tools_write_them_are_taken(content: bytes, noor: User) -> None:
    begun = translating.start(draft=a_draft(), language="cy", by=noor, now=NOW)

    translating.import_po(translation=begun, content=content, by=noor, now=NOW)

    assert state(begun, THIRD).words == "Ysgol"


# --- who wrote, and who may approve ---


def approve(translation: DraftTranslation, by: User) -> None:
    translation.refresh_from_db()
    key = ("survey", "small", "cy", translating.digest_of(translation.text))
    standing = approving.standing_for(by, key, today=NOW.date())
    assert standing is not None
    approving.approve(text=standing.text, speaker="Siân", by=by, today=NOW.date())


def test_nobody_approves_a_text_of_which_they_wrote_a_word(noor: User, sian: User) -> None:
    whole = in_language(a_draft())
    save(whole, noor, typed(whole, FIRST, "Noor's"))
    save(whole, sian, typed(whole, THIRD, "Siân's"))
    reader = a_member(Role.TRANSLATOR)

    for writer in (noor, sian):
        with pytest.raises(Refused, match="You wrote some of these words"):
            approve(whole, writer)
    approve(whole, reader)

    assert AuditEntry.objects.get(act="language approved").actor == reader


def test_what_is_approved_as_a_draft_is_approved_once_it_is_published(
    noor: User, sian: User
) -> None:
    whole = in_language(a_draft())
    save(whole, noor, typed(whole, FIRST, "Noor's"))
    approve(whole, sian)

    version = a_version(SOURCE, cy=whole.text)

    assert approving.drafts(version) == ()


def test_who_wrote_what_was_published_wrote_what_is_begun_from_it(noor: User, sian: User) -> None:
    whole = in_language(a_draft())
    save(whole, noor, typed(whole, FIRST, "Noor's"))
    whole.refresh_from_db()
    version = a_version(SOURCE, cy=whole.text)
    draft = a_draft(CHANGED)
    draft.based_on = version
    draft.save()

    begun = translating.start(draft=draft, language="cy", by=sian, now=NOW)

    assert authors(begun) == {noor.pk}


def test_a_draft_that_is_not_whole_waits_for_nobody(noor: User) -> None:
    in_language(a_draft(CHANGED), text=a_translation(a_survey()))
    in_language(a_draft("[survey"), text="")

    assert approving.standings_for(noor, today=NOW.date()) == []


@pytest.mark.parametrize("role", [Role.SURVEY_AUTHOR, Role.COORDINATOR, Role.LISTENER])
def test_others_neither_begin_nor_save_nor_send_files(role: Role) -> None:
    whole, someone = in_language(a_draft()), a_member(role)

    with pytest.raises(PermissionDenied):
        translating.drafts_for(someone)
    with pytest.raises(PermissionDenied):
        translating.start(draft=whole.draft, language="pl", by=someone, now=NOW)
    with pytest.raises(PermissionDenied):
        save(whole, someone, typed(whole, FIRST, "Mine"))
    with pytest.raises(PermissionDenied):
        send(whole, someone, outgoing(whole))
