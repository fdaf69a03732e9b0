"""Words and facets as typed in a terminal in, talks out: by the same search as the page's."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.ingest.store.slugs import slugify
from talkdex.schema.api import Hit, SearchResults

AS_TYPED = ("year", "format", "city")  # the facets whose values are no slugs


def search_talks(
    conn: sqlite3.Connection, words: str, facets: Mapping[str, Sequence[str]], limit: int
) -> SearchResults:
    """The talks that have `words`. A facet's values may be names ("C++") or slugs ("c-plus-plus")."""
    chosen = {facet: [_value(facet, value) for value in values] for facet, values in facets.items() if values}
    conn.execute("BEGIN")  # a build may commit between two queries
    try:
        return search(conn, SearchQuery(text=words, chosen=chosen, limit=limit, count=()))
    finally:
        conn.rollback()


def hit_record(hit: Hit) -> dict[str, Any]:
    """A hit as the command line prints it: where the talk's notes are, and its best takeaways."""
    talk = hit.talk
    return {
        "path": talk.path,
        "lines": [talk.first_line, talk.last_line],
        "talk": talk.slug,
        "title": talk.title,
        "score": hit.score,
        "event": talk.event.name if talk.event else None,
        "speakers": [speaker.name for speaker in talk.speakers],
        "takeaways": [{"line": takeaway.line, "text": takeaway.text} for takeaway in hit.takeaways],
    }


def _value(facet: str, value: str) -> str:
    return value if facet in AS_TYPED else slugify(value)
