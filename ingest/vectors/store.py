"""Talks in the database in, the vectors of their passages in the database out; those of talks that changed are removed.

A vector is kept as 8-bit numbers, for an exact look at a few, and as the signs of its numbers, of thousands of passages
in one row, for a quick look at all: see schema/search_index.py.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talkdex.ingest.index.places import places_of
from talkdex.ingest.index.stamp import stamp
from talkdex.ingest.vectors.passages import Passage
from talkdex.ingest.vectors.sentence_model import Vectors
from talkdex.schema.search_index import CHUNK_BITS, CHUNK_SIZE, COMPONENT, MOST_COMPONENT, NO_PLACE, PLACE, SIGN_BYTES

WITHOUT_VECTORS = "SELECT id, title, notes FROM talk_texts WHERE id NOT IN (SELECT talk_id FROM _passages)"
IDS_WITHOUT = "SELECT id FROM talks WHERE id NOT IN (SELECT talk_id FROM _passages)"
IDS_WITH = "SELECT DISTINCT talk_id FROM _passages"
HOW_MANY_WITHOUT = f"SELECT count(*) FROM ({IDS_WITHOUT})"
THESE = "(SELECT value FROM json_each(?))"
TEXTS = f"SELECT id, title, notes FROM talk_texts WHERE id IN {THESE}"
PASSAGES = f"""
    SELECT id, talk_id, first_line, last_line, vector FROM _passages WHERE talk_id IN {THESE} ORDER BY id
"""
NEXT_ID = "SELECT coalesce(max(id) + 1, 0) FROM _passages"
ADD = "INSERT INTO _passages(id, talk_id, first_line, last_line, vector) VALUES (?, ?, ?, ?, ?)"
READ_CHUNK = "SELECT places, signs FROM _passage_chunks WHERE chunk = ?"
WRITE_CHUNK = "INSERT OR REPLACE INTO _passage_chunks(chunk, stamp, places, signs) VALUES (?, ?, ?, ?)"


class TalkText(NamedTuple):
    """What is read of a talk for its vectors."""

    id: int
    title: str
    notes: str


def talks_without_vectors(conn: sqlite3.Connection, most: int) -> list[TalkText]:
    """Talks that are new or whose text has changed, at most so many."""
    return [TalkText(*row) for row in conn.execute(f"{WITHOUT_VECTORS} ORDER BY id LIMIT ?", [most])]


def missing(conn: sqlite3.Connection, source: sqlite3.Connection) -> list[int]:
    """The ids of talks that have no vectors here, but some in another database."""
    without = {id for (id,) in conn.execute(IDS_WITHOUT)}
    return sorted(without.intersection(id for (id,) in source.execute(IDS_WITH))) if without else []


def _without_vectors(conn: sqlite3.Connection, talks: Iterable[int]) -> set[TalkText]:
    """Those of the talks that have none."""
    return {TalkText(*row) for row in conn.execute(f"{WITHOUT_VECTORS} AND id IN {THESE}", [json.dumps(list(talks))])}


def are_there(conn: sqlite3.Connection) -> bool:
    return conn.execute("SELECT 1 FROM _passages LIMIT 1").fetchone() is not None


def count_without_vectors(conn: sqlite3.Connection) -> int:
    return int(conn.execute(HOW_MANY_WITHOUT).fetchone()[0])


def add(conn: sqlite3.Connection, passages: Sequence[tuple[TalkText, Passage]], vectors: Vectors) -> None:
    """Write the vectors, a row for each of the passages, but none of talks that changed while they were computed."""
    talks = {talk.id for talk, _ in passages}
    still_wanted = _without_vectors(conn, talks)
    places = places_of(conn, talks)
    kept = [row for row, (talk, _) in enumerate(passages) if talk in still_wanted]
    rows = [(talk.id, passage.first_line, passage.last_line) for talk, passage in (passages[row] for row in kept)]
    _write(conn, rows, places, _components(vectors[kept]), np.packbits(vectors[kept] > 0, axis=1))


def copy(conn: sqlite3.Connection, source: sqlite3.Connection, talks: Sequence[int]) -> None:
    """Write the vectors that another database has of these talks, where here are none and the text is the same."""
    texts = source.execute(TEXTS, [json.dumps(talks)])
    same = _without_vectors(conn, talks).intersection(TalkText(*row) for row in texts)
    passages = source.execute(PASSAGES, [json.dumps([talk.id for talk in same])]).fetchall()
    signs: list[NDArray[np.uint8]] = []
    for chunk, group in groupby(passages, lambda passage: passage[0] >> CHUNK_BITS):
        _, of_chunk = source.execute(READ_CHUNK, [chunk]).fetchone()
        offsets = [passage[0] % CHUNK_SIZE for passage in group]
        signs.append(np.frombuffer(of_chunk, np.uint8).reshape(-1, SIGN_BYTES)[offsets])
    if passages:
        components = np.array([np.frombuffer(vector, COMPONENT) for *_, vector in passages])
        rows = [(talk, first_line, last_line) for _, talk, first_line, last_line, _ in passages]
        _write(conn, rows, places_of(conn, {talk.id for talk in same}), components, np.concatenate(signs))


def forget(conn: sqlite3.Connection, talks: Iterable[int]) -> None:
    """Remove the vectors of these talks."""
    wanted = [json.dumps(list(talks))]
    ids = [row[0] for row in conn.execute(f"SELECT id FROM _passages WHERE talk_id IN {THESE} ORDER BY id", wanted)]
    conn.execute(f"DELETE FROM _passages WHERE talk_id IN {THESE}", wanted)
    _write_chunks(conn, ids, np.full(len(ids), NO_PLACE, PLACE), np.zeros((len(ids), SIGN_BYTES), np.uint8))


def forget_all(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM _passages")
    conn.execute("DELETE FROM _passage_chunks")


def _components(vectors: Vectors) -> NDArray[np.int8]:
    """The vectors in 8 bits, each as long as these allow; only their directions count."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    components: NDArray[np.int8] = np.rint(vectors / largest * MOST_COMPONENT).astype(COMPONENT)
    return components


