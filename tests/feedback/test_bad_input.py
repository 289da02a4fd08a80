"""Whatever is sent: a clear message or a quiet refusal, the answers given back, nothing half kept.

On a page with a code and on an open link's. What is asked is the small survey of
tests/surveys/factories.py, which has a question of every kind that can be answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings

from feedback.envelopes import Idea
from feedback.models import Ballot
from surveys import inviting
from surveys.keyring import Keyring
from surveys.models import Participation
from tests.feedback.families import FORM, HERE, Family, Response, asked_today, kept, text
from tests.surveys.factories import some_codes

pytestmark = pytest.mark.django_db

# A question of each kind: of those answered by a tap, and of those answered in words.
TAPPED = ("safe", "topics", "helper", "helper-is-worker", "service")
WRITTEN = ("idea", "comment")

# What is right in a form whose one field is wrong.
RIGHT = {
    "safe": "yes",
    "listened": "no",
    "topics": ["home", "school"],
    "idea": "Longer visits",
    "helper": "read-to-me",
    "helper-is-worker": "no",
}

LONG = 100_000  # characters

# What somebody could put into a field, and what of it is kept where words are asked for.
KEPT = {
    "nothing": ("", ""),
    "spaces": (" \t\r\n\u2028 ", ""),
    "control characters": ("a\x00b\x07c\x1b[31md\x7f\x9be", "abc[31mde"),
    "half a line end": ("a\rb\x0bc\x85d\u2029e", "a\nb\nc\nd\ne"),
    "right to left": ("abc\u202edef\u2066gh\u200f", "abcdefgh\u200f"),
    "emoji": ("🙂👩🏽\u200d🦽🏴\U000e0067\U000e007f", "🙂👩🏽\u200d🦽🏴\U000e0067\U000e007f"),
    "html": (
        "</textarea><script>alert(1)</script>&amp;",
        "</textarea><script>alert(1)</script>&amp;",
    ),
    "a template": ("{{ settings.SECRET_KEY }}{% debug %}", "{{ settings.SECRET_KEY }}{% debug %}"),
    "sql": ("'; DROP TABLE feedback_ballot; --", "'; DROP TABLE feedback_ballot; --"),
}

TOO_LONG = {
    "letters": "x" * LONG,
    "Urdu": "ہ" * LONG,
    "emoji": "🙂" * LONG,
    "html": '"' * LONG,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page on which somebody answers."""

    address: str
    participation: Participation

    def send(self, *fields: tuple[str, str | Sequence[str]]) -> Response:
        """These fields, in this order, from the page itself."""
        body = urlencode(fields, doseq=True).encode()
        return self.send_body(body)

    def send_body(self, body: bytes, kind: str = FORM) -> Response:
        return Family().send_body(self.address, body, kind=kind, headers={"Origin": HERE})

    def with_right(self, name: str, *values: str) -> Response:
        """What is right, but for one field."""
        right = [(each, value) for each, value in RIGHT.items() if each != name]
        return self.send(*right, (name, values))


@pytest.fixture(params=["a code", pytest.param("an open link", marks=pytest.mark.slow)])
def page(request: pytest.FixtureRequest, keyring: Keyring) -> Page:
    participation = asked_today(keyring=keyring)
    if request.param == "a code":
        return Page(f"/s/{some_codes(participation)[0]}", participation)
    link = inviting.make_open_link(participation=participation)
    return Page(f"/o/{link.slug}/12-17", participation)


def is_given_back(response: Response, *, but: str = "") -> None:
    """All that was right is on the page that says what was wrong, and nothing was kept."""
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Nothing is lost, but we could not send it yet" in text(response)
    for name, values in RIGHT.items():
        if name == but:
            continue
        if name in WRITTEN:
            assert f"\n{values}</textarea>" in shown
        for value in () if name in WRITTEN else [values] if isinstance(values, str) else values:
            assert re.search(rf'name="{name}" value="{value}"[^>]* checked', shown)
    assert not Ballot.objects.exists()


# --- what is in a field --------------------------------------------------------------------------


