"""What may be asked of a list: filters and a place in it. Anything else is refused in words."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from analytics.disclosure import End
from analytics.exporting import INDICATOR_NAMES
from analytics.exporting_backgrounds import KINDS
from analytics.models import Figure
from analytics.spans import Span

MOST_AT_ONCE = 1000
USUALLY_AT_ONCE = 200
# Further than any list goes, and still a number that every database takes.
FURTHEST = 10_000_000

GSS_CODE = r"^E\d{8}$"
SLUG = r"^[a-z0-9-]{1,40}$"
RELEASE = r"^[a-z0-9-]{1,40}\.[1-9]\d{0,3}$"
SLICE = r"^[a-z0-9:_-]{1,60}$"

INDICATORS = tuple(INDICATOR_NAMES)
SPANS = tuple(span.value for span in Span)
ENDS = tuple(end.value for end in End)
CHANNELS = tuple(Figure._meta.get_field("channel").choices or ())


def _written(pattern: str, like: str, help_text: str) -> serializers.RegexField:
    """A filter that is written like this."""
    return serializers.RegexField(
        pattern,
        required=False,
        help_text=help_text,
        error_messages={"invalid": f"Write it like {like}.", "blank": f"Write it like {like}."},
    )


def _one_of(choices: Iterable[Any], help_text: str) -> serializers.ChoiceField:
    codes = [each if isinstance(each, str) else each[0] for each in choices]
    there_are = f"There are: {', '.join(codes)}."
    return serializers.ChoiceField(
        codes, required=False, help_text=help_text, error_messages={"invalid_choice": there_are}
    )


class Asked(serializers.Serializer[Any]):
    """A place in a list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST_AT_ONCE, default=USUALLY_AT_ONCE, help_text="How many at once."
    )
    offset = serializers.IntegerField(
        min_value=0, max_value=FURTHEST, default=0, help_text="How many to pass over."
    )


class ReleasedAsked(Asked):
    """Of which area and release. Without ``release``, of the newest release of each wave."""

    area = _written(GSS_CODE, "E92000001", "GSS code of an authority, a region or England.")
    authority = _written(GSS_CODE, "E08000035", "GSS code of an authority.")
    wave = _written(SLUG, "2026-q3", "Code of a wave.")
    indicator = _one_of(INDICATORS, "Code of an indicator.")
    channel = _one_of(CHANNELS, "How replies came: they are counted apart.")
    span = _one_of(SPANS, "Of one wave, of the last four together, or of a year.")
    release = _written(RELEASE, "2026-q3.1", "A release: the wave's code, a dot, the number.")


class FiguresAsked(ReleasedAsked):
    """Which figures."""

    slice = _written(SLICE, "age:8-11", "all, or a group such as age:8-11.")


class BackgroundsAsked(ReleasedAsked):
    """What stands behind which figures."""

    kind = _one_of(KINDS, "Of authorities' spread, of weights, of an index, or of cost.")


def read(request: Request, kind: type[Asked]) -> dict[str, Any]:
    """What a request asks of a list.

    Raises:
        ValidationError: a filter that is not known, is there twice, or has a value it cannot have.
    """
    query = request.query_params
    # As a plain mapping: of a form, an empty filter would be taken for none.
    serializer = kind(data=query.dict())
    known = [*serializer.fields]
    for name in query:
        if name not in (*known, "format"):
            # To pass over a misspelt filter would be to answer with everything instead.
            raise refusal(f"There is no filter {name[:40]!r}. There are: {', '.join(known)}.")
        if len(query.getlist(name)) > 1:
            raise refusal(f"{name}: Give it once.")
    if not serializer.is_valid():
        raise refusal(
            " ".join(
                f"{name}: {' '.join(map(str, said))}" for name, said in serializer.errors.items()
            )
        )
    asked: dict[str, Any] = serializer.validated_data
    return asked


def refusal(sentence: str) -> serializers.ValidationError:
    return serializers.ValidationError({"detail": sentence})
