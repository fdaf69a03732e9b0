"""Running prose in, the talks that its sentences announce out: "Next was **Title** by [Name](url), about ..."."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.people.bylines import people_in_byline
from talkdex.ingest.people.names import name_score
from talkdex.ingest.people.presenters import author_speaks, find_people, presenters
from talkdex.ingest.talks.candidates import QUOTED, WORDS, Candidate, with_peers, words_of
from talkdex.ingest.talks.sections import title_score
from talkdex.ingest.talks.topics import Topic, name_opens, topics_of

Facts = dict[str, float | bool]

_ANNOUNCED = re.compile(
    r"\b(?:talks?|sessions?|keynotes?|presentations?|workshops?|tutorials?|panels?|lectures?|vortr[aä]ge?|session|atelier|exposé|charla)\b"
    r"|\b(?:spoke|presented|talked|attended|gave|presenting|speaks?|sprach|hielt)\b",
    re.I,
)
_ANNOUNCING = WORDS["session"] | WORDS["speaking"] | {"by", "attended", "lectures", "hielt", "vortrag", "announcement"}
_BY = re.compile(r"^[\s,(\]]*(?:(?:held|given|presented)\s)?(?:by|with|von|par|por|door|–|—|-)\s", re.I)
_SELF = frozenset(["i", "we", "my"])
_COMES = re.compile(
    r"\b(?:there (?:was|were) (?:also )?(?:an?|another|some)|(?:then|next|after that|also|finally) (?:came|was|were)"
    r"|gab es|followed by)\b",
    re.I,
)
_EVENT = re.compile(r"\b(?:20\d\d|day \d|\w*(?:conf|con|camp|summit|meetup))$", re.I)  # "DevNord 2021", "TeaConf"
_NAME_ON = re.compile(r"[^\W\d_][^.,:;!?]{3,60}?\s(?:on|about|über)\s\S", re.I)  # "Ada Sol on tea caches"
_ITALICS = re.compile(r"(?<![\w*_])[*_](?![*_\s])([^*_\n]{8,140})(?<!\s)[*_](?![\w*_])")
_TAG = re.compile(r"<[^<>]{1,300}>")
_SHORTEST, _LONGEST = 40, 10_000  # characters of a block that may announce a talk
_SURE_NAME = 0.6
_SURE_TITLE_SCORE = 0.5
_LEAST_TITLE_SCORE = 0.35  # "here", "this video" and their like


@dataclass(frozen=True, slots=True)
class _Title:
    """What a sentence marks as a title, how, and where; who is named in full in a by-line behind it, and who gave the
    talk of this title.
    """

    text: str
    how: str
    at: int
    by: bool
    followers: tuple[str, ...]
    speakers: tuple[str, ...]

    @property
    def emphatic(self) -> bool:
        return self.how != "link"


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence that may announce talks, with what it says of them."""

    block: Block
    index: int
    line: int
    text: str
    speakers: tuple[str, ...]
    topics: list[Topic]
    titles: list[_Title]
    facts: Facts


def prose_candidates(blocks: Sequence[Block], free: Sequence[bool]) -> Iterator[Candidate]:
    headings = sum(b.kind == "heading" for b in blocks)
    made: list[Candidate] = []
    heard: list[str] = []  # who has presented so far
    for index, block in enumerate(blocks):
        if free[index] and block.kind in ("paragraph", "item", "html"):
            for sentence in _sentences(block, index, headings):
                made += _titled(sentence, heard)
                made += _topical(sentence, heard)
                heard += sentence.speakers
    newcomers = {c.start for c in made if c.features["new_speakers"]}
    stops = sorted(newcomers | {i for i, b in enumerate(blocks) if b.kind == "heading"})
    for candidate in made:
        after = bisect_right(stops, candidate.start)
        candidate.end = stops[after] if after < len(stops) else len(blocks)
    yield from with_peers(made)


# ---- what a sentence says


def _sentences(block: Block, index: int, headings: int) -> Iterator[_Sentence]:
    may_open = block.kind == "item" and bool(_NAME_ON.match(block.text))
    if (len(block.text) < _SHORTEST and not may_open) or len(block.text) > _LONGEST:
        return
    italics: list[str] | None = None  # of the whole block, looked for when a sentence may announce a talk
    for position, span in enumerate(block.spans):
        text, words = span.text, words_of(span.text)
        opens = may_open and not position
        if not opens and _ANNOUNCING.isdisjoint(words):
            continue
        people, presents = presenters(text)
        if opens and name_opens(text, people := people or find_people(text)):
            presents = [True, *(presents[1:] or [False] * (len(people) - 1))]
        speakers = tuple(dict.fromkeys(p.name for p, yes in zip(people, presents, strict=True) if yes))
        topics = topics_of(text, people, presents)
        if italics is None:
            italics = _ITALICS.findall(_TAG.sub("", block.raw))
        titles = [_title(text, *named, speakers) for named in _named_titles(block, italics, text)]
        facts: Facts = {}
        if topics or titles:
            facts = _facts(text, words) | {
                "sentence": min(position, 4),
                "sentences_after": min(len(block.spans) - position - 1, 5),
                "in_item": block.kind == "item",
                "headings": log1p(headings),
            }
        yield _Sentence(block, index, span.line, text, speakers, topics, titles, facts)


