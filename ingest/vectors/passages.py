"""A talk's title and notes in, its passages out: about a paragraph of plain text each, with the lines it stands on."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Measured on 150 labelled questions: from 300 to 900 characters it makes no difference, and longer means fewer vectors.
SIZE = 600
LONGEST_LINE = 100_000  # characters; what is beyond is no prose

# "](https://…)", "{:target=…}", "<br>", "## ", "* ", "**", "`"
MARKUP = re.compile(r"\]\([^)\s]*\)?|\{:[^}\n]{0,200}\}?|</?[A-Za-z!][^<>]{0,300}>|[*_`#\[\]|>]+")
BLANKS = re.compile(r"\s+")


class Passage(NamedTuple):
    """`text` begins with the talk's title, which says what it is about; lines count from 0 in the talk's notes."""

    text: str
    first_line: int
    last_line: int


def passages_of(title: str, notes: str) -> list[Passage]:
    """The passages of a talk, in order; at least one, as even a talk without notes has a title."""
    passages: list[Passage] = []
    begun: list[tuple[str, int]] = []

    def end() -> None:
        text = " ".join(piece for piece, _ in begun)
        passages.append(Passage(f"{name}. {text}".strip(), begun[0][1], begun[-1][1]))
        begun.clear()

    name = without_markup(title)
    length = 0
    for piece in _pieces(notes):
        if begun and length + len(piece[0]) > SIZE:
            end()
            length = 0
        begun.append(piece)
        length += len(piece[0]) + 1
    if begun:
        end()
    return passages or [Passage(name, 0, 0)]


def without_markup(text: str) -> str:
    """The text on one line, without what a reader of the page would not see."""
    return BLANKS.sub(" ", MARKUP.sub(" ", text)).strip()


def _pieces(notes: str) -> Iterator[tuple[str, int]]:
    """Lines that say something, with their numbers; long ones in pieces that end with a sentence where one ends."""
    for number, line in enumerate(notes.split("\n")):
        rest = without_markup(line[:LONGEST_LINE])
        while len(rest) > SIZE:
            cut = rest.rfind(". ", 0, SIZE) + 1 or rest.rfind(" ", 0, SIZE) + 1 or SIZE
            yield rest[:cut].rstrip(), number
            rest = rest[cut:].lstrip()
        if rest:
            yield rest, number
