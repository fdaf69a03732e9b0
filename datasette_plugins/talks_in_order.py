"""Talks in, the next of them behind a position out, by id or the newest first: worked out on the arrays of the search
index, as looking at each talk and its event takes a second for 200,000 talks."""

import sqlite3
from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from talkdex.datasette_plugins.kept_arrays import ids_by_place, talk_values
from talkdex.datasette_plugins.rest.sorting import Position
from talkdex.schema.search_index import HOLE

DAYS = """
    SELECT _facets.id, coalesce(start_date, CAST(year AS TEXT), '')
    FROM _facets JOIN events ON slug = value
    WHERE facet = 'event'
"""
NO_DAY = ""


def talks_by_id(conn: sqlite3.Connection, talks: BitMap | None, after: Position | None, limit: int) -> list[Position]:
    """At most `limit` of these talks, or of all, in the order of their ids."""
    ids = ids_by_place(conn)[_places(conn, talks)]
    if after:
        ids = ids[ids > after.id]
    return [Position("", talk) for talk in _smallest(ids, limit).tolist()]


def talks_by_date(conn: sqlite3.Connection, talks: BitMap | None, after: Position | None, limit: int) -> list[Position]:
    """At most `limit` of these talks, or of all, by the first day of their event, the latest first, and then by id."""
    places = _places(conn, talks)
    if not len(places):
        return []
    ids = ids_by_place(conn)[places]
    days, day_of_place = _days(conn)
    numbers = day_of_place[places]
    if after:
        number = bisect_left(days, after.sorted_by)
        same_day = (numbers == number) if after.sorted_by in days[number : number + 1] else False
        behind = (numbers < number) | (same_day & (ids > after.id))
        ids, numbers = ids[behind], numbers[behind]
    latest = numbers >= -_smallest(-numbers, limit).max(initial=-len(days))
    ids, numbers = ids[latest], numbers[latest]
    order = np.lexsort((ids, -numbers))[:limit]
    return [Position(days[number], talk) for number, talk in zip(numbers[order], ids[order].tolist(), strict=True)]


def _places(conn: sqlite3.Connection, talks: BitMap | None) -> NDArray[np.int64]:
    return np.flatnonzero(ids_by_place(conn) != HOLE) if talks is None else np.array(talks.to_array(), np.int64)


def _days(conn: sqlite3.Connection) -> tuple[list[str], NDArray[np.int64]]:
    """The days on which events begin, in order, and for each place the number of its day there."""
    day_of_event = dict(conn.execute(DAYS))
    days = sorted({NO_DAY, *day_of_event.values()})
    starts, events = talk_values(conn, "event")
    number_of_event = np.zeros(max(day_of_event, default=0) + 1, np.int64)
    number_of_event[list(day_of_event)] = [bisect_left(days, day) for day in day_of_event.values()]
    day_of_place = np.zeros(len(ids_by_place(conn)), np.int64)
    day_of_place[np.repeat(np.arange(len(starts) - 1), np.diff(starts))] = number_of_event[events]
    return days, day_of_place


def _smallest(numbers: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """So many of the numbers, in order."""
    return np.sort(np.partition(numbers, count)[:count] if len(numbers) > count else numbers)
