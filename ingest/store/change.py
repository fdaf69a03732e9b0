"""The rows that a table is to have in, those to delete and to insert out, and their writing."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from talkdex.ingest.store.rows import TABLES, Row, Rows, Table, Value

THESE = "(SELECT value FROM json_each(?))"
# The column of each table by which the rows of some notes are found, and what it refers to.
OF_NOTES = {
    "posts": ("id", "posts"),
    "talks": ("post_id", "posts"),
    "takeaways": ("talk_id", "talks"),
    "links": ("talk_id", "talks"),
    "talk_speakers": ("talk_id", "talks"),
    "talk_projects": ("talk_id", "talks"),
    "talk_tags": ("talk_id", "talks"),
    "post_tags": ("post_id", "posts"),
    "takeaway_projects": ("takeaway_id", "takeaways"),
}
POSTS_OF = f"SELECT id FROM posts WHERE path IN {THESE}"
NOTICES_OF = f"post_id IN {THESE} OR post_id IS NULL AND path IN {THESE}"  # files that could not be read have no post
OWNER = {"posts": "path", "talks": "post_id", "takeaways": "talk_id", "links": "talk_id", "notices": "path"}


@dataclass(frozen=True, slots=True)
class Change:
    """The rows of one table to delete and to insert; one that changes is in both, as it was and as it will be."""

    table: Table
    gone: Mapping[Row, Row] = field(default_factory=dict)
    new: Mapping[Row, Row] = field(default_factory=dict)

    @property
    def ids(self) -> set[int]:
        """The first column of what changes: the id, or in a join table the talk's."""
        return {int(key[0] or 0) for key in (*self.gone, *self.new)}


def change(table: Table, there: Mapping[Row, Row], wanted: Mapping[Row, Row]) -> Change:
    gone = {key: row for key, row in there.items() if wanted.get(key) != row}
    new = {key: row for key, row in wanted.items() if there.get(key) != row}
    return Change(table, gone, new)


def all_rows(conn: sqlite3.Connection, table: Table) -> dict[Row, Row]:
    """All rows that a table has, by their primary keys."""
    return _rows(conn, table, "true", [])


def rows_of_notes(conn: sqlite3.Connection, paths: Iterable[str], wanted: Rows) -> Rows:
    """The rows that all tables have of these notes, of which rows are `wanted`."""
    of = [json.dumps(list(paths))]
    ids = {"posts": {id for (id,) in conn.execute(POSTS_OF, of)} | _ids(wanted["posts"])}
    rows: Rows = {}
    for table in TABLES:
        if table.name in OF_NOTES:
            column, parents = OF_NOTES[table.name]
            rows[table.name] = _rows(conn, table, f"{column} IN {THESE}", [json.dumps(list(ids[parents]))])
            if table.key == 1:
                ids[table.name] = _ids(rows[table.name]) | _ids(wanted[table.name])
        elif table.name == "notices":
            rows[table.name] = _rows(conn, table, NOTICES_OF, [json.dumps(list(ids["posts"])), *of])
    return rows


def ids_of_others(conn: sqlite3.Connection, table: str, ids: Collection[int], owners: Collection[Value]) -> set[int]:
    """Those of the ids that a row has which belongs to none of the owners, which are paths, posts or talks."""
    sql = f"SELECT id FROM {table} WHERE id IN {THESE} AND {OWNER[table]} NOT IN {THESE}"
    return {id for (id,) in conn.execute(sql, [json.dumps(list(ids)), json.dumps(list(owners))])}


def delete(conn: sqlite3.Connection, changes: Iterable[Change]) -> int:
    """Delete what is gone, or will be other. The number of rows that do not come again."""
    changes = list(changes)
    for one in reversed(changes):
        where = " AND ".join(f"{column} = ?" for column in one.table.columns[: one.table.key])
        conn.executemany(f"DELETE FROM {one.table.name} WHERE {where}", sorted(one.gone))
    return sum(len(one.gone.keys() - one.new.keys()) for one in changes)


def insert(conn: sqlite3.Connection, changes: Iterable[Change]) -> int:
    """Insert what is new. The number of rows."""
    changes = list(changes)
    for one in changes:
        columns = ", ".join(one.table.columns)
        marks = ", ".join("?" * len(one.table.columns))
        rows = [one.new[key] for key in sorted(one.new)]
        conn.executemany(f"INSERT INTO {one.table.name}({columns}) VALUES ({marks})", rows)
    return sum(len(one.new) for one in changes)


def _rows(conn: sqlite3.Connection, table: Table, where: str, values: list[str]) -> dict[Row, Row]:
    rows = conn.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {where}", values)
    return {row[: table.key]: tuple(row) for row in rows}


def _ids(rows: Iterable[Row]) -> set[int]:
    return {int(key[0] or 0) for key in rows}
