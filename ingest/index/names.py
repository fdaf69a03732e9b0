"""Projects, speakers, events, tags and talks in, an index of the words in their names out, for typing ahead.

The ids of names are in the order in which names are offered: by kind, then those with most talks, and of talks the
newest. So whoever wants a few of them need not read the others.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from talkdex.schema.search_index import NAME_KINDS, NAME_RANK_BITS, NAME_SPARE_BITS

ID_BITS = 52  # of the rows that have the names

# The table that says which talks have a record of a kind.
TALKS_OF = {"project": "talk_projects", "speaker": "talk_speakers", "event": "talks", "tag": "talk_tags"}
NAMED = """
    SELECT '{kind}', slug, name, talks, talks, id
    FROM (SELECT *, (SELECT count(*) FROM {table} WHERE {kind}_id = {kind}s.id) AS talks FROM {kind}s)
    UNION ALL
"""
# Kind, slug, label, number of talks, rank within the kind, from low to high, and the row's id, a hash.
WANTED = f"""
    {"".join(NAMED.format(kind=kind, table=table) for kind, table in TALKS_OF.items())}
    SELECT
        'talk', talks.slug, title, 1,
        coalesce(CAST(replace(start_date, '-', '') AS INTEGER), year * 10000, 0), talks.id
    FROM talks LEFT JOIN events ON events.id = event_id
"""
THERE = "SELECT id, kind, slug, label, talks FROM _names"
ADD = "INSERT INTO _names(id, kind, slug, label, talks) VALUES (?, ?, ?, ?, ?)"
ADD_WORDS = "INSERT INTO names_fts(rowid, label) VALUES (?, ?)"
DELETE_WORDS = "INSERT INTO names_fts(names_fts, rowid, label) VALUES ('delete', ?, ?)"


class Name(NamedTuple):
    """A row of `_names`."""

    id: int
    kind: str
    slug: str
    label: str
    talks: int


def update(conn: sqlite3.Connection) -> None:
    """Bring the index in step with the tables. Names that are as they were are left alone."""
    wanted = set(_wanted(conn))
    there = set(map(Name._make, conn.execute(THERE)))
    gone, new = sorted(there - wanted), sorted(wanted - there)
    conn.executemany(DELETE_WORDS, ((name.id, name.label) for name in gone))
    conn.executemany("DELETE FROM _names WHERE id = ?", ((name.id,) for name in gone))
    conn.executemany(ADD, new)
    conn.executemany(ADD_WORDS, ((name.id, name.label) for name in new))


def _wanted(conn: sqlite3.Connection) -> Iterable[Name]:
    """All names, with ids of their own."""
    taken: set[int] = set()
    for kind, slug, label, talks, rank, row_id in sorted(conn.execute(WANTED)):
        rank_down = max((1 << NAME_RANK_BITS) - 1 - rank, 0)
        id = (NAME_KINDS.index(kind) << NAME_RANK_BITS | rank_down) << NAME_SPARE_BITS
        id |= row_id >> (ID_BITS - NAME_SPARE_BITS)
        while id in taken:
            id += 1
        taken.add(id)
        yield Name(id, kind, slug, label, talks)
