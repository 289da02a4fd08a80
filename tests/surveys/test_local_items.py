"""Local questions: a bank of two people, and what an authority takes from it for a wave."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authorities.models import AuditEntry, User
from authorities.roles import Role
from surveys import (
    approving,
    comparability,
    edits,
    languages,
    local_items,
    localising,
    publishing,
    translating,
)
from surveys.edits import Document
from surveys.errors import PromiseIsKept, Refused
from surveys.local_items import Own
from surveys.models import BankItem, BankWords, LocalChoice, Participation, Version
from surveys.problems import DefinitionError
from tests.authorities.factories import a_member
from tests.surveys.drafts import (
    NOW,
    a_bank_item,
    a_local_question,
    an_author,
    choosing,
    joined,
    opened,
    with_words,
)
from tests.surveys.factories import (
    SOURCE,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    some_codes,
)

TODAY = NOW.date()
CLUB = a_local_question()


def in_welsh(item: BankItem) -> str:
    """A PO file of a question, "[cy] " and the English."""
    text = languages.po_of(item.code, localising.strings_of(item), "cy")
    file = languages.read_po(text)
    for entry in file:
        entry.msgstr = f"[cy] {entry.msgid}"
    return str(file)


def test_local_questions_stand_after_the_last_scale_and_the_core_stays_to_the_letter() -> None:
    own = [Own(CLUB, {}), Own(a_local_question("local-bus", "Do you come by bus?"), {})]

    source = local_items.compose(SOURCE, own)

    assert [each.code for each in a_survey(source).items][:5] == [
        "safe", "listened", "local-club", "local-bus", "idea",
    ]  # fmt: skip
    assert comparability.differences_from_core(a_survey(), a_survey(source)) == []
    assert all(each in source for each in SOURCE.split("\n\n"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"local-club"', '"club"', "Let it begin with local-"),
        ('"local-club"', '"safe"', "There are two items with this code"),
        ('kind = "choice"', 'kind = "about"', "A local question cannot be of kind about"),
        ('kind = "choice"', 'kind = "helper"', "It asks 2 times who is helping"),
        ("[[item]]", "[[age_version]]", "Write one [[item]]"),
        (CLUB, CLUB + "\n" + CLUB, "Write one [[item]]"),
        (CLUB, "[[item", "Write one [[item]]"),
        (CLUB, "", "Write one [[item]]"),
        ('"12-17"', '"99"', 'There is no age version "99"'),
        ('label = "Yes"', "lable = 3", "means nothing"),
    ],
)
def test_what_cannot_be_asked_beside_the_core_is_refused_with_what_to_mend(
    old: str, new: str, said: str
) -> None:
    found = local_items.problems_of(SOURCE, Own(CLUB.replace(old, new), {}))

    assert said in "\n".join(map(str, found))


@pytest.mark.django_db
def test_a_question_is_proposed_by_one_and_approved_by_another() -> None:
    item = a_bank_item(approved=False)

    with pytest.raises(Refused, match="somebody else must approve yours"):
        localising.approve_item(item=item, by=item.proposed_by, today=TODAY)
    other = an_author()
    localising.approve_item(item=item, by=other, today=TODAY)
    again = localising.approve_item(item=item, by=an_author(), today=TODAY)

    assert (again.state, again.decided_by) == (BankItem.State.APPROVED, other)
    assert AuditEntry.objects.filter(act="local question approved").count() == 1
    again.decided_by = again.proposed_by
    with pytest.raises(IntegrityError):
        again.save()


@pytest.mark.django_db
def test_a_code_of_the_bank_means_one_thing_for_ever() -> None:
    localising.retire_item(
        item=a_bank_item("local-club"), why="Nobody learned from it.", by=an_author(), today=TODAY
    )

    with pytest.raises(Refused, match="Choose another"):
        a_bank_item("local-club")
    with pytest.raises(Refused, match="was retired"):
        localising.approve_item(item=BankItem.objects.get(), by=an_author(), today=TODAY)


@pytest.mark.django_db
def test_what_does_not_fit_is_not_put_into_the_bank() -> None:
    a_version()
    wanted: dict[str, Any] = {"survey": "small", "why": "x", "by": an_author(), "today": TODAY}

    with pytest.raises(DefinitionError, match="begin with local-"):
        localising.propose_item(source=a_local_question("club"), **wanted)
    with pytest.raises(Refused, match="no published survey"):
        localising.propose_item(source=CLUB, **{**wanted, "survey": "none"})
    with pytest.raises(Refused, match="Say what"):
        localising.propose_item(source=CLUB, **{**wanted, "why": " "})
    with pytest.raises(PermissionDenied):
        localising.propose_item(source=CLUB, **{**wanted, "by": a_member(Role.PLANNER)})
    assert not BankItem.objects.exists()


@pytest.mark.django_db
def test_a_coordinator_chooses_and_orders_and_families_there_are_asked() -> None:
    first, second, part = a_bank_item(), a_bank_item(), joined()

    choosing(part, second, first)

    part.refresh_from_db()
    assert [each.code for each in part.version.definition.items][2:4] == [second.code, first.code]
    assert (part.version.core, part.wave.version.core) == (part.wave.version, None)
    assert list(part.local_choices.values_list("item", "place")) == [
        (second.pk, 1),
        (first.pk, 2),
    ]
    entry = AuditEntry.objects.get(act="local questions chosen")
    assert (entry.authority, entry.subject) == (
        part.authority, f"{second.code}, {first.code}: {part.wave.slug}",
    )  # fmt: skip


@pytest.mark.django_db
def test_choosing_none_leaves_the_core_alone_and_the_same_choice_is_the_same_version() -> None:
    item, wave = a_bank_item(), a_wave()
    here, there = joined(wave), joined(wave)

    choosing(here, item)
    choosing(there, item)
    choosing(here, item)
    here.refresh_from_db()
    there.refresh_from_db()

    assert here.version == there.version
    assert Version.objects.count() == 2
    choosing(here)
    here.refresh_from_db()
    assert here.version == wave.version
    assert LocalChoice.objects.count() == 1


@pytest.mark.django_db
def test_an_authoritys_own_version_is_never_taken_for_the_newest_of_its_survey() -> None:
    part = choosing(joined(), a_bank_item())
    own = part.version

    better = publishing.publish(source=SOURCE.replace("Thank you.", "Thanks."), today=TODAY)

    assert localising.newest_core("small") == better
    assert own not in approving.versions_in_use(TODAY)
    assert Version.objects.of("small").cores().first() == part.wave.version
    with pytest.raises(Refused, match="an authority’s own version"):
        publishing.publish(source=own.source, today=TODAY)


@pytest.mark.django_db
def test_an_authoritys_own_version_holds_the_core_as_it_is() -> None:
    core = a_version()

    with pytest.raises(Refused, match="could not be counted with small 1"):
        publishing.publish(
            source=SOURCE.replace("Do you feel safe?", "Are you safe?"), today=TODAY, core=core
        )


@pytest.mark.django_db
def test_what_may_not_be_chosen_is_refused_and_nothing_changes() -> None:
    part = joined(a_wave(most_local_items=1))
    one, two, waiting = a_bank_item(), a_bank_item(), a_bank_item(approved=False)
    version = part.version

    with pytest.raises(Refused, match="Choose at most 1"):
        choosing(part, one, two)
    with pytest.raises(Refused, match="not in the bank any more"):
        choosing(part, waiting)
    with pytest.raises(PermissionDenied):
        localising.choose(
            participation=part, items=[one.pk], by=a_member(Role.PLANNER), today=TODAY
        )
    elsewhere = a_member(Role.COORDINATOR, joined().authority)
    with pytest.raises(PermissionDenied):
        localising.choose(participation=part, items=[one.pk], by=elsewhere, today=TODAY)
    part.refresh_from_db()
    assert part.version == version
    assert not LocalChoice.objects.exists()


@pytest.mark.django_db
def test_once_families_can_answer_nothing_changes() -> None:
    item = a_bank_item()
    part = opened(choosing(joined(), item))

    with pytest.raises(Refused, match="can answer already"):
        choosing(part)
    part.version = part.wave.version
    with pytest.raises(PromiseIsKept):
        part.save()


@pytest.mark.django_db
@pytest.mark.usefixtures("no_screens")
def test_a_question_must_be_in_every_language_that_families_there_are_asked_in() -> None:
    a_version()
    part = joined(a_wave(version=a_version(SOURCE, cy=a_translation(a_survey()))))
    item = a_bank_item()

    with pytest.raises(Refused, match="are in Welsh, in which families in"):
        choosing(part, item)
    with_words(item, in_welsh(item))
    choosing(part, item)

    part.refresh_from_db()
    core = part.wave.version.translations["cy"]
    assert part.version.translations["cy"].startswith(core.rstrip("\n"))
    assert (
        f"[cy] {part.version.definition.item(item.code).ask['12-17']}"
        in (part.version.translations["cy"])
    )
    assert some_codes(opened(part), language="cy")


@pytest.mark.django_db
@pytest.mark.usefixtures("no_screens")
def test_only_the_languages_of_the_wave_are_needed() -> None:
    part = joined(
        a_wave(
            version=a_version(
                SOURCE, cy=a_translation(a_survey()), ur=a_translation(a_survey(), "ur")
            ),
            languages=["cy"],
        )
    )
    item = a_bank_item()
    with_words(item, in_welsh(item))

    choosing(part, item)

    part.refresh_from_db()
    assert set(part.version.translations) == {"cy"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("cy", "hello", "not a PO file"),
        ("cy", 'msgid ""\nmsgstr ""\n', "is not translated"),
        ("en", "", "Choose the language"),
        ("xx", "", "Choose the language"),
    ],
)
def test_a_translation_that_is_not_whole_is_refused(language: str, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        localising.translate_item(item=a_bank_item(), language=language, text=text, by=an_author())


@pytest.mark.django_db
def test_the_bank_on_its_pages(client: Client) -> None:
    a_version()
    author, other = an_author(), an_author()
    client.force_login(author)
    wrong = client.post(
        reverse("bank-new"), {"survey": "small", "source": "[[item", "why": "Because."}
    )
    client.post(reverse("bank-new"), {"survey": "small", "source": CLUB, "why": "Because."})
    item = BankItem.objects.get()
    address = reverse("bank-item", args=[item.pk])
    mine = client.post(address, {"do": "approve"})
    client.force_login(other)
    client.post(address, {"do": "approve"})
    po = client.get(reverse("bank-item-po", args=[item.pk, "cy"])).content.decode()
    assert "#. Question “local-club”; 12 to 17\n#. Screen: question 3 of " in po
    bad = client.post(
        address,
        {"do": "translate", "language": "cy", "po": SimpleUploadedFile("a.po", po.encode())},
    )
    client.post(
        address,
        {
            "do": "translate",
            "language": "cy",
            "po": SimpleUploadedFile("a.po", in_welsh(item).encode()),
        },
    )

    assert (wrong.status_code, "[[item</textarea>" in wrong.text) == (422, True)
    assert (mine.status_code, "somebody else must approve" in mine.text) == (422, True)
    assert (bad.status_code, "is not translated" in bad.text) == (422, True)
    item.refresh_from_db()
    assert (item.state, item.translations) == ("approved", {})
    assert [each.language for each in item.waiting.all()] == ["cy"]
    assert "Do you go to the club?" in client.get(reverse("bank")).text
    client.post(address, {"do": "retire", "why": "Enough."})
    item.refresh_from_db()
    assert item.state == "retired"


def on_the_form(**fields: str) -> dict[str, str]:
    """What the form sends of a question that is answered on the core's scale."""
    return {
        "survey": "small",
        "fields": "small",
        "source": '[[item]]\ncode = "local-"\nkind = "scale"\n',
        "why": "The club is new.",
        "code": "local-club",
        "kind": "scale",
        "scale": "how-much",
        "ask-0": "Is the club good?",
        "ask-1": "Is the club any good?",
        **fields,
    }


