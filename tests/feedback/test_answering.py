"""A family's page: one for all, kind about slips, and what is sent is kept or given back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from authorities.models import User
from feedback import ballots, contact, limits, wording
from feedback.contact import How
from feedback.envelopes import Answers, Idea, Words
from feedback.models import Ballot
from feedback.pages import drawing
from feedback.proof_of_work import solved
from surveys import closing, codes, fielding, inviting
from surveys.codes import Slip
from surveys.keyring import Keyring
from surveys.models import Invitation, OpenLink, Participation
from tests.feedback.families import (
    ANSWERED,
    HERE,
    Family,
    Response,
    a_translated_version,
    asked_today,
    digest_of,
    kept,
    text,
)
from tests.surveys.factories import SOURCE, a_version, a_wave, an_authority, some_codes

pytestmark = pytest.mark.django_db

BROWSER = "0123456789abcdef" * 2


@pytest.fixture
def participation(keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring)


@pytest.fixture
def code(participation: Participation) -> str:
    return some_codes(participation)[0]


@pytest.fixture
def link(participation: Participation) -> str:
    """The address of an open link's survey for 12 to 17."""
    return f"/o/{inviting.make_open_link(participation=participation).slug}/12-17"


@pytest.fixture
def family() -> Family:
    return Family()


def cookies(response: Response) -> list[str]:
    return [*response.cookies]


# --- asking for a code ---------------------------------------------------------------------------


def test_the_front_page_asks_for_a_code(family: Family) -> None:
    response = family.get("/")

    assert response.status_code == 200
    assert "Type the code from your letter or message" in text(response)


def test_a_code_however_it_is_typed_leads_to_its_page(family: Family, code: str) -> None:
    typed = f" {codes.pretty(code).lower().replace('0', 'o').replace('1', 'l')} "

    response = family.send("/", {"code": typed})

    assert (response.status_code, response["Location"]) == (303, f"/s/{codes.pretty(code)}")


def test_a_mistyped_code_is_given_back_with_what_is_wrong(family: Family) -> None:
    response = family.send("/", {"code": '7K2M-9QXW-"><b>'})

    assert response.status_code == 422
    assert "This code is not quite right" in text(response)
    assert "is never in a code" in text(response)
    assert 'value="7K2M-9QXW-&quot;&gt;&lt;b&gt;"' in response.content.decode()


def test_no_code_at_all_is_asked_for_again(family: Family) -> None:
    response = family.send("/", {})

    assert response.status_code == 422
    assert "Please type the code" in text(response)


def test_an_unknown_code_is_said_kindly(family: Family) -> None:
    response = family.get(f"/s/{codes.pretty(codes.make())}")

    assert response.status_code == 404
    assert "We do not know this code" in text(response)


def test_a_mistyped_address_says_what_is_wrong_and_runs_nothing(family: Family) -> None:
    response = family.get("/s/<script>alert(1)")

    assert response.status_code == 404
    assert "This code is not quite right" in text(response)
    assert 'value="&lt;script&gt;alert(1)"' in response.content.decode()
    assert digest_of(response, "script") in response["Content-Security-Policy"]


@pytest.mark.parametrize("around", ["{}", "{}/", "%20{}"])
def test_a_code_typed_into_the_address_by_hand_works(
    family: Family, code: str, around: str
) -> None:
    assert family.get("/s/" + around.format(code.lower())).status_code == 200


# --- the page ------------------------------------------------------------------------------------


def test_the_page_has_the_survey_the_authority_and_who_can_help(
    family: Family, participation: Participation, code: str
) -> None:
    page = text(family.get(f"/s/{code}"))

    assert "Do you feel safe with us? Yes, a lot Yes Sometimes No I do not know Skip" in page
    assert participation.authority.name in page
    assert "The children's rights officer" in page
    assert page.count("Call 0800 000 0000") == 1
    assert page.count("Call 999") == 1
    assert page.count("Call 0800 1111") == 1
    assert " ".join(participation.wave.promise.split()) in page
    assert "<p>" not in page  # nothing is escaped twice
    assert "If fewer than 10 people" in page
    assert "Only the first one you send counts" in page


