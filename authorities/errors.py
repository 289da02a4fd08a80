"""What can go wrong here, in words for the person who met it."""


class Refused(Exception):
    """What was asked cannot be done. The message says why and what to do; nothing has changed."""


class HistoryIsKept(Exception):
    """The audit can be added to, not changed."""

    def __init__(self) -> None:
        super().__init__("The audit is added to, never edited or deleted.")


class PersonIsKnown(Exception):
    """The e-mail address has an account already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} has an account already.")