@pytest.mark.django_db
def test_a_local_question_is_written_on_a_form_and_needs_no_toml(client: Client) -> None:
    a_version()
    client.force_login(an_author())
    first = client.get(reverse("bank-new")).text

    client.post(reverse("bank-new"), {**on_the_form(), "do": "propose"})

    item = BankItem.objects.get()
    [table] = Document.of(item.source).tables(edits.ITEM)
    assert 'name="ask-0"' in first
    assert table == {
        "code": "local-club",
        "kind": "scale",
        "construct": "local-club",
        "scale": "how-much",
        "ask": {"8-11": "Is the club good?", "12-17": "Is the club any good?"},
    }


@pytest.mark.django_db
def test_answers_of_its_own_are_written_once_the_kind_is_chosen(client: Client) -> None:
    a_version()
    client.force_login(an_author())
    chosen = on_the_form(kind="choice")
    more = {
        "answers": "2",
        "answer-0-code": "often",
        "answer-0-label-0": "Often",
        "answer-0-label-1": "Often",
        "answer-1-code": "never",
        "answer-1-label-0": "Never",
        "answer-1-label-1": "Never",
    }

    shown = client.post(reverse("bank-new"), {**chosen, "do": "fields"})
    assert (shown.status_code, 'name="answer-0-code"' in shown.text) == (200, True)
    assert 'name="construct"' not in shown.text
    assert not BankItem.objects.exists()
    client.post(reverse("bank-new"), {**chosen, **more, "do": "propose"})

    [table] = Document.of(BankItem.objects.get().source).tables(edits.ITEM)
    assert [each["code"] for each in table["answers"]] == ["often", "never"]
    assert "scale" not in table


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "club"}, "Let it begin with local-"),
        ({"code": "safe"}, "safe"),
        ({"why": " "}, "Say what the question is to tell"),
        ({"survey": "none"}, "There is no published survey"),
        ({"fields": "none"}, "There is no published survey"),
        ({"source": "[[item"}, "The text is not TOML"),
        ({"source": ""}, "Write one [[item]]"),
        (
            {"answers": "1", "answer-0-code": "a", "answer-0-score": "x", "scale": ""},
            "A score is a whole number",
        ),
    ],
)
def test_what_is_wrong_on_the_form_is_told_and_nothing_typed_is_lost(
    fields: dict[str, str], said: str, client: Client
) -> None:
    a_version()
    client.force_login(an_author())
    whole = "fields" not in fields and "source" not in fields

    page = client.post(reverse("bank-new"), {**on_the_form(**fields), "do": "propose"})

    assert page.status_code == 422
    assert said in page.text
    assert "Is the club any good?" in page.text or not whole
    assert not BankItem.objects.exists()


