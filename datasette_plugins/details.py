"""One record in full: connection and slug in, a detail model of `schema.api` out, None where there is no such one."""

import json
import sqlite3
from collections.abc import Sequence

from talkdex.datasette_plugins.records import (
    MOST_DIGITS,
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
from talkdex.datasette_plugins.talks_having import most_common, newest_first, talks_having, years_of
from talkdex.schema.api import (
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
)

# A page and an answer of the API hold so many; the lists of the API and the search have all.
TAKEAWAYS_SHOWN = 200
TALKS_SHOWN = 200
TALKS_OF_EVENT_SHOWN = 1000
NAMES_SHOWN = 24
RELATED_SHOWN = 6

TALK = """
    SELECT talks.id, talks.event_id, post_id, path, position, notes
    FROM talks JOIN posts ON posts.id = post_id
    WHERE slug = :slug
"""
TAKEAWAYS_OF_TALK = "SELECT id FROM takeaways WHERE talk_id = :talk ORDER BY rank"
LINKS_OF_TALK = "SELECT kind, title, url, line FROM links WHERE talk_id = :talk ORDER BY line, id"
# The talks around this one in its event, or in its notes file where the event is not known. Most are in the same file,
# and it is looked for there first.
TALK_BEFORE = """
    SELECT slug, title FROM talks
    WHERE id = coalesce(
        (SELECT id FROM talks
            WHERE post_id = :post AND (:event IS NULL OR event_id = :event) AND position < :position
            ORDER BY position DESC LIMIT 1),
        (SELECT talks.id FROM talks JOIN posts ON posts.id = post_id
            WHERE talks.event_id = :event AND path < :path
            ORDER BY path DESC, position DESC LIMIT 1))
"""
TALK_AFTER = """
    SELECT slug, title FROM talks
    WHERE id = coalesce(
        (SELECT id FROM talks
            WHERE post_id = :post AND (:event IS NULL OR event_id = :event) AND position > :position
            ORDER BY position LIMIT 1),
        (SELECT talks.id FROM talks JOIN posts ON posts.id = post_id
            WHERE talks.event_id = :event AND path > :path
            ORDER BY path, position LIMIT 1))
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
# CROSS JOIN keeps the order: SQLite would begin with all takeaways of the project.
TAKEAWAYS_OF_PROJECT = """
    SELECT takeaways.id
    FROM json_each(:talks) AS wanted
    CROSS JOIN takeaways ON talk_id = wanted.value
    CROSS JOIN takeaway_projects ON takeaway_id = takeaways.id
    WHERE project_id = :project
    ORDER BY wanted.key, rank
"""
TALKS_OF_POST = "SELECT id FROM talks WHERE post_id = :post ORDER BY position"
TAGS_OF_POST = """
    SELECT slug, name FROM post_tags JOIN tags ON tags.id = tag_id
    WHERE post_id = :post
    ORDER BY name COLLATE NOCASE
"""


def talk_detail(conn: sqlite3.Connection, slug: str, with_related: bool = True) -> TalkDetail | None:
    """Related talks cost several times what the rest does."""
    for row in rows(conn, TALK, {"slug": slug}):
        [talk] = read_talks(conn, [row["id"]])
        around = {"event": row["event_id"], "post": row["post_id"], "path": row["path"], "position": row["position"]}
        found = TalkDetail(
            **dict(talk),
            takeaways=read_takeaways(conn, ids_of(conn, TAKEAWAYS_OF_TALK, {"talk": row["id"]})),
            links=[Link(**dict(link)) for link in rows(conn, LINKS_OF_TALK, {"talk": row["id"]})],
            notes=row["notes"],
            previous=_first_name(rows(conn, TALK_BEFORE, around)),
            next=_first_name(rows(conn, TALK_AFTER, around)),
        )
        if with_related:
            return found.model_copy(update={"related": related_talks(conn, row["id"], RELATED_SHOWN)})
        return found
    return None


def takeaway_detail(conn: sqlite3.Connection, takeaway_id: str) -> TakeawayOfTalk | None:
    is_id = takeaway_id.isdecimal() and len(takeaway_id) <= MOST_DIGITS
    for takeaway in read_takeaways_of_talks(conn, [int(takeaway_id)] if is_id else []):
        return takeaway
    return None


def event_detail(conn: sqlite3.Connection, slug: str) -> EventDetail | None:
    for event_id in ids_of(conn, "SELECT id FROM events WHERE slug = :slug", {"slug": slug}):
        [event] = read_events(conn, [event_id])
        talks = ids_of(conn, TALKS_OF_EVENT, {"event": event_id})
        return EventDetail(
            **dict(event),
            talks=read_talks(conn, talks[:TALKS_OF_EVENT_SHOWN]),
            projects=most_common(conn, "project", talks_having(conn, "event", slug), NAMES_SHOWN),
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
        talks = talks_having(conn, "speaker", slug)
        newest = newest_first(conn, talks)
        return SpeakerDetail(
            **dict(speaker),
            projects=most_common(conn, "project", talks, NAMES_SHOWN),
            years=years_of(conn, talks),
            talks=read_talks(conn, newest[:TALKS_SHOWN]),
        )
    return None


def project_detail(conn: sqlite3.Connection, slug: str) -> ProjectDetail | None:
    for project_id in ids_of(conn, "SELECT id FROM projects WHERE slug = :slug", {"slug": slug}):
        [project] = read_projects(conn, [project_id])
        talks = talks_having(conn, "project", slug)
        newest = newest_first(conn, talks)
        return ProjectDetail(
            **dict(project),
            takeaways=_takeaways_of_project(conn, project_id, newest),
            beside=most_common(conn, "project", talks, NAMES_SHOWN, without=slug),
            years=years_of(conn, talks),
            talks=read_talks(conn, newest[:TALKS_SHOWN]),
        )
    return None


def tag_detail(conn: sqlite3.Connection, slug: str) -> TagDetail | None:
    for tag_id in ids_of(conn, "SELECT id FROM tags WHERE slug = :slug", {"slug": slug}):
        [tag] = read_tags(conn, [tag_id])
        talks = talks_having(conn, "tag", slug)
        newest = newest_first(conn, talks)
        return TagDetail(
            **dict(tag),
            projects=most_common(conn, "project", talks, NAMES_SHOWN),
            beside=most_common(conn, "tag", talks, NAMES_SHOWN, without=slug),
            years=years_of(conn, talks),
            talks=read_talks(conn, newest[:TALKS_SHOWN]),
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


def _takeaways_of_project(conn: sqlite3.Connection, project: int, talks: Sequence[int]) -> list[TakeawayOfTalk]:
    """The takeaways of these talks that mention the project, as many as a page shows."""
    found: list[int] = []
    for first in range(0, len(talks), TALKS_SHOWN):
        some = json.dumps(talks[first : first + TALKS_SHOWN])
        found += ids_of(conn, TAKEAWAYS_OF_PROJECT, {"project": project, "talks": some})
        if len(found) >= TAKEAWAYS_SHOWN:
            break
    return read_takeaways_of_talks(conn, found[:TAKEAWAYS_SHOWN])
