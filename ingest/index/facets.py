"""What the talks of the database are about, when and by whom in, for each such value a bitmap of their places out."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyroaring import BitMap

# Facet, value as it stands in addresses, label and place. Facets are those of `FACET_NAMES`.
VALUES = """
    WITH wanted AS (SELECT talk_id, place FROM _places WHERE talk_id IN (SELECT value FROM json_each(?)))
    SELECT 'project', slug, name, place
    FROM wanted JOIN talk_projects USING (talk_id) JOIN projects ON projects.id = project_id
    UNION ALL
    SELECT 'tag', slug, name, place
    FROM wanted JOIN talk_tags USING (talk_id) JOIN tags ON tags.id = tag_id
    UNION ALL
    SELECT 'speaker', slug, name, place
    FROM wanted JOIN talk_speakers USING (talk_id) JOIN speakers ON speakers.id = speaker_id
    UNION ALL
    SELECT 'event', events.slug, name, place
    FROM wanted JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
    UNION ALL
    SELECT 'year', CAST(year AS TEXT), CAST(year AS TEXT), place
    FROM wanted JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
    WHERE year IS NOT NULL
    UNION ALL
    SELECT 'city', city, city, place
    FROM wanted JOIN talks ON talks.id = talk_id JOIN events ON events.id = event_id
    WHERE city IS NOT NULL
    UNION ALL
    SELECT 'format', format, upper(substr(format, 1, 1)) || substr(format, 2), place
    FROM wanted JOIN talks ON talks.id = talk_id
"""
THERE = "SELECT label, places FROM _facets WHERE facet = ? AND value = ?"
WRITE = "INSERT OR REPLACE INTO _facets(facet, value, label, talks, places) VALUES (?, ?, ?, ?, ?)"
DELETE = "DELETE FROM _facets WHERE facet = ? AND value = ?"


@dataclass(frozen=True, slots=True)
class Having:
    """The label of a value, and the places of talks that have it."""

    label: str
    places: BitMap = field(default_factory=BitMap)


Values = dict[tuple[str, str], Having]  # by facet and value


def values_of(conn: sqlite3.Connection, talks: Iterable[int]) -> Values:
    """The values that these talks have in the tables."""
    values: Values = {}
    for facet, value, label, place in conn.execute(VALUES, [json.dumps(list(talks))]):
        values.setdefault((facet, value), Having(label)).places.add(place)
    return values


def update(conn: sqlite3.Connection, before: Values, after: Values) -> None:
    """Take the places `before` out of the bitmaps and put those `after` in. Equal ones are left alone."""
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            _replace(conn, key, before.get(key, Having("")), after.get(key, Having("")))


def _replace(conn: sqlite3.Connection, key: tuple[str, str], gone: Having, new: Having) -> None:
    row = conn.execute(THERE, key).fetchone()
    label, there = (row[0], BitMap.deserialize(row[1])) if row else ("", BitMap())
    places = (there - gone.places) | new.places
    places.run_optimize()
    if places:
        conn.execute(WRITE, [*key, new.label or label, len(places), places.serialize()])
    else:
        conn.execute(DELETE, key)
