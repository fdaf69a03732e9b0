"""Everything of a kind, a page at a time: a connection and what is wanted in, records under letters or years out."""

import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from talkdex.datasette_plugins.lists import LISTINGS, ids_under
from talkdex.datasette_plugins.names_in_order import alphabetical, letter
from talkdex.datasette_plugins.records import rows
from talkdex.schema.api import Answer

PAGE_SIZE = 300
NO_YEAR = "Year not known"

# id, name, what else may be typed to find it, and what the records are grouped by where they are not sorted by name.
BROWSE: Mapping[str, str] = {
    "speakers": """
        SELECT id, name, name AS text, NULL AS year FROM speakers
        ORDER BY (SELECT count(*) FROM talk_speakers WHERE speaker_id = speakers.id) DESC, name COLLATE NOCASE""",
    "projects": """
        SELECT id, name, name AS text, NULL AS year FROM projects
        ORDER BY (SELECT count(*) FROM talk_projects WHERE project_id = projects.id) DESC, name COLLATE NOCASE""",
    "tags": """
        SELECT id, name, name AS text, NULL AS year FROM tags
        ORDER BY (SELECT count(*) FROM talk_tags WHERE tag_id = tags.id) DESC, name COLLATE NOCASE""",
    "events": """
        SELECT id, name, name || ' ' || ifnull(city, '') || ' ' || ifnull(country, '') AS text,
            coalesce(CAST(year AS TEXT), :no_year) AS year
        FROM events
        ORDER BY events.year DESC, coalesce(start_date, '') DESC, name COLLATE NOCASE""",
    "venues": """
        SELECT id, name, name || ' ' || ifnull(city, '') || ' ' || ifnull(country, '') AS text, NULL AS year FROM venues
        ORDER BY (SELECT count(*) FROM events WHERE venue_id = venues.id) DESC, name COLLATE NOCASE""",
}


@dataclass(frozen=True)
class Wanted:
    """Of which records a page is shown. `chosen` holds (filter, value) pairs, with filters of `LISTINGS`."""

    part: str = ""
    by_name: bool = False
    chosen: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Jump:
    """A letter or a year, and the page on which it begins."""

    label: str
    page: int


@dataclass(frozen=True)
class BrowsePage:
    """The records of one page under their letter or year, which is empty where they are sorted by the number of talks;
    all letters or years that there are; and the number of records and pages."""

    groups: list[tuple[str, list[Answer]]]
    jumps: list[Jump]
    total: int
    pages: int


def browse(conn: sqlite3.Connection, kind: str, wanted: Wanted, page: int) -> BrowsePage:
    """The page-th page, from 1, of everything of this kind that is wanted."""
    words = plain(wanted.part).split()
    everything = [row for row in rows(conn, BROWSE[kind], {"no_year": NO_YEAR}) if _has(row["text"], words)]
    if wanted.chosen:
        narrowed = set(ids_under(conn, kind, _values(wanted.chosen)))
        everything = [row for row in everything if row["id"] in narrowed]
    if wanted.by_name:
        names = sorted((alphabetical(row["name"]), row["id"]) for row in everything)
        found = [(record, letter(name)) for name, record in names]
    else:
        found = [(row["id"], row["year"] or "") for row in everything]
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    records = iter(LISTINGS[kind].read(conn, [record for record, _ in shown]))
    return BrowsePage(
        groups=[(label, [next(records) for _ in group]) for label, group in groupby(shown, key=lambda pair: pair[1])],
        jumps=_jumps([label for _, label in found]),
        total=len(found),
        pages=max(1, -(-len(found) // PAGE_SIZE)),
    )


def _values(chosen: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in chosen:
        values.setdefault(name, []).append(value)
    return values


def plain(name: str) -> str:
    """Without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def _has(name: str, words: Sequence[str]) -> bool:
    """Whether all words are in the name, in any order, as the script of the page has it."""
    return not words or all(word in plain(name) for word in words)


def _jumps(labels: Sequence[str]) -> list[Jump]:
    firsts = {label: place for place, label in reversed(list(enumerate(labels))) if label}
    return [Jump(label, firsts[label] // PAGE_SIZE + 1) for label in dict.fromkeys(labels) if label]
