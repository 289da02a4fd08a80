"""The house keeps its shape: what import-linter cannot see."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.house.lookups import ROOMS, reverse_names_above, sources, upward_look_ups

TREE = Path(settings.BASE_DIR)

# Nothing else may be at the top: whatever else there is would have to be explained.
TOP = {
    "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
    "analytics", "authorities", "config", "docs", "feedback", "improvement", "manage.py",
    "pyproject.toml", "requirements.lock", "run.py", "surveys", "tests",
}  # fmt: skip
MADE_BY_RUNNING = {"var", "__pycache__"}

# Drawers into which everything is put. The core survey is a survey, not a drawer.
DRAWERS = {"base", "common", "core", "helpers", "lib", "misc", "shared", "utils"}
NO_DRAWERS = {"surveys/core", "surveys/core.py"}


@pytest.mark.parametrize("room", ROOMS)
def test_no_look_up_by_reverse_name_reaches_into_a_room_above(room: str) -> None:
    names = reverse_names_above(room)

    found = [
        f"{path.relative_to(TREE)}:{line} {word}"
        for path in sources(TREE, room)
        for line, word in upward_look_ups(path.read_text(), names)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("surveys", "Wave.objects.filter(batches=None)"),
        ("surveys", "Wave.objects.exclude(batches__mixed_on=today)"),
        ("surveys", "Participation.objects.annotate(number=Count('batches'))"),
        ("surveys", "waves.order_by('-batches__mixed_on')"),
        ("surveys", "wave.batches.all()"),
        ("surveys", "Participation.objects.prefetch_related('wave__batches')"),
        ("authorities", "Authority.objects.filter(participations__wave=wave)"),
        ("feedback", "Wave.objects.filter(Q(releases=None))"),
    ],
)
def test_such_a_look_up_would_be_found(room: str, source: str) -> None:
    assert list(upward_look_ups(source, reverse_names_above(room)))


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("feedback", "Wave.objects.filter(batches=None)"),
        ("surveys", "Wave.objects.filter(participations__authority=leeds)"),
        ("surveys", "participation.eligible.all()"),
        ("analytics", "Wave.objects.filter(releases__published_at=None)"),
    ],
)
def test_a_look_up_in_ones_own_room_or_below_is_free(room: str, source: str) -> None:
    assert list(upward_look_ups(source, reverse_names_above(room))) == []


def test_the_top_of_the_tree_holds_nothing_that_needs_explaining() -> None:
    found = {path.name for path in TREE.iterdir() if not path.name.startswith(".")}

    assert found - MADE_BY_RUNNING - TOP == set()


def test_no_module_is_a_drawer_for_everything() -> None:
    found = {
        str(path.relative_to(TREE))
        for room in ROOMS
        for path in (TREE / room).rglob("*")
        if path.stem in DRAWERS and "templates" not in path.parts
    }

    assert {path for path in found if not path.startswith(tuple(NO_DRAWERS))} == set()


def contracts() -> dict[str, dict[str, Any]]:
    found = tomllib.loads((TREE / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {contract["id"]: contract for contract in found["contracts"]}


def test_the_lowest_layer_of_each_room_is_pure_and_nothing_else_is() -> None:
    lowest = {
        f"{room}.{name}"
        for room in ROOMS
        if room != "config"
        for name in re.findall(r"\w+", contracts()[f"inside-{room}"]["layers"][-1])
    }

    assert set(contracts()["pure"]["source_modules"]) == lowest


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_where_each_of_its_modules_belongs(room: str) -> None:
    contract = contracts()[f"inside-{room}"]

    assert (contract["containers"], contract["exhaustive"]) == ([room], True)
