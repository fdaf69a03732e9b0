"""A post's blocks in, its talks out: which of the candidates are talks, and which lines each has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from talkdex.ingest.events.places import place_in
from talkdex.ingest.model import Model
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.outline import Section, headings_above
from talkdex.ingest.people.bylines import name_from_url, people_in_byline
from talkdex.ingest.people.certainty import speaker_features
from talkdex.ingest.people.names import name_score, title_odds
from talkdex.ingest.talks.candidates import Candidate, Features, words_of
from talkdex.ingest.talks.classify import kind_chances, kind_features, title_features
from talkdex.ingest.talks.evident import is_evident, names_title_and_speaker
from talkdex.ingest.talks.formats import format_of
from talkdex.ingest.talks.judge import judge
from talkdex.ingest.talks.overview_speakers import speakers_in_overview
from talkdex.ingest.talks.sections import is_section_heading, title_score
from talkdex.ingest.talks.speakers import speakers_below
from talkdex.ingest.talks.titles import Heading, read_heading, title_from_filename
from talkdex.schema.records import Format, Kind

_SURELY_OTHER = 0.6  # the probability of no notes from which not even talks that say so themselves are believed
_TITLE_IN_SENTENCE = 0.3  # the probability from which a sentence's title is better than the whole line
ACCEPTED = 0.45  # the probability from which an item, line or sentence is a talk of a report


@dataclass(frozen=True, slots=True)
class Found:
    """One talk as found: its blocks are blocks[start:end], its lines 1-based and inclusive."""

    title: str
    speakers: tuple[str, ...]
    format: Format
    first_line: int
    last_line: int
    start: int
    end: int
    confidence: float
    speakers_confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a post before its talks are told: its stated title, the names of its event and how sure that is.

    `kind` is what the front matter states; `are_notes` whether it states an event or a speaker, so that the post cannot
    be something else. `overview` is the text of the event's README or index page.
    """

    title: str = ""
    event_names: Sequence[str] = ()
    event_chance: float = 0.0
    kind: Kind | None = None
    are_notes: bool = False
    overview: str = ""


def split(
    post: Post, blocks: Sequence[Block], known: Known, models: Mapping[str, Model]
) -> tuple[Kind, float, list[Found]]:
    """The kind of the post with its probability, and its talks in order."""
    kind, chance, talks = _split(post, blocks, known, models)
    return kind, chance, [_with_certainty(blocks, talk, models) for talk in talks]


def _with_certainty(blocks: Sequence[Block], talk: Found, models: Mapping[str, Model]) -> Found:
    if not talk.speakers:
        return talk
    features = speaker_features(blocks[talk.start : talk.end], talk.speakers, talk.confidence)
    return replace(talk, speakers_confidence=round(models["speakers"].probability(features), 3))


def _split(
    post: Post, blocks: Sequence[Block], known: Known, models: Mapping[str, Model]
) -> tuple[Kind, float, list[Found]]:
    context = title_features(post, blocks, known.event_names, known.event_chance)
    found, chances = judge(blocks, context, models)
    kinds = (
        {known.kind: 1.0} if known.kind else kind_chances(kind_features(post, blocks, found, chances, context), models)
    )
    if known.are_notes:
        kinds.pop("other", None)
    if not known.kind and sum(map(is_evident, found, chances)) > 1 and kinds.get("other", 0.0) < _SURELY_OTHER:
        kinds = {"report": kinds.get("report", 0.0), "index": kinds.get("index", 0.0)}
    kind = max(kinds, key=lambda k: kinds[k])
    if kind == "report":
        chosen = _select(found, chances, len(blocks))
        if not chosen:  # better a talk that says so itself than none
            chosen = [(c, chance) for c, chance in zip(found, chances, strict=True) if names_title_and_speaker(c)]
        above = headings_above(blocks)
        talks = [talk for candidate, chance in chosen for talk in _talks(blocks, above, candidate, chance)]
        return kind, kinds[kind], talks
    if kind == "talk":
        return (
            kind,
            kinds[kind],
            [_only_talk(post, blocks, known, _inner_talk(known, context, found, chances), kinds[kind])],
        )
    return kind, kinds[kind], []


def section_titled(blocks: Sequence[Block], sections: Sequence[Section], title: str) -> Found | None:
    """The first of the sections whose heading is this title, whatever else stands in the heading."""
    wanted = title.casefold()
    for section in sections:
        if wanted in section.heading.text.casefold():
            heading = read_heading(section.heading.text, section.heading.links, bold=section.heading.bold)
            last = max(block.end for block in blocks[section.start : section.end])
            form = heading.format or "talk"
            line = section.heading.line
            return Found(title, heading.speakers, form, line, last, section.start, section.end, 1.0)
    return None


# ---- a report: which candidates, and where each ends


