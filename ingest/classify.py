"""A post with its candidates in, what kind of file it is out: a report on several talks, one talk, an index, or something else."""

import re
from collections.abc import Mapping, Sequence
from math import log1p
from pathlib import PurePosixPath

from talkdex.ingest.blocks import Block, Post
from talkdex.ingest.candidates import Candidate, Features, share, words_of
from talkdex.ingest.model import Model
from talkdex.ingest.sections import title_score
from talkdex.schema.records import Kind

KINDS: tuple[Kind, ...] = ("report", "talk", "index", "other")

_OVERVIEW_NAME = re.compile(r"^(?:readme|_?index|schedule|agenda|toc|contents?|overview|home)$", re.I)
_PROJECT_FILE = re.compile(r"^(?:licen[cs]e|copying|contributing|changelog|code[-_]of[-_]conduct|todo|about|terms)$", re.I)
_CONFERENCE_WORD = re.compile(
    r"conf\b|conf[-_ \d]|conference|summit|meetup|camp\b|con\b|con[-_ ]?\d|fest\b|days?\b|kongress|user group|world|expo|webinar", re.I
)
_YOU = re.compile(r"\b(?:you|your|you'll|we'll|let's)\b", re.I)
_FUTURE = re.compile(r"\b(?:i|we)(?:'ll| will|'m going to|'re going to| am going to| can't wait| hope to)\b|looking forward", re.I)
_PAST = re.compile(r"\b(?:was|were|had|went|attended|gave|spoke|presented|talked|showed|said|did)\b", re.I)


def kind_features(post: Post, blocks: Sequence[Block], found: Sequence[Candidate], chances: Sequence[float], event: float) -> Features:
    """What the kind is judged by. `chances` are the candidates' probabilities, `event` is the confidence in the event."""
    stem = PurePosixPath(post.path).stem
    title = str(post.front_matter.get("title") or "")
    heading = next((b.text for b in blocks if b.kind == "heading"), "")
    text = " ".join(b.text for b in blocks if b.kind != "code")
    words, opening = words_of(text[:20000]), words_of(text[:1500])
    title_words = words_of(f"{title} {stem} {heading}".replace("-", " ").replace("_", " "))
    tags = words_of(" ".join(str(post.front_matter.get(key) or "") for key in ("tags", "categories", "category", "keywords")))
    linked = sum(len(link.text) for b in blocks for link in b.links)
    features: Features = {
        "overview_name": bool(_OVERVIEW_NAME.match(stem)),
        "project_file": bool(_PROJECT_FILE.match(stem)),
        "conference_in_title": bool(_CONFERENCE_WORD.search(f"{title} {stem}")),
        "conference_in_heading": bool(_CONFERENCE_WORD.search(heading)),
        "conference_in_folder": bool(_CONFERENCE_WORD.search(str(PurePosixPath(post.path).parent))),
        "conference_in_tags": share(tags, "gathering") > 0,
        "folders": min(len(PurePosixPath(post.path).parts) - 1, 4),
        "front_matter": bool(post.front_matter),
        "by_in_name": " by " in f"{title} {stem.replace('-', ' ')}",
        "title_score": title_score(title or heading or stem.replace("-", " ")),
        "event": event,
        "words": log1p(len(words)),
        "headings": log1p(sum(b.kind == "heading" for b in blocks)),
        "items": sum(b.kind == "item" for b in blocks) / max(len(blocks), 1),
        "tables": sum(b.kind == "table" for b in blocks) / max(len(blocks), 1),
        "code": sum(b.kind == "code" for b in blocks) / max(len(blocks), 1),
        "links": linked / max(len(text), 1),
        "you": 100 * len(_YOU.findall(text[:20000])) / max(len(words), 1),
        "future": min(len(_FUTURE.findall(text[:20000])), 4),
        "past": 100 * len(_PAST.findall(text[:20000])) / max(len(words), 1),
    }
    for kind in ("session", "speaking", "attending", "gathering", "tutorial", "upcoming"):
        features[f"{kind}_words"] = share(words, kind)
        features[f"{kind}_opening"] = share(opening, kind)
        features[f"{kind}_title"] = share(title_words, kind) > 0
    return {key: float(value) for key, value in (features | _candidate_features(found, chances)).items()}


def _candidate_features(found: Sequence[Candidate], chances: Sequence[float]) -> Features:
    features: Features = {}
    first = next((c for c, _ in zip(found, chances, strict=True) if c.form == "heading"), None)
    for form in ("heading", "item", "line", "prose"):
        inner = sorted((p for c, p in zip(found, chances, strict=True) if c.form == form and c is not first), reverse=True)
        features[f"{form}_best"] = inner[0] if inner else 0.0
        features[f"{form}_second"] = inner[1] if len(inner) > 1 else 0.0
        features[f"{form}_sum"] = log1p(sum(inner))
    features["first_heading"] = next((p for c, p in zip(found, chances, strict=True) if c is first), 0.0)
    features["first_heading_speakers"] = bool(first and first.speakers)
    features["first_heading_container"] = first.features["container_word"] if first else 0.0
    return features


def kind_chances(features: Features, models: Mapping[str, Model]) -> dict[Kind, float]:
    """The probability of each kind; they add up to 1."""
    odds = {kind: models[kind].probability(features) for kind in KINDS}
    total = sum(odds.values()) or 1.0
    return {kind: chance / total for kind, chance in odds.items()}
