"""In which order the waves of a survey come out, and which of them a release rests on.

Figures of several waves, and what a reader knows already, depend on what was out when a release was
begun. So waves are released in the order of their periods, and a release is of no use any more when
another that it should rest on came out since.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from analytics.models import Release, TallySheet
from analytics.spans import Dated, Span, last_four, year_ending_with
from surveys.models import Wave


def standing(wave: Wave) -> tuple[date, date, int]:
    """Where a wave stands among those of its survey: by its period."""
    return wave.period_start, wave.period_end, wave.pk


def is_before(wave: Wave, other: Wave) -> bool:
    """Whether it is of the same survey as the other, and stands before it."""
    of = wave.version.survey, wave.simulated
    return of == (other.version.survey, other.simulated) and standing(wave) < standing(other)


def published() -> list[Release]:
    """All, in the order of their waves; with these and their surveys' codes. One query."""
    texts = ("wave__version__source", "wave__version__translations")
    found = Release.objects.published().select_related("wave__version").defer(*texts)
    return sorted(found, key=lambda each: (*standing(each.wave), each.number))


def before(wave: Wave, releases: Iterable[Release]) -> list[Release]:
    """Those that a release of this wave rests on: of earlier waves of its survey."""
    return [each for each in releases if is_before(each.wave, wave)]


def waves_of(release: Release, out: Iterable[Release]) -> Mapping[Span, tuple[Wave, ...]]:
    """Of which waves the figures of each span in a release are, the earliest first.

    Args:
        out: all that are published, with their waves and versions.
    """
    # What counted before it is what was out by then, as it was when the figures were made.
    then = [
        each
        for each in before(release.wave, out)
        if each.published_at and each.published_at <= release.prepared_at
    ]
    waves = {each.pk: each for each in (*(other.wave for other in then), release.wave)}
    ordered = sorted(waves.values(), key=standing)
    dated = [Dated(each.pk, each.period_start, each.period_end) for each in ordered]
    found = {
        Span.WAVE: (release.wave_id,),
        Span.FOUR: last_four([each.wave for each in dated], release.wave_id),
        Span.YEAR: year_ending_with(dated, release.wave_id),
    }
    return {span: tuple(waves[pk] for pk in of) for span, of in found.items() if of}


def overtaken(releases: Iterable[Release]) -> Mapping[int, str]:
    """Why those that are not out cannot come out as they are, by their ids. One query.

    Args:
        releases: with their waves and versions.
    """
    out = published()
    found = {each.pk: _overtaken(each, out) for each in releases if not each.published_at}
    return {pk: sentence for pk, sentence in found.items() if sentence}


def out_of_turn(wave: Wave, out: Sequence[Release]) -> str:
    """Why a wave can no longer be released; "" if it can. What is out already can be corrected."""
    later = [each.wave for each in out if is_before(wave, each.wave)]
    if not later or any(each.wave_id == wave.pk for each in out):
        return ""
    return (
        f"{later[0]} is published, and the waves of a survey come out in the order of their "
        f"periods. {wave} was passed over, and cannot be released any more."
    )


def passed_over_by(wave: Wave) -> list[Wave]:
    """Earlier waves that were counted, are not out, and cannot be once this is. One query."""
    found = Wave.objects.filter(
        pk__in=TallySheet.objects.values("wave"),
        version__survey=wave.version.survey,
        simulated=wave.simulated,
    ).exclude(pk__in=Release.objects.published().values("wave"))
    earlier = [each for each in found if standing(each) < standing(wave)]
    return sorted(earlier, key=standing)


def _overtaken(release: Release, out: Sequence[Release]) -> str:
    known = release.checks.get("before", [])
    since = [each for each in before(release.wave, out) if each.pk not in known]
    if not since:
        return out_of_turn(release.wave, out)
    return (
        f"{since[-1]} was published since {release} was begun, which its figures rest on. Prepare "
        "it again; then it is checked again too."
    )
