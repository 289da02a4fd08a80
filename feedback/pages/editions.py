"""Editions of a survey page: what decides its bytes, and nothing about who reads it."""

from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.conf import settings

from feedback.promises import promise_of
from surveys import languages, questionnaire, recordings
from surveys.definition import Survey
from surveys.models import Participation, Version
from surveys.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Edition:
    """All that is on a page besides the survey itself. Equal editions are the same bytes.

    `media` has, for each item with recordings, the digests of its sound and its film.

    No code is in it: everyone of a participation, age version and language gets the same page.
    What an administrator may still change (a help number) is in it by value, so that a page kept in
    memory never shows an old one.
    """

    participation: int
    digest: str
    age_version: str
    language: str
    by_open_link: bool
    authority: str
    help_name: str
    help_phone: str
    promise: str
    k: int
    opens_on: date
    closes_on: date
    simulated: bool
    family_name: str
    media: tuple[tuple[str, tuple[str, str]], ...] = ()
    limited_to: tuple[str, ...] = ()  # languages beside English; none named is all of the version's


def edition(
    participation: Participation, *, age_version: str, language: str, by_open_link: bool
) -> Edition:
    """Args: participation: with its wave, authority and version at hand; nothing is read here."""
    wave = participation.wave
    return Edition(
        participation=participation.pk,
        digest=participation.version.digest,
        age_version=age_version,
        language=language,
        by_open_link=by_open_link,
        authority=participation.authority.name,
        help_name=participation.help_name,
        help_phone=participation.help_phone,
        promise=promise_of(wave, language),
        k=wave.k,
        opens_on=wave.opens_on,
        closes_on=wave.closes_on,
        simulated=wave.simulated,
        family_name=settings.HEARD_NAME,
        media=_media(participation.version_id, age_version, language),
        limited_to=tuple(wave.languages),
    )


def _media(
    version_id: int, age_version: str, language: str
) -> tuple[tuple[str, tuple[str, str]], ...]:
    """What was recorded, by item; kept for a minute in memory, so that it costs no query."""
    found = recordings.of(version_id, age_version=age_version, language=language)
    return tuple((item, (each.audio, each.film)) for item, each in sorted(found.items()))


class Reading:
    """A published version as families read it, in memory: a version never changes.

    The questionnaires are made when they are first asked for.
    """

    def __init__(self, version: Version) -> None:
        self.survey: Survey = version.definition
        self._translations = dict(version.translations)
        self._made: dict[tuple[str, str], Questionnaire] = {}

    @property
    def age_versions(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.survey.age_versions)

    @property
    def languages(self) -> tuple[str, ...]:
        return (languages.ENGLISH, *sorted(self._translations))

    def questionnaire(self, age_version: str, language: str) -> Questionnaire:
        """Raises: KeyError, NotTranslated: there is no such age version or language."""
        key = (age_version, language)
        if key not in self._made:
            self._made[key] = questionnaire.of(
                self.survey,
                age_version=age_version,
                language=language,
                translations=self._translations,
            )
        return self._made[key]


MOST_READINGS = 200  # every authority with local questions of its own, and some to spare
_readings: dict[str, Reading] = {}
_one_at_a_time = Lock()


def reading(version: Version) -> Reading:
    """The version as families read it. Its long texts are fetched the first time only."""
    found = _readings.get(version.digest)
    if found is None:
        with _one_at_a_time:
            found = _readings.get(version.digest) or Reading(version)
            _readings[version.digest] = found
            while len(_readings) > MOST_READINGS:
                del _readings[next(iter(_readings))]
    return found
