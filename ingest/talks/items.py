"""List items in, those that could be talks out: "Title: what was said", or a title with its notes as sub-items."""

import re
from collections.abc import Iterator, Sequence
from math import log1p

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.names import name_score
from talkdex.ingest.talks.candidates import QUOTED, TALK_LINK, WORDS, Candidate, Features, share, with_peers, words_of
from talkdex.ingest.talks.formats import format_of
from talkdex.ingest.talks.sections import is_section_heading, title_score
from talkdex.ingest.talks.speakers import speakers_below
from talkdex.ingest.talks.titles import read_heading


def item_candidates(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
    """Each item of the shallower lists: "Title: what was said", or a title with notes as its sub-items."""
    heading: Block | None = None
    run: list[int] = []  # the items at one depth under one heading
    for index, block in enumerate([*blocks, None]):
        if block is None or block.kind == "heading":
            yield from _item_run(blocks, run, heading)
            heading, run = block, []
        elif block.kind == "item" and block.depth <= 2 and free[index]:
            run.append(index)


def _item_run(blocks: Sequence[Block], run: Sequence[int], heading: Block | None) -> Iterator[Candidate]:
    for depth, ordered in ((1, True), (1, False), (2, True), (2, False)):
        indexes = [i for i in run if blocks[i].depth == depth and blocks[i].ordered == ordered]
        if not indexes:
            continue
        made = [_item(blocks, i, heading) for i in indexes if _may_be_talk(blocks, i, heading)]
        yield from with_peers(made)


_LEAD = re.compile(r"(.{3,140}?)(?::|\s[–—-]{1,2})\s+(?=\S)")
_ASIDE = re.compile(r"\s*\([^()]{1,80}\)$")
_NOTES = 25  # characters at least after a lead
# "Caches lie: this talk measures first", "Caches lie - in a short session she measured first"
_OF_TALK = re.compile(
    r"\W*(?:in |at )?(?:this|that|a|an|the|another|dieser|ein|cette|esta)\s(?:\w+\s){0,2}?"
    r"(?:talk|session|keynote|presentation|workshop|tutorial|panel|vortrag|conférence|charla)\b",
    re.I,
)
_NAME = 0.6  # how much a lead must look like a name
_NAME_BEHIND = re.compile(r"\W{1,5}([^\W\d_][^.:,;()\n]{3,40})(?: ?\([^()\n]{1,60}\))?\.\s")
_LONGEST_ITEM_TITLE = 14  # words


def _may_be_talk(blocks: Sequence[Block], index: int, heading: Block | None) -> bool:
    """Whether an item has a form that announces something: most items are notes, and judging each would take long."""
    block = blocks[index]
    if block.links or block.bold or QUOTED.match(block.text) or _LEAD.match(block.text):
        return True
    if heading and format_of(heading.text):
        return True
    below = blocks[index + 1 : index + 2]
    has_items = any(b.kind == "item" and b.depth > block.depth for b in below)
    return has_items and len(block.text.split()) <= _LONGEST_ITEM_TITLE


def _lead(block: Block, has_items: bool) -> str:
    """What an item says before its notes: "Caches lie" of "Caches lie: measure first", "" when it has no such part.

    A name alone is none, nor a part of a bold run: of "Ada Sol - Caches lie: measure first" it is "Ada Sol - Caches
    lie". Where the notes are items below, what follows a name is the title: "Ada Sol (Acme): Caches lie".
    """
    text = block.text
    bold = block.bold[0] if block.bold and text.startswith(block.bold[0]) else ""
    lead = _LEAD.match(text)
    if lead and lead.end() <= len(bold) and (behind := _LEAD.match(text, len(bold) - 1)):
        return text[: behind.end(1)]
    if lead and name_score(_ASIDE.sub("", lead[1])) > _NAME:
        if longer := _LEAD.match(text, lead.end()):
            return text[: longer.end(1)]
        if has_items and not bold:
            return ""
    return lead[1] if lead else ""


def _name_behind(rest: str) -> str:
    """The name of "Caches lie – Ada Sol. She measured first.", where a full stop ends it; else ""."""
    match = _NAME_BEHIND.match(rest)
    return match[1] if match and " " in match[1] and name_score(match[1]) > _NAME else ""


def _item(blocks: Sequence[Block], index: int, heading: Block | None) -> Candidate:
    block = blocks[index]
    end = index + 1
    while end < len(blocks) and blocks[end].depth >= block.depth and blocks[end].kind != "heading":
        other = blocks[end]
        # "1. Title - Name" with a list of bullets below it: the bullets are another list, but its notes
        if other.kind == "item" and other.depth == block.depth and (other.ordered or not block.ordered):
            break
        end += 1
    below = blocks[index + 1 : end]
    lead = _lead(block, any(other.kind == "item" for other in below))
    long_lead = bool(lead) and len(block.text) - len(lead) > _NOTES
    read = read_heading(lead if long_lead else block.text[:140], block.links, bold=block.bold)
    title, speakers, source = read.title, read.speakers, "heading" if read.speakers else ""
    if not speakers and long_lead and name_score(lead) > _NAME:  # "**Ada Sol**: what she said", without a title
        speakers, source = (lead,), "heading"
    if not speakers and long_lead and (named := _name_behind(block.text[len(lead) :])):
        speakers, source = (named,), "heading"
    if not speakers:
        speakers, source = speakers_below(below[:2])
    under = words_of(heading.text) if heading else []
    words = words_of(block.text)
    features: Features = {
        "depth_2": block.depth == 2,
        "title_score": title_score(title) if title else 0.0,
        "section": is_section_heading(title),
        "lead": long_lead,
        "bare": not long_lead and len(below) == 0 and len(words) < 16,
        "lead_words": len(words_of(lead)),
        "of_talk": long_lead and bool(_OF_TALK.match(block.text, len(lead))),
        "text_below": log1p(sum(len(b.text) for b in below if b.kind == "paragraph") / 6),
        "bold_start": bool(block.bold) and block.text.startswith(block.bold[0]),
        "linked_start": bool(block.links) and bool(block.links[0].text) and block.text.startswith(block.links[0].text),
        "quoted": bool(QUOTED.match(block.text)),
        "speakers_in_heading": source == "heading",
        "speakers_in_byline": source == "byline",
        "speakers_in_label": source == "label",
        "speakers_in_prose": source == "prose",
        "format_word": read.format is not None,
        "subitems": log1p(sum(b.kind == "item" for b in below)),
        "words": min(len(words), 30),
        "sentences": min(len(block.spans), 4),
        "question": block.text.rstrip().endswith("?"),
        "under_container": any(word in WORDS["container"] for word in under),
        "under_session": any(word in WORDS["session"] for word in under),
        "under_lightning": "lightning" in under,
        "under_section": bool(heading) and is_section_heading(heading.text if heading else ""),
        "talk_link": any(TALK_LINK.search(link.url) for link in block.links),
        "session_words": min(share(words, "session"), 6),
        "speaking_words": min(share(words, "speaking"), 6),
        "upcoming_words": min(share(words, "upcoming"), 6),
        "lower_start": block.text[:1].islower(),
        "ordered": block.ordered,
    }
    return Candidate(
        "item",
        block.line,
        index,
        end,
        title or block.text[:140],
        speakers,
        read,
        0,
        block.depth,
        {key: float(value) for key, value in features.items()},
    )
