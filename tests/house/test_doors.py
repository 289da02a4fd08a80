"""Every address, as every role in two authorities and as nobody, is as open as the table says."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.http.cookie import SimpleCookie
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from authorities import audit, outbox, sweeps
from authorities.models import Authority, Sweep, User
from authorities.roles import Permission, Role, permits
from config.insisting import OPEN_WITHOUT
from config.logs import is_of_families
from surveys import jobs
from surveys.models import Job, Participation
from tests.authorities.factories import (
    PASSWORD,
    a_membership,
    a_person,
    a_setting,
    an_authority,
)
from tests.house.doors import (
    EVERYWHERE,
    FORMS,
    FORMS_FOR,
    HERE,
    JOB,
    OF_MODEL,
    PART,
    SEEN,
    WAVE,
    Door,
    Where,
    Who,
    by_method,
    is_of_a_library,
)
from tests.surveys.factories import a_participation

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What may become of somebody who tries a door by a method that it takes.
_ENTERED = {"open", "shut", "sign in"}
SIGN_IN = ("/accounts/login/", "/admin/login/")
SET_UP = "/accounts/second-factor/"


def addresses() -> dict[str, str]:
    """The route of every address, by its name; where it has none, by the route itself."""
    return dict(_walk(get_resolver()))


def test_no_two_addresses_share_a_name() -> None:
    names = Counter(name for name, _ in _walk(get_resolver()))

    assert [name for name, number in names.items() if number > 1] == []


def _walk(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield (space + each.name if each.name else route), route
        else:
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from _walk(each, route, space + inner)


def test_every_address_is_in_the_table_and_nothing_else_is() -> None:
    found = addresses()

    assert sorted(found.keys() - EVERYWHERE.keys()) == []
    assert sorted(EVERYWHERE.keys() - found.keys()) == []
    assert sorted({*FORMS, *FORMS_FOR} - EVERYWHERE.keys()) == []


def test_what_is_open_without_a_second_factor_is_there_and_asks_for_no_permission() -> None:
    assert {EVERYWHERE[name].who for name in OPEN_WITHOUT} <= {Who.ANYBODY, Who.SIGNED_IN}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who tries every door; ``place`` is "nationally", "here" or "there"."""

    words: str
    client: Client
    cookies: str
    role: Role | None = None
    place: str = ""
    signed_in: bool = True

    def may(self, door: Door) -> bool:
        match door.who:
            case Who.ANYBODY:
                return True
            case Who.SIGNED_IN | Who.IN_THE_ADMIN:
                return self.signed_in
            case Who.BY_A_KEY | Who.NOBODY:
                return False
            case Permission():
                return self._holds(door.who, door.where)
            case frozenset():
                return any(self._holds(one, door.where) for one in door.who)

    def _holds(self, permission: Permission, where: Where) -> bool:
        if self.role is None:
            return False
        if self.place == "nationally":
            return permits(self.role, permission, nationally=True)
        reaches = where is Where.SOMEWHERE or (where is Where.HERE and self.place == "here")
        return reaches and permits(self.role, permission, nationally=False)


def a_visitor(words: str, user: User | None = None, **more: Any) -> Visitor:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return Visitor(words, client, client.cookies.output(header=""), signed_in=bool(user), **more)


