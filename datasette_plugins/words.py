"""What somebody typed into the search box, taken apart into words, and put together as an FTS5 expression."""

import re
from dataclasses import dataclass

from talkdex.data import words

LONGEST_TEXT = 1000
MOST_WORDS = 24

STOP_WORDS = words("stop_words")

TYPOGRAPHIC_QUOTES = str.maketrans("“”„«»", '"""""')
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# kafka   -kafka   "exactly once"   -"exactly once"   "not closed
PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Words:
    """`wanted` and `unwanted` hold words and phrases as typed; `unfinished` is true where the last word may go on."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    unfinished: bool = False


def parse_words(text: str) -> Words:
    """Takes any text apart. Words without a letter or digit are dropped, and so are stop words where others remain."""
    text = CONTROL.sub(" ", text[:LONGEST_TEXT]).translate(TYPOGRAPHIC_QUOTES)
    wanted: list[tuple[str, bool]] = []  # the term, and whether it is a phrase
    unwanted: list[str] = []
    for piece in PIECE.finditer(text):
        is_phrase = piece["word"] is None
        term = piece["phrase"] if is_phrase else piece["word"]
        if not any(character.isalnum() for character in term):
            continue
        if piece["minus"]:
            unwanted.append(term)
        else:
            wanted.append((term, is_phrase))
    telling = [(term, is_phrase) for term, is_phrase in wanted if is_phrase or _bare(term) not in STOP_WORDS]
    kept = (telling or wanted)[:MOST_WORDS]
    unfinished = bool(kept) and not kept[-1][1] and text.endswith(kept[-1][0]) and text[-1].isalnum()
    return Words(tuple(term for term, _ in kept), tuple(unwanted[:MOST_WORDS]), unfinished)


def quoted(term: str) -> str:
    """The term as an FTS5 phrase: nothing in it is an operator any more."""
    return '"' + term.replace('"', "") + '"'


def beginning(term: str) -> str:
    """FTS5 for the term or any longer word that begins with it."""
    return f"({quoted(term)} OR {quoted(term)} *)"


def _bare(term: str) -> str:
    return "".join(character for character in term.lower() if character.isalnum())
