"""Blocks of one talk in, statements with their lines and surroundings out."""

from textwrap import dedent

import pytest

from talkdex.ingest.notes import markdown
from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.takeaways.statements import Statement, statements


def read(notes: str) -> list[Statement]:
    return statements(markdown.blocks(Post(path="talk.md", body=dedent(notes).strip("\n") + "\n")))


def lines(notes: str) -> list[tuple[int, str]]:
    return [(statement.line, statement.text) for statement in read(notes)]


def test_sentences_of_paragraphs_and_whole_items() -> None:
    assert lines("""
        # Title

        Caches lie. They lie about
        age. Measure.

        - Buy time. Not features.
          - nested
    """) == [
        (3, "Caches lie."),
        (3, "They lie about age."),
        (4, "Measure."),
        (6, "Buy time. Not features."),
        (7, "nested"),
    ]


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param(
            """
            Less code to maintain
            More time for tests
            """,
            [(1, "Less code to maintain"), (2, "More time for tests")],
            id="a capital after a break on purpose",
        ),
        pytest.param(
            """
            frameworks for better retros:
            diverge before you converge
            sketch while others talk
            write it down
            """,
            [
                (1, "frameworks for better retros:"),
                (2, "diverge before you converge"),
                (3, "sketch while others talk"),
                (4, "write it down"),
            ],
            id="all in lower case, announced",
        ),
        pytest.param(
            """
            diverge before you converge
            sketch while others talk
            write it down
            """,
            [(1, "diverge before you converge"), (2, "sketch while others talk"), (3, "write it down")],
            id="all in lower case",
        ),
        pytest.param(
            """
            The team moved the scheduler out of the monolith in three weeks and then found that
            Postgres was the bottleneck all along, which nobody had measured before the migration to
            Kubernetes began.
            """,
            [
                (
                    1,
                    "The team moved the scheduler out of the monolith in three weeks and then found that Postgres was the "
                    "bottleneck all along, which nobody had measured before the migration to Kubernetes began.",
                )
            ],
            id="wrapped text stays whole",
        ),
    ],
)
def test_line_breaks_that_part_statements(notes: str, expected: list[tuple[int, str]]) -> None:
    assert lines(notes) == expected


def test_surroundings() -> None:
    found = {
        statement.text: statement
        for statement in read("""
        # Queues Without Tears

        Intro sentence. Another one.

        ## Lessons

        - parent item:
          - leaf
        - next
        """)
    }
    assert found["Intro sentence."].heading is None, "the title heads nothing"
    assert (found["Another one."].number, found["Another one."].of) == (1, 2)
    leaf = found["leaf"]
    assert leaf.heading is not None and leaf.heading.text == "Lessons"
    assert leaf.parent is not None and leaf.parent.text == "parent item:"
    assert leaf.after is not None and leaf.after.text == "next"
    assert found["next"].parent is None
    assert found["next"].after is None


def test_code_and_headings_are_no_statements() -> None:
    assert (
        lines("""
        # Title

        ## Section

        ```
        rm -rf /
        ```
    """)
        == []
    )
