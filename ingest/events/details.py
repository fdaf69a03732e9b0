"""The event that was chosen and the notes in, its year, days, venue and city out: only what path or text say."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from talkdex.ingest.events.dates import Days, days_in, last_days
from talkdex.ingest.events.evidence import Candidate, day_of
from talkdex.ingest.events.mentions import (
    OPENING_BLOCKS,
    OPENING_LENGTH,
    OVERVIEW_LENGTH,
    Zone,
    has_cue,
    path_years,
    tags_of,
)
from talkdex.ingest.events.places import Place, country_of, full_name, is_large_city, place_in
from talkdex.ingest.events.venues import venue_in
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.post import path_day

# What a year beside the event's name weighs, by where it stands.
_YEAR_WEIGHT: dict[Zone, float] = {
    "title": 6,
    "h1": 5,
    "folder": 5,
    "overview": 4,
    "file": 4,
    "tag": 3,
    "cue": 2,
    "opening": 1.5,
    "overview text": 2.5,
    "heading": 1.5,
    "session": 2,
    "address": 0.8,
    "body": 0.6,
}
_PATH_YEAR = 2.5
_POSTED_YEAR = 1.5
_TOP_YEAR = 2.0
_TOP_BLOCKS = 4
_LINE = 80  # characters of a line of facts
_YEAR = re.compile(r"(?<![\w./-])(?:199\d|20[0-3]\d)(?![\w/-])")
_UNLIKELY = 0.2  # of the weight of years more than a year before or after the post
_NEAR = timedelta(days=4)  # between days that are of one event: tutorials, then sessions
_OVERVIEW_LINES = 25
_MOST_SENTENCES = 20  # of a paragraph
_MARKUP = re.compile(r"[#>*\[\]_`]|\]\([^)]*\)")
_DAY_HEADING = re.compile(
    r"\b(?:day|tag|jour|dag|día|session)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE
)
_HELD = re.compile(
    r"\b(?:held|hosted|took place|takes place|organi[sz]ed|gathered|attended|conference was|was on|stattgefunden|fand"
    r"|avait lieu|eu lieu|dates?:|when:)",
    re.IGNORECASE,
)
_HERE = re.compile(r"\b(?:location|where|venue|place|city|ort|lieu|date|dates|when|held)\b\W{0,6}", re.IGNORECASE)


class Sentence(NamedTuple):
    """A sentence that may say when or where the event was.

    It is sure where it, or the one before it in its paragraph, names the event or speaks of being there: `around` holds
    both, or is None when the sentence is sure anyway.
    """

    text: str
    around: str | None = None
    named: frozenset[str] = frozenset()
    is_title: bool = False

    @property
    def sure(self) -> bool:
        if self.around is None:
            return True
        folded = self.around.casefold()
        return any(name in folded for name in self.named) or has_cue(folded) or bool(_HERE.match(self.text))


def year_of(candidate: Candidate, post: Post, blocks: Sequence[Block]) -> int | None:
    """The year of the edition: as said beside its name, in the path, in a line at the top, or that of the post."""
    votes: dict[int, float] = defaultdict(float)
    for zone, name, _ in candidate.mentions:
        if name.year:
            votes[name.year] += _YEAR_WEIGHT[zone]
    for rank, year in enumerate(path_years(post.path)):
        votes[year] += _PATH_YEAR / (rank + 1)
    for block in blocks[:_TOP_BLOCKS]:  # "April 2019"
        if len(block.text) < _LINE and (stated := _YEAR.search(block.text)):
            votes[int(stated.group())] += _TOP_YEAR
    if posted := day_of(post):
        for year in votes:
            if not -1 <= posted.year - year <= 1:
                votes[year] *= _UNLIKELY
        votes[posted.year] += _POSTED_YEAR
    return max(votes, key=lambda year: votes[year]) if votes else None


def days_of(
    candidate: Candidate, year: int | None, post: Post, blocks: Sequence[Block], overview: str | None
) -> tuple[str | None, str | None]:
    """First and last day of the event, ISO, as far as the notes state them. A single day has no last day."""
    posted = day_of(post)
    found: list[Days] = []
    for sentence in _sentences(candidate, post, blocks, overview):
        found += [days for days in days_in(sentence.text, year) if _may_be_of_event(days, sentence, year, posted)]
        if not found and posted and (last := last_days(sentence.text, posted)) and sentence.sure:
            return _as_text(*last)
    if found:
        return _as_text(*_span(found))
    if year and (found := _days_in_headings(blocks, year)):
        return _as_text(*_span(found))
    if not post.front_matter and "/_posts/" not in f"/{post.path}" and (day := path_day(post.path)):
        return day, None  # notes that are filed by day were written on it
    return None, None


def place_of(
    candidate: Candidate, post: Post, blocks: Sequence[Block], overview: str | None
) -> tuple[str | None, str | None, str | None]:
    """Venue, city and country of the event, as far as the notes tell."""
    sentences = list(_sentences(candidate, post, blocks, overview))
    place = _city_in_name(candidate) or _city_in_tags(post)
    for sentence in sentences if not place or not place.country else ():
        found = place_in(sentence.text, bare=_is_line(sentence.text))
        if found and (not place or found.certain > place.certain) and (found.certain >= 1.0 or sentence.sure):
            place = found
    told = (sentence for sentence in sentences if not sentence.is_title)
    venue = next((venue for sentence in told if (venue := venue_in(sentence.text)) and sentence.sure), None)
    if not place and venue:  # "ICE Krakow Congress Centre"
        place = next((_place(word) for word in venue.split() if is_large_city(word)), None)
    if not place:
        return venue, None, None
    return venue if venue != place.city else None, place.city, place.country


def _sentences(candidate: Candidate, post: Post, blocks: Sequence[Block], overview: str | None) -> Iterator[Sentence]:
    """What may say where and when the event was, the most telling first."""
    for key in ("title", "description", "subtitle"):
        if isinstance(text := post.front_matter.get(key), str):
            yield Sentence(text[:OPENING_LENGTH], is_title=True)
    if overview and any(mention.zone == "overview" for mention in candidate.mentions):
        for line in overview[:OVERVIEW_LENGTH].splitlines()[:_OVERVIEW_LINES]:
            if line.strip() and not line.lstrip().startswith(("|", "![")):
                yield Sentence(_MARKUP.sub(" ", line).strip())
    named = frozenset(mention.name.name.casefold() for mention in candidate.mentions)
    opening = length = 0
    for index, block in enumerate(blocks):
        if opening >= OPENING_BLOCKS or length > OPENING_LENGTH:
            return
        if block.kind in ("code", "rule", "html"):
            continue
        opening += 1
        length += len(block.text)
        if block.kind == "heading":
            yield Sentence(
                block.text[:OPENING_LENGTH], None if index == 0 or _HERE.match(block.text) else "", is_title=True
            )
            continue
        before = ""
        for span in block.spans[:_MOST_SENTENCES]:
            yield Sentence(span.text[:OPENING_LENGTH], f"{before} {span.text}"[:OPENING_LENGTH], named)
            before = span.text


def _may_be_of_event(days: Days, sentence: Sentence, year: int | None, posted: date | None) -> bool:
    """Ranges in a year or shortly before the post are the event's; single days only where the event is spoken of."""
    if year and days.start.year != year and not (days.start.year == year - 1 and days.start.month == 12):
        return False
    near = posted is not None and -60 <= (days.start - posted).days <= 5
    if posted and not near and not (sentence.sure and -200 <= (days.start - posted).days <= 40):
        return False
    if days.end:
        return sentence.sure or days.stated or near
    is_post = posted is not None and abs((days.start - posted).days) <= 1 and not _HELD.search(sentence.text)
    return (
        sentence.sure and not is_post and bool(_HELD.search(sentence.text) or (days.stated and _is_line(sentence.text)))
    )


