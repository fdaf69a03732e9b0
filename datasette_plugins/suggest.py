"""What the search box offers while somebody types: a connection and the text so far in, names of records out."""

import json
import re
import sqlite3

from talkdex.datasette_plugins.records import ids_of, rows
from talkdex.schema.api import Suggestion
from talkdex.schema.search_index import NAME_KINDS, NAME_RANK_BITS, NAME_SPARE_BITS

LONGEST_TEXT = 100
BLANKS = re.compile(r"[\s\x00-\x1f-]+")

# Ids of names are in the order of kinds, and within a kind with the first to offer first: these end after `:limit`.
NAMED_SO = """
    SELECT id FROM _names
    WHERE label = :text COLLATE NOCASE AND id BETWEEN :first AND :last
    ORDER BY id LIMIT :limit
"""
BEGINNING_SO = """
    SELECT rowid FROM names_fts
    WHERE names_fts MATCH :beginnings AND rowid BETWEEN :first AND :last
    ORDER BY rowid LIMIT :limit
"""
NAMES = """
    SELECT kind, slug, label, talks, iif(kind = 'talk', (
        SELECT name FROM talks JOIN events ON events.id = event_id WHERE talks.slug = _names.slug), NULL) AS event
    FROM json_each(:ids) AS wanted JOIN _names ON _names.id = wanted.value
    ORDER BY wanted.key
"""


def suggest(conn: sqlite3.Connection, text: str, limit: int) -> list[Suggestion]:
    """At most `limit` projects, speakers, events, tags and talks each, in this order, in whose names every word of the
    text, finished or not, begins a word. Of each kind the name that is the text itself comes first, then those with
    most talks, and of talks the newest. Any text will do. `href` is the path of the page without the base address."""
    words = BLANKS.sub(" ", text[:LONGEST_TEXT]).replace('"', " ").split()
    if not words:
        return []
    wanted = {"text": text.strip(), "beginnings": " ".join(f'"{word}"*' for word in words), "limit": limit}
    ids: list[int] = []
    for number in range(len(NAME_KINDS)):
        of_kind = wanted | {"first": _first_id(number), "last": _first_id(number + 1) - 1}
        found = [*ids_of(conn, NAMED_SO, of_kind), *ids_of(conn, BEGINNING_SO, of_kind)]
        ids += list(dict.fromkeys(found))[:limit]
    offered = rows(conn, NAMES, {"ids": json.dumps(ids)})
    return [Suggestion(**dict(row), href=f"/{row['kind']}s/{row['slug']}") for row in offered]


def _first_id(kind: int) -> int:
    return kind << NAME_RANK_BITS + NAME_SPARE_BITS
