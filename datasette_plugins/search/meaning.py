"""A question or a talk in, how near each talk is to it in meaning out, by the sentence vectors that the build has made.

A first look compares the signs of all vectors, which are few bytes and in memory; an exact one the vectors of some."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talkdex.datasette_plugins.search.words import Scores
from talkdex.ingest.vectors.sentence_model import DIMENSIONS, Vectors, model_for_questions
from talkdex.schema.search_index import COMPONENT, NO_PLACE, PLACE

CHUNKS = "SELECT chunk, stamp FROM _passage_chunks"
READ_CHUNK = "SELECT places, signs FROM _passage_chunks WHERE chunk = ?"
PASSAGES_OF = """
    SELECT talk_id, first_line, last_line, vector
    FROM json_each(?) AS wanted JOIN _passages ON talk_id = wanted.value
"""
Vector = NDArray[np.float32]

SIGNS = "<u8"  # read 64 at a time
# The cosine of two vectors of which so many signs differ, were these random.
COSINES = np.cos(np.pi * np.arange(DIMENSIONS + 1) / DIMENSIONS).astype(np.float32)


class Chunk(NamedTuple):
    places: NDArray[np.uint32]
    signs: NDArray[np.uint64]  # of shape (DIMENSIONS / 64, passages): five times as fast to add up as the other way


class Nearest(NamedTuple):
    """The passage of a talk that is nearest: the cosine, and its lines from 0 in the notes."""

    nearness: float
    first_line: int
    last_line: int


# By stamp, which tells the contents: chunks that a build did not change stay.
_chunks: dict[int, Chunk] = {}


@lru_cache(maxsize=1000)
def vector_of(question: str) -> Vector:
    vector: Vector = model_for_questions().encode([question])[0]
    return vector


def vector_of_talk(conn: sqlite3.Connection, talk: int) -> Vector | None:
    """The middle of a talk's passages; None where it has no vectors."""
    _, vectors = _passages_of(conn, [talk])
    middle: Vector | None = vectors.mean(axis=0) if len(vectors) else None
    return middle


def is_known(conn: sqlite3.Connection) -> bool:
    """Whether the build has made vectors."""
    return conn.execute("SELECT 1 FROM _passage_chunks LIMIT 1").fetchone() is not None


def first_look(conn: sqlite3.Connection, vector: Vector, size: int) -> Scores:
    """About how near each of the talks at `size` places is, 0 where it has no vectors."""
    signs = np.packbits(vector > 0).view(SIGNS)[:, np.newaxis]
    nearness = np.zeros(size, np.float32)
    for chunk in _read_chunks(conn):
        differing = np.bitwise_count(chunk.signs ^ signs).sum(axis=0, dtype=np.uint16)
        np.maximum.at(nearness, chunk.places, COSINES.take(differing))
    return nearness


def exact_look(conn: sqlite3.Connection, vector: Vector, talks: Iterable[int]) -> Mapping[int, Nearest]:
    """How near these talks are, by id; those without vectors are left out."""
    passages, vectors = _passages_of(conn, talks)
    cosines = vectors @ (vector / np.linalg.norm(vector))
    nearest: dict[int, Nearest] = {}
    for row in np.argsort(cosines).tolist():
        talk, first_line, last_line = passages[row]
        nearest[talk] = Nearest(float(cosines[row]), first_line, last_line)
    return nearest


def _passages_of(conn: sqlite3.Connection, talks: Iterable[int]) -> tuple[list[tuple[int, int, int]], Vectors]:
    """Talk, first and last line of each passage of these talks, and their vectors, of length 1."""
    rows = conn.execute(PASSAGES_OF, [json.dumps(list(talks))]).fetchall()
    vectors = np.frombuffer(b"".join(row[3] for row in rows), COMPONENT).reshape(len(rows), DIMENSIONS)
    vectors = vectors.astype(np.float32)
    return [row[:3] for row in rows], vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _read_chunks(conn: sqlite3.Connection) -> list[Chunk]:
    global _chunks
    chunks = {}
    for chunk, stamp in conn.execute(CHUNKS).fetchall():
        chunks[stamp] = _chunks.get(stamp) or _read_chunk(conn, chunk)
    _chunks = chunks
    return list(chunks.values())


def _read_chunk(conn: sqlite3.Connection, chunk: int) -> Chunk:
    places, signs = conn.execute(READ_CHUNK, [chunk]).fetchone()
    kept = np.frombuffer(places, PLACE) != NO_PLACE
    signs = np.frombuffer(signs, SIGNS).reshape(len(kept), -1)[kept]
    return Chunk(np.frombuffer(places, PLACE)[kept], np.ascontiguousarray(signs.T))
