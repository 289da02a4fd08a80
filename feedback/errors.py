"""What can go wrong here, in words for the person who met it."""


class NotOpen(Exception):
    """A ballot was cast into a wave that has no key yet."""

    def __init__(self) -> None:
        super().__init__("This survey is not open yet: it has no key to seal answers with.")


class NoListenersKey(Exception):
    """Somebody asks to be contacted, and no worker has made the key to seal that with."""

    def __init__(self) -> None:
        super().__init__("There is no listeners' key yet: no worker has made it.")


class Unopenable(Exception):
    """An envelope or a batch was not sealed to this key, or was damaged."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} cannot be opened: it was damaged, or sealed to another key.")


class Destroyed(Exception):
    """The replies of a batch are gone, as was promised."""

    def __init__(self, batch_id: int) -> None:
        super().__init__(
            f"The replies of batch {batch_id} were destroyed, as was promised. Only totals remain."
        )


class Incomplete(Exception):
    """Something that must be said was left out. The message says what."""
