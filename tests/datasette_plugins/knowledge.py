"""A small knowledge base, written as the reader's records and loaded as a build loads them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from talkdex.ingest.store.database import build_database
from talkdex.ingest.store.load import load
from talkdex.ingest.store.records import Extract
from talkdex.schema.records import Event, Link, Note, Notice, Takeaway, Talk

LISBON_2023 = Event(
    name="Streamhaus", year=2023, start="2023-05-09", end="2023-05-10", city="Lisbon", country="Portugal"
)
LISBON_2024 = Event(
    name="Streamhaus",
    year=2024,
    start="2024-05-14",
    end="2024-05-16",
    venue="Cais Hall",
    city="Lisbon",
    country="Portugal",
)
MEETUP = Event(name="Rust am Ring", year=2022, start="2022-11-03", city="Vienna", country="Austria")

NOTES = [
    Note(
        path="2023/streamhaus.md",
        kind="report",
        title="Two days at Streamhaus",
        date="2023-05-20",
        authors=["Ines Prado"],
        event=LISBON_2023,
        tags=["streaming"],
        projects=["Kafka", "PostgreSQL"],
        talks=[
            Talk(
                title="Logs all the way down",
                speakers=["Mirela Vantongeren"],
                format="keynote",
                lines=(10, 19),
                projects=["Kafka"],
                takeaways=[
                    Takeaway(line=12, text="Kafka keeps a log, not a queue", projects=["Kafka"]),
                    Takeaway(line=14, text="Retention is a product decision before it is a technical one"),
                ],
            ),
            Talk(
                title="Change data capture without tears",
                speakers=["Odd Brekke"],
                lines=(20, 31),
                projects=["Kafka", "PostgreSQL"],
                takeaways=[
                    Takeaway(
                        line=23, text="Replication slots fill the disk when nobody reads them", projects=["PostgreSQL"]
                    )
                ],
                links=[
                    Link(url="https://slides.example/cdc.pdf", title="Slides", kind="slides", line=30),
                    Link(url="javascript:alert(1)", title="A trap", kind="other", line=31),
                ],
            ),
        ],
        notices=[Notice(kind="todo", message="TODO: add the link to the video", line=28)],
    ),
    Note(
        path="2024/streamhaus/exactly-once.md",
        kind="talk",
        title="Exactly once, explained twice",
        event=LISBON_2024,
        tags=["streaming", "correctness"],
        projects=["Kafka", "Flink"],
        talks=[
            Talk(
                title="Exactly once, explained twice",
                speakers=["Mirela Vantongeren", "Tobi Adeyemi"],
                lines=(15, 24),  # below front matter that states the takeaways
                projects=["Kafka", "Flink"],
                takeaways=[
                    Takeaway(line=5, text="Exactly once ends at the edge of the cluster", projects=["Kafka"]),
                    Takeaway(line=6, text="Idempotent consumers beat transactions in most systems"),
                    Takeaway(line=9, text="Flink checkpoints are cheap until state is large", projects=["Flink"]),
                    Takeaway(line=11, text="Kafka transactions cost two round trips", projects=["Kafka"]),
                    Takeaway(line=13, text="Measure lag in seconds, not in Kafka messages", projects=["Kafka"]),
                ],
            )
        ],
    ),
    Note(
        path="2024/streamhaus/panel.md",
        kind="talk",
        event=LISBON_2024,
        talks=[Talk(title="Who owns the schema?", format="panel", lines=(1, 8), confidence=0.6)],
    ),
    Note(
        path="meetups/rust-am-ring.md",
        kind="talk",
        language="de",
        event=MEETUP,
        tags=["Rust"],
        projects=["Rust"],
        talks=[
            Talk(
                title="Fehlerbehandlung ohne Panik",
                speakers=["Jördis Kálmán"],
                lines=(3, 9),
                projects=["Rust"],
                takeaways=[Takeaway(line=5, text="thiserror für Bibliotheken, anyhow für Programme")],
            )
        ],
    ),
    Note(
        path="loose.md",
        kind="talk",
        talks=[Talk(title="A talk from nowhere", lines=(1, 3), takeaways=[Takeaway(line=2, text="Tea helps")])],
    ),
    Note(path="about.md", kind="other", title="About these notes"),
]

EXCERPTS = {
    "2023/streamhaus.md": [
        """## Logs all the way down - Mirela Vantongeren

Kafka keeps a log, **not** a queue.

* Retention is a product decision
* before it is a technical one
""",
        """## Change data capture without tears

### Slots

Replication slots fill the disk when nobody reads them.

```sql
SELECT * FROM pg_replication_slots;
```

TODO: add the link to the video
""",
    ],
    "2024/streamhaus/exactly-once.md": [
        """# Exactly once, explained twice

The broker sees each message once; the world does not. Quarkfish was mentioned.
"""
    ],
    "2024/streamhaus/panel.md": ["# Who owns the schema?\n\nNobody answered.\n"],
    "meetups/rust-am-ring.md": ["# Fehlerbehandlung ohne Panik\n\nthiserror für Bibliotheken, anyhow für Programme"],
    "loose.md": ["# A talk from nowhere\n\nTea helps"],
    "about.md": [],
}

Serve = Callable[..., httpx.Client]


def write_database(path: Path, notes: Sequence[Note], excerpts: dict[str, list[str]]) -> Path:
    """A database of these records, by the steps of a build that follow the reading."""
    extracts = [Extract(note.path, str(excerpts.get(note.path)), note, excerpts.get(note.path)) for note in notes]
    with build_database(path) as db:
        load(db, extracts, {note.path for note in notes})
    return path
