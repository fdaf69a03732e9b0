"""A post in, its blocks out, each with its lines in the file. Mistune gives no positions: they are recorded here.

A block parser's state knows the line on which its own text begins; lists and quotes parse their content in a child
state whose text has the same line breaks as the file, so a child only needs the line of its first one.
"""

import re
from collections.abc import Iterator
from typing import Any

import mistune

from talkdex.ingest.notes import inline
from talkdex.ingest.notes.blocks import Block, BlockKind, Post
from talkdex.ingest.notes.paragraphs import parts
from talkdex.ingest.notes.sentences import split_tidy

Token = dict[str, Any]


def blocks(post: Post) -> list[Block]:
    """The leaf blocks of the post's body in document order."""
    source = _preprocess(post.body)
    state = _State()
    state.base = post.body_line
    state.process(source if source.endswith("\n") else source + "\n")
    _PARSER.parse(state)
    references = {key.lower(): str(ref["url"]) for key, ref in state.env["ref_links"].items()}
    found = _Flattener(references).walk(state.tokens)
    return sorted(found, key=lambda block: block.line)  # a quote that cuts a list item short is read before the item


class _State(mistune.BlockState):
    """A block state that knows on which line of the file its text begins."""

    def __init__(self, parent: "_State | None" = None) -> None:
        super().__init__(parent)
        self.base = 1  # line of the first character of src
        self.start = 0  # where the block that is being parsed begins
        self.child_start = 0  # where the list item or quote begins whose content comes next
        self._seen, self._seen_line = 0, 0

    def line_at(self, position: int) -> int:
        """The line of the file on which src[position] stands; positions mostly grow: only the new part is counted."""
        if position < self._seen:
            self._seen, self._seen_line = 0, 0
        self._seen_line += self.src.count("\n", self._seen, position)
        self._seen = position
        return self.base + self._seen_line

    def child_state(self, src: str, lazy_line_starts: set[int] | None = None) -> "_State":
        child = super().child_state(src, lazy_line_starts)
        assert isinstance(child, _State)
        child.base = self.line_at(self.child_start)
        if _BARE_MARKER.match(self.src, self.child_start):  # "-" alone: the item's text begins on the next line
            child.base += 1
        # While a list is read, the cursor stands behind the next item's first line by now.
        self.child_start = self.src.rfind("\n", 0, max(self.cursor - 1, 0)) + 1
        return child

    def append_token(self, token: Token) -> None:
        if token["type"] != "blank_line":
            token["line"] = self.line_at(self.start)
        super().append_token(token)

    def add_paragraph(self, text: str) -> None:
        before = len(self.tokens)
        super().add_paragraph(text)
        if len(self.tokens) > before:
            self.tokens[-1]["line"] = self.line_at(self.cursor)


class _Parser(mistune.BlockParser):
    """The block parser with a state that is told where each block and each list item or quote begins."""

    state_cls = _State

    def parse(self, state: mistune.BlockState, rules: list[str] | None = None) -> None:
        """Most items of a list are one line that can only be a paragraph, whatever the rules."""
        text = state.src
        if state.parent and "\n" not in text[:-1] and _PLAIN_LINE.match(text):
            state.add_paragraph(text)
            state.cursor = state.cursor_max
        else:
            super().parse(state, rules)

    def parse_method(self, m: re.Match[str], state: mistune.BlockState) -> int | None:
        assert isinstance(state, _State)
        state.start = m.start()
        return super().parse_method(m, state)

    def parse_atx_heading(self, m: re.Match[str], state: mistune.BlockState) -> int:
        return read_atx_heading(m, state)

    def parse_list(self, m: re.Match[str], state: mistune.BlockState) -> int:
        assert isinstance(state, _State)
        if end := _read_list_of_lines(m, state):
            return end
        state.child_start = m.start()
        return super().parse_list(m, state)

    def parse_block_quote(self, m: re.Match[str], state: mistune.BlockState) -> int:
        assert isinstance(state, _State)
        outer = state.child_start
        end = super().parse_block_quote(m, state)
        state.child_start = outer  # a quote may end a list item that is still being read
        return end

    def extract_block_quote(self, m: re.Match[str], state: mistune.BlockState) -> tuple[str, int | None, set[int]]:
        assert isinstance(state, _State)
        extracted = super().extract_block_quote(m, state)  # which may read a list that ends the quote
        state.child_start = m.start()
        return extracted

    def parse_fenced_code(self, m: re.Match[str], state: mistune.BlockState) -> int | None:
        assert isinstance(state, _State)
        end = super().parse_fenced_code(m, state)
        if end:
            last = end
            while last > m.start() and state.src[last - 1].isspace():
                last -= 1
            state.tokens[-1]["end"] = state.line_at(last - 1)
        return end

    def _parse_indent_code_fast(self, state: mistune.BlockState) -> int | None:
        assert isinstance(state, _State)
        state.start = state.cursor
        return super()._parse_indent_code_fast(state)