def test_everyone_of_a_participation_gets_the_same_bytes(
    family: Family, participation: Participation
) -> None:
    one, another = some_codes(participation, 2)
    [younger] = some_codes(participation, age_version="8-11")

    pages = [
        family.get(f"/s/{code}", headers={"Accept-Encoding": "gzip"}).content
        for code in (one, another, younger)
    ]

    assert pages[0] == pages[1] != pages[2]


def test_no_code_is_in_the_page(family: Family, code: str) -> None:
    page = family.get(f"/s/{code}").content.decode()

    assert code not in page
    assert codes.pretty(code) not in page


def test_a_page_that_was_shown_before_costs_one_query(family: Family, code: str) -> None:
    family.get(f"/s/{code}")

    with CaptureQueriesContext(connection) as queries:
        family.get(f"/s/{code}")

    assert len(queries) == 1


def test_sending_costs_one_query_and_one_insert_with_words_or_without(
    family: Family, participation: Participation
) -> None:
    first, second = some_codes(participation, 2)
    family.get(f"/s/{first}")

    with CaptureQueriesContext(connection) as queries:
        family.send(f"/s/{second}", ANSWERED)

    verbs = [query["sql"].split()[0] for query in queries]
    assert [verb for verb in verbs if verb in {"SELECT", "INSERT", "UPDATE", "DELETE"}] == [
        "SELECT",
        "INSERT",
    ]


def test_no_cookie_is_set_and_none_is_read(
    family: Family, participation: Participation, code: str
) -> None:
    staff = User.objects.create_user(email="a@example.org", name="A", password="long enough 1")
    family.force_login(staff)
    family.get(f"/s/{code}")

    with CaptureQueriesContext(connection) as queries:
        shown = family.get(f"/s/{code}")
    asked = len(queries)
    sent = family.send(f"/s/{code}", {"safe": "yes"})

    assert asked == 1  # for the code; none for a session
    assert (cookies(shown), cookies(sent)) == ([], [])
    assert shown["Vary"] == sent["Vary"] == "Accept-Encoding"


def test_nobody_on_the_way_may_keep_frame_or_change_it(family: Family, code: str) -> None:
    for response in (
        family.get(f"/s/{code}"),
        family.send(f"/s/{code}", {"safe": "yes"}),
        family.send(f"/s/{code}", {}),
        family.get("/s/nothing"),
        family.get("/"),
    ):
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_head_has_the_headers_of_get_and_no_body(family: Family, code: str) -> None:
    got = family.get(f"/s/{code}", headers={"Accept-Encoding": "gzip"})
    asked = family.head(f"/s/{code}", headers={"Accept-Encoding": "gzip"})

    assert asked.content == b""
    assert dict(asked.headers) == dict(got.headers)
    assert asked["Content-Length"] == str(len(got.content))


def test_other_methods_are_refused(family: Family, code: str) -> None:
    assert family.put(f"/s/{code}").status_code == 405
    assert family.delete("/").status_code == 405


def test_a_help_number_that_changes_is_on_the_page_at_once(
    family: Family, participation: Participation, code: str
) -> None:
    family.get(f"/s/{code}")
    Participation.objects.filter(pk=participation.pk).update(help_phone="0191 498 0000")

    assert "Call 0191 498 0000" in text(family.get(f"/s/{code}"))


def test_a_demonstration_says_so_on_every_page_and_the_real_thing_does_not(
    family: Family, keyring: Keyring, code: str
) -> None:
    pretended = asked_today(keyring=keyring, simulated=True)
    [pretended_code] = some_codes(pretended)
    link = inviting.make_open_link(participation=pretended).slug

    said = [
        "only a demonstration" in text(response)
        for response in (
            family.get(f"/s/{pretended_code}"),
            family.send(f"/s/{pretended_code}", {"safe": "yes"}),
            family.get(f"/o/{link}"),
            family.get(f"/s/{code}"),
            family.send(f"/s/{code}", {"safe": "yes"}),
        )
    ]

    assert said == [True, True, True, False, False]


