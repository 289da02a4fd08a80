"""What we depend on: each with a reason, all locked by hash, and the starter on nothing at all."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

TREE = Path(settings.BASE_DIR)
PROJECT = (TREE / "pyproject.toml").read_text()
LOCK = (TREE / "requirements.lock").read_text()

_REQUIREMENT = re.compile(r'^    "(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?[<>=,.0-9]+",(?P<after>.*)$')


def asked_for() -> list[str]:
    project = tomllib.loads(PROJECT)
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [re.split(r"[\[<>=]", requirement)[0] for requirement in named]


def test_each_dependency_has_its_reason_beside_it() -> None:
    lines = [found for line in PROJECT.splitlines() if (found := _REQUIREMENT.match(line))]

    assert [line["name"] for line in lines] == asked_for()
    assert [line["name"] for line in lines if not re.match(r"\s*# \S", line["after"])] == []


def test_each_dependency_is_locked() -> None:
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK, flags=re.MULTILINE))

    assert set(asked_for()) - locked == set()


def test_every_locked_version_is_checked_by_hash() -> None:
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("word", ["://", "--index-url", "--extra-index-url", "--find-links", "@"])
def test_the_lock_names_no_place_to_fetch_from(word: str) -> None:
    assert word not in LOCK


def test_each_rule_that_is_not_checked_has_its_reason_beside_it() -> None:
    ignored = re.findall(r'^    "[A-Z]+[0-9]*",(.*)$', PROJECT, flags=re.MULTILINE)

    assert len(ignored) > 10
    assert [after for after in ignored if not re.match(r"\s*# \S", after)] == []


def test_the_starter_needs_the_standard_library_only() -> None:
    tree = ast.parse((TREE / "run.py").read_text())

    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == set()
