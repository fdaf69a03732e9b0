"""The text and path of one notes file in, its record out: a pure function, for any process on any machine."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import PurePosixPath

from talkdex.ingest.events.find import FoundEvent, find_event
from talkdex.ingest.events.places import Place, place_in
from talkdex.ingest.model import load
from talkdex.ingest.notes import markdown, todo
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.language import language_of
from talkdex.ingest.notes.link_kinds import link_kind
from talkdex.ingest.notes.outline import outline
from talkdex.ingest.notes.post import parse_post, post_date
from talkdex.ingest.projects.catalogue import Words, occurrences, project
from talkdex.ingest.projects.find import Mention, find_projects
from talkdex.ingest.takeaways.rank import rank_takeaways
from talkdex.ingest.talks.bold_headings import with_bold_headings
from talkdex.ingest.talks.split import Found, Known, section_titled, split
from talkdex.schema.front_matter import Stated, StatedEvent, StatedTalk, stated
from talkdex.schema.records import Event, Link, Note, Notice, Takeaway, Talk


@dataclass(frozen=True, slots=True)
class Reading:
    """A note half read: its post, what is stated, its blocks without the author's TODOs, and the events it may be
    from.
    """

    post: Post
    stated: Stated
    notices: tuple[Notice, ...]
    blocks: list[Block]
    event: FoundEvent | None
    overview: str

    @property
    def known(self) -> Known:
        """What the splitter is told; what is stated counts as sure."""
        said, found = self.stated, self.event
        names = [found.event.name, *found.event.also] if found else []
        if said.event and said.event.name:
            names = [said.event.name, *names]
        spoken = said.talk is not None and bool(said.talk.speakers)
        chance = 1.0 if said.event else found.confidence if found else 0.0
        are_notes = bool(said.event) or spoken or said.talks is not None
        return Known(said.title or "", names, chance, said.kind, are_notes, self.overview)


def read_note(text: str, path: str, overview: str | None = None) -> Note:
    """The record of a notes file.

    `path` is relative to the notes folder, `overview` the text of its event's README or index page. Never raises on bad
    notes: what is wrong with them becomes a notice.
    """
    reading = prepare(text, path, overview)
    post, said, blocks = reading.post, reading.stated, reading.blocks
    kind, chance, found = split(post, blocks, reading.known, load("reader"))
    mentions = find_projects(blocks, post)
    talks = [_talk(blocks, talk, mentions) for talk in found]
    if said.talk and len(talks) == 1:
        talks = [_stated_talk(talks[0], said.talk)]
    if said.talks is not None:
        talks = _stated_talks(said.talks, talks, blocks, mentions)
        kind = "report" if len(talks) > 1 else "talk" if talks else kind
    event = _event(reading, said.event) if kind != "other" or said.event else None
    return Note(
        path=path,
        kind=kind,
        language=said.language or language_of(" ".join(block.text for block in blocks)),
        title=said.title or next((b.text for b in blocks if b.kind == "heading"), "") or PurePosixPath(path).stem,
        date=post_date(said, path),
        authors=said.authors,
        event=event,
        talks=talks,
        projects=_unique([*(name for talk in talks for name in talk.projects), *(m.name for m in mentions)]),
        tags=_unique([*said.tags, *_hashtags(blocks)]),
        links=[],
        notices=[*post.notices, *reading.notices],
        confidence=round(chance, 3),
    )


def prepare(text: str, path: str, overview: str | None = None) -> Reading:
    """The first half of reading: everything before talks are told from the rest."""
    post = parse_post(text, path)
    said, unusable = stated(post.front_matter, post.keys)
    said, outside = _within_file(said, post)
    todos = todo.todo_notices(post)
    post = todo.without_todos(post) if todos else post
    blocks = with_bold_headings(markdown.blocks(post))
    return Reading(
        post, said, (*unusable, *outside, *todos), blocks, find_event(post, blocks, overview), overview or ""
    )


def _within_file(said: Stated, post: Post) -> tuple[Stated, list[Notice]]:
    """What is stated, without lines that the file has not, and a notice for each."""
    last = post.body_line + post.body.count("\n")
    outside: list[Notice] = []

    def checked(talk: StatedTalk) -> StatedTalk:
        wrong = [
            line for line in (*(talk.lines or ()), *(t.line for t in talk.takeaways or ())) if line and line > last
        ]
        if not wrong:
            return talk
        message = f"`{talk.title or 'talk'}` states line {wrong[0]}, but the file has {last}"
        outside.append(Notice(kind="front-matter", message=message, line=post.keys.get("talks")))
        kept = [t.model_copy(update={"line": None}) if t.line and t.line > last else t for t in talk.takeaways or ()]
        lines = None if talk.lines and talk.lines[1] > last else talk.lines
        return talk.model_copy(update={"lines": lines, "takeaways": kept if talk.takeaways is not None else None})

    talks = [checked(talk) for talk in said.talks] if said.talks is not None else None
    talk = checked(said.talk) if said.talk else None
    return said.model_copy(update={"talks": talks, "talk": talk}), outside


# ---- a talk


def _talk(blocks: Sequence[Block], found: Found, mentions: Sequence[Mention]) -> Talk:
    lines = found.first_line, found.last_line
    own = [_within(b, *lines) for b in blocks[found.start : found.end] if b.end >= lines[0] and b.line <= lines[1]]
    first, after = (bisect_left(mentions, line, key=attrgetter("line")) for line in (lines[0], lines[1] + 1))
    projects = _unique(mention.name for mention in mentions[first:after])
    return Talk(
        title=found.title,
        speakers=list(found.speakers),
        format=found.format,
        lines=(found.first_line, found.last_line),
        projects=projects,
        takeaways=[
            _with_projects(_without_title(takeaway, found.title), frozenset(projects))
            for takeaway in rank_takeaways(own, found.title, found.speakers)
        ],
        links=_links(own),
        confidence=found.confidence,
        speakers_confidence=found.speakers_confidence,
    )


def _within(block: Block, first: int, last: int) -> Block:
    """Of a paragraph that two talks share, the sentences that begin on one's lines."""
    if (first <= block.line and block.end <= last) or not block.spans:
        return block
    spans = tuple(span for span in block.spans if first <= span.line <= last)
    links = tuple(link for link in block.links if first <= link.line <= last)
    raw = "\n".join(block.raw.split("\n")[max(first - block.line, 0) : last - block.line + 1])
    text = " ".join(span.text for span in spans)
    return replace(
        block, line=max(first, block.line), end=min(last, block.end), raw=raw, text=text, spans=spans, links=links
    )