def test_a_condition_is_said_in_words_because_everything_shows(family: Family, code: str) -> None:
    page = text(family.get(f"/s/{code}"))

    assert "Is that person your worker? Only if you said “Someone read it to me”." in page


def test_thumbs_show_what_faces_show_and_something_to_read_has_nothing_to_tap(
    family: Family, keyring: Keyring
) -> None:
    page = '[[item]]\ncode = "hello"\nkind = "page"\nasked_of = ["8-11"]\nask = "Nearly there."\n'
    source = SOURCE.replace('"8-11" = "faces"', '"8-11" = "thumbs"') + page
    participation = asked_today(keyring=keyring, version=a_version(source))
    [code] = some_codes(participation, age_version="8-11")

    shown = family.get(f"/s/{code}").content.decode()

    # Yes scores 75 of 100, sometimes 50, no 25; not to know has no score, and so no picture.
    pictures = re.findall(r'name="safe" value="([^"]*)"><span><svg[^>]*><use href="#(.*?)"', shown)
    assert pictures == [("yes", "thumbs-3"), ("sometimes", "thumbs-2"), ("no", "thumbs-1")]
    assert 'id="faces-1"' not in shown
    assert re.search(
        r'id="hello">\s*<div class="ask"><p>Nearly there.</p></div>\s*</section>', shown
    )


def test_numbers_in_the_surveys_own_words_can_be_called(family: Family, keyring: Keyring) -> None:
    source = a_version().source.replace("You can skip anything.", "Call 0800 1111 & 999 in 1999.")
    [code] = some_codes(asked_today(keyring=keyring, version=a_version(source)))

    page = family.get(f"/s/{code}").content.decode()

    assert '<a class="number" href="tel:08001111">0800 1111</a>' in page
    assert '&amp; <a class="number" href="tel:999">999</a> in 1999.' in page


# --- languages -----------------------------------------------------------------------------------


@pytest.fixture
def translated(keyring: Keyring) -> Participation:
    return asked_today(keyring=keyring, version=a_translated_version("cy", "ur"))


def test_the_language_is_that_of_the_invitation_or_the_one_asked_for(
    family: Family, translated: Participation
) -> None:
    [code] = some_codes(translated, language="cy")

    assert "cy Do you feel safe with us?" in text(family.get(f"/s/{code}"))
    assert "ur Do you feel safe with us?" in text(family.get(f"/s/{code}?lang=ur"))
    assert "Skip Do we listen to you?" in text(family.get(f"/s/{code}?lang=en"))


def test_every_language_can_be_chosen_by_its_own_name(
    family: Family, translated: Participation
) -> None:
    [code] = some_codes(translated)

    page = family.get(f"/s/{code}").content.decode()

    assert '<b lang="en">English</b>' in page
    assert '<button name="speak" value="cy" form="f" lang="cy">Cymraeg</button>' in page
    assert '<button name="speak" value="ur" form="f" lang="ur">اردو</button>' in page


def test_before_there_is_anything_to_lose_a_language_is_a_plain_link(
    family: Family, translated: Participation
) -> None:
    link = inviting.make_open_link(participation=translated).slug

    chooser = family.get(f"/o/{link}?lang=ur").content.decode()

    assert '<a href="?lang=cy" lang="cy" hreflang="cy">Cymraeg</a>' in chooser
    assert f'<a href="/o/{link}/12-17?lang=ur">ur 12 to 17</a>' in chooser


def test_a_language_we_do_not_have_is_answered_in_the_usual_one(
    family: Family, translated: Participation
) -> None:
    [code] = some_codes(translated, language="cy")

    assert "cy Do you feel safe with us?" in text(family.get(f"/s/{code}?lang=tlh"))


