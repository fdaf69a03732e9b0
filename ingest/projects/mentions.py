"""Blocks in, what they may name as software out: each candidate with the signs that speak for and against it."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import log

from talkdex.data import FOLDER
from talkdex.ingest.notes.blocks import Block, Span
from talkdex.ingest.projects.catalogue import Occurrence, Project, Words, occurrences

Signs = dict[str, float]

WORDS = tomllib.loads((FOLDER / "software_words.toml").read_text(encoding="utf-8"))
AFTER, BEFORE, COMPANY = (frozenset(WORDS[key].split()) for key in ("after", "before", "company"))
EVERYDAY, BUSINESSES = (frozenset(re.split(r"[|\n]", WORDS[key].strip())) for key in ("everyday", "businesses"))

ADDRESS = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.]*")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
CERTAINTY = {"": "sure", "=": "cased", "~": "rare", "?": "common"}  # by the mark of the form
NEAR = frozenset((" ", "-", " “", ' "', "'", "’", " (", '" ', "” ", "’ ", ") ", ", "))
ENDINGS = (", ", " (", " - ")
GLUE = frozenset("-_/.")
VERSION = re.compile(r"\s?(?:v|version )?\d+(?:\.[\dx]+)*\b(?!\s*(?:%|am|pm|st|nd|rd|th|years|minutes|people|:))", re.I)
LIST_GAP = re.compile(r"(?:,? (?:and|or|vs\.?|versus|to|with) |, |/| / | \+ | & |; )(?:the |an? )?")
SOCIAL = re.compile(
    r"//(?:\w+\.)?(?:twitter|x|linkedin|facebook|youtube|youtu|slideshare|speakerdeck|instagram|flickr|plus\.google)\."
)


@dataclass(slots=True)
class Candidate:
    """A name that may be software's, with the lines on which it stands and its signs, counted first, then summed up."""

    name: str
    listed: Project | None
    sightings: list[int] = field(default_factory=list)
    signs: Signs = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """The sentences of a file as one text: `spans[i]` of `blocks[i]` begins at `offsets[i]`. `hits` may be software."""

    words: Words
    offsets: list[int]
    spans: list[Span]
    blocks: list[Block]
    hits: list[Occurrence]
    _marked_up: dict[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)

    def place(self, offset: int) -> int:
        """The index of the sentence in which the offset lies."""
        return bisect_right(self.offsets, offset) - 1

    def sentence(self, place: int) -> str:
        first = self.offsets[place]
        return self.words.text[first : first + len(self.spans[place].text)]

    def marked_up(self, place: int, name: str) -> tuple[str, ...]:
        """The signs of code spans, links and bold runs that hold the name in the sentence's block."""
        block = self.blocks[place]
        key = id(block), name
        if key not in self._marked_up:
            self._marked_up[key] = tuple(_marked_up(block, name))
        return self._marked_up[key]

    def word_before(self, i: int) -> str:
        """The word before word `i` in lower case, or "@"; "" at the start of its sentence."""
        gap = self.words.gaps[i]
        if "@" in gap:
            return "@"
        return self.words.lowered[i - 1] if i and "\n" not in gap else ""

    def word_after(self, i: int) -> str:
        """The word after word `i` as written, "" at the end of its sentence."""
        near = i + 1 < len(self.words.written) and self.words.gaps[i + 1] in NEAR
        return self.words.written[i + 1] if near else ""


def read_text(blocks: Iterable[Block]) -> Reading:
    pairs = [(span, block) for block in blocks for span in block.spans]
    offsets = list(accumulate((len(span.text) + 1 for span, _ in pairs), initial=0))[:-1]
    text = "\n".join(span.text for span, _ in pairs)
    if "/" in text or "@" in text or "#" in text:
        text = ADDRESS.sub(_blank, text)
    words = Words(text)
    return Reading(words, offsets, [span for span, _ in pairs], [block for _, block in pairs], occurrences(words))


def listed_candidates(reading: Reading, front: Sequence[tuple[str, Span]] = ()) -> dict[str, Candidate]:
    """Candidates of the catalogue, by name, with their signs in all of the file.

    `front` is the front matter's text with what it is: "title", "about" or "tags".
    """
    found: dict[str, Candidate] = {}
    for i, hit in enumerate(reading.hits):
        place = reading.place(hit.start)
        if hit.end - hit.start == 1 and _is_lettering(reading.words.text, hit.end, hit.start == reading.offsets[place]):
            continue
        candidate = _candidate(found, hit)
        candidate.sightings.append(reading.spans[place].line)
        signs = candidate.signs
        for sign in _signs(reading, place, i):
            signs[sign] = signs.get(sign, 0.0) + 1.0
    for key, span in front:
        for hit in occurrences(Words(span.text)):
            candidate = _candidate(found, hit)
            if not candidate.sightings:
                candidate.signs |= {"only_front": 1.0, CERTAINTY[hit.form.mark]: 1.0}
                candidate.sightings.append(span.line)
            candidate.signs["front_" + key] = 1.0
    # "[Twitter](https://twitter.com/zoequill)" says where to find somebody, not what the talk was about
    found = {name: c for name, c in found.items() if c.signs.get("social", 0) < len(c.sightings)}
    sure = Counter(c.listed.area for c in found.values() if c.listed and ("sure" in c.signs or "cased" in c.signs))
    for candidate in found.values():
        _sum_up(candidate, sure)
    return found


