"""The door for whoever asks to be contacted. It carries no code, and sets and reads no cookie.

It is no part of a survey: where somebody came from is not looked at, and nothing of it is logged.
"""

import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from authorities.models import Authority
from feedback import contact, contacting, helplines, limits, listeners, wording
from feedback.contact import LONGEST, Contact, How
from feedback.errors import NoListenersKey
from feedback.given import Form, Problem, Problems, Reason
from feedback.models import ContactRequest
from feedback.pages import bundles, drawing, speaking
from feedback.pages.answering import door, from_here, notice, page
from feedback.wording import Wording

_ID = re.compile(r"[0-9a-f]{32}")

# What the page sends besides what somebody says: how it looks, in which language it is wanted, and
# what the script made.
_BESIDE = ("see", "speak", "browser", "nonce")

_URGENT = (helplines.calling("999"), helplines.calling("0800 1111"))

# Where there is room for several lines.
_LONG = frozenset({"when", "secret", "about"})

_WHY: Mapping[tuple[str, Reason], str] = {
    ("how", Reason.NOTHING): "contact_wrong_how",
    ("how", Reason.NOT_AN_ANSWER): "contact_wrong_how",
    ("where", Reason.NOTHING): "contact_wrong_where",
    ("council", Reason.NOT_AN_ANSWER): "contact_wrong_council",
}
_WHY_ELSE: Mapping[Reason, str] = {
    Reason.NOT_ASKED: "wrong_not_asked",
    Reason.ONE_ONLY: "wrong_one_only",
    Reason.TOO_LONG: "wrong_too_long",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form, and goes back with it where it cannot be kept.

    Args:
        typed: what somebody said, by field.
        form_id: made with the form; its sum is made from it, and a second tap is known by it.
        nonce: what the browser's sum came to, or "".
        sights: how the page was made to look.
        speak: the language that was tapped instead of sending, or "".
    """

    typed: Form = field(default_factory=dict)
    form_id: str = ""
    nonce: str = ""
    sights: frozenset[str] = frozenset()
    speak: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Sent":
        form = dict(request.POST.lists())
        see, speak, form_id, nonce = (form.pop(name, []) for name in _BESIDE)
        sights = frozenset(see) & frozenset(drawing.SIGHTS)
        return cls(form, "".join(form_id), "".join(nonce), sights, "".join(speak))

    @property
    def known_id(self) -> str | None:
        return self.form_id if _ID.fullmatch(self.form_id) else None


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to fill in, as drawn.

    Args:
        typed: what was written before, with the line end before it that HTML takes away.
        why: what is wrong with it, or "".
    """

    name: str
    ask: str
    hint: str
    typed: str
    why: str

    @property
    def longest(self) -> int:
        return LONGEST.get(self.name, 0)

    @property
    def is_long(self) -> bool:
        return self.name in _LONG


@door
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent from it. What is sent must come from this very page."""
    language = speaking.chosen(request, wording.offered())
    if request.method == "POST":
        if not from_here(request):
            return notice(request, "elsewhere", HTTPStatus.FORBIDDEN)
        if request.content_type != "application/x-www-form-urlencoded":
            return notice(request, "no_files", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return _take(request, Sent.of(request), language)
    try:
        listeners.public_key()
    except NoListenersKey:
        return notice(request, "contact_away", HTTPStatus.SERVICE_UNAVAILABLE)
    return _show(request, Sent(), language)


def _take(request: HttpRequest, sent: Sent, language: str) -> HttpResponse:
    """Keep what was sent, or give it back with what is wrong."""
    if sent.speak:
        wanted = sent.speak if sent.speak in wording.offered() else language
        return _show(request, sent, wanted)
    match contact.read(sent.typed, councils=_councils().keys(), page_language=language):
        case Problems(problems):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return _show(request, sent, language, problems=problems, status=status)
        case asked if not (wait := _must_wait(sent)):
            return _keep(request, sent, asked, language)
        case _:
            return _show_to_wait(request, sent, language, seconds=wait)


def _must_wait(sent: Sent) -> int:
    """Seconds until the door takes more, or 0. Asked only for what could be kept."""
    return limits.wait_at_contact(browser=sent.known_id or "", nonce=sent.nonce, now=time.time())


def _keep(request: HttpRequest, sent: Sent, asked: Contact, language: str) -> HttpResponse:
    try:
        kept = contacting.ask(contact=asked, form_id=sent.known_id, now=timezone.now())
    except NoListenersKey:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _show(request, sent, language, trouble="contact_wrong_away", status=status)
    say = wording.of(language).knowing(
        minutes=settings.HEARD_CONTACT_MINUTES, council=_councils().get(asked.council, "")
    )
    drawn = drawing.page(
        "contact_thanks",
        language=language,
        sights=sent.sights,
        title=say["contact_thanks_title"],
        steps=[say[key] for key in _steps(asked, kept)],
        calls=[(way.address, say.knowing(phone=way.phone)["help_call"]) for way in _URGENT],
    )
    return page(request, drawn)


def _steps(asked: Contact, kept: ContactRequest) -> Iterator[str]:
    """What happens now, as it truly will. Keys of the wording."""
    if kept.authority_id is not None:
        yield from ("contact_thanks_council", "contact_thanks_soon_council")
    else:
        chosen = asked.council and not asked.elsewhere
        yield "contact_thanks_none" if chosen else "contact_thanks_national"
        yield "contact_thanks_soon_national"
    yield "contact_thanks_then"


def _show_to_wait(request: HttpRequest, sent: Sent, language: str, *, seconds: int) -> HttpResponse:
    answer = _show(
        request,
        sent,
        language,
        trouble="contact_wrong_often",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        minutes=-(-seconds // 60),
    )
    answer["Retry-After"] = str(seconds)
    return answer


def _show(
    request: HttpRequest,
    sent: Sent,
    language: str,
    *,
    problems: Sequence[Problem] = (),
    trouble: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    **facts: object,
) -> HttpResponse:
    """The form. Args: trouble: a key of the wording; facts: what fills its blanks."""
    say = wording.of(language)
    why = {each.item: _why(each, sent.typed, say) for each in problems}
    typed = {name: "".join(values) for name, values in sent.typed.items()}
    drawn = drawing.page(
        "contact",
        language=language,
        scripts=bundles.CONTACT,
        sights=sent.sights,
        title=say["contact_title"],
        languages=tuple(map(drawing.named, wording.offered())),
        trouble=say.knowing(**facts)[trouble] if trouble else "",
        wrong=[(name, say[f"contact_{name}"] if name else "", why[name]) for name in why],
        boxes=tuple(_boxes(typed, why, say)),
        ways=[(how, say[f"contact_how_{how}"], typed.get("how") == how) for how in How],
        councils=[(code, name, typed.get("council") == code) for code, name in _by_name()],
        elsewhere=bool(typed.get("elsewhere")),
        form_id=sent.known_id or secrets.token_hex(16),
        nonce=sent.nonce if sent.known_id else "",
    )
    return page(request, drawn, status, policy=bundles.policy(bundles.CONTACT))


def _boxes(typed: Mapping[str, str], why: Mapping[str, str], say: Wording) -> Iterator[Box]:
    for name in ("how", "where", "called", "language", "when", "secret", "council", "about"):
        written = typed.get(name, "")
        yield Box(
            name=name,
            ask=say[f"contact_{name}"],
            hint="" if name == "how" else say[f"contact_{name}_hint"],
            typed=f"\n{written}" if written and name in _LONG else written,
            why=why.get(name, ""),
        )


def _why(problem: Problem, typed: Form, say: Wording) -> str:
    key = _WHY.get((problem.item, problem.reason)) or _WHY_ELSE.get(problem.reason, "")
    if not key:  # a way to reach them that does not fit
        by_mail = "".join(typed.get("how", ())) == How.EMAIL
        key = "contact_wrong_email" if by_mail else "contact_wrong_number"
    return say.knowing(length=f"{problem.length:,}", longest=f"{problem.longest:,}")[key]


def _councils() -> dict[str, str]:
    """Those in force today, by GSS code."""
    return dict(_by_name())


def _by_name() -> list[tuple[str, str]]:
    in_force = Authority.objects.in_force_on(timezone.localdate()).order_by("name")
    return list(in_force.values_list("gss_code", "name"))
