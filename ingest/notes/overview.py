"""All paths of a notes folder in, for each note the text about its event out that another file of the folder gives.

That is the README or `_index` in the note's folder or above it. When it is about many events, only the entries of this
note or its folder count, with the headings above them. A wiki has pages of events that link the notes instead.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from talkdex.data import words
from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post, path_day
from talkdex.ingest.notes.sources import SUFFIXES

Read = Callable[[str], str | None]
Thing = TypeVar("Thing")

OVERVIEW_NAMES = ("readme", "index", "overview", "event", "conference", "info")  # the first one of a folder counts

_COLLECTION_WORDS = words("collection_words")
_COLLECTION_PLURALS = words("collection_plurals")
_WORD = re.compile(r"[^\W\d_][\w'’]*")
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")
_SHORT_YEAR = re.compile(r"['’]\d\d\b|[a-z]\d\d\b")  # DevNord '16, devnord16
_EVENT_PAGE = re.compile(r"(?:19[89]|20[0-4])\d|(?:con(?:f|ference)?|camp|meetup|summit|days|fest)\b", re.IGNORECASE)
_REPOSITORY_LINK = re.compile(r"/(?:blob|tree|raw)/[^/]+/(.*)")  # of GitHub and GitLab
_WIKI_LINK = re.compile(r"\[\[([^\[\]|#\n]{1,200})[^\[\]\n]{0,200}\]\]")
_LINK = re.compile(r"\]\(\s{0,3}<?([^\s()<>]{1,300})")
_SUFFIX = re.compile(r"\.(?:md|markdown|mdx|txt|html?)$", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")

_FIRST_BLOCKS = 12  # where an overview gives the year of its event
_INTRODUCTION = 6  # blocks at most, below the heading of an event in an overview of many
_EVENT_PAGES = 30  # looked at in a folder
_NOTES_LISTED = 3  # by the page of an event at least
_KEPT = 64  # overviews, and folders' listings: those of the notes that are looked at next, in order of their paths
_BOLD_TITLE, _LEAF = 7, 10  # levels below those of headings


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry of an overview: a heading with what stands under it, an item with its items, a row, or a paragraph.

    `above` are the headings and items that it stands under, outermost first; `columns` the first row of its table.
    """

    entry: tuple[Block, ...]
    above: tuple[Block, ...] = ()
    columns: Block | None = None


