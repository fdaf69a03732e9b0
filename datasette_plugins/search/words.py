"""Terms of the index in, how much each talk is about them out: BM25 on the postings that the build has made."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talkdex.datasette_plugins.search.parse import Term
from talkdex.datasette_plugins.search.terms import Token, corrected, quoted, tokens_of
from talkdex.schema.search_index import IMPACT, MOST_IMPACT, OFFSET, SEGMENT_BITS

POSTINGS = "SELECT segment, places, impacts FROM _postings WHERE term = ?"
MOST_CORRECTIONS = 5  # tried in a query, as each takes some milliseconds

TALKS_WITH_PHRASE = """
    SELECT place FROM talks_fts JOIN _places ON talk_id = talks_fts.rowid WHERE talks_fts MATCH ?
"""

Scores = NDArray[np.float32]  # a number for each place
Mask = NDArray[np.bool_]  # likewise


@dataclass(frozen=True)
class FoundByWords:
    """`scores` say how much of what was asked a talk is about, from 0 to 1 for a talk about nothing else; a talk may
    have all of the words or any, and must have what is `required`, the phrases. `rarities` are the tokens' weights."""

    rarities: dict[Token, float]
    scores: Scores
    having_all: Mask
    having_any: Mask
    required: Mask


def find_by_words(conn: sqlite3.Connection, wanted: Sequence[Term], size: int, talks: int) -> FoundByWords:
    """What the talks at `size` places, of which `talks` are no holes, have of the words and phrases."""
    scores = np.zeros(size, np.float32)
    covered = np.zeros(size, np.float32)
    having = np.zeros(size, np.uint8)
    required = np.ones(size, bool)
    rarities: dict[Token, float] = {}
    corrections = 0
    for term in wanted:
        if term.is_phrase:
            required &= _having_phrase(conn, term.text, size)
        for token in tokens_of(conn, term):
            if token in rarities:
                continue
            if not token.terms and corrections < MOST_CORRECTIONS:
                token = corrected(conn, token)
                corrections += 1
            impacts = _impacts(conn, token.terms, size)
            has = impacts > 0
            rarities[token] = rarity = _rarity(int(np.count_nonzero(has)), talks)
            scores += np.float32(rarity / MOST_IMPACT) * impacts
            covered += np.float32(rarity) * has
            having += has
    whole = np.float32(sum(rarities.values()) or 1)
    scores *= covered / (whole * whole)
    having_any = having > 0  # none where the words have only letters that SQLite does not know
    return FoundByWords(rarities, scores, having_any & (having == len(rarities)), having_any, required)


def having_any_of(conn: sqlite3.Connection, unwanted: Iterable[Term], size: int) -> Mask:
    """The talks in which one of these words or phrases stands anywhere."""
    having = np.zeros(size, bool)
    for term in unwanted:
        if term.is_phrase:
            having |= _having_phrase(conn, term.text, size)
        else:
            tokens = [_impacts(conn, token.terms, size) > 0 for token in tokens_of(conn, term)]
            having |= np.logical_and.reduce(tokens) if tokens else False
    return having


def _impacts(conn: sqlite3.Connection, terms: Iterable[str], size: int) -> NDArray[np.uint8]:
    """How much each talk is about a word, of which the terms are spellings or endings: as about the one it has most."""
    impacts = np.zeros(size, IMPACT)
    for term in terms:
        for segment, offsets, segment_impacts in conn.execute(POSTINGS, [term]):
            part = impacts[segment << SEGMENT_BITS :]
            offsets = np.frombuffer(offsets, OFFSET)
            part[offsets] = np.maximum(part[offsets], np.frombuffer(segment_impacts, IMPACT))
    return impacts


def _having_phrase(conn: sqlite3.Connection, phrase: str, size: int) -> Mask:
    having = np.zeros(size, bool)
    having[[place for (place,) in conn.execute(TALKS_WITH_PHRASE, [quoted(phrase)])]] = True
    return having


def _rarity(having: int, talks: int) -> float:
    """The weight of a token that so many of the talks have: Robertson and Spärck Jones's, kept above 0."""
    return float(np.log1p((talks - having + 0.5) / (having + 0.5)))
