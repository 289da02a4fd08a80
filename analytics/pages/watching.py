"""The pages on which a wave is watched: the country, one authority, and a file of the table."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import StringIO
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from analytics import tiles, watching
from analytics.csv_on_web import BYTE_ORDER_MARK
from analytics.pages.opening import unknown
from analytics.rates import AGAINST_TARGET, Answered
from analytics.watching import Country, Part, Row
from authorities import access, telling
from authorities.models import Authority, Region
from authorities.pages.staff_only import person as who
from authorities.roles import Permission
from authorities.spreadsheet_cells import safe_row
from surveys import languages
from surveys.models import Job, Wave

WAVES_SHOWN: Final = 40
TILE: Final = 44  # of the drawing's own units


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table, and of the file.

    Args:
        worth: what rows are sorted by; ``None`` comes last either way.
        text: what stands in the file; a number of its own as it is, so that a minus is one.
    """

    code: str
    title: str
    worth: Callable[[Row], Any]
    text: Callable[[Row], object]
    number: bool = True


def _percent(number: int | None) -> str:
    return "" if number is None else f"{number}%"


COLUMNS: Final = (
    Column(
        "name", "Authority", lambda r: r.authority.name, lambda r: r.authority.name, number=False
    ),
    Column(
        "region",
        "Region",
        lambda r: r.authority.region.name,
        lambda r: r.authority.region.name,
        number=False,
    ),
    Column(
        "state", "State", lambda r: watching.STATES.index(r.state), lambda r: r.state, number=False
    ),
    Column("late", "Late because", lambda r: r.late or None, lambda r: r.late, number=False),
    Column(
        "missing",
        "Still missing",
        lambda r: len(r.missing) or None,
        lambda r: " ".join(r.missing),
        number=False,
    ),
    Column("eligible", "Could answer", lambda r: r.eligible, lambda r: _or_nothing(r.eligible)),
    Column("codes", "Codes made", lambda r: r.answered.codes, lambda r: str(r.answered.codes)),
    Column("sent", "Sent", lambda r: r.sent.handled, lambda r: str(r.sent.handled)),
    Column("bounced", "Bounced", lambda r: r.sent.bounced, lambda r: str(r.sent.bounced)),
    Column("doubtful", "Doubtful", lambda r: r.sent.doubtful, lambda r: str(r.sent.doubtful)),
    Column("answered", "Answered", lambda r: r.answered.replies, lambda r: r.answered.in_words),
    Column(
        "rate",
        "Response rate",
        lambda r: r.answered.share,
        lambda r: _percent(r.answered.percent),
    ),
    Column(
        "interval",
        "95% range",
        lambda r: r.answered.interval,
        lambda r: "{}% to {}%".format(*r.answered.interval) if r.answered.interval else "",
    ),
    Column("target", "Target", lambda r: r.target, lambda r: _percent(r.target)),
    Column(
        "reached",
        "Against target",
        lambda r: AGAINST_TARGET.index(r.reaches) if r.reaches else None,
        lambda r: r.reaches,
        number=False,
    ),
    Column(
        "before",
        "Wave before",
        lambda r: r.before.percent if r.before else None,
        lambda r: _percent(r.before.percent) if r.before else "",
    ),
    Column("change", "Change in points", lambda r: r.change, lambda r: r.change),
    Column("open", "By open link", lambda r: r.by_open_link, lambda r: r.by_open_link_in_words),
    Column(
        "mix",
        "Days since the last mix",
        lambda r: r.days_since_mix,
        lambda r: _or_nothing(r.days_since_mix),
    ),
)
_BY_CODE: Final = {column.code: column for column in COLUMNS}
# Those that stand in the page's table; the file has all.
_SHOWN: Final = (
    "name",
    "state",
    "codes",
    "sent",
    "bounced",
    "answered",
    "open",
    "rate",
    "reached",
    "change",
    "mix",
)


def _or_nothing(number: int | None) -> str:
    return "" if number is None else str(number)


class FilterForm(forms.Form):
    """Which authorities, and in which order. What is not understood is left out, not refused."""

    q = forms.CharField(label="Name", required=False, max_length=60)
    region = forms.ChoiceField(label="Region", required=False)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any state"), ("late", "late"), *((each, each) for each in watching.STATES)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.values_list("gss_code", "name")
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  told to the type checker
        field.choices = [("", "All England"), *regions]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MessageForm(forms.Form):
    """A message to coordinators."""

    subject = forms.CharField(
        label="Subject",
        max_length=150,
        error_messages={"required": "Give the message a subject."},
    )
    body = forms.CharField(
        label="Message",
        help_text="Plain text. Never name a family in it.",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5_000,
        error_messages={"required": "Write the message."},
    )


