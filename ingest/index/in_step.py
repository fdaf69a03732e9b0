"""What the indexes have of the talks and takeaways that a load changes in, all indexes in step with the tables out."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from talkdex.ingest.index import facets, full_text, names, places, postings
from talkdex.ingest.index.full_text import TAKEAWAYS, TALKS, Text, Texts
from talkdex.ingest.vectors import store as vectors
from talkdex.schema.search_index import SEGMENT_BITS


@dataclass(frozen=True, slots=True)
class Indexed:
    """Some talks and takeaways as the tables have them, and so the indexes, if these are in step."""

    talks: Texts
    places: dict[int, int]
    values: facets.Values
    takeaways: Texts

    def texts_by_place(self) -> dict[int, Text]:
        return {place: self.talks[talk] for talk, place in self.places.items()}


def indexed(conn: sqlite3.Connection, talks: Iterable[int], takeaways: Iterable[int]) -> Indexed:
    """Those of the talks and takeaways with these ids that are there."""
    talks = list(talks)
    return Indexed(
        full_text.texts(conn, TALKS, talks),
        places.places_of(conn, talks),
        facets.values_of(conn, talks),
        full_text.texts(conn, TAKEAWAYS, takeaways),
    )


def update(conn: sqlite3.Connection, before: Indexed, talks: Iterable[int], takeaways: Iterable[int]) -> None:
    """Bring the indexes in step with the tables, in which these talks and takeaways may be other than `before`."""
    places.update(conn)
    after = indexed(conn, talks, takeaways)
    vectors.forget(conn, [talk for talk, text in before.talks.items() if _said(after.talks.get(talk)) != _said(text)])
    full_text.update(conn, TALKS, before.talks, after.talks)
    full_text.update(conn, TAKEAWAYS, before.takeaways, after.takeaways)
    postings.update(conn, before.texts_by_place(), after.texts_by_place())
    facets.update(conn, before.values, after.values)
    names.update(conn)


def _said(text: Text | None) -> tuple[str | None, str | None] | None:
    """What the vectors of a talk are made of: title and notes."""
    return (text[0], text[-1]) if text else None


def fill(conn: sqlite3.Connection) -> None:
    """Fill all indexes anew from the tables. A segment's texts are in memory at a time."""
    full_text.rebuild(conn)
    vectors.forget_all(conn)
    for table in ("_places", "_columns", "_postings", "_terms", "_facets", "_talk_values"):
        conn.execute(f"DELETE FROM {table}")
    places.update(conn)
    by_place = conn.execute("SELECT place, talk_id FROM _places ORDER BY place").fetchall()
    for _, segment in groupby(by_place, lambda row: row[0] >> SEGMENT_BITS):
        talks = {talk: place for place, talk in segment}
        texts = full_text.texts(conn, TALKS, talks)
        postings.update(conn, {}, {place: texts[talk] for talk, place in talks.items()})
    facets.update(conn, {}, facets.values_of(conn, (talk for _, talk in by_place)))
    names.update(conn)
