import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.datasette_plugins.search.parse import ParsedQuery, Term, TypedFilter, parse_query


def words(*texts: str) -> tuple[Term, ...]:
    """Whole words, and "…" at the end of one that may go on."""
    return tuple(Term(text.rstrip("…"), unfinished=text.endswith("…")) for text in texts)


def phrase(text: str) -> Term:
    return Term(text, is_phrase=True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("kafka", words("kafka…")),
        ("kafka ", words("kafka")),
        ("kafka lag", words("kafka", "lag…")),
        ('kafka "exactly once"', (*words("kafka"), phrase("exactly once"))),
        ('"never closed', (phrase("never closed"),)),
        ("say “exactly once” twice", (phrase("exactly once"), *words("twice…"))),
        # a hyphen inside a word is no minus
        ("ci-cd co-op", words("ci-cd", "co-op…")),
        ("c++ c# .net", words("c++", "c#", ".net…")),
        # stop words go, unless nothing else is there
        ("what did they say about spot instances?", words("spot", "instances?")),
        ("the who", words("the", "who…")),
        ('"the who"', (phrase("the who"),)),
        # no filter: not one of ours, or without a value
        ("std::vector https://example.org", words("std::vector", "https://example.org…")),
        ("project: kafka", words("project:", "kafka…")),
        ("subproject:kafka", words("subproject:kafka…")),
        # nothing to search for
        ("", ()),
        ("   ", ()),
        ("-", ()),
        ('""', ()),
        ("😀 *** ()", ()),
        ("\x00\x00", ()),
    ],
)
def test_words_and_phrases_are_wanted(text: str, wanted: tuple[Term, ...]) -> None:
    parsed = parse_query(text)
    assert parsed.wanted == wanted
    assert not parsed.unwanted
    assert not parsed.filters


def test_a_minus_makes_them_unwanted() -> None:
    parsed = parse_query('kafka -flink -"two round trips" lag')
    assert parsed.wanted == words("kafka", "lag…")
    assert parsed.unwanted == (Term("flink"), phrase("two round trips"))


def test_filters_stand_among_the_words() -> None:
    parsed = parse_query('project:kafka year:2019 speaker:"Kelsey Hightower" -Tag:k8s lag')
    assert parsed.wanted == words("lag…")
    assert parsed.filters == (
        TypedFilter("project", "kafka"),
        TypedFilter("year", "2019"),
        TypedFilter("speaker", "Kelsey Hightower"),
        TypedFilter("tag", "k8s", unwanted=True),
    )


def test_the_question_is_what_is_asked_without_filters() -> None:
    assert parse_query("why is the lag so high? year:2019 -flink").question == "why is the lag so high?"


@given(st.text())
def test_any_text_is_taken_apart(text: str) -> None:
    assert isinstance(parse_query(text), ParsedQuery)


def test_a_text_of_any_length_gives_a_bounded_number_of_words() -> None:
    parsed = parse_query("kafka -flink year:2019 " * 5000)
    assert max(len(parsed.wanted), len(parsed.unwanted), len(parsed.filters)) <= 24
