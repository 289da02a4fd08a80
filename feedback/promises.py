"""What a wave promises, in the reader's language."""

from collections.abc import Mapping

from feedback import wording
from surveys import planning
from surveys.models import Wave


def promise_of(wave: Wave, language: str) -> str:
    """The promise of a wave, in a language of its versions; an empty line between paragraphs."""
    if wave.promise == planning.DEFAULT_PROMISE:
        return wording.of(language)["usual_promise"]
    # Only pages in English have the promise itself: else the wave would not have been opened.
    promises: Mapping[str, str] = wave.promises
    return promises.get(language, wave.promise)
