"""Words and facets as typed in a terminal in, talks out: by the same search as the page's."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from talkdex.datasette_plugins.search import SearchQuery, TypedFilter, search
from talkdex.schema.api import Hit, SearchResults


def search_talks(
    conn: sqlite3.Connection, words: str, facets: Mapping[str, Sequence[str]], limit: int
) -> SearchResults:
    """The talks that have `words`. The values of a facet mean what they do among the words, as `event:pycon`."""
    filters = [TypedFilter(facet, value) for facet, values in facets.items() for value in values]
    conn.execute("BEGIN")  # a build may commit between two queries
    try:
        return search(conn, SearchQuery(words, filters=filters, limit=limit, count=()))
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
