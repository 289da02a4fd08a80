"""A lost key directory loses nothing, where the recovery key is brought together again."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from nacl.public import PrivateKey

from surveys.keyring import KeyMissing, Keyring
from surveys.management.commands import recover_keys

RECOVERY_KEY = PrivateKey(b"\x03" * 32)  # as in tests.environment
ANOTHER_KEY = PrivateKey(b"\x04" * 32)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a person types at the terminal."""

    def types(words: str) -> None:
        monkeypatch.setattr(recover_keys, "getpass", lambda _: words)

    return types


def lose(keyring: Keyring, *names: str) -> None:
    for name in names:
        (Path(keyring.directory) / f"{name}.key").unlink()


def test_a_lost_key_is_put_back_as_it_was(keyring: Keyring, typed: Any, capsys: Any) -> None:
    before = keyring.make_pair("wave-spring")
    keyring.make_pair("wave-summer")
    lose(keyring, "wave-spring")
    typed(bytes(RECOVERY_KEY).hex())

    call_command("recover_keys")

    assert capsys.readouterr().out == "Lost: wave-spring.\nPut back: wave-spring.\n"
    assert bytes(keyring.private_key("wave-spring").public_key) == before
    assert keyring.lost() == []


def test_with_no_key_lost_nothing_is_asked(keyring: Keyring, capsys: Any) -> None:
    keyring.make_pair("wave-spring")

    call_command("recover_keys")

    assert capsys.readouterr().out == "No key is lost: there is a key for each sealed copy.\n"


def test_another_recovery_key_puts_nothing_back(keyring: Keyring, typed: Any) -> None:
    keyring.make_pair("wave-spring")
    lose(keyring, "wave-spring")
    typed(bytes(ANOTHER_KEY).hex())

    with pytest.raises(CommandError, match="does not open the copies of wave-spring"):
        call_command("recover_keys")

    assert keyring.lost() == ["wave-spring"]


@pytest.mark.parametrize("words", ["", "not hexadecimal", "0304"])
def test_what_is_no_key_is_refused_in_words(words: str, keyring: Keyring, typed: Any) -> None:
    keyring.make_pair("wave-spring")
    lose(keyring, "wave-spring")
    typed(words)

    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        call_command("recover_keys")


def test_a_process_without_keys_says_so(settings: Any) -> None:
    settings.HEARD_KEY_DIRECTORY = None

    with pytest.raises(CommandError, match="set for workers only"):
        call_command("recover_keys")


def test_a_destroyed_key_cannot_be_put_back(keyring: Keyring) -> None:
    keyring.make_pair("wave-spring")
    keyring.destroy("wave-spring")

    with pytest.raises(KeyMissing):
        keyring.put_back("wave-spring", RECOVERY_KEY)

    assert keyring.lost() == []
