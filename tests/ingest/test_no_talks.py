"""Notes that look like reports and are none: of books, teams, releases and the like, no talk is made."""

import pytest

from talkdex.ingest.read import read_note

NOTES = "\n\nTTLs are guesses, and each is wrong. Measure the hit rate.\n\n- measure first\n- never purge by hand\n"


@pytest.mark.parametrize(
    "text",
    [
        "# Java\n\n## Null checks - @Nullable\n\nSay what may be null.\n\n## Transactions - @Transactional\n\nOne a call.\n",
        "# Films\n\n## The long night - Rita Stern\n\nOn what is real.\n\n## Deep water - Rita Stern\n\nNobody hears you.\n",
        "# Books of 2019\n\n- **Old code** – Martin Weber. The second edition is better.\n"
        "- **Clean rooms** – Robert Lang. The first edition was better.\n"
        "- **Working with less** – Mia Feder. There is one edition.\n",
        "# Our team\n\n- Ada Sol (CTO): leads the engineers since 2015\n  - likes climbing\n"
        "- Bo Lind (CEO): talks with customers all day\n  - likes Go\n"
        "- Cy Berg (CFO): counts what is left\n  - likes tea\n",
    ],
)
def test_of_other_notes_no_talk_is_made(text: str) -> None:
    note = read_note(text, "notes.md")
    assert note.talks == []
    assert note.event is None


@pytest.mark.parametrize(
    "line",
    [
        "Updated March 2019",
        "Copyright Acme 2019",
        "Requires SQL Server 2017",
        "First published on Medium in 2019",
        "I joined Google in 2015.",
        "World Cup 2018",
        "Version: Acme DB 2019",
    ],
)
def test_a_line_with_a_year_is_no_event(line: str) -> None:
    note = read_note(f"# Why caches lie\n\n{line}{NOTES}", "posts/caches.md")
    assert (note.kind, note.event) == ("other", None)


def test_where_the_speaker_worked_is_no_event() -> None:
    note = read_note(
        "# Why caches lie\n\nAda Sol, Strange Loop 2019\n\nShe worked at Google in 2015." + NOTES, "one.md"
    )
    assert note.event is not None
    assert (note.event.name, note.event.year) == ("Strange Loop", 2019)
