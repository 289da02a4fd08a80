"""What can go wrong here, in words for the person who met it."""


class Refused(Exception):
    """What was asked cannot be done. The message says why and what to do; nothing has changed."""


class PlansAreKept(Exception):
    """A plan is ended, not deleted."""

    def __init__(self) -> None:
        super().__init__("Plans are kept. End the plan, and say why.")