def _is_lettering(text: str, end: int, first: bool) -> bool:
    """Whether a single letter counts ("C. Build times") or is part of something else ("R&D", "R-CNN")."""
    return (first and text[end : end + 1] in (".", ")")) or (
        text[end : end + 1] in ("&", "-") and text[end + 1 : end + 2].isupper()
    )


def _candidate(found: dict[str, Candidate], hit: Occurrence) -> Candidate:
    known = hit.form.project
    candidate = found.get(known.name)
    if candidate is None:
        candidate = found[known.name] = Candidate(known.name, known)
    return candidate


def _signs(reading: Reading, place: int, i: int) -> list[str]:
    """What the sentence and the markup around hit `i` say about it."""
    text, hits = reading.words.text, reading.hits
    hit, first = hits[i], reading.offsets[place]
    last = first + len(reading.spans[place].text)
    signs = [CERTAINTY[hit.form.mark], _standing(reading, place, hit)]
    before, after = reading.word_before(hit.first), reading.word_after(hit.last)
    if len(hit.form.text) < 5 and hit.form.text.isupper():
        signs.append("acronym")
    if before in BEFORE:
        signs.append("before")
    if before in COMPANY:
        signs.append("company")
    if last - first < 90 and last - hit.end < 3 and text[max(first, hit.start - 3) : hit.start].endswith(ENDINGS):
        signs.append("ending")
    if after:
        if after.lower() in AFTER:
            signs.append("after")
        if after[0].isupper() and text[hit.end] == " ":
            signs.append("capital_next")
        if after == "s":
            signs.append("possessive")
        if after[0].isdigit() or after[0] == "v":
            signs += ["version"] if VERSION.match(text, hit.end) else []
    for other in (i - 1, i + 1):
        if 0 <= other < len(hits):
            gap = text[hits[other].end : hit.start] if other < i else text[hit.end : hits[other].start]
            if len(gap) < 12 and LIST_GAP.fullmatch(gap):
                signs.append("listed" if hits[other].form.mark else "listed_sure")
    if _is_glued(text, hit.start, hit.end):
        signs.append("glued")
    signs += reading.marked_up(place, text[hit.start : hit.end])
    return signs


def _is_glued(text: str, start: int, end: int) -> bool:
    """Whether it is part of something longer, as in "rails-api", "etc/nginx"."""
    follows = text[end : end + 1] in GLUE and text[end + 1 : end + 2].isalnum()
    return follows or text[max(0, start - 1) : start] in GLUE


def _standing(reading: Reading, place: int, hit: Occurrence) -> str:
    """Where a name stands, for a capital says nothing in a title and little at the start of a sentence."""
    text, first = reading.words.text, reading.offsets[place]
    if reading.blocks[place].kind == "heading":
        return "heading"
    if _is_titled(text[first : first + min(200, len(reading.spans[place].text))]):
        return "titled"
    if hit.start - first < 9 and not text[first : hit.start].strip(" \"'“(*-"):
        return "opening"
    return "midway" if text[hit.start].isupper() else "small"


def _is_titled(text: str) -> bool:
    """Whether most longer words of the text have a capital: "Go Further with Less"."""
    words = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 1 and sum(word[0].isupper() for word in words) > 0.65 * len(words)


def _marked_up(block: Block, name: str) -> Iterator[str]:
    if "`" in block.raw and name in block.raw and any(name in code for code in CODE_SPAN.findall(block.raw)):
        yield "code"
    if link := next((link for link in block.links if name in link.text), None):
        yield "social" if SOCIAL.search(link.url) else "linked"
        if name.lower().replace(" ", "") in link.url.lower():
            yield "in_address"
    if any(name in bold for bold in block.bold):
        yield "bold"


def _sum_up(candidate: Candidate, sure: Counter[str]) -> None:
    """Counts become shares and logarithms, so that the length of the file matters little. `sure` counts areas."""
    assert candidate.listed is not None
    times = len(candidate.sightings)
    own = "sure" in candidate.signs or "cased" in candidate.signs
    others, near = sure.total() - own, sure[candidate.listed.area] - own
    made: Signs = {
        "times": log(times),
        "others": log(1 + others),
        "near": log(1 + near),
        "near_share": near / (others + 1),
    }
    made["kind_" + candidate.listed.kind] = 1.0
    for sign, count in candidate.signs.items():
        made[sign] = 1.0
        made[sign + "_share"] = count / times
    if candidate.name in EVERYDAY:
        made["everyday"], made["everyday_times"] = 1.0, made["times"]
    elif candidate.name in BUSINESSES:
        made["business"], made["business_times"] = 1.0, made["times"]
    if " " in candidate.name:
        made["words"] = 1.0
    candidate.signs = made


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
