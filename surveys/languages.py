"""The languages of a survey, as gettext PO files, which any translator's tool opens. Pure.

A string is known by its context and its English. The context is its place without the age
version (`safe/ask`, `scale/how-far/answers/yes`, `8-11/intro`), so that words that several age
versions share are translated once; the references say which (`safe/ask/8-11`). A shared scale's
labels have the scale's context. When the English changes, its translation becomes *fuzzy*: it may
not be published until a translator has looked at it.

What is written here of a survey's strings holds for any others too, such as the pages' own words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import polib

from surveys import wording
from surveys.definition import AgeVersion, Answer, Item, Survey

ENGLISH = "en"

_BLANK = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_CODE = 12


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code, as its own speakers write its name."""

    code: str
    name: str
    english_name: str
    direction: str = "ltr"


# Codes and names: IANA language subtag registry and Unicode CLDR (autonyms). The list has the main
# languages other than English of the 2021 census of England and Wales, and of children seeking
# asylum. A language that is not here can still be used: see `direction`.
LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "English", "English"),
        Language("am", "አማርኛ", "Amharic"),
        Language("ar", "العربية", "Arabic", "rtl"),
        Language("bg", "Български", "Bulgarian"),
        Language("bn", "বাংলা", "Bengali"),
        Language("ckb", "کوردیی ناوەندی", "Central Kurdish", "rtl"),
        Language("cs", "Čeština", "Czech"),
        Language("cy", "Cymraeg", "Welsh"),
        Language("de", "Deutsch", "German"),
        Language("el", "Ελληνικά", "Greek"),
        Language("es", "Español", "Spanish"),
        Language("fa", "فارسی", "Persian", "rtl"),
        Language("fr", "Français", "French"),
        Language("gu", "ગુજરાતી", "Gujarati"),
        Language("he", "עברית", "Hebrew", "rtl"),
        Language("hi", "हिन्दी", "Hindi"),
        Language("hu", "Magyar", "Hungarian"),
        Language("it", "Italiano", "Italian"),
        Language("ku", "Kurdî", "Kurdish"),
        Language("lt", "Lietuvių", "Lithuanian"),
        Language("ml", "മലയാളം", "Malayalam"),
        Language("ne", "नेपाली", "Nepali"),
        Language("pa", "ਪੰਜਾਬੀ", "Punjabi"),
        Language("pl", "Polski", "Polish"),
        Language("prs", "دری", "Dari", "rtl"),
        Language("ps", "پښتو", "Pashto", "rtl"),
        Language("pt", "Português", "Portuguese"),
        Language("ro", "Română", "Romanian"),
        Language("ru", "Русский", "Russian"),
        Language("sk", "Slovenčina", "Slovak"),
        Language("so", "Soomaali", "Somali"),
        Language("sq", "Shqip", "Albanian"),
        Language("ta", "தமிழ்", "Tamil"),
        Language("ti", "ትግርኛ", "Tigrinya"),
        Language("tr", "Türkçe", "Turkish"),
        Language("uk", "Українська", "Ukrainian"),
        Language("ur", "اردو", "Urdu", "rtl"),
        Language("vi", "Tiếng Việt", "Vietnamese"),
        Language("yi", "ייִדיש", "Yiddish", "rtl"),
        Language("zh", "中文", "Chinese"),
    )
}

# Scripts and languages written from right to left, for codes that are not in the list above.
# Source: Unicode CLDR, characterOrder of each locale.
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"})
_RIGHT_TO_LEFT_LANGUAGES = frozenset({"dv", "ks", "lrc", "mzn", "nqo", "sd", "syr", "ug"})


class NotTranslated(LookupError):
    """A language, or one string of it, is not there."""


class NotPo(ValueError):
    """A text is not a PO file; the message says where."""


