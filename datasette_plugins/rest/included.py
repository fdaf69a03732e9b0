"""The ids of records in, what belongs to each of them out: the related records that a list can have in it."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from talkdex.datasette_plugins.records import read_events, read_posts, read_takeaways, read_talks, rows
from talkdex.schema.api import Answer, Link

MOST = 20  # of one kind for each record: the first takeaways, the newest talks; its own route has all

TAKEAWAYS_OF_TALKS = """
    SELECT talk_id, id FROM takeaways
    WHERE talk_id IN (SELECT value FROM json_each(:ids)) AND rank <= :most
    ORDER BY talk_id, rank
"""
LINKS_OF_TALKS = """
    SELECT talk_id, kind, title, url, line FROM links
    WHERE talk_id IN (SELECT value FROM json_each(:ids))
    ORDER BY talk_id, line, id
"""
NOTES_OF_TALKS = "SELECT id, notes FROM talks WHERE id IN (SELECT value FROM json_each(:ids))"
TALKS_OF_EVENTS = """
    SELECT owner, id FROM (
        SELECT talks.event_id AS owner, talks.id, row_number() OVER (
            PARTITION BY talks.event_id ORDER BY path, position) AS place
        FROM talks JOIN posts ON posts.id = post_id
        WHERE talks.event_id IN (SELECT value FROM json_each(:ids)))
    WHERE place <= :most ORDER BY owner, place
"""
POSTS_OF_EVENTS = """
    SELECT owner, id FROM (
        SELECT event_id AS owner, id, row_number() OVER (PARTITION BY event_id ORDER BY path) AS place
        FROM posts WHERE event_id IN (SELECT value FROM json_each(:ids)))
    WHERE place <= :most ORDER BY owner, place
"""
EVENTS_OF_VENUES = """
    SELECT owner, id FROM (
        SELECT venue_id AS owner, id, row_number() OVER (
            PARTITION BY venue_id ORDER BY year DESC, start_date DESC, name) AS place
        FROM events WHERE venue_id IN (SELECT value FROM json_each(:ids)))
    WHERE place <= :most ORDER BY owner, place
"""
TALKS_JOINED = """
    SELECT owner, id FROM (
        SELECT {column} AS owner, talks.id, row_number() OVER (
            PARTITION BY {column} ORDER BY coalesce(start_date, CAST(year AS TEXT), '') DESC, talks.id) AS place
        FROM {joined} JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
        WHERE {column} IN (SELECT value FROM json_each(:ids)))
    WHERE place <= :most ORDER BY owner, place
"""
TALKS_OF_SPEAKERS = TALKS_JOINED.format(joined="talk_speakers", column="speaker_id")
TALKS_OF_PROJECTS = TALKS_JOINED.format(joined="talk_projects", column="project_id")
TALKS_OF_TAGS = TALKS_JOINED.format(joined="talk_tags", column="tag_id")
TALKS_OF_POSTS = """
    SELECT post_id, id FROM talks
    WHERE post_id IN (SELECT value FROM json_each(:ids)) AND position <= :most
    ORDER BY post_id, position
"""

Related = Callable[[sqlite3.Connection, Sequence[int]], dict[int, Any]]  # by the id that it belongs to


def _records(sql: str, read: Callable[[sqlite3.Connection, Sequence[int]], Sequence[Answer]]) -> Related:
    """Records that belong to others; `sql` gives pairs of the ids of both."""

    def related(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Any]:
        pairs = conn.execute(sql, {"ids": json.dumps(ids), "most": MOST}).fetchall()
        wanted = list(dict.fromkeys(record for _, record in pairs))
        by_id = dict(zip(wanted, read(conn, wanted), strict=True))
        found: dict[int, Any] = {owner: [] for owner in ids}
        for owner, record in pairs:
            found[owner].append(by_id[record])
        return found

    return related


def _links(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {talk: [] for talk in ids}
    for row in rows(conn, LINKS_OF_TALKS, {"ids": json.dumps(ids)}):
        link = dict(row)
        found[link.pop("talk_id")].append(Link(**link))
    return found


def _notes(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Any]:
    return dict(conn.execute(NOTES_OF_TALKS, {"ids": json.dumps(ids)}).fetchall())


INCLUDED: Mapping[str, Mapping[str, Related]] = {
    "talks": {"takeaways": _records(TAKEAWAYS_OF_TALKS, read_takeaways), "links": _links, "notes": _notes},
    "events": {"talks": _records(TALKS_OF_EVENTS, read_talks), "posts": _records(POSTS_OF_EVENTS, read_posts)},
    "venues": {"events": _records(EVENTS_OF_VENUES, read_events)},
    "speakers": {"talks": _records(TALKS_OF_SPEAKERS, read_talks)},
    "projects": {"talks": _records(TALKS_OF_PROJECTS, read_talks)},
    "tags": {"talks": _records(TALKS_OF_TAGS, read_talks)},
    "posts": {"talks": _records(TALKS_OF_POSTS, read_talks)},
}
