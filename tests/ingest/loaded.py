"""Notes to load into a database, and the loading of them."""

import random
from pathlib import Path

from talkdex.ingest.store.database import build_database
from talkdex.ingest.store.load import load
from talkdex.ingest.store.records import Extract
from talkdex.schema.records import Event, Link, Note, Notice, Takeaway, Talk

OSLO = Event(name="Nordlys Conf", year=2024, venue="Sentralen", city="Oslo", country="Norway", start="2024-05-27")


def talk(title: str, *takeaways: str, **parts) -> Talk:
    projects = parts.get("projects", [])
    made = [Takeaway(line=3 + n, text=text, projects=projects) for n, text in enumerate(takeaways)]
    return Talk(title=title, lines=parts.pop("lines", (1, 9)), takeaways=made, **parts)


def sample_notes() -> list[Note]:
    return [
        Note(
            path="nordlys-2024/caches.md",
            kind="talk",
            title="Caches lie",
            date="2024-06-01",
            authors=["Ida Note"],
            event=OSLO,
            tags=["Caching", "C++"],
            talks=[
                talk(
                    "Caches lie",
                    "Measure the hit rate before anything else.",
                    "Redis evicts what you need most.",
                    speakers=["Mira Castellane"],
                    projects=["Redis"],
                    links=[Link(url="https://slides.example/caches", title="Slides", kind="slides", line=2)],
                    tags=["performance"],
                )
            ],
        ),
        Note(
            path="nordlys-2024/lightning.md",
            kind="report",
            event=Event(name="Nordlys", year=2024),
            talks=[
                talk("Lightning", "Small is fast.", speakers=["Mira"], format="lightning"),
                talk("Lightning", "Fast is small.", speakers=["Tomas Reed"], format="lightning", lines=(10, 12)),
            ],
            notices=[Notice(kind="todo", message="TODO: ask for the slides", line=4)],
        ),
        Note(path="ideas.md", kind="other", title="Ideas", tags=["caching"]),
        Note(path="scan.md", kind="other", notices=[Notice(kind="unreadable", message="This file is binary.")]),
    ]


def put(path: Path, notes: list[Note], unread: tuple[str, ...] = ()) -> int:
    """Load the notes; the number of rows written."""
    extracts = [
        Extract(n.path, "1", n, None if n.path in unread else [f"Notes on {t.title} in *{n.path}*" for t in n.talks])
        for n in notes
    ]
    with build_database(path) as db:
        return load(db, extracts, {note.path for note in notes})


def random_notes(chance: random.Random) -> list[Note]:
    """Notes that have much in common, so that any change of one touches others."""
    events = [None, OSLO, Event(name="Nordlys", year=2024), Event(name="Nordlys", year=2023), Event(name="Nordlys")]
    people = ["Mira Castellane", "mira castellane", "Mira", "Tomas Reed", "Thomas Reed", "Ola Dunk"]
    notes = []
    for path in chance.sample(["a.md", "b.md", "n/c.md", "n/d.md", "m/e.md"], chance.randint(0, 5)):
        talks = [
            talk(
                chance.choice(["Caches lie", "Lightning", "Lightning!", "Panel"]),
                *chance.choices(["Measure first.", "Small is fast.", "Ship it."], k=chance.randint(0, 3)),
                speakers=chance.sample(people, chance.randint(0, 3)),
                projects=chance.sample(["Redis", "redis", "SQLite"], chance.randint(0, 2)),
                tags=chance.sample(["caching", "Caching", "C++", "C"], chance.randint(0, 2)),
            )
            for _ in range(chance.randint(0, 4))
        ]
        notes.append(Note(path=path, kind="report", event=chance.choice(events), talks=talks, tags=["Caching"]))
    return notes