@never_cache
@login_required
@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    """The waves, the newest first."""
    access.require(request.user, Permission.SEE_PROGRESS)
    found = Wave.objects.select_related("version").defer("version__source", "version__translations")
    return render(
        request,
        "analytics/watching/waves.html",
        {"waves": found.order_by("-opens_on", "-pk")[:WAVES_SHOWN], "today": localdate()},
    )


@never_cache
@login_required
@require_safe
def country(request: HttpRequest, slug: str) -> HttpResponse:
    access.require(request.user, Permission.SEE_PROGRESS)
    return _show(request, _wave(slug))


@never_cache
@login_required
@require_safe
def country_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The table as it is filtered and sorted on the page, with every column.

    And with the breakdowns by age and language, as far as they may be shown of each authority.
    """
    access.require(request.user, Permission.SEE_PROGRESS)
    wave = _wave(slug)
    seen = watching.country(wave, today=localdate())
    rows = _sorted(_filtered(seen.rows, FilterForm(request.GET).asked()), request)
    text = StringIO()
    writer = csv.writer(text)
    columns = (*COLUMNS, *_of_parts(seen))
    writer.writerow(["GSS code", *(column.title for column in columns)])
    for row in rows:
        cells = [row.authority.gss_code, *(column.text(row) for column in columns)]
        writer.writerow(safe_row(cells))
    answer = HttpResponse(BYTE_ORDER_MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{wave.slug}-progress.csv"'
    return answer


@never_cache
@login_required
@require_POST
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """Write to the coordinators of the authorities that the page's filter leaves."""
    access.require(request.user, Permission.RUN_WAVES)
    wave = _wave(slug)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show(request, wave, form)
    seen = watching.country(wave, today=localdate())
    rows = _filtered(seen.rows, FilterForm(request.GET).asked())
    told = telling.coordinators(
        authorities=[row.authority for row in rows],
        by=who(request),
        today=localdate(),
        **form.cleaned_data,
    )
    if told.people:
        messages.success(
            request,
            f"Sent to {told.people} coordinator{'s' if told.people != 1 else ''} of "
            f"{told.authorities} authorit{'ies' if told.authorities != 1 else 'y'}."
            + (f" {len(told.without)} have none." if told.without else ""),
        )
    else:
        messages.error(request, "None of these authorities has a coordinator, so nobody was told.")
    return redirect(f"{request.path.removesuffix('write')}?{request.GET.urlencode()}")


@never_cache
@login_required
@require_safe
def authority(request: HttpRequest, slug: str, gss_code: str) -> HttpResponse:
    """One authority in one wave."""
    found = Authority.objects.select_related("region").filter(gss_code=gss_code.upper()).first()
    if found is None:
        return unknown(request, gss_code)
    access.require(request.user, Permission.SEE_PROGRESS, found)
    wave = _wave(slug)
    seen = watching.of_authority(found, wave, today=localdate())
    mailings = seen.row.participation.mailings.all()[:20] if seen.row.participation else []
    return render(
        request,
        "analytics/watching/authority.html",
        {
            "seen": seen,
            "row": seen.row,
            "wave": wave,
            "mailings": mailings,
            "breakdowns": [
                ("By age", "Age", seen.row.by_age),
                ("By language", "Language", _named(seen.row.by_language)),
            ],
            "nationally": access.may(request.user, Permission.SEE_PROGRESS),
        },
    )


def _of_parts(seen: Country) -> Iterator[Column]:
    """Columns of the file: what may be shown of each age and language that anybody has codes of."""
    for part in seen.by_age:
        yield from _of_part(f"Age {part.code}", part.code, lambda row: row.by_age)
    for part in seen.by_language:
        yield from _of_part(_language(part.code), part.code, lambda row: row.by_language)


def _of_part(title: str, code: str, parts: Callable[[Row], Iterable[Part]]) -> Iterator[Column]:
    def of(row: Row) -> Answered | None:
        return next((part.answered for part in parts(row) if part.code == code), None)

    def column(what: str, text: Callable[[Answered], object]) -> Column:
        return Column("", f"{title}: {what}", of, lambda row: text(at) if (at := of(row)) else None)

    yield column("codes made", lambda answered: answered.codes)
    yield column("answered", lambda answered: answered.in_words)
    yield column("rate", lambda answered: _percent(answered.percent))


