"""The forms of the pages on plans: what is typed, as values."""

from datetime import date
from typing import Any

from django import forms

from improvement import planning
from improvement.expectations import Measure, a_year_after, day_in_words
from improvement.models import Plan
from improvement.planning import LONGEST_DOING, LONGEST_OWNER, LONGEST_REASON, Terms


class PlanForm(forms.Form):
    """What a plan says. Of a plan that is there already it asks why it changes, too."""

    doing = forms.CharField(
        label="What we will do",
        help_text="One small change that families would notice. Nothing that tells who a child is.",
        max_length=LONGEST_DOING,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what you will do."},
    )
    owner = forms.CharField(
        label="Who sees to it",
        help_text="A role, such as “Head of early help”, or the name of a member of staff.",
        max_length=LONGEST_OWNER,
        error_messages={"required": "Say who sees to it."},
    )
    by_when = forms.DateField(
        label="By when",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Say the day by which it is done, such as 2027-03-31."
        ),
    )
    expected = forms.IntegerField()
    expected_by = forms.TypedChoiceField(
        label="In which figures",
        coerce=date.fromisoformat,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose the figures that will show it."
        ),
    )
    public = forms.BooleanField(
        label="Show this plan in the public report, with what becomes of it", required=False
    )
    why = forms.CharField(
        label="Why does it change?",
        help_text="It is kept in the audit, with what the plan said before.",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why it changes."},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        measure: Measure,
        period_end: date,
        plan: Plan | None = None,
        **kwargs: Any,
    ) -> None:
        if plan is not None:
            kwargs["initial"] = _initial(plan)
        super().__init__(*args, **kwargs)
        self.fields["expected"] = _expected(measure)
        fields: dict[str, Any] = self.fields  # each of the kind that is said above
        fields["expected_by"].choices = _days(period_end, plan)
        if plan is None:
            del self.fields["why"], self.fields["revision"]

    def terms(self) -> Terms:
        """What was typed, once the form is valid."""
        names = ("doing", "owner", "by_when", "expected", "expected_by", "public")
        return Terms(**{name: self.cleaned_data[name] for name in names})


def _expected(measure: Measure) -> forms.IntegerField:
    least, most = measure.unit.ends
    said = f"Expect a whole number from {least} to {most}."
    return forms.IntegerField(
        label=f"What we expect it to be, in {measure.unit.value}",
        help_text=f"A whole number from {least} to {most}. It is held against the outcome.",
        min_value=least,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
    )


def _days(period_end: date, plan: Plan | None) -> list[tuple[str, str]]:
    """A year on, two years on… and whatever else the plan has."""
    years = range(planning.FEWEST_YEARS, planning.MOST_YEARS + 1)
    days = {a_year_after(period_end, number) for number in years}
    if plan is not None:
        days.add(plan.expected_by)
    return [(day.isoformat(), f"Those up to {day_in_words(day)}") for day in sorted(days)]


def _initial(plan: Plan) -> dict[str, Any]:
    names = ("doing", "owner", "by_when", "expected", "public", "revision")
    return {
        **{name: getattr(plan, name) for name in names},
        "expected_by": plan.expected_by.isoformat(),
    }


class EndForm(forms.Form):
    state = forms.ChoiceField(
        label="How it ends",
        choices=[("", "Choose one"), ("done", "It is done"), ("stopped", "It stops")],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose whether it is done or stops."
        ),
    )
    why = forms.CharField(
        label="What was done, or why does it stop?",
        help_text="It stands beside the plan, in the public report too if the plan is there.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what was done, or why it stops."},
    )