@dataclass(frozen=True, slots=True)
class Message:
    """One English string to translate.

    Args:
        context: where it stands, without the age version.
        english: the string.
        places: where it stands, with each age version.
    """

    context: str
    english: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of one language, by context and English. English needs none."""

    language: str
    words: Mapping[tuple[str, str], str]

    def of(self, context: str, english: str) -> str:
        """Raises: NotTranslated: the string is not there."""
        if not english or self.language == ENGLISH:
            return english
        try:
            return self.words[context, english]
        except KeyError:
            raise NotTranslated(
                f"{self.language} has no words for {context}: {english!r}"
            ) from None


def of_version(version: AgeVersion, field: str) -> str:
    return f"{version.code}/{field}"


def of_ask(item: Item) -> str:
    return f"{item.code}/ask"


def of_hint(item: Item) -> str:
    return f"{item.code}/hint"


def of_answer(item: Item, answer: Answer) -> str:
    holder = f"scale/{item.scale}" if item.scale else item.code
    return f"{holder}/answers/{answer.code}"


def messages(survey: Survey) -> tuple[Message, ...]:
    """All strings that families read, each once, in the order of the survey."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for context, age, english in _strings(survey):
        if english:
            place = context if context.startswith(f"{age}/") else f"{context}/{age}"
            found.setdefault((context, english), {})[place] = None
    return tuple(Message(context, english, tuple(at)) for (context, english), at in found.items())


def translation(language: str, translations: Mapping[str, str]) -> Translation:
    """The words of a language, from the texts of PO files by language.

    Raises:
        NotTranslated: the language is not among them.
        NotPo: its text is no PO file.
    """
    if language == ENGLISH:
        return Translation(ENGLISH, {})
    if language not in translations:
        raise NotTranslated(f"There is no translation into {language}.")
    return Translation(language, _words(translations[language]))


def direction(code: str) -> str:
    """Either "rtl" or "ltr", for codes such as `ur`, `pt-BR` and `uz-Arab`."""
    language, *rest = code.split("-")
    scripts = [part for part in rest if re.fullmatch(r"[A-Z][a-z]{3}", part)]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    if language in LANGUAGES:
        return LANGUAGES[language].direction
    return "rtl" if language in _RIGHT_TO_LEFT_LANGUAGES else "ltr"


def offered(translated: Iterable[str], limited_to: Collection[str]) -> tuple[str, ...]:
    """The languages that families can choose: English, then those that a survey is in, by code.

    Args:
        limited_to: those that a wave is offered in; none named is all.
    """
    found = set(translated) & set(limited_to) if limited_to else set(translated)
    return (ENGLISH, *sorted(found - {ENGLISH}))


def name(code: str) -> str:
    """The language's name as its speakers write it; the code itself where it is not in our list."""
    known = LANGUAGES.get(code) or LANGUAGES.get(code.partition("-")[0])
    return known.name if known else code


def read_po(text: str) -> polib.POFile:
    """Raises: NotPo: the text is not a PO file."""
    try:
        return polib.pofile(text if "\n" in text else f"{text}\n")
    except (OSError, ValueError) as error:
        raise NotPo(f"This is not a PO file: {error}") from None


def template(survey: Survey) -> str:
    """The POT file: every string, none translated."""
    return merged(survey, "")


def merged(survey: Survey, language: str, old: str = "") -> str:
    """The PO file of a language for a survey, keeping what an older file has.

    Raises:
        NotPo: the older text is not a PO file.
    """
    return po_of(survey.code, messages(survey), language, old)


def po_of(title: str, strings: Iterable[Message], language: str, old: str = "") -> str:
    """The PO file of a language for some strings, keeping what an older file has.

    A string whose English is the same keeps its words. One whose English changed at the same
    place gets the old words and is fuzzy. What is among the strings no more is left out.

    Raises:
        NotPo: the older text is not a PO file.
    """
    return _written(title, strings, language, _Entries.of(old))


def problems(survey: Survey, text: str) -> list[str]:
    """What keeps a PO text from being published, as sentences that name the strings.

    Raises:
        NotPo: the text is not a PO file.
    """
    return faults_in(messages(survey), text)


