"""Texts and the words searched in, which texts have which words out, with the words marked as HTML."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import NamedTuple

from talkdex.datasette_plugins.search.terms import Token, quoted, word_of
from talkdex.schema.search_index import TOKENIZER

# The markers are control characters, which survive escaping; the page's <mark> replaces them afterwards.
BEGIN, END = "\x02", "\x03"

TABLE = f'CREATE VIRTUAL TABLE texts USING fts5(text, tokenize="{TOKENIZER}")'
MARKED = "SELECT rowid, highlight(texts, 0, char(2), char(3)) FROM texts WHERE texts MATCH ?"
HAVING = "SELECT rowid FROM texts WHERE texts MATCH ?"


class Marked(NamedTuple):
    """`html` is the escaped text with `<mark>` around the words found; `weight` the sum of the rarities of these."""

    html: str
    weight: float


def mark(texts: Sequence[str], rarities: Mapping[Token, float]) -> dict[int, Marked]:
    """The texts that have any of the tokens, by their number. In memory, as they are few whatever the size of the
    database, of whose index an auxiliary function such as bm25() reads all that has the words."""
    if not texts or not rarities:
        return {}
    weights = dict.fromkeys(range(len(texts)), 0.0)
    with _table_of(texts) as table:
        for token, rarity in rarities.items():
            for (number,) in table.execute(HAVING, [expression([token])]):
                weights[number] += rarity
        found = table.execute(MARKED, [expression(rarities)])
        return {number: Marked(html(marked), weights[number]) for number, marked in found}


def expression(tokens: Sequence[Token] | Mapping[Token, float]) -> str:
    """FTS5 for any of the tokens."""
    return " OR ".join(quoted(word_of(term)) for token in tokens for term in (token.stem, *token.terms))


def html(marked: str) -> str:
    return escape(marked).replace(BEGIN, "<mark>").replace(END, "</mark>")


_local = threading.local()


@contextmanager
def _table_of(texts: Sequence[str]) -> Iterator[sqlite3.Connection]:
    """A full-text table of these texts by their number. They are never committed, which is several times as fast."""
    if not hasattr(_local, "table"):
        _local.table = sqlite3.connect(":memory:", isolation_level=None)
        _local.table.execute(TABLE)
    table: sqlite3.Connection = _local.table
    table.execute("BEGIN")
    try:
        table.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", enumerate(texts))
        yield table
    finally:
        table.execute("ROLLBACK")
