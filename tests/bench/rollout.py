"""What rolling out costs: the page that watches a wave, making codes, typesetting letters."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from time import perf_counter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import get_current_timezone, localdate

from authorities import register
from authorities.models import Authority
from authorities.roles import Role
from feedback.models import AnsweredCount, Batch, Channel
from surveys import core, fielding, inviting, planning, publishing
from surveys.keyring import Keyring
from surveys.models import InvitationCount, Mailing, Participation, Wave
from tests.authorities.factories import a_member
from tests.bench import printing
from tests.bench.lines import Line, milliseconds, timed, within, yes
from tests.surveys.factories import READY, a_listener

WAVES, CODES = 20, 1_000_000
AT_ONCE = 100_000
LOOKS = 15
LANGUAGES = ("en", "ur", "pl", "ro")


def figures(keyring: Keyring) -> Iterator[Line]:
    yield from watching(keyring)
    yield from codes()
    yield from printing.figures(keyring)


def watching(keyring: Keyring) -> Iterator[Line]:
    """The page of one wave, with the one before it alone and with many of very many codes."""
    register.load()
    # As if none had been made of others of late, so that each takes part in every wave.
    Authority.objects.update(in_force_from=date(2009, 1, 1))
    authorities = list(Authority.objects.in_force_on(localdate()).order_by("pk"))
    publishing.publish(source=core.source(), today=localdate())
    a_listener()
    administrator = Client()
    administrator.force_login(a_member(Role.NATIONAL_ADMINISTRATOR))
    newest, _ = _a_wave(0, authorities, keyring), _a_wave(1, authorities, keyring)
    _, few = _looks(administrator, newest)
    with timed(f"{WAVES - 2} more waves, {CODES:,} codes"):
        for number in range(2, WAVES):
            _a_wave(number, authorities, keyring)
        _many_codes()
    took, many = _looks(administrator, newest)
    what = f"watching {len(authorities)} authorities × {WAVES} waves × {CODES:,} codes"
    yield Line(what, milliseconds(took))
    yield within(0.3, what, took)
    yield yes(f"its queries: of a wave and the one before {few}, of all {many}", so=few == many)


def codes() -> Iterator[Line]:
    part = Participation.objects.select_related("wave", "version", "authority").latest("pk")
    with timed(f"making {AT_ONCE:,} codes") as took:
        inviting.make_codes(participation=part, count=AT_ONCE, age_version="12-17")
    yield within(60, f"{AT_ONCE:,} codes made", took)


def _a_wave(number: int, authorities: list[Authority], keyring: Keyring) -> Wave:
    """Open in every authority, with some batches each, the older the higher its number."""
    opens_on = localdate() - timedelta(days=30 + 91 * number)
    wave = planning.plan_wave(
        slug=f"watched-{number}",
        name=f"Wave {number}",
        version=publishing.publish(source=core.source(), today=localdate()),
        period_start=opens_on,
        period_end=opens_on + timedelta(days=80),
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=80),
        asked_again_why="Nobody is asked: this measures a page.",
    )
    for authority in authorities:
        fielding.join(wave=wave, authority=authority, **READY)
    wave = fielding.open_wave(wave=wave, keyring=keyring)
    parts = list(wave.participations.select_related("authority"))
    Batch.objects.bulk_create(
        Batch(
            wave=wave,
            participation=part,
            area=part.authority.gss_code,
            channel=Channel.INVITED,
            mixed_on=opens_on + timedelta(days=day),
            size=12,
        )
        for part in parts
        for day in range(1, 25)
    )
    ages = [each.code for each in wave.version.definition.age_versions]
    InvitationCount.objects.bulk_create(
        InvitationCount(
            participation=part, age_version=age, language=language, service="in-care", made=50
        )
        for part in parts
        for age in ages
        for language in LANGUAGES
    )
    AnsweredCount.objects.bulk_create(
        AnsweredCount(participation=part, by=AnsweredCount.By.AGE, part=age, number=50)
        for part in parts
        for age in ages
    )
    Mailing.objects.bulk_create(
        Mailing(
            participation=part,
            kind="invitation",
            state="done",
            asked_at=datetime.combine(opens_on, time(12), tzinfo=get_current_timezone()),
            total=900,
            handled=880,
        )
        for part in parts
    )
    return wave


def _many_codes() -> None:
    """So many invitations over all participations, as the database makes them quickest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_invitation"
            " (participation_id, digest, age_version, language, spent)"
            " SELECT p.id, sha256((p.id || ':' || n)::bytea), '12-17', 'en', n %% 4 = 0"
            " FROM surveys_participation p, generate_series(1, %s) n",
            [1 + CODES // Participation.objects.count()],
        )
        cursor.execute("ANALYZE")


def _looks(client: Client, wave: Wave) -> tuple[list[float], int]:
    """Seconds of each look, and how many queries one needs."""
    address = f"/staff/watch/{wave.slug}/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    asked = len(queries)  # now, because each look after it empties the list
    took = []
    for _ in range(LOOKS):
        began = perf_counter()
        answer = client.get(address)
        took.append(perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return took, asked
