"""Days, as they are typed at a terminal. Pure."""

from argparse import ArgumentTypeError
from datetime import date


def day(typed: str) -> date:
    """The ``type`` of a command's option.

    Raises:
        ArgumentTypeError: a sentence, where this is no day.
    """
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ArgumentTypeError(f'"{typed}" is not a day. Write it as 2027-03-31.') from None
