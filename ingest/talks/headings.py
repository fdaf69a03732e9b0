"""The headings of a post in, each as a candidate for a talk out: with its section, its siblings and who speaks."""

import re
from collections.abc import Iterator, Sequence
from math import log1p

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.notes.outline import Section, outline
from talkdex.ingest.people.bylines import is_byline, people_in_byline
from talkdex.ingest.people.names import name_score
from talkdex.ingest.talks.bold_headings import LEVEL as BOLD_LEVEL
from talkdex.ingest.talks.candidates import (
    QUOTED,
    WORDS,
    Candidate,
    Features,
    Peers,
    content_features,
    mean,
    share,
    words_of,
)
from talkdex.ingest.talks.sections import is_section_heading, title_score
from talkdex.ingest.talks.speakers import speakers_below
from talkdex.ingest.talks.titles import Heading, read_heading

_COLLECTING = re.compile(r"\b(?:talks|sessions|keynotes|presentations|vorträge|conférences|charlas)\W*$", re.I)
_LONGEST_COLLECTING = 3  # words
_NAME = 0.6  # how much a heading must look like a name
_DAY_OR_DATE = re.compile(r"\b(?:day|tag|jour|dag|día)\s*\d|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:19|20)\d\d\b", re.I)


def heading_candidates(blocks: Sequence[Block], context: Features) -> list[Candidate]:
    """Every heading with its section, in the order of the text. `context` is what is known of the file as a whole."""
    found = list(_headings(blocks))
    for candidate in found:
        candidate.features |= {f"file_{key}": value for key, value in context.items()}
    return found


def _headings(blocks: Sequence[Block]) -> Iterator[Candidate]:
    sections = outline(blocks)
    if not sections:
        return
    read = {id(s): _read_section(blocks, s) for s in sections}
    levels = sorted({s.level for s in sections})
    peers = {level: Peers([read[id(s)] for s in sections if s.level == level]) for level in levels}
    for number, section in enumerate(sections):
        heading, speakers, facts = read[id(section)]
        children = [read[id(child)] for child in section.children]
        parent = read[id(section.parent)] if section.parent else None
        features = dict(facts)
        features |= {
            "first": number == 0,
            "alone_at_level": peers[section.level].count == 1,
            **peers[section.level].without(speakers, facts),
            "child_speakers": mean(bool(heading.title and names) for heading, names, _ in children),
            "children": log1p(len(children)),
            "rank": levels.index(section.level),
            "levels_below": len(levels) - 1 - levels.index(section.level),
            "top_level_1": section.level == 1,
            "parent_speakers": bool(parent and parent[1]),
            "parent_container": share(words_of(parent[0].title), "container") > 0 if parent else 0.0,
            "in_collection": bool(section.parent and _collects(section.parent.heading.text)),
            "parent_title": parent[2]["title_score"] if parent else 0.0,
            "has_parent": parent is not None,
        }
        yield Candidate(
            "heading",
            section.heading.line,
            section.start,
            section.end,
            heading.title or section.heading.text,
            speakers,
            heading,
            section.level,
            section.heading.depth,
            {key: float(value) for key, value in features.items()},
        )


def _collects(title: str) -> bool:
    """ "Noteworthy talks", "Sessions": the headings below are the talks."""
    return len(title.split()) <= _LONGEST_COLLECTING and bool(_COLLECTING.search(title))


def _named_above(blocks: Sequence[Block], section: Section) -> tuple[str, ...]:
    """Who speaks where the heading right above, which has nothing else to say, is a name: "Ada Sol", "Caches lie"."""
    above = blocks[section.start - 1] if section.start else None
    is_name = above and above.kind == "heading" and above.level < section.level and name_score(above.text) > _NAME
    return tuple(people_in_byline(above.text, above.links)) if above and is_name and " " in above.text else ()


def _read_section(blocks: Sequence[Block], section: Section) -> tuple[Heading, tuple[str, ...], Features]:
    block = section.heading
    heading = read_heading(block.text, block.links, bold=block.bold)
    own = blocks[section.start + 1 : section.own_end]
    below = blocks[section.start + 1 : section.end]
    speakers, source = heading.speakers, "heading" if heading.speakers else ""
    if not speakers and "," in block.text and is_byline(block.text):  # "Ada Sol, CTO, Acme"
        speakers, source = tuple(people_in_byline(block.text, block.links)), "name"
    if not speakers:
        speakers, source = speakers_below(below)
    if not speakers and (named := _named_above(blocks, section)):
        speakers, source = named, "byline"
    words = words_of(block.text)
    facts: Features = {
        "title_score": title_score(heading.title),
        "section": float(is_section_heading(block.text)),
        "speakers_in_heading": float(source == "heading"),
        "speakers_in_byline": float(source == "byline"),
        "speakers_in_label": float(source == "label"),
        "speakers_in_prose": float(source == "prose"),
        "format_word": float(heading.format is not None),
        "quoted": float(bool(QUOTED.match(block.text))),
        "numbered": float(bool(re.match(r"(?:\d{1,2}|[A-Z])[.)]\s", block.text))),
        "is_name": float(name_score(block.text) > _NAME),
        "container_word": float(any(word in WORDS["container"] for word in words)),
        "day_or_date": float(bool(_DAY_OR_DATE.search(block.text))),
        "question": float(block.text.rstrip().endswith("?")),
        "colon_end": float(block.text.rstrip().endswith(":")),
        "words": float(min(len(words), 14)),
        "one_word": float(len(words) == 1),
        "linked": float(bool(block.links)),
        "bold": float(section.level == BOLD_LEVEL),
    }
    return heading, speakers, facts | content_features(own, below)
