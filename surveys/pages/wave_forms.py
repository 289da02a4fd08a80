"""The forms of the pages on waves: what is typed, as values."""

import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from typing import Any, Final

from django import forms

from surveys import languages as known_languages
from surveys import planning, plans, rotation
from surveys.eligible_files import MOST_BYTES
from surveys.models import LEAST_K, Version, Wave
from surveys.planning import DEFAULT_PROMISE, Terms
from surveys.plans import Plan
from surveys.taking_part import People

_PROMISE_IN: Final = "promise_in_"


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, label: str, help_text: str = "") -> None:
        missing = f"Say the day: {label[0].lower()}{label[1:]}."
        super().__init__(
            label=label,
            help_text=help_text,
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={"required": missing, "invalid": f"{missing} Such as 2027-03-31."},
        )


class _Number(forms.IntegerField):
    def __init__(self, label: str, help_text: str, *, usual: int, least: int, most: int) -> None:
        said = f"{label}: a whole number from {least} to {most}."
        super().__init__(
            label=label,
            help_text=help_text,
            initial=usual,
            min_value=least,
            max_value=most,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), said),
        )


class PlanForm(forms.Form):
    """A wave as it is planned. For a new one it asks for its address too."""

    slug = forms.SlugField(
        label="Its address",
        help_text="Small letters, digits and hyphens, such as autumn-2026. It stays.",
        max_length=40,
        error_messages={
            "required": "Give it an address, such as autumn-2026.",
            "invalid": "The address has small letters, digits and hyphens only.",
        },
    )
    name = forms.CharField(
        label="Its name",
        help_text="Such as Autumn 2026.",
        max_length=80,
        error_messages={"required": "Give it a name, such as Autumn 2026."},
    )
    version = forms.ModelChoiceField(
        label="What it asks",
        help_text="A published version of a survey.",
        queryset=Version.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choose a published version. If there is none, publish one first.",
            "invalid_choice": "Choose one of the published versions.",
        },
    )
    period_start = _Day("First day of the period", "The time that families are asked about.")
    period_end = _Day("Last day of the period")
    opens_on = _Day("First day of fieldwork", "From then families can answer, once it is opened.")
    closes_on = _Day("Last day of fieldwork", "It can be extended with a reason while it runs.")
    groups = forms.TypedChoiceField(
        label="Groups that families are divided into",
        help_text="As many as there are waves in a year: then nobody is asked twice in it.",
        choices=[(each, str(each)) for each in rotation.NUMBERS_OF_GROUPS],
        coerce=int,
        initial=4,
    )
    asked_groups = forms.CharField(
        label="Groups that this wave asks",
        help_text="Their numbers, such as 1 or 1, 3. Leave it empty to ask everybody.",
        required=False,
        max_length=60,
    )
    asked_again_why = forms.CharField(
        label="Why may families be asked twice within a year?",
        help_text="Only if this wave asks groups that another asks too. It stays with the plan.",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    languages = forms.MultipleChoiceField(
        label="Languages beside English",
        help_text="None ticked is all that the version is in.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    target_rate = _Number(
        "Response aimed for, in per cent",
        "What the watching page compares with.",
        usual=planning.USUAL_TARGET,
        least=1,
        most=100,
    )
    k = _Number(
        "Fewest answers mixed together",
        "No count moves by fewer than this, so that nobody sees one answer arrive.",
        usual=LEAST_K,
        least=LEAST_K,
        most=1_000,
    )
    most_local_items = _Number(
        "Most local questions of an authority",
        "From the approved bank, after the core.",
        usual=planning.USUAL_LOCAL_ITEMS,
        least=0,
        most=planning.MOST_LOCAL_ITEMS,
    )
    promise = forms.CharField(
        label="What families are promised, in English",
        help_text="Leave it empty for the usual promise, which is translated already.",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, wave: Wave | None = None, **kwargs: Any) -> None:
        if wave is not None:
            kwargs["initial"] = _initial(wave)
        super().__init__(*args, **kwargs)
        if wave is not None:
            del self.fields["slug"]
        published = Version.objects.cores().order_by("survey", "-number")
        asked = [each for each in published if not each.definition.asked_elsewhere]
        fields: dict[str, Any] = self.fields  # each of the kind that is said above
        fields["version"].queryset = published.filter(pk__in=[each.pk for each in asked])
        codes = sorted({code for each in asked for code in each.translations})
        named = [(code, _called(code)) for code in codes]
        fields["languages"].choices = named
        for code, name in named:
            self.fields[f"{_PROMISE_IN}{code}"] = forms.CharField(
                label=f"The promise in {name}",
                required=False,
                max_length=3_000,
                initial="" if wave is None else wave.promises.get(code, ""),
                widget=forms.Textarea(
                    attrs={"rows": 4, "lang": code, "dir": known_languages.direction(code)}
                ),
            )

    @property
    def promises(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(_PROMISE_IN)]

    def clean_asked_groups(self) -> tuple[int, ...]:
        typed = self.cleaned_data["asked_groups"].replace(",", " ").split()
        if not all(each.isdecimal() and len(each) < 3 for each in typed):
            raise forms.ValidationError("Write the numbers of the groups, such as 1, 3.")
        return tuple(sorted({int(each) for each in typed}))

    def terms(self) -> Terms:
        """What was typed, once the form is valid."""
        given = self.cleaned_data
        names = (
            *("name", "version", "period_start", "period_end", "opens_on", "closes_on", "k"),
            *("languages", "target_rate", "most_local_items", "groups", "asked_groups"),
            "asked_again_why",
        )
        promises = {
            name.removeprefix(_PROMISE_IN): text
            for name, text in given.items()
            if name.startswith(_PROMISE_IN) and text.strip()
        }
        return Terms(
            **{name: given[name] for name in names},
            promise=given["promise"] or DEFAULT_PROMISE,
            promises=promises,
        )


def _called(code: str) -> str:
    found = known_languages.LANGUAGES.get(code)
    return found.english_name if found else code


def _initial(wave: Wave) -> dict[str, Any]:
    names = [name for name in PlanForm.base_fields if name not in ("slug", "was", "promise")]
    return {
        **{name: getattr(wave, name) for name in names},
        "asked_groups": ", ".join(map(str, wave.asked_groups)),
        "promise": "" if wave.promise == DEFAULT_PROMISE else wave.promise,
        "was": planning.state_of(wave),
    }


class PlanFileForm(forms.Form):
    file = forms.FileField(
        label="A plan as a TOML file",
        help_text="As it is downloaded from a wave’s plan.",
        error_messages={"required": "Choose a file first.", "empty": "The file is empty."},
    )

    def clean_file(self) -> str:
        content: bytes = self.cleaned_data["file"].read(plans.MOST_BYTES + 1)
        if len(content) > plans.MOST_BYTES:
            raise forms.ValidationError("The file is larger than any plan. Is it the right one?")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                "The file is not text in UTF-8. Save it as UTF-8."
            ) from None

    def plan(self) -> Plan:
        """What the file plans, once the form is valid.

        Raises:
            DefinitionError: with all that is wrong.
        """
        return plans.read(self.cleaned_data["file"], {})


