"""Records read from the database: connection and ids in, the models of `schema.api` out."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from talkdex.schema.api import EventName, Named, Takeaway, TakeawayOfTalk, Talk

# Talks in the order of the ids. Lists of names are JSON, so that one statement reads a page of talks.
TALKS = """
    SELECT
        talks.id, talks.slug, talks.title, talks.format, talks.first_line, talks.last_line,
        posts.path, posts.language,
        events.slug AS event_slug, events.name AS event_name, events.year AS event_year,
        events.start_date AS date, events.city,
        (SELECT json_group_array(json_object('slug', slug, 'name', name)) FROM (
            SELECT slug, name FROM talk_speakers JOIN speakers ON speakers.id = speaker_id
            WHERE talk_id = talks.id ORDER BY position)) AS speakers,
        (SELECT json_group_array(json_object('slug', slug, 'name', name)) FROM (
            SELECT slug, name FROM talk_projects JOIN projects ON projects.id = project_id
            WHERE talk_id = talks.id ORDER BY name COLLATE NOCASE)) AS projects,
        (SELECT json_group_array(json_object('slug', slug, 'name', name)) FROM (
            SELECT slug, name FROM talk_tags JOIN tags ON tags.id = tag_id
            WHERE talk_id = talks.id ORDER BY name COLLATE NOCASE)) AS tags,
        (SELECT count(*) FROM takeaways WHERE talk_id = talks.id) AS takeaway_count
    FROM json_each(:ids) AS wanted
    JOIN talks ON talks.id = wanted.value
    JOIN posts ON posts.id = talks.post_id
    LEFT JOIN events ON events.id = talks.event_id
    ORDER BY wanted.key
"""

TAKEAWAYS = """
    SELECT
        takeaways.id, takeaways.talk_id, takeaways.rank, takeaways.line, takeaways.text,
        (SELECT json_group_array(json_object('slug', slug, 'name', name)) FROM (
            SELECT slug, name FROM takeaway_projects JOIN projects ON projects.id = project_id
            WHERE takeaway_id = takeaways.id ORDER BY name COLLATE NOCASE)) AS projects
    FROM json_each(:ids) AS wanted
    JOIN takeaways ON takeaways.id = wanted.value
    ORDER BY wanted.key
"""


def rows(conn: sqlite3.Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> list[sqlite3.Row]:
    """All rows of a statement, with their columns by name, whatever the connection's own row factory."""
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, parameters or {}).fetchall()


def ids_of(conn: sqlite3.Connection, sql: str, parameters: Mapping[str, Any] | None = None) -> list[int]:
    """The first column of a statement."""
    return [row[0] for row in conn.execute(sql, parameters or {})]


def talks_by_id(conn: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Talk]:
    """The talks with these ids, in this order."""
    return {row["id"]: _talk(row) for row in rows(conn, TALKS, {"ids": json.dumps(list(ids))})}


def takeaways_by_id(conn: sqlite3.Connection, ids: Iterable[int]) -> list[TakeawayOfTalk]:
    """The takeaways with these ids, in this order, each with its talk."""
    found = rows(conn, TAKEAWAYS, {"ids": json.dumps(list(ids))})
    talks = talks_by_id(conn, dict.fromkeys(row["talk_id"] for row in found))
    return [TakeawayOfTalk(**_takeaway(row).model_dump(), talk=talks[row["talk_id"]]) for row in found]


def takeaways_of(conn: sqlite3.Connection, talk_id: int) -> list[Takeaway]:
    """The takeaways of a talk, best first."""
    ids = ids_of(conn, "SELECT id FROM takeaways WHERE talk_id = :talk ORDER BY rank", {"talk": talk_id})
    return [_takeaway(row) for row in rows(conn, TAKEAWAYS, {"ids": json.dumps(ids)})]


def event_name(row: sqlite3.Row) -> EventName | None:
    """The event in a row with the columns event_slug, event_name and event_year."""
    if row["event_slug"] is None:
        return None
    return EventName(slug=row["event_slug"], name=row["event_name"], year=row["event_year"])


def names(array: str) -> list[Named]:
    """A JSON array of objects with slug and name."""
    return [Named(**name) for name in json.loads(array)]


def _talk(row: sqlite3.Row) -> Talk:
    return Talk(
        slug=row["slug"],
        title=row["title"],
        format=row["format"],
        event=event_name(row),
        date=row["date"],
        city=row["city"],
        speakers=names(row["speakers"]),
        projects=names(row["projects"]),
        tags=names(row["tags"]),
        language=row["language"],
        path=row["path"],
        first_line=row["first_line"],
        last_line=row["last_line"],
        takeaway_count=row["takeaway_count"],
    )


def _takeaway(row: sqlite3.Row) -> Takeaway:
    return Takeaway(id=row["id"], rank=row["rank"], line=row["line"], text=row["text"], projects=names(row["projects"]))