def read_atx_heading(m: re.Match[str], state: mistune.BlockState) -> int:
    """As mistune, whose own way to take off closing `#` takes quadratic time for spaces: `# a        b`."""
    text = m["atx_2"].strip()
    title = text.rstrip("#")
    if not title or title[-1].isspace():
        text = title.rstrip()
    state.append_token({"type": "heading", "text": text, "attrs": {"level": len(m["atx_1"])}, "style": "atx"})
    return m.end() + 1


def _read_list_of_lines(m: re.Match[str], state: _State) -> int:
    """Reads a list of nothing but single lines, as most are: mistune takes several times as long for it.

    The position behind it; 0 when it is another list, or when what follows may belong to it.
    """
    token, at = _list_of_lines(state, m.start(), state.depth())
    text = state.src
    if not token or not (at == len(text) or (text.endswith("\n\n", 0, at) and _AFTER_LIST.match(text, at))):
        return 0
    state.tokens.append(token)
    return at


def _list_of_lines(state: _State, at: int, depth: int) -> tuple[Token | None, int]:
    """The token of the list that begins at a position, lists in it included, and where it ends; None for others."""
    text, first = state.src, _ITEM.match(state.src, at)
    if not first or depth >= _DEEPEST:
        return None, at
    bullet, items = first[0], []
    while text.startswith(bullet, at) and _PLAIN_LINE.match(text, at + len(bullet)):
        end = text.find("\n", at) + 1 or len(text)
        children = [{"type": "paragraph", "text": text[at + len(bullet) : end], "line": state.line_at(at)}]
        at = end
        while text.startswith("\n", at):
            at += 1
        below = _ITEM.match(text, at)
        if below and 0 <= len(below[0]) - len("- ") - len(bullet) <= _WIDEST_MARGIN:
            inner, at = _list_of_lines(state, at, depth + 1)
            if not inner:
                return None, at
            children.append(inner)
        items.append({"type": "list_item", "children": children})
    return {"type": "list", "children": items, "tight": False, "attrs": {"ordered": False}}, at


_PARSER = _Parser()
# Begins a paragraph, whatever the rules: no definition of a reference, fence, rule or list.
_PLAIN_LINE = re.compile(r"[^\W\d_]|[\"'“‘«(]|\d{1,9}(?![\d.)])|\[(?![^\n]*\]:)|\*\*?[^\s*]|_\w|`[^`\n]")
_ITEM = re.compile(rf" *[*+-] (?={_PLAIN_LINE.pattern})")
_DEEPEST = 4  # lists within lists; from here on mistune has fewer rules
_WIDEST_MARGIN = 3  # spaces before a bullet: with more it is code
_AFTER_LIST = re.compile(r"[^\s\d*+>-]")
_BARE_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]*\n")

# ---- what the wild has and Markdown has not; every change keeps the number of lines

_ODD = re.compile(r"^#|\{[%:{<]|^ {0,3}(?:!!!|\?\?\?)", re.M)
_HASHTAG_LINE = re.compile(r"^ {0,3}#[\w/-]+(?:[ \t,]+#[\w/-]+)*[ \t]*$")
_CODE_TAG = re.compile(
    r"^[ \t]*(?:\{%-?\s*(?P<end>end)?highlight\b[^%\n]*%\}|\{\{<\s*(?P<slash>/)?\s*highlight\b[^\n]*?>\}\})[ \t]*$",
    re.M,
)
_TAG_LINE = re.compile(r"^[ \t]*(?:\{%[^%\n]*%\}|\{\{[<%][^\n]*?[>%]\}\}|\{:[^}\n]*\})[ \t]*$", re.M)
_ADMONITION = re.compile(r"^(?:!!!|\?\?\?\+?)[ \t]+\w[^\n]*\n(?:(?: {4}|\t)[^\n]*\n|[ \t]*\n(?=(?: {4}|\t)))+", re.M)


