"""A talk's text taken apart into passages: about a paragraph each, with its lines."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.vectors.passages import SIZE, passages_of


def test_short_notes_are_one_passage_that_begins_with_the_title():
    assert passages_of("Caches lie", "# Caches lie\n\nMeasure **first**.\n* See [the slides](https://x.example/a)") == [
        ("Caches lie. Caches lie Measure first . See the slides", 0, 3)
    ]


def test_long_notes_are_several_passages_with_their_lines():
    notes = "\n".join(f"Line {number} says something that is worth a line of its own." for number in range(30))
    passages = passages_of("Caches lie", notes)
    assert len(passages) > 2
    assert passages[0].first_line == 0
    assert passages[-1].last_line == 29
    for before, after in pairwise(passages):
        assert after.first_line == before.last_line + 1


def test_a_long_line_is_cut_where_a_sentence_ends():
    passages = passages_of("Caches lie", "This sentence is about caches and their sizes. " * 40)
    assert len(passages) > 2
    assert all(passage.text.endswith("sizes.") for passage in passages)
    assert {(passage.first_line, passage.last_line) for passage in passages} == {(0, 0)}


def test_a_talk_without_notes_is_its_title():
    assert passages_of("*Caches* lie", "") == [("Caches lie", 0, 0)]


@given(st.text(max_size=3000))
def test_any_text_gives_passages_of_bounded_length_in_order(notes):
    passages = passages_of("Title", notes)
    assert passages
    assert all(len(passage.text) <= len("Title. ") + SIZE + 1 for passage in passages)
    lines = [line for passage in passages for line in (passage.first_line, passage.last_line)]
    assert lines == sorted(lines)
