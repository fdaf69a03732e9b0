import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.datasette_plugins.words import Words, beginning, parse_words, quoted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kafka", Words(("kafka",), (), True)),
        ("kafka ", Words(("kafka",))),
        ("kafka lag", Words(("kafka", "lag"), (), True)),
        ('kafka "exactly once"', Words(("kafka", "exactly once"))),
        ("kafka -flink", Words(("kafka",), ("flink",))),
        ('kafka -"two round trips" lag', Words(("kafka", "lag"), ("two round trips",), True)),
        ('"never closed', Words(("never closed",))),
        ("say “exactly once” twice", Words(("exactly once", "twice"), (), True)),
        # a hyphen inside a word is no minus
        ("ci-cd co-op", Words(("ci-cd", "co-op"), (), True)),
        ("c++ c# .net", Words(("c++", "c#", ".net"), (), True)),
        # stop words go, unless nothing else is there
        ("what did they say about spot instances?", Words(("spot", "instances?"))),
        ("the who", Words(("the", "who"), (), True)),
        ('"the who"', Words(("the who",))),
        # nothing to search for
        ("", Words()),
        ("   ", Words()),
        ("-", Words()),
        ('""', Words()),
        ("😀 *** ()", Words()),
        ("\x00\x00", Words()),
    ],
)
def test_text_is_taken_apart(text: str, words: Words) -> None:
    assert parse_words(text) == words


def test_a_text_of_any_length_gives_a_bounded_number_of_words() -> None:
    assert len(parse_words("kafka " * 5000).wanted) == 24


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
    conn.execute("INSERT INTO texts VALUES ('exactly once'), ('once more')")
    return conn


@given(st.text())
def test_every_word_is_a_valid_expression(index: sqlite3.Connection, text: str) -> None:
    words = parse_words(text)
    for term in (*words.wanted, *words.unwanted):
        for expression in (quoted(term), beginning(term)):
            index.execute("SELECT * FROM texts WHERE texts MATCH ?", (expression,)).fetchall()


def test_a_phrase_stays_together(index: sqlite3.Connection) -> None:
    found = index.execute("SELECT text FROM texts WHERE texts MATCH ?", (quoted("exactly once"),)).fetchall()
    assert found == [("exactly once",)]


def test_a_beginning_finds_longer_words(index: sqlite3.Connection) -> None:
    found = index.execute("SELECT text FROM texts WHERE texts MATCH ?", (beginning("exa"),)).fetchall()
    assert found == [("exactly once",)]
