"""The talks in the database in, a place for each in the search index out, and what is known by place."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talkdex.ingest.index.stamp import stamp
from talkdex.schema.search_index import HOLE, LAST, NEWEST, TALK_ID

THESE = "(SELECT value FROM json_each(?))"
# In the order of notes, so that the talks of an event have places side by side.
WITHOUT_PLACE = """
    SELECT talks.id FROM talks JOIN posts ON posts.id = post_id
    WHERE talks.id NOT IN (SELECT talk_id FROM _places)
    ORDER BY path, position
"""
THESE_WITHOUT_PLACE = WITHOUT_PLACE.replace("WHERE", f"WHERE talks.id IN {THESE} AND")
OF_GONE_TALKS = "SELECT place FROM _places WHERE talk_id NOT IN (SELECT id FROM talks)"
OF_THESE_GONE_TALKS = OF_GONE_TALKS.replace("WHERE", f"WHERE talk_id IN {THESE} AND")
NEWEST_FIRST = """
    SELECT place
    FROM _places
    JOIN talks ON talks.id = talk_id
    JOIN posts ON posts.id = talks.post_id
    LEFT JOIN events ON events.id = talks.event_id
    ORDER BY coalesce(events.start_date, CAST(events.year AS TEXT), posts.date, '') DESC, posts.path, talks.position
"""
# The same for some talks, with what they are ordered by.
DAYS = f"""
    SELECT talks.id, coalesce(events.start_date, CAST(events.year AS TEXT), posts.date, ''), posts.path, talks.position
    FROM talks
    JOIN posts ON posts.id = talks.post_id
    LEFT JOIN events ON events.id = talks.event_id
    WHERE talks.id IN {THESE}
"""

WRITE_COLUMN = """
    INSERT INTO _columns(name, stamp, data) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET stamp = ?2, data = ?3 WHERE stamp != ?2
"""


def are_there(conn: sqlite3.Connection) -> bool:
    """Whether talks have places, if there are talks; else nothing of the search index is written yet."""
    return conn.execute("SELECT 1 FROM _columns LIMIT 1").fetchone() is not None


def places_of(conn: sqlite3.Connection, talks: Iterable[int]) -> dict[int, int]:
    """The places of those of the talks that have one, by talk."""
    sql = "SELECT talk_id, place FROM _places WHERE talk_id IN (SELECT value FROM json_each(?))"
    return dict(conn.execute(sql, [json.dumps(list(talks))]).fetchall())


class Time(NamedTuple):
    """What talks are ordered by, newest first."""

    day: str
    path: str
    position: int

    def is_before(self, other: "Time") -> bool:
        return (other.day, self.path, self.position) < (self.day, other.path, other.position)


def times_of(conn: sqlite3.Connection, talks: Iterable[int]) -> dict[int, Time]:
    """The times of those of the talks that are there, by talk."""
    return {talk: Time(*time) for talk, *time in conn.execute(DAYS, [json.dumps(list(talks))])}


def fill(conn: sqlite3.Connection) -> None:
    """Give all talks their places; those that have one keep it."""
    gone = [place for (place,) in conn.execute(OF_GONE_TALKS)]
    new = [talk for (talk,) in conn.execute(WITHOUT_PLACE)]
    talks = _replace(conn, gone, new)
    order = np.fromiter((place for (place,) in conn.execute(NEWEST_FIRST)), np.int64)
    _write_newest(conn, order, len(talks))


def update(conn: sqlite3.Connection, changed: Collection[int], before: Mapping[int, Time]) -> None:
    """Free the places of talks that are gone, and give new talks the lowest free ones.

    Only these talks may have changed; `before` has the times of those of them that were there.
    """
    after = times_of(conn, changed)
    if after == before:
        return
    moved = [talk for talk in changed if after.get(talk) != before.get(talk)]
    newest = _column(conn, "newest", NEWEST)
    order = np.argsort(newest)[: np.count_nonzero(newest != LAST)]
    order = order[~np.isin(order, list(places_of(conn, moved).values()))]

    wanted = [json.dumps(list(changed))]
    gone = [place for (place,) in conn.execute(OF_THESE_GONE_TALKS, wanted)]
    talks = _replace(conn, gone, [talk for (talk,) in conn.execute(THESE_WITHOUT_PLACE, wanted)])
    for talk, place in places_of(conn, moved).items():
        order = np.insert(order, _rank(conn, after[talk], talks[order]), place)
    _write_newest(conn, order, len(talks))


def _replace(conn: sqlite3.Connection, gone: Sequence[int], new: Sequence[int]) -> NDArray[np.int64]:
    """Put the new talks into the places that are free and then behind all others. The talks by place."""
    talks = _column(conn, "talk_id", TALK_ID)
    talks[gone] = HOLE
    free = np.flatnonzero(talks == HOLE)[: len(new)]
    added = len(new) - len(free)
    places = np.append(free, np.arange(len(talks), len(talks) + added))
    talks = np.append(talks, np.full(added, HOLE, TALK_ID))
    talks[places] = new
    conn.executemany("DELETE FROM _places WHERE place = ?", ((place,) for place in gone))
    conn.executemany("INSERT INTO _places(place, talk_id) VALUES (?, ?)", zip(places.tolist(), new, strict=True))
    _write_column(conn, "talk_id", talks)
    return talks


def _rank(conn: sqlite3.Connection, time: Time, talks: NDArray[np.int64]) -> int:
    """How many of the talks, which are in order, come before this time."""
    low, high = 0, len(talks)
    while low < high:
        middle = (low + high) // 2
        [other] = times_of(conn, [int(talks[middle])]).values()
        low, high = (middle + 1, high) if other.is_before(time) else (low, middle)
    return low


def _write_newest(conn: sqlite3.Connection, order: NDArray[np.int64], size: int) -> None:
    """Write the rank of each of so many places, of which `order` has those with a talk, newest first."""
    ranks = np.full(size, LAST, NEWEST)
    ranks[order] = np.arange(len(order))
    _write_column(conn, "newest", ranks)


def _column(conn: sqlite3.Connection, name: str, dtype: str) -> NDArray[np.int64]:
    [data] = conn.execute("SELECT data FROM _columns WHERE name = ?", [name]).fetchone() or [b""]
    return np.frombuffer(data, dtype).copy()


def _write_column(conn: sqlite3.Connection, name: str, numbers: NDArray[np.signedinteger | np.unsignedinteger]) -> None:
    data = numbers.tobytes()
    conn.execute(WRITE_COLUMN, [name, stamp(data), data])
