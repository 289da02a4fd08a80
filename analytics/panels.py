"""The panels of an authority's report, in order. Analytics owns the list; rooms above add to it.

A room above registers its panel once, where Django is ready (`AppConfig.ready`):

    panels.register(Panel("promises", "Promises", 250, "improvement/promises.html", promises))

so that nothing here imports upward. The numbers leave room between: those of analytics are the
hundreds, see `analytics/pages/own_panels.py`.

What a panel's template says is printed too (`analytics/printing`): headings from `<h3>`,
paragraphs, lists, facts and tables; of a picture, its words. What is for the screen alone, such as
a button, has the class `on-screen`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analytics.reporting import AreaReport

# What a panel's template is given, as `panel`. None: there is nothing to show, leave the panel out.
Content = Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One section of a report.

    Args:
        name: its anchor in the page; letters, digits and hyphens.
        title: its heading, and its entry in the page's contents.
        place: lower comes first; equal ones by name.
        template: drawn with nothing but ``panel``, what ``show`` gave; on paper as on the screen.
        show: makes that from the report's figures. Called once a page; at most a query or two.
        about: the same about one measure, by its code, for the measure's own page; ``None`` where
            the panel has nothing to say there.
    """

    name: str
    title: str
    place: int
    template: str
    show: Callable[[AreaReport], Content]
    about: Callable[[AreaReport, str], Content] | None = None


_registered: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a panel to every report. The same one twice is one.

    Raises:
        ValueError: another panel has this name.
    """
    if _registered.setdefault(panel.name, panel) != panel:
        raise ValueError(f"There are two panels {panel.name!r}. Give one of them another name.")


def unregister(panel: Panel) -> None:
    """Take a panel out again, as a test does."""
    _registered.pop(panel.name, None)


def in_order() -> list[Panel]:
    return sorted(_registered.values(), key=lambda panel: (panel.place, panel.name))
