"""What the indexes have of the talks and takeaways that a load changes in, all indexes in step with the tables out."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby, islice

from talkdex.ingest.index import facets, full_text, names, places, postings
from talkdex.ingest.index.full_text import TAKEAWAYS, TALKS, Text, Texts
from talkdex.ingest.index.names import Ids, Name
from talkdex.ingest.index.places import Time
from talkdex.ingest.vectors import store as vectors
from talkdex.schema.search_index import SEGMENT_BITS

TEXTS_AT_ONCE = 1_000  # of talks
OnIndexed = Callable[[int, int], None]  # talks of which the words are indexed so far, and in all

KIND = {"projects": "project", "speakers": "speaker", "events": "event", "tags": "tag"}  # of name, by table


@dataclass(slots=True)
class Touched:
    """The ids of talks, takeaways and other records, by table, that are new, gone, or may be other than they were."""

    talks: set[int] = field(default_factory=set)
    takeaways: set[int] = field(default_factory=set)
    records: dict[str, set[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indexed:
    """Some talks and takeaways as the tables have them, and so the indexes, if these are in step."""

    talks: Texts
    places: dict[int, int]
    times: dict[int, Time]
    values: facets.Values
    takeaways: Texts
    named: Ids
    names: list[Name]

    def texts_by_place(self) -> dict[int, Text]:
        return {place: self.talks[talk] for talk, place in self.places.items()}


def indexed(conn: sqlite3.Connection, touched: Touched, before: "Indexed | None" = None) -> Indexed:
    """What was touched, as far as it is there; and of names also those `before`."""
    named = names.records_of(conn, touched.talks)
    for table, kind in KIND.items():
        named[kind] |= touched.records.get(table, set()) | (before.named[kind] if before else set())
    return Indexed(
        full_text.texts(conn, TALKS, touched.talks),
        places.places_of(conn, touched.talks),
        places.times_of(conn, touched.talks),
        facets.values_of(conn, touched.talks),
        full_text.texts(conn, TAKEAWAYS, touched.takeaways),
        named,
        names.names_of(conn, named),
    )


def update(conn: sqlite3.Connection, before: Indexed, touched: Touched) -> None:
    """Bring the indexes in step with the tables, in which what was touched may be other than `before`."""
    places.update(conn, touched.talks, before.times)
    after = indexed(conn, touched, before)
    vectors.forget(conn, [talk for talk, text in before.talks.items() if _said(after.talks.get(talk)) != _said(text)])
    full_text.update(conn, TALKS, before.talks, after.talks)
    full_text.update(conn, TAKEAWAYS, before.takeaways, after.takeaways)
    postings.update(conn, before.texts_by_place(), after.texts_by_place())
    facets.update(conn, before.values, after.values)
    names.update(conn, before.names, after.names)


def said(conn: sqlite3.Connection) -> dict[int, bytes]:
    """A hash of what is said in each talk that there is."""
    columns = ", ".join(("id", *TALKS.columns))
    return {id: _hash(_said(tuple(text))) for id, *text in conn.execute(f"SELECT {columns} FROM {TALKS.content}")}


def _said(text: Text | None) -> tuple[str | None, str | None] | None:
    """What the vectors of a talk are made of: title and notes."""
    return (text[0], text[-1]) if text else None


def _hash(said: tuple[str | None, str | None] | None) -> bytes:
    return blake2b(repr(said).encode(errors="surrogatepass"), digest_size=8).digest()


def fill(
    conn: sqlite3.Connection,
    before: Mapping[int, bytes] | None = None,
    on_indexed: OnIndexed = lambda done, total: None,
) -> None:
    """Fill all indexes anew from the tables. Some texts of a segment are in memory at a time.

    Vectors stay where they are known to be of what is said still: `before` has hashes of what was said in each talk.
    """
    if before is None:
        vectors.forget_all(conn)
        conn.execute("DELETE FROM _places")
        conn.execute("DELETE FROM _columns")
    else:
        now = said(conn)
        vectors.forget(conn, [talk for talk, text in before.items() if now.get(talk) != text])
    for table in ("_postings", "_terms", "_facets", "_talk_values"):
        conn.execute(f"DELETE FROM {table}")
    places.fill(conn)
    by_place = conn.execute("SELECT place, talk_id FROM _places ORDER BY place").fetchall()
    done = 0
    on_indexed(done, len(by_place))
    for _, segment in groupby(by_place, lambda row: row[0] >> SEGMENT_BITS):
        talks = {talk: place for place, talk in segment}
        postings.add(conn, _texts_by_place(conn, talks))
        facets.update(conn, {}, facets.values_of(conn, talks))
        done += len(talks)
        on_indexed(done, len(by_place))
    full_text.rebuild(conn)
    names.fill(conn)


def _texts_by_place(conn: sqlite3.Connection, talks: Mapping[int, int]) -> Iterator[dict[int, Text]]:
    """The texts of these talks, whose places are given in order; those of some talks at a time."""
    left = iter(talks.items())
    while some := dict(islice(left, TEXTS_AT_ONCE)):
        yield {some[talk]: text for talk, text in full_text.texts(conn, TALKS, some).items()}
