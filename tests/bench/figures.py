"""The figures: each measured by doing it, in one run, on one machine."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random

from django.core.management import call_command
from django.db import connection
from django.test import Client
from nacl.bindings import crypto_box_seal

from analytics import releasing
from analytics.counting import count_batch, open_sheet, uncounted_batches
from analytics.models import TallySheet
from authorities.models import Authority
from feedback.ballots import Sent, cast, cast_many
from feedback.listening import open_words
from feedback.mixing import mix_box, open_batch
from feedback.models import Ballot, Batch, Channel
from surveys import closing, core, fielding, inviting, planning, publishing
from surveys.definition import Survey
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from tests.analytics.releases import let_out
from tests.authorities.factories import an_authority
from tests.bench import answering, invented, judging, reports, rollout
from tests.bench.lines import Line, at_least, flat, milliseconds, rate, ratio, timed, yes
from tests.bench.plain_rows import PlainRows
from tests.surveys.factories import READY, a_listener

AREAS = 40
IN_EACH = 500
ALONE = 1_000
FEW, MANY = 10_000, 10_000_000
AT_MOST_IN_EACH = 5_000  # of what is held
ONE_MORE = 100
TIMES = 15
TODAY = date(2026, 3, 2)


def main(groups: Sequence[str]) -> int:
    """Measure these groups of figures, or all. Args: groups: names in :data:`GROUPS`."""
    keyring = Keyring.from_settings()
    print("Figures of this machine; only the ratios mean anything elsewhere.\n")
    with a_database():
        lines = [line for name in groups or GROUPS for line in GROUPS[name](keyring)]
    width = max(len(line.what) for line in lines)
    print()
    for line in lines:
        print(f"{line.what:<{width}}  {line.figure:>14}  {line.wanted}".rstrip())
    missed = [line.what for line in lines if line.missed]
    if missed:
        print(f"\nMissed: {'; '.join(missed)}.")
    return 1 if missed else 0


# --- so many a second ------------------------------------------------------------------------


def throughput(keyring: Keyring) -> Iterator[Line]:
    """Cast, open, mix and count some ballots; then PostgreSQL counts the same its own way."""
    boxes = open_boxes("throughput", AREAS, keyring=keyring)
    yield from casting(boxes, chance=Random(1))
    total = Ballot.objects.count()
    with timed("opening the words of all") as opening:
        open_words(today=TODAY, keyring=keyring)
    yield Line("ballots whose words were opened", rate(total, opening))

    closing.close_now(wave=boxes[0].wave, today=TODAY)
    with timed("mixing") as mixing:
        for box in boxes:
            mix_box(participation=box, channel=Channel.INVITED, today=TODAY, keyring=keyring)
    mixed = total - Ballot.objects.count()
    yield Line("replies mixed", rate(mixed, mixing))
    with timed("counting") as counting:
        for pk in uncounted_batches().order_by("pk").values_list("pk", flat=True):
            count_batch(pk, keyring=keyring)
    yield Line("replies counted", rate(mixed, counting))

    took, same = counted_by_postgres(boxes[0].version.definition, keyring)
    yield Line("replies counted by PostgreSQL's GROUP BY", rate(mixed, [took]))
    yield yes("its counts are those of the sheets", so=same)
    yield at_least(0.7, "counting, to PostgreSQL's", ratio(took, counting))
    yield at_least(0.25, "mixing and counting, to it", ratio(took, mixing, counting))


def casting(boxes: list[Participation], *, chance: Random) -> Iterator[Line]:
    alone = ballots_for(boxes[0], ALONE, chance=chance)
    together = {box: ballots_for(box, IN_EACH, chance=chance) for box in boxes}
    with timed(f"casting {ALONE:,} ballots one by one") as one_by_one:
        for each in alone:
            cast(participation=boxes[0], sent=each)
    yield Line("ballots cast one by one, one process", rate(ALONE, one_by_one))
    with timed(f"casting {AREAS * IN_EACH:,} in bulk") as in_bulk:
        for box, ballots in together.items():
            cast_many(participation=box, sent=ballots)
    yield Line("ballots cast in bulk (cast_many)", rate(AREAS * IN_EACH, in_bulk))


def counted_by_postgres(survey: Survey, keyring: Keyring) -> tuple[float, bool]:
    """Seconds of the quickest of three runs, and whether its counts are those of the sheets."""
    batches = [open_batch(batch, keyring=keyring) for batch in Batch.objects.order_by("area")]
    rows = PlainRows(survey, batches)
    with timed("filling PostgreSQL's plain rows"):
        rows.fill()
    with timed("counting them with GROUP BY, three times"):
        took = min(rows.counted()[0] for _ in range(3))
    sheets = TallySheet.objects.order_by("area")
    return took, rows.same_as([open_sheet(sheet, keyring=keyring) for sheet in sheets])


# --- one more ---------------------------------------------------------------------------


def growth(keyring: Keyring) -> Iterator[Line]:
    """The time of one more batch, and of the planner's page, with few and with many held."""
    few, many = (held(number, keyring=keyring) for number in (FEW, MANY))
    for what, at in (("one more batch, mixed and counted", 0), ("the planner's page", 1)):
        yield Line(f"{what}: at {FEW:,} replies", milliseconds(few[at]))
        yield Line(f"{what}: at {MANY:,}", milliseconds(many[at]))
        middle = statistics.median(many[at]) / statistics.median(few[at])
        yield flat(f"{what}: ratio", middle)


