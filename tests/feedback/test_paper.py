"""What goes out on paper: asked for with a reason, made by a worker, fetched by one browser."""

import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate, now
from pypdf import PdfReader

from authorities.models import AuditEntry
from authorities.roles import Role
from feedback.pages.paper import PaperForm
from surveys import codes, eligible, inviting, jobs
from surveys.eligible import Impossible
from surveys.eligible_files import EligibleRow
from surveys.models import Invitation, InvitationCount, Job, JobFile, Participation
from tests.authorities.factories import a_member
from tests.surveys.factories import a_participation

pytestmark = pytest.mark.django_db

WHY = "No addresses are held of these families."
ASKED = {
    "kind": "letters",
    "count": "3",
    "service": "in-care",
    "age_version": "8-11",
    "language": "en",
    "second_language": "",
    "layout": "ordinary",
    "why": WHY,
}


@pytest.fixture
def part() -> Participation:
    today = localdate()
    return a_participation(opens_on=today - timedelta(days=5), closes_on=today + timedelta(days=40))


@pytest.fixture
def cora(part: Participation) -> Client:
    """The coordinator there."""
    client = Client()
    client.force_login(a_member(Role.COORDINATOR, part.authority))
    return client


def address_of(part: Participation) -> str:
    return f"/staff/print/{part.wave.slug}/{part.authority.gss_code}/"


def made(client: Client, part: Participation, **changed: str) -> list[tuple[str, bytes]]:
    """What the browser that asked fetches, once the worker has made it."""
    client.post(address_of(part), ASKED | changed)
    job = Job.objects.latest("pk")
    jobs.run(job.pk, clock=now)
    job.refresh_from_db()
    assert job.state == "done", job.words
    answer: Any = client.get(f"/staff/work/{job.pk}/files")
    archive = zipfile.ZipFile(BytesIO(answer.getvalue()))
    return [(name, archive.read(name)) for name in archive.namelist()]


def words_on(page: Any) -> str:
    return " ".join(page.extract_text().split())


def test_letters_are_one_page_each_with_a_code_that_opens_the_survey(
    part: Participation, cora: Client
) -> None:
    [(name, content)] = made(cora, part)

    pages = PdfReader(BytesIO(content)).pages
    assert (name, len(pages)) == ("letters-00001-00003.pdf", 3)
    digests = {bytes(each.digest): each for each in Invitation.objects.all()}
    for page in pages:
        text = words_on(page)
        found = [word for word in text.split() if word.count("-") == 2 and len(word) == 13]
        assert inviting.digest_of(codes.tidy(found[0])) in digests, text
    counted = InvitationCount.objects.values_list("age_version", "language", "service", "made")
    assert list(counted) == [("8-11", "en", "in-care", 3)]


def test_codes_in_a_file_are_an_exception_that_the_audit_keeps(
    part: Participation, cora: Client
) -> None:
    [(_, content)] = made(cora, part, kind="codes")

    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    assert [row["service"] for row in rows] == ["in-care"] * 3
    assert all(row["address"].endswith(f"/s/{codes.tidy(row['code'])}") for row in rows)
    entry = AuditEntry.objects.get(act="codes asked for in a file")
    assert (entry.authority, entry.why) == (part.authority, WHY)
    assert AuditEntry.objects.filter(act="files fetched").count() == 1


def test_no_more_codes_are_asked_for_than_families_could_answer_by_all_ways_together(
    part: Participation, cora: Client
) -> None:
    part.eligible.exclude(service="in-care").delete()
    part.eligible.update(number=5)
    inviting.make_codes(participation=part, count=1, age_version="8-11")
    cora.post(address_of(part), ASKED | {"count": "2"})

    refused = {
        kind: cora.post(address_of(part), ASKED | {"kind": kind, "count": "3"})
        for kind in ("letters", "paper-surveys", "codes")
    }
    allowed = cora.post(address_of(part), ASKED | {"count": "2"})

    for page in refused.values():
        assert page.status_code == 422
        assert (
            f"5 could answer in {part.authority}, and 1 code was made already, 2 more are being "
            "made: there is room for 2 more, not for 3. Nothing was done."
        ) in page.text
        assert 'value="3"' in page.text
    assert allowed.status_code == 302
    assert Job.objects.count() == 2
    assert AuditEntry.objects.filter(act="letters asked for").count() == 2


