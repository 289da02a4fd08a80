"""Puts lost keys back from their sealed copies, with the recovery key held in shares."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from surveys.keyring import KeyMissing, Keyring


class Command(BaseCommand):
    help = "Put lost keys back from their sealed copies. Asks for the recovery key's private half."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            keyring = Keyring.from_settings()
        except KeyMissing as reason:
            raise CommandError(str(reason)) from None
        lost = keyring.lost()
        if not lost:
            self.stdout.write("No key is lost: there is a key for each sealed copy.")
            return
        self.stdout.write(f"Lost: {', '.join(lost)}.")
        unopened = self._put_back(keyring, lost, recovery_key())
        if unopened:
            raise CommandError(
                f"This recovery key does not open the copies of {', '.join(unopened)}."
            )

    def _put_back(self, keyring: Keyring, lost: list[str], key: PrivateKey) -> list[str]:
        """The names of those it could not."""
        unopened = []
        for name in lost:
            try:
                keyring.put_back(name, key)
            except KeyMissing:
                unopened.append(name)
            else:
                self.stdout.write(f"Put back: {name}.")
        return unopened


def recovery_key() -> PrivateKey:
    """Typed at a terminal without being shown, or read from standard input."""
    try:
        return PrivateKey(bytes.fromhex(getpass("Recovery key (64 hexadecimal digits): ")))
    except (ValueError, CryptoError, EOFError):
        raise CommandError("That is not a recovery key: 64 hexadecimal digits.") from None
