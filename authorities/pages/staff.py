"""The staff home page: what this person can do here."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authorities import access, doors
from authorities.doors import Door
from authorities.models import User

# More links than this are folded away under one line.
SHOWN_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Link:
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Way:
    """A door that is open to someone, and where it leads: one page, or one of each authority."""

    door: Door
    links: tuple[Link, ...]
    news: str = ""

    @property
    def is_folded(self) -> bool:
        return len(self.links) > SHOWN_AT_ONCE


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    roles = access.held_by(request.user, today=today)
    ways = [_way(door, request.user, today=today) for door in doors.registered()]
    return render(
        request,
        "staff/home.html",
        {
            "roles": roles.select_related("authority"),
            "ways": [way for way in ways if way.links],
        },
    )


def _way(door: Door, user: User | AnonymousUser, *, today: date) -> Way:
    if door.of_each_authority:
        where = access.authorities_for(user, door.permission, today=today)
        links = tuple(
            Link(name, reverse(door.url_name, args=[gss_code]))
            for name, gss_code in where.values_list("name", "gss_code")
        )
    elif _may(user, door, today=today):
        links = (Link(door.title, reverse(door.url_name)),)
    else:
        links = ()
    return Way(door, links, door.news(user) if links and door.news else "")


def _may(user: User | AnonymousUser, door: Door, *, today: date) -> bool:
    if door.anywhere:
        return access.may_somewhere(user, door.permission, today=today)
    return access.may(user, door.permission, today=today)