def faults_in(strings: Iterable[Message], text: str) -> list[str]:
    """What is wrong with a PO text for some strings, as sentences that name them.

    Missing and fuzzy strings, and words that lost a number of the English (a helpline's) or one of
    its {blanks}, or have what no text may have. Entries that are not asked for do no harm.

    Raises:
        NotPo: the text is not a PO file.
    """
    return list(_faults_in(tuple(strings), text))


def pairs(strings: Iterable[Message], text: str) -> list[tuple[Message, str]]:
    """Each string with its translation; "" where that is missing or fuzzy.

    Raises:
        NotPo: the text is not a PO file.
    """
    words = _words(text)
    return [(each, words.get((each.context, each.english), "")) for each in strings]


@dataclass(frozen=True, slots=True)
class State:
    """How one string stands in a language.

    Args:
        words: "" where there are none.
        stale: whether a translator must look at the words again: the English changed, or a tool or
            a person marked them as fuzzy.
        older: where they are stale, the English that they were written for, if that is known.
        faults: what is wrong with the words, as sentences without their subject.
        note: the translator's own, as the file has it.
    """

    message: Message
    words: str
    stale: bool
    older: str
    faults: tuple[str, ...]
    note: str

    @property
    def is_done(self) -> bool:
        """Whether it may be published."""
        return bool(self.words) and not self.stale and not self.faults


def states(strings: Iterable[Message], text: str) -> list[State]:
    """How each string stands in the text of a PO file.

    Raises:
        NotPo: the text is not a PO file.
    """
    entries = _Entries.of(text)
    return [_state(message, entries) for message in strings]


