"""A post, its blocks and its event's overview in, every place out in which they name an event: a mention.

Title, path, overview, tags and text are zones, which tell more or less of the event that the notes are from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from talkdex.ingest.events.names import Certainty, EventName, event_key, event_names, series_names
from talkdex.ingest.events.words import WORDS
from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.inline import plain
from talkdex.ingest.people.bylines import is_byline

Zone = Literal[
    "title",  # of the front matter
    "h1",  # the first heading, or a short first line
    "file",  # the file's name
    "folder",
    "overview",  # the first line of the event's README or index page
    "overview text",
    "tag",
    "cue",  # in the opening, where a sentence says that the author was there, or when and where it was
    "opening",
    "heading",
    "body",
    "session",  # in the address of a link at the top: the session's page
    "address",  # of any other link or picture
]
NAMING: tuple[Zone, ...] = ("title", "h1", "overview", "cue", "opening", "overview text", "heading", "body", "tag")
PLACED: tuple[Zone, ...] = ("title", "h1", "file", "folder", "overview")  # where a name tells most

OPENING_BLOCKS = 8
SESSION_BLOCKS = 3
MOST_LINKS = 30
MOST_TAGS = 40
OPENING_LENGTH = 1800  # characters
BODY_LENGTH = 1500  # characters in which known series are looked for
OVERVIEW_LENGTH = 2500
MOST_IN_OVERVIEW = 2  # more events in an overview: it is of all the author's conferences

LONGEST_LINE = 80  # characters
MOST_LABELLED = 8  # lines

_LABELLED = re.compile(r"\W{0,4}[^\W\d_][\w ]{1,18}:\s")
_YEAR_BEHIND = re.compile(r"[\s,('’]{1,3}(?:19|20)?\d\d\b")
_JOINT = re.compile(r"(?:\s+(?:at|@|[-–—|·])|,)?\s*$")  # between a speaker and an event
_AT = re.compile(r"\W{0,4}(?:at|seen at|held at|where)\W{0,3}:\W{0,3}", re.I)
_ADDRESS = re.compile(r"https?://[^\s)>\]\"']+")
# "spring.io/blog" is Spring's own site, not Spring I/O; "2016.jsconf.eu" is JSConf EU.
_ADDRESS_SIGNS = re.compile(r"^https?://(?:www\.)?|\.(?:com|org|io|net|dev|co|html?)(?=[/:?#]|$)|[./?=&#%~]")
_MARKUP = re.compile(r"^(?:[#>*+-]+\s*|title:\s*)|[\[\]*`]|\((?:https?:)?[^)\s]*\)")
_YEAR = re.compile(r"(?<!\d)((?:19[89]|20[0-3])\d)(?!\d)")
_DAY_FOLDER = re.compile(
    r"(?:day|tag|jour|dag|d[ií]a|part|session|track|week)[\s_-]*(?:\d+|one|two|three)|\d{1,2}", re.IGNORECASE
)
_FILE_DATE = re.compile(r"^\d{4}[-_.]\d{1,2}[-_.]\d{1,2}(?:[-_ T]\d{4})?[-_ ]*|^\d{1,2}[-_. ]+")
_SPACING = re.compile(r"[\W_]+")
_TITLE_KEYS = ("title", "name", "heading")
_SUMMARY_KEYS = ("description", "subtitle", "excerpt", "summary")
_TAG_KEYS = ("tags", "categories", "category", "keywords", "tag", "topics")
_ADDRESS_KEYS = ("image", "cover", "thumbnail", "url", "permalink", "slug", "aliases")


class Mention(NamedTuple):
    """Where an event is named. `line` is None when the path or the overview names it."""

    zone: Zone
    name: EventName
    line: int | None = None


def path_years(path: str) -> list[int]:
    """The years in folder and file names, the date of the file left out, the nearest to the file first."""
    *folders, file = path.split("/")
    names = [_FILE_DATE.sub("", file), *reversed(folders)]
    return [int(year) for name in names for year in _YEAR.findall(name)]


def tags_of(post: Post) -> list[str]:
    """The tags, categories and keywords of the post's front matter."""
    return [tag for key in _TAG_KEYS for tag in _strings(post.front_matter.get(key))]


def mentions(post: Post, blocks: Sequence[Block], overview: str | None) -> Iterator[Mention]:
    """Every mention, in the order of front matter, path, text and overview."""
    yield from _in_front_matter(post)
    yield from _in_path(post.path, overview)
    yield from _in_text(blocks, any(post.front_matter.get(key) for key in _TITLE_KEYS))
    if overview:
        yield from _in_overview(overview, post.path)


