"""A post with its candidates in, what kind of file it is out: a report on several talks, one talk, an index, or
something else.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log1p
from operator import and_
from pathlib import PurePosixPath

from talkdex.data import words as word_list
from talkdex.ingest.model import Model
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.people.bylines import split_label
from talkdex.ingest.talks.candidates import TALK_LINK, WORDS, Candidate, Features, share, words_of
from talkdex.ingest.talks.kind_signs import kind_signs
from talkdex.ingest.talks.speakers import speakers_below
from talkdex.ingest.talks.titles import read_heading, title_from_filename
from talkdex.schema.records import Kind

QUESTIONS = ("notes", "index", "several")
NO_EVENT = 0.4  # a confidence below which there might as well be no event
_OVERVIEW_NAME = re.compile(r"^(?:readme|_?index|schedule|agenda|toc|contents?|overview|home)$", re.I)
_PROJECT_FILE = re.compile(
    r"^(?:licen[cs]e|copying|contributing|changelog|code[-_]of[-_]conduct|todo|about|terms)$", re.I
)
_CONFERENCE_WORD = re.compile(
    r"conf\b|conf[-_ \d]|conference|summit|meetup|camp\b|con\b|con[-_ ]?\d|fest\b|days?\b|kongress|user group|world"
    r"|expo|webinar",
    re.I,
)
_REPORT_TITLE = re.compile(
    r"\bday[s\s_-]*(?:\d|one|two|three|four|zero)"
    r"|\b(?:report|recap|round-?up|summary|summarized|impressions|trip|highlights|overview|retrospective|review"
    r"|takeaways|lessons|notes|experience|visit|attending|rückblick|bericht|retour|résumé)\b",
    re.I,
)
_TALK_SECTION = re.compile(
    r"(?:abstract|bio|biography|about the speaker|speakers?|summary|notes?|q\s?&\s?a|questions|(?:key )?takeaways"
    r"|slides)\W*$",
    re.I,
)
_YEAR = re.compile(r"['’]?\b(?:19|20)?\d\d\b")
_EMPTY_WORDS = word_list("empty_title_words")
_COLLECTION = re.compile(
    r"_?(?:the |my |our )?(?:lightning |short |breakout )?"
    r"(?:talks|rounds?|sessions|keynotes|workshops|presentations|demos|vorträge)(?:\s(?:at|of|from|on|@)\s.{2,60})?",
    re.I,
)


def is_collection(title: str) -> bool:
    """ "Lightning talks at DevNord" heads several talks and is none."""
    return bool(_COLLECTION.fullmatch(title.strip()))


def kind_features(
    post: Post, blocks: Sequence[Block], found: Sequence[Candidate], chances: Sequence[float], context: Features
) -> Features:
    """What the kind is judged by. `chances` are the candidates' probabilities, `context` is of `title_features`."""
    heading = next((b.text for b in blocks if b.kind == "heading"), "")
    stem = PurePosixPath(post.path).stem
    spaced = re.sub(r"[-_]+", " ", stem)
    text = " ".join(b.text for b in blocks if b.kind != "code")
    words = words_of(text[:20000])
    tags = words_of(
        " ".join(str(post.front_matter.get(key) or "") for key in ("tags", "categories", "category", "keywords"))
    )
    linked = sum(len(link.text) for b in blocks for link in b.links)
    features: Features = context | {
        "collection": is_collection(heading) or is_collection(spaced),
        "session_in_name": not WORDS["session"].isdisjoint(words_of(f"{heading} {spaced}")),
        "session_address": any(TALK_LINK.search(link.url) for b in blocks[:3] for link in b.links),
        "project_file": bool(_PROJECT_FILE.match(stem)),
        "conference_in_heading": bool(_CONFERENCE_WORD.search(heading)),
        "conference_in_folder": bool(_CONFERENCE_WORD.search(str(PurePosixPath(post.path).parent))),
        "conference_in_tags": share(tags, "gathering") > 0,
        "words": log1p(len(words)),
        "tables": sum(b.kind == "table" for b in blocks) / max(len(blocks), 1),
        "code": sum(b.kind == "code" for b in blocks) / max(len(blocks), 1),
        "links": linked / max(len(text), 1),
        **_wording(words),
        **_shape(blocks),
        **kind_signs(post, blocks, words, found, bool(context["overview_name"])),
    }
    silent = features["event"] < NO_EVENT
    mute = silent and features["session_words"] < 0.4 and features["speaking_words"] < 0.8
    source = speakers_below(blocks[blocks[:1] != [] and blocks[0].kind == "heading" :])[1]
    features |= {
        "no_event_no_sessions": mute,
        "report_title_of_event": features["report_title"] and not silent,
        "overview_without_event": features["overview_name"] and silent,
        "labelled_speakers": any(split_label(b.text)[0] for b in blocks[:12] if len(b.text) < 160),
        **{f"speakers_in_{where}": where == source for where in ("byline", "label", "prose")},
        "speaker_in_title": (in_title := _speaker_in_title(post, heading)),
        "no_speaker": not in_title and source in ("", "prose"),
        "instructs": mute and features["you_words"] > 1,
        **_heading_features(blocks),
    }
    return {key: float(value) for key, value in (features | _candidate_features(found, chances)).items()}


