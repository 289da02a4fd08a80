"""Opens the tally sheets of a survey's waves, as the values that figures are made of."""

from collections import defaultdict
from collections.abc import Iterable

from analytics import counting, ordering
from analytics.cells import Eligible, Population, population_of
from analytics.models import TallySheet
from analytics.series import Round, Series
from analytics.tally import Tally
from authorities.models import Authority
from feedback.models import Channel
from surveys.keyring import Keyring
from surveys.models import EligiblePopulation, Participation, Wave


def channels(wave: Wave) -> list[str]:
    """By which anything was counted, those who were invited first."""
    found = set(TallySheet.objects.of(wave).values_list("channel", flat=True))
    return [channel for channel in Channel.values if channel in found]


def waves_before(wave: Wave) -> list[Wave]:
    """Earlier waves of the same survey of which figures came out, the earliest first."""
    out = ordering.before(wave, ordering.published())
    found = Wave.objects.filter(pk__in={each.wave_id for each in out}).select_related("version")
    return sorted(found, key=ordering.standing)


def series_of(wave: Wave, channel: str, *, keyring: Keyring) -> Series:
    """Everything counted of the survey up to this wave, by one channel.

    Raises:
        Unreadable: a sheet was damaged.
    """
    waves = [*waves_before(wave), wave]
    parts = list(
        Participation.objects.filter(wave__in=waves).values_list(
            "wave", "authority__gss_code", "authority__region"
        )
    )
    regions = dict(Authority.objects.values_list("gss_code", "region"))
    sheets = _tallies(waves, channel, keyring)
    populations = _populations(waves)
    rounds = []
    for each in waves:
        took_part = {code for wave_id, code, _ in parts if wave_id == each.pk}
        tallies = sheets[each.pk]
        # By an open link, only those are said anything of to whom somebody answered.
        authorities = took_part if channel == Channel.INVITED else took_part & tallies.keys()
        rounds.append(
            Round(
                code=each.slug,
                start=each.period_start,
                end=each.period_end,
                survey=each.version.definition,
                tallies=tallies,
                authorities=frozenset(authorities),
                populations=populations[each.pk] if channel == Channel.INVITED else {},
            )
        )
    known = {code for each in rounds for code in each.authorities}
    return Series(
        rounds,
        {code: regions[code] for code in known},
        # Those of the few places whose files were imported are not England.
        whole_country=not wave.version.definition.asked_elsewhere,
        self_selected=channel == Channel.OPEN,
    )


def _tallies(
    waves: Iterable[Wave], channel: str, keyring: Keyring
) -> defaultdict[int, dict[str, Tally]]:
    found: defaultdict[int, dict[str, Tally]] = defaultdict(dict)
    for sheet in TallySheet.objects.filter(wave__in=waves, channel=channel):
        found[sheet.wave_id][sheet.area] = counting.open_sheet(sheet, keyring=keyring)
    return found


def _populations(waves: Iterable[Wave]) -> defaultdict[int, dict[str, Population]]:
    rows: defaultdict[tuple[int, str], list[Eligible]] = defaultdict(list)
    listed = EligiblePopulation.objects.filter(participation__wave__in=waves).values_list(
        "participation__wave", "participation__authority__gss_code", "service", "age_band", "number"
    )
    for wave_id, code, service, age_band, number in listed:
        rows[wave_id, code].append(Eligible(service, age_band, number))
    found: defaultdict[int, dict[str, Population]] = defaultdict(dict)
    for (wave_id, code), each in rows.items():
        found[wave_id][code] = population_of(each)
    return found
