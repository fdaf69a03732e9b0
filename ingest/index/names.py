"""Projects, speakers, events, tags and talks in, an index of the words in their names out, for typing ahead.

The ids of names are in the order in which names are offered: by kind, then those with most talks, and of talks the
newest. So whoever wants a few of them need not read the others.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from talkdex.schema.search_index import NAME_KINDS, NAME_RANK_BITS, NAME_SPARE_BITS

ID_BITS = 52  # of the rows that have the names
NEXT_TO = 64  # names that have the same id by chance have ids no further apart

# The table that says which talks have a record of a kind.
TALKS_OF = {"project": "talk_projects", "speaker": "talk_speakers", "event": "talks", "tag": "talk_tags"}
# Kind, slug, label, number of talks, rank within the kind, from low to high, and the row's id, a hash.
NAMED = """
    SELECT '{kind}', slug, name, talks, talks AS rank, id
    FROM (SELECT *, (SELECT count(*) FROM {table} WHERE {kind}_id = {kind}s.id) AS talks FROM {kind}s)
    WHERE {which} ORDER BY rank DESC, id
"""
TALKS = """
    SELECT 'talk', slug, title, 1, rank, id
    FROM (
        SELECT talks.id, talks.slug, title,
            coalesce(CAST(replace(start_date, '-', '') AS INTEGER), year * 10000, 0) AS rank
        FROM talks LEFT JOIN events ON events.id = event_id)
    WHERE {which} ORDER BY rank DESC, id
"""
SELECT = {kind: NAMED.replace("{kind}", kind).replace("{table}", table) for kind, table in TALKS_OF.items()}
SELECT["talk"] = TALKS
THESE = "(SELECT value FROM json_each(?))"
RECORDS_OF = {
    "project": f"SELECT DISTINCT project_id FROM talk_projects WHERE talk_id IN {THESE}",
    "speaker": f"SELECT DISTINCT speaker_id FROM talk_speakers WHERE talk_id IN {THESE}",
    "event": f"SELECT DISTINCT event_id FROM talks WHERE id IN {THESE} AND event_id IS NOT NULL",
    "tag": f"SELECT DISTINCT tag_id FROM talk_tags WHERE talk_id IN {THESE}",
}
THERE = """
    SELECT id, kind, slug, label, talks FROM _names WHERE label = ? COLLATE NOCASE AND kind = ? AND slug = ?
"""
IS_TAKEN = "SELECT 1 FROM _names WHERE id = ?"
ADD = "INSERT INTO _names(id, kind, slug, label, talks) VALUES (?, ?, ?, ?, ?)"
ADD_WORDS = "INSERT INTO names_fts(rowid, label) VALUES (?, ?)"
DELETE = "DELETE FROM _names WHERE id = ?"
DELETE_WORDS = "INSERT INTO names_fts(names_fts, rowid, label) VALUES ('delete', ?, ?)"


class Name(NamedTuple):
    """A row of `_names`, or what is to be one: its id is then the lowest that it may have."""

    id: int
    kind: str
    slug: str
    label: str
    talks: int


Ids = dict[str, set[int]]  # of records, by kind


def records_of(conn: sqlite3.Connection, talks: Iterable[int]) -> Ids:
    """The records that these talks have, and the talks."""
    these = list(talks)
    ids = {"talk": set(these)}
    for kind, sql in RECORDS_OF.items():
        ids[kind] = {id for (id,) in conn.execute(sql, [json.dumps(these)])}
    return ids


def names_of(conn: sqlite3.Connection, ids: Mapping[str, Set[int]]) -> list[Name]:
    """The names that these records are to have in the index."""
    return [name for kind in ids for name in _wanted(conn, kind, f"id IN {THESE}", [json.dumps(list(ids[kind]))])]


def fill(conn: sqlite3.Connection) -> None:
    """Make the index anew."""
    conn.execute("DELETE FROM _names")
    for kind in NAME_KINDS:
        conn.executemany(ADD, _distinct(_wanted(conn, kind, "true", [])))
    conn.execute("INSERT INTO names_fts(names_fts) VALUES ('rebuild')")


def update(conn: sqlite3.Connection, before: Iterable[Name], after: Iterable[Name]) -> None:
    """Take the names `before` out of the index and put those `after` in. Those that are there are left alone."""
    wanted = {(name.kind, name.slug): name for name in after}
    there: dict[tuple[str, str], Name] = {}
    for name in (*before, *wanted.values()):
        for row in map(Name._make, conn.execute(THERE, [name.label, name.kind, name.slug])):
            there[row.kind, row.slug] = row
    gone = [row for key, row in there.items() if key not in wanted or not _is_of(row, wanted[key])]
    new = [name for key, name in wanted.items() if key not in there or not _is_of(there[key], name)]
    conn.executemany(DELETE_WORDS, ((name.id, name.label) for name in sorted(gone)))
    conn.executemany(DELETE, ((name.id,) for name in gone))
    for name in sorted(new):
        id = name.id
        while conn.execute(IS_TAKEN, [id]).fetchone():
            id += 1
        conn.execute(ADD, name._replace(id=id))
        conn.execute(ADD_WORDS, [id, name.label])


def _is_of(row: Name, name: Name) -> bool:
    return row[3:] == name[3:] and name.id <= row.id < name.id + NEXT_TO


def _wanted(conn: sqlite3.Connection, kind: str, which: str, values: list[str]) -> Iterator[Name]:
    """Names in the order of their ids."""
    for _, slug, label, talks, rank, row_id in conn.execute(SELECT[kind].replace("{which}", which), values):
        rank_down = max((1 << NAME_RANK_BITS) - 1 - rank, 0)
        id = (NAME_KINDS.index(kind) << NAME_RANK_BITS | rank_down) << NAME_SPARE_BITS
        yield Name(id | row_id >> (ID_BITS - NAME_SPARE_BITS), kind, slug, label, talks)


def _distinct(names: Iterable[Name]) -> Iterator[Name]:
    """The same names with ids of their own."""
    last = -1
    for name in names:
        last = max(name.id, last + 1)
        yield name._replace(id=last)