def _speaker_in_title(post: Post, heading: str) -> bool:
    """Whether the title, the first heading or the file's name gives a speaker."""
    title = str(post.front_matter.get("title") or "") or heading
    return bool((title and read_heading(title).speakers) or title_from_filename(post.path).speakers)


_COUNTED = ("session", "sessions", "planned", "told", "self", "others")
_WORDING = (*_COUNTED, "you", "speaking", "gathering", "tutorial")


def _wording(words: Sequence[str]) -> Features:
    """Who does what, when, according to the words of all the text: each kind of word as a share and as a number."""
    counts = Counter(words)
    numbers = {kind: sum(counts[word] for word in counts.keys() & WORDS[kind]) for kind in _WORDING}
    features = {f"{kind}_words": 100 * number / max(len(words), 1) for kind, number in numbers.items()}
    features |= {f"{kind}_count": log1p(number) for kind, number in numbers.items() if kind in _COUNTED}
    which, session = map(WORDS["which"].__contains__, words), map(WORDS["session"].__contains__, words[1:])
    features["which_session"] = log1p(sum(map(and_, which, session)))  # "the next talk"
    return features


def _shape(blocks: Sequence[Block]) -> Features:
    """What the file consists of: notes are lists, reports and tutorials are prose."""
    count = max(len(blocks), 1)
    kinds = Counter(block.kind for block in blocks)
    paragraphs = [len(block.text) for block in blocks if block.kind == "paragraph"]
    links = [link for block in blocks for link in block.links]
    return {
        "blocks": log1p(len(blocks)),
        "items": kinds["item"] / count,
        "deep_items": sum(block.kind == "item" and block.depth > 1 for block in blocks) / count,
        "headings": log1p(kinds["heading"]),
        "heading_share": kinds["heading"] / count,
        "paragraphs": log1p(len(paragraphs)),
        "paragraph_length": log1p(sum(paragraphs) / max(len(paragraphs), 1)),
        "images": log1p(sum(link.image for link in links)),
        "link_count": log1p(sum(not link.image for link in links)),
        "questions": sum(block.text.count("?") for block in blocks) / count,
    }


def title_features(post: Post, blocks: Sequence[Block], event_names: Sequence[str], event: float) -> Features:
    """What the title of the whole file tells, and the confidence in its event; it helps to judge the headings, too."""
    stem = PurePosixPath(post.path).stem
    title = str(post.front_matter.get("title") or "")
    heading = next((b.text for b in blocks if b.kind == "heading"), "")
    named = f"{title} {heading} {stem.replace('-', ' ').replace('_', ' ')}"
    features: Features = {
        "report_title": bool(_REPORT_TITLE.search(named)),
        "by_in_name": " by " in f"{title} {stem.replace('-', ' ')}",
        "front_matter": bool(post.front_matter),
        "overview_name": bool(_OVERVIEW_NAME.match(stem)),
        "event": event,
        **_title_rest(title or heading or stem, event_names),
    }
    return {key: float(value) for key, value in features.items()}


