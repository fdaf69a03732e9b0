"""The facets that talks can be narrowed by: which talks have a value, and how many of some talks have each value.

Talks are bitmaps of places in the search index.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from heapq import heappush, heappushpop
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from talkdex.schema.api import Facet, FacetValue
from talkdex.schema.search_index import TALK_ID

VALUES_SHOWN = 30
# So many talks are counted by the values that they have, more by the talks that the values have: measured on 200,000.
FEW_TALKS = 1000

PLACES_WITH = "SELECT places FROM _facets WHERE facet = :facet AND value IN (SELECT value FROM json_each(:values))"
VALUES_NAMED = """
    SELECT value, label, talks, places FROM _facets
    WHERE facet = :facet AND value IN (SELECT value FROM json_each(:values))
"""
VALUES_BY_TALKS = "SELECT value, label, talks, places FROM _facets WHERE facet = :facet ORDER BY talks DESC"
TALK_IDS = "SELECT data FROM _columns WHERE name = 'talk_id'"


class FacetOfTalks(NamedTuple):
    """`counts` gives value, label and number of talks of what those at `:places`, a JSON array, have."""

    title: str
    counts: str


# By the name of the query parameter, in the order in which a page shows them.
FACETS: Mapping[str, FacetOfTalks] = {
    "project": FacetOfTalks(
        "Project",
        """
        SELECT slug, name, count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talk_projects USING (talk_id) JOIN projects ON projects.id = project_id
        GROUP BY projects.id""",
    ),
    "tag": FacetOfTalks(
        "Tag",
        """
        SELECT slug, name, count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talk_tags USING (talk_id) JOIN tags ON tags.id = tag_id
        GROUP BY tags.id""",
    ),
    "event": FacetOfTalks(
        "Event",
        """
        SELECT events.slug, name, count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
        GROUP BY events.id""",
    ),
    "year": FacetOfTalks(
        "Year",
        """
        SELECT CAST(year AS TEXT), CAST(year AS TEXT), count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
        WHERE year IS NOT NULL
        GROUP BY year""",
    ),
    "speaker": FacetOfTalks(
        "Speaker",
        """
        SELECT slug, name, count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talk_speakers USING (talk_id) JOIN speakers ON speakers.id = speaker_id
        GROUP BY speakers.id""",
    ),
    "format": FacetOfTalks(
        "Format",
        """
        SELECT format, upper(substr(format, 1, 1)) || substr(format, 2), count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talks ON talks.id = talk_id
        GROUP BY format""",
    ),
    "city": FacetOfTalks(
        "City",
        """
        SELECT city, city, count(*)
        FROM json_each(:places) JOIN _places ON place = value
        JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
        WHERE city IS NOT NULL
        GROUP BY city""",
    ),
}

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
    [data] = conn.execute(TALK_IDS).fetchone()
    ids: list[int] = np.frombuffer(data, TALK_ID)[talks.to_array()].tolist()
    return ids


def count_facets(
    conn: sqlite3.Connection, talks: BitMap, chosen: Chosen, members: Mapping[str, BitMap], names: Iterable[str]
) -> list[Facet]:
    """The named facets of these talks, counted exactly. What is chosen in a facet narrows the counts of all others, not
    its own, so that a second value of it shows how many talks it would add."""
    return [count_facet(conn, name, narrow(talks, members, ignoring=name), chosen.get(name, ())) for name in names]


def count_facet(conn: sqlite3.Connection, name: str, talks: BitMap, selected: Collection[str]) -> Facet:
    """One facet of these talks. Selected values come first, and are there even where no talk has them."""
    count = _count_by_talks if len(talks) <= FEW_TALKS else _count_by_values
    counted = [one for one in count(conn, name, talks, VALUES_SHOWN + len(selected)) if one.value not in selected]
    shown = [*_count_values(conn, name, talks, selected), *counted[:VALUES_SHOWN]]
    if name == "year":
        shown.sort(key=lambda one: one.value, reverse=True)
    return Facet(
        name=name,
        title=FACETS[name].title,
        values=[FacetValue(**asdict(one), selected=one.value in selected) for one in shown],
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
    for value, label, _, places in conn.execute(VALUES_NAMED, {"facet": name, "values": json.dumps(list(values))}):
        counted[value] = Counted(value, label, talks.intersection_cardinality(BitMap.deserialize(places)))
    return sorted(counted.values(), key=_most_common_first)


def _count_by_talks(conn: sqlite3.Connection, name: str, talks: BitMap, most: int) -> list[Counted]:
    """All values that the talks have."""
    rows = conn.execute(FACETS[name].counts, {"places": json.dumps(talks.to_array().tolist())})
    return sorted((Counted(*row) for row in rows), key=_most_common_first)


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


def _most_common_first(one: Counted) -> tuple[int, str]:
    return -one.count, one.label
