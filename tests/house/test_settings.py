"""Each setting that is missing or malformed fails by its name."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.environment import Environment, Misconfigured
from config.logs import logging_settings
from surveys.keyring import KeyMissing, Keyring

SETTINGS = Path(settings.BASE_DIR) / "config" / "settings.py"
NO_DEFAULT = "is not set, and there is no safe default for it."


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Reading the settings sets up logging; another test reads the log."""
    yield
    logging_settings(level="INFO")


def read_settings() -> dict[str, Any]:
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize(
    "name",
    [
        "HEARD_BASE_URL",
        "HEARD_CODE_KEY",
        "HEARD_DATABASE_URL",
        "HEARD_FACTOR_KEY",
        "HEARD_HOSTS",
        "HEARD_JOBS",
        "HEARD_ONCE_KEY",
        "HEARD_SECRET_KEY",
    ],
)
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_a_setting_without_a_safe_default_is_asked_for_by_name(
    name: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    if how == "empty":
        monkeypatch.setenv(name, "")

    with pytest.raises(Misconfigured, match=f"^{name} {NO_DEFAULT}$"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "malformed"),
    [
        ("HEARD_BASE_URL", "heard.example"),
        ("HEARD_BASE_URL", "ftp://heard.example"),
        ("HEARD_BASE_URL", "https://heard.example:port"),
        ("HEARD_CODE_KEY", "01" * 31),
        ("HEARD_CODE_KEY", "zz" * 32),
        ("HEARD_ONCE_KEY", "0"),
        ("HEARD_ONCE_KEY", "01" * 32),  # the code key
        ("HEARD_DATABASE_URL", "sqlite://"),
        ("HEARD_DATABASE_URL", "sqlite://:memory:"),
        ("HEARD_DATABASE_URL", "heard"),
        ("HEARD_DATABASE_URL", "mysql://user:very-secret@host/heard"),
        ("HEARD_DATABASE_URL", "postgresql://user:very-secret@host:port/heard"),
        ("HEARD_DATABASE_URL", "postgresql://user:very-secret@host:5432/"),
        ("HEARD_EMAIL_BACKEND", "pigeon"),
        ("HEARD_FACTOR_KEY", "04" * 31),
        ("HEARD_EMAIL_PORT", "-1"),
        ("HEARD_EMAIL_PORT", "twenty-five"),
        ("HEARD_EMAIL_TLS", "true"),
        ("HEARD_HOSTS", " , "),
        ("HEARD_JOBS", "later"),
        ("HEARD_KEY_DIRECTORY", "var/keys"),
        ("HEARD_LOG_LEVEL", "LOUD"),
        ("HEARD_MEDIA_DIRECTORY", "var/media"),
        ("HEARD_MINUTES_TO_READ", "soon"),
        ("HEARD_PRICE_EMAIL_PENCE", "-1"),
        ("HEARD_PRICE_LETTER_PENCE", "73p"),
        ("HEARD_PRICE_SMS_PENCE", "NaN"),
        ("HEARD_PROXIES", "nginx"),
        ("HEARD_RECOVERY_DIRECTORY", "var/recovery"),
        ("HEARD_RECOVERY_PUBLIC_KEY", "03" * 33),
        ("HEARD_REDIS_URL", "http://127.0.0.1"),
        ("HEARD_STATIC_ROOT", "static"),
    ],
)
def test_a_malformed_setting_is_named_and_no_secret_is_told(
    name: str, malformed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, malformed)

    with pytest.raises(Misconfigured, match=f"^{name} should be ") as caught:
        read_settings()

    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["HEARD_KEY_DIRECTORY", "HEARD_RECOVERY_DIRECTORY", "HEARD_RECOVERY_PUBLIC_KEY"],
)
def test_a_process_has_all_that_belongs_to_keys_or_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(Misconfigured, match=f"^{name} must be set too, because "):
        read_settings()


def test_the_web_process_has_no_key_to_open_anything_with(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    names = ("HEARD_KEY_DIRECTORY", "HEARD_RECOVERY_DIRECTORY", "HEARD_RECOVERY_PUBLIC_KEY")
    for name in names:
        monkeypatch.delenv(name)
    found = read_settings()
    for name in names:
        setattr(settings, name, found[name])

    with pytest.raises(KeyMissing, match="set for workers only"):
        Keyring.from_settings()


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_no_setting_shows_anyone_a_stack_trace(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_LOG_LEVEL", level)
    monkeypatch.setenv("DEBUG", "yes")
    monkeypatch.setenv("HEARD_DEBUG", "yes")

    assert read_settings()["DEBUG"] is False


def test_cookies_travel_encrypted_where_pages_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_BASE_URL", "https://heard.example/")

    found = read_settings()

    assert found["HEARD_BASE_URL"] == "https://heard.example"
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_every_setting_is_explained_to_whoever_runs_it() -> None:
    named = set(re.findall(r'"(HEARD_[A-Z_]+)"', SETTINGS.read_text()))

    explained = set(
        re.findall(
            r"^\| `(HEARD_[A-Z_]+)` \|",
            (Path(settings.BASE_DIR) / "docs" / "running.md").read_text(),
            flags=re.MULTILINE,
        )
    )

    assert explained == named


def test_words_are_read_with_or_without_spaces() -> None:
    assert Environment({"HOSTS": "one, two,,three "}).words("HOSTS") == ["one", "two", "three"]


def test_a_flag_is_yes_or_no() -> None:
    environment = Environment({"ON": "yes", "OFF": "no"})

    assert [environment.flag("ON"), environment.flag("OFF"), environment.flag("UNSET")] == [
        True,
        False,
        False,
    ]


def test_a_password_in_an_address_may_be_percent_encoded() -> None:
    found = Environment({"DB": "postgresql://u:p%40ss@db.example:5433/heard"}).database("DB")

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "u",
        "p@ss",
        "db.example",
        5433,
        "heard",
    )
