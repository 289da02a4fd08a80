"""Which column is in which language. Pure.

XLSForm writes a language behind the column's name: `label::Urdu (ur)`. The code in brackets counts;
without one, the name is looked up, in English or as its own speakers write it.
"""

import re
from collections.abc import Mapping

from surveys.languages import ENGLISH, LANGUAGES

_NAMED = re.compile(r"(?P<name>[^()]*?)\s*\(\s*(?P<code>[^()]+?)\s*\)")
_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_LONGEST = 12  # as publishing takes them
# Other names that people write, and languages that are not in our list. Source of the codes: IANA
# language subtag registry.
_ALSO_CALLED = {
    "afrikaans": "af", "armenian": "hy", "azerbaijani": "az", "bangla": "bn", "burmese": "my",
    "bahasa indonesia": "id", "catalan": "ca", "chichewa": "ny", "creole": "ht", "croatian": "hr",
    "danish": "da", "deutsch": "de", "dutch": "nl", "español": "es", "espanol": "es",
    "estonian": "et", "filipino": "fil", "finnish": "fi", "français": "fr", "francais": "fr",
    "georgian": "ka", "haitian creole": "ht", "hausa": "ha", "igbo": "ig", "indonesian": "id",
    "irish": "ga", "japanese": "ja", "kannada": "kn", "kazakh": "kk", "khmer": "km",
    "kinyarwanda": "rw", "korean": "ko", "kyrgyz": "ky", "lao": "lo", "latvian": "lv",
    "lingala": "ln", "luganda": "lg", "macedonian": "mk", "malagasy": "mg", "malay": "ms",
    "mongolian": "mn", "norwegian": "nb", "oromo": "om", "portugues": "pt", "scottish gaelic": "gd",
    "serbian": "sr", "shona": "sn", "sindhi": "sd", "sinhala": "si", "slovenian": "sl",
    "swahili": "sw", "kiswahili": "sw", "swedish": "sv", "tajik": "tg", "tetun": "tet",
    "thai": "th", "tok pisin": "tpi", "uzbek": "uz", "xhosa": "xh", "yoruba": "yo", "zulu": "zu",
    "farsi": "fa",
    "dari": "prs",
    "sorani": "ckb",
    "kurmanji": "ku",
    "cymraeg": "cy",
    "castellano": "es",
    "castilian": "es",
    "panjabi": "pa",
    "romani": "rom",
    "sylheti": "syl",
    "mirpuri": "pmu",
}  # fmt: skip


def _names() -> Mapping[str, str]:
    known = {each.english_name.lower(): code for code, each in LANGUAGES.items()}
    own = {each.name.lower(): code for code, each in LANGUAGES.items()}
    return {**_ALSO_CALLED, **own, **known}


_BY_NAME = _names()


def code_of(language: str) -> str:
    """The code of a language as a column names it; "" where it cannot be told."""
    language = language.strip()
    named = _NAMED.fullmatch(language)
    name, code = (named["name"], named["code"]) if named else (language, language)
    by_name = _BY_NAME.get(name.strip().lower(), "")
    by_code = _tidied(code) if _CODE.fullmatch(code) and (named or not by_name) else ""
    if not by_code or (by_name and not code[:2].islower()):
        return by_name or by_code  # "English (UK)": a country stands in the brackets
    if by_name and ENGLISH in {by_name, by_code.partition("-")[0]} and by_name != by_code[:2]:
        return ""  # "English (uk)": is it English, or Ukrainian?
    if not named and not by_name and by_code.partition("-")[0] not in LANGUAGES and len(code) > 2:
        return ""  # a word of three letters, such as "old"
    return ENGLISH if by_code.startswith("en-") else by_code


def _tidied(code: str) -> str:
    language, *rest = code.replace("_", "-").split("-")
    parts = [
        each.title() if len(each) == 4 else each.upper() if len(each) == 2 else each
        for each in rest
    ]
    found = "-".join([language.lower(), *parts])
    return found if len(found) <= _LONGEST else ""


def is_english_script(texts: list[str]) -> bool:
    """Whether most letters are of the Latin script, as all of English's are."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    latin = sum(1 for letter in letters if letter < "\u0250")
    return latin * 2 >= len(letters)
