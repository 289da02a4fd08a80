"""Letters about a release: whoever confirmed gets one, once, and no table tells who that is."""

import html
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import create_server
from threading import Barrier
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as NoRedis

from analytics import announcing, letters, posting, publishing, subscribing, tasks
from analytics.errors import NoSubscribersKey
from analytics.models import Announcement, Notice, Release, Subscription
from analytics.signals import release_published
from authorities.areas import ENGLAND
from authorities.models import AuditEntry, Authority, Sweep
from authorities.roles import Role
from feedback.models import PublicKey
from surveys import core, do_not_contact
from surveys.keyring import KeyMissing, Keyring
from surveys.senders import Fate
from tests.analytics import factories
from tests.analytics.closed_waves import a_counted_wave, over_by_the_clock, prepared
from tests.analytics.reading_pages import words_of
from tests.analytics.releases import signed_off
from tests.analytics.reports import a_story
from tests.analytics.subscribers import (
    Carrier,
    a_subscriber,
    announced,
    asking,
    delivered,
    links,
    states,
    token_of,
)
from tests.authorities.factories import a_member, an_authority
from tests.surveys.factories import a_version

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANN = "ann@example.org"


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    cache.clear()


@pytest.fixture
def leeds() -> Authority:
    return an_authority(name="Leeds", gss_code="E08000035")


def a_release_of(*areas: str, **more: Any) -> Release:
    return factories.a_release({area: factories.some_figures() for area in areas}, **more)


# --- who subscribed ------------------------------------------------------------------------------


def test_no_column_of_any_table_holds_an_address_or_the_token_of_its_links(
    keyring: Keyring,
) -> None:
    subscription = a_subscriber(keyring, now=NOW, address=ANN)
    token = token_of(subscription, keyring)

    kept = repr(
        [
            [bytes(each) if isinstance(each, memoryview) else each for each in row]
            for model in (Subscription, Notice, PublicKey)
            for row in model.objects.values_list()
        ]
    )

    assert ANN not in kept
    assert token not in kept


def test_a_process_without_the_workers_keys_keeps_an_address_and_cannot_read_it(
    keyring: Keyring, settings: Settings
) -> None:
    subscribing.publish_key(keyring=keyring, today=TODAY)
    settings.HEARD_KEY_DIRECTORY = None

    subscribing.ask(address=ANN, area=ENGLAND, now=NOW)

    assert len(bytes(Subscription.objects.get().sealed)) == 432
    with pytest.raises(KeyMissing):
        Keyring.from_settings()


def test_an_address_is_not_known_again_from_another_list(keyring: Keyring) -> None:
    subscription = asking(keyring, ANN, now=NOW)

    assert bytes(subscription.address_digest) != do_not_contact.digest_of(ANN)
    assert bytes(subscription.address_digest) == subscribing.digest_of(ANN)


def test_without_the_key_nothing_is_kept() -> None:
    with pytest.raises(NoSubscribersKey):
        subscribing.ask(address=ANN, area=ENGLAND, now=NOW)

    assert not Subscription.objects.exists()


def test_a_key_that_was_put_into_the_database_is_put_right(keyring: Keyring) -> None:
    subscribing.publish_key(keyring=keyring, today=TODAY)
    ours = bytes(PublicKey.objects.get().key)
    PublicKey.objects.update(key=b"\x07" * 32)

    subscribing.publish_key(keyring=keyring, today=TODAY)

    assert bytes(PublicKey.objects.get().key) == ours


# --- asking and confirming -----------------------------------------------------------------------


def test_whoever_asked_is_written_to_once_and_subscribes_by_the_link(keyring: Keyring) -> None:
    asking(keyring, ANN, now=NOW)

    [letter] = delivered(keyring, now=NOW)
    [link] = links(letter.text.body)

    assert letter.address == ANN
    assert letter.text.subject == "Please confirm your e-mail address"
    assert "figures for England" in letter.text.body
    assert delivered(keyring, now=NOW + AN_HOUR) == []
    assert subscribing.confirm(link.partition("?t=")[2], today=TODAY)
    assert Subscription.objects.get().confirmed_on == TODAY


def test_whoever_subscribed_already_is_told_so_and_stays_it(keyring: Keyring) -> None:
    a_subscriber(keyring, now=NOW, address=ANN)

    asking(keyring, ANN, now=NOW + A_DAY)
    [letter] = delivered(keyring, now=NOW + A_DAY)

    assert letter.text.subject == "You get these e-mails already"
    assert [each.partition("?")[0] for each in links(letter.text.body)] == ["/subscriptions/stop/"]
    assert Subscription.objects.get().confirmed_on == TODAY