@pytest.mark.django_db
def test_the_form_and_the_text_are_two_ways_to_write_one_question(client: Client) -> None:
    a_version()
    client.force_login(an_author())

    as_text = client.post(reverse("bank-new"), {**on_the_form(), "do": "text"}).text
    sent = {"survey": "small", "source": CLUB, "why": "Why?", "do": "fields"}
    on_form = client.post(reverse("bank-new"), sent).text

    assert "Is the club any good?" in as_text
    assert 'name="ask-0"' not in as_text
    assert 'name="ask-0"' in on_form
    assert "Do you go to the club?" in on_form
    assert ">&#10;Why?</textarea>" in on_form


@pytest.mark.django_db
def test_a_new_version_of_a_question_begins_as_the_old_under_a_code_of_its_own(
    client: Client,
) -> None:
    item = a_bank_item("local-club")
    client.force_login(an_author())
    address = f"{reverse('bank-new')}?from={item.pk}"

    assert address in client.get(reverse("bank-item", args=[item.pk])).text
    page = client.get(address).text

    assert 'name="code" value="local-club-2"' in page
    assert "Do you go to the club?" in page


def in_better_welsh(item: BankItem) -> str:
    return in_welsh(item).replace("[cy]", "[gwell]")


def approve_words(item: BankItem, text: str, by: User) -> BankItem:
    digest = translating.digest_of(text)
    return localising.approve_words(item=item, language="cy", digest=digest, by=by)