def _in_front_matter(post: Post) -> Iterator[Mention]:
    title = next((key for key in _TITLE_KEYS if isinstance(post.front_matter.get(key), str)), None)
    if title:
        for name in event_names(post.front_matter[title][:300]):
            yield Mention("title", name, post.keys.get(title))
    for key in _SUMMARY_KEYS:
        if isinstance(text := post.front_matter.get(key), str):
            for name in event_names(text[:300]):
                yield Mention("opening", name, post.keys.get(key))
    for key in _TAG_KEYS:
        for tag in list(_strings(post.front_matter.get(key)))[:MOST_TAGS]:
            for name in series_names(tag, path=True):
                if name.certainty == "series" or name.year:
                    yield Mention("tag", name, post.keys.get(key))
    for key in _ADDRESS_KEYS:
        for address in _strings(post.front_matter.get(key)):
            yield from _in_address(address, post.keys.get(key))


def _in_path(path: str, overview: str | None) -> Iterator[Mention]:
    *folders, file = path.split("/")
    stem = _FILE_DATE.sub("", file.rpartition(".")[0] or file)
    for name in event_names(stem.replace("_", " "), path=True):
        if name.series or name.certainty == "pattern" or (name.year and name.certainty != "year"):
            yield Mention("file", name)
    if year := _YEAR.search(stem):
        words = [word for word in words_of(stem[: year.start()]) if word.lower() not in WORDS["file_words"]]
        if 1 <= len(words) <= 4:
            yield Mention("file", _named_by_path(words, "year", int(year.group()), overview))
    years = [int(folder) if _YEAR.fullmatch(folder) else None for folder in folders]
    for index, folder in reversed(list(enumerate(folders))):
        beside = next((y for y in (*years[max(0, index - 1) : index], *years[index + 1 : index + 2]) if y), None)
        if (named := _of_folder(folder, beside, overview)) is not None:
            yield Mention("folder", named)


def _of_folder(folder: str, year_beside: int | None, overview: str | None) -> EventName | None:
    """The event that a folder is named after: "craft-2016", "2016/djangocon-us", "Tidewater_Days_2023"."""
    spaced = _SPACING.sub(" ", folder).strip()
    if spaced.lower() in WORDS["folders"] or _DAY_FOLDER.fullmatch(spaced) or _YEAR.fullmatch(spaced):
        return None
    names = event_names(folder.replace("_", " "), path=True)
    if known := next((name for name in names if name.series), None):
        return known if known.year else replace(known, year=year_beside)
    found = _YEAR.search(folder)
    year = int(found.group()) if found else year_beside
    if name := next((name for name in names if name.certainty in ("pattern", "maybe")), None):
        return _named_by_path(words_of(name.name), name.certainty, year, overview)
    words = [word for word in words_of(_YEAR.sub(" ", folder)) if not word.isdigit()]
    while words and words[-1].lower() in WORDS["folders"] | WORDS["file_words"]:
        words.pop()
    while words and words[0].lower() in WORDS["folders"]:
        words.pop(0)
    return _named_by_path(words, "year" if year else "maybe", year, overview) if 1 <= len(words) <= 6 else None


def _named_by_path(words: Sequence[str], certainty: Certainty, year: int | None, overview: str | None) -> EventName:
    """An event whose name only a path gives: in the spelling of the overview, or in title case."""
    name = " ".join(word if word != word.lower() else word.capitalize() for word in words)
    if overview:
        pattern = r"[\W_]{0,3}".join(re.escape(word) for word in words)
        for spelled in re.finditer(rf"(?<![\w/-]){pattern}(?![\w/-])", overview[:OVERVIEW_LENGTH], re.IGNORECASE):
            if not spelled.group().islower():
                name = spelled.group()
                break
    return EventName(_SPACING.sub(" ", name) if "_" in name else name, event_key(name), certainty, None, year)


