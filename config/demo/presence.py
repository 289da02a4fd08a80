"""Whether a demonstration is there already, whole and still open."""

from datetime import date

from analytics.models import Release
from authorities import factors
from authorities.models import User
from config.demo.card import Card
from surveys.inviting import digest_of
from surveys.models import Invitation, OpenLink, Wave


def is_whole(card: Card, *, today: date) -> bool:
    """Whether all that a card promises is in this database.

    A card is written when all else was done, so what is asked here is whether it belongs to this
    database, and whether its last wave still takes answers.
    """
    *over, last = card.waves
    return (
        Wave.objects.open_on(today).filter(slug=last, simulated=True).exists()
        and _released(over)
        and OpenLink.objects.filter(slug=card.open_link.rpartition("/")[2]).exists()
        and _are_codes(card.all_codes())
        and _can_sign_in(card)
    )


def _released(slugs: list[str]) -> bool:
    published = Release.objects.published().filter(wave__slug__in=slugs)
    return set(published.values_list("wave__slug", flat=True)) == set(slugs)


def _are_codes(codes: list[str]) -> bool:
    digests = [digest_of(code) for code in codes]
    return Invitation.objects.filter(digest__in=digests).count() == len(codes)


def _can_sign_in(card: Card) -> bool:
    """One of them: checking a password takes long on purpose."""
    emails = [login.email for login in card.logins.values()]
    first = next(iter(card.logins.values()))
    user = User.objects.filter(email=first.email).first()
    there = User.objects.annotate(has_factor=factors.has_one()).filter(
        email__in=emails, has_factor=True
    )
    return (
        there.count() == len(emails)
        and all(login.second_factor for login in card.logins.values())
        and user is not None
        and user.check_password(first.password)
    )
