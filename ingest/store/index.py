"""The rows that a load changed in, the full-text indexes over takeaways and talks brought in step."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from sqlite_utils import Database


class Index(NamedTuple):
    """A full-text index and where its texts are from: a table or view with an `id`."""

    name: str
    content: str
    columns: tuple[str, ...]


TAKEAWAYS = Index("takeaways_fts", "takeaways", ("text",))
TALKS = Index("talks_fts", "talk_texts", ("title", "speakers", "event", "topics", "notes"))
INDEXES = (TAKEAWAYS, TALKS)

# The talks whose text an index has, by what about them has changed.
TALKS_OF = {
    "venues": "SELECT talks.id FROM talks JOIN events ON events.id = event_id WHERE venue_id IN ids",
    "events": "SELECT id FROM talks WHERE event_id IN ids",
    "speakers": "SELECT talk_id FROM talk_speakers WHERE speaker_id IN ids",
    "projects": "SELECT talk_id FROM talk_projects WHERE project_id IN ids",
    "tags": "SELECT talk_id FROM talk_tags WHERE tag_id IN ids",
}

Texts = dict[int, tuple[str | None, ...]]


def talks_of(conn: sqlite3.Connection, table: str, ids: Iterable[int]) -> set[int]:
    """The ids of the talks in whose text the rows `ids` of `table` stand."""
    sql = f"WITH ids AS (SELECT value FROM json_each(?)) {TALKS_OF[table]}"
    return {row[0] for row in conn.execute(sql, [json.dumps(list(ids))])}


def texts(conn: sqlite3.Connection, index: Index, ids: Iterable[int]) -> Texts:
    """What the index has, or is to have, of the rows `ids`."""
    columns = ", ".join(("id", *index.columns))
    sql = f"SELECT {columns} FROM {index.content} WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0]: tuple(row[1:]) for row in conn.execute(sql, [json.dumps(list(ids))])}


def update(conn: sqlite3.Connection, index: Index, before: Texts, after: Texts) -> None:
    """Take the texts `before` out of the index and put those `after` in. Equal ones are left alone."""
    columns = ", ".join(index.columns)
    marks = ", ".join("?" * len(index.columns))
    gone = [("delete", number, *text) for number, text in sorted(before.items()) if after.get(number) != text]
    new = [(number, *text) for number, text in sorted(after.items()) if before.get(number) != text]
    conn.executemany(f"INSERT INTO {index.name}({index.name}, rowid, {columns}) VALUES (?, ?, {marks})", gone)
    conn.executemany(f"INSERT INTO {index.name}(rowid, {columns}) VALUES (?, {marks})", new)


def rebuild(db: Database) -> None:
    """Fill all indexes from an empty state, as compactly as they can be."""
    for index in INDEXES:
        db.execute(f"INSERT INTO {index.name}({index.name}) VALUES ('rebuild')")
        db.execute(f"INSERT INTO {index.name}({index.name}) VALUES ('optimize')")