def _show(request: HttpRequest, wave: Wave, wrong: MessageForm | None = None) -> HttpResponse:
    seen = watching.country(wave, today=localdate())
    form = FilterForm(request.GET)
    asked = form.asked()
    rows = _sorted(_filtered(seen.rows, asked), request)
    shown: dict[str, Any] = {
        "seen": seen,
        "wave": wave,
        "rows": rows,
        "form": FilterForm(initial=asked),
        "query": urlencode({**asked, **_order(request)}),
        "heads": _heads(request, asked),
        "tiles": _tiles(seen),
        "map": {
            "width": tiles.size().column * TILE,
            "height": tiles.size().row * TILE,
            "side": TILE - 3,
        },
        "states": [(state, seen.in_state(state)) for state in watching.STATES],
        "breakdowns": [
            ("By age", "Age", seen.by_age),
            ("By language", "Language", _named(seen.by_language)),
        ],
        "message_form": wrong or MessageForm(),
        "wrong": wrong,
        "runs_waves": access.may(request.user, Permission.RUN_WAVES),
        "going_on": Job.objects.filter(wave=wave, ended_at=None).count(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "analytics/watching/country.html", shown, status=status)


def _filtered(rows: Iterable[Row], asked: dict[str, str]) -> list[Row]:
    name, region, state = (asked.get(key, "") for key in ("q", "region", "state"))
    return [
        row
        for row in rows
        if name.casefold() in row.authority.name.casefold()
        and region in ("", row.authority.region_id)
        and (state in ("", row.state) or (state == "late" and bool(row.late)))
    ]


def _order(request: HttpRequest) -> dict[str, str]:
    sort = request.GET.get("sort", "")
    if sort not in _BY_CODE:
        return {}
    return {"sort": sort, **({"order": "down"} if request.GET.get("order") == "down" else {})}


def _sorted(rows: list[Row], request: HttpRequest) -> list[Row]:
    """As asked; else the late ones first, then by name, as they come."""
    order = _order(request)
    if not order:
        return rows
    worth = _BY_CODE[order["sort"]].worth
    known = [row for row in rows if worth(row) is not None]
    known.sort(key=worth, reverse="order" in order)
    return [*known, *(row for row in rows if worth(row) is None)]


def _heads(request: HttpRequest, asked: dict[str, str]) -> list[dict[str, Any]]:
    """The heads of the table: each a link that sorts by it, and once more the other way."""
    order = _order(request)
    heads = []
    for code in _SHOWN:
        is_by_it = order.get("sort") == code
        down = is_by_it and "order" not in order
        query = {**asked, "sort": code, **({"order": "down"} if down else {})}
        sorted_as = ("descending" if "order" in order else "ascending") if is_by_it else ""
        heads.append({"column": _BY_CODE[code], "query": urlencode(query), "sorted_as": sorted_as})
    return heads


def _tiles(seen: Country) -> list[dict[str, Any]]:
    """A tile of each authority that has a place on the map."""
    places = tiles.tiles()
    rows = [row for row in seen.rows if row.authority.gss_code in places]
    short = tiles.short_names(sorted(row.authority.name for row in rows))
    return [
        {
            "row": row,
            "x": places[row.authority.gss_code].column * TILE,
            "y": places[row.authority.gss_code].row * TILE,
            "short": short[row.authority.name],
            "mark": _mark(row),
            "look": "late" if row.late else row.state.replace(" ", "-"),
        }
        for row in rows
    ]


def _mark(row: Row) -> str:
    """What a tile says without its colour."""
    if row.late:
        return "late"
    if row.state in (watching.OPEN, watching.CLOSED):
        return "all" if row.answered.nearly_all else _percent(row.answered.percent) or "·"
    return {watching.NOT_JOINED: "–", watching.NOT_READY: "…", watching.READY: "ready"}[row.state]


def _named(parts: Iterable[Part]) -> list[Part]:
    return [Part(_language(part.code), part.answered) for part in parts]


def _language(code: str) -> str:
    found = languages.LANGUAGES.get(code)
    return found.english_name if found else "English" if code == languages.ENGLISH else code


def _wave(slug: str) -> Wave:
    found = Wave.objects.select_related("version").filter(slug=slug)
    wave = found.defer("version__source", "version__translations").first()
    if wave is None:
        raise Http404("There is no such wave.")
    return wave
