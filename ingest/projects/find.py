"""Blocks in, the software that they name out, each mention with its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talkdex.ingest.model import load
from talkdex.ingest.notes.blocks import Block, Post, Span
from talkdex.ingest.projects.catalogue import Project, Words, occurrences, project
from talkdex.ingest.projects.mentions import Candidate, listed_candidates, read_text
from talkdex.ingest.projects.unlisted import unlisted_candidates

__all__ = ["Mention", "Project", "find_projects", "project", "projects_in"]

FRONT_MATTER = {
    "title": "title",
    "subtitle": "title",
    "description": "about",
    "excerpt": "about",
    "summary": "about",
    "tags": "tags",
    "categories": "tags",
    "keywords": "tags",
}
LISTED_FROM, UNLISTED_FROM = 0.4, 0.7  # how probable a mention must be; chosen on authors left out of the training


@dataclass(frozen=True, slots=True)
class Mention:
    """A line (1-based) that names software, under its usual name."""

    name: str
    line: int


def find_projects(blocks: Sequence[Block], post: Post | None = None) -> list[Mention]:
    """The software named in the blocks, and in the front matter of `post`, in the order of lines.

    What an ambiguous name means is settled for all of the file: with "written in Go" somewhere, "Go" is the language.
    """
    models = load("projects_model")
    reading = read_text(blocks)
    listed = listed_candidates(reading, list(front_matter_text(post)) if post else [])
    sure = sum(1 for candidate in listed.values() if "sure" in candidate.signs)
    unlisted = unlisted_candidates(blocks, reading, sure)
    found: list[Mention] = []
    for candidate in listed.values():
        if models["listed"].probability(candidate.signs) >= LISTED_FROM:
            found += _mentions(candidate)
    for candidate in unlisted.values():
        if models["unlisted"].probability(candidate.signs) >= UNLISTED_FROM:
            found += _mentions(candidate)
    return sorted(found, key=lambda mention: mention.line)


def projects_in(text: str) -> list[str]:
    """The software that a short text without notes around it surely names: no word that means other things too."""
    named = [hit.form.project.name for hit in occurrences(Words(text)) if hit.form.mark in ("", "=")]
    return list(dict.fromkeys(named))


def front_matter_text(post: Post) -> Iterator[tuple[str, Span]]:
    """What the front matter says in words, and which kind of field says so."""
    for key, kind in FRONT_MATTER.items():
        value = post.front_matter.get(key)
        if isinstance(value, str | list):
            text = value if isinstance(value, str) else " , ".join(map(str, value))
            yield kind, Span(post.keys.get(key, 1), text)


def _mentions(candidate: Candidate) -> Iterator[Mention]:
    return (Mention(candidate.name, line) for line in dict.fromkeys(candidate.sightings))
