from config.demo import printing
from tests.demo.test_card import CARD


def test_columns_stand_below_each_other_and_numbers_to_the_right() -> None:
    rows = [("what", "share", "of whom"), ("feel safe", "82%", "250"), ("told", "7%", "")]

    assert printing.table(rows, numbers=[1]) == [
        "what       share  of whom",
        "-------------------------",
        "feel safe    82%  250",
        "told          7%",
    ]


def test_the_card_says_where_to_go_what_to_type_and_who_to_be() -> None:
    lines = printing.card(CARD)

    assert lines[0] == "105,000 simulated replies in 2 waves."
    text = "\n".join(lines)
    for wanted in (
        "http://127.0.0.1:8000/s/AAAA",
        "http://127.0.0.1:8000/s/DDDD",
        "http://127.0.0.1:8000/o/abc",
        "http://127.0.0.1:8000/report/E08000035/",
        "planner@heard.example",
        "secret",
        "Leeds, Kent",
    ):
        assert wanted in text
