"""What a wave cost: listener-minutes, and pounds of sending, for each 1,000 replies.

Printed with each release, so that nobody asks families more often than it is worth. Replies are as
England's figures show them; messages and words come to the nearest ten, so that nothing here tells
of one family more than the figures do. How it is reckoned is in docs/running.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Sum

from analytics import disclosure
from analytics.indicators import REPLIES
from analytics.marks import ALL
from analytics.models import Background, Figure, Release
from analytics.spans import Span
from authorities.areas import ENGLAND
from feedback.models import Channel, Comment, Suggestion, Writing
from surveys.lettering import LETTERS
from surveys.models import Job, Mailing, Wave

TOPIC: Final = "cost"
NEAREST: Final = 10
A_THOUSAND: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What was done for a wave, and what one of each costs.

    Args:
        replies: how many answered, as it is shown of England; one or more.
        read: ideas and comments that a listener has read.
        minutes_to_read: what one of them takes.
        sent: how many messages went, by kind: "text", "email", "letter".
        pence: what one message of each kind costs.
    """

    replies: int
    read: int
    minutes_to_read: Decimal
    sent: Mapping[str, int]
    pence: Mapping[str, Decimal]

    @property
    def minutes(self) -> int:
        """Listener-minutes for each 1,000 replies, to the whole minute."""
        return int(_rounded(self.read * self.minutes_to_read * A_THOUSAND / self.replies, "1"))

    @property
    def pounds(self) -> Decimal:
        """Pounds of sending for each 1,000 replies, to the penny."""
        pence = sum((number * self.pence[kind] for kind, number in self.sent.items()), Decimal())
        return _rounded(pence * A_THOUSAND / self.replies / 100, "0.01")

    def to_json(self) -> dict[str, Any]:
        return {
            "replies": self.replies,
            "read": self.read,
            "minutes_to_read": float(self.minutes_to_read),
            "sent": dict(self.sent),
            "pence": {kind: float(each) for kind, each in self.pence.items()},
            "minutes_per_1000_replies": self.minutes,
            "pounds_per_1000_replies": float(self.pounds),
        }


def keep(release: Release) -> None:
    """Write beside the figures of a prepared release what its wave cost. May be called twice.

    Where England has no figure of how many answered, there is nothing to write.
    """
    ours = Background.objects.filter(release=release, area=ENGLAND, topic=TOPIC)
    ours.delete()
    if (cost := of(release)) is not None:
        Background.objects.create(
            release=release,
            area=ENGLAND,
            channel=Channel.INVITED,
            topic=TOPIC,
            value=cost.to_json(),
        )


def of_published(release: Release) -> Mapping[str, Any] | None:
    """What is kept, as it came out with the release; ``None`` before that. One query."""
    if release.published_at is None:
        return None
    rows = Background.objects.filter(release=release, area=ENGLAND, topic=TOPIC)
    return rows.values_list("value", flat=True).first()


def of(release: Release) -> Cost | None:
    """What the wave of a release cost, at the prices of today."""
    replies = _replies(release)
    if not replies:
        return None
    return Cost(
        replies=replies,
        read=_nearest(_read(release.wave)),
        minutes_to_read=settings.HEARD_MINUTES_TO_READ,
        sent={kind: _nearest(number) for kind, number in _sent(release.wave).items()},
        pence={
            "text": settings.HEARD_PRICE_SMS_PENCE,
            "email": settings.HEARD_PRICE_EMAIL_PENCE,
            "letter": settings.HEARD_PRICE_LETTER_PENCE,
        },
    )


def _replies(release: Release) -> int:
    """Of both ways to answer together, as far as each is shown."""
    values = Figure.objects.filter(
        release=release, area=ENGLAND, indicator=REPLIES, slice=ALL, span=Span.WAVE
    ).values_list("value", flat=True)
    figures = map(disclosure.from_json, values)
    return sum(each.count for each in figures if isinstance(each, disclosure.Count))


def _read(wave: Wave) -> int:
    return sum(
        writings.filter(wave=wave).exclude(state=Writing.State.UNREAD).count()
        for writings in (Suggestion.objects, Comment.objects)
    )


def _sent(wave: Wave) -> dict[str, int]:
    """How many messages went out by each way. Letters are those that were made to be posted."""
    of_wave = Mailing.objects.filter(participation__wave=wave)
    went = of_wave.aggregate(
        all=Sum(F("handled") + F("bounced") + F("doubtful"), default=0),
        texts=Sum("by_text", default=0),
    )
    letters = Job.objects.filter(wave=wave, kind=LETTERS).aggregate(all=Sum("done", default=0))
    return {"text": went["texts"], "email": went["all"] - went["texts"], "letter": letters["all"]}


def _nearest(number: int) -> int:
    return disclosure.to_nearest(number, NEAREST)


def _rounded(number: Decimal, to: str) -> Decimal:
    return number.quantize(Decimal(to), ROUND_HALF_UP)