def _title_rest(title: str, event_names: Sequence[str]) -> Features:
    """How much of the title is left without the event: of "DevNord 2021, day 2: impressions" nothing, so it is no
    talk's.
    """
    of_event = {word for name in event_names for word in words_of(name)}
    rest = [
        word
        for word in words_of(_YEAR.sub(" ", title).replace("_", " ").replace("-", " "))
        if word not in of_event and "".join(word.split("'")) not in _EMPTY_WORDS and not _REPORT_TITLE.fullmatch(word)
    ]
    joined = "".join(words_of(title))
    named = bool(of_event) and any("".join(words_of(name)) in joined for name in event_names)
    return {"title_is_event": named and len(rest) <= 1, "title_rest": min(len(rest), 6), "title_names_event": named}


def _heading_features(blocks: Sequence[Block]) -> Features:
    headings = [b.text for b in blocks if b.kind == "heading"]
    return {
        "talk_sections": bool(blocks) and any(_TALK_SECTION.match(text) for text in headings),
        "tutorial_headings": sum(share(words_of(text), "tutorial") > 0 for text in headings) / max(len(headings), 1),
        "repeated_headings": log1p(sum(count - 1 for count in Counter(headings).values())),
    }


def _candidate_features(found: Sequence[Candidate], chances: Sequence[float]) -> Features:
    chosen = [chance for c, chance in zip(found, chances, strict=True) if c.chosen]
    features: Features = {
        "chosen": log1p(len(chosen)),
        "chosen_several": len(chosen) > 1,
        "chosen_odds": log1p(sum(max(2 * chance - 1, 0) for chance in chosen)),
        "chosen_covers": any(c.chosen and c.features["first"] for c in found if c.form == "heading"),
    }
    presenters = {name for c in found if c.form == "prose" for name in c.speakers}
    features["presenters"] = log1p(len(presenters))
    features["several_presenters"] = len(presenters) > 1
    features["names"] = log1p(len({name for c in found for name in c.speakers}))
    features["spoken_sentences"] = log1p(sum(c.form == "prose" and bool(c.speakers) for c in found))
    spoken = [
        c for c, chance in zip(found, chances, strict=True) if c.form != "heading" and c.speakers and chance >= 0.5
    ]
    features["inner_several"] = len(spoken) > 1
    first = next((c for c in found if c.form == "heading"), None)
    for form in ("heading", "item", "line", "prose"):
        inner = sorted(
            (p for c, p in zip(found, chances, strict=True) if c.form == form and c is not first), reverse=True
        )
        features[f"{form}_best"] = inner[0] if inner else 0.0
        features[f"{form}_second"] = inner[1] if len(inner) > 1 else 0.0
        features[f"{form}_sum"] = log1p(sum(inner))
    features["first_heading"] = next((p for c, p in zip(found, chances, strict=True) if c is first), 0.0)
    features["first_heading_speakers"] = bool(first and first.speakers)
    headings = [c for c in found if c.form == "heading"]
    with_speakers = sum(c.features["speakers_in_heading"] or c.features["speakers_in_byline"] for c in headings)
    features["headings_with_speakers"] = log1p(with_speakers)
    features["share_with_speakers"] = with_speakers / max(len(headings), 1)
    features["several_with_speakers"] = with_speakers > 1
    features["first_heading_container"] = first.features["container_word"] if first else 0.0
    return features


def kind_chances(features: Features, models: Mapping[str, Model]) -> dict[Kind, float]:
    """The probability of each kind. Asked in turn: are these notes of talks; an index of them; on several?"""
    notes, index, report = (models[question].probability(features) for question in QUESTIONS)
    return {
        "other": 1 - notes,
        "index": notes * index,
        "report": notes * (1 - index) * report,
        "talk": notes * (1 - index) * (1 - report),
    }
