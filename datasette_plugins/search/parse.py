"""What somebody typed into the search box, taken apart: words, phrases and filters."""

import re
from dataclasses import dataclass

from talkdex.data import words
from talkdex.schema.search_index import FACET_NAMES

LONGEST_TEXT = 1000
MOST_TERMS = 24
MOST_FILTERS = 20

STOP_WORDS = words("stop_words")

TYPOGRAPHIC_QUOTES = str.maketrans("“”„«»", '"""""')
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# kafka   -kafka   "exactly once"   -"exactly once"   "not closed   project:kafka   -speaker:"Ada Sol"   c++   https://…
PIECE = re.compile(
    rf"""(?P<minus>(?<!\S)-)?
        (?:(?<![^\s-])(?P<facet>{"|".join(FACET_NAMES)}):(?=\S))?
        (?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Term:
    """A word or phrase as typed. An `unfinished` word is the last one, and may go on."""

    text: str
    is_phrase: bool = False
    unfinished: bool = False


@dataclass(frozen=True)
class TypedFilter:
    """`project:kafka`: only talks that have the value in the facet, or only others."""

    facet: str
    value: str
    unwanted: bool = False


@dataclass(frozen=True)
class ParsedQuery:
    """`question` is what was asked without filters and unwanted words, for its meaning."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: tuple[TypedFilter, ...] = ()
    question: str = ""


def parse_query(text: str) -> ParsedQuery:
    """Takes any text apart. Words without a letter or digit are dropped, and so are stop words where others remain."""
    text = CONTROL.sub(" ", readable(text)).translate(TYPOGRAPHIC_QUOTES)
    wanted: list[Term] = []
    unwanted: list[Term] = []
    filters: list[TypedFilter] = []
    for piece in PIECE.finditer(text):
        is_phrase = piece["word"] is None
        said = piece["phrase"] if is_phrase else piece["word"]
        if not any(character.isalnum() for character in said):
            continue
        if piece["facet"]:
            filters.append(TypedFilter(piece["facet"].lower(), said, bool(piece["minus"])))
        elif piece["minus"]:
            unwanted.append(Term(said, is_phrase))
        else:
            unfinished = not is_phrase and piece.end() == len(text) and said[-1].isalnum()
            wanted.append(Term(said, is_phrase, unfinished))
    wanted = list({(term.text, term.is_phrase): term for term in wanted}.values())
    telling = [term for term in wanted if term.is_phrase or _bare(term.text) not in STOP_WORDS]
    return ParsedQuery(
        tuple((telling or wanted)[:MOST_TERMS]),
        tuple(unwanted[:MOST_TERMS]),
        tuple(filters[:MOST_FILTERS]),
        " ".join(term.text for term in wanted),
    )


def readable(text: str) -> str:
    """As much of a text as is looked at, without what SQLite does not take: it may be of a terminal not in UTF-8."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def _bare(word: str) -> str:
    return "".join(character for character in word.lower() if character.isalnum())
