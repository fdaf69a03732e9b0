"""What was read from notes files in, the table of their records out, which is all that linking and the load go by.

The records stay in the database for the next build. The Markdown of talks, of those that were read or are to be written
again, waits in a temporary table, on disk, until it gets to the table of talks.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from talkdex.ingest.store.database import parsing
from talkdex.schema.records import Event, Note

DRAFT = "none"  # what stands for the links of a draft, which has none


class LostNotes(Exception):
    """Talks of unchanged notes are not in the database, so that their text is not known: everything must be read."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What is known of a notes file. `note` is None for a draft left out.

    `excerpts` is the Markdown of each talk, or None where the database has it.
    """

    path: str
    fingerprint: str
    note: Note | None
    excerpts: Sequence[str] | None


class _Takeaway(BaseModel):
    projects: list[str] = []


class _Talk(BaseModel):
    title: str
    speakers: list[str] = []
    projects: list[str] = []
    takeaways: list[_Takeaway] = []
    tags: list[str] = []


class _Notice(BaseModel):
    kind: str


class Naming(BaseModel):
    """The part of a note's record that names what it has in common with others, which is read in half the time."""

    path: str
    event: Event | None = None
    talks: list[_Talk] = []
    tags: list[str] = []
    notices: list[_Notice] = []


CREATE_EXCERPTS = "CREATE TEMP TABLE IF NOT EXISTS excerpts (path TEXT PRIMARY KEY, texts TEXT NOT NULL)"
WRITE = """
    INSERT INTO _notes(path, fingerprint, record, links) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET fingerprint = ?2, record = ?3, links = ?4
    WHERE fingerprint != ?2 OR record IS NOT ?3
"""
WRITE_EXCERPTS = "INSERT OR REPLACE INTO excerpts(path, texts) VALUES (?, ?)"
UNREAD = """
    SELECT path, json_array_length(record, '$.talks') FROM _notes
    WHERE path IN (SELECT value FROM json_each(?)) AND path NOT IN (SELECT path FROM excerpts) AND record IS NOT NULL
"""
NOTES_OF_TALKS = """
    SELECT talks.notes FROM talks JOIN posts ON posts.id = post_id WHERE path = ? ORDER BY position
"""
STORED = "SELECT fingerprint, record FROM _notes WHERE path = ?"
RECORDS = "SELECT record, links FROM _notes WHERE record IS NOT NULL ORDER BY path"
THESE_RECORDS = """
    SELECT record, texts FROM _notes LEFT JOIN excerpts USING (path)
    WHERE path IN (SELECT value FROM json_each(?)) AND record IS NOT NULL ORDER BY path
"""
# A note's talks are rows of `talks`; a file that could not be read has none.
IS_WHOLE = """
    SELECT NOT EXISTS (SELECT 1 FROM _notes WHERE links IS NULL)
    AND (SELECT count(*) FROM talks) = (SELECT total(json_array_length(record, '$.talks')) FROM _notes)
"""


def fingerprints(conn: sqlite3.Connection) -> dict[str, str]:
    """Those of all files, by path."""
    return dict(conn.execute("SELECT path, fingerprint FROM _notes"))


def keep(conn: sqlite3.Connection, paths: Collection[str]) -> int:
    """Remove the records of all files but these. The number of records removed."""
    there = [path for (path,) in conn.execute("SELECT path FROM _notes")]
    gone = sorted(set(there).difference(paths))
    conn.executemany("DELETE FROM _notes WHERE path = ?", ((path,) for path in gone))
    return len(gone)


def write(conn: sqlite3.Connection, extracts: Iterable[Extract]) -> int:
    """Write the records of these files, each as it comes. The number of records that are new or have changed."""
    conn.execute(CREATE_EXCERPTS)
    written = 0
    for one in extracts:
        record, links = (one.note.model_dump_json(), None) if one.note else (None, DRAFT)
        written += conn.execute(WRITE, [one.path, one.fingerprint, record, links]).rowcount
        if one.excerpts is not None:
            conn.execute(WRITE_EXCERPTS, [one.path, json.dumps(one.excerpts)])
    return written


def forget(conn: sqlite3.Connection) -> None:
    """Remove all records, so that the next ones are taken for new."""
    conn.execute("DELETE FROM _notes")


def count_drafts(conn: sqlite3.Connection) -> int:
    """How many files are drafts that were left out."""
    return int(conn.execute("SELECT count(*) FROM _notes WHERE record IS NULL").fetchone()[0])


def is_whole(conn: sqlite3.Connection) -> bool:
    """Whether the rows of all records were written, and no talk is lost since."""
    return bool(conn.execute(IS_WHOLE).fetchone()[0])


def all_naming(conn: sqlite3.Connection) -> Iterator[tuple[Naming, str | None]]:
    """What all notes name, by path, each with what its rows were linked to; None where they are not written."""
    with parsing():
        for record, links in conn.execute(RECORDS):
            yield Naming.model_validate_json(record), links


def with_excerpts(conn: sqlite3.Connection, paths: Sequence[str]) -> list[tuple[Note, list[str]]]:
    """The records of these files, by path, with the Markdown of their talks as far as it is known."""
    found = conn.execute(THESE_RECORDS, [json.dumps(paths)])
    with parsing():
        return [(Note.model_validate_json(record), json.loads(texts or "[]")) for record, texts in found]


def stored(conn: sqlite3.Connection, path: str) -> tuple[str, str | None] | None:
    """The fingerprint of a file and its record as JSON, which is None for a draft; None where there is none of both."""
    found: tuple[str, str | None] | None = conn.execute(STORED, [path]).fetchone()
    return found


def excerpts(conn: sqlite3.Connection, path: str) -> list[str]:
    """The Markdown of a file's talks, as the table of these has it."""
    return [notes for (notes,) in conn.execute(NOTES_OF_TALKS, [path])]


def forget_file(conn: sqlite3.Connection, path: str) -> None:
    """Remove the record of a file, so that the next one is taken for new."""
    conn.execute("DELETE FROM _notes WHERE path = ?", [path])


def keep_excerpts(conn: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Put the Markdown that the table of talks has of these files, where they were not read, to what was read.

    Raises LostNotes where talks are not there.
    """
    for path, talks in conn.execute(UNREAD, [json.dumps(paths)]).fetchall():
        found = excerpts(conn, path)
        if len(found) != talks:
            raise LostNotes
        conn.execute(WRITE_EXCERPTS, [path, json.dumps(found)])


def write_links(conn: sqlite3.Connection, links: Mapping[str, str]) -> None:
    """Write what the rows of each file, by path, are linked to now."""
    conn.executemany("UPDATE _notes SET links = ? WHERE path = ?", ((links[path], path) for path in links))
