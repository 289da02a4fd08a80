"""Boxes of ballots and batches of replies, for any test. Any word may be changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from nacl.public import PrivateKey

from feedback import ballots, listening, mixing
from feedback.ballots import Sent
from feedback.batching import several_of
from feedback.envelopes import seal
from feedback.given import Given
from feedback.models import Ballot, Batch, Channel
from feedback.replies import Replies, Reply
from surveys import inviting
from surveys.keyring import Keyring
from surveys.models import Participation, Wave
from tests.surveys.factories import a_participation

_numbers = count(1)

ANSWERS = {"safe": ("yes",), "listened": ("sometimes",), "service": ("in-care",)}


def a_keyring(directory: Path) -> Keyring:
    """A ring of its own in this directory, such as ``tmp_path``."""
    return Keyring(
        directory=directory / "keys",
        recovery_directory=directory / "recovery",
        recovery_public_key=bytes(PrivateKey(b"\x03" * 32).public_key),
    )


def given(answers: dict[str, tuple[str, ...]] | None = None, **words: str) -> Given:
    """Answers and words, by item code: ``given({"safe": ("yes",)}, idea="Longer visits")``."""
    return Given(answers=ANSWERS if answers is None else answers, words=words)


def sent(
    code: str | None = None,
    *,
    browser: str | None = None,
    answers: dict[str, tuple[str, ...]] | None = None,
    **words: str,
) -> Sent:
    """What a twelve-year-old sends in English: with a code, or by an open link."""
    return Sent(given(answers, **words), "12-17", "en", code, browser)


@dataclass(frozen=True, slots=True)
class Box:
    """The ballot box of a participation, on both channels."""

    participation: Participation
    keyring: Keyring

    @property
    def wave(self) -> Wave:
        return self.participation.wave

    @property
    def after_closing(self) -> date:
        return self.wave.closes_on + timedelta(days=1)

    def codes(self, number: int = 1) -> list[str]:
        """New invitations for 12 to 17 year olds."""
        return inviting.make_codes(
            participation=self.participation, count=number, age_version="12-17"
        )

    def cast(
        self, number: int = 1, *, answers: dict[str, tuple[str, ...]] | None = None, **words: str
    ) -> list[str]:
        """So many families with new codes send the same. Their codes."""
        codes = self.codes(number)
        self.cast_with(codes, answers=answers, **words)
        return codes

    def cast_with(
        self,
        codes: Iterable[str],
        *,
        answers: dict[str, tuple[str, ...]] | None = None,
        **words: str,
    ) -> None:
        ballots.cast_many(
            participation=self.participation,
            sent=[sent(code, answers=answers, **words) for code in codes],
        )

    def cast_openly(
        self, number: int = 1, *, answers: dict[str, tuple[str, ...]] | None = None, **words: str
    ) -> list[str]:
        """So many families send the same by the open link. The ids of their browsers."""
        browsers = [f"browser-{next(_numbers)}" for _ in range(number)]
        ballots.cast_many(
            participation=self.participation,
            sent=[sent(browser=browser, answers=answers, **words) for browser in browsers],
        )
        return browsers

    def open_words(self, today: date) -> int:
        return listening.open_words(today=today, keyring=self.keyring)

    def mix(self, today: date, channel: str = Channel.INVITED) -> Batch | None:
        """Open the words of all boxes, and mix this one."""
        self.open_words(today)
        return mixing.mix_box(
            participation=self.participation, channel=channel, today=today, keyring=self.keyring
        )

    def held(self) -> int:
        return Ballot.objects.filter(participation=self.participation).count()


def a_box(participation: Participation | None = None, *, keyring: Keyring | None = None) -> Box:
    """A box that takes ballots. With no keyring, that of the settings, which tests share."""
    keyring = keyring or Keyring.from_settings()
    return Box(participation or a_participation(keyring=keyring), keyring)


def a_reply(
    answers: dict[str, tuple[str, ...]] | None = None,
    *,
    age_version: str = "12-17",
    language: str = "en",
    setting: str = "",
) -> Reply:
    return Reply(age_version, language, setting, ANSWERS if answers is None else answers)


def a_batch(
    replies: Iterable[Reply],
    *,
    participation: Participation | None = None,
    wave: Wave | None = None,
    area: str = "",
    channel: str = Channel.INVITED,
    mixed_on: date = date(2026, 11, 23),
) -> Batch:
    """A batch of these replies (ten at least), of a participation, or of an area of a wave.

    As mixing would have made it, but without ballots or news of it.
    """
    if wave is None:
        participation = participation or a_participation()
        wave = participation.wave
    version = participation.version if participation else wave.version
    table = Replies.of(list(replies), several=several_of(version.definition))
    return Batch.objects.create(
        wave=wave,
        participation=participation,
        area=participation.authority.gss_code if participation else area,
        channel=channel,
        mixed_on=mixed_on,
        size=table.size,
        sealed=seal(table.to_bytes(), bytes(wave.public_key or b"")),
    )
