"""What goes out on paper: letters with codes, posters, and surveys to fill in by hand. Pure.

Values in, PDF bytes out. The typesetter (typst) is loaded when the first page is made, so that a
web process that only knows the values does not carry it.
"""

from surveys.printing.paper import paper_survey
from surveys.printing.post import letters
from surveys.printing.posters import poster
from surveys.printing.values import (
    HelpLine,
    Layout,
    Letter,
    Part,
    PosterSize,
    Sender,
    Unprintable,
)

__all__ = [
    "HelpLine",
    "Layout",
    "Letter",
    "Part",
    "PosterSize",
    "Sender",
    "Unprintable",
    "letters",
    "paper_survey",
    "poster",
]
