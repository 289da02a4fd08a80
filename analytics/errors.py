"""What can go wrong here, in words for the person who met it."""


class Refused(Exception):
    """A wave cannot be released, or not now; the sentence says why and what to do."""


class Unreadable(Exception):
    """A tally sheet was not sealed by these workers, or was damaged."""

    def __init__(self, sheet: object) -> None:
        super().__init__(
            f"The tally sheet of {sheet} cannot be opened: it was damaged, or sealed under another "
            "key than this key directory's. Put the right keys back, or count the batches anew."
        )


class Frozen(Exception):
    """A published figure is never edited or deleted."""

    def __init__(self) -> None:
        super().__init__(
            "What was published stays as it is. To correct it, release the wave again with a note."
        )


class NoSubscribersKey(Exception):
    """Somebody wants to subscribe, and no worker has made the key to seal their address with."""

    def __init__(self) -> None:
        super().__init__("There is no subscribers' key yet: no worker has made it.")
