"""The ids of records and where the last part ended in, the next of them in a certain order out."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Position(NamedTuple):
    """The last record of a part: what it is sorted by, as text, empty where that is the id alone; and its id."""

    sorted_by: str
    id: int


# By kind and order: id and what it is sorted by, those after the position. The first order is the one without `sort`,
# which needs no statement here.
ORDERS: Mapping[str, Mapping[str, str]] = {
    "talks": {
        "date": """
            SELECT talks.id, coalesce(start_date, CAST(year AS TEXT), '') AS day
            FROM json_each(:ids) AS wanted
            JOIN talks ON talks.id = wanted.value LEFT JOIN events ON events.id = event_id
            WHERE :id IS NULL OR (coalesce(start_date, CAST(year AS TEXT), ''), -talks.id) < (:sorted_by, -:id)
            ORDER BY day DESC, talks.id LIMIT :limit""",
        "title": """
            SELECT talks.id, title FROM json_each(:ids) AS wanted JOIN talks ON talks.id = wanted.value
            WHERE :id IS NULL OR (title COLLATE NOCASE, talks.id) > (:sorted_by, :id)
            ORDER BY title COLLATE NOCASE, talks.id LIMIT :limit""",
    },
    "events": {
        "date": """
            SELECT events.id, coalesce(start_date, CAST(year AS TEXT), '') AS day
            FROM json_each(:ids) AS wanted JOIN events ON events.id = wanted.value
            WHERE :id IS NULL OR (coalesce(start_date, CAST(year AS TEXT), ''), -events.id) < (:sorted_by, -:id)
            ORDER BY day DESC, events.id LIMIT :limit""",
        "name": """
            SELECT events.id, name FROM json_each(:ids) AS wanted JOIN events ON events.id = wanted.value
            WHERE :id IS NULL OR (name COLLATE NOCASE, events.id) > (:sorted_by, :id)
            ORDER BY name COLLATE NOCASE, events.id LIMIT :limit""",
    },
    "venues": {
        "name": """
            SELECT venues.id, name FROM json_each(:ids) AS wanted JOIN venues ON venues.id = wanted.value
            WHERE :id IS NULL OR (name COLLATE NOCASE, venues.id) > (:sorted_by, :id)
            ORDER BY name COLLATE NOCASE, venues.id LIMIT :limit""",
    },
    "speakers": {
        "name": """
            SELECT speakers.id, name FROM json_each(:ids) AS wanted JOIN speakers ON speakers.id = wanted.value
            WHERE :id IS NULL OR (name COLLATE NOCASE, speakers.id) > (:sorted_by, :id)
            ORDER BY name COLLATE NOCASE, speakers.id LIMIT :limit""",
        "talks": """
            WITH counted AS (
                SELECT value AS id, (SELECT count(*) FROM talk_speakers WHERE speaker_id = value) AS talks
                FROM json_each(:ids))
            SELECT id, talks FROM counted
            WHERE :id IS NULL OR (talks, -id) < (CAST(:sorted_by AS INTEGER), -:id)
            ORDER BY talks DESC, id LIMIT :limit""",
    },
    "projects": {
        "name": """
            SELECT projects.id, name FROM json_each(:ids) AS wanted JOIN projects ON projects.id = wanted.value
            WHERE :id IS NULL OR (name COLLATE NOCASE, projects.id) > (:sorted_by, :id)
            ORDER BY name COLLATE NOCASE, projects.id LIMIT :limit""",
        "talks": """
            WITH counted AS (
                SELECT value AS id, (SELECT count(*) FROM talk_projects WHERE project_id = value) AS talks
                FROM json_each(:ids))
            SELECT id, talks FROM counted
            WHERE :id IS NULL OR (talks, -id) < (CAST(:sorted_by AS INTEGER), -:id)
            ORDER BY talks DESC, id LIMIT :limit""",
    },
    "tags": {
        "name": """
            SELECT tags.id, name FROM json_each(:ids) AS wanted JOIN tags ON tags.id = wanted.value
            WHERE :id IS NULL OR (name COLLATE NOCASE, tags.id) > (:sorted_by, :id)
            ORDER BY name COLLATE NOCASE, tags.id LIMIT :limit""",
        "talks": """
            WITH counted AS (
                SELECT value AS id, (SELECT count(*) FROM talk_tags WHERE tag_id = value) AS talks
                FROM json_each(:ids))
            SELECT id, talks FROM counted
            WHERE :id IS NULL OR (talks, -id) < (CAST(:sorted_by AS INTEGER), -:id)
            ORDER BY talks DESC, id LIMIT :limit""",
    },
    "posts": {
        "path": """
            SELECT posts.id, posts.path FROM json_each(:ids) AS wanted JOIN posts ON posts.id = wanted.value
            WHERE :id IS NULL OR (posts.path, posts.id) > (:sorted_by, :id)
            ORDER BY posts.path, posts.id LIMIT :limit""",
    },
}


def positions_after(
    conn: sqlite3.Connection, sql: str, ids: Sequence[int], after: Position | None, limit: int
) -> list[Position]:
    """At most `limit` of the records in the order of a statement of ORDERS, those that come after a position."""
    sorted_by, last = after or (None, None)
    found = conn.execute(sql, {"ids": json.dumps(ids), "sorted_by": sorted_by, "id": last, "limit": limit})
    return [Position(str(value), record) for record, value in found]
