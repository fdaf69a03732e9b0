"""One record in full: connection and slug in, a detail model of `schema.api` out, None where there is no such one."""

import sqlite3
from collections.abc import Iterable

from talkdex.datasette_plugins.facets import count_facet
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
)

TAKEAWAYS_SHOWN = 200
PROJECTS_SHOWN = 24

TALK = "SELECT id, event_id, post_id, notes FROM talks WHERE slug = :slug"
TAKEAWAYS_OF_TALK = "SELECT id FROM takeaways WHERE talk_id = :talk ORDER BY rank"
LINKS_OF_TALK = "SELECT kind, title, url, line FROM links WHERE talk_id = :talk ORDER BY line, id"
# The talks beside this one in its event, or in its notes file where the event is not known.
TALKS_BESIDE = """
    SELECT talks.id, talks.slug, talks.title
    FROM talks JOIN posts ON posts.id = talks.post_id
    WHERE CASE WHEN :event IS NULL THEN talks.post_id = :post ELSE talks.event_id = :event END
    ORDER BY posts.path, talks.position
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
    SELECT talks.id FROM talk_speakers JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE speaker_id = :speaker
    ORDER BY year DESC, start_date DESC, talks.id
"""
TALKS_OF_PROJECT = """
    SELECT talks.id FROM talk_projects JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE project_id = :project
    ORDER BY year DESC, start_date DESC, talks.id
"""
TAKEAWAYS_OF_PROJECT = """
    SELECT takeaways.id
    FROM takeaway_projects
    JOIN takeaways ON takeaways.id = takeaway_id
    JOIN talks ON talks.id = talk_id
    LEFT JOIN events ON events.id = event_id
    WHERE project_id = :project
    ORDER BY year DESC, start_date DESC, talks.id, rank
    LIMIT :shown
"""
TALKS_WITH_TAG = """
    SELECT talks.id FROM talk_tags JOIN talks ON talks.id = talk_id LEFT JOIN events ON events.id = event_id
    WHERE tag_id = :tag
    ORDER BY year DESC, start_date DESC, talks.id
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
        before, after = _beside(conn, row)
        return TalkDetail(
            **dict(talk),
            takeaways=read_takeaways(conn, ids_of(conn, TAKEAWAYS_OF_TALK, {"talk": row["id"]})),
            links=[Link(**dict(link)) for link in rows(conn, LINKS_OF_TALK, {"talk": row["id"]})],
            notes=row["notes"],
            previous=before,
            next=after,
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
            talks=read_talks(conn, talks),
            projects=_top_projects(conn, talks),
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
        talks = ids_of(conn, TALKS_OF_SPEAKER, {"speaker": speaker_id})
        return SpeakerDetail(**dict(speaker), projects=_top_projects(conn, talks), talks=read_talks(conn, talks))
    return None


def project_detail(conn: sqlite3.Connection, slug: str) -> ProjectDetail | None:
    for project_id in ids_of(conn, "SELECT id FROM projects WHERE slug = :slug", {"slug": slug}):
        [project] = read_projects(conn, [project_id])
        talks = ids_of(conn, TALKS_OF_PROJECT, {"project": project_id})
        takeaways = ids_of(conn, TAKEAWAYS_OF_PROJECT, {"project": project_id, "shown": TAKEAWAYS_SHOWN})
        return ProjectDetail(
            **dict(project), takeaways=read_takeaways_of_talks(conn, takeaways), talks=read_talks(conn, talks)
        )
    return None


def tag_detail(conn: sqlite3.Connection, slug: str) -> TagDetail | None:
    for tag_id in ids_of(conn, "SELECT id FROM tags WHERE slug = :slug", {"slug": slug}):
        [tag] = read_tags(conn, [tag_id])
        talks = ids_of(conn, TALKS_WITH_TAG, {"tag": tag_id})
        return TagDetail(**dict(tag), projects=_top_projects(conn, talks), talks=read_talks(conn, talks))
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


def _beside(conn: sqlite3.Connection, talk: sqlite3.Row) -> tuple[TalkName | None, TalkName | None]:
    """The talks before and after this one."""
    talks = rows(conn, TALKS_BESIDE, {"event": talk["event_id"], "post": talk["post_id"]})
    place = [row["id"] for row in talks].index(talk["id"])
    before, after = talks[place - 1 : place] if place else [], talks[place + 1 : place + 2]
    return _first_name(before), _first_name(after)


def _first_name(talks: list[sqlite3.Row]) -> TalkName | None:
    return TalkName(slug=talks[0]["slug"], title=talks[0]["title"]) if talks else None


def _top_projects(conn: sqlite3.Connection, talks: Iterable[int]) -> list[Counted]:
    values = count_facet(conn, "project", set(talks), ()).values[:PROJECTS_SHOWN]
    return [Counted(slug=value.value, name=value.label, talk_count=value.count) for value in values]