class Overviews:
    """The overviews of a notes folder, each read once where notes are asked for in order of their paths.

    `paths` are those of all its notes, with forward slashes.
    """

    def __init__(self, paths: Collection[str]) -> None:
        self._paths = frozenset(paths)
        self._in_folder: dict[str, list[str]] = {}
        for path in sorted(paths):
            self._in_folder.setdefault(_folder(path), []).append(path)
        self._folders = {above for folder in self._in_folder for above in _folders_below(f"{folder}/", "")}
        self._overviews = {folder: _pick_overview(files) for folder, files in self._in_folder.items()}
        self._pages: dict[str, _Page | None] = {}
        self._listings: dict[str, dict[str, set[str]]] = {}

    def of(self, path: str) -> str | None:
        """The path of the nearest overview, in the note's folder or above it; None when there is none."""
        return next(self._outward(path), None)

    def around(self, folder: str) -> tuple[list[str], list[str]]:
        """What `text` looks at for notes of this folder: the files that it may read, and the paths that these may link.

        Another Overviews of these paths alone says the same of the notes.
        """
        beside = self._in_folder.get(folder, [])
        pages = [path for path in beside if _is_event_page(path)][:_EVENT_PAGES]
        return [*self._outward(f"{folder}/"), *pages], beside if pages else []

    def may_tell_of_others(self, path: str) -> bool:
        """Whether the overview of another note, in the same folder or below it, may depend on what this one says."""
        folder, name = _folder(path), _SUFFIX.sub("", path)
        is_of_folder = name in self._folders or name == f"{folder}/{folder.rpartition('/')[2]}"
        return self._overviews.get(folder) == path or is_of_folder or _is_event_page(path)

    def text(self, path: str, read: Read) -> str | None:
        """What an overview says of the event of the note `path`: its text, or what it says of this note or its folder.

        `read` gives the text of a path, or None. None when no overview says anything.
        """
        for overview in self._outward(path):
            if page := _kept(self._pages, overview, partial(_read_page, overview, read)):
                if page.is_about_the_event_of(path):
                    return page.text
                if excerpt := page.excerpt(path):
                    return excerpt
        return self._event_page(path, read)

    def _outward(self, path: str) -> Iterator[str]:
        folder = _folder(path)
        while True:
            for overview in (self._overviews.get(folder), self._note_of_folder(folder)):
                if overview and overview != path:
                    yield overview
            if not folder:
                return
            folder = _folder(folder)

    def _note_of_folder(self, folder: str) -> str | None:
        """`DevNord.md` in the folder `DevNord` or beside it, as Obsidian and Hugo have it."""
        if not folder:
            return None
        within = f"{folder}/{folder.rpartition('/')[2]}"
        names = [start + suffix for start in (within, folder) for suffix in SUFFIXES]
        return next((name for name in names if name in self._paths), None)

    def _event_page(self, path: str, read: Read) -> str | None:
        """The text of a page such as `DevNord 2024.md` that links the note beside it and others."""
        folder = _folder(path)
        listings = _kept(self._listings, folder, lambda: self._read_listings(folder, read))
        name = _parts(path)[-1]
        return next((read(page) for page, listed in listings.items() if page != path and name in listed), None)

    def _read_listings(self, folder: str, read: Read) -> dict[str, set[str]]:
        """For each page of an event in the folder the names of the notes that it links."""
        files = self._in_folder.get(folder, [])
        names = {_parts(path)[-1] for path in files}
        pages = [path for path in files if _is_event_page(path)][:_EVENT_PAGES]
        links = {page: names & {target[-1] for target in _targets_in(read(page) or "")} for page in pages}
        return {page: listed for page, listed in links.items() if len(listed) >= _NOTES_LISTED}


def mentions(overview: str, path: str) -> list[Mention]:
    """The entries of an overview's text that link the note `path`, such as `- [Caching](caching.md), Jane Doe`."""
    return _Page("", overview).mentions(path)


