"""What the talks are about, when, where and by whom in; the talks of each value out, and the values of each talk."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from pyroaring import BitMap

from talkdex.ingest.index.stamp import stamp
from talkdex.schema.search_index import VALUE_ID, VALUE_PLACE

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
WRITE = """
    INSERT INTO _facets(facet, value, label, talks, places) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET label = ?3, talks = ?4, places = ?5
"""
DELETE = "DELETE FROM _facets WHERE facet = ? AND value = ?"
VALUE_IDS = "SELECT value, id FROM _facets WHERE facet = ?"
PAIRS = "SELECT places, value_ids FROM _talk_values WHERE facet = ?"
WRITE_PAIRS = "INSERT OR REPLACE INTO _talk_values(facet, stamp, places, value_ids) VALUES (?, ?, ?, ?)"


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
    """Take the places `before` out of the facets and put those `after` in. Equal ones are left alone."""
    changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    for key in changed:
        _write_value(conn, key, before.get(key, Having("")), after.get(key, Having("")))
    for facet in dict.fromkeys(facet for facet, _ in changed):
        _write_pairs(conn, facet, _of(facet, before), _of(facet, after))


def _of(facet: str, values: Values) -> dict[str, BitMap]:
    return {value: having.places for (name, value), having in values.items() if name == facet}


def _write_value(conn: sqlite3.Connection, key: tuple[str, str], gone: Having, new: Having) -> None:
    row = conn.execute(THERE, key).fetchone()
    label, there = (row[0], BitMap.deserialize(row[1])) if row else ("", BitMap())
    places = (there - gone.places) | new.places
    places.run_optimize()
    if places:
        conn.execute(WRITE, [*key, new.label or label, len(places), places.serialize()])
    else:
        conn.execute(DELETE, key)


def _write_pairs(conn: sqlite3.Connection, facet: str, gone: dict[str, BitMap], new: dict[str, BitMap]) -> None:
    """The pairs of talks before, which are `gone`, give way to those of the same talks after."""
    row = conn.execute(PAIRS, [facet]).fetchone() or (b"", b"")
    places, ids = np.frombuffer(row[0], VALUE_PLACE), np.frombuffer(row[1], VALUE_ID)
    stays = ~np.isin(places, BitMap().union(*gone.values()).to_array())
    id_of = dict(conn.execute(VALUE_IDS, [facet]).fetchall())
    places = np.concatenate([places[stays], *(at.to_array() for at in new.values())])
    ids = np.concatenate([ids[stays], *(np.full(len(at), id_of[value]) for value, at in new.items())])
    order = np.lexsort((ids, places))
    blobs = places[order].astype(VALUE_PLACE).tobytes(), ids[order].astype(VALUE_ID).tobytes()
    conn.execute(WRITE_PAIRS, [facet, stamp(*blobs), *blobs])