def _in_text(blocks: Sequence[Block], titled: bool) -> Iterator[Mention]:
    length = opening = 0
    for index, block in enumerate(blocks):
        if length > BODY_LENGTH:
            break
        if block.kind in ("code", "rule"):
            continue
        length += len(block.text)
        zone: Zone = "body"
        if (block.kind == "heading" and (index == 0 or (block.level == 1 and index < 3))) or (
            index == 0 and not titled and len(block.text) < 80
        ):
            zone = "h1"
        elif block.kind == "heading":
            zone = "heading"
        elif opening < OPENING_BLOCKS:
            zone = "opening"
            opening += 1
        yield from _in_block(block, zone)
    links = [
        (link, index < SESSION_BLOCKS and len(block.text) < 100)
        for index, block in enumerate(blocks)
        for link in block.links
    ]
    for link, at_top in links if len(links) <= MOST_LINKS else links[: MOST_LINKS // 2] + links[-MOST_LINKS // 2 :]:
        yield from _in_address(link.url, link.line, "session" if at_top and not link.image else "address")


def _in_block(block: Block, zone: Zone) -> Iterator[Mention]:
    for text in _texts(block):
        # Of headings and body, known names alone: those of sections and products look like events too often.
        for name in series_names(text) if zone in ("heading", "body") else event_names(text):
            if zone == "opening" and _is_beside_speaker(text, name):
                yield Mention("cue", replace(name, certainty="pattern"), block.line)
            elif zone == "opening":
                yield Mention("cue" if _is_near_cue(text, name) else zone, name, block.line)
            elif zone != "body" or name.certainty == "series":
                yield Mention(zone, name, block.line)


def _texts(block: Block) -> Iterator[str]:
    """The text of a block; its lines, when one of them has a label: "Event: RiverConf 2019", "Location: Oslo"."""
    lines = plain(block.raw).split("\n") if block.kind == "paragraph" and "\n" in block.raw else []
    labelled = any(map(_LABELLED.match, lines)) and len(lines) <= MOST_LABELLED
    yield from lines if labelled else (block.text[:OPENING_LENGTH],)


def _is_beside_speaker(text: str, name: EventName) -> bool:
    """Whether a line has nothing before an event with its year but who spoke: "Ines Falkner, RiverConf 2019"."""
    if not name.year or len(text) > LONGEST_LINE or not _YEAR_BEHIND.match(text, name.end):
        return False
    before = _JOINT.sub("", text[: name.start])
    return bool(_AT.fullmatch(before)) or (bool(before) and is_byline(before))


def _is_near_cue(text: str, name: EventName) -> bool:
    """Whether the sentence around the name says that the author was there, or where and when it was."""
    begin = max(text.rfind(". ", 0, name.start), name.start - 160, 0)
    end = text.find(". ", name.end)
    end = min(end if end > 0 else len(text), name.end + 160)
    return has_cue(text[begin : name.start]) or has_cue(text[name.end : end])


def has_cue(text: str) -> bool:
    """Whether the text speaks of being at an event, or of when and where one was."""
    return any(map(text.lower().__contains__, WORDS["cues"]))


def _in_address(address: str, line: int | None, zone: Zone = "address") -> Iterator[Mention]:
    if len(address) < 300:
        for name in series_names(_ADDRESS_SIGNS.sub(" ", address), path=True):
            if name.certainty == "series" or (name.certainty == "word" and name.year):
                yield Mention(zone, name, line)


def _in_overview(overview: str, path: str) -> Iterator[Mention]:
    """Mentions in the overview; when it lists several events, in the lines about this file or its folder."""
    lines, found = _overview_names(overview)
    years = {year for line in lines if (year := _year_alone(line))}
    several = len(years) > 1 or len({name.key for number, name in found if number}) > MOST_IN_OVERVIEW
    steps = [step for step in (path.rsplit("/", 1)[-1], *path.split("/")[:-1]) if step.lower() not in WORDS["folders"]]
    for number, name in found:
        about_file = any(step in lines[number] for step in steps)
        if number == 0 and not several:
            yield Mention("overview", name)
        elif not several or about_file:
            year = name.year or next((y for line in lines[number::-1] if (y := _year_alone(line))), None)
            yield Mention("overview text", replace(name, year=year))


@lru_cache(maxsize=256)
def _overview_names(overview: str) -> tuple[list[str], list[tuple[int, EventName]]]:
    """The lines of the overview, and each event in them with the index of its line. All files of a folder share it."""
    lines = [line for line in overview[:OVERVIEW_LENGTH].splitlines() if line.strip() and line.strip() != "---"]
    found: list[tuple[int, EventName]] = []
    for number, line in enumerate(lines):
        text = _MARKUP.sub(" ", line).strip()
        names = event_names(text)
        found += [
            (number, name) for name in names if number == 0 or name.certainty in ("series", "pattern") or name.year
        ]
        for address in _ADDRESS.findall(line)[:2]:
            found += [(number, mention.name) for mention in _in_address(address, None)]
    return lines, found


def _year_alone(line: str) -> int | None:
    """The year of a line that has nothing else: "**2023**", "### 2017"."""
    found = _YEAR.search(line) if len(line) < 20 else None
    return int(found.group()) if found and not re.search(r"[^\W\d]", line) else None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (part.strip() for part in value.split(",")) if len(value) < 500 else ()
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, Sequence):
        yield from (str(part) for part in value if part)


def words_of(name: str) -> list[str]:
    """The words of a name, whatever is between them."""
    return [word for word in _SPACING.split(name) if word]
