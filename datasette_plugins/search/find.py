"""A parsed query in, the talks that answer it and how well out: found by their words and by what they mean."""

import sqlite3
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from talkdex.datasette_plugins.kept_arrays import ids_by_place, ranks_by_date
from talkdex.datasette_plugins.search import meaning
from talkdex.datasette_plugins.search.meaning import Nearest
from talkdex.datasette_plugins.search.parse import ParsedQuery
from talkdex.datasette_plugins.search.terms import Token
from talkdex.datasette_plugins.search.words import FoundByWords, Mask, Scores, find_by_words, having_any_of
from talkdex.schema.search_index import HOLE

# Where fewer talks have all the words, those with any of them are found too, and where few do, those near in meaning.
TOO_FEW = 3
FEW = 10
# Of talks with any of the words, those far behind the best are left out: they have only the most common word.
WORTH_SHOWING = 0.3
# Measured on 150 labelled questions, where figures near to these do as well: what words weigh beside nearness in
# meaning; how near a talk must be, and how little behind the nearest; and how many are found so at most.
WORDS_WEIGHT = 0.65
NEAR = 0.22
BEHIND_NEAREST = 0.25
MOST_BY_MEANING = 30
COMPARED_EXACTLY = 100  # the best talks by the first look; with 50, the answers are the same


class Places:
    """The talks by place: `talk_ids`, HOLE where there is none, and `newest`, their rank by date."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.talk_ids = ids_by_place(conn)
        self.newest = ranks_by_date(conn)


@dataclass(frozen=True)
class Found:
    """The talks that answer the question, and how well. `by_words` is None where nothing was asked, and `nearest` has
    the passages nearest in meaning of the best talks, by place."""

    places: Mask
    scores: Scores
    match: Literal["all", "any", "everything"]
    by_words: FoundByWords | None = None
    nearest: dict[int, Nearest] = field(default_factory=dict)

    @property
    def rarities(self) -> dict[Token, float]:
        """What was asked for, each part with its weight."""
        return self.by_words.rarities if self.by_words else {}


def find(conn: sqlite3.Connection, query: ParsedQuery, talks: Places, among: Mask) -> Found:
    """Finds among these talks, or where nothing is asked, gives them all."""
    size = len(talks.talk_ids)
    count = int(np.count_nonzero(talks.talk_ids != HOLE))
    there = among & (talks.talk_ids != HOLE) & ~having_any_of(conn, query.unwanted, size)
    if not query.wanted:
        return Found(there, np.zeros(size, np.float32), "everything")

    words = find_by_words(conn, query.wanted, size, count)
    there &= words.required
    scores, nearest = _with_meaning(conn, query.question, talks, there, WORDS_WEIGHT * words.scores)
    all_words = words.having_all & there
    places = all_words.copy()
    having_all = np.count_nonzero(all_words)
    if having_all < TOO_FEW and len(words.rarities) > 1:
        places |= words.having_any & (words.scores >= WORTH_SHOWING * words.scores.max(initial=0, where=there))
    if having_all < FEW:
        places[_near(nearest)] = True
    places &= there
    match: Literal["all", "any"] = "all" if np.count_nonzero(places) == having_all else "any"
    return Found(places, scores, match, words, nearest)


def _with_meaning(
    conn: sqlite3.Connection, question: str, talks: Places, there: Mask, scores: Scores
) -> tuple[Scores, dict[int, Nearest]]:
    """The scores with the nearness in meaning added, exact for those talks that are there which are best then."""
    if not meaning.is_known(conn):
        return scores, {}
    vector = meaning.vector_of(question)
    both = scores + meaning.first_look(conn, vector, len(scores))
    best = np.flatnonzero(there)
    if len(best) > COMPARED_EXACTLY:
        best = best[np.argpartition(both[best], -COMPARED_EXACTLY)[-COMPARED_EXACTLY:]]
    place_of = dict(zip(talks.talk_ids[best].tolist(), best.tolist(), strict=True))
    exact = meaning.exact_look(conn, vector, place_of)
    nearest = {place_of[talk]: passage for talk, passage in exact.items()}
    for place, passage in nearest.items():
        both[place] = scores[place] + passage.nearness
    return both, nearest


def _near(nearest: dict[int, Nearest]) -> list[int]:
    """The places of talks that are near enough to be found by their meaning alone."""
    best = sorted(nearest, key=lambda place: -nearest[place].nearness)[:MOST_BY_MEANING]
    least = max(NEAR, nearest[best[0]].nearness - BEHIND_NEAREST) if best else NEAR
    return [place for place in best if nearest[place].nearness >= least]
