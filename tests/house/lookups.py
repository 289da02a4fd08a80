"""Finds look-ups by reverse name that reach into a package above: upward imports in disguise."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

ROOMS = ("authorities", "surveys", "feedback", "analytics", "improvement", "config")  # lowest first

# Calls whose names of fields are keywords or strings.
LOOK_UPS = frozenset(
    {
        "F", "OuterRef", "Prefetch", "Q", "Count", "Exists", "Max", "Min", "Sum", "aggregate",
        "alias", "annotate", "complex_filter", "dates", "defer", "distinct", "exclude", "filter",
        "get", "get_or_create", "in_bulk", "only", "order_by", "prefetch_related",
        "select_related", "update_or_create", "values", "values_list",
    }
)  # fmt: skip
# What is done with the manager behind a reverse name: `batch.counted.exists()`.
MANAGERS = frozenset(
    {"add", "all", "count", "create", "exclude", "exists", "filter", "first", "get", "last"}
)


def reverse_names_above(room: str) -> set[str]:
    """Names under which a model of this room, or below it, would reach a model of a room above."""
    above = ROOMS[ROOMS.index(room) + 1 :]
    upward, own = set(), set()
    for model in apps.get_models():
        app = model._meta.app_label
        for field in model._meta.get_fields(include_hidden=False):
            # A relation "from above": declared by a model above, seen from the model it points to.
            source = field.related_model if field.auto_created and field.is_relation else None
            if source is not None and source._meta.app_label in above:
                upward |= {field.name, getattr(field, "get_accessor_name", lambda: "")()}
            elif app not in above:
                own.add(field.name)
    return {name for name in upward - own if name}


def upward_look_ups(source: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """Line and name of each use of one of these names in a look-up."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        for word in _words(node):
            if names & set(word.lstrip("-").split("__")):
                yield node.lineno, word


def _words(call: ast.Call) -> Iterator[str]:
    called = call.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name in LOOK_UPS:
        yield from (keyword.arg for keyword in call.keywords if keyword.arg)
        for given in call.args:
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value
    if name in MANAGERS and isinstance(called, ast.Attribute):
        behind = called.value
        if isinstance(behind, ast.Attribute):
            yield behind.attr


def sources(tree: Path, room: str) -> list[Path]:
    return [path for path in (tree / room).rglob("*.py") if "migrations" not in path.parts]
