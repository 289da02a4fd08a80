"""The two lists that everything shares: services and topics, read from the files here. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Service:
    """A service that families use. Services do not overlap.

    Args:
        counted: whether the register has each authority's number of children in it.
    """

    code: str
    name: str
    meaning: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """What an idea, an improvement or a report can be about."""

    code: str
    name: str


@cache
def services() -> Mapping[str, Service]:
    """All services by code, in the order in which they are shown."""
    rows = _rows("services.toml", "service")
    return {row["code"]: Service(**row) for row in rows}


@cache
def topics() -> Mapping[str, Topic]:
    """All topics by code, in the order in which they are shown."""
    rows = _rows("topics.toml", "topic")
    return {row["code"]: Topic(**row) for row in rows}


def _rows(file: str, key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((_HERE / file).read_text(encoding="utf-8"))[key]
    return rows
