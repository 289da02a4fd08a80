"""The phone beside a draft: which age version, language and way of reading it shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from surveys import languages, previews
from surveys.models import Draft

# As the preview knows them (`surveys/previews.py`), in words.
READINGS = (
    ("", "As it is first shown"),
    ("big", "In larger text"),
    ("contrast", "In high contrast"),
    ("calm", "Without movement"),
    ("plain", "Without JavaScript"),
)

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Phone:
    """What the phone shows, and what else it could.

    Args:
        base: the address of the preview, without what is chosen.
        item: the code of the screen to begin with; "" for the start.
    """

    base: str
    ages: Options
    languages: Options
    age: str
    language: str
    reading: str
    item: str

    @property
    def address(self) -> str:
        """Without a part after "#": to go there, a browser would scroll the page around it too."""
        return f"{self.base}?{self.chosen}"

    @property
    def chosen(self) -> str:
        """All that is chosen, and the screen to begin with, as a query."""
        asked = {
            "age": self.age,
            "language": self.language,
            "item": self.item,
            "reading": self.reading,
        }
        return urlencode({key: value for key, value in asked.items() if value})

    @property
    def readings(self) -> Options:
        return READINGS

    @property
    def query(self) -> str:
        """What is chosen, for the address of a page that is to show the same."""
        asked = {"age": self.age, "language": self.language, "reading": self.reading}
        return urlencode({key: value for key, value in asked.items() if value})


def phone(
    request: HttpRequest, draft: Draft, *, ages: Options, item: str = "", age: str = ""
) -> Phone | None:
    """The phone as the query of this page asks for it; ``None`` where nothing draws previews.

    Args:
        age: the age version to show where the query names none.
    """
    name = previews.url_name()
    if name is None or not ages:
        return None
    spoken = [languages.ENGLISH, *draft.translations.values_list("language", flat=True)]
    return Phone(
        base=reverse(name, args=[draft.pk]),
        ages=ages,
        languages=[(code, _called(code)) for code in spoken],
        age=_one_of(request, "age", [code for code, _ in ages], age or ages[0][0]),
        language=_one_of(request, "language", spoken, languages.ENGLISH),
        reading=_one_of(request, "reading", [code for code, _ in READINGS], ""),
        item=item,
    )


def _called(code: str) -> str:
    known = languages.LANGUAGES.get(code)
    return known.english_name if known else code


def _one_of(request: HttpRequest, name: str, known: Sequence[str], usual: str) -> str:
    asked = request.POST.get(name) or request.GET.get(name, "")
    return asked if asked in known else usual
