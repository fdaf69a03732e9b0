"""The blocks of one talk in, its statements out: items and sentences that could be takeaways, with what is around."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from talkdex.ingest.notes import inline
from talkdex.ingest.notes.blocks import Block, Span
from talkdex.ingest.notes.sentences import split_sentences

_PROSE = frozenset({"item", "paragraph", "quote", "html", "table"})
_LONGEST_WHOLE_ITEM = 260  # characters: an item of two sentences is one statement up to this length
_LONGEST_WHOLE_LIST = 140  # the same for an item of several short sentences


class Statement(NamedTuple):
    """One sentence or item. `number` counts the statements of its block from 0, `of` is how many there are.

    `heading` is the nearest heading above within the talk, `parent` the item or paragraph that introduces the list that
    it is in, `after` the block after its own.
    """

    line: int
    text: str
    block: Block
    number: int
    of: int
    heading: Block | None
    parent: Block | None
    after: Block | None


def statements(blocks: Sequence[Block]) -> list[Statement]:
    """The statements in the blocks of one talk, in order. A heading at the start is the title and heads nothing."""
    found: list[Statement] = []
    heading: Block | None = None
    parents: dict[int, Block] = {}  # the latest block at each depth
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            heading = block if at else None
            parents.clear()
            continue
        if block.kind not in _PROSE:
            continue
        parent = parents.get(block.depth - 1)
        if len(parents) > block.depth:
            parents = {depth: above for depth, above in parents.items() if depth <= block.depth}
        if block.kind == "item" or block.depth == 0:
            parents[block.depth] = block
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        spans = _spans(block)
        for number, span in enumerate(spans):
            made = Statement(span.line, span.text, block, number, len(spans), heading, parent, after)
            found.append(made)
    return found


def _spans(block: Block) -> Sequence[Span]:
    """Sentences of a paragraph; an item as a whole when it is short; lines where line breaks part statements."""
    if "\n" in block.raw:
        lines = _split_lines(block)
        if lines:
            return lines
    if block.kind == "item" and len(block.spans) > 1:
        longest = _LONGEST_WHOLE_ITEM if len(block.spans) == 2 else _LONGEST_WHOLE_LIST
        if len(block.text) <= longest:
            return (Span(block.spans[0].line, block.text),)
    return block.spans


# ---- statements that are parted by line breaks alone
#
#     frameworks for design meetings:
#       diverge before you converge
#       sketch while others talk

_MARKER = re.compile(r"\s*(?:[-*+•–—]|\d{1,2}[.)])\s+")
_OPENING = "*_\"“'([`"
_CLOSING = '*_"”)`'
_UNFINISHED = frozenset(",;&/-–—(")
_NARROWEST = 70  # characters: shorter lines may be wrapped by hand, but hardly at less
_SLACK = 0.9  # a line is broken on purpose when the next word would have fitted into this part of the widest line


def _split_lines(block: Block) -> list[Span]:
    """The statements of a block whose line breaks mean something, [] when they only wrap the text."""
    raw = block.raw.split("\n")
    begins = _statement_lines(raw)
    if len(begins) < 2:
        return []
    clean = inline.plain(block.raw).split("\n")
    if len(clean) != len(raw):
        return []
    spans: list[Span] = []
    for first, end in zip(begins, [*begins[1:], len(raw)], strict=True):
        lines = [(block.line + at, clean[at]) for at in range(first, end)]
        spans += split_sentences([(lines[0][0], _MARKER.sub("", lines[0][1], count=1)), *lines[1:]])
    return spans


def _statement_lines(raw: Sequence[str]) -> list[int]:
    """Indexes of the lines that begin a statement: after a list marker, or with a capital after a break on purpose."""
    widest = max(_NARROWEST, *map(len, raw))
    marked, capital, small, on_purpose = [], [], [], False
    for at in range(1, len(raw)):
        before, line = raw[at - 1].rstrip(), raw[at].strip()
        if _MARKER.match(raw[at]):
            marked.append(at)
            continue
        last = before.rstrip(_CLOSING)[-1:]
        if not last or last in ".!?" or last in _UNFINISHED or not line:
            continue
        broken = len(before) + 1 + len(line.split(" ", 1)[0]) <= widest * _SLACK
        first = line.lstrip(_OPENING)[:1]
        if first.isupper() or first.isdigit():
            capital.append(at)
            on_purpose = on_purpose or broken
        elif broken:
            small.append(at)
    if len(small) == len(raw) - 1 >= 2:  # all in lower case, none ends in a full stop
        return [0, *small]
    return [0, *sorted(marked + (capital if on_purpose else []))]