def _facts(text: str, words: Sequence[str]) -> Facts:
    kinds = ("session", "speaking", "attending", "upcoming")
    return {
        **{f"{kind}_words": sum(map(WORDS[kind].__contains__, words)) for kind in kinds},
        "told_words": min(sum(map(WORDS["told"].__contains__, words)), 3),
        "which_words": sum(map(WORDS["which"].__contains__, words[:8])),
        "own": not _SELF.isdisjoint(words) and author_speaks(text),
        "comes": bool(_COMES.search(text)),
        "plural": not WORDS["sessions"].isdisjoint(words),
        "pronoun": not WORDS["others"].isdisjoint(words),
    }


def _named_titles(block: Block, italics: Sequence[str], sentence: str) -> Iterator[tuple[str, str, int]]:
    seen: set[str] = set()
    for how, texts in (
        ("bold", block.bold),
        ("quotes", [m[1] for m in QUOTED.finditer(sentence)]),
        ("link", [link.text for link in block.links if not link.image]),
        ("italics", italics),
    ):
        for text in texts:
            title = " ".join(text.split()).strip(' "“”*_.,')
            at = sentence.find(title)
            if len(title) < 4 or at < 0 or title in seen:
                continue
            seen.add(title)
            if title_score(title) >= _LEAST_TITLE_SCORE and name_score(title) <= _SURE_NAME:
                yield title, how, at


# ---- talks by their title


def _title(sentence: str, title: str, how: str, at: int, presenting: tuple[str, ...]) -> _Title:
    """A title with who gave its talk: who is named behind it ("“Tea” by Ada Sol"), else who presents there."""
    after = sentence[at + len(title) :].lstrip("”\"'“’*_ ")
    by = bool(_BY.match(after))
    named = people_in_byline(after.lstrip(",()")[:80]) if by else []
    followers = tuple(name for name in named if " " in name)
    only = _only_person(sentence) if how != "link" and not presenting else ()
    return _Title(title, how, at, by, followers, followers or presenting or only)


def _titled(sentence: _Sentence, heard: Sequence[str]) -> Iterator[Candidate]:
    for title in sentence.titles:
        announced = bool(_ANNOUNCED.search(sentence.text[: title.at][-60:]))
        features: Facts = {
            f"by_{title.how}": True,
            "title_score": title_score(title.text),
            "title_words": min(len(title.text.split()), 12),
            "followed_by": title.by,
            "followed_by_name": bool(title.followers),
            "emphatic_by_name": bool(title.followers) and title.emphatic,
            "announced_before": announced,
            "announced_with_speakers": announced and bool(title.speakers),
            "emphatic_with_speakers": title.emphatic and bool(title.speakers),
            "title_first": title.at < 4,
            "event_like": bool(_EVENT.search(title.text)),
            "lower_start": title.text[0].islower(),
            "holds_speaker": any(name in title.text for name in sentence.speakers),
            "is_topic": any(topic.start <= title.at < topic.end for topic in sentence.topics),
            "with_topics": bool(sentence.topics),
        }
        yield _spoken(sentence, title.text, title.speakers, features | _known(title.speakers, heard))


def _only_person(sentence: str) -> tuple[str, ...]:
    """Who is named in full in a sentence that names nobody else: "After lunch Ada Sol showed “Maps with tea”"."""
    names = {person.name for person in find_people(sentence) if " " in person.name and person.score >= _SURE_NAME}
    return tuple(names) if len(names) == 1 else ()


# ---- talks by what they were about


def _topical(sentence: _Sentence, heard: Sequence[str]) -> Iterator[Candidate]:
    titles = {title.text.casefold() for title in sentence.titles}
    titled = {
        name
        for title in sentence.titles
        if title.emphatic and title_score(title.text) >= _SURE_TITLE_SCORE
        for name in title.speakers
    }
    for topic in sentence.topics:
        known = _known(topic.speakers, heard)
        if topic.text.casefold() in titles or not titled.isdisjoint(topic.speakers):
            continue
        if _is_announced(topic, sentence.facts, known):
            features: Facts = {
                f"topic_{topic.form}": True,
                f"topic_{topic.form}_speakers": bool(topic.speakers),
                "title_score": title_score(topic.text),
                "title_words": min(len(topic.text.split()), 12),
                "with_titles": bool(titles),
                "topics": len(sentence.topics),
                "title_first": topic.begins < 4,
            }
            yield _spoken(sentence, topic.text, topic.speakers, features | known)


def _is_announced(topic: Topic, facts: Facts, known: Mapping[str, bool]) -> bool:
    """Whether a topic may be that of a talk of its own: most of what somebody says is told of the talk above."""
    if topic.form == "item" or known["new_speakers"]:
        return True
    if topic.form == "shown" or (topic.form in ("survey", "verb") and not topic.speakers and not facts["own"]):
        return False
    return any(facts[cue] for cue in ("which_words", "attending_words", "own", "comes"))


def _known(speakers: Sequence[str], heard: Sequence[str]) -> dict[str, bool]:
    """Whether these speakers have been told of as such before, if only by a part of their names."""
    own = [set(name.split()) for name in speakers]
    before = [set(name.split()) for name in heard]
    return {
        "speakers": bool(speakers),
        "full_names": bool(speakers) and all(len(words) > 1 for words in own),
        "new_speakers": bool(speakers) and not any(_same(words, other) for words in own for other in before),
        "last_speaker": bool(before) and any(_same(words, before[-1]) for words in own),
    }


def _same(name: set[str], other: set[str]) -> bool:
    return name <= other or other <= name


def _spoken(sentence: _Sentence, title: str, speakers: tuple[str, ...], features: Facts) -> Candidate:
    made = {key: float(value) for key, value in (sentence.facts | features).items()}
    block, index = sentence.block, sentence.index
    return Candidate("prose", sentence.line, index, index + 1, title, speakers, None, 0, block.depth, made)
