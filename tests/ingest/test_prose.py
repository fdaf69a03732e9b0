"""Paragraphs and items in, the talks that they may announce out."""

import pytest

from talkdex.ingest.read import prepare
from talkdex.ingest.talks.candidates import Candidate
from talkdex.ingest.talks.prose import prose_candidates


def candidates(text: str) -> list[Candidate]:
    blocks = prepare(text, "posts/devnord.md", None).blocks
    return list(prose_candidates(blocks, [True] * len(blocks)))


@pytest.mark.parametrize(
    ("text", "talks"),
    [
        (
            "Next was **The Scheduler Story** by [Anna Holtz](https://example.org/anna), a talk about goroutines.",
            [("The Scheduler Story", ("Anna Holtz",))],  # what it was about is no talk besides
        ),
        (
            '*<span style="font-weight: 400;">The Scheduler Story</span>* was presented by Anna Holtz, to a full house.',
            [("The Scheduler Story", ("Anna Holtz",))],  # as WordPress exports italics
        ),
        ("- Anna Holtz on AngularJS\n- Robert Holtz about packages", [("AngularJS", ("Anna Holtz",))]),
        ("- Five notes on caches and why they lie to you all day long", []),
        (
            "Anna Holtz gave a talk on tea caches. Anna demonstrated the new debugger to us all.",
            [("tea caches", ("Anna Holtz",))],  # she goes on with the same talk
        ),
        ("We talked about many things over lunch, mostly about our own projects.", []),
    ],
)
def test_prose_announces_talks(text: str, talks: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(c.title, c.speakers) for c in candidates(text)][: len(talks) or 1] == talks


def test_an_item_that_begins_with_a_name_needs_no_word_for_a_talk() -> None:
    found = candidates("- Anna Holtz on AngularJS\n- Robert Holtz about packages for tea")
    assert [(c.title, c.speakers, c.line) for c in found] == [
        ("AngularJS", ("Anna Holtz",), 1),
        ("packages for tea", ("Robert Holtz",), 2),
    ]


def test_a_talk_reaches_to_the_next_speaker() -> None:
    found = candidates(
        "Anna Holtz gave a talk on tea caches in the morning.\n\nMeasure before you add one.\n\n"
        "Then Robert Holtz spoke about cups and what breaks them."
    )
    assert [(c.title, c.start, c.end) for c in found] == [("tea caches in the morning", 0, 2), ("cups", 2, 3)]


def test_who_was_heard_before_is_known_by_a_part_of_the_name() -> None:
    first, second = candidates(
        "Anna Holtz gave a talk on tea caches for everybody.\n\nThe next talk by Anna was about the cups that she likes."
    )
    assert (first.features["new_speakers"], second.features["new_speakers"]) == (1.0, 0.0)