@pytest.mark.django_db
def test_words_of_a_question_are_in_use_once_another_person_approved_them() -> None:
    item, sian, noor = a_bank_item(), a_member(Role.TRANSLATOR), a_member(Role.TRANSLATOR)
    first, better = in_welsh(item), in_better_welsh(item)

    localising.translate_item(item=item, language="cy", text=first, by=sian)
    with pytest.raises(Refused, match="You wrote some of these words"):
        approve_words(item, first, sian)
    approve_words(item, first, noor)
    changed = localising.translate_item(item=item, language="cy", text=better, by=sian)

    assert changed.translations == {"cy": first}
    assert BankWords.objects.get().text == better
    assert approve_words(item, better, noor).translations == {"cy": better}
    assert not BankWords.objects.exists()
    acts = AuditEntry.objects.filter(act="words of a local question approved")
    assert acts.count() == 2


@pytest.mark.django_db
def test_who_wrote_some_of_the_words_before_does_not_approve_those_made_from_them() -> None:
    item, sian, noor = a_bank_item(), a_member(Role.TRANSLATOR), a_member(Role.TRANSLATOR)
    localising.translate_item(item=item, language="cy", text=in_welsh(item), by=sian)
    better = in_better_welsh(item)

    localising.translate_item(item=item, language="cy", text=better, by=noor)
    # The same again makes nobody an author of it.
    localising.translate_item(item=item, language="cy", text=better, by=an_author())

    for person in (sian, noor):
        with pytest.raises(Refused, match="You wrote some of these words"):
            approve_words(item, better, person)
    assert approve_words(item, better, a_member(Role.NATIONAL_ADMINISTRATOR)).translations


@pytest.mark.django_db
def test_what_is_approved_is_what_was_read() -> None:
    item, noor = a_bank_item(), a_member(Role.TRANSLATOR)
    localising.translate_item(item=item, language="cy", text=in_better_welsh(item), by=an_author())

    with pytest.raises(Refused, match="do not wait any more"):
        approve_words(item, in_welsh(item), noor)
    with pytest.raises(PermissionDenied):
        approve_words(item, in_better_welsh(item), an_author())
    item.refresh_from_db()
    assert item.translations == {}


