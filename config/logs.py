"""Logs as JSON lines, which never hold what a family wrote or what could tell who they are.

Four walls. A line about a request names the route it took and never the path that was typed; on
the pages of families there are no such lines but of our own errors, and these tell the day alone.
Values under a forbidden key are dropped, whoever logs them and however deep. Because libraries put
addresses in their sentences, the paths on which a code travels, query strings, codes and network
addresses are blotted out of every text. And an exception is logged as its type and the places it
passed, without its message: a message may quote what was typed.
"""

import logging
import logging.config
import re
import sys
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

FORBIDDEN_KEYS = frozenset(
    {
        "answers", "ballot", "body", "browser", "code", "codes", "comment", "cookies", "data",
        "email", "form", "given", "headers", "idea", "ip", "meta", "once", "password", "phone",
        "post", "referer", "remote_addr", "reply", "request", "text", "token", "user_agent",
        "words",
    }
)  # fmt: skip

# Between the characters of a code, as people type it and as addresses carry it.
_GAP = r"(?:[-\s_.+]|%20|%2D)"

_BLOTS = (
    # /s/<code> and /o/<link>: everything after the letter, because a typed code may hold spaces.
    # Of /media/<digest> too: which question somebody listened to is nobody's business.
    # And of /stop/<token>: it would tell whose envelope that was.
    (re.compile(r"(?i)(/(?:[so]|media|stop)/)[^\"']+"), r"\1…"),
    # What the web servers say of a request that broke past Django.
    (re.compile(r"\b(serving|handling request) /.*"), r"\1 …"),
    (re.compile(r"(/[^\s\"'<>?]*)\?[^\s\"'<>]+"), r"\1?…"),
    # Anything like a code. Written in small letters it must hold a digit, or be in groups with
    # hyphens between: many sentences have words of four, four and three letters.
    (re.compile(r"\b[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{3}\b"), "…"),
    (re.compile(r"\b(?=[A-Za-z]*\d)[0-9A-Za-z]{11}\b"), "…"),
    (
        re.compile(
            rf"\b(?=\D{{0,14}}\d)[0-9A-Za-z]{{4}}{_GAP}[0-9A-Za-z]{{4}}{_GAP}[0-9A-Za-z]{{3}}\b"
        ),
        "…",
    ),
    (re.compile(rf"\b(?:[0-9A-Z]{_GAP}?){{10}}[0-9A-Z]\b"), "…"),
    # Network addresses, but not this machine's own.
    (re.compile(r"(?<![\d.])(?!127\.0\.0\.1|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "…"),
    (re.compile(r"(?i)(?<![\w:])(?:(?:[0-9a-f]{1,4}:){3,7}|[0-9a-f:]*::)[0-9a-f:]*[0-9a-f]"), "…"),
)  # fmt: skip

_OF_FAMILIES = re.compile(r"(?i)/$|/(?:[so]|media|contact|leave|stop|later\.js)(?:/|$)")

# What Celery puts into its sentences about a task.
_VALUES_OF_A_TASK = frozenset({"args", "kwargs", "return_value", "traceback"})


def is_of_families(path: str) -> bool:
    """Whether the path is one of those that families go, where nobody is asked who they are."""
    return _OF_FAMILIES.match(path) is not None


def blotted(text: str) -> str:
    """A text without codes, links, query strings and network addresses."""
    for pattern, instead in _BLOTS:
        text = pattern.sub(instead, text)
    return text


def cleaned(value: Any) -> Any:
    """A value, however deep, without what is under a forbidden key or must be blotted out."""
    match value:
        case str():
            return blotted(value)
        case BaseException():
            return type(value).__name__
        case Mapping():
            return {
                key: cleaned(inner)
                for key, inner in value.items()
                if str(key).lower() not in FORBIDDEN_KEYS
            }
        case list() | tuple() | set() | frozenset():
            return [cleaned(inner) for inner in value]
        case None | bool() | int() | float():
            return value
        case _:
            return blotted(str(value))


def clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The wall that every line passes. What begins with an underscore is structlog's own."""
    kept = {key: value for key, value in event.items() if key.startswith("_")}
    shown = {key: value for key, value in event.items() if not key.startswith("_")}
    return {**kept, **cleaned(shown)}


def exception_without_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    found: Any = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if isinstance(found, tuple) and found[0] is not None:
        event["exception"] = found[0].__name__
        event["passed"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(found[2])
        ]
    return event


class WithoutValues(logging.Filter):
    """Takes the messages of exceptions, and what tasks were given, out of a library's sentence."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, BaseException):
            record.msg = type(record.msg).__name__
        if isinstance(record.args, Mapping):
            record.args = {name: _of_a_task(name, value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(
                type(given).__name__ if isinstance(given, BaseException) else given
                for given in record.args
            )
        return True


class WithoutPaths(logging.Filter):
    """Makes a line about a request one of its outcome and its route, whatever was typed there.

    On the pages of families it lets only errors of ours pass, and marks them to tell no hour: who
    knows when a family sat down to answer could know whose ballot it was.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if not isinstance(path := getattr(request, "path", None), str):
            return True
        outcome = HTTPStatus(getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
        record.msg = ": ".join(part for part in (outcome.phrase, _route_of(request)) if part)
        record.args = ()
        of_families = is_of_families(path)
        record.__dict__["day_only"] = of_families  # a field of ours, as logging's `extra` adds them
        return record.levelno >= logging.ERROR or not of_families


def _route_of(request: Any) -> str:
    """The route as far as its first pattern, such as ``/report/<str:gss_code>/`` and ``/s/``.

    Empty where the path led nowhere: then all of it is what somebody typed.
    """
    match = getattr(request, "resolver_match", None)
    return "" if match is None else f"/{match.route.replace('^', '').partition('(')[0]}"


def no_finer_than_it_may(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave only the day in the time stamp of a line that may not tell more."""
    if getattr(event.get("_record"), "day_only", False):
        event["timestamp"] = event["timestamp"][: len("2026-03-02")]
    return event


def _of_a_task(name: str, value: object) -> object:
    if name == "exc":
        return str(value).partition("(")[0]  # "KeyError('Ann Other')" becomes "KeyError"
    return "…" if name in _VALUES_OF_A_TASK else value


def _shared() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        exception_without_message,
        clean,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        no_finer_than_it_may,
    ]


def logging_settings(*, level: str) -> None:
    """Set up logging for structlog's loggers and for everyone else's."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {
                "without values": {"()": WithoutValues},
                "without paths": {"()": WithoutPaths},
            },
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _shared(),
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                }
            },
            "handlers": {
                "out": {
                    "class": "logging.StreamHandler",
                    "formatter": "json",
                    "filters": ["without paths", "without values"],
                }
            },
            "root": {"handlers": ["out"], "level": level},
            "loggers": {
                # The client of GOV.UK Notify tells of a refusal with what was sent.
                "notifications_python_client": {"level": "CRITICAL"},
                # Waitress tells of malformed requests with what was sent.
                "waitress": {"level": "ERROR"},
                # Gunicorn gives its loggers handlers of their own; named here, they lose them.
                "gunicorn.error": {"propagate": True},
                "gunicorn.access": {"propagate": False, "level": "CRITICAL"},
            },
        }
    )
