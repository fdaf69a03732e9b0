"""Words as typed in, the terms of the index that they stand for out: other spellings, beginnings, near misses."""

import json
import re
import sqlite3
import threading
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from talkdex.data import FOLDER
from talkdex.datasette_plugins.search.parse import Term
from talkdex.schema.search_index import TOKENIZER

FEW = 3  # talks; a last word that fewer have may be unfinished
MOST_ENDINGS = 50  # of an unfinished word
MOST_NEAR = 3
MOST_TOKENS = 8  # of a word with signs between, or a phrase
SHORTEST_TO_CORRECT = 4  # letters; too many words are near a shorter one

SPLITTER = f"""
    CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize="{TOKENIZER}");
    CREATE VIRTUAL TABLE occurrences USING fts5vocab(texts, instance);
"""
KNOWN = "SELECT term, talks FROM _terms WHERE term IN (SELECT value FROM json_each(?))"
ENDINGS = "SELECT term FROM _terms WHERE term >= ? AND term < ? ORDER BY talks DESC, term LIMIT ?"
ALIKE = """
    SELECT term, talks FROM _terms
    WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?
"""
# organise, organize; analyse, analyze
S_OR_Z = re.compile(r"(?<=[a-z]{3}[iy])[sz](?=(?:e[dsr]?|ing|ation|ations|ers|able)$)")


@dataclass(frozen=True)
class Token:
    """Part of what was typed, and its `stem`: `terms` of the index count for it, `used` if only near to it."""

    typed: str
    stem: str
    terms: tuple[str, ...]
    used: tuple[str, ...] = ()


def tokens_of(conn: sqlite3.Connection, term: Term) -> list[Token]:
    """The tokens of a word or phrase, each with the terms that talks have for it, which may be none."""
    split = stems(term.text)[:MOST_TOKENS]
    return [
        _token(conn, stem, term.text.lower(), term.unfinished and number == len(split) - 1, term.is_phrase)
        for number, stem in enumerate(split)
    ]


def stems(text: str) -> list[str]:
    """What the tokenizer of the full-text indexes makes of a text, in order."""
    splitter = _splitter()
    splitter.execute("INSERT INTO texts(rowid, text) VALUES (1, ?)", [text])
    found = [stem for (stem,) in splitter.execute("SELECT term FROM occurrences ORDER BY offset")]
    splitter.execute("INSERT INTO texts(texts) VALUES ('delete-all')")
    return found


def _token(conn: sqlite3.Connection, stem: str, typed: str, unfinished: bool, exactly: bool) -> Token:
    if exactly:
        return Token(typed, stem, (stem,))
    known = dict(conn.execute(KNOWN, [json.dumps([stem, *_other_spellings(stem, typed)])]).fetchall())
    if unfinished and sum(known.values()) < FEW:
        known |= dict.fromkeys(_endings(conn, stem, typed))
    if known:
        return Token(typed, stem, tuple(known))
    near = _nearest(conn, stem)
    return Token(typed, stem, near, near)


def _other_spellings(stem: str, typed: str) -> set[str]:
    """British for American spelling and the reverse, as stems."""
    swapped = S_OR_Z.sub(lambda letter: "z" if letter[0] == "s" else "s", typed)
    return _pairs().get(stem, set()) | (set(stems(swapped)) if swapped != typed else set())


def _endings(conn: sqlite3.Connection, stem: str, typed: str) -> list[str]:
    """Terms that an unfinished word may become, the most frequent first. A stem may be shorter than what is typed of
    its word already: "orchestra…" becomes "orchestr"."""
    beginning = typed if typed.startswith(stem) or stem.startswith(typed) else stem
    shorter = [beginning[:length] for length in range(max(len(beginning) - 3, 4), len(beginning))]
    found = [term for (term,) in conn.execute(ENDINGS, [beginning, _after(beginning), MOST_ENDINGS])]
    return found or [term for term, _ in conn.execute(KNOWN, [json.dumps(shorter)])]


def _nearest(conn: sqlite3.Connection, stem: str) -> tuple[str, ...]:
    """The terms that differ least from one that no talk has; of equally near ones, those that most talks have. The
    first letter is taken as right, or as swapped with the second."""
    if len(stem) < SHORTEST_TO_CORRECT or not stem.isalpha():
        return ()
    most = 1 if len(stem) < 6 else 2
    near: list[tuple[int, int, str]] = []
    for beginning in {stem[0], stem[1] + stem[0]}:
        for term, talks in conn.execute(ALIKE, [beginning, _after(beginning), len(stem) - most, len(stem) + most]):
            distance = OSA.distance(stem, term, score_cutoff=most)
            if distance <= most:
                near.append((distance, -talks, term))
    near.sort()
    return tuple(term for distance, _, term in near[:MOST_NEAR] if distance == near[0][0])


def _after(beginning: str) -> str:
    """A text after all that begin so."""
    return beginning + "\U0010ffff"


@cache
def _pairs() -> dict[str, set[str]]:
    """For each stem in data/spellings.tsv, how the other side of the ocean spells it."""
    pairs: dict[str, set[str]] = {}
    for line in (FOLDER / "spellings.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        british, american = (stems(word)[0] for word in line.split("\t"))
        if british != american:
            pairs.setdefault(british, set()).add(american)
            pairs.setdefault(american, set()).add(british)
    return pairs


_local = threading.local()


def _splitter() -> sqlite3.Connection:
    """An empty full-text index in memory, one for each thread: SQLite's tokenizer cannot be called otherwise."""
    if not hasattr(_local, "splitter"):
        _local.splitter = sqlite3.connect(":memory:")
        _local.splitter.executescript(SPLITTER)
    splitter: sqlite3.Connection = _local.splitter
    return splitter
