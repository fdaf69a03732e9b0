"""One record in full: connection and slug in, a detail model of `schema.api` out, None where there is no such one."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from talkdex.datasette_plugins.records import (
    ids_of,
    read_events,
    read_posts,
    read_projects,
    read_speakers,
    read_tags,
    read_takeaways,
    read_takeaways_of_talks,
    read_talks,
    read_venues,
    rows,
)
from talkdex.datasette_plugins.related import related_talks
from talkdex.schema.api import (
    Counted,
    EventDetail,
    EventName,
    Link,
    Named,
    PostDetail,
    ProjectDetail,
    SpeakerDetail,
    TagDetail,
    TakeawayOfTalk,
    TalkDetail,
    TalkName,
    VenueDetail,
    YearCount,
)

# A page and an answer of the API hold so many; the lists of the API and the search have all.
TAKEAWAYS_SHOWN = 200
TALKS_SHOWN = 200
TALKS_OF_EVENT_SHOWN = 1000
NAMES_SHOWN = 24
# What else talks have is counted in so many of them, the newest.
TALKS_COMPARED = 5000
RELATED_SHOWN = 6

TALK = """
    SELECT talks.id, talks.event_id, post_id, path, position, notes
    FROM talks JOIN posts ON posts.id = post_id
    WHERE slug = :slug
"""
TAKEAWAYS_OF_TALK = "SELECT id FROM takeaways WHERE talk_id = :talk ORDER BY rank"
LINKS_OF_TALK = "SELECT kind, title, url, line FROM links WHERE talk_id = :talk ORDER BY line, id"
# The talks around this one in its event, or in its notes file where the event is not known.
TALKS_BEFORE = """
    SELECT slug, talks.title FROM talks JOIN posts ON posts.id = post_id
    WHERE (talks.event_id = :event OR (:event IS NULL AND talks.post_id = :post))
        AND (path, position) < (:path, :position)
    ORDER BY path DESC, position DESC LIMIT 1
"""
TALKS_AFTER = """
    SELECT slug, talks.title FROM talks JOIN posts ON posts.id = post_id
    WHERE (talks.event_id = :event OR (:event IS NULL AND talks.post_id = :post))
        AND (path, position) > (:path, :position)
    ORDER BY path, position LIMIT 1
"""
TALKS_OF_EVENT = """
    SELECT talks.id FROM talks JOIN posts ON posts.id = talks.post_id
    WHERE talks.event_id = :event
    ORDER BY posts.path, talks.position
"""
POSTS_OF_EVENT = "SELECT id FROM posts WHERE event_id = :event ORDER BY path"
OTHER_EDITIONS = """
    SELECT slug, name, year FROM events
    WHERE id != :event AND series = (SELECT series FROM events WHERE id = :event)
    ORDER BY year DESC, start_date DESC
"""
EVENTS_AT_VENUE = "SELECT id FROM events WHERE venue_id = :venue ORDER BY year DESC, start_date DESC, name"
TALKS_OF_SPEAKER = """
    SELECT talks.id, year FROM talk_speakers JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE speaker_id = :speaker
    ORDER BY year DESC, start_date DESC, talks.id
"""
TALKS_OF_PROJECT = """
    SELECT talks.id, year FROM talk_projects JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE project_id = :project
    ORDER BY year DESC, start_date DESC, talks.id
"""
TAKEAWAYS_OF_PROJECT = """
    SELECT takeaways.id
    FROM json_each(:talks) AS wanted
    JOIN takeaways ON talk_id = wanted.value
    JOIN takeaway_projects ON takeaway_id = takeaways.id
    JOIN projects ON projects.id = project_id
    WHERE slug = :project
    ORDER BY wanted.key, rank
"""
TALKS_WITH_TAG = """
    SELECT talks.id, year FROM talk_tags JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE tag_id = :tag
    ORDER BY year DESC, start_date DESC, talks.id
