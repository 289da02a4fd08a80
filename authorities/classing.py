"""How private each stored field is. Every model says it; a test fails on a field that is not said.

* public: may be published as it is.
* operational: for staff who run the service; says nothing about a family.
* personal: about a member of staff.
* confidential: about families, or would help to find out who said what.
"""

from collections.abc import Mapping
from enum import StrEnum


class Class(StrEnum):
    PUBLIC = "public"
    OPERATIONAL = "operational"
    PERSONAL = "personal"
    CONFIDENTIAL = "confidential"


def classed(
    *, public: str = "", operational: str = "", personal: str = "", confidential: str = ""
) -> Mapping[str, Class]:
    """The class of each field, from names with spaces between.

    Raises:
        ValueError: a field is named twice.
    """
    found: dict[str, Class] = {}
    for names, its_class in (
        (public, Class.PUBLIC),
        (operational, Class.OPERATIONAL),
        (personal, Class.PERSONAL),
        (confidential, Class.CONFIDENTIAL),
    ):
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} is classed twice")
            found[name] = its_class
    return found
