"""The texts of talks by place in, for each of their terms the places and how much each talk is about it out."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from talkdex.ingest.index.full_text import Text
from talkdex.schema.search_index import (
    COLUMN_WEIGHTS,
    IMPACT,
    IMPACT_SCALE,
    K1,
    OFFSET,
    SEGMENT_SIZE,
    TOKENIZER,
    TYPICAL_LENGTH,
    B,
)

# Terms are what the full-text index makes of a text. Columns are named by their numbers, to be counted with.
SPLITTER = f"""
    CREATE VIRTUAL TABLE texts USING fts5("0", "1", "2", "3", "4", content='', tokenize="{TOKENIZER}");
    CREATE VIRTUAL TABLE occurrences USING fts5vocab(texts, instance);
"""
ADD_TEXT = 'INSERT INTO texts(rowid, "0", "1", "2", "3", "4") VALUES (?, ?, ?, ?, ?, ?)'
OCCURRENCES = "SELECT term, count(*), group_concat(doc * 5 + col) FROM occurrences GROUP BY term"
WEIGHTS = np.array(list(COLUMN_WEIGHTS.values()))

POSTING = "SELECT places, impacts FROM _postings WHERE term = ? AND segment = ?"
WRITE_POSTING = "INSERT OR REPLACE INTO _postings(term, segment, places, impacts) VALUES (?, ?, ?, ?)"
DELETE_POSTING = "DELETE FROM _postings WHERE term = ? AND segment = ?"
COUNT_TALKS = "INSERT INTO _terms(term, talks) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET talks = talks + ?2"
DELETE_TERM = "DELETE FROM _terms WHERE term = ? AND talks = 0"


class Posting(NamedTuple):
    """The talks of a segment that have a term: their places in the segment, and how much each is about the term."""

    offsets: NDArray[np.uint16]
    impacts: NDArray[np.uint8]


Postings = dict[tuple[str, int], Posting]  # by term and segment
NONE = Posting(np.empty(0, OFFSET), np.empty(0, IMPACT))


def update(conn: sqlite3.Connection, before: Mapping[int, Text], after: Mapping[int, Text]) -> None:
    """Take the texts `before` out of the postings and put those `after` in, by place. Equal ones are left alone."""
    gone = read_postings({place: text for place, text in before.items() if after.get(place) != text})
    new = read_postings({place: text for place, text in after.items() if before.get(place) != text})
    for key in sorted(gone.keys() | new.keys()):
        _replace(conn, key, gone.get(key, NONE), new.get(key, NONE))


def add(conn: sqlite3.Connection, parts: Iterable[Mapping[int, Text]]) -> None:
    """Put in all texts of segments of which the postings have nothing yet; a part at a time, in order of places, as to
    count them takes ten times the room that they have.
    """
    found: defaultdict[tuple[str, int], tuple[bytearray, bytearray]] = defaultdict(lambda: (bytearray(), bytearray()))
    for texts in parts:
        for key, posting in read_postings(texts).items():
            offsets, impacts = found[key]
            offsets += posting.offsets.tobytes()
            impacts += posting.impacts.tobytes()
    new = sorted(found.items())
    conn.executemany(WRITE_POSTING, ((*key, *blobs) for key, blobs in new))
    conn.executemany(COUNT_TALKS, ((term, len(impacts)) for (term, _), (_, impacts) in new))  # which have a byte each


def read_postings(texts: Mapping[int, Text]) -> Postings:
    """The postings of these texts alone."""
    places = np.array(sorted(texts), np.int64)
    terms, counts, occurrences = _occurrences([texts[place] for place in places.tolist()])
    text_numbers, columns = np.divmod(occurrences, len(WEIGHTS))
    lengths = np.bincount(text_numbers, minlength=len(places))

    # a number for each term in each text, ascending by term and then by place
    pairs = np.repeat(np.arange(len(terms)), counts) * len(places) + text_numbers
    pairs, occurs_in = np.unique(pairs, return_inverse=True)
    term_numbers, text_numbers = np.divmod(pairs, len(places))
    impacts = _impacts(np.bincount(occurs_in, WEIGHTS[columns]), lengths[text_numbers])

    segments, offsets = np.divmod(places[text_numbers], SEGMENT_SIZE)
    keys = term_numbers << 32 | segments
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    ends = np.append(starts, len(keys))[1:]
    offsets = offsets.astype(OFFSET)
    return {
        (terms[term], segment): Posting(offsets[start:end], impacts[start:end])
        for term, segment, start, end in zip(
            term_numbers[starts].tolist(), segments[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
        )
    }


def _occurrences(texts: list[Text]) -> tuple[list[str], list[int], NDArray[np.int64]]:
    """The terms, how often each occurs, and where: five times the number of the text, plus that of the column."""
    with closing(sqlite3.connect(":memory:")) as splitter:
        splitter.executescript(SPLITTER)
        splitter.executemany(ADD_TEXT, ((number, *text) for number, text in enumerate(texts)))
        rows = splitter.execute(OCCURRENCES).fetchall()
    occurrences = np.fromstring(",".join(row[2] for row in rows), np.int64, sep=",")
    return [row[0] for row in rows], [row[1] for row in rows], occurrences


def _impacts(frequencies: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.uint8]:
    """How much a talk of so many tokens is about a term that it has so often, with the weights of the columns."""
    saturated = frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * lengths / TYPICAL_LENGTH))
    return np.maximum(np.rint(saturated * IMPACT_SCALE), 1).astype(IMPACT)


def _replace(conn: sqlite3.Connection, key: tuple[str, int], gone: Posting, new: Posting) -> None:
    """Write what is left of a posting without the talks `gone`, and with the `new` ones."""
    if np.array_equal(gone.offsets, new.offsets) and np.array_equal(gone.impacts, new.impacts):
        return
    left = _replaced(_read(conn, key), gone, new)
    if len(left.offsets):
        conn.execute(WRITE_POSTING, [*key, left.offsets.tobytes(), left.impacts.tobytes()])
    else:
        conn.execute(DELETE_POSTING, key)
    if more := len(new.offsets) - len(gone.offsets):
        conn.execute(COUNT_TALKS, [key[0], more])
        conn.execute(DELETE_TERM, [key[0]])


def _replaced(there: Posting, gone: Posting, new: Posting) -> Posting:
    if not len(there.offsets):
        return new
    stays = ~np.isin(there.offsets, gone.offsets, assume_unique=True)
    offsets = np.append(there.offsets[stays], new.offsets)
    order = np.argsort(offsets)
    return Posting(offsets[order], np.append(there.impacts[stays], new.impacts)[order])


def _read(conn: sqlite3.Connection, key: tuple[str, int]) -> Posting:
    row = conn.execute(POSTING, key).fetchone()
    return Posting(np.frombuffer(row[0], OFFSET), np.frombuffer(row[1], IMPACT)) if row else NONE
