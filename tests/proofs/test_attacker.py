"""Promise 3, played from the other side: everything the database holds, and none of the keys.

The attacker is a superuser of PostgreSQL with two dumps a day apart, the live tables with their
row versions and dead rows, the raw files, and the write-ahead log. They also know in which order
families answered, each family's code, and what each wrote. They want one thing: to put a ballot,
a reply or some words beside a code.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from feedback.ballots import cast
from feedback.listening import open_words
from feedback.mixing import mix_box
from feedback.models import Batch, Channel
from surveys import codes, core, fielding, inviting, planning, publishing
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.authorities.factories import an_authority
from tests.proofs.numbered import AGE, numbered
from tests.surveys.factories import READY, a_listener

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

FAMILIES = 30
FIRST_DAY = date(2026, 3, 2)
SECOND_DAY = FIRST_DAY + timedelta(days=1)
BALLOT, INVITATION, SUGGESTION, BATCH = (
    "feedback_ballot",
    "surveys_invitation",
    "feedback_suggestion",
    "feedback_batch",
)


@dataclass
class Loot:
    """What the attacker carries away, and what they know besides."""

    codes: list[str] = field(default_factory=list)  # in the order in which families answered
    words: list[str] = field(default_factory=list)  # likewise
    before: bytes = b""
    after: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)  # after the mix, dead rows and all
    log: bytes = b""
    log_records: str = ""
    cast_in: list[int] = field(default_factory=list)  # transaction of each ballot, in casting order
    dead_ballots: list[bytes] = field(default_factory=list)
    invitations: list[tuple[int, int, bytes, bool]] = field(default_factory=list)
    invitation_versions: list[tuple[int, int]] = field(default_factory=list)
    suggestion_order: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


@pytest.fixture
def an_old_snapshot(transactional_db: None) -> Iterator[None]:
    """Someone looks at the database all the while, so that no dead row is tidied away."""
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn) as looking:
        looking.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looking.execute("SELECT 1")
        yield
        looking.rollback()


@pytest.fixture
def loot(transactional_db: None, keyring: Keyring, an_old_snapshot: None) -> Loot:
    """Thirty families answer, their words are opened, twenty are mixed, and all is stolen."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        for table in (BALLOT, INVITATION):  # dead rows stay, for the attacker's sake
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    box = a_box(keyring)
    started_at = one("SELECT pg_current_wal_lsn()")
    loot = Loot()
    made = inviting.make_codes(participation=box, count=2 * FAMILIES, age_version=AGE)
    loot.codes = random.sample(made, FAMILIES)  # families answer in an order of their own
    loot.words = [f"marked idea of family {number:02}" for number in range(FAMILIES)]
    for number, code in enumerate(loot.codes):
        sent = numbered(box.version.definition, number, code=code, words=loot.words[number])
        loot.answers.append(b'"' + b'","'.join(c[0].encode() for c in sent.given.answers.values()))
        cast(participation=box, sent=sent)
    loot.cast_in = [row[0] for row in rows(f"SELECT xmin::text::bigint FROM {BALLOT} ORDER BY id")]
    loot.before = dump()
    open_words(today=SECOND_DAY, keyring=keyring)
    mix_box(participation=box, channel=Channel.INVITED, today=SECOND_DAY, keyring=keyring)
    loot.after = dump()
    loot.files = dict(raw_files(BALLOT, INVITATION, BATCH))
    loot.log, loot.log_records = write_ahead_log(str(started_at))
    loot.dead_ballots = [
        bytes(row[0])
        for row in rows(
            "SELECT i.t_data FROM generate_series(0, pg_relation_size(%s) / 8192 - 1) AS block, "
            "heap_page_items(get_raw_page(%s, block::int)) AS i WHERE i.t_data IS NOT NULL",
            BALLOT,
            BALLOT,
        )
    ]
    loot.invitations = [
        (position, int(xmin), bytes(digest), spent)
        for position, (xmin, digest, spent) in enumerate(
            rows(f"SELECT xmin::text, digest, spent FROM {INVITATION} ORDER BY ctid")
        )
    ]
    loot.suggestion_order = [row[0] for row in rows(f"SELECT text FROM {SUGGESTION} ORDER BY id")]
    assert Batch.objects.get().size == 20
    return loot


