"""A list of those to invite: all of it, or every fault by line and column, and never an address."""

import json
from dataclasses import replace

import pytest

from surveys import address_lists
from surveys.address_lists import Allowed, Family, Faulty

ALLOWED = Allowed(("in-care", "child-in-need"), ("8-11", "12-17"), ("en", "cy"))


def faults(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(Faulty) as refused:
        address_lists.read(content, allowed=ALLOWED)
    return [str(problem) for problem in refused.value.problems]


def test_a_list_is_read_in_its_order() -> None:
    content = (
        "reference,phone,email,service,age_band,language\r\n"
        "A1,07700 900123,,in-care,12-17,\r\n"
        "A2,,Ann@Example.org,Child in need,8–11,Welsh\r\n"
        "A3,07700 900124,ben@example.org,in_care,8-11,cy\r\n"
    )

    assert address_lists.read(b"\xef\xbb\xbf" + content.encode(), allowed=ALLOWED) == [
        Family("text", "+447700900123", "in-care", "12-17", "en"),
        Family("email", "ann@example.org", "child-in-need", "8-11", "cy"),
        Family("text", "+447700900124", "in-care", "8-11", "cy", "ben@example.org"),
    ]


def test_every_fault_is_named_by_line_and_column() -> None:
    text = (
        "phone,email,service,age_band,language,reference\n"
        "ann@example.org,07700900123,in-care,12-17,,A1\n"
        "020 7946 0018,,abuse,11-Aug,xx,A2\n"
        ",,in-care,8-11,,A3\n"
        "07700900123,,in-care,8-11,,A4\n"
        "+447700900123,,in-care,8-11,,A4\n"
    )

    found = faults(text)

    assert [each.split(": ")[0] for each in found] == [
        "The list, line 2, column phone",
        "The list, line 2, column email",
        "The list, line 3, column service",
        "The list, line 3, column age_band",
        "The list, line 3, column phone",
        "The list, line 3, column language",
        "The list, line 4",
        "The list, line 6, column phone",
        "The list, line 6, column reference",
    ]
    assert "swapped" in found[0]
    assert "a spreadsheet may have made a date of it" in found[3]
    assert "the same stands in line 5 too (your reference A4)" in found[7]


def test_columns_of_codes_that_are_swapped_are_said_to_be_once() -> None:
    swapped = "phone,service,age_band\n07700900123,12-17,in-care\n07700 900124,8-11,Child in need\n"
    one_slip = "phone,service,age_band\n07700900123,in-care,in-care\n07700900124,in-care,8-11\n"

    assert " ".join(faults(swapped)) == (
        "The list, line 1, column service: the columns service and age_band are swapped. Swap "
        "their names."
    )
    assert " ".join(faults(one_slip)) == (
        "The list, line 2, column age_band: this is not the code of an age band. There are 8-11, "
        "12-17."
    )


def test_addresses_of_one_mailbox_are_one_family() -> None:
    text = (
        "email,service,age_band,reference\n"
        "ann@example.org,in-care,8-11,A1\n"
        "Ann+one@Example.org,in-care,8-11,A2\n"
        "an.n@example.org,in-care,8-11,A3\n"
        "ann@example.com,in-care,8-11,A4\n"
        "+ann@example.org,in-care,8-11,A5\n"
    )

    [fault] = faults(text)
    assert fault == (
        "The list, line 3, column email: the same mailbox, however it is written, stands in line 2 "
        "too (your reference A2). Each is invited once: take one of the two out."
    )


def test_an_address_of_staff_is_refused_by_its_row_also_where_a_number_stands_beside_it() -> None:
    allowed = replace(ALLOWED, staff={"cat@example.com"}, staff_domains={"council.example"})
    text = (
        "phone,email,service,age_band,reference\n"
        "07700900123,Cat+2@example.com,in-care,8-11,A1\n"
        ",dan@mail.council.example,in-care,8-11,A2\n"
        ",dan@notcouncil.example,in-care,8-11,A3\n"
    )

    with pytest.raises(Faulty) as refused:
        address_lists.read(text.encode(), allowed=allowed)

    mend = "Give the family’s own address, or take the row out and send a letter."
    first, second = refused.value.problems
    assert str(first) == (
        "The list, line 2, column email: this is an address of staff, of somebody who has a role "
        f"on this platform (your reference A1). {mend}"
    )
    assert str(second) == (
        "The list, line 3, column email: this is an address of staff: your authority’s own "
        f"accounts are in its domain (your reference A2). {mend}"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"phone,service,age_band\n", "there are column names but no rows"),
        ("phone,service,age_band\n07700900123,in-care,8-11\n".encode("utf-16"), "UTF-16"),
        ("phone,service,age_band\n07700900123,in-care,8-11é\n".encode("latin-1"), "not UTF-8"),
        (b"phone,service,age_band\n\0,in-care,8-11\n", "NUL"),
        (b"phone;service;age_band\n07700900123;in-care;8-11\n", "semicolons between the cells"),
        (b"PK\x03\x04\x14\0\x06\0\xd4;", "this is a workbook, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1;", "this is a workbook, not CSV"),
        (b'phone,service,age_band\n"07700900123,in-care,8-11\n', "this is not CSV"),
        (b"service,age_band\nin-care,8-11\n", "nobody has a phone number or e-mail address"),
        (b"phone,service,age_band\n" + b"0" * 2**21, "more than 20,000 rows or 2 MB"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, what: str) -> None:
    assert what in " ".join(faults(content))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_lists, "MOST_ROWS", 3)
    rows = "".join(f"0770090000{number},in-care,8-11\n" for number in range(4))

    assert faults("phone,service,age_band\n" + rows) == [
        "The list: there are more than 3 rows. Upload it in parts."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "07700900123,in-care,12-17\n07700900124,in-care,12-17\n",  # no line of names
        "phone,service,age_band\nx07700900123x,in-care,12-17\n",
        "phone,service,age_band,07700900123\n07700900124,in-care,12-17,1\n",
        "phone,service,age_band\n07700900124,07700900123,12-17\n",
        "phone,service,age_band,reference\n07700900124,x,8-11,07700900123\n",
        '"phone\n07700900123',
    ],
)
def test_no_fault_repeats_an_address(text: str) -> None:
    assert "7700900" not in " ".join(faults(text))


