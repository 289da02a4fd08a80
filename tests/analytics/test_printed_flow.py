"""What is on a page, as blocks for the typesetter. On pages as our templates write them."""

import pytest

from analytics.printing.flow import Block, Print

PAGE = "https://heard.example/report/E08000035/"


def blocks(inside: str, **how: object) -> list[Block]:
    printed = Print(PAGE, **how)  # type: ignore[arg-type]  # passed on as they came
    return printed.blocks(
        f"<!doctype html><html><body><p>Before</p><main>{inside}</main></body></html>"
    )


def paragraph(*text: dict[str, object], look: str = "") -> Block:
    return {"kind": "paragraph", "look": look, "text": list(text)}


def test_spaces_are_those_that_a_browser_leaves() -> None:
    found = blocks(
        '<p class="lead">\n One \n two<strong> three </strong> four<br>\n 5&nbsp;6 &amp; </p>'
    )

    assert found == [
        paragraph(
            {"text": "One two"},
            {"text": " three ", "strong": True},
            {"text": "four"},
            {"text": "\n", "ends-line": True},
            {"text": "5\u00a06 &"},
            look="lead",
        )
    ]


def test_links_are_whole_and_lead_to_the_web() -> None:
    found = blocks('<p><a href="/data/">All</a>, <a href="#reading">how</a></p>')

    assert found == [
        paragraph(
            {"text": "All", "link": "https://heard.example/data/"},
            {"text": ", "},
            {"text": "how", "link": f"{PAGE}#reading"},
        )
    ]


@pytest.mark.parametrize(
    "screen",
    [
        "<nav><p>Away</p></nav>",
        '<ul class="links"><li>Away</li></ul>',
        '<p class="on-screen small">Away</p>',
        '<div aria-hidden="true"><p>Away</p></div>',
        '<section id="release"><p>Away</p></section>',
        "<h2>Away</h2><form><p>Away</p></form>",
    ],
)
def test_what_is_for_the_screen_is_not_printed_nor_its_heading(screen: str) -> None:
    found = blocks(f"{screen}<h2>Here</h2><p>Kept</p>", without=frozenset({"release"}))

    assert [each["kind"] for each in found] == ["heading", "paragraph"]


def test_headings_stand_as_deep_as_their_part() -> None:
    found = blocks("<h1>A</h1><h2>B</h2><p>.</p><h3>C</h3><h2>D</h2><p>.</p>", deeper=1)

    levels = [(each["text"][0]["text"], each["level"]) for each in found if "level" in each]
    assert levels == [("A", 2), ("B", 3), ("D", 3)]


def test_a_table_says_its_columns_and_no_more_of_a_cell_than_there_is() -> None:
    [found] = blocks("""
        <table>
          <caption class="out-of-sight">Figures</caption>
          <thead><tr><th scope="col">What</th><th scope="col" class="number">Value</th></tr></thead>
          <tbody>
            <tr><th scope="rowgroup" colspan="2" class="kind">Age</th></tr>
            <tr>
              <th scope="row">8 to 11</th>
              <td class="number">72%<span class="unit"> of all</span></td>
            </tr>
            <tr><th scope="row"><a href="/x/">Told</a></th><td class="withheld">not shown</td></tr>
          </tbody>
        </table>
    """)

    assert found == {
        "kind": "table",
        "head": [["What", "Value"]],
        "rows": [
            [{"group": True, "span": 2, "text": "Age"}],
            ["8 to 11", "72%"],
            [
                {"text": [{"text": "Told", "link": "https://heard.example/x/"}]},
                {"soft": True, "text": "not shown"},
            ],
        ],
        "letters": [7, 9],
        "numbers": [False, True],
    }


def test_a_table_without_rows_is_left_out_with_what_leads_to_it() -> None:
    header = '<thead><tr><th scope="col">Where</th></tr></thead>'
    table = (
        f"<details><summary>As a table</summary><table>{header}<tbody></tbody></table></details>"
    )

    assert blocks(f"<p>One</p>{table}") == [paragraph({"text": "One"})]


def test_what_can_be_opened_is_open() -> None:
    found = blocks("<details><summary>More</summary><p>Of it</p></details>")

    assert found == [{"kind": "label", "text": [{"text": "More"}]}, paragraph({"text": "Of it"})]


def test_a_strip_is_its_marks() -> None:
    [found] = blocks("""
        <table><tbody><tr><th scope="row">Told
          <svg class="strip" aria-hidden="true">
          <line class="grid" x1="0%" x2="0%" y1="0%" y2="100%"/>
          <line class="interval" x1="66%" x2="77%" y1="50%" y2="50%"/>
          <svg x="70%" y="50%"><line class="reference" x1="0" x2="0" y1="-11" y2="11"/></svg>
          <circle class="dot" cx="72%" cy="50%" r="6"/></svg></th></tr></tbody></table>
    """)

    assert found["rows"][0][0] == {
        "text": "Told",
        "strip": {
            "marks": [
                {"kind": "range", "from": 66, "to": 77},
                {"kind": "reference", "from": 70, "to": 70},
                {"kind": "dot", "from": 72, "to": 72},
            ]
        },
    }


def test_of_a_picture_that_is_no_drawing_of_ours_its_words_are_printed() -> None:
    found = blocks('<figure><img src="map" title="A map" alt="Of Leeds"></figure>')

    assert found == [paragraph({"text": "Of Leeds"})]
    assert blocks('<img src="map" title="A map" alt="Of Leeds">', drawings={"map": "<svg/>"}) == [
        {"kind": "drawing", "title": "A map", "alt": "Of Leeds", "svg": "<svg/>"}
    ]


@pytest.mark.parametrize("page", ["<p>One</div>", "<p>One", "<p>1 < 2</p>"])
def test_a_page_that_is_not_well_formed_is_a_fault_that_is_heard_of(page: str) -> None:
    with pytest.raises(ValueError, match=r"is never ended|ends <|no tag of ours"):
        blocks(page)
