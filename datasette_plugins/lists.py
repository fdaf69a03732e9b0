"""Lists of records: which there are under some filters, in pages; and an overview of the whole database."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyroaring import BitMap

from talkdex.datasette_plugins.facets import FACETS, count_facets, members_of, narrow, talk_ids
from talkdex.datasette_plugins.kept_arrays import ids_by_place
from talkdex.datasette_plugins.names_in_order import names_after
from talkdex.datasette_plugins.places import overview_map
from talkdex.datasette_plugins.records import (
    ids_of,
    read_events,
    read_posts,
    read_projects,
    read_speakers,
    read_tags,
    read_takeaways_of_talks,
    read_talks,
    read_venues,
    rows,
)
from talkdex.datasette_plugins.rest.sorting import ORDERS, Position, positions_after
from talkdex.datasette_plugins.takeaways_in_order import takeaways_by_date, takeaways_by_id
from talkdex.datasette_plugins.talks_in_order import talks_by_date, talks_by_id
from talkdex.datasette_plugins.world_map import WorldMap
from talkdex.schema.api import Answer, Counted, Event, Facet, Stats, YearCount
from talkdex.schema.search_index import HOLE

Filters = Mapping[str, Sequence[str]]  # the values wanted, by the name of the filter


@dataclass(frozen=True)
class Listing:
    """A list that can be filtered. `read` turns ids into records. `ids` takes a JSON array or NULL for each filter, the
    last id of the page before as `:after`, and `:limit`; lists whose filters are facets of talks have none."""

    filters: tuple[str, ...]
    read: Callable[[sqlite3.Connection, Sequence[int]], Sequence[Answer]]
    ids: str = ""


LISTINGS: Mapping[str, Listing] = {
    "talks": Listing(
        filters=tuple(FACETS),
        read=read_talks,
    ),
    "takeaways": Listing(
        filters=(*FACETS, "talk"),
        read=read_takeaways_of_talks,
    ),
    "events": Listing(
        filters=("year", "city", "country", "venue"),
        ids="""
            SELECT events.id FROM events LEFT JOIN venues ON venues.id = venue_id
            WHERE events.id > :after
                AND (:year IS NULL OR CAST(year AS TEXT) IN (SELECT value FROM json_each(:year)))
                AND (:city IS NULL OR events.city IN (SELECT value FROM json_each(:city)))
                AND (:country IS NULL OR events.country IN (SELECT value FROM json_each(:country)))
                AND (:venue IS NULL OR venues.slug IN (SELECT value FROM json_each(:venue)))
            ORDER BY events.id LIMIT :limit""",
        read=read_events,
    ),
    "venues": Listing(
        filters=("city", "country"),
        ids="""
            SELECT id FROM venues
            WHERE id > :after
                AND (:city IS NULL OR city IN (SELECT value FROM json_each(:city)))
                AND (:country IS NULL OR country IN (SELECT value FROM json_each(:country)))
            ORDER BY id LIMIT :limit""",
        read=read_venues,
    ),
    "speakers": Listing(
        filters=("name",),
        ids="""
            SELECT id FROM speakers
            WHERE id > :after AND (:name IS NULL OR name COLLATE NOCASE IN (SELECT value FROM json_each(:name)))
            ORDER BY id LIMIT :limit""",
        read=read_speakers,
    ),
    "projects": Listing(
        filters=("name", "kind"),
        ids="""
            SELECT id FROM projects
            WHERE id > :after
                AND (:name IS NULL OR name COLLATE NOCASE IN (SELECT value FROM json_each(:name)))
                AND (:kind IS NULL OR kind IN (SELECT value FROM json_each(:kind)))
            ORDER BY id LIMIT :limit""",
        read=read_projects,
    ),
    "tags": Listing(
        filters=("name",),
        ids="""
            SELECT id FROM tags
            WHERE id > :after AND (:name IS NULL OR name COLLATE NOCASE IN (SELECT value FROM json_each(:name)))
            ORDER BY id LIMIT :limit""",
        read=read_tags,
    ),
    "posts": Listing(
        filters=("kind", "language", "event"),
        ids="""
            SELECT posts.id FROM posts LEFT JOIN events ON events.id = event_id
            WHERE posts.id > :after
                AND (:kind IS NULL OR kind IN (SELECT value FROM json_each(:kind)))
                AND (:language IS NULL OR language IN (SELECT value FROM json_each(:language)))
                AND (:event IS NULL OR events.slug IN (SELECT value FROM json_each(:event)))
            ORDER BY posts.id LIMIT :limit""",
        read=read_posts,
    ),
}


TALKS_NAMED = "SELECT id FROM talks WHERE slug IN (SELECT value FROM json_each(:slugs))"


@dataclass(frozen=True)
class Part:
    """Some records of a list with their ids, and the position after which the next part begins, if there is one."""

    ids: list[int]
    items: Sequence[Answer]
    last: Position | None


def list_part(
    conn: sqlite3.Connection, name: str, filters: Filters, order: str | None, after: Position | None, limit: int
) -> Part:
    """The records of a list that come after a position, in an order of `ORDERS` or else in that of their ids."""
    if name == "talks":
        found = _talks(conn, filters, order, after, limit + 1)
    elif name == "takeaways":
        in_order = takeaways_by_date if order else takeaways_by_id
        found = in_order(conn, _talks_under(conn, filters), filters.get("project") or (), after, limit + 1)
    else:
        found = _positions(conn, name, filters, order, after, limit + 1)
    shown = [position.id for position in found[:limit]]
    return Part(shown, LISTINGS[name].read(conn, shown), found[limit - 1] if len(found) > limit else None)


def _talks(
    conn: sqlite3.Connection, filters: Filters, order: str | None, after: Position | None, limit: int
) -> list[Position]:
    talks = _talks_under(conn, filters)
    if statement := ORDERS["talks"].get(order or ""):
        return positions_after(conn, statement, None if talks is None else talk_ids(conn, talks), after, limit)
    return (talks_by_date if order else talks_by_id)(conn, talks, after, limit)


def _positions(
    conn: sqlite3.Connection, name: str, filters: Filters, order: str | None, after: Position | None, limit: int
) -> list[Position]:
    """The next records of a list in one of its orders, or else by their ids."""
    listing = LISTINGS[name]
    if order:
        wanted = ids_under(conn, name, filters) if any(filters.get(one) for one in listing.filters) else None
        if statement := ORDERS[name][order]:
            return positions_after(conn, statement, wanted, after, limit)
        return names_after(conn, name, wanted, after, limit)
    place = {"after": after.id if after else 0, "limit": limit}
    return [Position("", record) for record in ids_of(conn, listing.ids, _parameters(listing, filters) | place)]


def ids_under(conn: sqlite3.Connection, name: str, filters: Filters) -> list[int]:
    """All records that the filters of a list leave, of one whose filters are no facets of talks."""
    listing = LISTINGS[name]
    return ids_of(conn, listing.ids, _parameters(listing, filters) | {"after": 0, "limit": -1})


def _parameters(listing: Listing, filters: Filters) -> dict[str, Any]:
    return {name: json.dumps(list(filters[name])) if filters.get(name) else None for name in listing.filters}


def _talks_under(conn: sqlite3.Connection, filters: Filters) -> BitMap | None:
    """The talks that the facets and names of talks among the filters leave; None where there is no such filter."""
    members = members_of(conn, {name: filters[name] for name in FACETS if filters.get(name)})
    if filters.get("talk"):
        members["talk"] = _talks_named(conn, filters["talk"])
    return narrow(BitMap().union(*members.values()), members) if members else None


def _talks_named(conn: sqlite3.Connection, slugs: Sequence[str]) -> BitMap:
    named = ids_of(conn, TALKS_NAMED, {"slugs": json.dumps(list(slugs))})
    return BitMap(np.flatnonzero(np.isin(ids_by_place(conn), named)).astype(np.uint32))


def list_facets(conn: sqlite3.Connection, filters: Filters, facets: Sequence[str]) -> list[Facet]:
    """The facets of the talks in a list of talks, or of the talks that a list of takeaways is of."""
    chosen = {facet: filters[facet] for facet in FACETS if filters.get(facet)}
    if filters.get("talk"):
        talks = _talks_named(conn, filters["talk"])
    else:
        talks = BitMap(np.flatnonzero(ids_by_place(conn) != HOLE).astype(np.uint32))
    return count_facets(conn, talks, chosen, members_of(conn, chosen), facets)


@dataclass(frozen=True)
class Overview:
    """What the first page shows: how much there is, the latest events, where all of them were, and what is talked
    about most."""

    stats: Stats
    events: list[Event]
    projects: list[Counted]
    tags: list[Counted]
    years: list[YearCount]
    map: WorldMap | None


STATS = """
    SELECT
        (SELECT count(*) FROM talks) AS talks,
        (SELECT count(*) FROM takeaways) AS takeaways,
        (SELECT count(*) FROM events) AS events,
        (SELECT count(*) FROM venues) AS venues,
        (SELECT count(*) FROM speakers) AS speakers,
        (SELECT count(*) FROM projects) AS projects,
        (SELECT count(*) FROM tags) AS tags,
        (SELECT count(*) FROM posts) AS posts
