"""Which PostgreSQL, Redis and Chromium the tests can use here: named by a variable, or as usual."""

import getpass
import os
import shutil
from dataclasses import dataclass

import psycopg
from redis import Redis
from redis.exceptions import RedisError

SOON = 3  # seconds in which a server answers, or is taken for absent


@dataclass(frozen=True, slots=True)
class Found:
    """An address or path, or (where ``found`` is empty) why there is none and what to do."""

    found: str = ""
    why_not: str = ""
    mend: str = ""


def postgres() -> Found:
    """A PostgreSQL on which this user may make the tests' own database."""
    named = os.environ.get("HEARD_TEST_POSTGRES_URL")
    users = (getpass.getuser(), "postgres")
    # A database of its own for each run, so that two runs on one machine do not meet.
    usual = [f"postgresql://{user}@127.0.0.1:5432/heard_{os.getpid()}" for user in users]
    why_not = ""
    for address in [named] if named else usual:
        why_not = why_not_postgres(address)
        if not why_not:
            return Found(address)
    where = "HEARD_TEST_POSTGRES_URL" if named else "127.0.0.1:5432"
    return Found(
        why_not=f"PostgreSQL at {where} {why_not}",
        mend="set HEARD_TEST_POSTGRES_URL, or run .ci/run, which installs and starts one",
    )


def why_not_postgres(address: str) -> str:
    """Empty where it will do. The address may hold a password, so it is never printed."""
    server = address.rpartition("/")[0] + "/postgres"
    try:
        with psycopg.connect(server, connect_timeout=SOON) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return "does not answer or does not know this user"
    return "" if row and row[0] else "does not let this user make a database"


def redis() -> Found:
    address = os.environ.get("HEARD_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        Redis.from_url(address, socket_connect_timeout=SOON, socket_timeout=SOON).ping()
    except (RedisError, ValueError):
        return Found(
            why_not="Redis does not answer",
            mend="set HEARD_TEST_REDIS_URL, or run .ci/run, which installs and starts one",
        )
    return Found(address)


def chromium() -> Found:
    names = (os.environ.get("HEARD_CHROMIUM", ""), "chromium", "google-chrome", "chromium-browser")
    for name in names:
        if name and (path := shutil.which(name)):
            return Found(path)
    return Found(
        why_not="no Chromium is found",
        mend="install chromium, or set HEARD_CHROMIUM to its path",
    )
