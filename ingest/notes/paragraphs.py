"""The raw text of a paragraph or item in, its parts out where its author meant more than Markdown sees.

That is tables, whose rows may differ in length, lists indented so far that for Markdown they go on with the paragraph,
and bullets pasted from slides.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

_PASTED = "•‣◦▪●○∙⁃–—"
_DASHES = "–—"
# Markdown has seen every other `-`; these are indented by four spaces or a tab: "Why?\n    - it is fast".
_BULLET = re.compile(
    rf"(?P<indent>[ \t]*)(?:(?P<number>\d{{1,2}}[.)])[ \t]+|[-*+][ \t]+|(?P<pasted>[{_PASTED}])[ \t]*)(?=\S)"
)

_TABLE_RULE = re.compile(r"[ \t|:-]*-[ \t|:-]*")
_NARROWEST_WRAP = 60  # characters: a shorter line ends because its author ended it
_BOLD_LINE = re.compile(r"(\*\*|__)(?=\S)[^*\n]{3,120}\1:?[ \t]*\n")  # above text: a title
_CELL_BREAK = re.compile(r"(?<!\\)\|")


class Part(NamedTuple):
    """A piece that begins `line` lines below the paragraph's first one; `depth` is that of an item within, from 1."""

    kind: Literal["text", "item", "row"]
    line: int
    raw: str
    depth: int = 0
    ordered: bool = False


def parts(raw: str, is_item: bool = False) -> list[Part]:
    """The parts of a paragraph, or of an item's first one; nearly always a single part, its text."""
    if "\n" not in raw:
        return _list(raw) if raw[:1] in _PASTED and raw[:1] not in _DASHES else [Part("text", 0, raw)]
    if not is_item and _BOLD_LINE.match(raw):
        return _titled(raw)
    if "|" in raw:
        lines = raw.split("\n")
        rule = next((index for index in range(1, len(lines)) if _is_table_rule(lines[index], lines[index - 1])), None)
        if rule is not None:
            above = parts("\n".join(lines[: rule - 1])) if rule > 1 else []
            return [*above, *_rows(lines, rule)]
    listed = _list(raw)
    return _outline(raw) if len(listed) == 1 and not is_item and "\n  " in raw else listed


def _titled(raw: str) -> list[Part]:
    """Bold lines, each a text of its own, and what stands below them."""
    found: list[Part] = []
    position = 0
    while title := _BOLD_LINE.match(raw, position):
        found.append(Part("text", len(found), title[0].strip()))
        position = title.end()
    return [*found, *(part._replace(line=part.line + len(found)) for part in parts(raw[position:]))]


def _list(raw: str) -> list[Part]:
    """Text, then items: each with the lines that follow up to the next bullet."""
    lines = raw.split("\n")
    bullets = [_bullet(line, index, lines) for index, line in enumerate(lines)]
    if not any(bullets):
        return [Part("text", 0, raw)]
    starts = [index for index, bullet in enumerate(bullets) if bullet or not index]
    found: list[Part] = []
    indents: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        bullet = bullets[start]
        text = "\n".join(lines[start:end])
        if not bullet:
            found.append(Part("text", start, text))
            continue
        indent = len(bullet["indent"].expandtabs(4))
        while indents and indents[-1] >= indent:
            indents.pop()
        indents.append(indent)
        found.append(Part("item", start, text[bullet.end() :], len(indents), bullet["number"] is not None))
    return found


def _outline(raw: str) -> list[Part]:
    """Lines set below each other by indentation alone: "Blinking is programmable\n  With grids: 1 nm"."""
    lines = raw.split("\n")
    starts = [0] + [index for index in range(1, len(lines)) if not _goes_on(lines[index - 1], lines[index])]
    margin = _indent(lines[0])
    if all(_indent(lines[start]) < margin + 2 for start in starts):
        return [Part("text", 0, raw)]
    found: list[Part] = []
    indents: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        indent, text = _indent(lines[start]), "\n".join(lines[start:end])
        while indents and indents[-1] >= indent:
            indents.pop()
        if indent < margin + 2:
            found.append(Part("text", start, text))
        else:
            indents.append(indent)
            found.append(Part("item", start, text, len(indents)))
    return found


def _goes_on(above: str, line: str) -> bool:
    """Whether a line is the end of a long one that was wrapped, or of a link: "[slides](\n  https://…)"."""
    above, line = above.strip(), line.lstrip()
    return above[-1:] in "([{," or line[:1] in ")]}" or (line[:1].islower() and len(above) >= _NARROWEST_WRAP)


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _bullet(line: str, index: int, lines: Sequence[str]) -> re.Match[str] | None:
    """The bullet of a line. A dash needs a second line that begins with it, a number has to be indented."""
    bullet = _BULLET.match(line)
    if not bullet or (not index and not bullet["pasted"]):
        return None
    if bullet["number"]:
        return bullet if bullet["indent"] else None
    if bullet["pasted"] and bullet["pasted"] in _DASHES:
        return bullet if sum(other.lstrip()[:1] == bullet["pasted"] for other in lines) > 1 else None
    return bullet


def _rows(lines: Sequence[str], rule: int) -> Iterator[Part]:
    for index in (rule - 1, *range(rule + 1, len(lines))):
        cells = _CELL_BREAK.split(lines[index].strip(" \t").removeprefix("|"))
        if len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        yield Part("row", index, " | ".join(cell.strip().replace("\\|", "|") for cell in cells))


def _is_table_rule(line: str, above: str) -> bool:
    """Whether this is `--- | :---:` below the first row of a table."""
    return "|" in line and "|" in above and _TABLE_RULE.fullmatch(line) is not None