class PeopleForm(forms.Form):
    """Whom families can turn to, and who answers them out of office hours."""

    help_name = forms.CharField(
        label="Whom families can turn to",
        help_text="Such as “The children’s rights officer”. Families read it on every page.",
        max_length=120,
        error_messages={"required": "Say whom families can turn to."},
    )
    help_phone = forms.CharField(
        label="Their number in office hours",
        max_length=30,
        error_messages={"required": "Give a number that families can call."},
    )
    cover_name = forms.CharField(
        label="Who answers out of office hours",
        help_text="Such as “The emergency duty team”. Without it families here are not asked.",
        max_length=120,
        required=False,
    )
    cover_phone = forms.CharField(label="Their number out of hours", max_length=30, required=False)

    def people(self) -> People:
        return People(**self.cleaned_data)


class EligibleForm(forms.Form):
    """A file of numbers; sent again with a reason, it need not be chosen again."""

    file = forms.FileField(
        label="A file of numbers",
        help_text="CSV in UTF-8, with the columns described below.",
        required=False,
        error_messages={"empty": "The file is empty."},
    )
    why = forms.CharField(
        label="Why are these numbers right?",
        help_text="Only if they are asked about. It is kept in the audit.",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    again = forms.CharField(widget=forms.HiddenInput, required=False)

    def content(self) -> bytes | None:
        """What was uploaded, or what came back with the page; ``None`` if neither is whole."""
        if self.cleaned_data["file"] is not None:
            # One byte more than may be is enough to see that it is too large.
            content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
            return content
        return unpacked(self.cleaned_data["again"])


def packed(content: bytes) -> str:
    """A file as a hidden field brings it back."""
    return b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str) -> bytes | None:
    """`packed` undone. What was made to unpack to more than a file may have is cut there."""
    try:
        squeezed = b64decode(text, validate=True)
        return zlib.decompressobj().decompress(squeezed, MOST_BYTES + 1) or None
    except (NotBase64, ValueError, zlib.error):
        return None


class ReasonForm(forms.Form):
    why = forms.CharField(
        label="Why?",
        help_text="It is kept in the audit.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why: it is kept in the audit."},
    )


class ExtendForm(ReasonForm):
    until = _Day("New last day of fieldwork")
    was = forms.DateField(required=False, widget=forms.HiddenInput)

    field_order = ("until", "why")


class CloseForm(forms.Form):
    when = forms.ChoiceField(
        label="When does it close?",
        choices=[("tonight", "Tonight: today is its last day"), ("now", "Now, at once")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose when it closes.",
            "invalid_choice": "Choose when it closes.",
        },
    )
    sure = forms.BooleanField(
        label="I have read what closing does, and that it cannot be undone.",
        error_messages={"required": "Tick that you have read what closing does."},
    )