def test_an_address_is_written_to_no_more_than_three_times_a_day(
    keyring: Keyring, leeds: Authority
) -> None:
    written = []
    for area in (ENGLAND, ENGLAND, leeds.gss_code, leeds.region_id, ENGLAND):
        subscribing.publish_key(keyring=keyring, today=TODAY)
        subscribing.ask(address=ANN, area=area, now=NOW)
        written += delivered(keyring, now=NOW)

    asking(keyring, ANN, now=NOW + A_DAY)
    next_day = delivered(keyring, now=NOW + A_DAY)

    assert len(written) == subscribing.MOST_LETTERS_A_DAY == 3
    assert len(next_day) == 1


def test_a_letter_that_waits_is_not_written_twice(keyring: Keyring) -> None:
    asking(keyring, ANN, now=NOW)
    asking(keyring, ANN, now=NOW)

    assert len(delivered(keyring, now=NOW)) == 1


def test_what_nobody_confirmed_is_forgotten_after_seven_days(keyring: Keyring) -> None:
    asking(keyring, ANN, now=NOW)
    a_subscriber(keyring, now=NOW, address="ben@example.org")

    assert subscribing.forget_unconfirmed(today=TODAY + timedelta(days=7)) == 0
    assert subscribing.forget_unconfirmed(today=TODAY + timedelta(days=8)) == 1

    assert [each.confirmed_on for each in Subscription.objects.all()] == [TODAY]


def test_to_stop_deletes_the_address_and_every_letter_and_may_be_done_twice(
    keyring: Keyring,
) -> None:
    token = token_of(a_subscriber(keyring, now=NOW), keyring)
    announced(a_release_of(ENGLAND).pk, now=NOW)

    subscribing.stop(token)
    subscribing.stop(token)

    assert (Subscription.objects.count(), Notice.objects.count()) == (0, 0)
    assert not subscribing.confirm(token, today=TODAY)
    assert delivered(keyring, now=NOW) == []


def test_more_than_a_hundred_in_ten_minutes_wait_until_these_are_over() -> None:
    began = 1_800_000_000 // 600 * 600

    waits = [subscribing.must_wait(now=began + 60) for _ in range(101)]

    assert waits == [0] * 100 + [540]
    assert subscribing.must_wait(now=began + 600) == 0


