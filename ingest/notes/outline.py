"""The blocks of a post in, its outline out: which heading stands under which, and what each section holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from talkdex.ingest.notes.blocks import Block


@dataclass(slots=True)
class Section:
    """A heading with all that stands under it, up to the next heading of its level or a higher one.

    `start` and `end` are indexes into the blocks (end excluded); `own_end` is where the first heading below it
    stands, or `end`.
    """

    heading: Block
    start: int
    end: int = 0
    own_end: int = 0
    parent: "Section | None" = None
    children: list["Section"] = field(default_factory=list)

    @property
    def level(self) -> int:
        return self.heading.level


def headings_above(blocks: Sequence[Block]) -> list[int | None]:
    """For each block the index of the heading below which it stands; for a heading, that of a higher level."""
    above: list[int | None] = []
    last: int | None = None
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            while last is not None and blocks[last].level >= block.level:
                last = above[last]
        above.append(last)
        if block.kind == "heading":
            last = index
    return above


def outline(blocks: Sequence[Block]) -> list[Section]:
    """The sections of the post, in document order. A list that skips levels is fine: a parent is the nearest higher
    heading.
    """
    sections: list[Section] = []
    open_sections: list[Section] = []
    for index, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        while open_sections and open_sections[-1].level >= block.level:
            open_sections.pop().end = index
        for section in open_sections:
            section.own_end = section.own_end or index
        section = Section(block, index, parent=open_sections[-1] if open_sections else None)
        if section.parent:
            section.parent.children.append(section)
        open_sections.append(section)
        sections.append(section)
    for section in open_sections:
        section.end = len(blocks)
    for section in sections:
        section.own_end = section.own_end or section.end
    return sections
