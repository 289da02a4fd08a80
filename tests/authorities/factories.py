"""The authorities and people that tests need, one plain function each."""

from datetime import date
from itertools import count

from authorities import factors
from authorities.models import Authority, Membership, Region, Setting, StatisticalNeighbour, User
from authorities.roles import Role

NORTH_EAST = ("E12000001", "North East")
LONG_AGO = date(2009, 1, 1)
PASSWORD = "a long enough password"
FACTOR = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"  # the secret of everybody's app that shows codes

_numbers = count(1)


def a_region(*, gss_code: str = NORTH_EAST[0], name: str = NORTH_EAST[1]) -> Region:
    """The same region each time it is asked for by the same code."""
    region, _ = Region.objects.get_or_create(gss_code=gss_code, defaults={"name": name})
    return region


def an_authority(
    *,
    name: str = "",
    gss_code: str = "",
    dfe_number: str = "",
    region: Region | None = None,
    kind: str = Authority.Kind.UNITARY,
    in_force_from: date = LONG_AGO,
    in_force_until: date | None = None,
) -> Authority:
    """An authority of the North East; a code, number and name of its own where none are given."""
    number = next(_numbers)
    return Authority.objects.create(
        gss_code=gss_code or f"E06{900000 + number:06d}",
        dfe_number=dfe_number or f"{number % 1000:03d}",
        name=name or f"Authority {number}",
        kind=kind,
        region=region or a_region(),
        in_force_from=in_force_from,
        in_force_until=in_force_until,
    )


def a_neighbour(
    authority: Authority, neighbour: Authority, *, rank: int = 1
) -> StatisticalNeighbour:
    return StatisticalNeighbour.objects.create(
        authority=authority, neighbour=neighbour, rank=rank, closeness="Very close"
    )


def a_setting(authority: Authority, *, code: str = "", name: str = "") -> Setting:
    number = next(_numbers)
    return Setting.objects.create(
        authority=authority, code=code or f"team-{number}", name=name or f"Team {number}"
    )


def a_person(
    *,
    name: str = "Sam Field",
    email: str = "",
    password: str | None = None,
    is_active: bool = True,
    is_staff: bool = False,
    is_superuser: bool = False,
    has_factor: bool = True,
) -> User:
    """Someone with an account, a second factor (see ``FACTOR``) and no role.

    Without a password given, they cannot sign in by one.
    """
    user = User.objects.create_user(
        email or f"person{next(_numbers)}@example.org",
        name,
        password,
        is_active=is_active,
        is_staff=is_staff,
        is_superuser=is_superuser,
    )
    if has_factor:
        factors.give_app(user=user, secret=FACTOR)
    return user


def a_membership(
    user: User | None = None,
    *,
    role: Role = Role.PLANNER,
    authority: Authority | None = None,
    held_from: date = LONG_AGO,
    held_until: date | None = None,
) -> Membership:
    """A role held since long ago: nationally, unless an authority is given."""
    return Membership.objects.create(
        user=user or a_person(),
        role=role,
        authority=authority,
        held_from=held_from,
        held_until=held_until,
    )


def a_member(role: Role, authority: Authority | None = None) -> User:
    """Someone who holds one role today: nationally, unless an authority is given."""
    return a_membership(role=role, authority=authority).user