def visitors(here: Authority, there: Authority) -> Iterator[Visitor]:
    yield a_visitor("nobody")
    yield a_visitor("somebody without a role", a_person(is_staff=True, is_superuser=True))
    for role in Role:
        for place, authority in (("nationally", None), ("here", here), ("there", there)):
            user = a_person(is_staff=True)
            a_membership(user, role=role, authority=authority, held_from=date(2020, 1, 1))
            yield a_visitor(f"{role.words}, {place}", user, role=role, place=place)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What stands for the placeholders in the table, and another authority."""
    here, there = an_authority(name="Here"), an_authority(name="There")
    part = a_participation(authority=here)
    monkeypatch.setitem(jobs._kinds, "door", jobs.Kind("Nothing", lambda _: ""))
    job = Job.objects.create(kind="door", state=Job.State.DONE)
    return {
        **{f"{OF_MODEL}{model}": "0" for model in SEEN},
        **{f"{OF_MODEL}{one._meta.label_lower.replace('.', '_')}": one.pk for one in _kept(part)},
        HERE: here.gss_code,
        WAVE: part.wave.slug,
        PART: part.pk,
        JOB: job.pk,
        "here": here,
        "there": there,
    }


def _kept(part: Participation) -> Iterator[Model]:
    """One object of each model that the admin shows and that a test can make in a line."""
    yield from (part, part.wave, part.wave.version, part.authority)
    member = a_membership(authority=part.authority)
    yield from (member, member.user, a_setting(part.authority))
    yield audit.record(actor=None, act="looked at", subject="a door")
    yield outbox.send_later(to="a@example.org", subject="News", body="None")
    sweeps.ended("none", now=timezone.now())
    yield Sweep.objects.get()


def path_of(name: str, door: Door, given: dict[str, object]) -> str:
    filled = {key: given.get(str(value), value) for key, value in door.of.items()}
    if name.startswith("admin:") or not re.search(r"[/^<(]", name):
        return reverse(name, kwargs=filled or None)
    route = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", r"{\1\2}", name)
    return "/" + route.strip("^$").format(**filled)


def entered(visitor: Visitor, path: str, door: Door) -> str:
    """What became of it: "open", "shut", "sign in", "set up", or what should never happen."""
    visitor.client.cookies = SimpleCookie()
    for cookie in SimpleCookie(visitor.cookies.replace("\r\n", ";")).values():
        visitor.client.cookies[cookie.key] = cookie.value
    with transaction.atomic():
        response = visitor.client.generic(door.method, path)
        status, location = response.status_code, response.headers.get("Location", "")
        response.close()
        transaction.set_rollback(True)
    if location.startswith(SIGN_IN):
        return "sign in"
    if location == SET_UP and path != SET_UP:
        return "set up"
    if status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED}:
        return "shut"
    if status == HTTPStatus.NOT_FOUND and door.hides:
        return "shut"
    if status in {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.METHOD_NOT_ALLOWED}:
        return f"{status}"
    return "open"


@pytest.mark.slow
@pytest.mark.django_db
def test_every_door_is_as_open_as_the_table_says(given: dict[str, object]) -> None:
    """Roles by URLs and their methods by two authorities: each cell is a real request."""
    here, there = given["here"], given["there"]
    assert isinstance(here, Authority)
    assert isinstance(there, Authority)
    wrong: list[tuple[str, ...]] = []
    cells = 0
    everybody = list(visitors(here, there))
    for name in EVERYWHERE:
        for door in by_method(name).values():
            cache.clear()
            path = path_of(name, door, given)
            as_it_is = _ENTERED | ({"405"} if is_of_a_library(name) else set())
            for visitor in everybody:
                cells += 1
                found, may = entered(visitor, path, door), visitor.may(door)
                if found == "405" in as_it_is:
                    continue
                if (found == "open") != may or found not in as_it_is:
                    wrong.append((name, door.method, path, visitor.words, found))

    print(f"{cells} cells: {len(EVERYWHERE)} addresses, {len(everybody)} visitors")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
def test_every_address_takes_the_methods_of_the_table_and_no_others(
    given: dict[str, object],
) -> None:
    """Tried by whoever may enter, who is kept out by nothing else; and by nobody."""
    here, there = given["here"], given["there"]
    assert isinstance(here, Authority)
    assert isinstance(there, Authority)
    wrong: list[tuple[str, ...]] = []
    everybody = list(visitors(here, there))
    for name, door in EVERYWHERE.items():
        path, taken = path_of(name, door, given), by_method(name)
        able = [each for each in everybody if each.may(door)] or everybody
        for method in METHODS:
            cache.clear()
            tried = replace(door, method=method)
            by_one, by_nobody = (entered(each, path, tried) for each in (able[-1], everybody[0]))
            ok = by_one == "405" if method not in taken else by_one in _ENTERED
            if not ok and not is_of_a_library(name):
                wrong.append((name, method, by_one, "list it, or let the view refuse it"))
            if by_nobody == "open" and not everybody[0].may(taken.get(method, door)):
                wrong.append((name, method, by_nobody, "open to nobody in particular"))

    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
def test_whoever_has_no_second_factor_reaches_only_where_it_is_set_up(
    given: dict[str, object],
) -> None:
    """A national administrator, so that nothing else could be what keeps them out."""
    user = a_person(is_staff=True, has_factor=False, password=PASSWORD)
    for role in Role:
        a_membership(user, role=role)
    visitor = a_visitor("without a second factor", user)
    reached = set()
    for name, door in EVERYWHERE.items():
        cache.clear()
        path = path_of(name, door, given)
        if not is_of_families(path) and entered(visitor, path, door) not in {"set up", "shut"}:
            reached.add(name)

    assert reached == OPEN_WITHOUT
