"""What a person may want to mend in the notes: a connection in, a page of notices by file and line out."""

import sqlite3
from dataclasses import dataclass

from talkdex.datasette_plugins.records import rows
from talkdex.schema.api import Notice

NOTICES_SHOWN = 300

NOTICES = """
    SELECT path, line, kind, message FROM notices
    WHERE :kind IS NULL OR kind = :kind
    ORDER BY path, line, id
    LIMIT :limit OFFSET :offset
"""
KINDS = "SELECT kind, count(*) AS notices FROM notices GROUP BY kind ORDER BY notices DESC, kind"


@dataclass(frozen=True)
class Review:
    """One page of notices, how many there are of each kind, and of those that were asked for."""

    notices: list[Notice]
    kinds: dict[str, int]
    total: int


def read_review(conn: sqlite3.Connection, kind: str | None, page: int) -> Review:
    """The page-th page, from 1, of the notices of this kind, or of all."""
    bounds = {"kind": kind, "limit": NOTICES_SHOWN, "offset": (page - 1) * NOTICES_SHOWN}
    kinds = {row["kind"]: row["notices"] for row in rows(conn, KINDS)}
    return Review(
        notices=[Notice(**dict(row)) for row in rows(conn, NOTICES, bounds)],
        kinds=kinds,
        total=kinds.get(kind, 0) if kind else sum(kinds.values()),
    )
