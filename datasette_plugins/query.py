"""The one search behind page, API and terminal: a connection and a query in, talks with their takeaways out."""

import json
import math
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from pyroaring import BitMap

from talkdex.datasette_plugins.facets import FACETS, Chosen, count_facets, members_of, narrow, talk_ids
from talkdex.datasette_plugins.records import ids_of, rows, talks_by_id
from talkdex.datasette_plugins.words import Words, beginning, parse_words, quoted
from talkdex.schema.api import FoundTakeaway, Hit, SearchResults

TAKEAWAYS_SHOWN = 3
# When fewer talks have all the words, those with any of them are found too.
FEW = 3
# Of talks with any of the words, those far behind the best are left out: they have only the most common word.
WORTH_SHOWING = 0.3
# Measured on 150 labelled questions: talks that have every word rise, and so do those with a good takeaway.
ALL_WORDS_BONUS = 1.3
TAKEAWAY_WEIGHT = 0.05

# The weights are those of title, speakers, event, topics (which stand in the notes too) and notes.
TALK_SCORES = "SELECT rowid, -bm25(talks_fts, 3, 4, 1, 0.5, 1) FROM talks_fts WHERE talks_fts MATCH :words"
TAKEAWAY_SCORES = """
    SELECT takeaways.talk_id, takeaways.id, -bm25(takeaways_fts)
    FROM takeaways_fts JOIN takeaways ON takeaways.id = takeaways_fts.rowid
    WHERE takeaways_fts MATCH :words
"""
# A takeaway that the front matter states does not stand in the notes of its talk.
TALKS_WITH = """
    SELECT rowid FROM talks_fts WHERE talks_fts MATCH :words
    UNION
    SELECT talk_id FROM takeaways_fts JOIN takeaways ON takeaways.id = takeaways_fts.rowid
    WHERE takeaways_fts MATCH :words
"""
A_FEW_TALKS_WITH = "SELECT rowid FROM talks_fts WHERE talks_fts MATCH :words LIMIT :few"
ALL_TALKS = "SELECT id FROM talks"
NEWEST_FIRST = """
    SELECT talks.id
    FROM json_each(:talks) AS wanted
    JOIN talks ON talks.id = wanted.value
    JOIN posts ON posts.id = talks.post_id
    LEFT JOIN events ON events.id = talks.event_id
    ORDER BY coalesce(events.start_date, CAST(events.year AS TEXT), posts.date, '') DESC, posts.path, talks.position
"""
PLACES = "SELECT place FROM _places WHERE talk_id IN (SELECT value FROM json_each(:talks))"
# The markers are control characters, which survive escaping; the page's <mark> replaces them afterwards.
MARKED_TALKS = """
    SELECT rowid AS id, highlight(talks_fts, 0, char(2), char(3)) AS title,
        snippet(talks_fts, 4, char(2), char(3), '…', 32) AS notes
    FROM talks_fts
    WHERE talks_fts MATCH :words AND rowid IN (SELECT value FROM json_each(:talks))
"""
MARKED_TAKEAWAYS = """
    SELECT takeaways.id, line, takeaways.text, highlight(takeaways_fts, 0, char(2), char(3)) AS marked
    FROM takeaways_fts JOIN takeaways ON takeaways.id = takeaways_fts.rowid
    WHERE takeaways_fts MATCH :words AND takeaways_fts.rowid IN (SELECT value FROM json_each(:takeaways))
"""
BEST_TAKEAWAYS = """
    SELECT takeaways.id, talk_id, line, text
    FROM json_each(:talks) AS wanted JOIN takeaways ON talk_id = wanted.value
    WHERE rank <= :shown
    ORDER BY talk_id, rank
"""

# What would look like noise in a snippet of notes: "## ", "* ", "**", "`", "](https://…)", "{:target=…}".
MARKUP = re.compile(r"\]\([^)\s]*\)?|\{:[^}]*\}?|[*_`#\[\]>|]+")
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class SearchQuery:
    """What to search. `chosen` holds the values chosen in each facet, by its name in `facets.FACETS`; `count` names the
    facets to count."""

    text: str = ""
    chosen: Chosen = field(default_factory=dict)
    sort: Literal["relevance", "date"] = "relevance"
    limit: int = 20
    offset: int = 0
    count: Collection[str] = tuple(FACETS)


@dataclass(frozen=True)
class Found:
    """The talks that have the words, with their scores; and the takeaways that have any of them, best first."""

    scores: Mapping[int, float]
    takeaways: Mapping[int, list[int]]
    any_word: str  # as an FTS5 expression, "" without words
    match: Literal["all", "any", "everything"]


def search(conn: sqlite3.Connection, query: SearchQuery) -> SearchResults:
    """Finds talks and gives those from `offset` on. Any text will do. Raises sqlite3.OperationalError when the
    connection's progress handler ends it."""
    started = time.perf_counter()
    found = _find(conn, parse_words(query.text))
    members = members_of(conn, query.chosen)
    with_words = BitMap(ids_of(conn, PLACES, {"talks": json.dumps(list(found.scores))}))
    talks = narrow(with_words, members)
    shown = _ordered(conn, set(talk_ids(conn, talks)), found, query.sort)[query.offset : query.offset + query.limit]
    return SearchResults(
        total=len(talks),
        match=found.match,
        hits=_hits(conn, shown, found),
        facets=count_facets(conn, with_words, query.chosen, members, query.count),
        total_unfiltered=len(with_words),
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
    )