"""
LATEST_EVENTS = """
    SELECT events.id FROM events
    WHERE EXISTS (SELECT 1 FROM talks WHERE event_id = events.id)
    ORDER BY coalesce(start_date, CAST(year AS TEXT), '') DESC, name
    LIMIT 8
"""
# The search index has counted how many talks have each value.
MOST_COMMON = """
    SELECT value AS slug, label AS name, talks AS talk_count
    FROM _facets WHERE facet = :facet
    ORDER BY talks DESC, label
    LIMIT :limit
"""
YEARS = """
    SELECT CAST(value AS INTEGER) AS year, talks AS talk_count
    FROM _facets WHERE facet = 'year' AND talks > 0
    ORDER BY year
"""


def read_stats(conn: sqlite3.Connection) -> Stats:
    """How many records of each kind there are."""
    return Stats(**dict(rows(conn, STATS)[0]))


def read_overview(conn: sqlite3.Connection) -> Overview:
    return Overview(
        stats=read_stats(conn),
        events=read_events(conn, ids_of(conn, LATEST_EVENTS)),
        projects=top_values(conn, "project", 20),
        tags=top_values(conn, "tag", 20),
        years=[YearCount(**dict(row)) for row in rows(conn, YEARS)],
        map=overview_map(conn),
    )


def top_values(conn: sqlite3.Connection, facet: str, limit: int) -> list[Counted]:
    """The projects or tags that most talks have; `facet` is "project" or "tag"."""
    return [Counted(**dict(row)) for row in rows(conn, MOST_COMMON, {"facet": facet, "limit": limit})]
