"""Paragraphs in, those that serve as headings out: `**Title**`, `“Title” - Name`, `Title - Name` before a list."""

import re
from collections.abc import Iterator, Sequence
from math import log1p

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.notes.inline import plain
from talkdex.ingest.people.bylines import is_byline, people_in_byline
from talkdex.ingest.people.names import name_score
from talkdex.ingest.talks.candidates import (
    QUOTED,
    TALK_LINK,
    Candidate,
    Features,
    with_peers,
    words_of,
)
from talkdex.ingest.talks.sections import is_section_heading, title_score
from talkdex.ingest.talks.speakers import speakers_below
from talkdex.ingest.talks.titles import read_heading


def line_candidates(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
    starts = [i for i, b in enumerate(blocks) if free[i] and _may_head(b)]
    made: list[Candidate] = []
    for number, index in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(blocks)
        stop = next((i for i in range(index + 1, end) if blocks[i].kind == "heading"), end)
        made.append(_line(blocks, index, stop))
    yield from with_peers(made)


def _may_head(block: Block) -> bool:
    if block.kind not in ("paragraph", "html") or block.depth or not block.text:
        return False
    first = block.raw.split("\n", 1)[0]
    short = len(block.text) <= 220
    if short and _byline(block):
        return True
    all_bold = bool(block.bold) and len(block.bold[0]) >= 0.6 * min(len(block.text), len(first))
    return short and (
        all_bold or bool(QUOTED.search(block.text[:120])) or bool(re.search(r"\s[-–—|]{1,2}\s|\sby\s", first))
    )


def _byline(block: Block) -> str:
    """The second and last line of a paragraph, when it says who speaks: "Caches lie" and "by Ada Sol"."""
    if "\n" not in block.raw:  # as of most paragraphs
        return ""
    first, _, second = plain(block.raw).partition("\n")
    is_pair = bool(second) and "\n" not in second and not first.endswith((".", ":", ","))
    return second if is_pair and is_byline(second) else ""


def _line(blocks: Sequence[Block], index: int, end: int) -> Candidate:
    block = blocks[index]
    first = block.spans[0].text if block.spans else block.text
    text = block.text if len(block.text) <= 160 and "\n" not in block.raw else first[:160]
    quoted = QUOTED.search(block.text)
    read = read_heading(text, block.links, bold=block.bold)
    below = blocks[index + 1 : end]
    speakers, source = read.speakers, "heading" if read.speakers else ""
    if not speakers and (byline := _byline(block)):
        speakers, source = tuple(people_in_byline(byline, block.links)), "byline"
    if not speakers:
        speakers, source = speakers_below(below[:4])
    features: Features = {
        "title_score": title_score(read.title) if read.title else 0.0,
        "section": is_section_heading(read.title),
        "all_bold": bool(block.bold) and len(block.bold[0]) >= 0.8 * len(block.text),
        "bold_start": bool(block.bold) and block.text.startswith(block.bold[0]),
        "quoted": bool(quoted and quoted.start() == 0),
        "quoted_inside": bool(quoted and quoted.start() > 0),
        "speakers_in_heading": source == "heading",
        "speakers_in_byline": source == "byline",
        "speakers_in_label": source == "label",
        "speakers_in_prose": source == "prose",
        "format_word": read.format is not None,
        "words": min(len(words_of(block.text)), 30),
        "is_name": name_score(block.text) > 0.6,
        "colon_end": block.text.endswith(":"),
        "full_stop": block.text.endswith("."),
        "question": block.text.endswith("?"),
        "talk_link": any(TALK_LINK.search(link.url) for link in block.links),
        "headings": log1p(sum(b.kind == "heading" for b in blocks)),
    }
    return Candidate(
        "line",
        block.line,
        index,
        end,
        read.title or text,
        speakers,
        read,
        0,
        0,
        {key: float(value) for key, value in features.items()},
    )