def test_letters_in_the_place_of_spoilt_ones_are_made_and_not_counted_again(
    part: Participation, cora: Client
) -> None:
    part.eligible.exclude(service="in-care").delete()
    part.eligible.update(number=3)
    made(cora, part, kind="codes")

    made(cora, part, kind="codes", replaces="on")
    too_many = cora.post(address_of(part), ASKED | {"count": "4", "replaces": "on"})

    assert Invitation.objects.count() == 6
    assert InvitationCount.objects.get().made == 3
    assert AuditEntry.objects.filter(subject__endswith="in the place of others").count() == 1
    words = "4 cannot take the place of others: 3 codes were made here so far, and 3 were asked for"
    assert words in too_many.text
    again = cora.post(address_of(part), ASKED | {"count": "1", "replaces": "on"})
    assert again.status_code == 422


def test_numbers_are_no_fewer_than_codes_that_are_still_to_be_made(
    part: Participation, cora: Client
) -> None:
    cora.post(address_of(part), ASKED)
    row = EligibleRow(part.authority.gss_code, "in-care", "", "", 2)

    with pytest.raises(Impossible, match="2 could answer, but 3 were invited"):
        eligible.take(wave=part.wave, rows=[row], why="It is so.")


def test_a_job_that_was_asked_for_before_codes_could_be_replaced_is_still_made(
    part: Participation, cora: Client
) -> None:
    cora.post(address_of(part), ASKED | {"kind": "codes"})
    job = Job.objects.get()
    del job.arguments["replaces"]
    job.save()

    jobs.run(job.pk, clock=now)

    job.refresh_from_db()
    assert (job.state, Invitation.objects.count()) == ("done", 3)


def test_letters_are_not_made_in_easy_read(part: Participation, cora: Client) -> None:
    page = cora.post(address_of(part), ASKED | {"layout": "easy"})

    assert page.status_code == 422
    assert "Easy read is for paper surveys." in page.text
    assert not Job.objects.exists()


@pytest.mark.slow
def test_paper_surveys_have_each_a_code_of_its_own(part: Participation, cora: Client) -> None:
    found = made(cora, part, kind="paper-surveys", count="2", layout="large")

    assert [name for name, _ in found] == ["survey-0001.pdf", "survey-0002.pdf"]
    assert found[0][1] != found[1][1]
    assert Invitation.objects.count() == 2


