"""How an authority's totals were weighted, in sentences that a planner can read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analytics.reporting import AreaReport
from analytics.spans import Span
from analytics.wording import listed, weighting_group


def weighting(report: AreaReport, lead: Span) -> tuple[str, ...]:
    """What was done, and how much it matters; nothing where a release does not say."""
    value = report.weights.get(lead)
    return tuple(_sentences(value)) if value else ()


def _sentences(value: Mapping[str, Any]) -> Iterator[str]:
    if not value["weighted"]:
        yield f"Totals are not weighted: {value['reason']}."
        return
    yield (
        "Totals are weighted, so that each of these groups counts for how many of them could have "
        f"answered: {_groups(value['groups'])}."
    )
    for merged in value["merged"]:
        yield f"Weighed as one, because few answered: {_groups(merged)}."
    yield f"{_tells(value)} No reply counts for more than {value['largest']:g}."
    if value["margin_error"]:
        yield (
            "The largest weights were cut, so that groups match what is known of them to within "
            f"{round(100 * value['margin_error'])}%."
        )


def _tells(value: Mapping[str, Any]) -> str:
    """How much; without a number where how many answered is not shown."""
    effect = f"design effect {value['design_effect']:.1f}"
    if "effective" not in value:
        return f"The answers tell less than as many that all count the same ({effect})."
    effective = f"about {value['effective']:,}"
    return f"The answers tell as much as {effective} that all count the same ({effect})."


def _groups(codes: Iterable[str]) -> str:
    return listed([weighting_group(code) for code in codes])
