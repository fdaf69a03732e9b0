"""Notes on one talk in, its takeaways with their lines out, best first."""

from textwrap import dedent

import pytest

from talkdex.ingest.notes import markdown
from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.takeaways.rank import MOST, rank_takeaways

TITLE, SPEAKERS = "Queues Without Tears", ["Ada Lindqvist"]


def takeaways(notes: str) -> list[tuple[int, str]]:
    blocks = markdown.blocks(Post(path="talk.md", body=dedent(notes).strip("\n") + "\n"))
    return [(found.line, found.text) for found in rank_takeaways(blocks, TITLE, SPEAKERS)]


def texts(notes: str) -> list[str]:
    return [text for _, text in takeaways(notes)]


NOTES = """
    # Queues Without Tears - Ada Lindqvist

    Speaker: Ada Lindqvist, staff engineer at Northwind
    Slides: https://example.org/slides

    ## Why queues

    - TODO: look up what she said about Kafka, and never forget to ask
    - Background
    - What is a queue?
    - NATS
    - A queue that is always full is only a slow buffer with a bill attached
      - see the demo

    Ada works on messaging. She showed a graph of the last outage in Oslo. You should never
    retry without jitter, because every client comes back at the same moment. Then there was lunch.

    ## Key takeaways

    - Bound every queue and shed load early
    - Measure the age of the oldest message, not the length of the queue
"""


def test_what_the_author_marks_comes_first() -> None:
    assert set(texts(NOTES)[:3]) >= {
        "Bound every queue and shed load early",
        "Measure the age of the oldest message, not the length of the queue",
    }


def test_a_sentence_has_the_line_on_which_it_begins() -> None:
    advice = "You should never retry without jitter, because every client comes back at the same moment."
    assert (15, advice) in takeaways(NOTES)


@pytest.mark.parametrize(
    "none",
    [
        "Queues Without Tears - Ada Lindqvist",
        "What is a queue?",
        "Speaker: Ada Lindqvist, staff engineer at Northwind",
        "Slides: https://example.org/slides",
        "TODO: look up what she said about Kafka, and never forget to ask",
        "Why queues",
        "Key takeaways",
        "Background",
        "NATS",
    ],
)
def test_never_a_title_question_byline_or_bare_name(none: str) -> None:
    assert none not in texts(NOTES)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(
            "Never share a database between two services.", "We sat in the second row near the door.", id="advice"
        ),
        pytest.param(
            "Batching cut the bill by 40% within a month.", "The next part was about batching in detail.", id="figure"
        ),
        pytest.param(
            "Polling is slower than a long-lived connection.", "I asked a question about connections.", id="verdict"
        ),
        pytest.param("Lesson: a cache is a second source of truth", "Example: a cache in front of a shop", id="label"),
        pytest.param(
            "Backups that nobody restores are no backups.", "He is an engineer at Northwind and author.", id="biography"
        ),
        pytest.param("Avoid shared mutable state.", "Shared mutable state:", id="announcement"),
        pytest.param("Man sollte Fehler immer laut melden.", "Der Vortrag war um zehn Uhr im Saal.", id="German"),
        pytest.param(
            "Il faut toujours mesurer avant d'optimiser.", "La présentation était dans la salle B.", id="French"
        ),
    ],
)
@pytest.mark.parametrize("bullet", ["", "- "], ids=["prose", "list"])
@pytest.mark.parametrize("last", ["better", "worse"])
def test_ranks_what_one_would_search_for_higher(better: str, worse: str, bullet: str, last: str) -> None:
    first, second = (worse, better) if last == "better" else (better, worse)
    gap = "\n" if bullet else "\n\n"
    found = texts(f"# {TITLE}\n\n{bullet}{first}{gap}{bullet}{second}\n")
    assert found[0] == better


def test_a_short_item_is_one_statement_and_a_long_one_is_cut_into_sentences() -> None:
    short = "Retries need a budget. Without one they finish what the outage began."
    filler = "The rest of the story took place on a rainy weekend in an office without windows or coffee."
    long = f"Every timeout must be shorter than the one of its caller. {filler} {filler} {filler}"
    found = texts(f"# {TITLE}\n\n- {short}\n- {long}\n")
    assert short in found
    assert "Every timeout must be shorter than the one of its caller." in found


def test_at_most_eight() -> None:
    items = "".join(f"- Rule {n} is that you should never trust the clock of host number {n}\n" for n in range(30))
    assert len(takeaways(f"# {TITLE}\n\n{items}")) == MOST


def test_said_twice_is_shown_once() -> None:
    found = texts(
        "- You should never trust the clock\n- Something else is important too\n- You should never trust the clock\n"
    )
    assert found.count("You should never trust the clock") == 1


@pytest.mark.parametrize(
    "notes",
    [
        "",
        "# Queues Without Tears\n",
        "# T\n\n- https://example.org/a\n- ---\n- What now?\n",
        "Twitter: @adalindqvist\n",
    ],
    ids=["nothing", "title alone", "addresses and questions", "handle"],
)
def test_no_substance_no_takeaways(notes: str) -> None:
    assert takeaways(notes) == []


def test_one_verdict_is_a_takeaway() -> None:
    verdict = "Best explanation of backpressure that I have seen, with numbers from a real outage."
    assert texts(f"### {TITLE} - Ada Lindqvist\n\n{verdict}\n") == [verdict]


@pytest.mark.parametrize(
    "marked",
    [
        "TL;DR: version your keys and never purge.",
        "**Takeaway:** version your keys and never purge.",
        "> [!important] Version your keys and never purge.",
    ],
)
def test_a_statement_that_its_author_marks_comes_before_the_list_below_it(marked: str) -> None:
    notes = f"# {TITLE}\n\n{marked}\n\n" + "".join(
        f"- {text}\n"
        for text in ("every cache is a copy that may be old", "measure before you tune it", "two caches disagree often")
    )
    assert "ersion your keys" in texts(notes)[0]
