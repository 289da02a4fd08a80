"""Mobile numbers and e-mail addresses: tidied, or refused in words that do not repeat them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import addresses
from surveys.addresses import EMAIL, TEXT, NotAnAddress


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("07700 900123", "+447700900123"),
        ("7700900123", "+447700900123"),  # a spreadsheet took the 0
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("07700‑900‑123", "+447700900123"),
        ("\u202a+447700900123\u202c", "+447700900123"),  # copied from a phone's contacts
        ("٠٧٧٠٠٩٠٠١٢٣", "+447700900123"),
        ("(07911) 123456", "+447911123456"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+1 202 555 0143", "+12025550143"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(typed: str, tidied: str) -> None:
    assert addresses.tidy_phone(typed) == tidied


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("020 7946 0018", "this is not a mobile number"),
        ("070 1234 5678", "this is not a mobile number"),
        ("0770 090 012", "there is no such phone number"),
        ("+999 1234567", "there is no such phone number"),
        ("4.47701E+11", "a spreadsheet has shortened this number"),
        ("ann@example.org", "this is an e-mail address"),
        ("07700900123 or 07700900124", "this is not a phone number"),
        ("07911123456 ext 2", "this is not a phone number"),
        ("=07700900123", "this is not a phone number"),
        ("", "this is not a phone number"),
    ],
)
def test_what_is_no_mobile_number_is_refused_without_being_repeated(typed: str, what: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        addresses.tidy_phone(typed)

    assert refused.value.what.startswith(what)
    assert not typed or typed not in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("Ann.Other@Example.ORG", "ann.other@example.org"),
        (" o'brien+news@x.co.uk ", "o'brien+news@x.co.uk"),
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        ("ann@example.org", "ann@example.org"),
    ],
)
def test_an_email_address_is_the_same_however_it_is_written(typed: str, tidied: str) -> None:
    assert addresses.tidy_email(typed) == tidied


@pytest.mark.parametrize(
    "typed",
    [
        "07700900123", "ann@", "@example.org", "ann@example", "ann other@example.org",
        "ann..other@example.org", "ann@-example.org", "ann@example.123", "mailto:ann@example.org",
        "ann@b@example.org", f"{'a' * 65}@example.org", f"ann@{'a' * 250}.org", "",
        "ann@exa_mple.org",
        "ann@example.org\nBcc: all@example.org",
    ],
)  # fmt: skip
def test_what_is_no_email_address_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(NotAnAddress) as refused:
        addresses.tidy_email(typed)

    assert len(typed) < 4 or typed not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_tidied_or_refused_and_tidying_twice_changes_nothing(
    typed: str,
) -> None:
    for way in (TEXT, EMAIL):
        try:
            once = addresses.tidy(way, typed)
        except NotAnAddress:
            continue

        assert addresses.tidy(way, once) == once
