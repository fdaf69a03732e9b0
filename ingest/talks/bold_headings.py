"""The blocks of a post in, the same out with bold lines that serve as headings made headings: "**A. Caches lie**"."""

from collections.abc import Sequence
from dataclasses import replace

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.bylines import is_byline

LEVEL = 7  # below every heading of Markdown's
_LONGEST = 120  # characters
_FEWEST = 2  # a single bold line is as often a remark


def with_bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, in which paragraphs of nothing but bold words are headings when there are several of them."""
    bold = [index for index, block in enumerate(blocks) if _is_bold_line(block)]
    if len(bold) < _FEWEST:
        return list(blocks)
    headings = frozenset(index for index in bold if not is_byline(blocks[index].text))
    if len(headings) < _FEWEST:
        return list(blocks)
    return [
        replace(block, kind="heading", level=LEVEL) if index in headings else block
        for index, block in enumerate(blocks)
    ]


def _is_bold_line(block: Block) -> bool:
    if block.kind != "paragraph" or block.depth or block.quoted or len(block.bold) != 1 or "\n" in block.raw:
        return False
    text = block.text.rstrip(" :")
    return len(text) <= min(_LONGEST, len(block.bold[0])) and not text.endswith(".")
