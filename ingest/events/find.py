"""A post, its blocks and its event's overview in, the event that the notes are from out.

`event_evidence` weighs all events that the notes name, `event_details` reads year, days and place of the likeliest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from talkdex.ingest.events.details import days_of, place_of, year_of
from talkdex.ingest.events.evidence import Candidate, event_evidence
from talkdex.ingest.events.known import squash
from talkdex.ingest.events.mentions import NAMING, PLACED, Mention
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.overview import OVERVIEW_NAMES
from talkdex.schema.records import Event

__all__ = ["Candidate", "FoundEvent", "event_evidence", "find_event"]

ENOUGH = 0.3  # confidence below which no event is better than a wrong one
ALIKE = 0.75  # of the best confidence: two events so likely in an overview make a list
MOST_FORMS = 8


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """The event, how sure we are of it (0 to 1), and the line that names it (None: the path or the overview does)."""

    event: Event
    confidence: float
    line: int | None = None


def find_event(post: Post, blocks: Sequence[Block], overview: str | None = None) -> FoundEvent | None:
    """The event that the notes are from; None when nothing names one clearly enough.

    `overview` is the text of the event's README or index page, if there is one.
    """
    candidates = event_evidence(post, blocks, overview)
    if not candidates or candidates[0].confidence < ENOUGH or _is_list(post.path, candidates):
        return None
    chosen = candidates[0]
    year = year_of(chosen, post, blocks)
    start, end = days_of(chosen, year, post, blocks, overview)
    if not year and start:
        year = int(start[:4])
    venue, city, country = place_of(chosen, post, blocks, overview)
    name = _name(chosen)
    if venue and squash(venue) in squash(name):
        venue = None
    event = Event(
        name=name,
        also=_other_forms(chosen, name),
        year=year,
        start=start,
        end=end,
        venue=venue,
        city=city,
        country=country,
        confidence=round(chosen.confidence, 3),
    )
    return FoundEvent(event, chosen.confidence, next((m.line for m in _by_zone(chosen) if m.line), None))


def _is_list(path: str, candidates: Sequence[Candidate]) -> bool:
    """Whether no event stands out: a README that lists all the conferences of its author."""
    if len(candidates) < 2 or any(mention.zone in PLACED for mention in candidates[0].mentions):
        return False
    stem = PurePosixPath(path).stem.lower().strip("_")
    return stem in OVERVIEW_NAMES and candidates[1].confidence > ALIKE * candidates[0].confidence


def _name(candidate: Candidate) -> str:
    """The name as the notes spell it best: in the title, a heading, the text; from a path, the usual spelling."""
    for mention in _by_zone(candidate):
        if mention.zone in NAMING and not mention.name.name.islower():
            return mention.name.name
    return _by_zone(candidate)[0].name.usual


def _other_forms(candidate: Candidate, name: str) -> list[str]:
    """The other spellings in the notes, and the usual name of the series."""
    forms = {name.casefold(): name}
    for mention in _by_zone(candidate):
        for form in (mention.name.name if mention.zone in NAMING else None, mention.name.usual, mention.name.series):
            if form and form.casefold() not in forms:
                forms[form.casefold()] = form
    return list(forms.values())[1 : MOST_FORMS + 1]


def _by_zone(candidate: Candidate) -> list[Mention]:
    return sorted(
        candidate.mentions, key=lambda mention: NAMING.index(mention.zone) if mention.zone in NAMING else len(NAMING)
    )
