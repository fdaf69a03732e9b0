"""The rows that every table is to have in, the database with exactly these out. Only rows that differ are written."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from talkdex.ingest.index import in_step, places
from talkdex.ingest.store.rows import BUILD_STATE, NOTES_COLUMN, TABLES, Row, Table, Value

OF_A_TALK = ("talks", "talk_speakers", "talk_projects", "talk_tags")  # their first column is the talk's id
# The talks of which the indexes know something else when a row of another table changes.
TALKS_OF = {
    "venues": "SELECT talks.id FROM talks JOIN events ON events.id = event_id WHERE venue_id IN ids",
    "events": "SELECT id FROM talks WHERE event_id IN ids",
    "speakers": "SELECT talk_id FROM talk_speakers WHERE speaker_id IN ids",
    "projects": "SELECT talk_id FROM talk_projects WHERE project_id IN ids",
    "tags": "SELECT talk_id FROM talk_tags WHERE tag_id IN ids",
}


class LostNotes(Exception):
    """Talks of unchanged notes are not in the database, so that their text is not known: everything must be read."""


@dataclass(frozen=True, slots=True)
class Change:
    """The rows of one table to delete and to insert; one that changes is in both, as it was and as it will be."""

    table: Table
    gone: Mapping[Row, Row] = field(default_factory=dict)
    new: Mapping[Row, Row] = field(default_factory=dict)


def load(db: Database, rows: Mapping[str, dict[Row, Row]]) -> int:
    """Make the tables hold `rows`, and the indexes what these say. The number of rows of the tables written or deleted.

    Runs in the transaction that is open. Raises LostNotes when talks without `notes` are not in the database.
    """
    changes = [_change(db, table, rows[table.name]) for table in (*TABLES, BUILD_STATE)]
    if places.are_there(db.conn):
        talks, takeaways = _affected_talks(db, changes), _ids(_of(changes, "takeaways"))
        before = in_step.indexed(db.conn, talks, takeaways)
        _write(db, changes)
        in_step.update(db.conn, before, talks, takeaways)
    else:  # a new database, or one of a version without these indexes
        _write(db, changes)
        in_step.fill(db.conn)
    return sum(len(change.gone.keys() | change.new.keys()) for change in changes)


def _change(db: Database, table: Table, wanted: Mapping[Row, Row]) -> Change:
    unread = [key[0] for key, row in wanted.items() if row[NOTES_COLUMN] is None] if table.name == "talks" else []
    there = _rows_there(db, table, unread)
    gone = {key: row for key, row in there.items() if wanted.get(key) != row}
    new = {key: row for key, row in wanted.items() if there.get(key) != row}
    return Change(table, gone, _with_notes(db, new) if unread else new)


def _rows_there(db: Database, table: Table, unread: list[Value]) -> dict[Row, Row]:
    """The rows that the database has. Notes of talks that were not read anew are None, as in the rows wanted."""
    if not unread:
        rows = db.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
    else:
        kept = [f"iif(id IN unread, NULL, {column})" if column == "notes" else column for column in table.columns]
        sql = f"WITH unread AS (SELECT value FROM json_each(?)) SELECT {', '.join(kept)} FROM {table.name}"
        rows = db.execute(sql, [json.dumps(unread)])
    return {row[: table.key]: tuple(row) for row in rows}


def _with_notes(db: Database, talks: Mapping[Row, Row]) -> dict[Row, Row]:
    """The rows of `talks` with the notes that are in the database where they have none of their own."""
    unread = [key[0] for key, row in talks.items() if row[NOTES_COLUMN] is None]
    sql = "SELECT id, notes FROM talks WHERE id IN (SELECT value FROM json_each(?))"
    notes = dict(db.execute(sql, [json.dumps(unread)]).fetchall())
    if len(notes) < len(unread):
        raise LostNotes
    return {key: _with(row, notes[key[0]]) if row[NOTES_COLUMN] is None else row for key, row in talks.items()}


def _with(row: Row, notes: Value) -> Row:
    return *row[:NOTES_COLUMN], notes, *row[NOTES_COLUMN + 1 :]


def _affected_talks(db: Database, changes: Iterable[Change]) -> set[int]:
    """The talks of which the indexes may have to know something else."""
    affected: set[int] = set()
    for change in changes:
        name = change.table.name
        if name in OF_A_TALK:
            affected |= _ids(change)
        elif name == "takeaways":
            affected |= {int(row[1] or 0) for row in (*change.gone.values(), *change.new.values())}
        elif name in TALKS_OF:
            sql = f"WITH ids AS (SELECT value FROM json_each(?)) {TALKS_OF[name]}"
            affected.update(talk for (talk,) in db.execute(sql, [json.dumps(list(_ids(change)))]))
    return affected


def _of(changes: Iterable[Change], name: str) -> Change:
    return next(change for change in changes if change.table.name == name)


def _ids(change: Change) -> set[int]:
    """The first column of what changes: the id, or in a join table the talk's."""
    return {int(key[0] or 0) for key in (*change.gone, *change.new)}


def _write(db: Database, changes: Sequence[Change]) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")  # a row that changes is gone for a moment
    for change in reversed(changes):
        _delete(db, change)
    for change in changes:
        _insert(db, change)


def _delete(db: Database, change: Change) -> None:
    where = " AND ".join(f"{column} = ?" for column in change.table.columns[: change.table.key])
    db.conn.executemany(f"DELETE FROM {change.table.name} WHERE {where}", sorted(change.gone))


def _insert(db: Database, change: Change) -> None:
    columns = ", ".join(change.table.columns)
    marks = ", ".join("?" * len(change.table.columns))
    rows = [change.new[key] for key in sorted(change.new)]
    db.conn.executemany(f"INSERT INTO {change.table.name}({columns}) VALUES ({marks})", rows)
