"""A connection in, the arrays of the search index out, which are read once and kept until a build has changed them."""

import sqlite3
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talkdex.schema.search_index import NEWEST, TALK_ID, VALUE_ID, VALUE_PLACE

COLUMN_STAMP = "SELECT stamp FROM _columns WHERE name = :name"
COLUMN = "SELECT data FROM _columns WHERE name = :name"
TALK_VALUES_STAMP = "SELECT stamp FROM _talk_values WHERE facet = :name"
TALK_VALUES = "SELECT places, value_ids FROM _talk_values WHERE facet = :name"

Arrays = tuple[NDArray[Any], ...]

# By statement and name, with the stamp that tells the contents.
_kept: dict[tuple[str, str], tuple[int, Arrays]] = {}


def ids_by_place(conn: sqlite3.Connection) -> NDArray[np.int64]:
    """The ids of the talks by place, HOLE where there is none."""
    return _read(conn, COLUMN_STAMP, COLUMN, "talk_id", TALK_ID)[0]


def ranks_by_date(conn: sqlite3.Connection) -> NDArray[np.uint32]:
    """The ranks of the talks by place, 0 for the newest."""
    return _read(conn, COLUMN_STAMP, COLUMN, "newest", NEWEST)[0]


def talk_values(conn: sqlite3.Connection, facet: str) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Where the values of each place begin and end in the second array, which has the ids of the facet's values."""
    starts, value_ids = _read(conn, TALK_VALUES_STAMP, TALK_VALUES, facet, VALUE_PLACE, VALUE_ID, prepare=_by_place)
    return starts, value_ids


def _by_place(places: NDArray[np.uint32], value_ids: NDArray[np.uint32]) -> Arrays:
    return np.searchsorted(places, np.arange(int(places.max(initial=0)) + 2)), value_ids


def _read(
    conn: sqlite3.Connection,
    stamp_sql: str,
    sql: str,
    name: str,
    *dtypes: str,
    prepare: Callable[..., Arrays] = lambda *arrays: arrays,
) -> Arrays:
    """What the statement gives of `name`, prepared for use, unless that of the same stamp is kept."""
    [stamp] = conn.execute(stamp_sql, {"name": name}).fetchone()
    kept = _kept.get((sql, name))
    if kept and kept[0] == stamp:
        return kept[1]
    blobs = conn.execute(sql, {"name": name}).fetchone()
    arrays = prepare(*(np.frombuffer(blob, dtype) for blob, dtype in zip(blobs, dtypes, strict=True)))
    _kept[sql, name] = (stamp, arrays)
    return arrays
