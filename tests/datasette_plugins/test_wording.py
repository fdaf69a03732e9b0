import pytest

from talkdex.datasette_plugins import wording


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 talks"), (1, "1 talk"), (2, "2 talks"), (12345, "12,345 talks")],
)
def test_count(number: int, words: str) -> None:
    assert wording.count(number, "talk") == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-03-19", "2024-03-22", "19–22 March 2024"),
        ("2010-09-30", "2010-10-01", "30 September – 1 October 2010"),
        ("2023-12-29", "2024-01-02", "29 December 2023 – 2 January 2024"),
        ("2024-03-19", "2024-03-19", "19 March 2024"),
        ("2024-03-19", None, "19 March 2024"),
        ("2024-03-19", "2024-03-01", "19 March 2024"),
        ("2024-03", None, "2024-03"),
        (None, None, ""),
    ],
)
def test_days(start: str | None, end: str | None, words: str) -> None:
    assert wording.days(start, end) == words


def test_place_leaves_out_what_is_not_known() -> None:
    assert wording.place("Lisbon", "Portugal") == "Lisbon, Portugal"
    assert wording.place(None, "Portugal") == "Portugal"
    assert wording.place(None, None) == ""


def test_listed() -> None:
    assert wording.listed(["Ada"]) == "Ada"
    assert wording.listed(["Ada", "Bob", "Cleo"]) == "Ada, Bob and Cleo"


@pytest.mark.parametrize(
    ("text", "words"),
    [("https://www.example.org/notes/", "www.example.org/notes"), ("Slides, part 2", "Slides, part 2")],
)
def test_address(text: str, words: str) -> None:
    assert wording.address(text) == words
