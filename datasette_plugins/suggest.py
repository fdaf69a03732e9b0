"""What the search box offers while somebody types: a connection and the text so far in, names of records out."""

import json
import re
import sqlite3

from talkdex.datasette_plugins.records import rows
from talkdex.schema.api import Suggestion

LONGEST_TEXT = 100
BLANKS = re.compile(r"[\s\x00-\x1f-]+")
LIKE_OPERATORS = re.compile(r"[%_\\]")

# The names in which each of `:beginnings`, a JSON array of LIKE patterns, begins a word: "kaf%" finds "Apache Kafka".
# Of each kind the name that is the `:text` itself comes first, then those with most talks.
SUGGESTIONS = r"""
    WITH names(kind, slug, label, talks, event) AS (
        SELECT 'project', slug, name, (SELECT count(*) FROM talk_projects WHERE project_id = projects.id), NULL
        FROM projects
        UNION ALL
        SELECT 'speaker', slug, name, (SELECT count(*) FROM talk_speakers WHERE speaker_id = speakers.id), NULL
        FROM speakers
        UNION ALL
        SELECT 'event', slug, name, (SELECT count(*) FROM talks WHERE event_id = events.id), NULL
        FROM events
        UNION ALL
        SELECT 'tag', slug, name, (SELECT count(*) FROM talk_tags WHERE tag_id = tags.id), NULL
        FROM tags
        UNION ALL
        SELECT 'talk', slug, title, 1, (SELECT name FROM events WHERE id = event_id)
        FROM talks
    ),
    ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY kind ORDER BY label = :text COLLATE NOCASE DESC, talks DESC, label
        ) AS place
        FROM names
        WHERE NOT EXISTS (
            SELECT 1 FROM json_each(:beginnings)
            WHERE ' ' || replace(label, '-', ' ') NOT LIKE '% ' || value ESCAPE '\'
        )
    )
    SELECT kind, slug, label, talks, event FROM ranked
    WHERE place <= :limit
    ORDER BY instr('project speaker event tag talk', kind), place
"""


def suggest(conn: sqlite3.Connection, text: str, limit: int) -> list[Suggestion]:
    """At most `limit` projects, speakers, events, tags and talks each, in this order, in whose names every word of the
    text, finished or not, begins a word. Any text will do. `href` is the path of the page without the base address."""
    words = BLANKS.sub(" ", text[:LONGEST_TEXT]).split()
    if not words:
        return []
    beginnings = [LIKE_OPERATORS.sub(r"\\\g<0>", word) + "%" for word in words]
    found = rows(conn, SUGGESTIONS, {"beginnings": json.dumps(beginnings), "text": text.strip(), "limit": limit})
    return [Suggestion(**dict(row), href=f"/{row['kind']}s/{row['slug']}") for row in found]
