"""The ids of records and where the last part ended in, the next of them in a certain order out."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Position(NamedTuple):
    """The last record of a part: what it is sorted by, as text, empty where that is the id alone; and its id."""

    sorted_by: str
    id: int


def _by_text(table: str, column: str, collation: str = "NOCASE") -> str:
    return f"""
            SELECT id, {column} FROM {table}
            WHERE (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
                AND (:id IS NULL OR ({column} COLLATE {collation}, id) > (:sorted_by, :id))
            ORDER BY {column} COLLATE {collation}, id LIMIT :limit"""


def _by_talks(table: str, joined: str, column: str) -> str:
    """Those with most talks first, by the table that joins them with talks."""
    return f"""
            WITH counted AS (
                SELECT id, (SELECT count(*) FROM {joined} WHERE {column} = {table}.id) AS talks FROM {table}
                WHERE :ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
            SELECT id, talks FROM counted
            WHERE :id IS NULL OR (talks, -id) < (CAST(:sorted_by AS INTEGER), -:id)
            ORDER BY talks DESC, id LIMIT :limit"""


# By kind and order: id and what it is sorted by, those after the position. None for the dates of talks and takeaways,
# which the search index knows, and for names, whose order SQLite does not know.
ORDERS: Mapping[str, Mapping[str, str | None]] = {
    "talks": {
        "date": None,
        "title": _by_text("talks", "title"),
    },
    "takeaways": {"date": None},
    "events": {
        "date": """
            SELECT id, coalesce(start_date, CAST(year AS TEXT), '') AS day FROM events
            WHERE (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
                AND (:id IS NULL OR (coalesce(start_date, CAST(year AS TEXT), ''), -id) < (:sorted_by, -:id))
            ORDER BY day DESC, id LIMIT :limit""",
        "name": None,
    },
    "venues": {"name": None},
    "speakers": {"name": None, "talks": _by_talks("speakers", "talk_speakers", "speaker_id")},
    "projects": {"name": None, "talks": _by_talks("projects", "talk_projects", "project_id")},
    "tags": {"name": None, "talks": _by_talks("tags", "talk_tags", "tag_id")},
    "posts": {"path": _by_text("posts", "path", "BINARY")},
}


def positions_after(
    conn: sqlite3.Connection, sql: str, ids: Sequence[int] | None, after: Position | None, limit: int
) -> list[Position]:
    """At most `limit` of the records, or of all, in the order of a statement of ORDERS, those that come after a
    position."""
    sorted_by, last = after or (None, None)
    wanted = None if ids is None else json.dumps(ids)
    found = conn.execute(sql, {"ids": wanted, "sorted_by": sorted_by, "id": last, "limit": limit})
    return [Position(str(value), record) for record, value in found]