def test_the_same_list_comes_as_json() -> None:
    rows = [
        {"phone": "07700 900123", "service": "in-care", "age_band": "12-17"},
        {"email": "ann@example.org", "service": "in-care", "age_band": "8-11", "language": None},
    ]

    assert address_lists.read_json(json.dumps({"families": rows}).encode(), allowed=ALLOWED) == [
        Family("text", "+447700900123", "in-care", "12-17", "en"),
        Family("email", "ann@example.org", "in-care", "8-11", "en"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b'{"families": {}}', b'{"families": []}', b'{"families": [1]}',
        b'{"families": [{"phone": 7700900123}]}', b"\xff", b"[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_such_json_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Faulty, match="not a JSON object with a list “families”"):
        address_lists.read_json(content, allowed=ALLOWED)


def test_neither_a_family_nor_an_envelope_shows_an_address_to_a_log() -> None:
    assert "7700" not in repr(Family("text", "+447700900123", "in-care", "12-17", "en"))


BOTH = (
    "phone,email,service,age_band,reference\n"
    "07700900124,ben@example.org,in-care,8-11,A1\n"
    ",ann@example.org,in-care,8-11,A2\n"
)


@pytest.mark.parametrize(
    ("ways", "first"),
    [((), "text"), (("text", "email"), "text"), (("email",), "email")],
)
def test_who_has_addresses_of_both_kinds_is_reached_by_one_that_is_sent_to(
    ways: tuple[str, ...], first: str
) -> None:
    found = address_lists.read(BOTH.encode(), allowed=ALLOWED, ways=ways)

    address = {"text": "+447700900124", "email": "ben@example.org"}[first]
    assert [(each.way, each.address) for each in found] == [
        (first, address),
        ("email", "ann@example.org"),
    ]


def test_who_cannot_be_reached_by_what_is_set_up_is_refused_in_words() -> None:
    content = BOTH + "07700900125,,in-care,8-11,A3\n"
    rows = [{"phone": "07700900125", "service": "in-care", "age_band": "8-11"}]

    with pytest.raises(Faulty) as refused:
        address_lists.read(content.encode(), allowed=ALLOWED, ways=("email",))
    with pytest.raises(Faulty, match="no text messages are sent from here"):
        address_lists.read_json(
            json.dumps({"families": rows}).encode(), allowed=ALLOWED, ways=("email",)
        )

    [fault] = map(str, refused.value.problems)
    assert fault == (
        "The list, line 4, column phone: no text messages are sent from here, so this reaches "
        "nobody (your reference A3). Give an e-mail address, or take the row out and send a letter."
    )
