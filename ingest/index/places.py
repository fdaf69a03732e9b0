"""The talks in the database in, a place for each in the search index out, and what is known by place."""

import json
import sqlite3
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from talkdex.ingest.index.stamp import stamp
from talkdex.schema.search_index import HOLE, LAST, NEWEST, TALK_ID

# In the order of notes, so that the talks of an event have places side by side.
TALKS_WITHOUT_PLACE = """
    SELECT talks.id FROM talks JOIN posts ON posts.id = post_id
    WHERE talks.id NOT IN (SELECT talk_id FROM _places)
    ORDER BY path, position
"""
PLACES_OF_GONE_TALKS = "SELECT place FROM _places WHERE talk_id NOT IN (SELECT id FROM talks)"
NEWEST_FIRST = """
    SELECT place
    FROM _places
    JOIN talks ON talks.id = talk_id
    JOIN posts ON posts.id = talks.post_id
    LEFT JOIN events ON events.id = talks.event_id
    ORDER BY coalesce(events.start_date, CAST(events.year AS TEXT), posts.date, '') DESC, posts.path, talks.position
"""

WRITE_COLUMN = """
    INSERT INTO _columns(name, stamp, data) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET stamp = ?2, data = ?3 WHERE stamp != ?2
"""


def are_there(conn: sqlite3.Connection) -> bool:
    """Whether any talk has a place; if none has, nothing of the search index is written yet."""
    return conn.execute("SELECT 1 FROM _places LIMIT 1").fetchone() is not None


def places_of(conn: sqlite3.Connection, talks: Iterable[int]) -> dict[int, int]:
    """The places of those of the talks that have one, by talk."""
    sql = "SELECT talk_id, place FROM _places WHERE talk_id IN (SELECT value FROM json_each(?))"
    return dict(conn.execute(sql, [json.dumps(list(talks))]).fetchall())


def update(conn: sqlite3.Connection) -> None:
    """Free the places of talks that are gone, and give new talks the lowest free ones."""
    talks = _column(conn, "talk_id", TALK_ID) if are_there(conn) else np.empty(0, TALK_ID)
    gone = [place for (place,) in conn.execute(PLACES_OF_GONE_TALKS)]
    new = [talk for (talk,) in conn.execute(TALKS_WITHOUT_PLACE)]
    talks[gone] = HOLE
    free = np.flatnonzero(talks == HOLE)[: len(new)]
    added = len(new) - len(free)
    places = np.append(free, np.arange(len(talks), len(talks) + added))
    talks = np.append(talks, np.full(added, HOLE, TALK_ID))
    talks[places] = new
    conn.executemany("DELETE FROM _places WHERE place = ?", ((place,) for place in gone))
    conn.executemany("INSERT INTO _places(place, talk_id) VALUES (?, ?)", zip(places.tolist(), new, strict=True))
    _write_column(conn, "talk_id", talks)
    _write_column(conn, "newest", _newest(conn, len(talks)))


def _newest(conn: sqlite3.Connection, size: int) -> NDArray[np.uint32]:
    """The rank of each place's talk, newest first."""
    order = [place for (place,) in conn.execute(NEWEST_FIRST)]
    ranks = np.full(size, LAST, NEWEST)
    ranks[order] = np.arange(len(order))
    return ranks


def _column(conn: sqlite3.Connection, name: str, dtype: str) -> NDArray[np.int64]:
    [data] = conn.execute("SELECT data FROM _columns WHERE name = ?", [name]).fetchone()
    return np.frombuffer(data, dtype).copy()


def _write_column(conn: sqlite3.Connection, name: str, numbers: NDArray[np.signedinteger | np.unsignedinteger]) -> None:
    data = numbers.tobytes()
    conn.execute(WRITE_COLUMN, [name, stamp(data), data])