def test_the_whole_page_is_in_its_language_and_runs_in_its_direction(
    family: Family, translated: Participation
) -> None:
    [code] = some_codes(translated, language="ur")

    page = family.get(f"/s/{code}").content.decode()

    assert page.startswith('<!doctype html><html lang="ur" dir="rtl">')
    assert wording.of("ur")["send"] in page
    assert '<section class="q" id="safe">' in page  # nothing on it is in another language


def test_the_language_answered_in_is_kept(
    family: Family, translated: Participation, keyring: Keyring
) -> None:
    [code] = some_codes(translated, language="cy")

    response = family.send(f"/s/{code}?lang=ur", {"safe": "yes"})

    assert "ur Thank you." in text(response)
    [(answers, _)] = kept(translated, keyring)
    assert answers == Answers(code, "12-17", "ur", {"safe": ("yes",)})


# --- how it looks --------------------------------------------------------------------------------


def looks_chosen(response: Response) -> list[str]:
    return re.findall(r'name="see" value="(\w+)" form="f" checked', response.content.decode())


def test_how_it_looks_is_no_part_of_a_ballot_and_stays_for_the_thank_you(
    family: Family, participation: Participation, code: str, keyring: Keyring
) -> None:
    response = family.send(f"/s/{code}", {"safe": "yes", "see": ["big", "calm"]})

    assert response.status_code == 200
    assert "Thank you." in text(response)
    assert looks_chosen(response) == ["big", "calm"]
    [(answers, words)] = kept(participation, keyring)
    assert answers == Answers(code, "12-17", "en", {"safe": ("yes",)})
    assert words == Words(participation.authority.gss_code, ())


def test_how_it_looks_alone_is_nothing_answered_and_is_given_back(
    family: Family, code: str
) -> None:
    response = family.send(f"/s/{code}", {"see": ["contrast", "big", "calm"]})

    assert response.status_code == 422
    assert "You have not answered anything yet" in text(response)
    assert looks_chosen(response) == ["big", "contrast", "calm"]


def test_a_look_that_we_do_not_have_is_passed_over(family: Family, code: str) -> None:
    response = family.send(f"/s/{code}", {"safe": "yes", "see": ["big", "big", "<b>", ""]})

    assert response.status_code == 200
    assert looks_chosen(response) == ["big"]


def test_one_familys_look_is_not_anothers(family: Family, participation: Participation) -> None:
    first, second = some_codes(participation, 2)

    seen = [
        looks_chosen(family.send(f"/s/{first}", {"safe": "yes", "see": "big"})),
        looks_chosen(family.send(f"/s/{second}", {"safe": "yes"})),
        looks_chosen(family.get(f"/s/{second}")),
    ]

    assert seen == [["big"], [], []]


# --- sending -------------------------------------------------------------------------------------


def test_what_was_sent_is_kept_and_thanked_for_in_the_same_response(
    family: Family, participation: Participation, code: str, keyring: Keyring
) -> None:
    response = family.send(f"/s/{code}", {**ANSWERED, "helper": "", "comment": " "})

    assert response.status_code == 200
    assert "Thank you." in text(response)
    assert "at least 9 other people" in text(response)
    assert kept(participation, keyring) == [
        (
            Answers(code, "12-17", "en", {"safe": ("yes",), "topics": ("home", "school")}),
            Words(participation.authority.gss_code, (Idea("Longer visits", ("home", "school")),)),
        )
    ]


def test_sending_twice_is_thanked_for_twice_and_kept_once(
    family: Family, participation: Participation, code: str, keyring: Keyring
) -> None:
    first = family.send(f"/s/{code}", {"safe": "yes"})
    second = family.send(f"/s/{code}", {"safe": "no"})

    assert (first.status_code, first.content) == (second.status_code, second.content)
    [(answers, _)] = kept(participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}