def _preprocess(body: str) -> str:
    if ":: " in body:
        body = _PROPERTY.sub(r"\1- \2: ", body)
    if not _ODD.search(body):
        return body
    if "{%" in body or "{{" in body or "{:" in body:
        body = _TAG_LINE.sub("", _CODE_TAG.sub("```", body))
    if "!!!" in body or "???" in body:
        body = _ADMONITION.sub(_unwrap_admonition, body)
    return "\n".join([_space_heading(line) if "#" in line[:4] else line for line in body.split("\n")])


# Of Logseq, below the text of an item: "  speaker:: [[Ada Sol]]"
_PROPERTY = re.compile(r"^([ \t]{1,20})([a-z][\w-]{1,24}):: (?=\S)", re.M)


def _unwrap_admonition(m: re.Match[str]) -> str:
    first, _, rest = m[0].partition("\n")
    title = first.partition('"')[2].rstrip('" \t')
    return title + "\n" + re.sub(r"^(?: {4}|\t)", "", rest, flags=re.M)


def _space_heading(line: str) -> str:
    """`##Title` gets its space; a line of `#hashtags` stays, a lone `#Title` is a heading when it starts like one."""
    stripped = line.lstrip(" ")
    if not stripped.startswith("#") or len(line) - len(stripped) > 3:
        return line
    hashes = len(stripped) - len(stripped.lstrip("#"))
    rest = stripped[hashes:]
    if (
        hashes > 6
        or not rest
        or rest[0] in " \t!"
        or (hashes == 1 and _HASHTAG_LINE.match(line) and not rest[0].isupper())
    ):
        return line
    return "#" * hashes + " " + rest


# ---- from mistune's tokens to blocks

_LONGEST_SETEXT = 160  # characters: a longer "Setext heading" is a paragraph with a rule under it
_LONGEST_HEADING = 400  # characters: more is no title, and would be looked through for names at every word
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_CODE_INDENT = re.compile(r"^ {4}|^\t", re.M)
_HTML_BLOCK_TAG = re.compile(
    r"<(/?)(h[1-6]|p|li|dt|dd|td|th|div|section|article|blockquote|figcaption|summary|script|style|iframe|pre|svg|video)\b[^<>]{0,2000}>",
    re.I,
)
_HTML_UNSEEN = {"script", "style", "iframe", "pre", "svg", "video"}
_HTML_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|^```.*?(?:^```|\Z)", re.S | re.M
)  # comments, and code of Jekyll within HTML


