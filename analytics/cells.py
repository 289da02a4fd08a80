"""The weighting cells: groups whose size in the population is known. Pure.

Declared before the first wave, at most eight, so that a total can be weighted to how many children
use each service (methods.md 2.6) when the replies themselves are destroyed. Parents are apart from
the young, because they answer for a child and answer more often.
"""

from dataclasses import dataclass

SERVICE_ITEM = "service"
PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Cell:
    """Those of one service (a code of ``surveys/services.toml``): parents, or the young."""

    code: str
    service: str
    parents: bool


CELLS = (
    Cell("child-in-need-young", "child-in-need", parents=False),
    Cell("child-in-need-parent", "child-in-need", parents=True),
    Cell("child-protection-young", "child-protection", parents=False),
    Cell("child-protection-parent", "child-protection", parents=True),
    Cell("in-care-young", "in-care", parents=False),
    Cell("in-care-parent", "in-care", parents=True),
    # A care leaver's parent is not one of the care leavers whose number is known.
    Cell("leaving-care-young", "leaving-care", parents=False),
)
# The eighth: everyone else, and those who did not say.
REST = "rest"
