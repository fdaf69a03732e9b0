"""Places of talks that were found in, what a page of results shows of them out: marked titles, takeaways, snippets."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

from talkdex.datasette_plugins.records import rows, talks_by_id
from talkdex.datasette_plugins.search.find import Found
from talkdex.datasette_plugins.search.marks import BEGIN, Marked, expression, html, mark
from talkdex.datasette_plugins.search.meaning import Nearest
from talkdex.ingest.vectors.passages import without_markup
from talkdex.schema.api import FoundTakeaway, Hit, Talk

TAKEAWAYS_SHOWN = 3
SNIPPET_LENGTH = 240  # characters
# What a takeaway gains by standing in the passage that is nearest in meaning, beside the share of the words it has.
IN_NEAREST = 0.4

TAKEAWAYS = """
    SELECT takeaways.id, talk_id, line, text
    FROM json_each(:talks) AS wanted JOIN takeaways ON talk_id = wanted.value
    ORDER BY talk_id, rank
"""
SNIPPETS = """
    SELECT rowid AS id, snippet(talks_fts, 4, char(2), char(3), '…', 32) AS notes
    FROM talks_fts
    WHERE talks_fts MATCH :words AND rowid IN (SELECT value FROM json_each(:talks))
"""
NOTES = "SELECT notes FROM talks WHERE id = ?"


class _Takeaway(NamedTuple):
    id: int
    line: int
    text: str
    html: str
    weight: float  # how much it says of what was asked, 0 for nothing


def read_hits(conn: sqlite3.Connection, talk_ids: Mapping[int, int], found: Found) -> list[Hit]:
    """The talks by the places given, in this order."""
    ids = list(talk_ids.values())
    talks = talks_by_id(conn, ids)
    titles = mark([talks[talk].title for talk in ids], found.rarities)
    takeaways = _takeaways(conn, talk_ids, talks, found)
    unsaid = [talk for talk in ids if not any(takeaway.weight for takeaway in takeaways[talk])]
    snippets = _snippets(conn, unsaid, found)
    hits = []
    for number, (place, talk) in enumerate(talk_ids.items()):
        by_meaning = found.by_words is not None and not found.by_words.having_any[place]
        snippet = snippets.get(talk, "")
        if by_meaning and talk in unsaid:
            snippet = _passage(conn, talk, found.nearest[place])
        telling = [takeaway for takeaway in takeaways[talk] if takeaway.weight]
        shown = [] if snippet else (telling or takeaways[talk])[:TAKEAWAYS_SHOWN]
        hits.append(
            Hit(
                talk=talks[talk],
                score=round(float(found.scores[place]), 4),
                by_meaning=by_meaning,
                html=titles[number].html if number in titles else escape(talks[talk].title),
                snippet=snippet,
                takeaways=[FoundTakeaway(id=one.id, line=one.line, text=one.text, html=one.html) for one in shown],
                more_takeaways=(len(telling) or len(takeaways[talk])) - len(shown),
            )
        )
    return hits


def _takeaways(
    conn: sqlite3.Connection, talk_ids: Mapping[int, int], talks: Mapping[int, Talk], found: Found
) -> dict[int, list[_Takeaway]]:
    """All takeaways of each talk: those that say most of what was asked first, and then those that are best anyway."""
    by_talk: dict[int, list[_Takeaway]] = defaultdict(list)
    stored = rows(conn, TAKEAWAYS, {"talks": json.dumps(list(talk_ids.values()))})
    marked = mark([row["text"] for row in stored], found.rarities)
    asked = sum(found.rarities.values()) or 1
    nearest = {talk: found.nearest.get(place) for place, talk in talk_ids.items()}
    for number, row in enumerate(stored):
        words = marked.get(number, Marked(escape(row["text"]), 0.0))
        weight = words.weight / asked
        if _stands_in(row["line"] - talks[row["talk_id"]].first_line, nearest[row["talk_id"]]):
            weight += IN_NEAREST
        by_talk[row["talk_id"]].append(_Takeaway(row["id"], row["line"], row["text"], words.html, weight))
    for takeaways in by_talk.values():
        takeaways.sort(key=lambda takeaway: -takeaway.weight)
    return by_talk


def _stands_in(line: int, passage: Nearest | None) -> bool:
    return passage is not None and passage.first_line <= line <= passage.last_line


def _snippets(conn: sqlite3.Connection, talks: Iterable[int], found: Found) -> dict[int, str]:
    """The words in the notes of these talks, where they stand there."""
    wanted = list(talks)
    if not wanted or not found.rarities:
        return {}
    # Not "notes : (…)", for which SQLite looks through all talks after one that has the words elsewhere.
    parameters = {"words": expression(found.rarities), "talks": json.dumps(wanted)}
    snippets = [row for row in rows(conn, SNIPPETS, parameters) if BEGIN in row["notes"]]
    return {row["id"]: html(without_markup(row["notes"])) for row in snippets}


def _passage(conn: sqlite3.Connection, talk: int, nearest: Nearest) -> str:
    """The passage that is nearest in meaning, from its beginning."""
    lines = conn.execute(NOTES, [talk]).fetchone()[0].split("\n")
    text = without_markup(" ".join(lines[nearest.first_line : nearest.last_line + 1]))
    return escape(text if len(text) <= SNIPPET_LENGTH else text[:SNIPPET_LENGTH].rpartition(" ")[0] + " …")