@pytest.mark.django_db(transaction=True)
def test_no_code_and_no_answer_is_anywhere_and_words_only_with_the_listeners(loot: Loot) -> None:
    stolen = [loot.before, loot.after, loot.log, *loot.files.values()]
    typed = [form.encode() for code in loot.codes for form in (code, codes.pretty(code))]

    assert [needle for needle in typed for hay in stolen if needle in hay] == []
    assert [needle for needle in loot.answers for hay in stolen if needle in hay] == []
    assert [text for text in loot.words if text.encode() in loot.before] == []
    assert [
        (table, text)
        for table, held in tables_of(loot.after)
        for text in loot.words
        if text.encode() in held and table != SUGGESTION
    ] == []


@pytest.mark.django_db(transaction=True)
def test_nothing_in_a_ballot_is_also_in_an_invitation(loot: Loot) -> None:
    """Ballots alive and dead, against every invitation: no eight bytes in common."""
    digests = {
        bytes(digest[at : at + 8]) for _, _, digest, _ in loot.invitations for at in range(25)
    }

    assert len(loot.dead_ballots) >= FAMILIES
    assert [
        row
        for row in loot.dead_ballots
        if any(row[at : at + 8] in digests for at in range(len(row)))
    ] == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_touched_one_ballot_and_one_invitation(loot: Loot) -> None:
    spent_in = {xmin for _, xmin, _, spent in loot.invitations if spent}
    touched = relations_by_transaction(loot.log_records)
    invitation_files = file_numbers(INVITATION)

    assert len(set(loot.cast_in)) == FAMILIES
    assert all(touched[transaction] for transaction in loot.cast_in)
    assert [
        transaction
        for transaction in loot.cast_in
        if touched[transaction] & invitation_files or transaction in spent_in
    ] == []
    # All the spent ones changed together: twenty, in one transaction.
    assert len(spent_in) == 1
    assert sum(spent for _, _, _, spent in loot.invitations) == 20


@pytest.mark.django_db(transaction=True)
def test_no_order_in_the_tables_is_the_order_in_which_families_answered(loot: Loot) -> None:
    place_of = {inviting.digest_of(code): number for number, code in enumerate(loot.codes)}
    spent = [place_of[digest] for _, _, digest, was_spent in loot.invitations if was_spent]
    heard = [loot.words.index(text) for text in loot.suggestion_order]

    assert likeness(list(range(FAMILIES))) == 1  # the measure sees an order where there is one
    assert abs(likeness(spent)) < 0.85
    assert abs(likeness(heard)) < 0.75


@pytest.mark.django_db(transaction=True)
def test_between_two_dumps_ten_or_more_invitations_change_or_none(loot: Loot) -> None:
    changed = set(lines_of(loot.after, INVITATION)) - set(lines_of(loot.before, INVITATION))

    assert len(changed) == 20


# --- the attacker's tools ---------------------------------------------------------------


def a_box(keyring: Keyring) -> Participation:
    wave = planning.plan_wave(
        slug="spring",
        name="Spring",
        version=publishing.publish(source=core.source(), today=FIRST_DAY),
        period_start=FIRST_DAY,
        period_end=FIRST_DAY + timedelta(days=30),
        opens_on=FIRST_DAY,
        closes_on=FIRST_DAY + timedelta(days=30),
    )
    box = fielding.join(wave=wave, authority=an_authority(), **READY)
    a_listener()
    fielding.open_wave(wave=wave, keyring=keyring)
    return Participation.objects.select_related("wave", "version", "authority").get(pk=box.pk)


