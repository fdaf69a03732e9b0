"""Words as typed in, the terms of the index that they stand for out: other spellings, beginnings, near misses."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from string import ascii_lowercase

from rapidfuzz.distance import OSA

from talkdex.data import FOLDER
from talkdex.datasette_plugins.search.parse import STOP_WORDS, Term
from talkdex.ingest.vectors.sentence_model import is_known_word
from talkdex.schema.search_index import TOKENIZER

FEW = 3  # talks; a last word that fewer have may be unfinished
MOST_ENDINGS = 50  # of an unfinished word
MOST_NEAR = 3
MOST_TOKENS = 8  # of a word with signs between, or a phrase
SHORTEST_TO_CORRECT = 4  # letters; too many words are near a shorter one
LONGEST_TO_CORRECT = 20  # each letter more has 54 near misses more
SHORTEST_WITH_TWO_SLIPS = 6

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
WITH_STEM = """
    SELECT snippet(talks_fts, -1, char(2), char(3), '', 1) FROM talks_fts WHERE talks_fts MATCH ? LIMIT 1
"""
WORD_SIGNS = re.compile(r"^\W+|\W+$")
# organise, organize; analyse, analyze
S_OR_Z = re.compile(r"(?<=[a-z]{3}[iy])[sz](?=(?:e[dsr]?|ing|ation|ations|ers|able)$)")


@dataclass(frozen=True)
class Token:
    """Part of what was typed, and its `stem`: `terms` of the index count for it, as the words `used` if only near."""

    typed: str
    stem: str
    terms: tuple[str, ...]
    used: tuple[str, ...] = ()


def tokens_of(conn: sqlite3.Connection, term: Term) -> list[Token]:
    """The tokens of a word or phrase, each with the terms that talks have for it, which may be none."""
    split = stems(term.text)[:MOST_TOKENS]
    # of a word with signs between, as "ci/cd", only the stems are known
    typed = split if len(split) > 1 else [WORD_SIGNS.sub("", term.text.lower())]
    return [
        _token(conn, stem, word, term.unfinished and number == len(split) - 1, term.is_phrase)
        for number, (stem, word) in enumerate(zip(split, typed, strict=False))
    ]


def stems(text: str) -> list[str]:
    """What the tokenizer of the full-text indexes makes of a text, in order."""
    splitter = _splitter()
    splitter.execute("INSERT INTO texts(rowid, text) VALUES (1, ?)", [text])
    found = [stem for (stem,) in splitter.execute("SELECT term FROM occurrences ORDER BY offset")]
    splitter.execute("INSERT INTO texts(texts) VALUES ('delete-all')")
    return found


def quoted(text: str) -> str:
    """The text as an FTS5 phrase: nothing in it is an operator any more."""
    return '"' + text.replace('"', "") + '"'


@lru_cache(maxsize=10_000)
def word_of(stem: str) -> str:
    """A word with this stem, to ask a full-text index for, which makes a stem of what it is asked: of "databas", which
    is the stem of "database", it would make "databa"."""
    return stem if stems(stem) == [stem] else stem + "e"


def _token(conn: sqlite3.Connection, stem: str, typed: str, unfinished: bool, exactly: bool) -> Token:
    if exactly:
        return Token(typed, stem, (stem,))
    known = dict(conn.execute(KNOWN, [json.dumps([stem, *_other_spellings(stem, typed)])]).fetchall())
    if unfinished and sum(known.values()) < FEW:
        known |= dict.fromkeys(_endings(conn, stem, typed))
    return Token(typed, stem, tuple(known))


def corrected(conn: sqlite3.Connection, token: Token) -> Token:
    """A token for which no talk has a term, with those that are nearest, if any is near."""
    near = _nearest(conn, token.stem, token.typed)
    return replace(token, terms=tuple(near), used=tuple(near.values()))


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


def _nearest(conn: sqlite3.Connection, stem: str, typed: str) -> dict[str, str]:
    """The terms that are nearest to one that no talk has, those that most talks have first, each as a word. None for a
    word that is right: nobody has spoken of it yet."""
    if not SHORTEST_TO_CORRECT <= len(stem) <= LONGEST_TO_CORRECT or not stem.isalpha() or is_known_word(typed):
        return {}
    return _one_slip_away(conn, typed) or _alike(conn, stem)


def _one_slip_away(conn: sqlite3.Connection, typed: str) -> dict[str, str]:
    """Terms of the words that differ from the one typed by a letter too many, too few, wrong or swapped. Not terms are
    tried but words, as a slip often is where the stem of the right word has ended: "replicaton"."""
    slips = [slip for slip in _slips(typed) if slip.isalpha() and slip not in STOP_WORDS]
    slips.sort(key=is_known_word)
    found = stems(" ".join(slips))
    if len(found) != len(slips):  # a letter that SQLite does not know
        return {}
    words = dict(zip(found, slips, strict=True))  # of words with one stem the likeliest, which comes last
    known = conn.execute(KNOWN, [json.dumps(list(words))]).fetchall()
    known.sort(key=lambda row: -row[1])
    return {term: words[term] for term, _ in known[:MOST_NEAR]}


def _slips(word: str) -> Iterable[str]:
    """The words that somebody who types this one may mean, the likeliest last."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    fewer = [before + after[1:] for before, after in cuts if after]
    wrong = [before + letter + after[1:] for before, after in cuts if after for letter in ascii_lowercase]
    more = [before + letter + after for before, after in cuts for letter in ascii_lowercase]
    swapped = [before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1]
    return dict.fromkeys([*fewer, *wrong, *more, *swapped])


def _alike(conn: sqlite3.Connection, stem: str) -> dict[str, str]:
    """Terms that begin like a long one and differ from it by two letters; of these, the index knows no whole words."""
    if len(stem) < SHORTEST_WITH_TWO_SLIPS:
        return {}
    rows = conn.execute(ALIKE, [stem[0], _after(stem[0]), len(stem) - 2, len(stem) + 2])
    near = sorted((-talks, term) for term, talks in rows if OSA.distance(stem, term, score_cutoff=2) <= 2)
    return {term: _as_written(conn, term) for _, term in near[:MOST_NEAR]}


def _as_written(conn: sqlite3.Connection, term: str) -> str:
    """A word of some talk of which this is the stem."""
    row = conn.execute(WITH_STEM, [quoted(word_of(term))]).fetchone()
    return (row[0].partition("\x02")[2].partition("\x03")[0] if row else "") or term


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
        _local.splitter = sqlite3.connect(":memory:", isolation_level=None)
        _local.splitter.executescript(SPLITTER)
    splitter: sqlite3.Connection = _local.splitter
    return splitter
