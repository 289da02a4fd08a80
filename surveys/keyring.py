"""Key pairs of waves, kept as files in a key directory outside the database.

Only workers have the directory. Each private key has one sealed copy on another disk, under a
recovery key whose private half is kept offline in shares, so that a lost disk loses no ballot.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random as random_bytes

SHEET_KEY = "sheets"
KEY_LENGTH = 32  # bytes


class KeyMissing(Exception):
    """A key is not in this process's key directory: lost, destroyed, or kept elsewhere."""


class KeyDamaged(KeyMissing):
    """A key's file is there, and no key can be read from it."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Private keys by name.

    Args:
        directory: where keys are files of 32 bytes, readable by the worker's user alone.
        recovery_directory: where sealed copies go; another disk in production.
        recovery_public_key: 32 bytes; what the copies are sealed to.
    """

    directory: Path
    recovery_directory: Path
    recovery_public_key: bytes

    @classmethod
    def from_settings(cls) -> Self:
        """The ring of this process.

        Raises:
            KeyMissing: this process has no key directory, as the web process has none.
        """
        directory = settings.HEARD_KEY_DIRECTORY
        recovery_directory = settings.HEARD_RECOVERY_DIRECTORY
        recovery_public_key = settings.HEARD_RECOVERY_PUBLIC_KEY
        if directory is None or recovery_directory is None or recovery_public_key is None:
            raise KeyMissing(
                "This process has no keys: HEARD_KEY_DIRECTORY, HEARD_RECOVERY_DIRECTORY and "
                "HEARD_RECOVERY_PUBLIC_KEY are set for workers only."
            )
        return cls(directory, recovery_directory, recovery_public_key)

    def make_pair(self, name: str) -> bytes:
        """The public key of the pair of this name, made now unless it was made before.

        The key and its recovery copy are both on disk before this returns: a ballot is never
        sealed to a key that has no copy.

        Raises:
            KeyMissing: it was made before and is lost or damaged; its recovery copy is still there.
        """
        return bytes(PrivateKey(self._made_once(name)).public_key)

    def private_key(self, name: str) -> PrivateKey:
        """Raises: KeyMissing: it was never made here, was destroyed, or cannot be read."""
        return PrivateKey(self._read(name))

    def sheet_box(self) -> SecretBox:
        """What tally sheets are sealed with: a copy of the database shows no count of one.

        Raises:
            KeyMissing: it was made before and is lost or damaged; its recovery copy is still there.
        """
        return SecretBox(self._made_once(SHEET_KEY))

    def destroy(self, name: str) -> None:
        """Forget a key, its recovery copy and any draft of either. May be called twice.

        Raises:
            KeyMissing: the key is here and its copy is not, so the copy's disk is not. Nothing
                was destroyed: a copy that nobody looks for again would outlive the promise.
        """
        if self._path(name).exists() and not self._recovery_path(name).exists():
            raise KeyMissing(
                f"The recovery copy of {name!r} is not in the recovery directory. Mount its disk; "
                "if it was destroyed by hand, leave an empty file of that name in its place."
            )
        # The copy last: while it is there, a run that was stopped between the two is finished.
        for directory in (self.directory, self.recovery_directory):
            for path in directory.glob(f"{_checked(name)}.*"):
                _destroy(path)
            _settle(directory)

    def lost(self) -> list[str]:
        """Names of the keys of which there is a recovery copy and no key."""
        copies = sorted(path.stem for path in self.recovery_directory.glob("*.sealed"))
        return [name for name in copies if not self._path(name).exists()]

    def put_back(self, name: str, recovery_key: PrivateKey) -> None:
        """Restore a key from its recovery copy. A key that is there stays as it is.

        Raises:
            KeyMissing: there is no copy, or this recovery key does not open it.
        """
        try:
            secret = SealedBox(recovery_key).decrypt(self._recovery_path(name).read_bytes())
        except (FileNotFoundError, CryptoError):
            raise KeyMissing(f"No copy of {name!r} is opened by this recovery key.") from None
        _write_whole(self._path(name), secret, once=True)

    def _made_once(self, name: str) -> bytes:
        try:
            secret = self._read(name)
        except KeyDamaged:
            # A new key would open nothing of what was sealed with this one.
            raise
        except KeyMissing:
            secret = self._made(name)
        # After a crash between the two, the copy is made now. Two racers write the same.
        if not self._recovery_path(name).exists():
            self._write_copy(name, secret)
        return secret

    def _made(self, name: str) -> bytes:
        if self._recovery_path(name).exists() and not self._path(name).exists():
            # A new key would take the place of the lost one's copy, and what was sealed with it
            # could never be opened again.
            raise KeyMissing(
                f"The key {name!r} was made before and is lost. Restore it from its recovery copy."
            )
        # Whoever comes first makes the key: a link is made whole and once.
        _write_whole(self._path(name), random_bytes(32), once=True)
        return self._read(name)

    def _write_copy(self, name: str, secret: bytes) -> None:
        sealed = SealedBox(PublicKey(self.recovery_public_key)).encrypt(secret)
        _write_whole(self._recovery_path(name), sealed, once=False)

    def _read(self, name: str) -> bytes:
        path = self._path(name)
        try:
            secret = path.read_bytes()
        except FileNotFoundError:
            raise KeyMissing(f"There is no key {name!r} here.") from None
        except OSError as error:
            raise KeyDamaged(
                f"The key file {path.name} cannot be read ({error.strerror}). "
                "See that it is a file, and the worker's own."
            ) from None
        if len(secret) != KEY_LENGTH:
            raise KeyDamaged(
                f"The key file {path.name} is damaged: it has not the length of a key. Move it "
                "away, and put the key back from its recovery copy with: recover_keys"
            )
        return secret

    def _path(self, name: str) -> Path:
        return self.directory / f"{_checked(name)}.key"

    def _recovery_path(self, name: str) -> Path:
        return self.recovery_directory / f"{_checked(name)}.sealed"


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"not the name of a key: {name!r}")
    return name


def _write_whole(path: Path, content: bytes, *, once: bool) -> None:
    """A file that is there whole or not at all, and still after a power cut.

    Args:
        once: leave a file that is there already as it is.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{random_bytes(6).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if not once:
        draft.replace(path)
    else:
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    _settle(path.parent)


def _destroy(path: Path) -> None:
    # Another process may be destroying it too.
    with suppress(FileNotFoundError):
        # Overwritten in place first, for disks on which that helps (docs/data-protection.md).
        with path.open("r+b") as file:
            file.write(random_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def _settle(directory: Path) -> None:
    """Make what was added to or taken from a directory last through a power cut."""
    if not directory.exists():
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
