"""The blocks under a title in, who speaks according to them out: in by-lines, after labels, in the first sentences."""

from collections.abc import Sequence

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.notes.inline import plain
from talkdex.ingest.people.bylines import is_byline, people_in_byline, split_label
from talkdex.ingest.people.presenters import speakers_in_prose

_BYLINE_REACH = 5  # blocks under a heading in which a by-line may stand
_LABEL_REACH = 40  # blocks in which "Speaker: Jane Doe" may stand
_PROSE_REACH = 3  # sentences


def speakers_below(below: Sequence[Block]) -> tuple[tuple[str, ...], str]:
    """Who speaks, according to the blocks under a heading, and where that stands: "byline", "label", "prose" or ""."""
    names: list[str] = []
    for block in below[:_BYLINE_REACH]:
        if block.kind in ("code", "rule", "table") or len(block.text) > 160:
            break
        found = [name for line in _lines_of(block) if is_byline(line) for name in people_in_byline(line, block.links)]
        if names and not found:
            break
        names += found
    if names:
        return tuple(dict.fromkeys(names)), "byline"
    for block in below[:_LABEL_REACH]:
        if block.kind in ("item", "paragraph", "table") and len(block.text) < 240:
            for line in _lines_of(block):
                if split_label(line)[0] and (found := people_in_byline(line, block.links)):
                    return tuple(found), "label"
    prose = [
        span.text for block in below[:8] if block.kind in ("paragraph", "item", "quote") for span in block.spans[:3]
    ]
    for sentence in prose[:_PROSE_REACH]:
        if found := speakers_in_prose(sentence):
            return tuple(found), "prose"
    return (), ""


def _lines_of(block: Block) -> list[str]:
    """The lines of a block, as "Speaker: Jane Doe" and "When: Friday" may stand in one paragraph."""
    return plain(block.raw).split("\n") if "\n" in block.raw else [block.text]
