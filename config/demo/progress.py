"""Says how far a long build is, on a terminal or in a log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

_QUIET = 2.0  # seconds after which a log hears of what is under way
_WIPE = "\r\x1b[K"  # to the beginning of the line, and nothing on it


@dataclass
class Progress:
    """What is under way, which passes, and what was done, which stays.

    Args:
        write: writes text as it is, at once.
        terminal: whether what passes can be written over.
        clock: seconds; only their differences matter.
    """

    write: Callable[[str], object]
    terminal: bool = False
    clock: Callable[[], float] = monotonic
    _began: float = field(init=False)
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._last = self.clock()

    @property
    def seconds(self) -> float:
        return self.clock() - self._began

    def now(self, text: str) -> None:
        if self.terminal:
            self.write(f"{_WIPE}{self._line(text)}…")
        elif self.clock() - self._last >= _QUIET:
            self.done(f"{text}…")

    def done(self, text: str) -> None:
        self._last = self.clock()
        self.write(f"{_WIPE if self.terminal else ''}{self._line(text)}\n")

    def _line(self, text: str) -> str:
        return f"[{self.seconds:4.0f} s] {text}"
