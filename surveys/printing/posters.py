"""Posters: the open link, for everybody who passes by. They have no code."""

from collections.abc import Mapping, Sequence

from surveys import languages as tongues
from surveys.printing import squares, typesetting, wording
from surveys.printing.values import PosterSize, Sender

_SAID = ("title", "text", "easy", "scan", "go", "help")


def poster(
    *,
    sender: Sender,
    link: str,
    languages: Sequence[str] = ("en",),
    size: PosterSize = PosterSize.A4,
) -> bytes:
    """A poster as a PDF (PDF/UA-1) of one page.

    Args:
        link: the whole address of the open link.
        languages: at least one; the first is the largest.

    Raises:
        NotTranslated: there are no words for posters in one of the languages.
        Unprintable: so many languages do not fit, or no font of ours has the letters of a name.
    """
    texts = [_text(each, sender) for each in languages]
    data = {
        "title": f"{sender.product}, {sender.authority}",
        "lang": languages[0],
        "size": size.value,
        "site": link.partition("://")[2] or link,
        "address": link,
        "svg": squares.svg(link),
        "authority": sender.authority,
        "product": sender.product,
        "help": {"name": sender.help_name, "phone": sender.help_phone},
        "texts": texts,
        "too-long": "So many languages do not fit one poster. Take fewer.",
    }
    return typesetting.pdf("poster", data)


def _text(language: str, sender: Sender) -> Mapping[str, str]:
    words = wording.of(language, authority=sender.authority)
    said = {key: words[f"poster_{key}"] for key in _SAID}
    said["call"] = words["letter_call_adult"]
    return {"lang": language, "direction": tongues.direction(language), **said}
