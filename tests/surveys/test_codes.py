"""Codes that families type. That the check catches a slip is proved for every slip there is."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import codes
from surveys.codes import ALPHABET, LENGTH, Mistyped, Slip

NOTHING = "0" * LENGTH  # a right code, because its polynomial is 0 everywhere

made_codes = st.builds(codes.make)


def with_character(code: str, place: int, character: str) -> str:
    return code[:place] + character + code[place + 1 :]


def is_right(code: str) -> bool:
    try:
        return codes.tidy(code) == code
    except Mistyped:
        return False


def refusal_of(typed: str) -> Mistyped | None:
    try:
        codes.tidy(typed)
    except Mistyped as refused:
        return refused
    return None


def test_a_code_has_ten_random_characters_and_a_check() -> None:
    code = codes.make()

    assert len(code) == LENGTH == 11
    assert set(code) <= set(ALPHABET)
    assert is_right(code)


def test_for_every_ten_characters_one_check_of_the_thirty_two_is_right() -> None:
    payload = codes.make()[:-1]

    right = [check for check in ALPHABET if is_right(payload + check)]

    assert len(right) == 1


def test_every_single_wrong_character_is_caught() -> None:
    """The check is linear, so what holds for the code of noughts holds for every code."""
    wrong = [
        with_character(NOTHING, place, character)
        for place, character in product(range(LENGTH), ALPHABET[1:])
    ]

    assert is_right(NOTHING)
    assert [code for code in wrong if is_right(code)] == []


def test_any_two_characters_that_changed_places_are_caught() -> None:
    """Swapping a and b adds a + b to both places; by linearity all pairs are these."""
    wrong = [
        with_character(with_character(NOTHING, first, character), second, character)
        for first, second in combinations(range(LENGTH), 2)
        for character in ALPHABET[1:]
    ]

    assert [code for code in wrong if is_right(code)] == []


@given(made_codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_slip_in_a_real_code_is_caught(code: str, place: int, character: str) -> None:
    slipped = with_character(code, place, character)

    assert is_right(slipped) == (slipped == code)


@given(made_codes, st.integers(0, LENGTH - 2))
def test_two_neighbours_swapped_in_a_real_code_are_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_right(swapped) == (swapped == code)


def test_of_all_pairs_of_wrong_characters_one_in_thirty_two_gets_through() -> None:
    wrong = [
        with_character(with_character(NOTHING, 2, first), 7, second)
        for first, second in product(ALPHABET[1:], repeat=2)
    ]

    assert sum(is_right(code) for code in wrong) == 31  # of 961


@given(made_codes)
def test_a_code_may_be_typed_as_it_is_printed_or_as_it_is_read_out(code: str) -> None:
    printed = codes.pretty(code)

    typed = [
        printed,
        printed.lower(),
        f"  {printed.replace('-', ' ')}\t",
        printed.replace("-", "\u2013"),
        code.replace("0", "o").replace("1", "l"),
        code.replace("0", "O").replace("1", "i"),
        "".join(chr(ord(each) + 0xFEE0) for each in code),  # a full-width keyboard
    ]

    assert {codes.tidy(each) for each in typed} == {code}


@given(made_codes)
def test_a_code_may_be_copied_with_what_stood_around_it(code: str) -> None:
    printed = codes.pretty(code)

    typed = [
        f"{printed}.",
        f"({printed}),",
        f"\u201c{printed}\u201d\u2026",
        printed.replace("-", "\u2212"),  # a minus sign
        printed.replace("-", "_"),
        "\u200b".join(code),  # zero-width spaces
        printed.replace("-", "\u00ad"),  # soft hyphens
        f"\ufeff{printed}",
        f"/s/{printed}.",
        f"https://heard.example/s/{printed}",
        f"heard.example/S/{printed.lower()}?lang=cy",
        f"https://heard.example/s/{code}/",
    ]

    assert {codes.tidy(each) for each in typed} == {code}


def test_a_code_is_printed_in_three_groups() -> None:
    assert codes.pretty("ABCDEFGHJKM") == "ABCD-EFGH-JKM"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please type the code from your letter or message."),
        (" - ", "Please type the code from your letter or message."),
        ("...", "Please type the code from your letter or message."),
        ("https://heard.example/s/", "Please type the code from your letter or message."),
        (
            "ABC",
            (
                "A code has 11 letters and numbers, and this has 3. "
                "Please look at the code and type it again."
            ),
        ),
        (
            NOTHING + "0",
            (
                "A code has 11 letters and numbers, and this has 12. "
                "Please look at the code and type it again."
            ),
        ),
        (
            "0000000000U",
            '"U" is never in a code. Please look at the code and type it again.',
        ),
        (
            "<script>",
            (
                "One of the signs you typed is never in a code. "
                "Please look at the code and type it again."
            ),
        ),
        (
            "00000000001",
            (
                "One of the letters or numbers is not right. "
                "Please look at the code and type it again."
            ),
        ),
    ],
)
def test_what_is_no_code_gets_a_sentence_that_helps(typed: str, sentence: str) -> None:
    with pytest.raises(Mistyped) as refused:
        codes.tidy(typed)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("typed", "slip", "sign", "length"),
    [
        ("", Slip.NOTHING, "", 0),
        (" - \u200b", Slip.NOTHING, "", 0),
        ("https://heard.example/s/", Slip.NOTHING, "", 0),
        ("0000-0000-00U", Slip.SIGN, "U", 0),
        ("u", Slip.SIGN, "U", 0),  # before its length: a sign is what to look for
        ("0000-0000-00ß", Slip.LENGTH, "", 12),  # its capital is SS
        ("0000-0000-00é", Slip.UNSEEN, "", 0),
        ("0000-0000-0<0", Slip.UNSEEN, "", 0),
        ("0000-0000-0\u202e0", Slip.LENGTH, "", 10),  # a mark that turns the text is nothing
        ("0000\x000000", Slip.UNSEEN, "", 0),
        ("٠٠٠٠-٠٠٠٠-٠٠٠", Slip.UNSEEN, "", 0),
        ("🙂" * 11, Slip.UNSEEN, "", 0),
        ("ABC", Slip.LENGTH, "", 3),
        ("0000-0000-0000", Slip.LENGTH, "", 12),
        ("0" * 100_000, Slip.LENGTH, "", 100_000),
        ("0000-0000-001", Slip.SLIP, "", 0),
    ],
)
def test_a_page_in_another_language_is_told_in_what_way_it_is_no_code(
    typed: str, slip: Slip, sign: str, length: int
) -> None:
    with pytest.raises(Mistyped) as refused:
        codes.tidy(typed)

    assert (refused.value.slip, refused.value.sign, refused.value.length) == (slip, sign, length)


@given(st.text())
def test_a_sign_that_is_repeated_on_a_page_is_one_that_can_be_seen_there(typed: str) -> None:
    refused = refusal_of(typed)

    if refused is not None:
        # The one letter that is never in a code, and is not taken for another.
        assert refused.sign == ("U" if refused.slip is Slip.SIGN else "")
        assert bool(refused.length) == (refused.slip is Slip.LENGTH)


@given(st.text())
def test_whatever_is_typed_is_a_code_or_gets_a_sentence(typed: str) -> None:
    try:
        said = codes.tidy(typed)
    except Mistyped as refused:
        said = str(refused)

    assert said.endswith(".") or is_right(said)