def reworded(
    title: str,
    strings: Iterable[Message],
    language: str,
    text: str,
    *,
    words: Mapping[tuple[str, str], str],
    unsure: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """The PO text with these words, by context and English, instead of what it had for them.

    They are up to date, whatever they were before; "" is no translation.

    Args:
        unsure: words that are to be looked at again, and so are fuzzy.

    Raises:
        NotPo: the text is not a PO file.
    """
    file = read_po(po_of(title, strings, language, text))
    for entry in file:
        key = (entry.msgctxt or "", entry.msgid)
        new = words.get(key, (unsure or {}).get(key))
        if new is not None:
            entry.msgstr, entry.previous_msgid = new, None
            entry.flags = ["fuzzy"] if key not in words else []
    return f"{file}\n"


def is_code(code: str) -> bool:
    """Whether this has the shape of a language code, such as `cy`, `ur`, `pt-BR` or `uz-Arab`."""
    return len(code) <= _LONGEST_CODE and _CODE.fullmatch(code) is not None


def tidy_code(typed: str) -> str:
    """A code in its usual capitals: `PT_br` is `pt-BR`. Source: RFC 5646, 2.1.1."""
    language, *rest = typed.strip().replace("_", "-").split("-")
    cased = [each.title() if len(each) == 4 else each.upper() for each in rest]
    return "-".join([language.lower(), *cased])


@dataclass(frozen=True, slots=True)
class _Entries:
    """What a PO file has, by context and English, and by the places it names."""

    same: Mapping[tuple[str, str], polib.POEntry]
    by_place: Mapping[str, polib.POEntry]

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises: NotPo: the text is not a PO file."""
        entries = [each for each in read_po(text) if not each.obsolete] if text else []
        return cls(
            {(each.msgctxt or "", each.msgid): each for each in entries},
            {place: each for each in entries for place in _places(each)},
        )

    def of_older_english(self, message: Message) -> polib.POEntry | None:
        """Words for what stood at this place before its English changed."""
        at = (self.by_place.get(place) for place in (*message.places, message.context))
        return next((each for each in at if each is not None and each.msgstr), None)


def _wrong(message: Message, entries: _Entries) -> Iterator[str]:
    entry = entries.same.get((message.context, message.english))
    if entry is None and entries.of_older_english(message) is not None:
        yield "is translated from an older English"
        return
    if entry is None or not entry.msgstr:
        yield "is not translated"
        return
    if entry.fuzzy:
        yield "is fuzzy, because its English changed"
    yield from _faults(message.english, entry.msgstr)


def _faults(english: str, translated: str) -> Iterator[str]:
    """What is wrong with words, whatever else stands in their entry."""
    for fault in wording.faults(wording.tidied(_BLANK.sub("…", translated))):
        yield f"has a translation that {fault}"
    lost = set(wording.numbers(english)) - set(wording.numbers(translated))
    if lost:
        yield f"lost the number {', '.join(sorted(lost))}"
    yield from _wrong_blanks(english, translated)


def _state(message: Message, entries: _Entries) -> State:
    entry = entries.same.get((message.context, message.english))
    if entry is None:
        entry = entries.of_older_english(message)
        older, stale = (entry.msgid, True) if entry else ("", False)
    else:
        older, stale = entry.previous_msgid or "", bool(entry.fuzzy and entry.msgstr)
    words = wording.tidied(entry.msgstr) if entry else ""
    faults = tuple(_faults(message.english, words)) if words else ()
    return State(
        message=message,
        words=words,
        stale=stale,
        older=older if stale else "",
        faults=faults,
        note=entry.tcomment if entry else "",
    )


def _wrong_blanks(english: str, translated: str) -> Iterator[str]:
    wanted, found = set(_BLANK.findall(english)), set(_BLANK.findall(translated))
    if lost := sorted(wanted - found):
        yield f"lost the blank {', '.join(f'{{{name}}}' for name in lost)}"
    if added := sorted(found - wanted):
        yield f"has a blank that its English has not, {', '.join(f'{{{name}}}' for name in added)}"


def _places(entry: polib.POEntry) -> Sequence[str]:
    """Where a string stands; by its context alone in a file whose maker left the references out."""
    return [place for place, _ in entry.occurrences] or [entry.msgctxt or ""]


def _strings(survey: Survey) -> Iterator[tuple[str, str, str]]:
    """(context, age version, English) of everything that families read."""
    for version in survey.age_versions:
        for field in ("name", "title", "intro", "grown_up_guidance", "thanks"):
            yield of_version(version, field), version.code, getattr(version, field)
    for item in survey.items:
        yield from _by_age(of_ask(item), item.ask)
        yield from _by_age(of_hint(item), item.hint or {})
        for answer in item.answers:
            yield from _by_age(of_answer(item, answer), answer.label)


def _by_age(context: str, texts: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    return ((context, age, english) for age, english in texts.items())


@lru_cache(maxsize=64)
def _faults_in(strings: Sequence[Message], text: str) -> tuple[str, ...]:
    """Kept, because the same files are looked at for every publication and every page of them."""
    entries = _Entries.of(text)
    return tuple(
        f"{message.places[0]} {what}: {message.english!r}"
        for message in strings
        for what in _wrong(message, entries)
    )


@lru_cache(maxsize=64)
def _words(text: str) -> Mapping[tuple[str, str], str]:
    return {
        (each.msgctxt or "", each.msgid): wording.tidied(each.msgstr)
        for each in read_po(text)
        if each.msgstr and not each.fuzzy and not each.obsolete
    }


def _written(title: str, strings: Iterable[Message], language: str, old: _Entries) -> str:
    # No dates and no names of tools, so that the same survey gives the same bytes.
    file = polib.POFile(wrapwidth=98)
    file.metadata = {
        "Project-Id-Version": title,
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for message in strings:
        entry = polib.POEntry(
            msgctxt=message.context,
            msgid=message.english,
            occurrences=[(place, "") for place in message.places],
        )
        _carry_over(entry, message, old)
        file.append(entry)
    return str(file) + "\n"


def _carry_over(entry: polib.POEntry, message: Message, old: _Entries) -> None:
    same = old.same.get((message.context, message.english))
    if same is not None:
        entry.msgstr, entry.flags, entry.tcomment = same.msgstr, list(same.flags), same.tcomment
        entry.previous_msgid = same.previous_msgid
        return
    stale = old.of_older_english(message)
    if stale is not None:
        entry.msgstr, entry.flags, entry.tcomment = stale.msgstr, ["fuzzy"], stale.tcomment
        entry.previous_msgid = stale.msgid
