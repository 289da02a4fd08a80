"""Taking in a file of how many could answer, on the page of a wave or of one authority."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from django.http import HttpRequest

from authorities.models import Authority, User
from surveys import eligible, eligible_files
from surveys.eligible import Doubtful
from surveys.eligible_files import SHOWN_PROBLEMS, EligibleRefused
from surveys.errors import Refused
from surveys.models import Wave
from surveys.pages.wave_forms import EligibleForm, packed


@dataclass(frozen=True, slots=True)
class Upload:
    """What came of a file.

    Args:
        done: what was taken in, as a sentence; "" where nothing was.
        faults: what must be mended; more: how many of them are not shown.
        doubts: what may be right, if somebody says why.
        again: the file, for the page to bring back with the reason.
    """

    done: str = ""
    faults: tuple[str, ...] = ()
    more: int = 0
    doubts: tuple[str, ...] = ()
    again: str = ""
    why: str = ""

    @property
    def status(self) -> HTTPStatus:
        wrong = self.faults or self.doubts
        return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK


def taken(request: HttpRequest, wave: Wave, *, own: Authority | None, by: User) -> Upload:
    """Take in what was sent, all of it or nothing.

    Args:
        own: the one authority whose file it is; ``None`` for a file of many.
    """
    form = EligibleForm(request.POST, request.FILES)
    if not form.is_valid():
        return Upload(faults=tuple(str(each) for its in form.errors.values() for each in its))
    content = form.content()
    if content is None:
        return Upload(faults=("Choose a file first.",))
    return _taken(content, form.cleaned_data["why"], wave, own=own, by=by)


def confirmed(content: bytes, wave: Wave, *, own: Authority, by: User) -> Upload:
    """Take the numbers that are there as right, and look at them as if they were uploaded now.

    Args:
        content: the file of them.
    """
    found = _taken(content, "", wave, own=own, by=by)
    return replace(found, done="The numbers are confirmed.") if found.done else found


def _taken(content: bytes, why: str, wave: Wave, *, own: Authority | None, by: User) -> Upload:
    try:
        rows = eligible_files.read(content, known=eligible.known_to(wave, own=own))
        parts = eligible.take(wave=wave, rows=rows, why=why, by=by)
    except EligibleRefused as refused:
        return _faulty([str(each) for each in refused.problems])
    except Doubtful as doubtful:
        return Upload(doubts=tuple(map(str, doubtful.doubts)), again=packed(content), why=why)
    except Refused as refused:
        return _faulty(str(refused).splitlines())
    many = f"{len(parts)} authorit{'y' if len(parts) == 1 else 'ies'}"
    numbers = "number" if len(rows) == 1 else "numbers"
    are = "is" if len(rows) == 1 else "are"
    return Upload(done=f"{len(rows):,} {numbers} of {many} {are} taken in.")


def _faulty(faults: list[str]) -> Upload:
    return Upload(faults=tuple(faults[:SHOWN_PROBLEMS]), more=len(faults[SHOWN_PROBLEMS:]))