@pytest.mark.parametrize("what", KEPT)
def test_words_are_kept_as_they_can_be_read_and_nothing_in_them_runs(
    page: Page, keyring: Keyring, what: str
) -> None:
    sent, to_keep = KEPT[what]

    response = page.send(("safe", "yes"), ("idea", sent), ("comment", sent))

    assert response.status_code == 200
    [(answers, words)] = kept(page.participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}
    assert words.ideas == ((Idea(to_keep, ()),) if to_keep else ())
    assert words.comments == ((to_keep,) if to_keep else ())


@pytest.mark.parametrize("what", [each for each in KEPT if each != "nothing"])
def test_where_an_answer_is_tapped_anything_else_is_said_and_the_rest_given_back(
    page: Page, what: str
) -> None:
    sent, _ = KEPT[what]
    for name in TAPPED:
        response = page.with_right(name, sent)

        is_given_back(response, but=name)
        shown = response.content.decode()
        assert "Please choose one of these answers, or skip." in shown
        assert f'<a href="#{name}-box">' in shown
        assert shown.count("<script") == 2  # our own and its words
        assert "alert(1)</script>" not in shown


def test_a_question_left_empty_is_skipped(page: Page, keyring: Keyring) -> None:
    response = page.send(*((name, "") for name in TAPPED if name != "safe"), ("safe", "yes"))

    assert response.status_code == 200
    [(answers, words)] = kept(page.participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}
    assert (words.ideas, words.comments) == ((), ())


def test_nothing_at_all_is_said_kindly(page: Page) -> None:
    for response in (page.send(), page.send(*((name, "") for name in (*TAPPED, *WRITTEN)))):
        assert response.status_code == 422
        assert "You have not answered anything yet" in text(response)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("what", TOO_LONG)
def test_a_hundred_thousand_characters_of_any_script_are_given_back_whole(
    page: Page, name: str, what: str
) -> None:
    long = TOO_LONG[what]

    response = page.with_right(name, long)

    is_given_back(response, but=name)
    assert "That is 100,000 letters, and there is room for 1,000." in text(response)
    assert f"\n{escape(long)}</textarea>" in response.content.decode()


@pytest.mark.parametrize("name", TAPPED)
def test_a_hundred_thousand_characters_for_an_answer_are_no_answer(page: Page, name: str) -> None:
    response = page.with_right(name, "x" * LONG)

    is_given_back(response, but=name)
    assert "x" * 100 not in response.content.decode()


def test_a_box_full_to_the_last_emoji_is_kept(page: Page, keyring: Keyring) -> None:
    response = page.send(("idea", "🙂" * 1_000), ("comment", "🌧" * 1_000))

    assert response.status_code == 200
    [(_, words)] = kept(page.participation, keyring)
    assert [idea.text for idea in words.ideas] == ["🙂" * 1_000]


# --- which fields there are ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "ambition",  # an item of another survey
        "admin",
        "code",
        "participation",
        "safe ",
        "safe[]",
        "SAFE",
        "",
        "<script>",
        "__proto__",
        "x" * 10_000,
        "\x00",
        "csrfmiddlewaretoken",
    ],
)
def test_what_was_not_asked_is_refused_and_the_rest_given_back(page: Page, name: str) -> None:
    response = page.send(*RIGHT.items(), (name, "1"))

    is_given_back(response)
    assert "Something came with it that this page did not ask for" in text(response)


def test_an_item_of_another_age_is_not_asked_here(page: Page, keyring: Keyring) -> None:
    [younger] = some_codes(page.participation, age_version="8-11")
    other = Page(f"/s/{younger}", page.participation)

    is_given_back(other.send(*RIGHT.items(), ("gender", "girl")))
    assert page.send(*RIGHT.items(), ("gender", "girl")).status_code == 200


