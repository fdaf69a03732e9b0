"""The text of a notes file in, its front matter out: values, the line of each key, and where the body begins.

YAML between `---`, TOML between `+++`, JSON in braces or between `;;;`, the header lines of Hexo, Pelican and
MultiMarkdown without a fence, and Nikola's comment. What is broken is reported and read as far as it goes; what merely
looks like front matter, a `---` drawn as a line or a note that begins with `Speaker: Jane Doe`, stays in the body.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from talkdex.ingest.notes.front_matter_formats import Table, Unreadable, read_json, read_toml, read_yaml
from talkdex.schema.records import Notice

MAX_LINES = 5_000  # a front matter that states a hundred talks has a thousand

# What the first line with text tells of the form; most notes begin with neither and are done here.
_FIRST_LINE = re.compile(
    r"(?:[ \t]*\n)*(?:"
    r"(?P<fence>-{3,}|\+{3}|;{3}) ?(?P<language>yaml|toml|json)?[ \t]*(?:\n|\Z)"
    r"|(?P<brace>\{)"
    r"|(?P<comment><!--[ \t]*\n)"
    r"|[^\W\d][^\n:]{0,40}:)"
)
_YAML_END = re.compile(r"(?:-{3,}|\.{3})\s*")
_NIKOLA_LINE = re.compile(r"\.\. (?P<key>[\w-]+):(?P<value>.*)")  # .. title: Two days at DevNord
_MARKDOWN_HEADING = re.compile(r"#{1,6} ")
_LIST_ITEM = re.compile(r"[ \t]*- (.*)")
_QUOTES = " \t\"',[]{}"

# Keys of blogs. Without a fence, only these make a header: `Speaker: Jane Doe` at the top of a note is its content.
_OF_BLOGS_ALONE = frozenset(
    ("tags", "tag", "category", "categories", "keywords", "slug", "status", "layout", "modified", "permalink")
)
_PUBLISHING = _OF_BLOGS_ALONE.union(
    ("title", "subtitle", "date", "updated", "author", "authors", "summary", "description", "draft", "published"),
    ("lang", "language", "comments", "image", "series", "save_as", "template"),
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a file: keys in lower case, their 1-based lines, and the count of its lines with fences."""

    values: Mapping[str, Any]
    keys: Mapping[str, int]
    length: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Format:
    """How a format writes a key at the left margin, and how it is read: as a whole, and the lines of one key alone."""

    key: re.Pattern[str]
    read: Callable[[str], Table | None]
    read_part: Callable[[str], Table | None]


_YAML = _Format(
    re.compile(r"""(["']?)(?P<key>[^\W\d][\w .-]{0,40}?)\1[ \t]*:(?:[ \t]+(?P<value>.*))?"""),
    read_yaml,
    lambda text: read_yaml(text.expandtabs(2)),
)
_TOML = _Format(re.compile(r"""["']?(?P<key>[\w-]+)["']?[ \t]*=(?P<value>.*)"""), read_toml, read_toml)
_JSON = _Format(
    re.compile(r"""[ \t]{0,4}\{?[ \t]*"(?P<key>[\w .-]+)"[ \t]*:(?P<value>.*)"""),
    read_json,
    lambda text: read_json("{" + text.strip().removeprefix("{").removesuffix("}").rstrip().removesuffix(",") + "}"),
)


def read_front_matter(text: str) -> FrontMatter | None:
    """The front matter at the top of a text with LF line ends; None when there is none."""
    first = _FIRST_LINE.match(text)
    if not first:
        return None
    lines = text.split("\n", MAX_LINES)[:MAX_LINES]
    top = next(index for index, line in enumerate(lines) if line.strip())
    fence, language = first["fence"], first["language"]
    if first["brace"]:
        return _json_object(text, lines, top)
    if first["comment"]:
        return _nikola(lines, top)
    if not fence:
        return _headers(lines, top)
    if fence == "+++" or language == "toml":
        return _fenced(lines, top, _TOML)
    if fence == ";;;" or language == "json":
        return _fenced_json(lines, top)
    return _yaml(lines, top)


