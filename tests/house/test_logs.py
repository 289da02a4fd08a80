"""No log line holds what a family wrote, or what could tell who they are."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import structlog
from celery import Celery, shared_task
from celery.app.log import Logging
from django.test import Client, RequestFactory
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornLogger

from config.logs import FORBIDDEN_KEYS, blotted, cleaned, logging_settings
from config.urls import urlpatterns
from feedback.urls import answering_urls

CODE = "7K3M-Q9TX-W2H"
MARK = "a sentence only this child would write"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged from here on, as the production handler writes it."""
    logging_settings(level="INFO")
    written = StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)


@pytest.mark.parametrize("key", sorted(FORBIDDEN_KEYS))
def test_a_forbidden_key_is_dropped_however_deep(key: str) -> None:
    value = {key: MARK, key.upper(): MARK, "kept": [{"inner": {key: MARK, "also": 1}}]}

    assert cleaned(value) == {"kept": [{"inner": {"also": 1}}]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Not Found: /s/{CODE}", "Not Found: /s/…"),
        (f"GET /s/{CODE}?lang=ur HTTP/1.1", "GET /s/…"),
        (f'"GET /S/{CODE[:4]} {CODE[5:]} HTTP/1.1" 410', '"GET /S/…" 410'),
        ("Not Found: /3RV0J057K9C", "Not Found: /…"),
        ("at /code/3rv0j057k9c/", "at /code/…/"),
        ("at /3RV0 J057 K9C and /3rv0%20j057%20k9c", "at /… and /…"),
        ("at /ABC DEF GHJ KM", "at /…"),
        ("Error handling request /my 3RV0-J0", "Error handling request …"),
        (
            "they must have the words that were not opened",
            "they must have the words that were not opened",
        ),
        (f"at https://heard.example/s/{CODE.replace('-', '')}/x", "at https://heard.example/s/…"),
        ("Not Found: /o/leeds-library/8-11", "Not Found: /o/…"),
        (f"/?code={CODE}", "/?…"),
        (f"the code {CODE.lower()} was tried", "the code … was tried"),
        ("Invalid request from ip=203.0.113.77: x", "Invalid request from ip=…: x"),
        ("from 2001:db8:0:1::7 and ::1", "from … and …"),
        ("Connected to redis://127.0.0.1:6379/0", "Connected to redis://127.0.0.1:6379/0"),
        ("version 5.2.19 at 09:15:00", "version 5.2.19 at 09:15:00"),
        ("Not Found: /report/E08000035/", "Not Found: /report/E08000035/"),
    ],
)
def test_what_could_tell_who_it_was_is_blotted_out_and_nothing_else(text: str, shown: str) -> None:
    assert blotted(text) == shown


def test_a_line_of_ours_keeps_its_facts_and_loses_the_rest(lines: Lines) -> None:
    structlog.get_logger("feedback.mixing").info(
        "mixed", size=12, code=CODE, words=MARK, path=f"/s/{CODE}", error=ValueError(MARK)
    )

    (line,) = lines()
    del line["timestamp"]
    assert line == {
        "event": "mixed",
        "level": "info",
        "logger": "feedback.mixing",
        "size": 12,
        "path": "/s/…",
        "error": "ValueError",
    }


def test_an_exception_is_logged_as_its_type_and_the_places_it_passed(lines: Lines) -> None:
    try:
        dict[str, str]()[MARK]
    except KeyError:
        logging.getLogger("some.library").exception("It failed")
        structlog.get_logger("ours").exception("it failed")

    theirs, ours = lines()
    assert theirs["exception"] == ours["exception"] == "KeyError"
    assert [place.endswith("test_logs.py") for place in _files(theirs)] == [True]
    assert MARK not in json.dumps([theirs, ours])


def _files(line: dict[str, Any]) -> list[str]:
    return [place.rsplit(":", 1)[0] for place in line["passed"]]


def test_an_exception_inside_a_sentence_is_named_and_not_quoted(lines: Lines) -> None:
    logging.getLogger("django.dispatch").error(
        "Error calling %s in Signal.send_robust() (%s)", "count", ValueError(MARK)
    )
    logging.getLogger("gunicorn.error").error(ValueError(MARK))

    assert [line["event"] for line in lines()] == [
        "Error calling count in Signal.send_robust() (ValueError)",
        "ValueError",
    ]


@shared_task(name="tests.fails_with_words")
def fails_with_words(words: str) -> None:
    raise ValueError(words)


def test_a_failed_task_is_logged_without_what_it_was_given(lines: Lines) -> None:
    fails_with_words.delay(MARK)

    (line,) = lines()
    assert line["exception"] == "ValueError"
    assert line["event"].endswith("raised unexpected: ValueError")
    assert MARK not in json.dumps(line)


