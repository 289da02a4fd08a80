"""What is noticed in words before they are sent: in a real browser, by the vectors of its twin."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from feedback import noticing

SCRIPT = Path(noticing.__file__).parent / "browser" / "noticing.js"
VECTORS = json.loads((Path(__file__).parents[1] / "feedback/noticing_vectors.json").read_text())

ASK = """([vectors, lists]) => vectors.map(({text, language}) =>
    notice(text, JSON.parse(lists[language])))"""


@pytest.mark.browser
def test_a_browser_notices_what_python_does(page: Page) -> None:
    lists = {each["language"]: noticing.lists_for(each["language"]) for each in VECTORS}
    page.goto("about:blank")
    page.add_script_tag(content=SCRIPT.read_text())

    found = page.evaluate(ASK, [VECTORS, lists])

    assert found == [{"harm": each["harm"], "telling": each["telling"]} for each in VECTORS]