"""
PROJECTS_OF_TALKS = """
    SELECT slug, name, count(*) AS talk_count
    FROM json_each(:talks) AS wanted
    JOIN talk_projects ON talk_id = wanted.value
    JOIN projects ON projects.id = project_id
    WHERE slug IS NOT :without
    GROUP BY projects.id
    ORDER BY talk_count DESC, name COLLATE NOCASE
    LIMIT :shown
"""
TAGS_OF_TALKS = """
    SELECT slug, name, count(*) AS talk_count
    FROM json_each(:talks) AS wanted
    JOIN talk_tags ON talk_id = wanted.value
    JOIN tags ON tags.id = tag_id
    WHERE slug IS NOT :without
    GROUP BY tags.id
    ORDER BY talk_count DESC, name COLLATE NOCASE
    LIMIT :shown
"""
TALKS_OF_POST = "SELECT id FROM talks WHERE post_id = :post ORDER BY position"
TAGS_OF_POST = """
    SELECT slug, name FROM post_tags JOIN tags ON tags.id = tag_id
    WHERE post_id = :post
    ORDER BY name COLLATE NOCASE
"""


def talk_detail(conn: sqlite3.Connection, slug: str) -> TalkDetail | None:
    for row in rows(conn, TALK, {"slug": slug}):
        [talk] = read_talks(conn, [row["id"]])
        around = {"event": row["event_id"], "post": row["post_id"], "path": row["path"], "position": row["position"]}
        return TalkDetail(
            **dict(talk),
            takeaways=read_takeaways(conn, ids_of(conn, TAKEAWAYS_OF_TALK, {"talk": row["id"]})),
            links=[Link(**dict(link)) for link in rows(conn, LINKS_OF_TALK, {"talk": row["id"]})],
            notes=row["notes"],
            related=related_talks(conn, row["id"], RELATED_SHOWN),
            previous=_first_name(rows(conn, TALKS_BEFORE, around)),
            next=_first_name(rows(conn, TALKS_AFTER, around)),
        )
    return None


def takeaway_detail(conn: sqlite3.Connection, takeaway_id: str) -> TakeawayOfTalk | None:
    for takeaway in read_takeaways_of_talks(conn, [int(takeaway_id)] if takeaway_id.isdecimal() else []):
        return takeaway
    return None


def event_detail(conn: sqlite3.Connection, slug: str) -> EventDetail | None:
    for event_id in ids_of(conn, "SELECT id FROM events WHERE slug = :slug", {"slug": slug}):
        [event] = read_events(conn, [event_id])
        talks = ids_of(conn, TALKS_OF_EVENT, {"event": event_id})
        return EventDetail(
            **dict(event),
            talks=read_talks(conn, talks[:TALKS_OF_EVENT_SHOWN]),
            projects=_projects_of(conn, talks),
            posts=read_posts(conn, ids_of(conn, POSTS_OF_EVENT, {"event": event_id})),
            editions=[EventName(**dict(edition)) for edition in rows(conn, OTHER_EDITIONS, {"event": event_id})],
        )
    return None


def venue_detail(conn: sqlite3.Connection, slug: str) -> VenueDetail | None:
    for venue_id in ids_of(conn, "SELECT id FROM venues WHERE slug = :slug", {"slug": slug}):
        [venue] = read_venues(conn, [venue_id])
        events = ids_of(conn, EVENTS_AT_VENUE, {"venue": venue_id})
        return VenueDetail(**dict(venue), events=read_events(conn, events))
    return None


def speaker_detail(conn: sqlite3.Connection, slug: str) -> SpeakerDetail | None:
    for speaker_id in ids_of(conn, "SELECT id FROM speakers WHERE slug = :slug", {"slug": slug}):
        [speaker] = read_speakers(conn, [speaker_id])
        talks = _talks_and_years(conn, TALKS_OF_SPEAKER, {"speaker": speaker_id})
        ids = [talk for talk, _ in talks]
        return SpeakerDetail(
            **dict(speaker),
            projects=_projects_of(conn, ids),
            years=_years(talks),
            talks=read_talks(conn, ids[:TALKS_SHOWN]),
        )
    return None


def project_detail(conn: sqlite3.Connection, slug: str) -> ProjectDetail | None:
    for project_id in ids_of(conn, "SELECT id FROM projects WHERE slug = :slug", {"slug": slug}):
        [project] = read_projects(conn, [project_id])
        talks = _talks_and_years(conn, TALKS_OF_PROJECT, {"project": project_id})
        ids = [talk for talk, _ in talks]
        return ProjectDetail(
            **dict(project),
            takeaways=_takeaways_of_project(conn, slug, ids),
            beside=_projects_of(conn, ids, without=slug),
            years=_years(talks),
            talks=read_talks(conn, ids[:TALKS_SHOWN]),
        )
    return None


def tag_detail(conn: sqlite3.Connection, slug: str) -> TagDetail | None:
    for tag_id in ids_of(conn, "SELECT id FROM tags WHERE slug = :slug", {"slug": slug}):
        [tag] = read_tags(conn, [tag_id])
        talks = _talks_and_years(conn, TALKS_WITH_TAG, {"tag": tag_id})
        ids = [talk for talk, _ in talks]
        return TagDetail(
            **dict(tag),
            projects=_projects_of(conn, ids),
            beside=_tags_of(conn, ids, without=slug),
            years=_years(talks),
            talks=read_talks(conn, ids[:TALKS_SHOWN]),
        )
    return None


def post_detail(conn: sqlite3.Connection, path: str) -> PostDetail | None:
    for post_id in ids_of(conn, "SELECT id FROM posts WHERE path = :path", {"path": path}):
        [post] = read_posts(conn, [post_id])
        return PostDetail(
            **dict(post),
            tags=[Named(**dict(tag)) for tag in rows(conn, TAGS_OF_POST, {"post": post_id})],
            talks=read_talks(conn, ids_of(conn, TALKS_OF_POST, {"post": post_id})),
        )
    return None


def _first_name(talks: list[sqlite3.Row]) -> TalkName | None:
    return TalkName(slug=talks[0]["slug"], title=talks[0]["title"]) if talks else None


def _projects_of(conn: sqlite3.Connection, talks: Sequence[int], without: str | None = None) -> list[Counted]:
    """The projects that most of these talks mention, except the one that they all do."""
    parameters = {"talks": json.dumps(talks[:TALKS_COMPARED]), "without": without, "shown": NAMES_SHOWN}
    return [Counted(**dict(row)) for row in rows(conn, PROJECTS_OF_TALKS, parameters)]


def _tags_of(conn: sqlite3.Connection, talks: Sequence[int], without: str) -> list[Counted]:
    parameters = {"talks": json.dumps(talks[:TALKS_COMPARED]), "without": without, "shown": NAMES_SHOWN}
    return [Counted(**dict(row)) for row in rows(conn, TAGS_OF_TALKS, parameters)]


def _years(talks: Iterable[tuple[int, int | None]]) -> list[YearCount]:
    """How many of the talks, which come with their year, are of each year that is known."""
    counts = Counter(year for _, year in talks if year)
    return [YearCount(year=year, talk_count=count) for year, count in sorted(counts.items())]


def _takeaways_of_project(conn: sqlite3.Connection, slug: str, talks: Sequence[int]) -> list[TakeawayOfTalk]:
    """The takeaways of these talks that mention the project, as many as a page shows."""
    found: list[int] = []
    for first in range(0, len(talks), TALKS_SHOWN):
        some = json.dumps(talks[first : first + TALKS_SHOWN])
        found += ids_of(conn, TAKEAWAYS_OF_PROJECT, {"project": slug, "talks": some})
        if len(found) >= TAKEAWAYS_SHOWN:
            break
    return read_takeaways_of_talks(conn, found[:TAKEAWAYS_SHOWN])


def _talks_and_years(conn: sqlite3.Connection, sql: str, parameters: dict[str, int]) -> list[tuple[int, int | None]]:
    return [(row["id"], row["year"]) for row in rows(conn, sql, parameters)]