def test_two_answers_where_one_can_be_given_are_said_and_given_back(page: Page) -> None:
    for name, values in (
        ("safe", ("yes", "no")),
        ("helper", ("alone", "read-to-me")),
        ("helper-is-worker", ("yes", "no")),
        ("service", ("in-care", "child-in-need")),
        ("idea", ("one", "two")),
        ("comment", ("one", "two")),
    ):
        response = page.with_right(name, *values)

        is_given_back(response, but=name)
        assert "Please choose only one." in text(response)
        if name in WRITTEN:
            assert "\nonetwo</textarea>" in response.content.decode()


def test_the_same_answer_twice_is_the_answer(page: Page, keyring: Keyring) -> None:
    response = page.send(("safe", ["yes", "yes", ""]), ("topics", ["school", "home", "school"]))

    assert response.status_code == 200
    [(answers, _)] = kept(page.participation, keyring)
    assert answers.chosen["safe"] == ("yes",)
    assert answers.chosen["topics"] == ("home", "school")


BROWSER = "0123456789abcdef" * 2
HALF = "0123456789abcdef"


@pytest.mark.parametrize(
    "beside",
    [
        [("speak", "")],
        [("speak", ["", ""])],
        [("see", ["big", "big", "nonsense", "<b>", "x" * LONG])],
    ],
)
def test_what_comes_with_every_form_is_no_answer_however_it_comes(
    page: Page, keyring: Keyring, beside: list[tuple[str, str | list[str]]]
) -> None:
    response = page.send(("safe", "yes"), *beside)

    assert response.status_code == 200
    [(answers, words)] = kept(page.participation, keyring)
    assert answers.chosen == {"safe": ("yes",)}
    assert (words.ideas, words.comments) == ((), ())


@pytest.mark.parametrize("speak", [["en", "ur"], ["<b>"], ["x" * LONG], ["\x00"], ["", "?"]])
def test_a_wish_for_a_language_that_makes_no_sense_gives_all_back(
    page: Page, speak: list[str]
) -> None:
    response = page.send(*RIGHT.items(), ("speak", speak))

    assert response.status_code == 200
    assert "\nLonger visits</textarea>" in response.content.decode()
    assert response.content.decode().count(" checked") == 6
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    ("beside", "once"),
    [
        ([("browser", [BROWSER, BROWSER])], False),
        ([("browser", [HALF, HALF])], True),  # joined they are what a browser makes
        ([("browser", "x" * LONG), ("nonce", "x" * LONG)], False),
        ([("browser", "<b>\x00\u202e"), ("nonce", ["1", "2"])], False),
        ([("browser", BROWSER.upper())], False),
        ([("browser", f"{BROWSER}\n")], False),
        ([("nonce", "1")], False),
    ],
)
def test_what_the_script_makes_may_be_anything_on_an_open_link(
    keyring: Keyring, beside: list[tuple[str, str | list[str]]], *, once: bool
) -> None:
    participation = asked_today(keyring=keyring)
    link = inviting.make_open_link(participation=participation)
    page = Page(f"/o/{link.slug}/12-17", participation)

    statuses = [page.send(("safe", "yes"), *beside).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert Ballot.objects.count() == (1 if once else 2)


def test_what_the_script_made_of_an_open_link_is_given_back_escaped(keyring: Keyring) -> None:
    link = inviting.make_open_link(participation=asked_today(keyring=keyring))
    page = Page(f"/o/{link.slug}/12-17", link.participation)

    response = page.send(("browser", '"><script>'), ("nonce", '"><script>'))

    assert response.status_code == 422
    assert 'name="browser" value="&quot;&gt;&lt;script&gt;"' in response.content.decode()
    assert 'name="nonce" value="&quot;&gt;&lt;script&gt;"' in response.content.decode()


# --- where a code is asked for -------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [*(sent for sent, _ in KEPT.values()), *TOO_LONG.values(), ["7K2M", "9QXW"]],
    ids=[*KEPT, *TOO_LONG, "twice"],
)
def test_whatever_is_typed_for_a_code_is_given_back_escaped_with_what_is_wrong(
    typed: str | list[str],
) -> None:
    response = Family().send("/", {"code": typed, "other": "x"})

    last = typed if isinstance(typed, str) else typed[-1]
    page = response.content.decode()
    assert response.status_code == 422
    assert "This code is not quite right" in text(response)
    assert f'value="{escape(last[:200])}"' in page
    assert page.count("<script") == 1
    assert len(page) < 60_000


