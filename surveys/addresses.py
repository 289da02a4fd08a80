"""Addresses that families are reached at: mobile numbers and e-mail addresses, tidied. Pure.

A tidied address is always written the same way, so that one that comes twice, or stands on the
do-not-contact list, is known again: a number as ITU-T E.164 writes it ("+447700900123"), an e-mail
address in small letters. No message here repeats an address: messages are shown, and may be kept.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

TEXT: Final = "text"
EMAIL: Final = "email"

COUNTRY: Final = "GB"  # what a number without a country code belongs to

# Longest parts of an e-mail address. Source: RFC 5321, 4.5.3.1.1 to 4.5.3.1.3 (a path of 256 has
# two angle brackets).
_LONGEST_LOCAL: Final = 64
_LONGEST: Final = 254
# dot-atom of RFC 5322, 3.2.3; what may be quoted beside it no mail server of a family uses.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
# A label of a host name: RFC 1123, 2.1. The last one is never only digits.
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
# Where anybody can have a mailbox, so that no domain of these is an employer's: the providers of
# mail that are used the most in Britain.
OF_ANYBODY: Final = frozenset(
    {
        *("aol.com", "aol.co.uk", "btinternet.com", "btopenworld.com", "duck.com"),
        *("fastmail.com", "gmail.com", "gmx.com", "gmx.co.uk", "googlemail.com"),
        *("hotmail.com", "hotmail.co.uk", "icloud.com", "live.com", "live.co.uk", "mac.com"),
        *("mail.com", "me.com", "msn.com", "ntlworld.com", "o2.co.uk", "outlook.com"),
        *("plusnet.com", "proton.me", "protonmail.com", "pm.me", "sky.com", "talktalk.net"),
        *("tiscali.co.uk", "virgin.net", "virginmedia.com", "yahoo.com", "yahoo.co.uk"),
        *("yandex.com", "ymail.com", "zoho.com"),
    }
)
_SHORTENED = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)

# What a message may be sent to. In some countries, though not here, a number does not tell.
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
# Numbers that belong to nobody, for drama and for trying things out, which no list of networks has.
# Source: Ofcom, "Telephone numbers for use in TV and radio drama programmes".
_OF_NOBODY = re.compile(r"\+447700900\d{3}")


class NotAnAddress(ValueError):
    """It is no address of this kind; says what is wrong, then how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


def tidy(way: str, typed: str) -> str:
    """The address of this way, :data:`TEXT` or :data:`EMAIL`.

    Raises:
        NotAnAddress: it is none.
    """
    return tidy_phone(typed) if way == TEXT else tidy_email(typed)


def tidy_any(typed: str) -> tuple[str, str]:
    """The way and the tidied address of what somebody typed without saying which it is.

    Raises:
        NotAnAddress: it is neither.
    """
    way = EMAIL if "@" in typed else TEXT
    return way, tidy(way, typed)


def tidy_phone(typed: str) -> str:
    """A mobile number in E.164, British unless it says otherwise.

    A leading 0 that a spreadsheet took away is put back; spaces, brackets and dashes go.

    Raises:
        NotAnAddress: it is no number of a mobile phone.
    """
    if "@" in typed:
        raise NotAnAddress(
            "this is an e-mail address, where a mobile number should be.",
            "Look whether two columns are swapped.",
        )
    if _SHORTENED.fullmatch(typed.strip()):
        raise NotAnAddress(
            "a spreadsheet has shortened this number.",
            "Make the column “Text” before you type or paste the numbers.",
        )
    number = _parsed(_plain(typed))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _OF_NOBODY.fullmatch(written):
        return written
    if number.extension or not phonenumbers.is_valid_number(number):
        raise NotAnAddress("there is no such phone number.", "Look for a digit too many or few.")
    if phonenumbers.number_type(number) not in _MOBILE:
        raise NotAnAddress(
            "this is not a mobile number, so no text message reaches it.",
            "Give a mobile number or an e-mail address, or send a letter.",
        )
    return written


def tidy_email(typed: str) -> str:
    """An e-mail address in small letters, its domain as the network writes it (IDNA).

    Raises:
        NotAnAddress: it is none.
    """
    local, at, domain = _plain(typed).casefold().rpartition("@")
    if not at:
        raise NotAnAddress(
            "this is not an e-mail address.", "One has an @. Look whether two columns are swapped."
        )
    address = f"{local}@{_network_name(domain)}"
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL or len(address) > _LONGEST:
        raise NotAnAddress("what stands before the @ cannot be right.", "Look for a slip in it.")
    return address


def mailbox(address: str) -> str:
    """Where a tidied address leads: what stands after a "+" before the "@" makes no other mailbox.

    Source: RFC 5233, subaddressing. Dots stay, because most providers tell them apart. A number
    leads to itself.
    """
    local, at, domain = address.partition("@")
    return f"{local.partition('+')[0] or local}@{domain}" if at else address


def is_within(address: str, domains: Collection[str]) -> bool:
    """Whether an e-mail address is in one of these domains, or in a part of one."""
    _, _, domain = address.rpartition("@")
    labels = domain.split(".")
    return any(".".join(labels[at:]) in domains for at in range(len(labels)))


def _parsed(typed: str) -> phonenumbers.PhoneNumber:
    if not re.fullmatch(r"\+?[\d\s().\-/]+", typed):
        raise NotAnAddress(
            "this is not a phone number.", "Write one number, with digits and spaces only."
        )
    try:
        return phonenumbers.parse(typed, COUNTRY)
    except NumberParseException:
        raise NotAnAddress(
            "there is no such phone number.", "Look for a digit too many or few."
        ) from None


def _network_name(domain: str) -> str:
    try:
        named = domain.encode("idna").decode("ascii")
    except UnicodeError:
        named = ""
    *labels, top = named.split(".")
    if not labels or not all(map(_LABEL.fullmatch, labels)) or not _TOP.fullmatch(top):
        raise NotAnAddress("what stands after the @ cannot be right.", "Look for a slip in it.")
    return named


def _plain(typed: str) -> str:
    """Without what nobody sees, and with plain digits and dashes for all others there are."""
    shown = (each for each in unicodedata.normalize("NFKC", typed) if _is_seen(each))
    return "".join("-" if unicodedata.category(each) == "Pd" else each for each in shown).strip()


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in {"Cf", "Cc"}
