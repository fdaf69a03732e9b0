"""A connection and a query in, one page of the talks that answer it out, with exact counts for every facet."""

import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pyroaring import BitMap

from talkdex.datasette_plugins.facets import Chosen, count_facets, members_of, narrow
from talkdex.datasette_plugins.search.filters import among, resolve
from talkdex.datasette_plugins.search.find import Found, Places, find
from talkdex.datasette_plugins.search.hits import read_hits
from talkdex.datasette_plugins.search.parse import parse_query
from talkdex.schema.api import Correction, SearchResults
from talkdex.schema.search_index import FACET_NAMES


@dataclass(frozen=True)
class SearchQuery:
    """What to search. `chosen` holds the values chosen in each facet; `count` names the facets to count."""

    text: str = ""
    chosen: Chosen = field(default_factory=dict)
    sort: Literal["relevance", "date"] = "relevance"
    limit: int = 20
    offset: int = 0
    count: Collection[str] = FACET_NAMES


def search(conn: sqlite3.Connection, query: SearchQuery) -> SearchResults:
    """Finds talks and gives those from `offset` on. Any text will do. Raises sqlite3.OperationalError when the
    connection's progress handler ends it."""
    started = time.perf_counter()
    parsed = parse_query(query.text)
    places = Places(conn)
    filters = resolve(conn, parsed.filters)
    found = find(conn, parsed, places, among(filters, len(places.talk_ids)))
    answering = BitMap(np.flatnonzero(found.places).astype(np.uint32))
    members = members_of(conn, query.chosen)
    talks = narrow(answering, members)
    first = _first(talks, found, places, query.sort, query.offset + query.limit)
    shown = {place: int(places.talk_ids[place]) for place in first[query.offset :]}
    return SearchResults(
        total=len(talks),
        match=found.match,
        hits=read_hits(conn, shown, found),
        facets=count_facets(conn, answering, query.chosen, members, query.count),
        total_unfiltered=len(answering),
        corrections=[Correction(typed=one.typed, used=list(one.used)) for one in found.rarities if one.used],
        understood=[one.understood for one in filters],
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
    )


def _first(talks: BitMap, found: Found, places: Places, sort: str, count: int) -> list[int]:
    """So many of the talks, best or newest first; those that are equally good are ordered by date."""
    wanted = np.array(talks.to_array(), np.int64)
    ranks = places.newest[wanted].astype(np.float64) if sort == "date" else -found.scores[wanted]
    if len(wanted) > count:
        is_first = ranks <= np.partition(ranks, count)[count]
        wanted, ranks = wanted[is_first], ranks[is_first]
    ordered: list[int] = wanted[np.lexsort((places.newest[wanted], ranks))].tolist()
    return ordered[:count]
