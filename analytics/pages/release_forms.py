"""The forms of the pages on releases and on events: what is typed, as values."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.forms.utils import from_current_timezone

from analytics import events

Given = Mapping[str, Any]  # as it was posted

THURSDAY: Final = 3
# When the figures of England's government come out: Code of Practice for Statistics, T3.6.
HALF_PAST_NINE: Final = time(9, 30)


def next_thursday(today: date) -> date:
    """The first one after this day."""
    return today + timedelta(days=(THURSDAY - today.weekday() - 1) % 7 + 1)


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {  # noqa: RUF012  Django's own name for it
        "required": "Say the day, such as 2027-03-31.",
        "invalid": "Say the day, such as 2027-03-31.",
    }

    def __init__(self, **said: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y"], **said)


class NoteForm(forms.Form):
    """What a release corrects."""

    note = forms.CharField(
        label="What this release corrects",
        help_text="Everybody reads it with the figures: what changed, in which, and why.",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, given: Given | None = None, *, correcting: bool, before: str = "") -> None:
        super().__init__(given, auto_id="note_%s", initial={"note": before})
        if not correcting:
            del self.fields["note"]


class ScheduleForm(forms.Form):
    """When a release comes out."""

    day = _Day(label="Day", help_text="Thursdays are usual.")
    at = forms.TimeField(
        label="Time",
        help_text="09:30 is when official statistics come out.",
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), "Say the time, such as 09:30."),
    )

    def __init__(self, given: Given | None = None, *, today: date) -> None:
        usual = {"day": next_thursday(today), "at": HALF_PAST_NINE}
        super().__init__(given, auto_id="when_%s", initial=usual)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "day" in given and "at" in given:
            # Raises of its own for a time that a change of the clocks leaves out or has twice.
            given["moment"] = from_current_timezone(datetime.combine(given["day"], given["at"]))
        return given


class PublishForm(forms.Form):
    """Now, at once: it is for ever."""

    sure = forms.BooleanField(
        label="I have read the report. I know that it stays for everybody to see, for ever.",
        error_messages={"required": "Tick that you know it stays: it cannot be undone."},
    )

    def __init__(self, given: Given | None = None) -> None:
        super().__init__(given, auto_id="now_%s")


class EarlyAccessForm(forms.Form):
    """Who sees it before it is out."""

    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Say their name."}
    )
    role = forms.CharField(
        label="Role", max_length=120, error_messages={"required": "Say their role."}
    )
    organisation = forms.CharField(
        label="Organisation", max_length=120, error_messages={"required": "Say where they work."}
    )
    reason = forms.CharField(
        label="Why they need it before others",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why they need it before others."},
    )

    def __init__(self, given: Given | None = None) -> None:
        super().__init__(given, auto_id="early_%s")


class EventForm(forms.Form):
    """A day on which something changed."""

    on = _Day(label="Day")
    words = forms.CharField(
        label="What happened",
        help_text="For all who read the charts, such as: New duty team. Nothing about a person.",
        max_length=events.LONGEST,
        error_messages={"required": "Say what happened, such as: New duty team."},
    )
    indicator = forms.ChoiceField(label="Which figures it is about", required=False)
    rebases = forms.BooleanField(
        label="It changed for good how things are done",
        help_text=(
            "Then the usual range is worked out anew from this day. Tick it only if you would have "
            "before you saw the figures."
        ),
        required=False,
    )

    def __init__(self, given: Given | None = None) -> None:
        super().__init__(given, auto_id="event_%s")
        known = [("", "All figures"), *events.about().items()]
        self.fields["indicator"] = forms.ChoiceField(
            label="Which figures it is about", choices=known, required=False
        )