class _Page:
    """An overview's text with its blocks and what each of them links."""

    def __init__(self, path: str, text: str) -> None:
        post = parse_post(text, path)
        self.path, self.text = path, text
        self.blocks = blocks(post)
        self.title = str(post.front_matter.get("title") or "") or self._first_heading()
        following = [*self.blocks[1:], None]
        self.levels = [_level(block, below) for block, below in zip(self.blocks, following, strict=False)]
        self.targets = [_targets(block) for block in self.blocks]
        self._linked: dict[str, list[int]] = {}  # name of the note or folder → the blocks that link it
        for index, targets in enumerate(self.targets):
            for target in targets:
                self._linked.setdefault(target[-1], []).append(index)

    def is_about_the_event_of(self, path: str) -> bool:
        """Whether the whole text is about one event, that of the note: its title names one, and it has a year.

        In a folder of its own an overview may leave out the year, that of a whole collection may not.
        """
        if _is_title_of_collection(self.title) or len(self._years_of_headings()) > 1:
            return False
        top = " ".join([self.title, *(block.text for block in self.blocks[:_FIRST_BLOCKS])])
        years = set(_YEAR.findall(top))
        below = set(_YEAR.findall(_folder(path).removeprefix(_folder(self.path))))
        if years and below - years:
            return False
        return bool(_folder(self.path) or years or _SHORT_YEAR.search(top))

    def mentions(self, path: str) -> list[Mention]:
        return [self._mention(index) for index in self._links_to(path)]

    def excerpt(self, path: str) -> str | None:
        """The lines about the note and its folder; failing that, the headings under which its neighbours are listed."""
        found = self._links_to(path)
        folders = _folders_below(path, _folder(self.path))
        for folder in folders:
            if about := self._links_to(folder) or self._named(folder):
                found += about
                break
        blocks = [block for index in found for block in self._with_surroundings(index)]
        if not found and folders:
            beside = next((i for i, targets in enumerate(self.targets) if _is_beside(targets, folders[0])), None)
            blocks = self._headings_with_introduction(beside) if beside is not None else []
        return self._lines(blocks) or None

    def _links_to(self, path: str) -> list[int]:
        parts = _parts(path)
        return [
            index
            for index in dict.fromkeys(self._linked.get(parts[-1], []))
            if any(parts[-len(target) :] == target for target in self.targets[index])
        ]

    def _named(self, folder: str) -> list[int]:
        """The headings and items that begin with the folder's name: `## DevNord 2024 (Oslo)` for `devnord2024`."""
        name = _squash(folder.rpartition("/")[2])
        if len(name) < 5 or name.isdigit():
            return []
        named = (i for i, block in enumerate(self.blocks) if not self._is_leaf(i) or block.kind == "table")
        return [index for index in named if _squash(self.blocks[index].text).startswith(name)]

    def _mention(self, index: int) -> Mention:
        block = self.blocks[index]
        columns = None
        if block.kind == "table":
            rows = list(takewhile(lambda row: row.kind == "table", reversed(self.blocks[: index + 1])))
            columns = rows[-1] if len(rows) > 1 else None
        return Mention(tuple(self._entry(index)), tuple(self.blocks[i] for i in self._above(index)), columns)

    def _entry(self, index: int) -> list[Block]:
        end = index + 1
        if not self._is_leaf(index):
            while end < len(self.blocks) and self.levels[end] > self.levels[index]:
                end += 1
        return self.blocks[index:end]

    def _above(self, index: int) -> list[int]:
        """The headings, bold titles and items that the block stands under, outermost first."""
        above: list[int] = []
        level = self.levels[index]
        for before in range(index - 1, -1, -1):
            if self.levels[before] < level and not self._is_leaf(before):
                above.append(before)
                level = self.levels[before]
        return above[::-1]

    def _is_leaf(self, index: int) -> bool:
        """Whether nothing can stand under the block."""
        return self.levels[index] >= _LEAF and self.blocks[index].kind != "item"

    def _with_surroundings(self, index: int) -> list[Block]:
        mention = self._mention(index)
        columns = [mention.columns] if mention.columns else []
        return [*self._headings_with_introduction(index), *columns, *mention.entry]

    def _headings_with_introduction(self, index: int) -> list[Block]:
        """The headings above a block, without the collection's title, and the paragraphs right below the last one."""
        above = [i for i in self._above(index) if not _is_title_of_collection(self.blocks[i].text)]
        if not above:
            return []
        below = range(above[-1] + 1, min(index, above[-1] + 1 + _INTRODUCTION))
        introduction = takewhile(lambda i: self.blocks[i].kind == "paragraph" and self.levels[i] == _LEAF, below)
        return [self.blocks[i] for i in (*above, *introduction)]

    def _lines(self, found: Iterable[Block]) -> str:
        """The lines of the text that these blocks stand on, with a blank line where some are left out."""
        lines = self.text.split("\n")
        wanted = {number for block in found for number in range(block.line, block.end + 1)}
        rows = {block.line for block in self.blocks if block.kind == "table"} & wanted
        wanted |= {row + 1 for row in rows if row + 1 <= len(lines) and set(lines[row]) <= set("|-: \t")}
        pieces: list[str] = []
        for number in sorted(wanted):
            if pieces and number - 1 not in wanted:
                pieces.append("")
            pieces.append(lines[number - 1])
        return "\n".join(pieces)

    def _years_of_headings(self) -> set[str]:
        headings = (block.text for block, level in zip(self.blocks, self.levels, strict=True) if level <= _BOLD_TITLE)
        return {year for text in headings for year in _YEAR.findall(text)}

    def _first_heading(self) -> str:
        top = self.blocks[:_FIRST_BLOCKS]
        return next((block.text for block in top if block.kind == "heading"), top[0].text if top else "")


