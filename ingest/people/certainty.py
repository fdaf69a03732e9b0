"""The speakers found for a talk in, how probable it is that they are right out: what the model "speakers" weighs."""

from collections.abc import Sequence

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.bylines import is_byline, split_label
from talkdex.ingest.people.names import name_score

_BYLINE_REACH = 6  # blocks of a talk in which a by-line may stand
_TEXT_REACH = 40  # blocks
_LONGEST_LINE = 160  # characters


def speaker_features(blocks: Sequence[Block], names: Sequence[str], talk: float) -> dict[str, float]:
    """Where the first name stands in the talk's `blocks` and how much all look like names; `talk` is the probability
    that this is a talk at all.
    """
    name = names[0]
    holding = [block for block in blocks[:_TEXT_REACH] if name in block.text]
    lines = [block for block in blocks[1:_BYLINE_REACH] if name in block.text and len(block.text) < _LONGEST_LINE]
    return {
        "talk": talk,
        "in title": float(bool(blocks) and name in blocks[0].text),
        "in by-line": float(any(is_byline(block.text) for block in lines)),
        "labelled": float(any(split_label(block.text)[0] for block in holding if len(block.text) < _LONGEST_LINE)),
        "nowhere": float(not holding),
        "name": min(map(name_score, names)),
        "single word": float(any(" " not in one for one in names)),
        "several": float(len(names) > 1),
    }
