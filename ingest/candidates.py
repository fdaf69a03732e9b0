"""The blocks of a post in, everything in it that could be a talk out, each with the features by which that is judged.

Talks take many forms: a heading with its section, an item of a list, a bold line, a line `"Title" - Name`, or a
sentence of running prose. Each form yields candidates; `split` decides which of them are talks.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import Literal

from talkdex.data import FOLDER
from talkdex.ingest.blocks import Block
from talkdex.ingest.formats import format_of
from talkdex.ingest.inline import plain
from talkdex.ingest.names import name_score
from talkdex.ingest.outline import Section, outline
from talkdex.ingest.people import is_byline, people_in_byline, split_label
from talkdex.ingest.presenters import speakers_in_prose
from talkdex.ingest.sections import is_section_heading, title_score
from talkdex.ingest.titles import Heading, read_heading

Form = Literal["heading", "item", "line", "prose"]
Features = dict[str, float]

_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in tomllib.loads((FOLDER / "talk_words.toml").read_text(encoding="utf-8")).items()
}
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_DAY_OR_DATE = re.compile(r"\b(?:day|tag|jour|dag|día)\s*\d|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:19|20)\d\d\b", re.I)
_TALK_LINK = re.compile(
    r"slides?|youtu\.?be|vimeo|speakerdeck|slideshare|/(?:talks?|sessions?|schedule|speakers?|program)/|notist|infoq",
    re.I,
)
_QUOTED = re.compile(r"[“\"„«]\s?([^“”\"„«»\n]{4,160}?)\s?[”\"“»]")


@dataclass(slots=True)
class Candidate:
    """What could be a talk: blocks[start:end], announced on `line`."""

    form: Form
    line: int
    start: int
    end: int
    title: str
    speakers: tuple[str, ...]
    heading: Heading | None = None
    level: int = 0
    depth: int = 0
    features: Features = field(default_factory=dict)
    chosen: bool = False  # of the headings, those that make the likeliest set of talks


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def share(words: Sequence[str], kind: str) -> float:
    """How many of 100 words are of a kind of `data/talk_words.toml`."""
    return 100 * sum(word in _WORDS[kind] for word in words) / len(words) if words else 0.0


def heading_candidates(blocks: Sequence[Block], context: Features) -> list[Candidate]:
    """Every heading with its section, in the order of the text. `context` is what is known of the file as a whole."""
    found = list(_headings(blocks))
    for candidate in found:
        candidate.features |= {f"file_{key}": value for key, value in context.items()}
    return found


def inner_candidates(blocks: Sequence[Block], settled: Sequence[bool] = ()) -> list[Candidate]:
    """The items, lines and sentences that could be talks. Those in `settled` blocks, within a talk that a heading
    announces, are left out.
    """
    free = [not done for done in settled] or [True] * len(blocks)
    found = [*_items(blocks, free), *_lines(blocks, free), *_prose(blocks, free)]
    return sorted(found, key=lambda candidate: (candidate.line, candidate.start))


# ---- headings


def _headings(blocks: Sequence[Block]) -> Iterator[Candidate]:
    sections = outline(blocks)
    if not sections:
        return
    read = {id(s): _read_section(blocks, s) for s in sections}
    levels = sorted({s.level for s in sections})
    peers = {level: _Peers([read[id(s)] for s in sections if s.level == level]) for level in levels}
    for number, section in enumerate(sections):
        heading, speakers, facts = read[id(section)]
        children = [read[id(child)] for child in section.children]
        parent = read[id(section.parent)] if section.parent else None
        features = dict(facts)
        features |= {
            "first": number == 0,
            "alone_at_level": peers[section.level].count == 1,
            **peers[section.level].without(speakers, facts),
            "child_speakers": _mean(bool(child[1]) for child in children),
            "children": log1p(len(children)),
            "rank": levels.index(section.level),
            "levels_below": len(levels) - 1 - levels.index(section.level),
            "top_level_1": section.level == 1,
            "parent_speakers": bool(parent and parent[1]),
            "parent_container": share(words_of(parent[0].title), "container") > 0 if parent else 0.0,
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


def _read_section(blocks: Sequence[Block], section: Section) -> tuple[Heading, tuple[str, ...], Features]:
    block = section.heading
    heading = read_heading(block.text, block.links, bold=block.bold)
    own = blocks[section.start + 1 : section.own_end]
    below = blocks[section.start + 1 : section.end]
    speakers, source = heading.speakers, "heading" if heading.speakers else ""
    if not speakers:
        speakers, source = speakers_below(below)
    words = words_of(block.text)
    facts: Features = {
        "title_score": title_score(heading.title),
        "section": float(is_section_heading(block.text)),
        "speakers_in_heading": float(source == "heading"),
        "speakers_in_byline": float(source == "byline"),
        "speakers_in_label": float(source == "label"),
        "speakers_in_prose": float(source == "prose"),
        "format_word": float(heading.format is not None),
        "quoted": float(bool(_QUOTED.match(block.text))),
        "numbered": float(bool(re.match(r"(?:\d{1,2}|[A-Z])[.)]\s", block.text))),
        "is_name": float(name_score(block.text) > 0.6),
        "container_word": float(any(word in _WORDS["container"] for word in words)),
        "day_or_date": float(bool(_DAY_OR_DATE.search(block.text))),
        "question": float(block.text.rstrip().endswith("?")),
        "colon_end": float(block.text.rstrip().endswith(":")),
        "words": float(min(len(words), 14)),
        "one_word": float(len(words) == 1),
        "linked": float(bool(block.links)),
    }
    return heading, speakers, facts | _content(own, below)


def _content(own: Sequence[Block], below: Sequence[Block]) -> Features:
    text = " ".join(b.text for b in own if b.kind != "code")[:1500]
    words = words_of(text)
    items = [b for b in own if b.kind == "item"]
    linked = [b for b in own if b.links and sum(len(link.text) for link in b.links) > 0.7 * len(b.text)]
    return {
        "own_words": log1p(len(words)),
        "all_words": log1p(sum(len(b.text) for b in below) / 6),
        "no_own": float(not own),
        "empty": float(not below),
        "items": log1p(len(items)),
        "links_only": float(bool(own) and len(linked) == len(own)),
        "talk_link": float(any(_TALK_LINK.search(link.url) for b in own[:12] for link in b.links)),
        "session_words": min(share(words, "session"), 6),
        "speaking_words": min(share(words, "speaking"), 6),
        "upcoming_words": min(share(words, "upcoming"), 6),
        "code": float(any(b.kind == "code" for b in own)),
    }


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


# ---- list items


def _items(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
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
        yield from _with_peers(made)


_LEAD = re.compile(r"^(.{3,140}?)(?::|\s[–—-]{1,2})\s+(?=\S)")
_LONGEST_ITEM_TITLE = 14  # words


def _may_be_talk(blocks: Sequence[Block], index: int, heading: Block | None) -> bool:
    """Whether an item has a form that announces something: most items are notes, and judging each would take long."""
    block = blocks[index]
    if block.links or block.bold or _QUOTED.match(block.text) or _LEAD.match(block.text):
        return True
    if heading and format_of(heading.text):
        return True
    below = blocks[index + 1 : index + 2]
    has_items = any(b.kind == "item" and b.depth > block.depth for b in below)
    return has_items and len(block.text.split()) <= _LONGEST_ITEM_TITLE


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
    lead = _LEAD.match(block.text)
    whole = len(block.text) <= 140
    read = read_heading(block.text if whole else lead[1] if lead else block.text[:140], block.links, bold=block.bold)
    speakers, source = read.speakers, "heading" if read.speakers else ""
    if not speakers:
        speakers, source = speakers_below(below[:2])
    title = read.title
    long_lead = lead is not None and len(block.text) - len(lead[1]) > 40
    if lead and long_lead:
        title = read_heading(lead[1], block.links).title
    under = words_of(heading.text) if heading else []
    words = words_of(block.text)
    features: Features = {
        "depth_2": block.depth == 2,
        "title_score": title_score(title) if title else 0.0,
        "section": is_section_heading(title),
        "lead": long_lead,
        "bare": not long_lead and len(below) == 0 and len(words) < 16,
        "lead_words": len(words_of(lead[1])) if lead else 0,
        "bold_start": bool(block.bold) and block.text.startswith(block.bold[0]),
        "linked_start": bool(block.links) and bool(block.links[0].text) and block.text.startswith(block.links[0].text),
        "quoted": bool(_QUOTED.match(block.text)),
        "speakers_in_heading": source == "heading",
        "speakers_in_byline": source == "byline",
        "speakers_in_label": source == "label",
        "speakers_in_prose": source == "prose",
        "format_word": read.format is not None,
        "subitems": log1p(sum(b.kind == "item" for b in below)),
        "words": min(len(words), 30),
        "sentences": min(len(block.spans), 4),
        "question": block.text.rstrip().endswith("?"),
        "under_container": any(word in _WORDS["container"] for word in under),
        "under_session": any(word in _WORDS["session"] for word in under),
        "under_lightning": "lightning" in under,
        "under_section": bool(heading) and is_section_heading(heading.text if heading else ""),
        "talk_link": any(_TALK_LINK.search(link.url) for link in block.links),
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


# ---- lines that serve as headings: `**Title**`, `“Title” - Name`, `Title - Name` before a list


def _lines(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
    starts = [i for i, b in enumerate(blocks) if free[i] and _may_head(b)]
    made: list[Candidate] = []
    for number, index in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(blocks)
        stop = next((i for i in range(index + 1, end) if blocks[i].kind == "heading"), end)
        made.append(_line(blocks, index, stop))
    yield from _with_peers(made)


def _may_head(block: Block) -> bool:
    if block.kind not in ("paragraph", "html") or block.depth or not block.text:
        return False
    first = block.raw.split("\n", 1)[0]
    short = len(block.text) <= 220
    all_bold = bool(block.bold) and len(block.bold[0]) >= 0.6 * min(len(block.text), len(first))
    return short and (
        all_bold or bool(_QUOTED.search(block.text[:120])) or bool(re.search(r"\s[-–—|]{1,2}\s|\sby\s", first))
    )


def _line(blocks: Sequence[Block], index: int, end: int) -> Candidate:
    block = blocks[index]
    first = block.spans[0].text if block.spans else block.text
    text = block.text if len(block.text) <= 160 and "\n" not in block.raw else first[:160]
    quoted = _QUOTED.search(block.text)
    read = read_heading(text, block.links, bold=block.bold)
    below = blocks[index + 1 : end]
    speakers, source = read.speakers, "heading" if read.speakers else ""
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
        "talk_link": any(_TALK_LINK.search(link.url) for link in block.links),
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
        {key: float(value) for key, value in features.items()}
        | {f"under_{k}": v for k, v in _content(below, below).items()},
    )


# ---- running prose: "Next was **Title** by [Name](url), about ..."

_ANNOUNCED = re.compile(
    r"\b(?:talks?|sessions?|keynotes?|presentations?|workshops?|tutorials?|panels?|lectures?|vortr[aä]ge?|session|atelier|exposé|charla)\b"
    r"|\b(?:spoke|presented|talked|attended|gave|presenting|speaks?|sprach|hielt)\b",
    re.I,
)
_TOPIC = re.compile(
    r"\b(?:spoke|talked|speaking|talk|presentation|session|keynote|workshop|lecture|presented|vortrag|demo|introduction|intro|update)\b"
    r"(?:\s(?:by|from|of)\s[^,.;:]{3,60}?)?\s(?:on|about|called|titled|entitled|named|über|sur|sobre)\s(?:the\s)?([^.,;:!?()]{4,110})",
    re.I,
)
_BY = re.compile(r"^[\s,(\]]*(?:(?:held|given|presented)\s)?(?:by|with|von|par|por|door|–|—|-)\s", re.I)
_LEAST_TITLE_SCORE = 0.35  # "here", "this video" and their like


def _prose(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
    headings = sum(b.kind == "heading" for b in blocks)
    made: list[Candidate] = []
    for index, block in enumerate(blocks):
        if not free[index] or block.kind not in ("paragraph", "item", "html") or len(block.text) < 40:
            continue
        made += _sentences(block, index, headings)
    stops = sorted({c.start for c in made if c.speakers} | {i for i, b in enumerate(blocks) if b.kind == "heading"})
    for candidate in made:
        after = bisect_right(stops, candidate.start)
        candidate.end = stops[after] if after < len(stops) else len(blocks)
    yield from _with_peers(made)


def _sentences(block: Block, index: int, headings: int) -> Iterator[Candidate]:
    for position, span in enumerate(block.spans):
        sentence = span.text
        if not _ANNOUNCED.search(sentence) and " by " not in sentence:
            continue
        words = words_of(sentence)
        speakers = tuple(speakers_in_prose(sentence))
        common = {
            "sentence": min(position, 4),
            "in_item": block.kind == "item",
            "session_words": sum(w in _WORDS["session"] for w in words),
            "speaking_words": sum(w in _WORDS["speaking"] for w in words),
            "attending_words": sum(w in _WORDS["attending"] for w in words),
            "upcoming_words": sum(w in _WORDS["upcoming"] for w in words),
            "speakers": bool(speakers),
            "headings": log1p(headings),
            "sentences_after": min(len(block.spans) - position - 1, 5),
        }
        for title, how, at in _named_titles(block, sentence):
            likeness = title_score(title)
            if likeness < _LEAST_TITLE_SCORE or name_score(title) > 0.6:
                continue
            after = sentence[at + len(title) :]
            before = sentence[:at]
            by = _BY.match(after.lstrip("”\"'“’*_ "))
            named = tuple(people_in_byline(after.lstrip("”\"'“’*_ ,()")[:80])) if by else ()
            named = tuple(name for name in named if " " in name)
            emphatic = how != "link"
            features = common | {
                f"by_{how}": True,
                "title_score": likeness,
                "title_words": min(len(title.split()), 12),
                "followed_by": bool(by),
                "followed_by_name": bool(named),
                "emphatic_by_name": bool(named) and emphatic,
                "announced_before": (announced := bool(_ANNOUNCED.search(before[-60:]))),
                "announced_with_speakers": announced and bool(named or speakers),
                "title_first": at < 4,
            }
            yield _spoken(block, index, span.line, title, named or speakers, features)
        if speakers and (topic := _TOPIC.search(sentence)):
            features = common | {
                "by_topic": True,
                "title_score": title_score(topic[1]),
                "title_words": min(len(topic[1].split()), 12),
            }
            yield _spoken(block, index, span.line, topic[1].strip(" \"'“”‘’*_"), speakers, features)


def _named_titles(block: Block, sentence: str) -> Iterator[tuple[str, str, int]]:
    seen: set[str] = set()
    for how, texts in (
        ("bold", block.bold),
        ("quotes", [m[1] for m in _QUOTED.finditer(sentence)]),
        ("link", [link.text for link in block.links if not link.image]),
        ("italics", re.findall(r"(?<![\w*_])[*_](?![*_\s])([^*_\n]{8,140})(?<!\s)[*_](?![\w*_])", block.raw)),
    ):
        for text in texts:
            title = " ".join(text.split()).strip(' "“”*_.,')
            at = sentence.find(title)
            if len(title) >= 4 and at >= 0 and title not in seen:
                seen.add(title)
                yield title, how, at


def _spoken(
    block: Block, index: int, line: int, title: str, speakers: tuple[str, ...], features: Mapping[str, float | bool]
) -> Candidate:
    made = {key: float(value) for key, value in features.items()}
    return Candidate("prose", line, index, index + 1, title, speakers, None, 0, block.depth, made)


# ---- what candidates have in common: talks of one file are alike in form

_SHARED = ("title_score", "section", "lead", "subitems", "numbered")


class _Peers:
    """Means over the candidates of one form, to be had without one of them."""

    def __init__(self, members: Sequence[tuple[object, Sequence[str], Features]]) -> None:
        self.count = len(members)
        self.speakers = sum(bool(speakers) for _, speakers, _ in members)
        self.sums = {key: sum(min(f.get(key, 0.0), 1.0) for _, _, f in members) for key in _SHARED}

    def without(self, speakers: Sequence[str], features: Features) -> Features:
        others = max(self.count - 1, 1)
        means = {f"sibling_{key}": (self.sums[key] - min(features.get(key, 0.0), 1.0)) / others for key in _SHARED}
        return means | {
            "sibling_speakers": (self.speakers - bool(speakers)) / others,
            "siblings": log1p(self.count - 1),
        }


def _with_peers(made: Sequence[Candidate]) -> Iterator[Candidate]:
    peers = _Peers([(candidate, candidate.speakers, candidate.features) for candidate in made])
    for candidate in made:
        candidate.features |= peers.without(candidate.speakers, candidate.features)
        yield candidate


def _mean(values: Iterator[float] | Iterator[bool]) -> float:
    numbers = [float(value) for value in values]
    return sum(numbers) / len(numbers) if numbers else 0.0
