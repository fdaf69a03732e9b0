"""Everything in a post that could be a talk, each with the features by which that is judged.

Talks take many forms: a heading with its section, an item of a list, a bold line, a line `"Title" - Name`, a sentence
of running prose. Each form yields candidates, in a module of its own; `split` decides which of them are talks.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import Literal

from talkdex.data import FOLDER
from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.bylines import is_byline, split_label
from talkdex.ingest.talks.titles import Heading

Form = Literal["heading", "item", "line", "prose"]
Features = dict[str, float]

WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in tomllib.loads((FOLDER / "talk_words.toml").read_text(encoding="utf-8")).items()
}
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
TALK_LINK = re.compile(
    r"slides?|youtu\.?be|vimeo|speakerdeck|slideshare|/(?:talks?|sessions?|schedule|speakers?|program)/|notist|infoq",
    re.I,
)
QUOTED = re.compile(r"[“\"„«]\s?([^“”\"„«»\n]{4,160}?)\s?[”\"“»]")


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
    return 100 * sum(map(WORDS[kind].__contains__, words)) / len(words) if words else 0.0


# "Sadly I missed this one", "supposedly great, worth a watch"
_UNATTENDED = re.compile(
    r"\b(?:(?:did|could)(?:n['’]t| not) (?:go|attend|see|make|get|watch)|missed|supposedly|(?:worth|to) (?:a )?watch"
    r"|watch (?:it )?later|wish i|leider nicht|verpasst)\b",
    re.I,
)
_FEW_WORDS = 60
_MOSTLY = 0.7  # how much of a block's text is that of its links
_LONGEST_BYLINE = 120  # characters


def content_features(own: Sequence[Block], below: Sequence[Block]) -> Features:
    text = " ".join(b.text for b in own if b.kind != "code")[:1500]
    words = words_of(text)
    items = [b for b in own if b.kind == "item"]
    linked = [b for b in own if _is_linked(b)]
    return {
        "own_words": log1p(len(words)),
        "all_words": log1p(sum(len(b.text) for b in below) / 6),
        "note_words": log1p(sum(len(b.text) for b in own if not _is_about_session(b)) / 6),
        "unattended": float(len(words) < _FEW_WORDS and bool(_UNATTENDED.search(text))),
        "no_own": float(not own),
        "empty": float(not below),
        "items": log1p(len(items)),
        "links_only": float(bool(own) and len(linked) == len(own)),
        "talk_link": float(any(TALK_LINK.search(link.url) for b in own[:12] for link in b.links)),
        "session_words": min(share(words, "session"), 6),
        "speaking_words": min(share(words, "speaking"), 6),
        "upcoming_words": min(share(words, "upcoming"), 6),
        "code": float(any(b.kind == "code" for b in own)),
    }


def _is_linked(block: Block) -> bool:
    """Whether a block is hardly more than its links."""
    return bool(block.links) and sum(len(link.text) for link in block.links) > _MOSTLY * len(block.text)


def _is_about_session(block: Block) -> bool:
    """Whether a block only says who speaks, or where the slides are: no notes yet."""
    if _is_linked(block):
        return True
    return len(block.text) < _LONGEST_BYLINE and (bool(split_label(block.text)[0]) or is_byline(block.text))


# ---- what candidates have in common: talks of one file are alike in form

_SHARED = ("title_score", "section", "lead", "subitems", "numbered")


class Peers:
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


def with_peers(made: Sequence[Candidate]) -> Iterator[Candidate]:
    peers = Peers([(candidate, candidate.speakers, candidate.features) for candidate in made])
    for candidate in made:
        candidate.features |= peers.without(candidate.speakers, candidate.features)
        yield candidate


def mean(values: Iterator[float] | Iterator[bool]) -> float:
    numbers = [float(value) for value in values]
    return sum(numbers) / len(numbers) if numbers else 0.0