@pytest.mark.parametrize(
    "typed", ["%00", "%ff%fe", "%E2%80%AE", "🙂" * 1_000, "x" * 10_000, "..%2f..", "%3Cb%3E"]
)
def test_whatever_stands_in_an_address_for_a_code_or_a_link_is_said_kindly(typed: str) -> None:
    statuses = {Family().get(f"/{way}/{typed}").status_code for way in ("s", "o")}
    statuses |= {Family().get(f"/o/x/{typed}").status_code}

    assert statuses <= {404, 400}
    assert (400 in statuses) == (typed == "%00")  # no page has a NUL in its name


# --- what is no form -----------------------------------------------------------------------------

MULTIPART = "multipart/form-data; boundary=x"
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="idea"; filename="a.jpg"\r\n'
    b"Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MULTIPART, FILE),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="safe"\r\n\r\nyes\r\n--x--\r\n'),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"; '),
        ("multipart/form-data", FILE),  # no boundary
        ("application/json", b'{"safe": "yes"}'),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"safe=yes"),
        ("image/jpeg", b"\xff\xd8\xff"),
        ("", b""),
        ("x" * 1_000, b"safe=yes"),
    ],
)
def test_a_file_json_or_anything_but_a_form_is_refused_in_words(
    page: Page, kind: str, body: bytes
) -> None:
    response = page.send_body(body, kind)

    assert response.status_code == 415
    assert "nothing was kept" in text(response)
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("kind", [MULTIPART, "application/json", "text/plain", ""])
def test_where_a_code_is_asked_for_a_file_is_refused_before_it_is_read(kind: str) -> None:
    response = Family().send_body("/", FILE, kind=kind)

    assert response.status_code == 415
    assert "Files cannot be sent here" in text(response)


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7"])
def test_another_charset_is_refused(page: Page, charset: str) -> None:
    response = page.send_body(b"safe=yes", f"{FORM}; charset={charset}")

    assert response.status_code == 400
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "nonsense"])
def test_the_right_charset_may_be_named_and_one_that_is_none_is_passed_over(
    page: Page, charset: str
) -> None:
    assert page.send_body(b"safe=yes", f"{FORM}; charset={charset}").status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe=%ff&safe=%ed%a0%80", b"%%%&&&==", b"safe=yes%00"])
def test_bytes_that_are_no_text_are_refused_in_words(page: Page, body: bytes) -> None:
    response = page.send_body(body)

    assert response.status_code == 422
    assert "could not send it yet" in text(response)
    assert not Ballot.objects.exists()


def test_words_in_bytes_that_are_no_text_are_kept_as_far_as_they_can_be_read(
    page: Page, keyring: Keyring
) -> None:
    response = page.send_body(b"safe=yes&idea=a%ff%fe%ed%a0%80b")

    assert response.status_code == 200
    [(_, words)] = kept(page.participation, keyring)
    assert [re.sub("\ufffd+", "?", idea.text) for idea in words.ideas] == ["a?b"]


# --- what is too much ----------------------------------------------------------------------------


def test_the_most_that_is_taken_holds_a_box_of_a_hundred_thousand_emoji_and_all_the_rest() -> None:
    one_box = len(urlencode({"idea": "🙂" * LONG}))
    the_rest = 40 * 1024

    assert one_box + the_rest < django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize(
    "body",
    [b"idea=" + b"x" * 2_200_000, b"&".join(b"safe=yes" for _ in range(1_000))],
    ids=["bytes", "fields"],
)
def test_what_is_too_much_to_read_is_refused_in_words(page: Page, body: bytes) -> None:
    """It cannot be given back. The page says so, and where to go from there."""
    for address in (page.address, "/"):
        response = Page(address, page.participation).send_body(body)

        assert response.status_code == 413
        assert "too long to take in, and nothing was kept" in text(response)
        assert "Call 999" in text(response)
    assert not Ballot.objects.exists()