class _Reading:
    """What is read so far of a front matter whose text begins on the line with index `start`, the body's with `end`."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.values: dict[str, Any] = {}
        self.keys: dict[str, int] = {}
        self.notices: list[Notice] = []

    def add(self, table: Table, offset: int = 0) -> None:
        for key, line in table.repeated:
            self.notice(f"{key}: this key is there more than once; the last one counts", offset + line)
        for key, value in table.values.items():
            self.values[key] = value
            self.keys[key] = self.start + offset + table.lines[key] + 1

    def notice(self, message: str, offset: int) -> None:
        self.notices.append(Notice(kind="front-matter", message=message, line=self.start + offset + 1))

    def read(self, block: Sequence[str], form: _Format) -> "_Reading":
        """Adds the whole block, or a notice and what of it can be read key by key."""
        try:
            self.add(form.read(_text(block)) or Table())
        except Unreadable as error:
            self.notice(f"this front matter is read in part only: {error.reason}", error.line)
            self.salvage(block, form)
        return self

    def salvage(self, block: Sequence[str], form: _Format) -> None:
        """Adds each key that can be read by itself; of `title: Rust: the good parts` what stands behind the colon."""
        starts = [index for index, line in enumerate(block) if form.key.fullmatch(line)]
        for start, end in pairwise([*starts, len(block)]):
            self.add(_read_part(block[start:end], form), start)

    def done(self) -> FrontMatter:
        for name in ("taxonomies", "taxonomy"):  # of Hugo and Zola, of Grav
            table = self.values.get(name)
            for key in ("tags", "categories", "tag", "category"):
                if isinstance(table, Mapping) and key in table and key not in self.values:
                    self.values[key] = table[key]
                    self.keys[key] = self.keys[name]
        notices = sorted(self.notices, key=lambda notice: notice.line or 0)
        return FrontMatter(self.values, self.keys, self.end, tuple(notices))


def _yaml(lines: Sequence[str], top: int) -> FrontMatter | None:
    """YAML between `---` and `---` or `...`; None when the first `---` is a thematic break."""
    end = next((index for index in range(top + 1, len(lines)) if _YAML_END.fullmatch(lines[index])), None)
    if end is None:
        return _unclosed(lines, top, _YAML)
    block = lines[top + 1 : end]
    reading = _Reading(top + 1, end + 1)
    if not any(line.strip() for line in block):
        return reading.done()
    try:
        table = read_yaml(_text(block))
    except Unreadable:
        if not _is_mostly_keys(block, _YAML):
            return _unclosed(lines, top, _YAML)
        return reading.read(block, _YAML).done()
    if table is None or _is_prose(block, table):
        return None
    reading.add(table)
    return reading.done()


def _fenced(lines: Sequence[str], top: int, form: _Format) -> FrontMatter | None:
    end = _closing_fence(lines, top)
    if end is None:
        return _unclosed(lines, top, form)
    return _Reading(top + 1, end + 1).read(lines[top + 1 : end], form).done()


def _fenced_json(lines: Sequence[str], top: int) -> FrontMatter | None:
    """JSON between `;;;`, with or without its braces, or between `---json` and `---`."""
    end = _closing_fence(lines, top)
    if end is None:
        return None
    block = list(lines[top + 1 : end]) or ["{}"]
    if not block[0].lstrip().startswith("{"):
        block[0] = "{" + block[0]
        block[-1] += "}"
    return _Reading(top + 1, end + 1).read(block, _JSON).done()


def _json_object(text: str, lines: Sequence[str], top: int) -> FrontMatter | None:
    """An object in braces at the very top; None for `{% include toc %}`, `{: .lead}` and their like."""
    start = text.index("{")
    try:
        values, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        closing = next((index for index in range(top + 1, len(lines)) if lines[index].rstrip() == "}"), None)
        if closing is None or lines[top].strip() != "{" or not _JSON.key.fullmatch(lines[top + 1]):
            return _not_json(top) if _JSON.key.match(lines[top]) else None
        return _Reading(top, closing + 1).read(lines[top : closing + 1], _JSON).done()
    if not values or text[end : text.find("\n", end) + 1 or None].strip():
        return None
    return _Reading(top, text.count("\n", 0, end) + 1).read(text[start:end].split("\n"), _JSON).done()


def _not_json(top: int) -> FrontMatter:
    """`{"title": [[[[[[…` stays in the body."""
    message = "this is not front matter, as it is nested too deeply or is not JSON"
    return FrontMatter({}, {}, 0, (Notice(kind="front-matter", message=message, line=top + 1),))


def _unclosed(lines: Sequence[str], top: int, form: _Format) -> FrontMatter | None:
    """Front matter whose second fence is missing: the keys up to the first blank line."""
    end = _next_blank(lines, top + 1)
    block = lines[top + 1 : end]
    if not _PUBLISHING & _names(block, form) or not _is_mostly_keys(block, form, share=1):
        return None
    reading = _Reading(top + 1, end)
    reading.notice(f"this front matter has no {lines[top].strip()[:3]} at its end and is read up to the blank line", -1)
    reading.salvage(block, form)
    return reading.done()


def _headers(lines: Sequence[str], top: int) -> FrontMatter | None:
    """The header of Hexo, closed by `---`, and that of Pelican and MultiMarkdown, closed by a blank line."""
    end = _next_blank(lines, top)
    fence = next((index for index in range(top, end) if YAMLHandler.FM_BOUNDARY.fullmatch(lines[index])), None)
    block = lines[top : end if fence is None else fence]
    names = _names(block, _YAML)
    known = _PUBLISHING & names
    if len(known) < 2 or not known & {"title", "date"} or not _is_mostly_keys(block, _YAML, share=1):
        return None
    if fence is not None:
        return _Reading(top, fence + 1).read(block, _YAML).done()
    if names - known or not known & _OF_BLOGS_ALONE:
        return None
    return _plain_header(block, _Reading(top, end))


def _plain_header(block: Sequence[str], reading: _Reading) -> FrontMatter:
    """`Title: Rust: the good parts`: texts as they are, with indented lines going on with the line above."""
    last = ""
    for offset, line in enumerate(block):
        if key := _YAML.key.fullmatch(line):
            table = Table()
            last = key["key"].lower()
            table.put(last, (key["value"] or "").strip() or None, 0)
            reading.add(table, offset)
        elif last:
            reading.values[last] = f"{reading.values[last] or ''} {line.strip()}".strip()
    return reading.done()


def _nikola(lines: Sequence[str], top: int) -> FrontMatter | None:
    """Lines such as `.. title: Two days at DevNord` in a comment at the top."""
    end = next((index for index in range(top + 1, len(lines)) if lines[index].strip() == "-->"), top)
    keys = [(offset, _NIKOLA_LINE.fullmatch(line)) for offset, line in enumerate(lines[top + 1 : end])]
    table = Table()
    for offset, key in keys:
        if key:
            table.put(key["key"], key["value"].strip() or None, offset)
    if not table.values:
        return None
    reading = _Reading(top + 1, end + 1)
    reading.add(table)
    return reading.done()


def _read_part(lines: Sequence[str], form: _Format) -> Table:
    """The key on the first of these lines with its value; when that is broken, its text or list items as they stand."""
    try:
        if table := form.read_part(_text(lines)):
            return table
    except Unreadable:
        pass
    table = Table()
    if key := form.key.fullmatch(lines[0]):
        items = [item[1].strip(_QUOTES) for line in lines[1:] if (item := _LIST_ITEM.fullmatch(line))]
        table.put(key["key"], items or (key["value"] or "").strip(_QUOTES) or None, 0)
    return table


def _is_mostly_keys(block: Sequence[str], form: _Format, share: float = 0.6) -> bool:
    """Whether the first line is a key, and so is this share of the lines at the left margin that are no list items."""
    margin = [line for line in block if line.strip() and line[0] not in " \t-#[]{}"] if form is not _JSON else block
    keys = [line for line in margin if form.key.fullmatch(line)]
    first = next((line for line in block if line.strip() and line[0] != "#"), "")
    return bool(margin) and len(keys) >= len(margin) * share and form.key.fullmatch(first) is not None


def _is_prose(block: Sequence[str], table: Table) -> bool:
    """Whether this mapping is by chance: a talk's heading and `Speaker: Jane Doe` between two thematic breaks."""
    known = _PUBLISHING & table.values.keys()
    around = ["", *block, ""]
    if len(known) < 2 and any(
        _MARKDOWN_HEADING.match(line) and not before.strip() and not after.strip()
        for before, line, after in zip(around, around[1:], around[2:], strict=False)
    ):
        return True
    return not known and (not block[0].strip() or any(not _YAML.key.fullmatch(f"{key}:") for key in table.values))


def _names(block: Sequence[str], form: _Format) -> set[str]:
    return {key["key"].lower() for line in block if (key := form.key.fullmatch(line))}


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _next_blank(lines: Sequence[str], start: int) -> int:
    return next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))


def _closing_fence(lines: Sequence[str], top: int) -> int | None:
    fence = lines[top].strip()[:3]
    return next((index for index in range(top + 1, len(lines)) if lines[index].rstrip() == fence), None)
