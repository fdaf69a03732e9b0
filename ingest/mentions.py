"""Blocks in, what they may name as software out: each candidate with the signs that speak for and against it."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from talkdex.data import FOLDER
from talkdex.ingest.blocks import Block, Span
from talkdex.ingest.catalogue import TOKEN, Occurrence, Project, occurrences

Signs = dict[str, float]

WORDS = tomllib.loads((FOLDER / "software_words.toml").read_text(encoding="utf-8"))
AFTER, BEFORE, COMPANY = (frozenset(WORDS[key].split()) for key in ("after", "before", "company"))
EVERYDAY, BUSINESSES = (frozenset(re.split(r"[|\n]", WORDS[key].strip())) for key in ("everyday", "businesses"))

ADDRESS = re.compile(r"https?://\S+|www\.\S+|[@#]\w[\w.]*")
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LAST_WORD = re.compile(r"([@\w'’+#]+)\W*$")
NEXT_WORD = re.compile(r"[\s\-]*([\w'’]+)")
VERSION = re.compile(r"\s?(?:v|version )?\d+(?:\.[\dx]+)*\b(?!\s*(?:%|am|pm|st|nd|rd|th|years|minutes|people|:))", re.I)
LIST_GAP = re.compile(r"(?:,? (?:and|or|vs\.?|versus|to|with) |, |/| / | \+ | & |; )(?:the |an? )?")
SOCIAL = re.compile(
    r"//(?:\w+\.)?(?:twitter|x|linkedin|facebook|youtube|youtu|slideshare|speakerdeck|instagram|flickr|plus\.google)\."
)
REACH = 32  # characters beside a name that are looked at


@dataclass(slots=True)
class Candidate:
    """A name that may be software's. `sightings` are its lines, with whether the name stands there in its own case."""

    name: str
    listed: Project | None
    sightings: list[tuple[int, bool]] = field(default_factory=list)
    signs: Signs = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """All sentences of a file as one text: each with its block and the offset at which it begins. `hits` lie in `text`,
    and so do its `tokens`."""

    text: str
    tokens: list[re.Match[str]]
    offsets: list[int]
    spans: list[Span]
    blocks: list[Block]
    hits: list[Occurrence]

    def place(self, offset: int) -> int:
        """The index of the sentence in which the offset lies."""
        return bisect_right(self.offsets, offset) - 1


def read_text(blocks: Iterable[Block]) -> Reading:
    pairs = [(span, block) for block in blocks for span in block.spans]
    offsets, end = [], 0
    for span, _ in pairs:
        offsets.append(end)
        end += len(span.text) + 1
    text = "\n".join(span.text for span, _ in pairs)
    if "/" in text or "@" in text or "#" in text:
        text = ADDRESS.sub(_blank, text)
    tokens = list(TOKEN.finditer(text))
    hits = occurrences(text, tokens)
    return Reading(text, tokens, offsets, [span for span, _ in pairs], [block for _, block in pairs], hits)


def listed_candidates(reading: Reading, front: Sequence[tuple[str, Span]] = ()) -> dict[str, Candidate]:
    """Candidates of the catalogue, by name, with their signs in all of the file.

    `front` is the front matter's text with what it is: "title", "about" or "tags".
    """
    found: dict[str, Candidate] = {}
    for i, hit in enumerate(reading.hits):
        place = reading.place(hit.start)
        candidate = _candidate(found, hit)
        candidate.sightings.append((reading.spans[place].line, hit.exact))
        signs = candidate.signs
        for sign in _signs(reading, place, i):
            signs[sign] = signs.get(sign, 0.0) + 1.0
    for key, span in front:
        for hit in occurrences(span.text):
            candidate = _candidate(found, hit)
            if not candidate.sightings:
                candidate.signs |= {"only_front": 1.0, _certainty(hit): 1.0}
                candidate.sightings.append((span.line, hit.exact))
            candidate.signs["front_" + key] = 1.0
    sure = Counter(c.listed.area for c in found.values() if c.listed and ("sure" in c.signs or "exact=" in c.signs))
    for candidate in found.values():
        _sum_up(candidate, sure)
    return found


def _candidate(found: dict[str, Candidate], hit: Occurrence) -> Candidate:
    known = hit.form.project
    candidate = found.get(known.name)
    if candidate is None:
        candidate = found[known.name] = Candidate(known.name, known)
    return candidate


def _signs(reading: Reading, place: int, i: int) -> list[str]:
    """What the sentence and the markup around hit `i` say about it."""
    text, hits = reading.text, reading.hits
    hit, block, first = hits[i], reading.blocks[place], reading.offsets[place]
    last = first + len(reading.spans[place].text)
    before, after = text[max(first, hit.start - REACH) : hit.start], text[hit.end : min(last, hit.end + REACH)]
    signs = [_certainty(hit)]
    if hit.exact:
        signs.append(_standing(block, text[first:last], text[first : hit.start], text[hit.start].isupper()))
    word = LAST_WORD.search(before)
    if word:
        lowered = word[1].lower()
        if lowered in BEFORE:
            signs.append("before")
        if lowered in COMPANY:
            signs.append("company")
    if before.endswith((", ", " (", " - ")) and last - first < 90 and last - hit.end < 3:
        signs.append("ending")
    if following := NEXT_WORD.match(after):
        if following[1].lower() in AFTER:
            signs.append("after")
        if after[0] == " " and following[1][0].isupper():
            signs.append("capital_next")
        if following[1] == "s":
            signs.append("possessive")
        if VERSION.match(after):
            signs.append("version")
    for other in (i - 1, i + 1):
        if 0 <= other < len(hits):
            gap = text[hits[other].end : hit.start] if other < i else text[hit.end : hits[other].start]
            if len(gap) < 12 and LIST_GAP.fullmatch(gap):
                signs.append("listed" if hits[other].form.mark else "listed_sure")
    if (after[:1] in "-_/." and after[1:2].isalnum()) or (before and before[-1] in "-_/."):
        signs.append("glued")
    signs += _marked_up(block, text[hit.start : hit.end])
    return signs


def _certainty(hit: Occurrence) -> str:
    return ("exact" if hit.exact else "inexact") + hit.form.mark if hit.form.mark else "sure"


def _standing(block: Block, sentence: str, before: str, capital: bool) -> str:
    """Where a name stands, for a capital says nothing in a title and little at the start of a sentence."""
    if block.kind == "heading":
        return "heading"
    if _is_titled(sentence):
        return "titled"
    if not before.strip(" \"'“(*-"):
        return "opening"
    return "midway" if capital else "small"


def _is_titled(text: str) -> bool:
    """Whether most longer words of the text have a capital: "Go Further with Less"."""
    words = [word for word in text[:200].split() if len(word) > 3 and word[0].isalpha()]
    return len(words) > 1 and sum(word[0].isupper() for word in words) > 0.65 * len(words)


def _marked_up(block: Block, name: str) -> Iterable[str]:
    if "`" in block.raw and name in block.raw and any(name in code for code in CODE_SPAN.findall(block.raw)):
        yield "code"
    for link in block.links:
        if name in link.text:
            yield "social" if SOCIAL.search(link.url) else "linked"
            if name.lower().replace(" ", "") in link.url.lower():
                yield "in_address"
            break
    if block.bold and any(name in bold for bold in block.bold):
        yield "bold"


def _sum_up(candidate: Candidate, sure: Counter[str]) -> None:
    """Counts become shares and logarithms, so that the length of the file matters little. `sure` counts areas."""
    assert candidate.listed is not None
    times = len(candidate.sightings)
    own = "sure" in candidate.signs or "exact=" in candidate.signs
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