def _days_in_headings(blocks: Sequence[Block], year: int) -> list[Days]:
    """The days of headings such as "Day 2 (14 June)", and of a line of its own at the top: "*Wednesday, 19 April*"."""
    found: list[Days] = []
    for index, block in enumerate(blocks):
        for line in (block.text,) if block.kind == "heading" else block.raw.split("\n")[:3] if index < 4 else ():
            if len(line) < 60 and _DAY_HEADING.search(line):
                found += days_in(line.strip("*_ "), year)
    return found


def _span(found: Sequence[Days]) -> tuple[date, date | None]:
    """From the first day to the last of those that are of one event."""
    start, end = found[0].start, found[0].last
    for days in found[1:]:
        if start - _NEAR <= days.start <= end + _NEAR:
            start, end = min(start, days.start), max(end, days.last)
    return start, end if end > start or found[0].end else None


def _as_text(start: date, end: date | None) -> tuple[str, str | None]:
    return start.isoformat(), end.isoformat() if end else None


def _city_in_name(candidate: Candidate) -> Place | None:
    """The city that follows or ends the event's name: "JSConf Budapest"."""
    for mention in candidate.mentions:
        words = mention.name.name.split()
        endings = (" ".join(words[-n:]) for n in (3, 2, 1) if n < len(words))
        if city := mention.name.city or next((ending for ending in endings if is_large_city(ending)), None):
            return _place(city)
    return None


def _city_in_tags(post: Post) -> Place | None:
    """The city that is a tag of the post, if there is just one."""
    cities = {tag.casefold(): tag for tag in tags_of(post) if is_large_city(tag)}
    return _place(next(iter(cities.values()))) if len(cities) == 1 else None


def _place(city: str) -> Place:
    name = full_name(city if not city.islower() else city.title())
    return Place(name, country_of(name), certain=0.9)


def _is_line(text: str) -> bool:
    """Whether the text is a line of facts and no sentence: "Melbourne, 12-13 June"."""
    return len(text) < _LINE and not text.rstrip().endswith(".")
