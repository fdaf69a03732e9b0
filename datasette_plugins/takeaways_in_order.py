"""Talks in, the next of their takeaways behind a position out, by id or those of the newest talks first."""

import json
import sqlite3
from collections.abc import Sequence

from pyroaring import BitMap

from talkdex.datasette_plugins.facets import talk_ids
from talkdex.datasette_plugins.records import MOST_DIGITS, ids_of
from talkdex.datasette_plugins.rest.sorting import Position
from talkdex.datasette_plugins.talks_in_order import talks_by_date

MANY_TALKS = 5_000  # from so many on, going through all takeaways finds the next of theirs sooner
TALKS_AT_ONCE = 50

MENTIONING = """
    (:projects IS NULL OR takeaways.id IN (
        SELECT takeaway_id FROM projects JOIN takeaway_projects ON project_id = projects.id
        WHERE slug IN (SELECT value FROM json_each(:projects))))
"""
OF_ALL = f"""
    SELECT id FROM takeaways
    WHERE id > :after AND (:talks IS NULL OR talk_id IN (SELECT value FROM json_each(:talks))) AND {MENTIONING}
    ORDER BY id LIMIT :limit
"""
# CROSS JOIN begins with the talks: SQLite would go through all takeaways, which are in order already.
OF_FEW = f"""
    SELECT takeaways.id FROM json_each(:talks) AS wanted CROSS JOIN takeaways ON talk_id = wanted.value
    WHERE takeaways.id > :after AND {MENTIONING}
    ORDER BY takeaways.id LIMIT :limit
"""
BY_TALK = f"""
    SELECT wanted.key, takeaways.id FROM json_each(:talks) AS wanted CROSS JOIN takeaways ON talk_id = wanted.value
    WHERE {MENTIONING}
    ORDER BY wanted.key, takeaways.id
"""


def takeaways_by_id(
    conn: sqlite3.Connection, talks: BitMap | None, projects: Sequence[str], after: Position | None, limit: int
) -> list[Position]:
    """At most `limit` of the takeaways of these talks, or of all, that mention one of the projects (slugs), if any are
    given."""
    parameters = {"talks": None, "projects": json.dumps(list(projects)) if projects else None}
    if talks is not None:
        parameters["talks"] = json.dumps(talk_ids(conn, talks))
    statement = OF_ALL if talks is None or len(talks) >= MANY_TALKS else OF_FEW
    found = ids_of(conn, statement, parameters | {"after": after.id if after else 0, "limit": limit})
    return [Position("", takeaway) for takeaway in found]


def takeaways_by_date(
    conn: sqlite3.Connection, talks: BitMap | None, projects: Sequence[str], after: Position | None, limit: int
) -> list[Position]:
    """The same in the order of `talks_by_date`, those of one talk by id. A position is sorted by the day of the talk's
    event and the talk's id."""
    found: list[Position] = []
    talk = _talk_of(after) if after else None
    if after and talk:
        found = [position for position in _of_talks(conn, [talk], projects) if position.id > after.id]
    at_once = TALKS_AT_ONCE
    while len(found) < limit and (following := talks_by_date(conn, talks, talk, at_once)):
        found += _of_talks(conn, following, projects)
        talk = following[-1]
        at_once *= 2
    return found[:limit]


def _of_talks(conn: sqlite3.Connection, talks: Sequence[Position], projects: Sequence[str]) -> list[Position]:
    wanted = json.dumps([talk.id for talk in talks])
    rows = conn.execute(BY_TALK, {"talks": wanted, "projects": json.dumps(list(projects)) if projects else None})
    return [Position(f"{talks[number].sorted_by} {talks[number].id}", takeaway) for number, takeaway in rows]


def _talk_of(takeaway: Position) -> Position:
    day, _, talk = takeaway.sorted_by.rpartition(" ")
    return Position(day, int(talk) if talk.isdecimal() and len(talk) <= MOST_DIGITS else 0)
