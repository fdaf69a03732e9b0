"""The facets that talks can be narrowed by: which talks have a value, and how many of some talks have each value.

Talks are bitmaps of places in the search index.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappush, heappushpop

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from talkdex.datasette_plugins.kept_arrays import ids_by_place, talk_values
from talkdex.schema.api import Facet, FacetValue
from talkdex.schema.search_index import FACET_NAMES

VALUES_SHOWN = 30
# The values of a facet that has more than these are counted by what the talks have, unless these are very many; else by
# the talks that each value has. Measured on 200,000 talks with 20,000 speakers.
MANY_VALUES = 200
MANY_TALKS = 50_000

# Titles by the name of the query parameter, in the order in which a page shows them.
FACETS: Mapping[str, str] = {name: name.capitalize() for name in FACET_NAMES}

PLACES_WITH = "SELECT places FROM _facets WHERE facet = :facet AND value IN (SELECT value FROM json_each(:values))"
VALUES_NAMED = """
    SELECT value, label, places FROM _facets
    WHERE facet = :facet AND value IN (SELECT value FROM json_each(:values))
"""
VALUES_BY_TALKS = "SELECT value, label, talks, places FROM _facets WHERE facet = :facet ORDER BY talks DESC"
HAS_MORE_VALUES = "SELECT 1 FROM _facets WHERE facet = :facet LIMIT 1 OFFSET :many"
LABELS = (
    "SELECT _facets.id, _facets.value, label FROM json_each(:ids) AS wanted JOIN _facets ON _facets.id = wanted.value"
)

Chosen = Mapping[str, Collection[str]]  # the values chosen in each facet, by its name


@dataclass(frozen=True, slots=True)
class Counted:
    """A value and how many of some talks have it."""

    value: str
    label: str
    count: int


def members_of(conn: sqlite3.Connection, chosen: Chosen) -> dict[str, BitMap]:
    """For each facet in which something is chosen, the talks that have one of the values."""
    return {name: _places_with(conn, name, values) for name, values in chosen.items() if values}


def narrow(talks: BitMap, members: Mapping[str, BitMap], *, ignoring: str | None = None) -> BitMap:
    """The talks that are among the members of every facet; the facet `ignoring` does not count."""
    return talks.intersection(*(having for name, having in members.items() if name != ignoring))


def talk_ids(conn: sqlite3.Connection, talks: BitMap) -> list[int]:
    """The ids of talks, in the order of their places."""
    ids: list[int] = ids_by_place(conn)[talks.to_array()].tolist()
    return ids


def count_facets(
    conn: sqlite3.Connection, talks: BitMap, chosen: Chosen, members: Mapping[str, BitMap], names: Iterable[str]
) -> list[Facet]:
    """The named facets of these talks, counted exactly. What is chosen in a facet narrows the counts of all others, not
    its own, so that a second value of it shows how many talks it would add."""
    return [count_facet(conn, name, narrow(talks, members, ignoring=name), chosen.get(name, ())) for name in names]


def count_facet(conn: sqlite3.Connection, name: str, talks: BitMap, selected: Collection[str]) -> Facet:
    """One facet of these talks. Selected values come first, and are there even where no talk has them."""
    has_many_values = conn.execute(HAS_MORE_VALUES, {"facet": name, "many": MANY_VALUES}).fetchone()
    count = _count_by_talks if has_many_values and len(talks) <= MANY_TALKS else _count_by_values
    counted = [one for one in count(conn, name, talks, VALUES_SHOWN + len(selected)) if one.value not in selected]
    shown = [*_count_values(conn, name, talks, selected), *counted[:VALUES_SHOWN]]
    if name == "year":
        shown.sort(key=lambda one: one.value, reverse=True)
    return Facet(
        name=name,
        title=FACETS[name],
        values=[FacetValue(value=v.value, label=v.label, count=v.count, selected=v.value in selected) for v in shown],
        more=len(counted) > VALUES_SHOWN,
    )


def _places_with(conn: sqlite3.Connection, name: str, values: Iterable[str]) -> BitMap:
    rows = conn.execute(PLACES_WITH, {"facet": name, "values": json.dumps(list(values))})
    return BitMap().union(*(BitMap.deserialize(places) for (places,) in rows))


def _count_values(conn: sqlite3.Connection, name: str, talks: BitMap, values: Collection[str]) -> list[Counted]:
    """These values, the most common first."""
    if not values:
        return []
    counted = {value: Counted(value, value, 0) for value in values}
    for value, label, places in conn.execute(VALUES_NAMED, {"facet": name, "values": json.dumps(list(values))}):
        counted[value] = Counted(value, label, talks.intersection_cardinality(BitMap.deserialize(places)))
    return sorted(counted.values(), key=_most_common_first)


def _count_by_talks(conn: sqlite3.Connection, name: str, talks: BitMap, most: int) -> list[Counted]:
    """The `most` most common values of the talks, and at least one more if there are more."""
    starts, value_ids = talk_values(conn, name)
    places = np.array(talks.to_array(), np.int64)
    places = places[places < len(starts) - 1]  # the last ones may have no values
    counts = np.bincount(value_ids[_ranges(starts[places], starts[places + 1])])
    found = np.flatnonzero(counts)
    if len(found) > most:
        found = found[counts[found] >= np.partition(counts[found], -most - 1)[-most - 1]]
    rows = conn.execute(LABELS, {"ids": json.dumps(found.tolist())})
    return sorted((Counted(value, label, int(counts[id])) for id, value, label in rows), key=_most_common_first)


def _count_by_values(conn: sqlite3.Connection, name: str, talks: BitMap, most: int) -> list[Counted]:
    """The `most` most common values of the talks, and at least one more if there are more.

    Begins with the values that most of all talks have, and ends where one has too few to get among the most common.
    """
    counted: list[Counted] = []
    largest: list[int] = []  # the `most` largest counts, as a heap
    for value, label, total, places in conn.execute(VALUES_BY_TALKS, {"facet": name}):
        if len(counted) > most and total < largest[0]:
            break
        if count := talks.intersection_cardinality(BitMap.deserialize(places)):
            counted.append(Counted(value, label, count))
            if len(largest) < most:
                heappush(largest, count)
            else:
                heappushpop(largest, count)
    return sorted(counted, key=_most_common_first)


def _ranges(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each start to before its end, one range after the other."""
    lengths = ends - starts
    begin_at = np.cumsum(lengths) - lengths
    return np.repeat(starts - begin_at, lengths) + np.arange(lengths.sum())


def _most_common_first(one: Counted) -> tuple[int, str]:
    return -one.count, one.label