def _kept(cache: dict[str, Thing], key: str, make: Callable[[], Thing]) -> Thing:
    """What is in the cache, or is made and put there. What was not asked for the longest makes room."""
    cache[key] = cache.pop(key) if key in cache else make()
    if len(cache) > _KEPT:
        del cache[next(iter(cache))]
    return cache[key]


def _read_page(path: str, read: Read) -> _Page | None:
    text = read(path)
    return _Page(path, text) if text and text.strip() else None


def _is_event_page(path: str) -> bool:
    """Whether its name is that of an event. A blog's file names begin with days, and its posts link each other."""
    return bool(_EVENT_PAGE.search(_stem(path))) and not path_day(path)


def _pick_overview(files: Sequence[str]) -> str | None:
    names = {_stem(path).lower().strip("_-0123456789 "): path for path in reversed(files)}
    return next((names[name] for name in OVERVIEW_NAMES if name in names), None)


def _level(block: Block, below: Block | None) -> int:
    """How deep a block stands: headings first, then titles in bold over a list or table, items, and what is in them."""
    if block.kind == "heading":
        return block.level
    if block.kind == "item":
        return _LEAF + block.depth
    if block.kind == "paragraph" and not block.depth and below and below.kind in ("item", "table"):
        return _BOLD_TITLE if block.bold == (block.text.rstrip(" :"),) else _LEAF
    return _LEAF + block.depth + (block.depth > 0)


def _targets(block: Block) -> list[tuple[str, ...]]:
    """The parts of the paths that a block links: `../2024/Caching.md#notes` gives (2024, caching)."""
    paths = [_path_of_link(link.url) for link in block.links if not link.image]
    if "[[" in block.raw:
        paths += _WIKI_LINK.findall(block.raw)
    return [parts for path in paths if (parts := _parts(path))]


def _targets_in(text: str) -> list[tuple[str, ...]]:
    """The same for a whole text that is not worth parsing."""
    paths = [*map(_path_of_link, _LINK.findall(text)), *_WIKI_LINK.findall(text)]
    return [parts for path in paths if (parts := _parts(path))]


def _path_of_link(url: str) -> str:
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    if not address.scheme and not address.netloc:
        return unquote(address.path)
    within = _REPOSITORY_LINK.search(address.path)
    return unquote(within[1]) if within else ""


def _parts(path: str) -> tuple[str, ...]:
    """A path's folders and name for comparison, the name without suffix; a folder's README stands for the folder."""
    names = [name.casefold() for name in path.strip().split("/") if name not in ("", ".", "..")]
    if names:
        names[-1] = _SUFFIX.sub("", names[-1])
    if len(names) > 1 and names[-1] in ("readme", "index", "_index"):
        names.pop()
    return tuple(names)


def _folders_below(path: str, top: str) -> list[str]:
    """The note's folders below that of the overview, nearest first."""
    folders = []
    folder = _folder(path)
    while folder and folder != top:
        folders.append(folder)
        folder = _folder(folder)
    return folders


def _is_beside(targets: Iterable[tuple[str, ...]], folder: str) -> bool:
    parts = _parts(folder)
    return any(target[-len(parts) - 1 : -1] == parts for target in targets)


def _is_title_of_collection(title: str) -> bool:
    """Whether a title is about notes of many events: "Conference notes", "My talks", "Conferences 2023 - 2025"."""
    found = {word.casefold().replace("’", "'") for word in _WORD.findall(title)}
    return bool(found) and (found <= _COLLECTION_WORDS or not found.isdisjoint(_COLLECTION_PLURALS))


def _squash(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _stem(path: str) -> str:
    return _SUFFIX.sub("", path.rpartition("/")[2])


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
