"""Talks about the same things, the nearest first."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from knowledge import write_database

from talkdex.datasette_plugins.related import related_talks
from talkdex.ingest.store.database import read_database
from talkdex.schema.records import Note, Talk


def talk(title: str, *projects: str, speaker: str = "", tags: tuple[str, ...] = ()) -> Talk:
    speakers = [speaker] if speaker else []
    return Talk(title=title, projects=list(projects), speakers=speakers, tags=list(tags), lines=(1, 2))


TALKS = [
    talk("Logs", "Kafka", "Flink", speaker="Mirela Vantongeren"),
    talk("Windows", "Kafka", "Flink"),
    talk("Streams at rest", "Flink"),
    talk("What I learned", speaker="Mirela Vantongeren"),
    talk("Queues", "Kafka"),
    *(talk(f"Kafka in place {number}", "Kafka") for number in range(9)),
    *(talk(f"Something else {number}", "Rust") for number in range(20)),
    talk("Gardening", tags=("gardens",)),
    talk("Trees", tags=("gardens",)),
]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    notes = [Note(path=f"{n}.md", kind="talk", talks=[one]) for n, one in enumerate(TALKS)]
    database = write_database(
        tmp_path_factory.mktemp("related") / "talkdex.db", notes, {note.path: [""] for note in notes}
    )
    with read_database(database) as conn:
        yield conn


def related(conn: sqlite3.Connection, title: str, limit: int = 4) -> list[str]:
    [[talk_id]] = conn.execute("SELECT id FROM talks WHERE title = ?", [title])
    return [other.title for other in related_talks(conn, talk_id, limit)]


def test_what_shares_more_and_rarer_things_is_nearer(knowledge: sqlite3.Connection) -> None:
    nearest = related(knowledge, "Logs")
    assert set(nearest[:2]) == {"Windows", "What I learned"}  # two projects; a speaker with two talks only
    assert nearest[2] == "Streams at rest"  # a rare project before the one that every third talk mentions


def test_why_a_talk_is_related_is_told(knowledge: sqlite3.Connection) -> None:
    [[talk_id]] = knowledge.execute("SELECT id FROM talks WHERE title = 'Logs'")
    told = {other.title: other for other in related_talks(knowledge, talk_id, 4)}
    assert [(one.kind, one.slug, one.name) for one in told["Windows"].shared] == [
        ("project", "flink", "Flink"),
        ("project", "kafka", "Kafka"),
    ]
    assert [(one.kind, one.name) for one in told["What I learned"].shared] == [("speaker", "Mirela Vantongeren")]
    assert told["Windows"].score > told["Streams at rest"].score > 0
    assert told["Windows"].nearness is None  # the talks have no notes


def test_a_tag_of_few_talks_is_enough(knowledge: sqlite3.Connection) -> None:
    assert related(knowledge, "Gardening") == ["Trees"]


def test_a_project_that_most_talks_mention_is_not(knowledge: sqlite3.Connection) -> None:
    assert related(knowledge, "Something else 1") == []


def test_the_tags_of_a_file_do_not_relate_its_talks(tmp_path: Path) -> None:
    first, second = talk("Morning", tags=("conf",)), talk("Evening", tags=("conf",))
    notes = [Note(path="one.md", kind="report", tags=["conf"], talks=[first, second])]
    notes += [Note(path=f"{n}.md", kind="talk", talks=[talk(f"Other {n}")]) for n in range(8)]
    excerpts = {note.path: [""] * len(note.talks) for note in notes}
    with read_database(write_database(tmp_path / "talkdex.db", notes, excerpts)) as conn:
        assert related(conn, "Morning") == []