def test_a_code_that_was_used_before_is_not_told_apart(
    family: Family, participation: Participation
) -> None:
    used, fresh = some_codes(participation, 2)
    Invitation.objects.filter(digest=inviting.digest_of(used)).update(spent=True)

    shown = [family.get(f"/s/{code}") for code in (used, fresh)]
    sent = [family.send(f"/s/{code}", {"safe": "yes"}) for code in (used, fresh)]

    for one, another in (shown, sent):
        assert one.content == another.content
        assert dict(one.headers) == dict(another.headers)


def test_nothing_answered_is_said_kindly_and_not_kept(family: Family, code: str) -> None:
    response = family.send(f"/s/{code}", {"safe": "", "idea": "  "})

    assert response.status_code == 422
    assert "You have not answered anything yet" in text(response)
    assert Ballot.objects.count() == 0


def test_what_cannot_be_kept_is_given_back_with_everything_that_was_typed(
    family: Family, code: str
) -> None:
    long = "<b>Ö" + "x" * 1000

    response = family.send(
        f"/s/{code}", {"safe": "yes", "listened": "maybe", "topics": ["home"], "idea": long}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert Ballot.objects.count() == 0
    assert '<a href="#listened-box">Do we listen to you?</a> Please choose one of these' in page
    assert 'value="" id="listened-box"' not in page
    assert re.search(r'name="listened" value="yes-lots" id="listened-box"', page)
    assert "That is 1,004 letters, and there is room for 1,000." in page
    assert re.search(r'<textarea id="idea-box"[^>]* aria-invalid="true">', page)
    assert f"\n&lt;b&gt;Ö{'x' * 1000}</textarea>" in page
    assert 'name="safe" value="yes" checked' in page
    assert 'name="topics" value="home" checked' in page
    assert page.count(" checked") == 2


def test_the_title_of_a_page_with_problems_says_so_first(family: Family, code: str) -> None:
    page = family.send(f"/s/{code}", {}).content.decode()

    assert "<title>Nothing is lost, but we could not send it yet: Your say</title>" in page


def test_a_first_empty_line_is_given_back_too(family: Family, code: str) -> None:
    page = family.send(f"/s/{code}", {"safe": "?", "idea": "\nHi"}).content.decode()

    # HTML drops one line end after the tag.
    assert re.search(r'<textarea id="idea-box"[^>]*>\n\nHi</textarea>', page)


def test_a_database_that_is_busy_gives_everything_back(
    family: Family, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(ballots, "cast", busy)

    response = family.send(f"/s/{code}", ANSWERED)

    assert response.status_code == 503
    assert "We are very busy just now" in text(response)
    assert "\nLonger visits</textarea>" in response.content.decode()
    assert 'name="safe" value="yes" checked' in response.content.decode()


def test_a_database_that_does_not_answer_is_said_kindly(
    family: Family, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: str) -> Invitation:
        raise OperationalError("no connection")

    monkeypatch.setattr(inviting, "invitation_for", busy)

    response = family.get(f"/s/{code}")

    assert response.status_code == 503
    assert "Please wait a minute" in text(response)


# --- when it is not the time ---------------------------------------------------------------------


def test_a_wave_that_ended_says_when_and_keeps_nothing(
    family: Family, participation: Participation, code: str
) -> None:
    closing.close_now(wave=participation.wave, today=timezone.localdate())

    shown = family.get(f"/s/{code}")
    sent = family.send(f"/s/{code}", {"safe": "yes"})

    yesterday = timezone.localdate() - timedelta(1)
    assert (shown.status_code, sent.status_code) == (410, 410)
    assert f"It ended on {yesterday.day} {yesterday:%B %Y}." in text(shown)
    assert "we could not keep what you sent" in text(sent)
    assert "Call 0800 000 0000" in text(sent)
    assert Ballot.objects.count() == 0


def test_a_wave_that_ended_wipes_what_was_kept_on_the_phone_and_no_sign_in(
    family: Family, participation: Participation, code: str, link: str
) -> None:
    open_pages = [family.get(f"/s/{code}"), family.get(link)]
    closing.close_now(wave=participation.wave, today=timezone.localdate())

    ended = [
        family.get(f"/s/{code}"),
        family.send(f"/s/{code}", {"safe": "yes"}),
        family.send(f"/s/{code}", {"safe": "yes", "speak": "en"}),
        family.get(link),
        family.get(link.rpartition("/")[0]),
    ]

    assert [page.status_code for page in ended] == [410] * 5
    assert {page["Clear-Site-Data"] for page in ended} == {'"cache", "storage"'}
    assert all("<main data-ended>" in page.content.decode() for page in ended)
    assert not any("Clear-Site-Data" in page for page in open_pages)


def test_a_wave_takes_ballots_through_its_last_day(family: Family, keyring: Keyring) -> None:
    [code] = some_codes(asked_today(keyring=keyring, days=0))

    assert family.send(f"/s/{code}", {"safe": "yes"}).status_code == 200


def test_a_wave_that_is_not_open_yet_says_when(family: Family, keyring: Keyring) -> None:
    tomorrow = timezone.localdate() + timedelta(1)
    [code] = some_codes(asked_today(keyring=keyring, opens_on=tomorrow))

    shown = family.get(f"/s/{code}")
    sent = family.send(f"/s/{code}", {"safe": "yes"})

    assert (shown.status_code, sent.status_code) == (403, 403)
    assert f"It opens on {tomorrow.day} {tomorrow:%B %Y}." in text(shown)
    assert Ballot.objects.count() == 0


def test_a_wave_whose_day_has_come_without_a_key_opens_soon(family: Family) -> None:
    today = timezone.localdate()
    wave = a_wave(opens_on=today, closes_on=today)
    fielding.join(wave=wave, authority=an_authority(), help_name="Help", help_phone="0800 000 0000")
    [code] = some_codes(wave.participations.get())

    response = family.send(f"/s/{code}", {"safe": "yes"})

    assert response.status_code == 403
    assert "It will open soon" in text(response)


# --- open links ----------------------------------------------------------------------------------


def test_an_open_link_asks_which_age_fits(family: Family, link: str) -> None:
    address = link.rpartition("/")[0]

    page = family.get(address.upper().replace("/O/", "/o/")).content.decode()

    assert f'<a href="{address}/8-11">8 to 11</a>' in page
    assert f'<a href="{address}/12-17">12 to 17</a>' in page


def test_an_open_links_survey_is_kept_apart_and_without_a_code(
    family: Family, participation: Participation, link: str, keyring: Keyring
) -> None:
    response = family.send(link, {"safe": "yes"}, headers={"Origin": HERE})

    assert response.status_code == 200
    assert [ballot.channel for ballot in Ballot.objects.all()] == ["open"]
    [(answers, _)] = kept(participation, keyring)
    assert answers == Answers("", "12-17", "en", {"safe": ("yes",)})


@pytest.mark.parametrize(("browser", "ballots_kept"), [(BROWSER, 1), ("", 2), ("../etc", 2)])
def test_a_retry_is_known_by_what_the_browser_made_and_by_nothing_else(
    family: Family, link: str, browser: str, ballots_kept: int
) -> None:
    for _ in range(2):
        response = family.send(link, {"safe": "yes", "browser": browser}, headers={"Origin": HERE})
        assert response.status_code == 200

    assert Ballot.objects.count() == ballots_kept


def test_what_the_browser_made_is_given_back_with_the_rest(family: Family, link: str) -> None:
    response = family.send(link, {"browser": BROWSER}, headers={"Origin": HERE})

    assert response.status_code == 422
    assert f'name="browser" value="{BROWSER}"' in response.content.decode()


def test_an_invited_page_asks_for_no_browser_id_and_takes_none(family: Family, code: str) -> None:
    assert 'name="browser"' not in family.get(f"/s/{code}").content.decode()
    assert family.send(f"/s/{code}", {"safe": "yes", "browser": BROWSER}).status_code == 422


@pytest.mark.parametrize("address", ["/o/nothing", "/o/nothing/12-17"])
def test_an_unknown_link_is_said_kindly(family: Family, address: str) -> None:
    response = family.get(address)

    assert response.status_code == 404
    assert "This link does not work" in text(response)


def test_an_age_that_is_not_asked_is_said_kindly(family: Family, link: str) -> None:
    assert family.get(link.replace("12-17", "99")).status_code == 404
    assert family.send(link.replace("12-17", "99"), {}, {"Origin": HERE}).status_code == 404


def test_a_link_that_was_taken_down_works_no_more(family: Family, link: str) -> None:
    OpenLink.objects.update(closed_on=timezone.localdate())

    shown = family.get(link)
    sent = family.send(link, {"safe": "yes"}, headers={"Origin": HERE})

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert Ballot.objects.count() == 0


# --- too many at once ----------------------------------------------------------------------------


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One form without a sum in ten minutes, two with one; and nothing counted before."""
    few = limits.Measure(solved=limits.Limit(2), unsolved=limits.Limit(1))
    monkeypatch.setattr(limits, "OPEN_LINK", few)
    cache.clear()
    yield
    cache.clear()


def test_beyond_its_limit_an_open_link_gives_everything_back_and_says_when(
    narrow: None, family: Family, link: str
) -> None:
    family.send(link, {"safe": "no"}, {"Origin": HERE})
    answered = {**ANSWERED, "see": "big", "browser": BROWSER, "nonce": "no sum"}

    response = family.send(link, answered, {"Origin": HERE})

    page = response.content.decode()
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 600
    assert "Very many people are sending just now" in text(response)
    assert 'name="safe" value="yes" checked' in page
    assert 'name="topics" value="school" checked' in page
    assert "\nLonger visits</textarea>" in page
    assert f'name="browser" value="{BROWSER}"' in page
    assert 'name="nonce" value="no sum"' in page
    assert looks_chosen(response) == ["big"]
    assert Ballot.objects.count() == 1


def test_whose_browser_did_the_sum_passes_beyond_it_on_that_link_alone(
    narrow: None, family: Family, participation: Participation, link: str
) -> None:
    other = f"/o/{inviting.make_open_link(participation=participation).slug}/12-17"
    slug = link.split("/")[2]
    nonce = next(str(each) for each in count() if solved(f"{slug}:{BROWSER}", str(each)))
    did_it = {"safe": "yes", "browser": BROWSER, "nonce": nonce}
    for address in (link, other):
        family.send(address, {"safe": "no"}, {"Origin": HERE})

    sent = [family.send(address, did_it, {"Origin": HERE}) for address in (link, other)]

    assert [response.status_code for response in sent] == [200, 429]


def test_to_change_the_language_is_not_counted_and_works_beyond_the_limit(
    narrow: None, family: Family, link: str
) -> None:
    statuses = [
        family.send(link, {"safe": "yes", "speak": "en"}, {"Origin": HERE}).status_code
        for _ in range(3)
    ]
    first = family.send(link, {"safe": "yes"}, {"Origin": HERE})

    assert (statuses, first.status_code) == ([200, 200, 200], 200)


def test_a_code_has_no_limit(narrow: None, family: Family, code: str) -> None:
    sent = [family.send(f"/s/{code}", {"safe": "yes"}).status_code for _ in range(5)]

    assert sent == [200] * 5


# --- what a forged post can do -------------------------------------------------------------------


@pytest.fixture
def elsewhere(settings: Settings) -> Family:
    """A browser that another website makes send a form: cookies go along, and checks are on."""
    settings.HEARD_BASE_URL = "https://yoursay.example"
    return Family(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": HERE}, 200),
        ({"Origin": "https://yoursay.example"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Referer": f"{HERE}/o/x"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Referer": f"{HERE}/o/x/12-17"}, 200),
        ({"Referer": "https://evil.example/http://testserver"}, 403),
        ({"Referer": "http://[::1"}, 403),
        ({"Referer": ""}, 403),
        ({}, 403),
    ],
)
def test_an_open_link_takes_only_what_its_own_page_sent(
    elsewhere: Family, link: str, headers: dict[str, str], status: int
) -> None:
    response = elsewhere.send(link, {"safe": "yes"}, headers=headers)

    assert response.status_code == status
    assert Ballot.objects.count() == (1 if status == 200 else 0)
    assert ("nothing was kept" in text(response)) == (status == 403)


def test_a_forged_post_without_a_code_does_nothing(
    elsewhere: Family, participation: Participation, code: str
) -> None:
    guessed = codes.make()

    for address in ("/", "/s/", "/s/AAAA-AAAA-AAA", f"/s/{guessed}", f"/o/{code}/12-17"):
        response = elsewhere.send(
            address, {"safe": "yes"}, headers={"Origin": "https://evil.example"}
        )
        assert response.status_code in {403, 404, 422}

    assert Ballot.objects.count() == 0


def test_whoever_has_the_code_can_answer_once_and_nothing_else(
    elsewhere: Family, participation: Participation, code: str
) -> None:
    """The code is the only credential: a page elsewhere that knew one could use it up, once."""
    forged = {"Origin": "https://evil.example"}

    first = elsewhere.send(f"/s/{code}", {"safe": "yes"}, forged)
    second = elsewhere.send(f"/s/{code}", {"safe": "yes"}, forged)

    assert (first.status_code, second.status_code) == (200, 200)
    assert Ballot.objects.count() == 1
    assert "Access-Control-Allow-Origin" not in first.headers


# --- the page's own words ------------------------------------------------------------------------


def test_every_sentence_is_used_and_every_sentence_used_is_there() -> None:
    house = Path(wording.__file__).parent
    sources = [
        *house.glob("templates/feedback/answering/*.html"),
        *house.glob("pages/*.py"),
        house / "helplines.py",
        house / "promises.py",
    ]
    everything = "\n".join(source.read_text() for source in sources)
    named = set(re.findall(r"\w+", everything))
    in_templates = set(re.findall(r"\bsay\.(\w+)", everything))
    made_of_two = {
        *(f"look_{sight}" for sight in drawing.SIGHTS),
        *(f"mistyped_{slip}" for slip in Slip),
        *(f"contact_{field}" for field in contact.FIELDS),
        *(f"contact_how_{way}" for way in How),
    }

    unused = {
        key
        for key in wording.ENGLISH
        if not {key, key.removesuffix("_title"), key.removesuffix("_hint")} & (named | made_of_two)
    }

    assert in_templates - {"language", "direction", "knowing"} <= set(wording.ENGLISH)
    assert unused == set()


# What the script fills in, and a button that nobody sees: the one that "Enter" presses.
EMPTY_ON_PURPOSE = re.compile(
    r'<h3></h3>\s*<p></p>|<button class="tucked"[^>]*></button>|<b></b> <span></span>'
)


def test_no_page_has_a_hole_in_its_words(
    family: Family, participation: Participation, code: str, link: str
) -> None:
    """Django leaves out what a template cannot find; what is left out shows as an empty tag."""
    for response in (
        family.get("/"),
        family.get("/s/wrong"),
        family.get(f"/s/{code}"),
        family.send(f"/s/{code}", {}),
        family.send(f"/s/{code}", {"safe": "yes"}),
        family.get(link),
        family.get(link.rpartition("/")[0]),
    ):
        page = EMPTY_ON_PURPOSE.sub("", response.content.decode())
        empty = re.findall(r"<(p|li|h\d|a|b|button|legend|label|summary)\b[^>]*>\s*</\1>", page)
        assert empty == []
        assert "{" not in text(response)