def held(number: int, *, keyring: Keyring) -> tuple[list[float], list[float]]:
    """Seconds of one more batch of 100, and of one more look at the page, many times."""
    call_command("flush", interactive=False, verbosity=0)
    chance = Random(2)
    with timed(f"holding {number:,} replies"):
        fill(number, keyring=keyring, chance=chance)
    [box] = open_boxes("one-more", 1, keyring=keyring)
    more = [
        one_more_batch(box, chance=chance, day=TODAY + timedelta(days=day), keyring=keyring)
        for day in range(TIMES)
    ]
    address = f"/report/{Authority.objects.order_by('pk')[0].gss_code}/"
    return more, [look(address) for _ in range(2 * TIMES)][TIMES:]


def fill(number: int, *, keyring: Keyring, chance: Random) -> None:
    """A closed, counted and published wave of so many replies."""
    boxes = open_boxes("held", AREAS, keyring=keyring)
    wave, survey = boxes[0].wave, boxes[0].version.definition
    size = min(AT_MOST_IN_EACH, number // AREAS)
    some = [invented.replies(survey, size, chance=chance) for _ in range(10)]
    for place in range(number // size):
        box = boxes[place % AREAS]
        Batch.objects.create(
            wave=wave,
            participation=box,
            area=box.authority.gss_code,
            channel=Channel.INVITED,
            mixed_on=TODAY,
            size=size,
            sealed=crypto_box_seal(
                some[place % len(some)].to_bytes(), bytes(wave.public_key or b"")
            ),
        )
    for pk in uncounted_batches().values_list("pk", flat=True):
        count_batch(pk, keyring=keyring)
    closing.close_now(wave=wave, today=TODAY)
    now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    let_out(releasing.prepare(wave=Wave.objects.get(pk=wave.pk), keyring=keyring, now=now), now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def one_more_batch(box: Participation, *, chance: Random, day: date, keyring: Keyring) -> float:
    ballots = ballots_for(box, ONE_MORE + box.wave.k, chance=chance)
    cast_many(participation=box, sent=ballots)
    open_words(today=day, keyring=keyring)
    began = time.perf_counter()
    batch = mix_box(participation=box, channel=Channel.INVITED, today=day, keyring=keyring)
    assert batch is not None
    count_batch(batch.pk, keyring=keyring)
    return time.perf_counter() - began


def look(address: str) -> float:
    client = Client()
    began = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.status_code
    return took


# --- what is measured on ----------------------------------------------------------------


@contextmanager
def a_database() -> Iterator[None]:
    """A database of the bench's own, on the same server, gone afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def open_boxes(slug: str, number: int, *, keyring: Keyring) -> list[Participation]:
    version = publishing.publish(source=core.source(), today=TODAY)
    wave = planning.plan_wave(
        slug=slug,
        name=slug,
        version=version,
        period_start=TODAY,
        period_end=TODAY,
        opens_on=TODAY - timedelta(days=30),
        closes_on=TODAY + timedelta(days=30),
    )
    boxes = [fielding.join(wave=wave, authority=an_authority(), **READY) for _ in range(number)]
    a_listener()
    fielding.open_wave(wave=wave, keyring=keyring)
    return list(
        Participation.objects.select_related("wave", "version", "authority")
        .filter(pk__in=[box.pk for box in boxes])
        .order_by("pk")
    )


def ballots_for(box: Participation, number: int, *, chance: Random) -> list[Sent]:
    survey = box.version.definition
    codes = inviting.make_codes(participation=box, count=number, age_version="12-17")
    made = []
    for code in codes:
        age = invented.an_age(survey, chance=chance)
        given = invented.given(survey, age, chance=chance, words=chance.random() < 0.1)
        made.append(Sent(given=given, age_version=age, language="en", code=code))
    return made


GROUPS: dict[str, Callable[[Keyring], Iterator[Line]]] = {
    "counting": throughput,
    "growth": growth,
    "answering": answering.figures,
    "rollout": rollout.figures,
    "judging": judging.figures,
    "reports": reports.figures,
}
