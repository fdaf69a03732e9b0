"""The heading of a talk, or the name of its file, in; its title, speakers and format out.

"2. Keynote: Caches lie - Ines Falkner (Acme)" is taken apart from the outside in: `heading_parts.py` takes off numbers,
times, labels and the event, `title_splits.py` tells title and people apart, `people/bylines.py` reads the people.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from talkdex.ingest.notes.blocks import Hyperlink
from talkdex.ingest.notes.inline import plain
from talkdex.ingest.people.bylines import people_in_byline
from talkdex.ingest.people.names import fold
from talkdex.ingest.talks.formats import format_of, label_format
from talkdex.ingest.talks.heading_parts import strip_affixes
from talkdex.ingest.talks.sections import is_section_heading, title_score
from talkdex.ingest.talks.title_splits import split_title, tidy
from talkdex.schema.records import Format

__all__ = ["Heading", "format_of", "is_section_heading", "read_heading", "title_from_filename", "title_score"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says of its talk. `title` is "" when it only names people.

    `label` is what it calls the session ("Opening keynote"), `number` its number or letter, `event_hint` a part that
    names the event ("RubyConf AU 2023"), `joined` the further talks of a heading that joins several, `confidence`
    (0 to 1) how surely it is a talk's title, told apart from its people. `by_handle`: there are only handles of them.
    """

    title: str
    speakers: tuple[str, ...] = ()
    format: Format | None = None
    label: str | None = None
    number: str | None = None
    event_hint: str | None = None
    confidence: float = 0.0
    joined: tuple["Heading", ...] = ()
    by_handle: bool = False


# "A title & Panel: B title": a second talk begins with its own label.
_JOINED = re.compile(
    r"\s+(?:&|\+|and|und|et)\s+(?=(?:\w+\s){0,2}"
    r"(?:keynote|panel|panel discussion|workshop|lightning talk|fireside chat|talk|demo)\s*:\s)",
    re.I,
)