def test_a_worker_that_was_killed_goes_on_and_makes_no_code_twice(
    part: Participation, cora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.lettering.A_PART", 2)
    cora.post(address_of(part), ASKED | {"count": "5"})
    job = Job.objects.get()
    keep = JobFile.objects.create

    def killed(**kept: Any) -> JobFile:
        if JobFile.objects.exists():
            raise KeyboardInterrupt
        return keep(**kept)

    with monkeypatch.context() as patch:
        patch.setattr(JobFile.objects, "create", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(job.pk, clock=now)
    half = (Invitation.objects.count(), JobFile.objects.count())
    jobs.run(job.pk, clock=lambda: now() + 2 * jobs.LEASE)

    job.refresh_from_db()
    assert half == (2, 1)
    assert (job.state, Invitation.objects.count(), JobFile.objects.count()) == ("done", 5, 3)


@pytest.mark.parametrize("kind", ["letters", "paper-surveys"])
def test_a_name_that_cannot_be_printed_is_said_by_the_work_and_not_tried_again(
    part: Participation, cora: Client, kind: str
) -> None:
    Participation.objects.update(help_name="中文")
    cora.post(address_of(part), ASKED | {"kind": kind})
    job = Job.objects.get()

    jobs.run(job.pk, clock=now)

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("refused", 1)
    assert job.words == "We have no letters to print “中” in. Write it another way."
    assert not Invitation.objects.exists()


def test_where_there_is_no_open_link_the_way_to_make_one_is_shown(
    part: Participation, cora: Client
) -> None:
    page = cora.get(address_of(part)).content.decode()

    where = f"/staff/reaching/{part.wave.slug}/{part.authority.gss_code}/"
    assert f'href="{where}#links"' in page
    assert "Open links</h2>" in cora.get(where).content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"why": ""}, "Say why these are needed on paper."),
        ({"count": "0"}, "Ask for one at least."),
        ({"count": "many"}, "Write a whole number, such as 250."),
        ({"count": "20001"}, "Ask for 1 to 20,000 at once, not 20,001."),
        ({"kind": "paper-surveys", "count": "1001"}, "Ask for 1 to 1,000 copies at once"),
        ({"service": "none"}, "Select a valid choice."),
        ({"age_version": "99"}, "Select a valid choice."),
        ({"language": "xx"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_made_is_given_back_with_a_sentence(
    part: Participation, cora: Client, changed: dict[str, str], sentence: str
) -> None:
    answer = cora.post(address_of(part), ASKED | changed)

    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Job.objects.exists()
    assert not AuditEntry.objects.filter(why=WHY).exists()


def test_nothing_is_printed_for_a_wave_that_is_over(part: Participation, cora: Client) -> None:
    part.wave.closes_on = localdate() - timedelta(days=1)
    part.wave.save(update_fields=["closes_on"])

    assert "is over" in cora.post(address_of(part), ASKED).content.decode()
    assert not Job.objects.exists()


def test_a_blank_survey_and_a_poster_come_at_once(part: Participation, cora: Client) -> None:
    link = inviting.make_open_link(participation=part)

    blank = cora.get(f"{address_of(part)}survey.pdf?age_version=8-11&layout=easy&link={link.slug}")
    poster = cora.get(f"{address_of(part)}poster/{link.slug}.pdf?language=en&size=a3")

    assert (blank.status_code, blank["Content-Type"]) == (200, "application/pdf")
    text = " ".join(words_on(page) for page in PdfReader(BytesIO(blank.content)).pages)
    assert "Do you feel safe?" in text
    assert part.help_phone in text
    assert link.slug in words_on(PdfReader(BytesIO(poster.content)).pages[0])
    assert not Invitation.objects.exists()


def test_what_is_not_there_is_said(part: Participation, cora: Client) -> None:
    wrong = cora.get(f"{address_of(part)}survey.pdf?age_version=99")

    assert wrong.status_code == 422
    assert "not for that age" in wrong.content.decode()
    assert cora.get(f"{address_of(part)}poster/none.pdf").status_code == 404
    assert cora.get("/staff/print/none/E06000001/").status_code == 404


def test_only_those_who_invite_families_there_print(part: Participation, cora: Client) -> None:
    elsewhere, planner = Client(), Client()
    elsewhere.force_login(a_member(Role.COORDINATOR, a_participation().authority))
    planner.force_login(a_member(Role.PLANNER, part.authority))

    assert elsewhere.get(address_of(part)).status_code == 403
    assert planner.get(address_of(part)).status_code == 403
    assert planner.get("/staff/print/").status_code == 403
    assert part.authority.name in cora.get("/staff/print/").content.decode()


def test_the_form_offers_what_the_wave_offers(part: Participation) -> None:
    form = PaperForm(part)

    offered = {name: list(form.fields[name].widget.choices) for name in ("age_version", "language")}
    assert offered == {
        "age_version": [("8-11", "8 to 11"), ("12-17", "12 to 17")],
        "language": [("en", "English")],
    }