def _select(found: Sequence[Candidate], chances: Sequence[float], count: int) -> list[tuple[Candidate, float]]:
    """The most probable candidates that don't overlap; each ends where the next begins."""
    taken = [False] * count
    chosen: list[tuple[Candidate, float]] = []
    titles: dict[int, list[str]] = {}  # several talks may stand in one paragraph of prose
    ranked = sorted(zip(found, chances, strict=True), key=lambda pair: (_ORDER[pair[0].form], -pair[1], pair[0].line))
    for candidate, chance in ranked:
        if not candidate.chosen if candidate.form == "heading" else chance < ACCEPTED:
            continue
        if candidate.form == "prose":
            here = titles.setdefault(candidate.start, [])
            if (taken[candidate.start] and not here) or any(_same(candidate.title, title) for title in here):
                continue
            candidate = replace(candidate, end=_free_end(taken, candidate))
            here.append(candidate.title)
        elif any(taken[candidate.start : candidate.end]):
            continue
        elif candidate.form == "line":
            candidate = _as_sentence(candidate, ranked)
        taken[candidate.start : candidate.end] = [True] * (candidate.end - candidate.start)
        chosen.append((candidate, chance))
    return sorted(chosen, key=lambda pair: (pair[0].start, pair[0].line))


# A heading that announces a talk settles what the items and sentences below it are; so in this order.
_ORDER = {"heading": 0, "line": 1, "item": 2, "prose": 3}


def _as_sentence(line: Candidate, ranked: Sequence[tuple[Candidate, float]]) -> Candidate:
    """The line with the title that a sentence in it gives to the same people: "Then I saw *Caches lie* by Ines"."""
    for other, chance in ranked:
        is_sure = other.form == "prose" and other.start == line.start and chance >= _TITLE_IN_SENTENCE
        if is_sure and other.title in line.title and other.speakers == line.speakers:
            return replace(line, title=other.title)
    return line


def _free_end(taken: Sequence[bool], candidate: Candidate) -> int:
    end = candidate.start + 1
    while end < candidate.end and not taken[end]:
        end += 1
    return end


def _same(a: str, b: str) -> bool:
    a, b = a.casefold(), b.casefold()
    return a in b or b in a


def _talks(blocks: Sequence[Block], above: Sequence[int | None], candidate: Candidate, chance: float) -> list[Found]:
    start, end = candidate.start, candidate.end
    while end > start + 1 and blocks[end - 1].kind == "rule":
        end -= 1
    first, last = candidate.line, max(b.end for b in blocks[start:end])
    heading = candidate.heading
    form = (heading.format if heading else None) or _format_around(blocks, above, candidate) or "talk"
    made = Found(candidate.title, candidate.speakers, form, first, last, start, end, round(chance, 3))
    joined = (heading, *heading.joined) if heading and heading.joined else _joined(blocks, made)
    return _both(blocks, made, joined) if joined else [made]


def _format_around(blocks: Sequence[Block], above: Sequence[int | None], candidate: Candidate) -> Format | None:
    """The format that the headings above tell ("Lightning talks"), or the sentence that names the talk."""
    at = above[candidate.start]
    while at is not None:
        if (form := format_of(blocks[at].text)) and form != "talk":
            return form
        at = above[at]
    if candidate.form == "prose":
        return format_of(blocks[candidate.start].text[:300])
    return None


_TWO = re.compile(
    r"\b(?:two|both) (?:of the )?(?:talks|sessions|presentations)\b|\b(?:zwei|beide) vorträge\b"
    r"|\bdeux (?:talks|conférences)\b",
    re.I,
)
_AND = re.compile(r"\s+(?:&|\+|and|und|et)\s+")
_LEAST_JOINED = 3  # words of each title


def _joined(blocks: Sequence[Block], made: Found) -> tuple[Heading, ...]:
    """The two titles of "A title & another title", where the notes begin by saying that these were two talks."""
    opening = " ".join(span.text for block in blocks[made.start + 1 : made.start + 3] for span in block.spans[:3])
    parts = _AND.split(made.title)
    if len(parts) == 2 and _TWO.search(opening) and all(len(part.split()) >= _LEAST_JOINED for part in parts):
        return tuple(read_heading(part) for part in parts)
    return ()


_SECOND = re.compile(
    r"\b(?:second|other|next|last|latter|following)\s+(?:talk|session|panel|one|presentation|speaker)\b|\btalk\b.{0,30}\bafter|\bpanel\b|\b(?:zweite|deuxième)\b",
    re.I,
)


