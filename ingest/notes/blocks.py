"""What a notes file is made of, between the Markdown reader and the splitter: posts, blocks and their sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from talkdex.schema.records import Notice

BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "table", "html", "rule"]


class Span(NamedTuple):
    """A sentence or other piece of text: `text` without markup, and the 1-based line of the file on which it begins."""

    line: int
    text: str


class Hyperlink(NamedTuple):
    """A link in the notes: `text` without markup, the address, the 1-based line."""

    text: str
    url: str
    line: int
    image: bool = False


@dataclass(slots=True)  # nobody changes one; frozen it would take three times as long to make
class Block:
    """One leaf block, in document order.

    `line` and `end` are its first and last line in the file (1-based, front matter counted). `raw` is the Markdown of
    its own text (without list marker, `#`, `>`; lines joined by newline), `text` the same without markup, on one line.
    `level` is 1 to 6 for a heading. `depth` counts the lists and quotes around it: 0 for a top-level paragraph, 1 for
    an item of a top-level list. An item's second paragraph is a "paragraph" with the item's depth. A table row is a
    block "table" with cells joined by " | ". `quoted` is true inside a block quote. `ordered` is true for an item of a
    numbered list.
    """

    kind: BlockKind
    line: int
    end: int
    raw: str
    text: str
    level: int = 0
    depth: int = 0
    quoted: bool = False
    ordered: bool = False
    spans: tuple[Span, ...] = ()  # the sentences of text
    links: tuple[Hyperlink, ...] = ()
    bold: tuple[str, ...] = ()  # the strongly emphasised runs, without markup


@dataclass(frozen=True, slots=True)
class Post:
    """A notes file, read: its front matter (keys in lower case), its body, and where they stand.

    `keys` gives the 1-based line of each top-level front matter key. `body` begins on line `body_line` of the file.
    """

    path: str
    body: str
    body_line: int = 1
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