def _without_title(takeaway: Takeaway, title: str) -> Takeaway:
    """Of an item "Caches lie: measure before you add one" the title is said already."""
    rest = takeaway.text.removeprefix(title).lstrip(" :–—-")
    return takeaway.model_copy(update={"text": rest}) if rest and rest != takeaway.text else takeaway


def _with_projects(takeaway: Takeaway, known: frozenset[str]) -> Takeaway:
    """The takeaway with the projects that it names, of those that the notes are `known` to name."""
    if not known:
        return takeaway
    named = {hit.form.project.name for hit in occurrences(Words(takeaway.text))} | {
        name for name in known if name in takeaway.text
    }
    return takeaway.model_copy(update={"projects": sorted(named & known)}) if named & known else takeaway


def _links(blocks: Sequence[Block]) -> list[Link]:
    made: dict[str, Link] = {}
    for block in blocks:
        for link in block.links:
            if not link.image and link.url not in made and re.match(r"https?://", link.url):
                title = "" if link.text == link.url else link.text
                made[link.url] = Link(url=link.url, title=title, kind=link_kind(link.url, link.text), line=link.line)
    return list(made.values())


# ---- what the front matter states wins


def _stated_talks(
    said: Sequence[StatedTalk], found: Sequence[Talk], blocks: Sequence[Block], mentions: Sequence[Mention]
) -> list[Talk]:
    """The stated talks; what they leave out comes from the talk or section of the same title, or in the same place."""
    by_title = {talk.title.casefold(): talk for talk in found}
    sections = outline(blocks)
    whole = (blocks[0].line, max(b.end for b in blocks)) if blocks else (1, 1)
    made = []
    for number, one in enumerate(said):
        same = by_title.get((one.title or "").casefold())
        section = section_titled(blocks, sections, one.title) if one.title else None
        if section and (same is None or same.lines[1] > section.last_line):  # which may hold the next one, too
            same = _talk(blocks, section, mentions)
        if same is None and len(found) == len(said):
            same = found[number]
        same = same or Talk(title=one.title or "Talk", lines=one.lines or whole)
        made.append(_stated_talk(same, one))
    return made


def _stated_talk(talk: Talk, said: StatedTalk) -> Talk:
    parts = said.model_dump(exclude_none=True, exclude={"links", "takeaways"})
    if said.projects is not None:
        parts["projects"] = _unique(known.name if (known := project(name)) else name for name in said.projects)
    parts["speakers_stated"] = said.speakers is not None
    if said.speakers is not None:
        parts["speakers_confidence"] = 1.0
    if said.takeaways is not None:
        parts["takeaways"] = [Takeaway(line=t.line or talk.lines[0], text=t.text) for t in said.takeaways]
    return talk.model_copy(
        update={**parts, "links": [*said.links, *talk.links], "confidence": 1.0 if said.title else talk.confidence}
    )


def _event(reading: Reading, said: StatedEvent | None) -> Event | None:
    found = reading.event.event if reading.event else None
    if said is None:
        return found
    parts = said.model_dump(exclude_none=True, exclude={"location"})
    if said.location and (place := place_in(said.location, bare=True)):
        parts = {"venue": _venue(said.location, place), "city": place.city, "country": place.country} | parts
    if found is None and "name" not in parts:
        return None
    if found is None or (
        "name" in parts and parts["name"].casefold() not in {n.casefold() for n in (found.name, *found.also)}
    ):
        return Event(**({"name": parts.get("name", "")} | parts))
    return found.model_copy(update=parts | {"confidence": 1.0 if "name" in parts else found.confidence})


_NO_VENUES = frozenset(("online", "virtual", "remote"))


def _venue(location: str, place: Place) -> str | None:
    """What stands right before the city: "Kulturhuset, Stockholm"."""
    parts = [part.strip() for part in location.split(",")]
    at = parts.index(place.city) if place.city in parts else 0
    named = parts[at - 1] if at else ""
    return named if named and named.casefold() not in _NO_VENUES and not place_in(named, bare=True) else None


# ---- tags of Obsidian

_HASHTAG = re.compile(r"(?<![\w/&#])#([^\W\d_][\w/-]{1,60})")
_ONLY_HASHTAGS = re.compile(r"(?:#[\w/-]+[\s,]*)+")


def _hashtags(blocks: Sequence[Block]) -> list[str]:
    """Tags written as lines of nothing but `#kubernetes #cloud/native`; a `#` within a sentence is a Twitter habit."""
    return [
        tag for b in blocks if b.kind != "code" and _ONLY_HASHTAGS.fullmatch(b.text) for tag in _HASHTAG.findall(b.text)
    ]


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
