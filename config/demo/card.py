"""What visitors of the demonstration are handed, kept as var/demo.json. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody of the staff whom a visitor may be.

    Args:
        authorities: names of those that the role is held in; none where it is held nationally.
        second_factor: what an app that shows codes is set up by, as an otpauth address.
    """

    name: str
    email: str
    password: str
    authorities: Sequence[str] = ()
    second_factor: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """Addresses, codes and logins.

    Args:
        base_url: where the site is served, without a slash at the end.
        codes: by age version and language; nobody had used them when it was built.
        open_link: its whole address.
        logins: by role.
        replies: how many ballots were cast.
        waves: their slugs, oldest first; the last is open.
        authority: GSS code of the one that the codes and the open link belong to.
        seed: what the families were simulated from.
    """

    base_url: str
    codes: Mapping[str, Mapping[str, Sequence[str]]]
    open_link: str
    logins: Mapping[str, Login]
    replies: int
    waves: Sequence[str]
    authority: str
    seed: str

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises: ValueError: this is not a card that :meth:`to_json` wrote."""
        try:
            fields: dict[str, Any] = json.loads(text)
            logins = {role: Login(**login) for role, login in fields["logins"].items()}
            return cls(**{**fields, "logins": logins})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this is not a card of the demonstration") from error

    def moved_to(self, base_url: str) -> Self:
        """The same, served at another address."""
        path = self.open_link.removeprefix(self.base_url)
        return replace(self, base_url=base_url, open_link=base_url + path)

    def all_codes(self) -> list[str]:
        return [code for some in self.codes.values() for codes in some.values() for code in codes]