@pytest.mark.django_db
def test_to_go_back_to_the_approved_words_needs_no_approval() -> None:
    item = a_bank_item()
    approved = in_welsh(with_words(item, in_welsh(item)))
    localising.translate_item(item=item, language="cy", text=in_better_welsh(item), by=an_author())

    localising.translate_item(item=item, language="cy", text=approved, by=an_author())

    assert not BankWords.objects.exists()


@pytest.mark.django_db
def test_a_retired_question_is_not_translated() -> None:
    item = a_bank_item()
    text = in_welsh(item)
    localising.retire_item(item=item, why="Enough.", by=an_author(), today=TODAY)

    with pytest.raises(Refused, match="was retired"):
        localising.translate_item(item=item, language="cy", text=text, by=an_author())


@pytest.mark.django_db
@pytest.mark.usefixtures("no_screens")
def test_words_that_nobody_approved_are_asked_of_no_family() -> None:
    part = joined(a_wave(version=a_version(SOURCE, cy=a_translation(a_survey()))))
    item = a_bank_item()
    localising.translate_item(item=item, language="cy", text=in_welsh(item), by=an_author())

    with pytest.raises(Refused, match="are in Welsh, in which families in"):
        choosing(part, item)


@pytest.mark.django_db
def test_a_translator_comes_to_the_bank_translates_and_approves_and_nothing_else(
    client: Client,
) -> None:
    item = a_bank_item()
    sian, noor = a_member(Role.TRANSLATOR), a_member(Role.TRANSLATOR)
    address = reverse("bank-item", args=[item.pk])
    client.force_login(sian)

    way = client.get(reverse("translating-drafts")).text
    listed = client.get(reverse("bank")).text
    file = SimpleUploadedFile("a.po", in_welsh(item).encode())
    client.post(address, {"do": "translate", "language": "cy", "po": file})
    mine = client.get(address).text
    po = client.get(reverse("bank-item-po", args=[item.pk, "cy"])).text
    retired = client.post(address, {"do": "retire", "why": "Enough."})
    client.force_login(noor)
    theirs = client.get(address).text
    digest = translating.digest_of(in_welsh(item))
    words = {"do": "approve-words", "language": "cy", "digest": digest}
    client.post(address, words)
    twice = client.post(address, words)

    assert reverse("bank") in way
    assert address in listed
    assert "Propose a question" not in listed
    assert ("You wrote some of these words" in mine, "Retire it" in mine) == (True, False)
    assert "[cy] Do you go to the club?" in po
    assert retired.status_code == 403
    assert '<td lang="cy" dir="ltr">[cy] Do you go to the club?</td>' in theirs
    assert "Approve the Welsh words" in theirs
    assert (twice.status_code, "do not wait any more" in twice.text) == (422, True)
    item.refresh_from_db()
    assert item.translations == {"cy": in_welsh(item)}


@pytest.mark.django_db
def test_a_coordinator_chooses_on_their_page_and_nowhere_else(client: Client) -> None:
    first, second = a_bank_item(), a_bank_item()
    part, other = joined(), joined()
    client.force_login(a_member(Role.COORDINATOR, part.authority))
    address = reverse("local-choose", args=[part.pk])

    listed = client.get(reverse("local"))
    page = client.get(address)
    sent = client.post(address, {f"place-{first.pk}": "2", f"place-{second.pk}": "1"}, follow=True)

    assert part.authority.name in listed.text
    assert other.authority.name not in listed.text
    assert "as number 3" in page.text
    assert "are asked 2 local questions." in sent.text
    kept = Participation.objects.get(pk=part.pk).local_choices.values_list("item", flat=True)
    assert list(kept) == [second.pk, first.pk]
    assert client.get(reverse("local-choose", args=[other.pk])).status_code == 403
    assert client.post(reverse("local-choose", args=[other.pk])).status_code == 403
    assert client.get(reverse("local-choose", args=[99_999])).status_code == 404
    assert client.get(reverse("bank")).status_code == 403


@pytest.mark.django_db
def test_the_bank_is_read_in_as_many_queries_at_three_as_at_one(client: Client) -> None:
    a_bank_item()
    client.force_login(an_author())
    client.get(reverse("bank"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("bank"))
    for _ in range(2):
        a_bank_item()

    with CaptureQueriesContext(connection) as three:
        client.get(reverse("bank"))

    assert len(three) == len(one)
