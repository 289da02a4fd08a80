"""The commands, as someone at a terminal meets them."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from authorities.models import AuditEntry, ServicePopulation, Setting
from surveys import approving, codes, core, fielding, inviting, languages
from surveys.keyring import Keyring
from surveys.models import Invitation, OpenLink, Participation, Version, Wave
from tests.surveys.factories import (
    READY,
    SOURCE,
    a_listener,
    a_participation,
    a_survey,
    a_translation,
    a_version,
    a_wave,
    an_authority,
    an_open_wave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_screens")]

PLAN = """
slug = "autumn-2026"
name = "Autumn 2026"
survey = "small"
period_start = 2026-10-01
period_end = 2026-12-31
opens_on = 2026-10-01
closes_on = 2026-12-31
help_name = "The children's rights officer"
help_phone = "0800 000 0000"
cover_name = "The emergency duty team"
cover_phone = "0800 000 0001"
"""


def run(*words: object, **options: Any) -> tuple[str, str]:
    """What a command says: to whoever reads it, and beside it."""
    out, err = StringIO(), StringIO()
    call_command(*map(str, words), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def refusal(*words: object, **options: Any) -> str:
    with pytest.raises(CommandError) as refused:
        run(*words, **options)
    assert refused.value.returncode == 1
    return str(refused.value)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_core_survey_is_published_without_naming_a_file() -> None:
    said, _ = run("publish_survey")

    version = Version.objects.get()
    assert version.source == core.source()
    drafts = [f"{code} ({approving.DRAFT})" for code in sorted(core.translations())]
    named = ", ".join(["en", *drafts])
    assert said == f"your-say 1 is published, in {named}. Digest {version.digest}.\n"


def test_a_survey_is_published_with_its_translations_and_twice_is_once(tmp_path: Path) -> None:
    toml = written(tmp_path / "small.toml", SOURCE)
    po = written(tmp_path / "cy.po", a_translation(a_survey()))

    run("publish_survey", toml, "--po", po)
    said, _ = run("publish_survey", toml, "--po", po)

    assert said.startswith(
        "small 1 is published, in en, cy (draft, awaiting a native speaker). Digest "
    )
    assert Version.objects.count() == 1


def test_a_definition_with_faults_is_refused_in_sentences(tmp_path: Path) -> None:
    toml = written(tmp_path / "small.toml", SOURCE.replace("score = 100", "score = 101"))

    assert refusal("publish_survey", toml).splitlines() == [
        'item "safe", answer "yes-lots", score: 101 is no score. Write 0 to 100.',
        'item "listened", answer "yes-lots", score: 101 is no score. Write 0 to 100.',
    ]
    assert not Version.objects.exists()


def test_a_file_that_is_not_there_or_not_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")

    assert "No such file or directory" in refusal("publish_survey", tmp_path / "none.toml")
    assert refusal("publish_survey", tmp_path / "latin.toml") == (
        "A file is not text in UTF-8. Save it as UTF-8."
    )


def test_a_wave_is_planned_from_a_file_and_all_authorities_in_force_join(tmp_path: Path) -> None:
    a_version()
    here = [an_authority(), an_authority()]
    gone = an_authority()
    gone.in_force_until = date(2026, 3, 31)
    gone.save()

    said, _ = run("plan_wave", written(tmp_path / "plan.toml", PLAN), "--all")

    joined = Participation.objects.order_by("pk").values_list("authority", "help_phone")
    assert sorted(joined) == sorted((each.pk, "0800 000 0000") for each in here)
    assert said == (
        "Autumn 2026 (autumn-2026) is planned with small 1, from 2026-10-01 to 2026-12-31; "
        "2 take part. Open it with: open_wave autumn-2026\n"
    )


def test_a_wave_in_a_language_that_is_a_draft_says_so_when_it_is_planned_and_opened(
    tmp_path: Path, keyring: Keyring
) -> None:
    a_version(SOURCE, cy=a_translation(a_survey()))
    ServicePopulation.objects.create(
        authority=an_authority(), service="in-care", number=90, derived=False, year=2025
    )
    a_listener()

    planned, _ = run("plan_wave", written(tmp_path / "plan.toml", PLAN), "--all")
    opened, _ = run("open_wave", "autumn-2026")

    warning = "\nDraft, awaiting a native speaker: cy. See /staff/languages/.\n"
    assert planned.endswith(f"open_wave autumn-2026{warning}")
    assert opened.endswith(f"on another disk.{warning}")


def test_a_promise_of_its_own_is_planned_in_every_language_or_not_at_all(tmp_path: Path) -> None:
    survey = a_survey()
    a_version(SOURCE, cy=a_translation(survey), ur=a_translation(survey, "ur"))
    promise = 'promise = "Ours."\n'
    some = f'{promise}{PLAN}\n[promise_in]\nur = "وعدہ"\n'
    all_ = f'{some}cy = "Addewid."\n'

    refused = refusal("plan_wave", written(tmp_path / "plan.toml", some))
    none_yet = Wave.objects.count()
    run("plan_wave", written(tmp_path / "plan.toml", all_))

    assert refused.startswith(
        "The promise of Autumn 2026 is not the usual one, and is missing in: cy. "
    )
    assert none_yet == 0
    wave = Wave.objects.get()
    assert (wave.promise, wave.promises) == ("Ours.", {"cy": "Addewid.", "ur": "وعدہ"})


def test_a_wave_is_planned_from_options_alone() -> None:
    a_version()

    run(
        *("plan_wave", "--slug", "winter", "--name", "Winter", "--survey", "small"),
        *("--period-start", "2026-12-01", "--period-end", "2027-02-28"),
        *("--opens-on", "2026-12-01", "--closes-on", "2027-02-28", "--k", "12", "--simulated"),
    )

    wave = Wave.objects.get()
    assert (wave.slug, wave.k, wave.simulated, wave.opens_on) == (
        "winter",
        12,
        True,
        date(2026, 12, 1),
    )
    assert not wave.participations.exists()


def test_a_named_part_has_its_own_number_to_call(tmp_path: Path) -> None:
    a_version()
    authority = an_authority(gss_code="E06000001")
    part = '[[participation]]\nauthority = "E06000001"\nhelp_phone = "01429 000000"\n'

    run("plan_wave", written(tmp_path / "plan.toml", PLAN + part))

    joined = Participation.objects.get()
    assert (joined.authority, joined.help_phone) == (authority, "01429 000000")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("", "version = 7\n"), "small 7 is not published. Publish it with: publish_survey"),
        (
            ("", '[[participation]]\nauthority = "E06000099"\n'),
            "On 2026-10-01 there is no authority E06000099 in force.",
        ),
        (("slug", "slog"), 'plan: There is no "slug". Write slug = a text in "quotes".'),
        (
            ("closes_on = 2026-12-31", "closes_on = 2026-09-01"),
            "The last day of fieldwork (2026-09-01) is before the first (2026-10-01).",
        ),
    ],
)
def test_a_plan_with_a_fault_plans_nothing(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    a_version()
    old, new = change
    plan = written(tmp_path / "plan.toml", PLAN.replace(old, new) if old else PLAN + new)

    assert refusal("plan_wave", plan).splitlines()[0] == sentence
    assert not Wave.objects.exists()


def test_all_authorities_can_only_join_once_there_are_some(tmp_path: Path) -> None:
    a_version()

    said = refusal("plan_wave", written(tmp_path / "plan.toml", PLAN), "--all")

    assert said == "There are no authorities. Load them first: load_register"
    assert not Wave.objects.exists()


def test_a_wave_is_opened_and_closed_and_each_may_be_run_twice(keyring: Keyring) -> None:
    wave = an_open_wave(
        keyring=keyring, opens_on=date(2026, 10, 1), closes_on=date(2099, 12, 31), slug="autumn"
    )

    opened, _ = run("open_wave", "autumn")
    run("close_wave", "autumn")
    closed, _ = run("close_wave", "autumn")

    assert opened.startswith(f"{wave} takes ballots from 2026-10-01 to 2099-12-31.")
    assert Wave.objects.get().closes_on < timezone.localdate()
    assert closed == f"{wave} is closed. Its last day was {Wave.objects.get().closes_on}.\n"


@pytest.mark.parametrize("command", ["open_wave", "close_wave"])
def test_a_wave_that_is_not_there_is_refused_in_a_sentence(keyring: Keyring, command: str) -> None:
    a_wave(slug="autumn")

    assert refusal(command, "winter") == 'There is no wave "winter". Known are: autumn.'


def test_a_process_without_keys_cannot_open_a_wave(settings: Settings) -> None:
    a_wave(slug="autumn")
    settings.HEARD_KEY_DIRECTORY = None

    assert refusal("open_wave", "autumn").startswith("This process has no keys")


def test_codes_are_printed_once_and_the_audit_says_how_many_and_why() -> None:
    participation = a_participation(slug="autumn")
    gss_code = participation.authority.gss_code
    Setting.objects.create(authority=participation.authority, code="a-home", name="A Home")

    said, beside = run(
        *("make_codes", "autumn", gss_code, "--count", 3, "--age-version", "8-11"),
        *("--setting", "a-home", "--why", "A home without post."),
    )

    printed = [codes.tidy(line) for line in said.splitlines()]
    assert [inviting.invitation_for(code).age_version for code in printed] == ["8-11"] * 3
    assert beside == "3 codes. Nobody can print them again.\n"
    entry = AuditEntry.objects.get(act="codes printed")
    assert (entry.subject, entry.authority, entry.why) == (
        "3 codes of autumn, 8-11, en",
        participation.authority,
        "A home without post.",
    )
    assert not any(code in str(entry.__dict__) for code in printed)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"count": 0}, "Ask for 1 to 1,000,000 codes at once, not 0."),
        ({"age_version": "4-7"}, 'There is no age version "4-7" here, only 8-11, 12-17.'),
        ({"why": " "}, "Say why these codes are needed in a file: it is kept in the audit."),
        ({"setting": "nowhere"}, 'Leeds has no setting "nowhere".'),
    ],
)
def test_codes_that_cannot_be_made_leave_no_trace(change: dict[str, object], sentence: str) -> None:
    authority = an_authority("Leeds")
    a_participation(authority, slug="autumn")
    options = {"count": 1, "age_version": "8-11", "why": "A home without post.", **change}

    said = refusal("make_codes", "autumn", authority.gss_code, **options)

    assert said == sentence
    assert not Invitation.objects.exists()
    assert not AuditEntry.objects.filter(act="codes printed").exists()


def test_strings_go_to_a_translator_and_come_back(tmp_path: Path) -> None:
    a_version()

    template, _ = run("survey_po", "export", "--survey", "small")
    empty, _ = run("survey_po", "export", "cy", "--survey", "small")
    po = written(tmp_path / "cy.po", a_translation(a_survey()))
    checked, _ = run("survey_po", "check", "--survey", "small", "--po", po)
    said, _ = run("survey_po", "import", "cy", "--survey", "small", "--po", po)
    again, _ = run("survey_po", "export", "cy", "--survey", "small")

    assert template == languages.template(a_survey())
    assert empty == languages.merged(a_survey(), "cy")
    assert checked == "Every string is translated, and none is fuzzy.\n"
    assert said == (
        "small 2 is published, with cy.\n"
        "Draft, awaiting a native speaker: cy. See /staff/languages/.\n"
    )
    assert languages.problems(a_survey(), again) == []


def test_a_translation_that_is_not_ready_is_named_and_not_published(tmp_path: Path) -> None:
    a_version()
    po = written(
        tmp_path / "cy.po",
        a_translation(a_survey()).replace('msgstr "[cy] Sometimes"', 'msgstr ""'),
    )

    assert refusal("survey_po", "check", "--survey", "small", "--po", po) == (
        "scale/how-much/answers/sometimes/8-11 is not translated: 'Sometimes'"
    )
    assert "cy: scale/how-much" in refusal(
        "survey_po", "import", "cy", "--survey", "small", "--po", po
    )
    assert Version.objects.count() == 1


def test_a_definition_that_is_not_published_yet_can_be_translated_ahead(tmp_path: Path) -> None:
    reworded = SOURCE.replace("Do you feel safe?", "Are you safe?")
    toml = written(tmp_path / "small.toml", reworded)
    po = written(tmp_path / "cy.po", a_translation(a_survey()))

    merged, _ = run("survey_po", "export", "cy", "--toml", toml, "--po", po)

    assert languages.problems(a_survey(reworded), merged) == [
        "safe/ask/8-11 is fuzzy, because its English changed: 'Are you safe?'"
    ]


def test_what_cannot_be_translated_is_refused_in_a_sentence(tmp_path: Path) -> None:
    not_po = written(tmp_path / "cy.po", "not a PO file\n")

    assert refusal("survey_po", "export", "--survey", "nothing") == (
        "nothing is not published. Publish it with: publish_survey"
    )
    a_version()
    assert refusal("survey_po", "check", "--survey", "small") == "Say which file: --po FILE"
    assert "This is not a PO file" in refusal(
        "survey_po", "check", "--survey", "small", "--po", not_po
    )


OVER = {"opens_on": date(2026, 1, 1), "closes_on": date(2026, 3, 31)}


def test_a_wave_that_is_over_is_not_opened_again(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, slug="winter", **OVER)

    assert refusal("open_wave", "winter") == f"{wave} is over: its last day was 2026-03-31."


def test_a_wave_whose_key_was_destroyed_is_not_opened_again(keyring: Keyring) -> None:
    wave = an_open_wave(keyring=keyring, slug="winter", **OVER)
    Wave.objects.update(key_destroyed_on=date(2026, 9, 1))

    assert refusal("open_wave", "winter") == (
        f"The key of {wave} was destroyed on 2026-09-01, as was promised. Plan another wave."
    )


def test_a_wave_with_a_damaged_key_is_not_opened_and_the_file_is_named(keyring: Keyring) -> None:
    winter, leeds = a_wave(slug="winter"), an_authority("Leeds")
    fielding.join(wave=winter, authority=leeds, **READY)
    a_listener()
    keyring.directory.mkdir(parents=True)
    (keyring.directory / "wave-winter.key").write_bytes(b"cut short")

    assert refusal("open_wave", "winter").startswith("The key file wave-winter.key is damaged")


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (OVER, "its last day was 2026-03-31."),
        ({"released_on": date(2026, 4, 9)}, "its figures came out on 2026-04-09."),
        (OVER | {"key_destroyed_on": date(2026, 9, 1)}, "its key was destroyed on 2026-09-01."),
    ],
)
def test_nobody_is_asked_to_a_wave_that_is_over(state: dict[str, date], why: str) -> None:
    part = a_participation(an_authority("Leeds"), slug="autumn", closes_on=date(2099, 12, 31))
    Wave.objects.update(**state)
    gss_code = part.authority.gss_code
    options = ("--count", 1, "--age-version", "8-11", "--why", "A home without post.")
    joining = ("--help-name", "An officer", "--help-phone", "0800 000 0000")

    said = [
        refusal("make_codes", "autumn", gss_code, *options),
        refusal("open_link", "autumn", gss_code),
        refusal("join_wave", "autumn", an_authority().gss_code, *joining),
    ]

    assert all(each.startswith(f"{part.wave} is over") and each.endswith(why) for each in said)
    assert (Invitation.objects.count(), OpenLink.objects.count()) == (0, 0)
    assert Participation.objects.get() == part


def test_a_wave_is_held_and_let_go_and_the_audit_says_why() -> None:
    wave = an_open_wave(slug="autumn")

    held, _ = run("hold_wave", "autumn", "--why", "An inquiry asked us to.")
    kept = Wave.objects.get().hold
    let_go = [run("release_hold", "autumn")[0] for _ in range(2)]

    assert kept == "An inquiry asked us to."
    assert Wave.objects.get().hold == ""
    assert held == (
        f"Nothing of {wave} is destroyed while this hold stands. End it with: release_hold autumn\n"
    )
    assert let_go == [f"{wave} is not held. What is due is destroyed in the next night.\n"] * 2
    audited = AuditEntry.objects.filter(act__contains="held").order_by("pk")
    assert list(audited.values_list("act", "why")) == [
        ("wave held", "An inquiry asked us to."),
        ("wave no longer held", ""),
    ]


def test_a_hold_that_cannot_be_is_refused_in_a_sentence() -> None:
    an_open_wave(slug="autumn")

    assert refusal("hold_wave", "winter", "--why", "An inquiry") == (
        'There is no wave "winter". Known are: autumn.'
    )
    assert refusal("release_hold", "winter").startswith('There is no wave "winter".')
    assert refusal("hold_wave", "autumn", "--why", " ") == (
        "Say why nothing may be destroyed, and who asked for it."
    )


def test_an_open_link_is_made_and_taken_down(settings: Settings) -> None:
    part = a_participation(slug="autumn", closes_on=date(2099, 12, 31))
    gss_code = part.authority.gss_code

    made, _ = run("open_link", "autumn", gss_code)
    link = OpenLink.objects.get()
    closed, _ = run("open_link", "autumn", gss_code, "--close", link.slug)

    link.refresh_from_db()
    assert made == f"{settings.HEARD_BASE_URL}/o/{link.slug}\n"
    assert link.closed_on == timezone.localdate()
    assert closed == f"The open link {link} is down since {link.closed_on}.\n"
    assert refusal("open_link", "autumn", gss_code, "--close", "nothing") == (
        f'There is no open link "nothing" of {part}. Known are: {link}.'
    )


def test_one_more_authority_joins_with_its_own_version_and_the_audit_says_so() -> None:
    wave = an_open_wave(slug="autumn", closes_on=date(2099, 12, 31))
    local = SOURCE + (
        '\n[[item]]\ncode = "local-park"\nkind = "choice"\nasked_of = ["8-11", "12-17"]\n'
        'ask = "Is there a park?"\n'
        'answers = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]\n'
    )
    version = a_version(local)
    leeds = an_authority("Leeds")
    help_ = ("--help-name", "An officer", "--help-phone", "0800 000 0000")

    said, _ = run("join_wave", "autumn", leeds.gss_code, *help_, "--survey-version", version.number)

    part = Participation.objects.get(authority=leeds)
    assert (part.version, part.help_name, part.help_phone) == (
        version,
        "An officer",
        "0800 000 0000",
    )
    assert said == f"Leeds takes part in {wave}, with {version}.\n"
    entry = AuditEntry.objects.get(act="authority joined", authority=leeds)
    assert entry.subject == "autumn"
    assert refusal("join_wave", "autumn", leeds.gss_code, *help_) == (
        f"Leeds takes part in {wave} already."
    )


def test_an_authority_does_not_join_with_a_language_that_the_promise_is_not_in() -> None:
    an_open_wave(slug="autumn", closes_on=date(2099, 12, 31), promise="Ours.")
    in_welsh = a_version(SOURCE, cy=a_translation(a_survey()))
    help_ = ("--help-name", "An officer", "--help-phone", "0800 000 0000")
    own = ("--survey-version", in_welsh.number)

    said = refusal("join_wave", "autumn", an_authority().gss_code, *help_, *own)

    assert "is not the usual one, and is missing in: cy." in said
    assert Participation.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"gss_code": "E06000099"}, "There is no authority E06000099."),
        ({"help_phone": "ring us"}, '"ring us" is not a number families in Leeds can call'),
        ({"number": 7}, "small 7 is not published. Publish it with: publish_survey"),
        ({"survey": "small"}, "Say which version of it: --survey-version NUMBER"),
    ],
)
def test_an_authority_that_cannot_join_does_not(change: dict[str, Any], sentence: str) -> None:
    an_open_wave(slug="autumn", closes_on=date(2099, 12, 31))
    usual = {"help_name": "An officer", "help_phone": "0800 000 0000"}
    given = {"gss_code": an_authority("Leeds").gss_code, **usual, **change}

    said = refusal("join_wave", "autumn", given.pop("gss_code"), **given)

    assert said.startswith(sentence)
    assert Participation.objects.count() == 1


def test_a_day_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(CommandError, match='"Christmas" is not a day'):
        run("plan_wave", "--opens-on", "Christmas")
