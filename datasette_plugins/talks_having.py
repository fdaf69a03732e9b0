"""The talks that have a value of a facet, however many: counted on the bitmaps of the search index, not row by row."""

import sqlite3

import numpy as np
from pyroaring import BitMap

from talkdex.datasette_plugins.facets import count_facet, members_of, talk_ids
from talkdex.datasette_plugins.kept_arrays import ranks_by_date
from talkdex.schema.api import Counted, YearCount

YEARS = "SELECT value, places FROM _facets WHERE facet = 'year' ORDER BY CAST(value AS INTEGER)"


def talks_having(conn: sqlite3.Connection, facet: str, value: str) -> BitMap:
    """The places of the talks of an event, a speaker and so on: `facet` is "event", `value` its slug."""
    return members_of(conn, {facet: [value]})[facet]


def newest_first(conn: sqlite3.Connection, talks: BitMap) -> list[int]:
    """The ids of the talks, the newest first."""
    order = np.argsort(ranks_by_date(conn)[talks.to_array()])
    ids: list[int] = np.array(talk_ids(conn, talks), np.int64)[order].tolist()
    return ids


def years_of(conn: sqlite3.Connection, talks: BitMap) -> list[YearCount]:
    """How many of the talks are of each year that is known."""
    counts = (
        (year, talks.intersection_cardinality(BitMap.deserialize(places))) for year, places in conn.execute(YEARS)
    )
    return [YearCount(year=int(year), talk_count=count) for year, count in counts if count]


def most_common(
    conn: sqlite3.Connection, facet: str, talks: BitMap, most: int, without: str | None = None
) -> list[Counted]:
    """The values of a facet, "project" or "tag", that most of the talks have; `without` the one that all have."""
    values = [value for value in count_facet(conn, facet, talks, ()).values if value.value != without]
    return [Counted(slug=value.value, name=value.label, talk_count=value.count) for value in values[:most]]
