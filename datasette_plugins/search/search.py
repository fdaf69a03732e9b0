"""A connection and a query in, one page of the talks that answer it out, with exact counts for every facet."""

import sqlite3
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from talkdex.datasette_plugins.facets import Chosen, count_facets, members_of, narrow
from talkdex.datasette_plugins.search.filters import among, resolve
from talkdex.datasette_plugins.search.find import Found, Places, find
from talkdex.datasette_plugins.search.hits import read_hits
from talkdex.datasette_plugins.search.parse import TypedFilter, parse_query
from talkdex.schema.api import Correction, SearchResults
from talkdex.schema.search_index import FACET_NAMES


class Standing(NamedTuple):
    """Where a talk stands among those found: less comes first, and the newest of those of equal rank."""

    talk_id: int
    rank: float
    newest: float


@dataclass(frozen=True)
class SearchQuery:
    """What to search. `chosen` holds the values chosen in each facet; `count` names the facets to count. Of the talks
    that come behind `after`, the first `offset` are skipped. `filters` are added to those that stand in the text."""

    text: str = ""
    chosen: Chosen = field(default_factory=dict)
    sort: Literal["relevance", "date"] = "relevance"
    limit: int = 20
    offset: int = 0
    after: Standing | None = None
    count: Collection[str] = FACET_NAMES
    filters: Sequence[TypedFilter] = ()


def search(conn: sqlite3.Connection, query: SearchQuery) -> SearchResults:
    """Finds talks and gives so many of them. Any text will do. Raises sqlite3.OperationalError when the connection's
    progress handler ends it."""
    return search_part(conn, query)[0]


def search_part(conn: sqlite3.Connection, query: SearchQuery) -> tuple[SearchResults, Standing | None]:
    """The same, and the last talk that is given, where there are more behind it."""
    started = time.perf_counter()
    parsed = parse_query(query.text)
    places = Places(conn)
    filters = resolve(conn, [*query.filters, *parsed.filters])
    found = find(conn, parsed, places, among(filters, len(places.talk_ids)))
    answering = BitMap(np.flatnonzero(found.places).astype(np.uint32))
    members = members_of(conn, query.chosen)
    talks = narrow(answering, members)
    end = query.offset + query.limit
    first = _first(talks, found, places, query, end + 1)
    shown = {place: int(places.talk_ids[place]) for place in first[query.offset : end]}
    results = SearchResults(
        total=len(talks),
        match=found.match,
        hits=read_hits(conn, shown, found),
        facets=count_facets(conn, answering, query.chosen, members, query.count),
        total_unfiltered=len(answering),
        corrections=[Correction(typed=one.typed, used=list(one.used)) for one in found.rarities if one.used],
        understood=[one.understood for one in filters],
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
    )
    return results, _standing(first[end - 1], found, places, query.sort) if len(first) > end else None


def _first(talks: BitMap, found: Found, places: Places, query: SearchQuery, count: int) -> list[int]:
    """So many of the talks, best or newest first; those that are equally good are ordered by date."""
    wanted = np.array(talks.to_array(), np.int64)
    if query.after:
        wanted = _behind(query.after, wanted, found, places, query.sort)
    ranks = _ranks(wanted, found, places, query.sort)
    if len(wanted) > count:
        is_first = ranks <= np.partition(ranks, count)[count]
        wanted, ranks = wanted[is_first], ranks[is_first]
    ordered: list[int] = wanted[np.lexsort((places.newest[wanted], ranks))].tolist()
    return ordered[:count]


def _behind(after: Standing, wanted: NDArray[np.int64], found: Found, places: Places, sort: str) -> NDArray[np.int64]:
    """Those that come after a talk where it stands now, or from where it stood on if it is not among them any more."""
    standing = after._replace(newest=after.newest - 1)
    for place in wanted[places.talk_ids[wanted] == after.talk_id].tolist():
        standing = _standing(place, found, places, sort)
    ranks = _ranks(wanted, found, places, sort)
    is_older = places.newest[wanted] > standing.newest
    behind: NDArray[np.int64] = wanted[(ranks > standing.rank) | ((ranks == standing.rank) & is_older)]
    return behind


def _standing(place: int, found: Found, places: Places, sort: str) -> Standing:
    [rank] = _ranks(np.array([place]), found, places, sort).tolist()
    return Standing(int(places.talk_ids[place]), rank, float(places.newest[place]))


def _ranks(wanted: NDArray[np.int64], found: Found, places: Places, sort: str) -> NDArray[np.floating[Any]]:
    return places.newest[wanted].astype(np.float64) if sort == "date" else -found.scores[wanted]
