"""What can go wrong here, in words for the person who met it."""

from collections.abc import Iterable


class Refused(Exception):
    """What was asked cannot be done. The message says why and what to do; nothing has changed."""


class UnknownCode(Refused):
    """No invitation has this code."""

    def __init__(self) -> None:
        super().__init__("We do not know this code. Please look at it and type it again.")


class VersionIsFrozen(Refused):
    """A published version never changes."""

    def __init__(self) -> None:
        super().__init__(
            "A published version cannot be changed or deleted. Publish the new text: "
            "it becomes the next version."
        )


class PromiseIsKept(Refused):
    """What a wave opened with cannot change after."""

    def __init__(self, fields: Iterable[str]) -> None:
        named = ", ".join(sorted(fields)).replace("_", " ")
        super().__init__(
            f"The wave is open, and families answer under its promise: {named} cannot change. "
            "Plan another wave instead."
        )


class EndingIsKept(Refused):
    """A wave that has ended stays as it ended."""

    def __init__(self, fields: Iterable[str]) -> None:
        named = ", ".join(sorted(fields)).replace("_", " ")
        super().__init__(
            "The wave has ended: its last answers are mixed, and addresses are destroyed. "
            f"{named.capitalize()} cannot change. Plan another wave instead."
        )


class MoreThanWording(Refused):
    """While families answer, only words can change."""

    def __init__(self, before: str, after: str, differences: Iterable[str]) -> None:
        super().__init__(
            f"{after} differs from {before} in more than its words, so what families sent before "
            "could not be counted with what they send after: "
            f"{'; '.join(differences)}. Ask it in another wave instead."
        )


class JobWasTaken(Exception):
    """Another worker does this job now: the lease of this one ran out."""