@pytest.mark.parametrize("path", [f"/{CODE}", "/code/3RV0-J0", "/a%20blue%20door", "/staff/Ann/"])
def test_a_path_that_leads_nowhere_is_not_logged_at_all(path: str, lines: Lines) -> None:
    Client().get(
        f"{path}?code={CODE}",
        headers={"User-Agent": MARK, "Referer": f"http://testserver/s/{CODE}"},
        REMOTE_ADDR="203.0.113.77",
    )

    (line,) = lines()
    assert line["event"] == "Not Found"
    assert _told(line) == set()


@pytest.mark.parametrize("path", ["/report/a%20blue%20door/", "/api/v1/waves/a%20blue%20door/"])
def test_a_page_is_logged_by_its_route_and_not_by_its_path(
    path: str, lines: Lines, db: None
) -> None:
    Client().get(path)

    (line,) = lines()
    assert line["event"] in {
        "Not Found: /report/<str:gss_code>/",
        "Not Found: /api/v1/waves/<str:code>/",
    }


@pytest.mark.parametrize(
    "path",
    [
        f"/s/{CODE}",
        "/s/3RV0%20J057%20K9C",
        f"/S/{CODE}",
        f"/s/{CODE}/no/such/page",
        f"/o/{CODE}/8-11/no/such/page",
        "/contact/a%20blue%20door",
    ],
)
def test_what_goes_wrong_for_a_family_leaves_no_line(path: str, lines: Lines, db: None) -> None:
    response = Client().get(path)

    assert response.status_code >= 400
    assert lines() == []


@pytest.mark.parametrize("path", ["/", f"/s/{CODE}", f"/o/{CODE}", "/contact"])
def test_an_error_of_ours_on_a_familys_page_is_logged_with_its_day_alone(
    path: str, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(MARK)

    for pattern in answering_urls:
        monkeypatch.setattr(pattern, "callback", breaks)
    Client(raise_request_exception=False).get(path)

    (line,) = lines()
    assert line["timestamp"] == f"{datetime.now(tz=UTC):%Y-%m-%d}"
    assert (line["event"], line["exception"]) == (
        f"Internal Server Error: {path.removesuffix(CODE)}",
        "RuntimeError",
    )
    assert _told(line) == set()


def test_other_lines_tell_the_time(lines: Lines) -> None:
    Client().get("/no/such/page")

    (line,) = lines()
    assert "T" in line["timestamp"]


def test_a_request_for_another_host_is_logged_without_its_code(lines: Lines) -> None:
    Client().get(f"/s/{CODE}/no/such/page", headers={"Host": "elsewhere.example"})

    assert lines()
    assert [_told(line) for line in lines()] == [set()] * len(lines())


def test_a_page_that_breaks_is_logged_without_what_was_sent(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(request: Any) -> None:
        raise RuntimeError(request.POST["words"])

    health = next(
        pattern for pattern in urlpatterns if getattr(pattern, "name", "") == "health-live"
    )
    monkeypatch.setattr(health, "callback", breaks)
    response = Client(raise_request_exception=False).post("/health/live", {"words": MARK})

    (line,) = lines()
    assert (response.status_code, line["exception"]) == (500, "RuntimeError")
    assert _told(line) == set()
    assert MARK not in response.text


def _told(line: dict[str, Any]) -> set[str]:
    """Which of the marks a line gives away."""
    whole = json.dumps(line, ensure_ascii=False)
    marks = (CODE, CODE.replace("-", ""), MARK, "203.0.113.77")
    return {mark for mark in marks if mark in whole}


def test_gunicorn_writes_through_the_same_wall(lines: Lines) -> None:
    logger = GunicornLogger(Config())  # as its worker does, before it loads the application
    logging_settings(level="INFO")
    written = StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)

    logger.warning("Invalid request from ip=203.0.113.77: bad")
    logger.error("Error handling request %s", f"/s/{CODE}")
    logger.access_log.error("203.0.113.77 GET /s/%s", CODE)

    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == [
        "Invalid request from ip=…: bad",
        "Error handling request …",
    ]


def test_celery_adds_no_handler_past_the_wall(lines: Lines) -> None:
    before = (logging.getLogger().handlers[:], logging.getLogger().level)

    another = Celery("tests", set_as_current=False)  # as one that was not set up yet
    Logging(another).setup_logging_subsystem(loglevel="WARNING")

    assert (logging.getLogger().handlers, logging.getLogger().level) == before
    theirs = logging.getLogger("celery").handlers
    assert [one for one in theirs if not isinstance(one, logging.NullHandler)] == []


def test_waitress_writes_through_the_same_wall(lines: Lines) -> None:
    task = RequestFactory().get(f"/s/{CODE}")

    logging.getLogger("waitress").error("Exception while serving %s" % task.path)  # noqa: G002, UP031  as it does

    assert [line["event"] for line in lines()] == ["Exception while serving …"]
