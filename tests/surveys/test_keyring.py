"""Keys in files: made once, copied for recovery, destroyed for good."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from threading import Barrier

import pytest
from nacl.public import PrivateKey, SealedBox
from pytest_django import Settings

from surveys.keyring import KeyMissing, Keyring

RECOVERY_KEY = PrivateKey(b"\x03" * 32)  # its public half is in tests/environment.py
EIGHT = 8


def copies(keyring: Keyring) -> list[Path]:
    return sorted(keyring.recovery_directory.iterdir())


def keys(keyring: Keyring) -> list[Path]:
    return sorted(keyring.directory.iterdir())


def test_a_pair_is_made_once(keyring: Keyring) -> None:
    first = keyring.make_pair("wave-autumn")

    second = keyring.make_pair("wave-autumn")

    assert first == second == bytes(keyring.private_key("wave-autumn").public_key)
    assert keyring.make_pair("wave-winter") != first


def test_only_its_owner_may_read_a_key(keyring: Keyring) -> None:
    keyring.make_pair("wave-autumn")

    modes = [S_IMODE(path.stat().st_mode) for path in (*keys(keyring), *copies(keyring))]

    assert modes == [0o600, 0o600]
    assert S_IMODE(keyring.directory.stat().st_mode) == 0o700


def test_the_recovery_key_opens_the_copy(keyring: Keyring) -> None:
    public = keyring.make_pair("wave-autumn")

    secret = SealedBox(RECOVERY_KEY).decrypt(copies(keyring)[0].read_bytes())

    assert bytes(PrivateKey(secret).public_key) == public


def test_the_copy_cannot_be_opened_without_the_recovery_key(keyring: Keyring) -> None:
    keyring.make_pair("wave-autumn")

    assert keys(keyring)[0].read_bytes() not in copies(keyring)[0].read_bytes()


def test_of_eight_that_make_one_key_at_once_all_get_the_same(keyring: Keyring) -> None:
    together = Barrier(EIGHT)

    def make(_: int) -> bytes:
        together.wait()
        return keyring.make_pair("wave-autumn")

    with ThreadPoolExecutor(EIGHT) as pool:
        made = set(pool.map(make, range(EIGHT)))

    secret = SealedBox(RECOVERY_KEY).decrypt(copies(keyring)[0].read_bytes())
    assert made == {bytes(PrivateKey(secret).public_key)}
    assert (len(keys(keyring)), len(copies(keyring))) == (1, 1)


def test_a_key_made_before_a_crash_gets_its_copy_before_it_is_used(keyring: Keyring) -> None:
    public = keyring.make_pair("wave-autumn")
    copies(keyring)[0].unlink()

    again = keyring.make_pair("wave-autumn")

    secret = SealedBox(RECOVERY_KEY).decrypt(copies(keyring)[0].read_bytes())
    assert again == public == bytes(PrivateKey(secret).public_key)


def test_a_lost_key_is_not_made_anew_over_its_recovery_copy(keyring: Keyring) -> None:
    keyring.sheet_box()
    kept = copies(keyring)[0].read_bytes()
    keys(keyring)[0].unlink()

    with pytest.raises(KeyMissing, match="Restore it from its recovery copy"):
        keyring.sheet_box()

    assert copies(keyring)[0].read_bytes() == kept


def test_a_lost_key_is_put_back_from_its_copy(keyring: Keyring) -> None:
    public = keyring.make_pair("wave-autumn")
    keys(keyring)[0].unlink()

    lost = keyring.lost()
    keyring.put_back("wave-autumn", RECOVERY_KEY)

    assert lost == ["wave-autumn"]
    assert keyring.lost() == []
    assert keyring.make_pair("wave-autumn") == public


def test_another_recovery_key_puts_nothing_back(keyring: Keyring) -> None:
    keyring.make_pair("wave-autumn")
    keys(keyring)[0].unlink()

    with pytest.raises(KeyMissing, match="No copy of 'wave-autumn' is opened"):
        keyring.put_back("wave-autumn", PrivateKey(b"\x04" * 32))

    assert keyring.lost() == ["wave-autumn"]


def test_what_is_sealed_with_the_sheet_box_opens_with_it_later(keyring: Keyring) -> None:
    sealed = keyring.sheet_box().encrypt(b"counts")

    assert keyring.sheet_box().decrypt(sealed) == b"counts"


def test_a_key_that_was_never_made_is_missing(keyring: Keyring) -> None:
    with pytest.raises(KeyMissing, match="There is no key 'wave-autumn' here"):
        keyring.private_key("wave-autumn")


@pytest.mark.parametrize("content", [b"", b"cut short", b"\x00" * 33])
def test_a_damaged_key_is_missing_and_its_file_is_named_and_kept(
    keyring: Keyring, content: bytes
) -> None:
    keyring.make_pair("wave-autumn")
    keys(keyring)[0].write_bytes(content)

    for use in (keyring.private_key, keyring.make_pair):
        with pytest.raises(KeyMissing) as missing:
            use("wave-autumn")
        assert str(missing.value) == (
            "The key file wave-autumn.key is damaged: it has not the length of a key. Move it "
            "away, and put the key back from its recovery copy with: recover_keys"
        )
    assert keys(keyring)[0].read_bytes() == content


def test_a_damaged_key_of_the_sheets_is_missing(keyring: Keyring) -> None:
    keyring.sheet_box()
    keys(keyring)[0].write_bytes(b"cut short")

    with pytest.raises(KeyMissing, match=r"The key file sheets\.key is damaged"):
        keyring.sheet_box()


def test_a_key_that_cannot_be_read_is_missing(keyring: Keyring) -> None:
    (keyring.directory / "wave-autumn.key").mkdir(parents=True)

    with pytest.raises(KeyMissing, match=r"wave-autumn\.key cannot be read \(Is a directory\)"):
        keyring.private_key("wave-autumn")


def test_a_damaged_key_that_was_moved_away_is_put_back_from_its_copy(keyring: Keyring) -> None:
    public = keyring.make_pair("wave-autumn")
    keys(keyring)[0].write_bytes(b"cut short")
    keys(keyring)[0].rename(keyring.directory / "wave-autumn.damaged")

    keyring.put_back("wave-autumn", RECOVERY_KEY)

    assert keyring.make_pair("wave-autumn") == public


def test_destroying_a_key_leaves_nothing_of_it_and_may_be_done_twice(keyring: Keyring) -> None:
    keyring.make_pair("wave-1")
    keyring.make_pair("wave-10")
    (keyring.directory / "wave-1.0a1b2c").write_bytes(b"a draft that a crash left behind")

    keyring.destroy("wave-1")
    keyring.destroy("wave-1")

    assert [path.name for path in keys(keyring)] == ["wave-10.key"]
    assert [path.name for path in copies(keyring)] == ["wave-10.sealed"]
    with pytest.raises(KeyMissing):
        keyring.private_key("wave-1")


def test_a_destroyed_key_is_overwritten_before_its_name_goes(keyring: Keyring) -> None:
    keyring.make_pair("wave-autumn")
    path = keys(keyring)[0]
    secret = path.read_bytes()
    same_file = path.with_name("another-name")
    same_file.hardlink_to(path)

    keyring.destroy("wave-autumn")

    assert len(same_file.read_bytes()) == len(secret)
    assert same_file.read_bytes() != secret


@pytest.mark.parametrize("name", ["../sheets", "a/b", "", "Wave", "wave.key", "*"])
def test_a_name_cannot_lead_out_of_the_directory(keyring: Keyring, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a key"):
        keyring.destroy(name)


@pytest.mark.parametrize(
    "setting", ["HEARD_KEY_DIRECTORY", "HEARD_RECOVERY_DIRECTORY", "HEARD_RECOVERY_PUBLIC_KEY"]
)
def test_a_process_without_keys_is_told_so(settings: Settings, setting: str) -> None:
    setattr(settings, setting, None)

    with pytest.raises(KeyMissing, match="are set for workers only"):
        Keyring.from_settings()