def _write(
    conn: sqlite3.Connection,
    passages: Sequence[tuple[int, int, int]],
    places: Mapping[int, int],
    components: NDArray[np.int8],
    signs: NDArray[np.uint8],
) -> None:
    """Add a row for each passage, which is the id of its talk with its first and last line."""
    first_id = int(conn.execute(NEXT_ID).fetchone()[0])
    ids = range(first_id, first_id + len(passages))
    conn.executemany(ADD, ((id, *row, of.tobytes()) for id, row, of in zip(ids, passages, components, strict=True)))
    _write_chunks(conn, ids, np.array([places[talk] for talk, _, _ in passages], PLACE), signs)


def _write_chunks(
    conn: sqlite3.Connection, ids: Sequence[int], places: NDArray[np.uint32], signs: NDArray[np.uint8]
) -> None:
    """Set places and signs of these passages, whose ids ascend."""
    for chunk, group in groupby(range(len(ids)), lambda row: ids[row] >> CHUNK_BITS):
        rows = list(group)
        offsets = [ids[row] % CHUNK_SIZE for row in rows]
        found = conn.execute(READ_CHUNK, [chunk]).fetchone() or (b"", b"")
        missing = max(offsets[-1] + 1 - len(found[0]) // np.dtype(PLACE).itemsize, 0)
        all_places = np.append(np.frombuffer(found[0], PLACE), np.full(missing, NO_PLACE, PLACE))
        all_signs = np.append(np.frombuffer(found[1], np.uint8), np.zeros(missing * SIGN_BYTES, np.uint8))
        all_places[offsets] = places[rows]
        all_signs.reshape(-1, SIGN_BYTES)[offsets] = signs[rows]
        blobs = all_places.tobytes(), all_signs.tobytes()
        conn.execute(WRITE_CHUNK, [chunk, stamp(*blobs), *blobs])