class _Flattener:
    """Walks mistune's tree and yields the leaf blocks."""

    def __init__(self, references: dict[str, str]) -> None:
        self.references = references

    def walk(self, tokens: list[Token], depth: int = 0, quoted: bool = False) -> Iterator[Block]:
        for token in tokens:
            kind = token["type"]
            if kind == "list":
                for item in token["children"]:
                    yield from self._item(item, depth + 1, quoted, bool(token["attrs"]["ordered"]))
            elif kind == "block_quote":
                yield from self.walk(token["children"], depth, True)
            elif kind == "block_code":
                yield from self._code(token, depth, quoted)
            elif kind == "block_html":
                yield from self._html(token["raw"], token["line"], depth, quoted)
            elif kind == "thematic_break":
                yield Block("rule", token["line"], token["line"], "", "", depth=depth, quoted=quoted)
            elif kind == "heading":
                yield from self._heading(token, depth, quoted)
            elif kind in ("paragraph", "block_text"):
                yield from self._text("quote" if quoted else "paragraph", token, depth, quoted)

    def _item(self, item: Token, depth: int, quoted: bool, ordered: bool) -> Iterator[Block]:
        children = item["children"]
        if children and children[0]["type"] in ("paragraph", "block_text"):
            yield from self._text("item", children[0], depth, quoted, ordered)
            children = children[1:]
        yield from self.walk(children, depth, quoted)

    def _heading(self, token: Token, depth: int, quoted: bool) -> Iterator[Block]:
        block = self._block("heading", token["text"], token["line"], depth, quoted, token["attrs"]["level"])
        if token["style"] == "setext" and (len(block.text) > _LONGEST_SETEXT or "\n" in block.raw):
            # "one more remark\n---": meant as a rule under a paragraph
            yield from self._text("paragraph", token, depth, quoted)
            yield Block("rule", block.end + 1, block.end + 1, "", "", depth=depth, quoted=quoted)
        elif block.text or block.links:
            yield block

    def _text(self, kind: BlockKind, token: Token, depth: int, quoted: bool, ordered: bool = False) -> Iterator[Block]:
        raw, line = token["text"], token["line"]
        text = raw.lstrip("\n")
        line += len(raw) - len(text)
        for part in parts(text.rstrip(), is_item=kind == "item"):
            if part.kind == "text":
                yield self._block(kind, part.raw, line + part.line, depth, quoted, ordered=ordered)
            elif part.kind == "item":
                yield self._block("item", part.raw, line + part.line, depth + part.depth, quoted, ordered=part.ordered)
            else:
                yield self._block("table", part.raw, line + part.line, depth, quoted)

    def _block(
        self, kind: BlockKind, raw: str, line: int, depth: int, quoted: bool, level: int = 0, ordered: bool = False
    ) -> Block:
        body = raw.lstrip("\n")
        line += len(raw) - len(body)
        body = body.strip(" \t\r\n\f")
        clean = inline.plain(body, self.references)
        lines = [(line + i, text) for i, piece in enumerate(clean.split("\n")) if (text := " ".join(piece.split()))]
        if kind == "heading" and len(clean) > _LONGEST_HEADING:
            kind, level = "paragraph", 0
        return Block(
            kind,
            line,
            line + body.count("\n"),
            body,
            " ".join([text for _, text in lines]),
            level,
            depth,
            quoted,
            ordered,
            tuple(split_tidy(lines)),
            tuple(inline.links(body, line, self.references)),
            tuple(inline.bold(body)),
        )

    def _code(self, token: Token, depth: int, quoted: bool) -> Iterator[Block]:
        raw, line = token["raw"], token["line"]
        if token["style"] == "indent" and _BULLET.match(raw):  # an indented list, not code
            state = _State()
            state.base = line
            state.process(_CODE_INDENT.sub("", raw) + "\n")
            _PARSER.parse(state)
            yield from self.walk(state.tokens, depth, quoted)
            return
        end = token.get("end", line + raw.rstrip("\n").count("\n"))
        yield Block("code", line, end, raw, "", depth=depth, quoted=quoted)

    def _html(self, raw: str, line: int, depth: int, quoted: bool) -> Iterator[Block]:
        """Text in HTML blocks, by their tags: `<dt>Title : Name</dt>` gives an item."""
        raw = _HTML_HIDDEN.sub(lambda m: "\n" * m[0].count("\n"), raw)
        position, kind, level, unseen, listed = 0, "html", 0, "", False
        for m in [*_HTML_BLOCK_TAG.finditer(raw), None]:
            piece = raw[position : m.start() if m else len(raw)]
            if not unseen and piece.strip():
                at = line + raw.count("\n", 0, position)
                block = self._block(_HTML_KINDS.get(kind, "html"), piece, at, depth + listed, quoted, level)
                if block.text or block.links:
                    yield block
            if m is None:
                return
            position, name = m.end(), m[2].lower()
            if name in _HTML_UNSEEN:
                unseen = "" if m[1] else name
            if name in ("li", "dt", "dd"):
                listed = not m[1]
            if m[1]:
                kind, level = "html", 0
            else:
                kind = "heading" if name[0] == "h" and name[1:].isdigit() else name
                level = int(name[1]) if kind == "heading" else 0


_HTML_KINDS: dict[str, BlockKind] = {
    "heading": "heading",
    "p": "paragraph",
    "li": "item",
    "dt": "item",
    "dd": "paragraph",
    "blockquote": "quote",
    "div": "paragraph",
    "section": "paragraph",
    "td": "table",
    "th": "table",
}
