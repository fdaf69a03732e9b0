"""The overview of an event in, who it says spoke in the session that a file is about out.

"[Caches lie](caches.md) - Ada Sol", a row of a table with a link to the file, or a by-line above such a link.
"""

from functools import lru_cache
from urllib.parse import unquote

from talkdex.ingest.notes import inline
from talkdex.ingest.notes.blocks import Hyperlink
from talkdex.ingest.people.bylines import is_byline, people_in_byline
from talkdex.ingest.talks.titles import read_heading

_MOST = 40_000  # characters of an overview
_ABOVE = 6  # lines over a link in which a by-line may stand


def speakers_in_overview(overview: str, path: str) -> tuple[str, ...]:
    """The speakers that the overview names where it links to the file; () when it doesn't."""
    for number, link in _links_within(overview):
        if _leads_to(link, path):
            lines = _lines(overview)
            return _in_line(lines[number], link) or _above(lines, number)
    return ()


def _leads_to(link: Hyperlink, path: str) -> bool:
    """Whether a link within the notes leads to the file: the overview may lie in any folder above it."""
    target = unquote(link.url.partition("#")[0]).strip("/").removeprefix("./")
    return bool(target) and any(f"/{form}".endswith(f"/{target}") for form in (path, path.rpartition(".")[0]))


def _in_line(line: str, link: Hyperlink) -> tuple[str, ...]:
    """Of the link's own text, else of the other cells of a row, else of the whole line."""
    if names := read_heading(link.text).speakers:
        return names
    if line.count("|") > 1:
        cells = [inline.plain(cell).strip() for cell in line.strip(" |").split("|")]
        return next((tuple(people_in_byline(cell)) for cell in cells if cell != link.text and is_byline(cell)), ())
    return read_heading(inline.plain(line).strip(" \t*+-"), [link]).speakers


def _above(lines: tuple[str, ...], number: int) -> tuple[str, ...]:
    for line in reversed(lines[max(number - _ABOVE, 0) : number]):
        if line.lstrip().startswith("#"):
            return read_heading(inline.plain(line)).speakers
        text = inline.plain(line).strip(" \t*+-")
        if text and is_byline(text):
            return tuple(people_in_byline(text, inline.links(line)))
    return ()


@lru_cache(maxsize=64)
def _lines(overview: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in overview[:_MOST].splitlines())


@lru_cache(maxsize=64)
def _links_within(overview: str) -> tuple[tuple[int, Hyperlink], ...]:
    """The links to other files of the notes, each with the index of its line. All files of a folder share them."""
    lines = enumerate(_lines(overview))
    return tuple((number, link) for number, line in lines for link in inline.links(line) if "://" not in link.url)