_HASHES = re.compile(r"^\s*#{1,6}(?!\d)")
_EXTENSION = re.compile(r"(?:\.(?:md|markdown|mdx|mkd|txt|html?|adoc|rst|org))+$", re.I)
_DATE = re.compile(
    r"^\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[-_ T]+\d{4}(?=[-_ ]))?[-_ .]*|^\d{4}[-_]\d{1,2}[-_ ]+|^\d{4}[-_ ]+(?=[a-z])"
)
# "day1-", "j2-3-", "d2_", "session-3-", "s03e02-", "talk 4 - ", "03-", "2.1 "; but not the 10 of "10-things-…"
_COUNTED = re.compile(
    r"^(?:(?:day|tag|jour|dag|dia|session|talk|track|slot|part|lecture|keynote(?=[-_ ]?\d)|d|j|s|t)"
    r"[-_ ]?\d{1,2}(?:[-_.e]\d{1,2})?[-_ .:]+"
    r"|(?:0\d|\d{1,2}[-_.]\d{1,2}|\d{1,3}(?=[ _-]*-[ _-]+|[.)]))[-_. )]+(?=[^\W\d]))",
    re.I,
)
_NOTES = re.compile(
    r"^(?:my |talk |conference |meeting )?notes?(?: (?:on|from|of|for))?\s+|\s+(?:my |talk |conference )?notes?$", re.I
)
_CAMEL = re.compile(r"(?<=[a-zà-ÿ\d])(?=[A-ZÀ-Þ][a-zà-ÿ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_BY_AT_END = re.compile(r"(.{4,}?)\s(?:by|w)\s(\w+(?:\s\w[\w.]*){1,3})$")


def read_heading(
    text: str, links: Sequence[Hyperlink] = (), *, bold: Sequence[str] = (), event: Sequence[str] = ()
) -> Heading:
    """Title, speakers and format from a heading, a link's text, a list item or the first line of a file.

    `bold` are its bold runs: with people beside it, the bold run is the title. `event` are names of the event, which
    are taken off when they stand in front of or behind the title.

    >>> read_heading("2. Keynote: Caches lie - Ines Falkner (Acme)").title
    'Caches lie'
    """
    line = " ".join(_HASHES.sub("", plain(text)).split())
    read = [_read(part, links, bold, event) for part in _JOINED.split(line) if part.strip()]
    if not read:
        return Heading("")
    return replace(read[0], joined=tuple(read[1:])) if len(read) > 1 else read[0]


def title_from_filename(path: str, event: Sequence[str] = ()) -> Heading:
    """What the file's name says of the talk: title, speakers ("… by Ines Falkner.md"). `event` names are left out.

    >>> title_from_filename("2024/day2-03_caches-lie-by-ines-falkner.md").speakers
    ('Ines Falkner',)

    The title is "" for a name that says nothing ("README", "notes", "day-2").
    """
    text = _EXTENSION.sub("", PurePosixPath(path).name)
    has_spaces = " " in text.strip()
    for pattern in (_DATE, _COUNTED, _COUNTED):
        text = pattern.sub("", text, count=1) or text
    text = _NOTES.sub("", _without_event(text if has_spaces else _spaced(text), event)).strip(" -_.,")
    if not re.search(r"[^\W\d]{2}", text) or is_section_heading(text):
        return Heading("")
    heading = read_heading(text if has_spaces else _capitalised(text), event=event)
    return replace(
        heading,
        title=heading.title[:1].upper() + heading.title[1:],
        speakers=tuple(s.title() if s.islower() else s for s in heading.speakers),
        confidence=round(heading.confidence * 0.8, 3),
    )


# --- private ----------------------------------------------------------------------------------------------------------


def _read(text: str, links: Sequence[Hyperlink], bold: Sequence[str], event: Sequence[str]) -> Heading:
    """One heading of one talk, on one line and without markup."""
    affixes = strip_affixes(text, event)
    split = split_title(affixes.rest, labelled=bool(affixes.label))
    speakers = split.people.names or affixes.people
    label = affixes.label or split.label
    title = tidy(_bold_title(split.title, speakers, bold))
    if not title:
        title = label or ("" if speakers else tidy(text))
    if not split.people.names and speakers == () and links and not title:
        speakers = tuple(people_in_byline(text, links))
    of_label = label_format(label) if label else None
    format_ = (of_label if of_label != "talk" else None) or format_of(title) or affixes.format or of_label
    sure = split.people.score if split.people.names else 0.6
    return Heading(
        title=title,
        speakers=tuple(speakers),
        format=format_,
        label=label,
        number=affixes.number,
        event_hint=affixes.event,
        confidence=round(sure * (0.4 + 0.6 * title_score(title)) if title else 0.0, 3),
        by_handle=bool(speakers) and all(f"@{name}" in text for name in speakers),
    )


def _bold_title(title: str, speakers: Sequence[str], bold: Sequence[str]) -> str:
    """The bold run inside `title`, when it is not the people: "Next was **Title** by Ines"."""
    if speakers:
        for run in bold:
            if run in title and len(run.split()) > 1 and not any(name in run for name in speakers):
                return run
    return title


def _spaced(text: str) -> str:
    """The words of a kebab, snake or camel case name."""
    text = re.sub(r"[_+]+|%20", " ", text)
    words = text.split()
    if len(words) > 1 or "-" not in text:
        text = " ".join(_CAMEL.sub(" ", w) if len(w) > 12 or len(words) == 1 else w for w in words)
    text = re.sub(r"-{2,}|\s-\s", " – ", text)
    return " ".join(re.sub(r"(?<!\s)-(?!\s)", " ", text).split())


def _capitalised(text: str) -> str:
    """ "caches lie by ines falkner": the people behind "by" get capitals, so that they can be told."""
    match = _BY_AT_END.match(text)
    return f"{match[1]} by {match[2].title()}" if match and match[2].islower() else text


def _without_event(text: str, event: Sequence[str]) -> str:
    """A file's words without the event's name in front or behind: "rubyconf caches lie" → "caches lie"."""
    for name in sorted((n for n in event if n), key=len, reverse=True):
        for form in {fold(name), fold(name).replace(" ", "")}:
            this = re.escape(form).replace(r"\ ", r"[\s-]?")
            pattern = rf"^{this}\s*(?:'?\d{{2,4}})?(?:\s+|$)|\s+{this}\s*(?:\d{{2,4}})?$"
            shorter = re.sub(pattern, "", text, flags=re.I)
            if len(shorter) > 3:
                text = shorter
    return text