def test_more_than_two_thousand_in_a_day_wait_for_the_next() -> None:
    began = 1_800_000_000 // 86_400 * 86_400

    waits = [subscribing.must_wait(now=began + 600 * (number // 100)) for number in range(2_001)]

    assert waits[:2_000] == [0] * 2_000
    assert waits[2_000] == 86_400 - 600 * 20


def test_where_nobody_can_count_nobody_has_us_write_to_anybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise NoRedis

    monkeypatch.setattr(cache, "add", away)

    assert subscribing.must_wait(now=1_800_000_000) > 0


# --- a release is out ----------------------------------------------------------------------------


def test_a_release_is_told_once_to_those_whose_area_is_in_it(
    keyring: Keyring, leeds: Authority
) -> None:
    for area in (leeds.gss_code, leeds.region_id, ENGLAND, "E09000001"):
        a_subscriber(keyring, area, now=NOW)
    asking(keyring, ANN, leeds.gss_code, now=NOW)
    release = a_release_of(leeds.gss_code, leeds.region_id, ENGLAND)
    delivered(keyring, now=NOW)

    written = [announced(release.pk, now=NOW), announced(release.pk, now=NOW)]
    sent = delivered(keyring, now=NOW)

    assert written == [3, 0]
    assert sorted(each.text.subject for each in sent) == [
        "New figures for England: July to September 2026",
        "New figures for Leeds: July to September 2026",
        "New figures for the North East: July to September 2026",
    ]
    assert delivered(keyring, now=NOW + A_DAY) == []


def test_whoever_subscribes_later_is_not_told_of_what_was_out_before(keyring: Keyring) -> None:
    release = a_release_of(ENGLAND)
    announced(release.pk, now=NOW)

    a_subscriber(keyring, now=NOW)

    assert announced(release.pk, now=NOW) == 0
    assert announcing.announce_missed(now=NOW, today=TODAY) == 0


def test_the_database_refuses_a_second_letter_about_a_release(keyring: Keyring) -> None:
    subscription, release = a_subscriber(keyring, now=NOW), a_release_of(ENGLAND)
    announced(release.pk, now=NOW)

    with pytest.raises(IntegrityError):
        Notice.objects.create(subscription=subscription, release=release)


def test_a_release_that_has_its_time_is_told_only_when_it_is_out(keyring: Keyring) -> None:
    release = signed_off(prepared(over_by_the_clock(a_counted_wave()), now=NOW), now=NOW)
    area = release.figures.values_list("area", flat=True)[0]
    a_subscriber(keyring, area, now=NOW)
    release = publishing.schedule(
        release=release, at=NOW + AN_HOUR, by=a_member(Role.NATIONAL_ADMINISTRATOR), now=NOW
    )

    before = [
        announced(release.pk, now=NOW),
        announcing.announce_missed(now=NOW, today=TODAY),
        publishing.publish_due(now=NOW),
    ]
    publishing.publish_due(now=NOW + AN_HOUR)

    assert before == [0, 0, 0]
    assert announcing.announce_missed(now=NOW + AN_HOUR, today=TODAY) == 1


@pytest.mark.django_db(transaction=True)
def test_letters_go_at_once_when_a_release_comes_out_and_the_form_when_somebody_asks(
    keyring: Keyring,
) -> None:
    asking(keyring, ANN, now=NOW)
    a_subscriber(keyring, now=NOW, address="ben@example.org")
    mail.outbox.clear()
    release = a_release_of(ENGLAND)

    release_published.send(Release, release_id=release.pk)

    assert [(each.to, each.subject) for each in mail.outbox] == [
        (["ben@example.org"], "New figures for England: July to September 2026")
    ]
    [letter] = mail.outbox
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_a_lost_message_missed_the_sweep_finds(keyring: Keyring) -> None:
    a_subscriber(keyring, now=NOW, address=ANN)
    release = a_release_of(ENGLAND)

    tasks.send_notices()
    tasks.send_notices()

    assert [each.to for each in mail.outbox] == [[ANN]]
    assert Announcement.objects.get().release == release
    assert Sweep.objects.filter(name="analytics.send_notices").exists()


def test_a_correction_is_told_too_and_says_what_it_is(keyring: Keyring) -> None:
    a_subscriber(keyring, now=NOW)
    first = a_release_of(ENGLAND)
    second = a_release_of(ENGLAND, wave=first.wave, number=2, note="One box was counted twice.")

    for release in (first, second):
        announced(release.pk, now=NOW)
    before, after = delivered(keyring, now=NOW)

    assert "corrects" not in before.text.body
    assert after.text.subject == "Corrected figures for England: July to September 2026"
    assert (
        "This release corrects one that came out before. "
        "What changed: One box was counted twice." in after.text.body
    )


# --- what a letter says --------------------------------------------------------------------------


@pytest.fixture
def story(leeds: Authority) -> list[Release]:
    return a_story(leeds.gss_code, leeds.region_id, version=a_version(core.source()))


def test_a_letter_says_what_the_first_page_says_in_the_same_words(
    keyring: Keyring, leeds: Authority, story: list[Release], client: Client
) -> None:
    a_subscriber(keyring, leeds.gss_code, now=NOW)
    announced(story[-1].pk, now=NOW)

    [letter] = delivered(keyring, now=NOW)
    body = letter.text.body
    page = words_of(client.get(next(links(body))))

    told = letters.told(story[-1], leeds.gss_code)
    assert told is not None
    assert [heading for heading, _ in told.sentences] == [
        "What families say is good",
        "What is worse than elsewhere",
        "What changed",
    ]
    for heading, sentence in told.sentences:
        assert f"{heading.upper()}\n{sentence}\n" in body
        assert f"{heading} {sentence}" in page
    assert told.lead in body
    assert told.lead in page
    assert "The experience index is 54 out of 100, worse than" in body
    assert "These figures are simulated: no family answered." in body


@pytest.mark.parametrize("which", ["region", "england"])
def test_a_letter_about_many_authorities_says_how_it_is_and_what_changed(
    keyring: Keyring, leeds: Authority, story: list[Release], client: Client, which: str
) -> None:
    area = leeds.region_id if which == "region" else ENGLAND
    a_subscriber(keyring, area, now=NOW)
    announced(story[-1].pk, now=NOW)

    [letter] = delivered(keyring, now=NOW)
    body = letter.text.body
    page = words_of(client.get(next(links(body))))

    told = letters.told(story[-1], area)
    assert told is not None
    assert told.lead in page
    assert body.count("EXPERIENCE INDEX\n64 out of 100 (95% range 6") == 1
    assert "WHAT CHANGED\nCompared with the waves before: 13 figures, and none differs" in body


def test_every_page_that_a_letter_names_is_there(
    keyring: Keyring, leeds: Authority, story: list[Release], client: Client
) -> None:
    for area in (leeds.gss_code, leeds.region_id, ENGLAND):
        a_subscriber(keyring, area, now=NOW)
    announced(story[-1].pk, now=NOW)

    named = {each for letter in delivered(keyring, now=NOW) for each in links(letter.text.body)}

    assert len(named) >= 8
    assert {each: client.get(each).status_code for each in named} == dict.fromkeys(named, 200)


def test_no_letter_holds_what_is_withheld(
    keyring: Keyring, leeds: Authority, story: list[Release]
) -> None:
    """Of an index of which too few answered, only that."""
    a_subscriber(keyring, leeds.gss_code, now=NOW)
    announced(story[-1].pk, now=NOW)

    [letter] = delivered(keyring, now=NOW)

    assert "promise" not in letter.text.body  # the figure that the story withholds
    assert html.unescape(letter.text.body) == letter.text.body


# --- each letter once ----------------------------------------------------------------------------


@pytest.fixture
def told_of(keyring: Keyring) -> Release:
    """Three letters that wait."""
    for _ in range(3):
        a_subscriber(keyring, now=NOW)
    release = a_release_of(ENGLAND)
    announced(release.pk, now=NOW)
    Notice.objects.filter(release=None).delete()
    return release


def test_a_worker_that_was_killed_leaves_one_doubtful_and_it_is_not_sent_again(
    keyring: Keyring, told_of: Release
) -> None:
    with pytest.raises(SystemExit):
        delivered(keyring, now=NOW, fates=[Fate.SENT, SystemExit])

    after = delivered(keyring, now=NOW + A_MINUTE)
    in_between = states()
    late = delivered(keyring, now=NOW + AN_HOUR)

    assert (len(after), in_between) == (1, ["sent", "sending", "sent"])
    assert (late, states()) == ([], ["sent", "doubtful", "sent"])


def test_a_person_decides_whether_what_is_doubtful_goes_again(
    keyring: Keyring, told_of: Release
) -> None:
    delivered(keyring, now=NOW, fates=[Fate.UNSURE])
    [post] = announcing.posts()
    by = a_member(Role.NATIONAL_ADMINISTRATOR)

    again = [announcing.send_again(release=told_of, by=by, now=NOW) for _ in range(2)]
    sent = delivered(keyring, now=NOW)

    assert (post.sent, post.doubtful) == (2, 1)
    assert (again, len(sent), states()) == ([1, 0], 1, ["sent"] * 3)
    [entry] = AuditEntry.objects.filter(act="letters to subscribers sent again")
    assert (entry.actor, entry.why) == (by, "1 that were doubtful or had failed")


def test_what_was_refused_for_now_goes_later_and_keeps_its_reference(
    keyring: Keyring, told_of: Release
) -> None:
    first = delivered(keyring, now=NOW, fates=[Fate.LATER])
    too_soon = delivered(keyring, now=NOW + timedelta(seconds=30))
    later = delivered(keyring, now=NOW + A_MINUTE)

    assert (len(first), len(too_soon), len(later)) == (3, 0, 1)
    assert first[0].reference == later[0].reference
    assert states() == ["sent"] * 3


def test_a_mail_server_that_takes_nothing_is_left_alone_for_a_minute(
    keyring: Keyring, told_of: Release
) -> None:
    tried = delivered(keyring, now=NOW, fates=[Fate.BROKEN])

    assert (len(tried), states()) == (1, ["waiting"] * 3)


def test_what_cannot_be_sent_for_two_days_is_given_up(keyring: Keyring, told_of: Release) -> None:
    Notice.objects.update(attempts=announcing.MOST_ATTEMPTS - 1)

    delivered(keyring, now=NOW, fates=[Fate.LATER] * 3)

    assert states() == ["failed"] * 3


def test_an_address_that_three_letters_came_back_from_is_deleted(keyring: Keyring) -> None:
    a_subscriber(keyring, now=NOW)
    first = a_release_of(ENGLAND)
    left = []
    for number in range(1, 4):
        release = first if number == 1 else a_release_of(ENGLAND, wave=first.wave, number=number)
        announced(release.pk, now=NOW)
        delivered(keyring, now=NOW, fates=[Fate.BOUNCED])
        left.append(Subscription.objects.count())

    assert left == [1, 1, 0]


def test_a_letter_that_arrives_forgives_those_that_came_back(keyring: Keyring) -> None:
    subscription = a_subscriber(keyring, now=NOW)
    Subscription.objects.update(bounces=2)
    announced(a_release_of(ENGLAND).pk, now=NOW)

    delivered(keyring, now=NOW)

    subscription.refresh_from_db()
    assert subscription.bounces == 0


def test_an_address_that_is_none_is_deleted_before_it_was_confirmed(keyring: Keyring) -> None:
    asking(keyring, ANN, now=NOW)

    delivered(keyring, now=NOW, fates=[Fate.BOUNCED])

    assert not Subscription.objects.exists()


def test_a_letter_that_cannot_be_written_is_not_in_doubt_and_holds_up_no_other(
    keyring: Keyring, told_of: Release, leeds: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr(letters, "told", broken)
        with pytest.raises(LookupError):
            delivered(keyring, now=NOW)
    between = states()

    assert between == ["waiting"] * 3
    assert len(delivered(keyring, now=NOW)) == 2
    assert len(delivered(keyring, now=NOW + A_MINUTE)) == 1


def test_an_address_that_does_not_open_fails_and_is_not_sent(
    keyring: Keyring, told_of: Release
) -> None:
    Subscription.objects.update(sealed=b"\x00" * 432)

    assert delivered(keyring, now=NOW) == []
    assert states() == ["failed"] * 3


def test_letters_to_confirm_go_before_those_about_a_release(
    keyring: Keyring, told_of: Release
) -> None:
    asking(keyring, ANN, now=NOW)

    first, *_ = delivered(keyring, now=NOW)

    assert first.address == ANN


def test_a_release_is_announced_once_though_its_letters_were_deleted(
    keyring: Keyring, told_of: Release
) -> None:
    delivered(keyring, now=NOW)

    assert announcing.forget(today=TODAY + timedelta(days=90)) == 0
    assert announcing.forget(today=TODAY + timedelta(days=91)) == 3

    assert announced(told_of.pk, now=NOW + timedelta(days=91)) == 0


def test_the_night_forgets_both(keyring: Keyring, told_of: Release) -> None:
    asking(keyring, ANN, now=NOW)
    Subscription.objects.unconfirmed().update(asked_on=TODAY - timedelta(days=4000))
    Announcement.objects.update(made_on=TODAY - timedelta(days=4000))

    tasks.forget_subscriptions()

    assert Subscription.objects.count() == 3
    assert not Notice.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_four_workers_at_once_each_letter_is_taken_by_one(keyring: Keyring) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one worker write at a time")
    for _ in range(12):
        a_subscriber(keyring, now=NOW)
    release = a_release_of(ENGLAND)
    together, carriers = Barrier(4), [Carrier() for _ in range(4)]

    def work(carrier: Carrier) -> None:
        try:
            connection.ensure_connection()
            together.wait()
            announced(release.pk, now=NOW)
            desk = announcing.Desk(sender=carrier, keyring=keyring, clock=lambda: NOW)
            announcing.send_for(desk, until=NOW + A_MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, carriers))

    sent = [parcel.address for carrier in carriers for parcel in carrier.parcels]
    assert (len(sent), len(set(sent))) == (12, 12)
    assert states() == ["sent"] * 24


class Taken:
    """A mail server's handler that keeps what it took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  as aiosmtpd names it
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=default))
        return "250 OK"


def test_a_mail_server_gets_a_letter_that_one_press_ends(
    keyring: Keyring, told_of: Release, settings: Settings
) -> None:
    """RFC 8058: an https address, whole on its line, and a header that says one press is enough."""
    settings.HEARD_BASE_URL = "https://your-say.childrens-services.service.example"
    took = Taken()
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(took, hostname="127.0.0.1", port=port)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    server.start()
    try:
        desk = announcing.Desk(sender=posting.sender(), keyring=keyring, clock=lambda: NOW)
        announcing.send_for(desk, until=NOW + A_MINUTE)
    finally:
        server.stop()

    assert states() == ["sent"] * 3
    letter = took.letters[0]
    assert letter["Subject"] == "New figures for England: July to September 2026"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith(
        f"<{settings.HEARD_BASE_URL}/subscriptions/stop/?t="
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"][1:-1] in letter.get_content()