def rows(sql: str, *arguments: str | int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments or None)
        return list(cursor.fetchall())


def one(sql: str, *arguments: str | int) -> Any:
    return rows(sql, *arguments)[0][0]


def dump() -> bytes:
    database = connection.settings_dict
    return subprocess.run(
        [tool("pg_dump"), "--dbname", str(database["NAME"])],
        env=os.environ
        | {
            "PGHOST": str(database["HOST"]),
            "PGPORT": str(database["PORT"] or 5432),
            "PGUSER": str(database["USER"]),
            "PGPASSWORD": str(database["PASSWORD"]),
        },
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def tool(name: str) -> str:
    """A program of the server's own installation; Debian keeps some of them off the path."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None
    )
    assert found, f"{name} is not installed"
    return found


def tables_of(dumped: bytes) -> Iterator[tuple[str, bytes]]:
    for found in re.finditer(rb"^COPY public\.(\w+) .*?^\\\.$", dumped, re.DOTALL | re.MULTILINE):
        yield found[1].decode(), found[0]


def lines_of(dumped: bytes, table: str) -> list[bytes]:
    return dict(tables_of(dumped))[table].splitlines()[1:-1]


def raw_files(*tables: str) -> Iterator[tuple[str, bytes]]:
    """The files of tables, of their indexes and their overflow, as on the server's disk."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    for table in tables:
        for number in file_numbers(table):
            path = one("SELECT pg_relation_filepath(pg_filenode_relation(0, %s))", number)
            content = one("SELECT pg_read_binary_file(%s)", path)
            yield f"{table}/{number}", bytes(content)


def file_numbers(table: str) -> set[int]:
    found = rows(
        "WITH own AS (SELECT %s::regclass::oid AS oid UNION "
        "SELECT reltoastrelid FROM pg_class WHERE oid = %s::regclass AND reltoastrelid <> 0) "
        "SELECT pg_relation_filenode(oid) FROM own UNION "
        "SELECT pg_relation_filenode(indexrelid) FROM pg_index JOIN own ON indrelid = own.oid",
        table,
        table,
    )
    return {int(str(row[0])) for row in found}


def write_ahead_log(since: str) -> tuple[bytes, str]:
    """The log's bytes and its records in words; copied by SQL, so no right to files is needed."""
    until = str(one("SELECT pg_current_wal_flush_lsn()"))
    names = [
        str(row[0])
        for row in rows(
            "SELECT name FROM pg_ls_waldir() WHERE name BETWEEN pg_walfile_name(%s) "
            "AND pg_walfile_name(%s) ORDER BY name",
            since,
            until,
        )
    ]
    with tempfile.TemporaryDirectory() as room:
        held = b""
        for name in names:
            content = one("SELECT pg_read_binary_file(%s)", f"pg_wal/{name}")
            Path(room, name).write_bytes(bytes(content))
            held += bytes(content)
        said = subprocess.run(
            [tool("pg_waldump"), "--path", room, "--start", since, "--end", until],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout.decode(errors="replace")
    return held, said


def relations_by_transaction(records: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for line in records.splitlines():
        if transaction := re.search(r"tx:\s+(\d+),", line):
            touched = found.setdefault(int(transaction[1]), set())
            touched |= {int(number) for number in re.findall(r"rel \d+/\d+/(\d+)", line)}
    return found


def likeness(places: Sequence[int]) -> float:
    """Spearman's rank correlation of a list of distinct places with its own order, -1 to 1.

    Source: Spearman (1904), Am. J. Psychol. 15: 72-101. For 20 random places a likeness beyond
    0.85 comes about once in a million, for 30 one beyond 0.75 likewise.
    """
    count = len(places)
    ranks = {place: rank for rank, place in enumerate(sorted(places))}
    squares = sum((ranks[place] - at) ** 2 for at, place in enumerate(places))
    return 1 - 6 * squares / (count * (count**2 - 1))
