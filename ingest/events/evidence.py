"""A post, its blocks and its event's overview in, every event that the notes may be from out, with how likely each is.

A small model (`data/events.json`, made by `benchmarks/train_events.py`) weighs where and how an event is named.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import log1p

from talkdex.ingest.events.known import squash
from talkdex.ingest.events.mentions import NAMING, PLACED, Mention, mentions, path_years, words_of
from talkdex.ingest.events.words import year_in
from talkdex.ingest.model import load
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.post import path_day


@dataclass(slots=True)
class Candidate:
    """An event that the notes may be from: where it is named, by which features it is judged, the verdict (0 to 1)."""

    key: str
    mentions: list[Mention] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    confidence: float = 0.0


def event_evidence(post: Post, blocks: Sequence[Block], overview: str | None = None) -> list[Candidate]:
    """All events that the notes may be from, the likeliest first, each with its features and confidence."""
    found = candidates_of(post, blocks, overview)
    model = load("events")["candidate"]
    for candidate in found:
        candidate.confidence = model.probability(candidate.features)
    return sorted(found, key=lambda candidate: -candidate.confidence)


def candidates_of(post: Post, blocks: Sequence[Block], overview: str | None = None) -> list[Candidate]:
    """The candidates with their features, not yet weighed."""
    candidates: dict[str, Candidate] = {}
    for mention in mentions(post, blocks, overview):
        candidates.setdefault(mention.name.key, Candidate(mention.name.key)).mentions.append(mention)
    found = _joined(list(candidates.values()))
    years, posted = path_years(post.path), day_of(post)
    for candidate in found:
        candidate.features = _features(candidate, years, posted)
    _compare(found, blocks)
    return found


def day_of(post: Post) -> date | None:
    """The day of the post, from its front matter or file name. No day of the event, but that was not long before."""
    stated = post.front_matter.get("date") or post.front_matter.get("published")
    if isinstance(stated, datetime):
        return stated.date()
    if isinstance(stated, date):
        return stated
    text = str(stated)[:10] if stated else path_day(post.path) or ""
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


_CERTAINTIES = ("series", "pattern", "word", "maybe", "year", "cue")


def _features(candidate: Candidate, years: Sequence[int], posted: date | None) -> dict[str, float]:
    zones = Counter(mention.zone for mention in candidate.mentions)
    features = {f"in {zone}": 1.0 for zone in zones}
    certainties = {mention.name.certainty for mention in candidate.mentions}
    best = next(c for c in _CERTAINTIES if c in certainties)
    features[f"is {best}"] = 1.0
    for zone, name, _ in candidate.mentions:
        if name.year:
            features["year"] = 1.0
            if zone in PLACED:
                features["year beside"] = 1.0
            if name.year in years or (posted and 0 <= posted.year - name.year <= 1):
                features["year fits"] = 1.0
        if name.city:
            features["city"] = 1.0
        if zone == "file" and name.start == 0:
            features["begins file"] = 1.0
    said = [mention.name.year for mention in candidate.mentions if mention.name.year]
    features["year far"] = float(bool(posted and said and all(not -1 <= posted.year - year <= 1 for year in said)))
    features["year in path"] = float(bool(years) and ("folder" in zones or "file" in zones))
    features["mentions"] = log1p(len(candidate.mentions))
    features["zones"] = float(len(zones))
    features["short"] = float(len(candidate.key) < 4)
    if best in ("word", "maybe", "year", "cue"):
        for zone in PLACED:
            if zone in zones:
                features[f"{best} in {zone}"] = 1.0
        features["unsure, once"] = float(len(candidate.mentions) == 1)
    return features


def _compare(found: Sequence[Candidate], blocks: Sequence[Block]) -> None:
    """Adds the features that set a candidate beside the others."""
    for zone in (*PLACED, "cue"):
        there = [candidate for candidate in found if f"in {zone}" in candidate.features]
        sure = [c for c in there if "is series" in c.features or "is pattern" in c.features]
        for candidate in found:
            if candidate not in there and any(c is not candidate for c in sure):
                candidate.features[f"other in {zone}"] = 1.0
        for candidate in there[1:]:
            candidate.features["later"] = 1.0
    most = max((len(candidate.mentions) for candidate in found), default=0)
    how_many_sure = sum("is series" in c.features or "is pattern" in c.features for c in found)
    years = {block.text for block in blocks if len(block.text) == 4 and year_in(block.text)}
    for candidate in found:
        candidate.features["share"] = len(candidate.mentions) / most
        candidate.features["alone"] = float(len(found) == 1)
        candidate.features["many sure"] = float(how_many_sure > 4)
        candidate.features["many years"] = float(len(years) > 1)


def _joined(found: list[Candidate]) -> list[Candidate]:
    """The candidates, those that only abbreviate another one joined to it: "tws_2019" to "Tidewater Software 2019"."""
    short = [c for c in found if all(m.zone in ("folder", "file") and m.name.certainty != "series" for m in c.mentions)]
    for candidate in short:
        name = candidate.mentions[0].name.name
        for other in found:
            if other not in short and any(
                m.zone in NAMING[:4] and _abbreviates(name, m.name.name) for m in other.mentions
            ):
                other.mentions.extend(candidate.mentions)
                found = [c for c in found if c is not candidate]
                break
    return found


def _abbreviates(short: str, name: str) -> bool:
    """Whether `short` has the beginnings of the words of `name`, or their first letters."""
    parts, words = [[squash(w) for w in words_of(n)] for n in (short, name)]
    if not all(words) or len(words) < 2:
        return False
    if 1 < len(parts[0]) == len("".join(parts)) and "".join(word[0] for word in words).startswith(parts[0]):
        return True
    return len(parts) == len(words) and all(word.startswith(part) for part, word in zip(parts, words, strict=True))
