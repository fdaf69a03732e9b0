"""Records read from the database: connection and ids in, the models of `schema.api` out, in the order of the ids."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from talkdex.schema.api import (
    Event,
    EventName,
    Named,
    Post,
    Project,
    Speaker,
    Tag,
    Takeaway,
    TakeawayOfTalk,
    Talk,
    Venue,
)

# Lists of names are JSON, so that one statement reads a whole page of records.
MOST_DIGITS = 19  # of an id, as a number of 64 bits has

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
        (SELECT count(*) FROM takeaways WHERE talk_id = talks.id) AS takeaway_count,
        (SELECT text FROM takeaways WHERE talk_id = talks.id ORDER BY rank LIMIT 1) AS best_takeaway
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

EVENTS = """
    SELECT
        events.slug, events.name, series, year, start_date, end_date, events.city, events.country,
        events.latitude, events.longitude, venues.slug AS venue_slug, venues.name AS venue_name,
        (SELECT count(*) FROM talks WHERE event_id = events.id) AS talk_count
    FROM json_each(:ids) AS wanted
    JOIN events ON events.id = wanted.value
    LEFT JOIN venues ON venues.id = events.venue_id
    ORDER BY wanted.key
"""

POSTS = """
    SELECT
        posts.path, posts.title, posts.kind, posts.language, posts.date, posts.authors,
        events.slug AS event_slug, events.name AS event_name, events.year AS event_year,
        (SELECT count(*) FROM talks WHERE post_id = posts.id) AS talk_count
    FROM json_each(:ids) AS wanted
    JOIN posts ON posts.id = wanted.value
    LEFT JOIN events ON events.id = posts.event_id
    ORDER BY wanted.key
"""

VENUES = """
    SELECT
        slug, name, city, country, latitude, longitude,
        (SELECT count(*) FROM events WHERE venue_id = venues.id) AS event_count
    FROM json_each(:ids) AS wanted
    JOIN venues ON venues.id = wanted.value
    ORDER BY wanted.key
"""

SPEAKERS = """
    SELECT slug, name, (SELECT count(*) FROM talk_speakers WHERE speaker_id = speakers.id) AS talk_count
    FROM json_each(:ids) AS wanted
    JOIN speakers ON speakers.id = wanted.value
    ORDER BY wanted.key
"""

PROJECTS = """
    SELECT
        slug, name, kind, homepage,
        (SELECT count(*) FROM talk_projects WHERE project_id = projects.id) AS talk_count,
        (SELECT count(*) FROM takeaway_projects WHERE project_id = projects.id) AS takeaway_count
    FROM json_each(:ids) AS wanted
    JOIN projects ON projects.id = wanted.value
    ORDER BY wanted.key
"""

TAGS = """
    SELECT slug, name, (SELECT count(*) FROM talk_tags WHERE tag_id = tags.id) AS talk_count
    FROM json_each(:ids) AS wanted
    JOIN tags ON tags.id = wanted.value
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
    """The talks with these ids, by id."""
    return {row["id"]: _talk(row) for row in _rows_by_id(conn, TALKS, ids)}


def read_talks(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Talk]:
    return list(talks_by_id(conn, ids).values())


def read_takeaways(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Takeaway]:
    return [Takeaway(**_takeaway(row)) for row in _rows_by_id(conn, TAKEAWAYS, ids)]


def read_takeaways_of_talks(conn: sqlite3.Connection, ids: Iterable[int]) -> list[TakeawayOfTalk]:
    found = _rows_by_id(conn, TAKEAWAYS, ids)
    talks = talks_by_id(conn, dict.fromkeys(row["talk_id"] for row in found))
    return [TakeawayOfTalk(**_takeaway(row), talk=talks[row["talk_id"]]) for row in found]


def read_events(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Event]:
    return [_event(row) for row in _rows_by_id(conn, EVENTS, ids)]


def read_posts(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Post]:
    return [_post(row) for row in _rows_by_id(conn, POSTS, ids)]


def read_venues(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Venue]:
    return [Venue(**dict(row)) for row in _rows_by_id(conn, VENUES, ids)]


def read_speakers(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Speaker]:
    return [Speaker(**dict(row)) for row in _rows_by_id(conn, SPEAKERS, ids)]


def read_projects(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Project]:
    return [Project(**dict(row)) for row in _rows_by_id(conn, PROJECTS, ids)]


def read_tags(conn: sqlite3.Connection, ids: Iterable[int]) -> list[Tag]:
    return [Tag(**dict(row)) for row in _rows_by_id(conn, TAGS, ids)]


def _rows_by_id(conn: sqlite3.Connection, sql: str, ids: Iterable[int]) -> list[sqlite3.Row]:
    return rows(conn, sql, {"ids": json.dumps(list(ids))})


def _talk(row: sqlite3.Row) -> Talk:
    return Talk(
        slug=row["slug"],
        title=row["title"],
        format=row["format"],
        event=_event_name(row),
        date=row["date"],
        city=row["city"],
        speakers=_names(row["speakers"]),
        projects=_names(row["projects"]),
        tags=_names(row["tags"]),
        language=row["language"],
        path=row["path"],
        first_line=row["first_line"],
        last_line=row["last_line"],
        takeaway_count=row["takeaway_count"],
        best_takeaway=row["best_takeaway"],
    )


def _takeaway(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "rank": row["rank"],
        "line": row["line"],
        "text": row["text"],
        "projects": _names(row["projects"]),
    }


def _event(row: sqlite3.Row) -> Event:
    return Event(
        slug=row["slug"],
        name=row["name"],
        series=row["series"],
        year=row["year"],
        start_date=row["start_date"],
        end_date=row["end_date"],
        venue=Named(slug=row["venue_slug"], name=row["venue_name"]) if row["venue_slug"] else None,
        city=row["city"],
        country=row["country"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        talk_count=row["talk_count"],
    )


def _post(row: sqlite3.Row) -> Post:
    return Post(
        path=row["path"],
        title=row["title"],
        kind=row["kind"],
        language=row["language"],
        date=row["date"],
        authors=json.loads(row["authors"]),
        event=_event_name(row),
        talk_count=row["talk_count"],
    )


def _event_name(row: sqlite3.Row) -> EventName | None:
    if row["event_slug"] is None:
        return None
    return EventName(slug=row["event_slug"], name=row["event_name"], year=row["event_year"])


def _names(array: str) -> list[Named]:
    return [Named(**name) for name in json.loads(array)]