def _find(conn: sqlite3.Connection, words: Words) -> Found:
    terms = [quoted(term) for term in words.wanted]
    if words.unfinished and len(ids_of(conn, A_FEW_TALKS_WITH, {"words": terms[-1], "few": FEW})) < FEW:
        terms[-1] = beginning(words.wanted[-1])
    if not terms:
        scores = dict.fromkeys(ids_of(conn, ALL_TALKS), 0.0)
        return Found(_without(conn, scores, words.unwanted), {}, "", "everything")

    any_word = " OR ".join(terms)
    takeaways, best_takeaway = _takeaways(conn, any_word)
    scores = best_takeaway | dict(map(tuple, conn.execute(TALK_SCORES, {"words": any_word})))
    having_all = set(ids_of(conn, TALKS_WITH, {"words": " AND ".join(terms)}))
    for talk in scores:
        bonus = ALL_WORDS_BONUS if talk in having_all else 1
        scores[talk] = scores[talk] * bonus + TAKEAWAY_WEIGHT * best_takeaway.get(talk, 0)

    enough = len(having_all) >= FEW or len(terms) == 1
    least = math.inf if enough else max(scores.values(), default=0) * WORTH_SHOWING
    scores = {talk: score for talk, score in scores.items() if talk in having_all or score >= least}
    match: Literal["all", "any"] = "all" if scores.keys() == having_all else "any"
    return Found(_without(conn, scores, words.unwanted), takeaways, any_word, match)


def _takeaways(conn: sqlite3.Connection, any_word: str) -> tuple[dict[int, list[int]], dict[int, float]]:
    """The takeaways of each talk that have any of the words, best first, and the score of the best."""
    takeaways: dict[int, list[int]] = defaultdict(list)
    best: dict[int, float] = {}
    for talk, takeaway, score in sorted(conn.execute(TAKEAWAY_SCORES, {"words": any_word}), key=lambda row: -row[2]):
        takeaways[talk].append(takeaway)
        best.setdefault(talk, score)
    return takeaways, best


def _without(conn: sqlite3.Connection, scores: dict[int, float], unwanted: Iterable[str]) -> dict[int, float]:
    """The talks in which none of the unwanted words stands anywhere."""
    expression = " OR ".join(quoted(term) for term in unwanted)
    having = set(ids_of(conn, TALKS_WITH, {"words": expression})) if expression else set()
    return {talk: score for talk, score in scores.items() if talk not in having}


def _ordered(conn: sqlite3.Connection, talks: set[int], found: Found, sort: str) -> list[int]:
    """Best first, or newest first; talks that are equally good are ordered by date."""
    newest_first = ids_of(conn, NEWEST_FIRST, {"talks": json.dumps(list(talks))})
    return newest_first if sort == "date" else sorted(newest_first, key=lambda talk: -found.scores[talk])


def _hits(conn: sqlite3.Connection, shown: list[int], found: Found) -> list[Hit]:
    talks = talks_by_id(conn, shown)
    marked = _marked_talks(conn, shown, found)
    takeaways = _marked_takeaways(conn, shown, found)
    # where neither takeaways nor notes have the words, but the title, a speaker or the event
    unmarked = [talk for talk in shown if not takeaways[talk] and "<mark>" not in marked.get(talk, ("", ""))[1]]
    takeaways |= _best_takeaways(conn, unmarked)
    hits = []
    for talk in shown:
        title, snippet = marked.get(talk, (escape(talks[talk].title), ""))
        matching = len(found.takeaways.get(talk, ())) or talks[talk].takeaway_count
        best = takeaways[talk]
        hits.append(
            Hit(
                talk=talks[talk],
                score=round(found.scores[talk], 4),
                html=title,
                snippet="" if best else snippet,
                takeaways=best,
                more_takeaways=matching - len(best),
            )
        )
    return hits


def _marked_talks(conn: sqlite3.Connection, shown: list[int], found: Found) -> dict[int, tuple[str, str]]:
    """Title and snippet of the notes as HTML, of the talks that have the words themselves."""
    if not found.any_word:
        return {}
    marked = rows(conn, MARKED_TALKS, {"words": found.any_word, "talks": json.dumps(shown)})
    return {row["id"]: (_html(row["title"]), _html(BLANKS.sub(" ", MARKUP.sub(" ", row["notes"])))) for row in marked}


def _marked_takeaways(conn: sqlite3.Connection, shown: list[int], found: Found) -> dict[int, list[FoundTakeaway]]:
    """The takeaways of these talks that have any of the words, best first; none without words."""
    best = {talk: found.takeaways.get(talk, [])[:TAKEAWAYS_SHOWN] for talk in shown}
    if not found.takeaways:
        return {talk: [] for talk in shown}
    wanted = json.dumps([takeaway for takeaways in best.values() for takeaway in takeaways])
    marked = {
        row["id"]: FoundTakeaway(id=row["id"], line=row["line"], text=row["text"], html=_html(row["marked"]))
        for row in rows(conn, MARKED_TAKEAWAYS, {"words": found.any_word, "takeaways": wanted})
    }
    return {talk: [marked[takeaway] for takeaway in takeaways] for talk, takeaways in best.items()}


def _best_takeaways(conn: sqlite3.Connection, talks: list[int]) -> dict[int, list[FoundTakeaway]]:
    """The best takeaways of these talks, whatever the words."""
    best: dict[int, list[FoundTakeaway]] = {talk: [] for talk in talks}
    for row in rows(conn, BEST_TAKEAWAYS, {"talks": json.dumps(talks), "shown": TAKEAWAYS_SHOWN}):
        takeaway = FoundTakeaway(id=row["id"], line=row["line"], text=row["text"], html=escape(row["text"]))
        best[row["talk_id"]].append(takeaway)
    return best


def _html(marked: str) -> str:
    return escape(marked).replace("\x02", "<mark>").replace("\x03", "</mark>")
