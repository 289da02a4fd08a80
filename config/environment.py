"""The one reader of environment variables: typed, and failing by name."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

DATABASES = ("sqlite", "postgres", "postgresql")


class Misconfigured(Exception):
    """A variable is missing or malformed; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings as named variables.

    Args:
        variables: names and texts, as in ``os.environ``. An empty text counts as missing.

    Raises (from every method):
        Misconfigured: the variable is missing and has no default, or does not parse.
    """

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def text(self, name: str, default: str | None = None) -> str:
        found = self.variables.get(name) or default
        if found is None:
            raise Misconfigured(f"{name} is not set, and there is no safe default for it.")
        return found

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number, zero or more."""
        found = self.text(name, None if default is None else str(default))
        if not (found.isascii() and found.isdigit()):
            raise Misconfigured(f"{name} should be a whole number, not {found!r}.")
        return int(found)

    def amount(self, name: str, default: str) -> Decimal:
        """A number that may have decimals, zero or more, such as pence."""
        found = self.text(name, default)
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", found, re.ASCII):
            raise Misconfigured(f"{name} should be a number such as 2.4, not {found!r}.")
        return Decimal(found)

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.one_of(name, ("yes", "no"), "yes" if default else "no") == "yes"

    def one_of(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        found = self.text(name, default)
        if found not in allowed:
            raise Misconfigured(f"{name} should be one of {', '.join(allowed)}, not {found!r}.")
        return found

    def words(self, name: str) -> list[str]:
        """A list with commas between, of one word or more."""
        found = [word.strip() for word in self.text(name).split(",") if word.strip()]
        if not found:
            raise Misconfigured(f"{name} should be words with commas between, and names none.")
        return found

    def address(self, name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
        """A URL with a host, without a slash at its end. It may hold a password: never printed."""
        found = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(found)
            well = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:  # such as a port that is no number
            well = False
        if not well:
            wanted = " or ".join(f"{scheme}://" for scheme in schemes)
            raise Misconfigured(f"{name} should be an address that begins with {wanted}.")
        return found

    def database(self, name: str) -> dict[str, Any]:
        """A database as Django wants it. The address may hold a password: never printed."""
        found = self.text(name)
        try:
            parsed = dj_database_url.parse(found, conn_max_age=60, conn_health_checks=True)
        except ValueError:
            parsed = {}
        name_of_it = str(parsed.get("NAME") or "")
        # One in memory would be another for each process, and gone with it.
        if found.split(":", 1)[0] not in DATABASES or name_of_it in {"", ":memory:"}:
            raise Misconfigured(
                f"{name} should be postgresql://USER:PASSWORD@HOST:PORT/NAME with each part "
                "percent-encoded, or sqlite:////FOLDER/FILE."
            )
        return dict(parsed)

    def path(self, name: str) -> Path | None:
        """A folder or file, absolute; ``None`` where the variable is not set."""
        found = self.variables.get(name)
        if not found:
            return None
        if not Path(found).is_absolute():
            raise Misconfigured(f"{name} should be an absolute path, not {found!r}.")
        return Path(found)

    def key(self, name: str) -> bytes:
        """A secret of 32 bytes, written as 64 hexadecimal digits. Never printed."""
        found = self.text(name)
        try:
            secret = bytes.fromhex(found)
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise Misconfigured(f"{name} should be 64 hexadecimal digits (32 bytes).")
        return secret

    def public_key(self, name: str) -> bytes | None:
        """A libsodium public key, like :meth:`key`; ``None`` where it is not set."""
        return self.key(name) if self.variables.get(name) else None

    def apart(self, first: str, second: str) -> None:
        """See that two keys are not the same one."""
        if self.key(first) == self.key(second):
            raise Misconfigured(f"{second} should be another key than {first}; these are the same.")

    def together(self, *names: str) -> None:
        """See that all of these are set, or none."""
        missing = [name for name in names if not self.variables.get(name)]
        if missing and len(missing) < len(names):
            raise Misconfigured(
                f"{' and '.join(missing)} must be set too, because {', '.join(names)} go together."
            )
