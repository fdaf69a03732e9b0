"""Running prose in, the talks that its sentences announce out: "Next was **Title** by [Name](url), about ..."."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from math import log1p

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.bylines import people_in_byline
from talkdex.ingest.people.names import name_score
from talkdex.ingest.people.presenters import find_people, speakers_in_prose
from talkdex.ingest.talks.candidates import QUOTED, WORDS, Candidate, with_peers, words_of
from talkdex.ingest.talks.sections import title_score

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
_SURE_NAME = 0.6
_LEAST_TITLE_SCORE = 0.35  # "here", "this video" and their like


def prose_candidates(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
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
    yield from with_peers(made)


def _sentences(block: Block, index: int, headings: int) -> Iterator[Candidate]:
    for position, span in enumerate(block.spans):
        sentence = span.text
        words = words_of(sentence)
        announced_at_all = _ANNOUNCED.search(sentence) or " by " in sentence
        if not announced_at_all and WORDS["speaking"].isdisjoint(words):
            continue
        speakers = tuple(speakers_in_prose(sentence))
        common = {
            "sentence": min(position, 4),
            "in_item": block.kind == "item",
            "session_words": sum(w in WORDS["session"] for w in words),
            "speaking_words": sum(w in WORDS["speaking"] for w in words),
            "attending_words": sum(w in WORDS["attending"] for w in words),
            "upcoming_words": sum(w in WORDS["upcoming"] for w in words),
            "speakers": bool(speakers),
            "headings": log1p(headings),
            "sentences_after": min(len(block.spans) - position - 1, 5),
        }
        for title, how, at in _named_titles(block, sentence):
            likeness = title_score(title)
            if likeness < _LEAST_TITLE_SCORE or name_score(title) > _SURE_NAME:
                continue
            after = sentence[at + len(title) :]
            before = sentence[:at]
            by = _BY.match(after.lstrip("”\"'“’*_ "))
            named = tuple(people_in_byline(after.lstrip("”\"'“’*_ ,()")[:80])) if by else ()
            named = tuple(name for name in named if " " in name)
            emphatic = how != "link"
            spoken = named or speakers or (_only_person(sentence) if emphatic else ())
            features = common | {
                f"by_{how}": True,
                "title_score": likeness,
                "title_words": min(len(title.split()), 12),
                "followed_by": bool(by),
                "followed_by_name": bool(named),
                "emphatic_by_name": bool(named) and emphatic,
                "announced_before": (announced := bool(_ANNOUNCED.search(before[-60:]))),
                "announced_with_speakers": announced and bool(spoken),
                "emphatic_with_speakers": emphatic and bool(spoken),
                "title_first": at < 4,
            }
            yield _spoken(block, index, span.line, title, spoken, features)
        if speakers and (topic := _TOPIC.search(sentence)):
            features = common | {
                "by_topic": True,
                "title_score": title_score(topic[1]),
                "title_words": min(len(topic[1].split()), 12),
            }
            yield _spoken(block, index, span.line, topic[1].strip(" \"'“”‘’*_"), speakers, features)


def _only_person(sentence: str) -> tuple[str, ...]:
    """Who is named in full in a sentence that names nobody else: "After lunch Ada Sol showed “Maps with tea”"."""
    names = {person.name for person in find_people(sentence) if " " in person.name and person.score >= _SURE_NAME}
    return tuple(names) if len(names) == 1 else ()


def _named_titles(block: Block, sentence: str) -> Iterator[tuple[str, str, int]]:
    seen: set[str] = set()
    for how, texts in (
        ("bold", block.bold),
        ("quotes", [m[1] for m in QUOTED.finditer(sentence)]),
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
