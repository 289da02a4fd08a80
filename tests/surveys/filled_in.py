"""What a form of a page would send as it stands, read from its controls."""

from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


class _Reader(HTMLParser):
    """Reads the controls of the forms of one class."""

    def __init__(self, of_class: str) -> None:
        super().__init__()
        self.of_class = of_class
        self.found: dict[str, str] = {}
        self.inside = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = self.of_class in has.get("class", "").split()
        elif self.inside and tag == "input":
            self._input(has)
        elif self.inside and tag == "textarea":
            self.area = has["name"]
            self.found[self.area] = ""
        elif self.inside and tag == "select":
            self.select = has["name"]
        elif self.inside and tag == "option" and self._is_chosen(has):
            self.found[self.select] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops the line end right after the tag, as ours do too.
            self.found[self.area] = self.found[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area] += data

    def _input(self, has: dict[str, str]) -> None:
        is_box = has.get("type") in {"checkbox", "radio"}
        if has.get("name") and (not is_box or "checked" in has):
            self.found[has["name"]] = has.get("value", "on" if is_box else "")

    def _is_chosen(self, has: dict[str, str]) -> bool:
        return "selected" in has or self.select not in self.found


def filled_in(page: str, of_class: str = "watched") -> dict[str, str]:
    """The fields of the forms of this class, as they came."""
    reader = _Reader(of_class)
    reader.feed(page)
    return reader.found