def _both(blocks: Sequence[Block], whole: Found, joined: Sequence[Heading]) -> list[Found]:
    """The talks of a heading that joins two: the second begins where the text turns to it, else they share the
    lines.
    """
    spans = [span for block in blocks[whole.start + 1 : whole.end] for span in block.spans]
    turns = [span.line for span in spans[len(spans) // 3 :] if _SECOND.search(span.text)]
    turn = turns[0] if len(joined) == 2 and turns else None
    made = []
    for number, heading in enumerate(joined):
        first = turn if turn and number == 1 else whole.first_line
        last = max(turn - 1, whole.first_line) if turn and number == 0 else whole.last_line
        speakers = heading.speakers or (whole.speakers if number == 0 else ())
        form = heading.format or (whole.format if number == 0 else "talk")
        made.append(
            replace(whole, title=heading.title, speakers=speakers, format=form, first_line=first, last_line=last)
        )
    return made


# ---- a file about one talk

_LONGEST_NAME = 4  # words
_NAME = 0.6  # how much the end of a file's name must look like a person's
_PART_OF_REPORT = 0.6  # an inner candidate as probable as this is the talk of a post that is titled by its event
_REPORT_TITLE = re.compile(
    r"\b(?:day|days|report|recap|round-?up|summary|impressions|notes from|part)\b|\b20\d\d\b", re.I
)


def _only_talk(
    post: Post, blocks: Sequence[Block], known: Known, inner: tuple[Candidate, float] | None, confidence: float
) -> Found:
    """The one talk: the `inner` candidate of a post about an event, else the whole file."""
    if inner:
        return _talks(blocks, headings_above(blocks), *inner)[0]
    first, last = (blocks[0].line, max(b.end for b in blocks)) if blocks else (1, 1)
    heading = _title(post, blocks, known)
    speakers = heading.speakers or _speakers(blocks) or _named_by_others(post, known, heading.title)
    form = heading.format or _format_at_top(post, blocks) or "talk"
    return Found(heading.title, speakers, form, first, last, 0, len(blocks), round(confidence, 3))


def _inner_talk(
    known: Known, context: Features, found: Sequence[Candidate], chances: Sequence[float]
) -> tuple[Candidate, float] | None:
    """The one talk within a post about an event, when the post's own title is that of the event."""
    of_event = bool(context["title_is_event"])
    if not of_event and (
        not known.title or not _REPORT_TITLE.search(known.title) or read_heading(known.title).speakers
    ):
        return None
    inner = [pair for pair in zip(found, chances, strict=True) if not pair[0].features.get("first")]
    best = max(inner, key=lambda pair: (bool(pair[0].features.get("speakers_in_heading")), pair[1]), default=None)
    if best and of_event and names_title_and_speaker(best[0]):
        return best
    best = max(inner, key=lambda pair: pair[1], default=None)
    return best if best and best[1] >= _PART_OF_REPORT else None


def _title(post: Post, blocks: Sequence[Block], known: Known) -> Heading:
    """The title of the one talk: of the front matter, the first heading, or the file name, whichever is one."""
    options: list[Heading] = []
    if known.title:
        options.append(read_heading(known.title, event=known.event_names))
    top = next((b for b in blocks[:4] if b.kind == "heading"), None)
    if top and not is_section_heading(top.text):
        options.append(read_heading(top.text, top.links, bold=top.bold, event=known.event_names))
    named = title_from_filename(post.path)
    if not re.match(r"(?i)(?:readme|_?index|notes?)$", PurePosixPath(post.path).stem):
        options.append(named)
    options = [option for option in options if option.title]  # a heading may be a rule: `;;;` above `---`
    if not options:
        options = [read_heading(top.text, top.links)] if top else []
        return next((option for option in options if option.title), Heading(PurePosixPath(post.path).stem))
    chosen = options[0]
    if len(options) > 1 and title_score(chosen.title) < 0.15 and title_score(options[1].title) > 0.5:
        chosen = options[1]
    if not chosen.speakers:
        chosen = replace(chosen, speakers=next((o.speakers for o in options if o.speakers), ()))
    return chosen


def _speakers(blocks: Sequence[Block]) -> tuple[str, ...]:
    top = 1 if blocks and blocks[0].kind == "heading" else 0
    names, _ = speakers_below(blocks[top:])
    if names:
        return names
    for block in blocks[:6]:
        for link in block.links:
            if name := name_from_url(link.url):
                return (name,)
    for block in blocks[-2:]:
        if len(block.text) < 120 and re.match(r"(?:by|speakers?|presented by|talk by|von|par)\b", block.text, re.I):
            return tuple(people_in_byline(block.text, block.links))
    return ()


def _named_by_others(post: Post, known: Known, title: str) -> tuple[str, ...]:
    """Who speaks according to the file's name, behind the title, or to the overview."""
    stem = PurePosixPath(post.path).stem.replace("-", " ").replace("_", " ")
    rest = _behind_title(stem, title)
    if 2 <= len(rest) <= _LONGEST_NAME and not any(title_odds(word) > 0 for word in rest):
        name = " ".join(rest).title()
        if name_score(name) > _NAME and not place_in(", ".join(name.split(" ", 1)), bare=True):
            return (name,)
    return speakers_in_overview(known.overview, post.path) if known.overview else ()


def _behind_title(stem: str, title: str) -> list[str]:
    """The words of a file's name behind the last one that the title has, too."""
    words, of_title = words_of(stem), set(words_of(title))
    shared = [index for index, word in enumerate(words) if word in of_title]
    return words[shared[-1] + 1 :] if shared else []


def _format_at_top(post: Post, blocks: Sequence[Block]) -> Format | None:
    for text in (PurePosixPath(post.path).stem.replace("-", " "), *(b.text for b in blocks[1:3] if len(b.text) < 60)):
        if (form := format_of(text)) and form != "talk":
            return form
    return None
