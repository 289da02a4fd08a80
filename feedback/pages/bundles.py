"""The style and the scripts that stand inside families' pages, and the policy that lets them run.

They are kept readable in `feedback/browser/` and travel without comments and indentation, because
a page must fit the first flight of packets (docs/adr/0003-one-request.md).
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import minify  # type: ignore[import-untyped]  # it brings no types

BROWSER = Path(__file__).parent.parent / "browser"

# By what a page does; each bundle is one script, in this order.
SMALL = ("leaving", "going")
SURVEY = ("leaving", "noticing", "routing", "working", "keeping", "answering")
CONTACT = ("leaving", "working", "contact")
# What staff see before it is published: families' page, shut off from the browser it is in.
PREVIEW = ("previewing", *SURVEY)


@lru_cache
def style() -> str:
    return _small("text/css", (BROWSER / "answering.css").read_text(encoding="utf-8"))


@lru_cache
def script(names: Sequence[str]) -> str:
    """One classic script, with nothing of it to be seen from outside. Args: names: of files."""
    parts = [(BROWSER / f"{name}.js").read_text(encoding="utf-8") for name in names]
    whole = "\n".join(['(() => {"use strict";', *parts, "})()"])
    return _small("application/javascript", whole)


@lru_cache
def policy(names: Sequence[str] = (), *, framed_by: str = "'none'") -> str:
    """The content security policy of a page with our style and exactly this script in it.

    It may ask only where it came from: to send, for another language, for what was recorded. Short,
    because it travels with every page.

    Args:
        framed_by: which pages may show it in a frame; of families' pages, none.
    """
    allowed = [f"script-src {_digest(script(names))}", "worker-src 'self'"] if names else []
    return "; ".join(
        [
            "default-src 'self'",
            f"style-src {_digest(style())}",
            *allowed,
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {framed_by}",
        ]
    )


def worker() -> str:
    """The service worker that sends later. Its file is asked for by nobody else."""
    return _small("application/javascript", (BROWSER / "later.js").read_text(encoding="utf-8"))


def _small(kind: str, text: str) -> str:
    return str(minify.string(kind, text))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
