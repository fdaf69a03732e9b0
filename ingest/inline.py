"""Markdown of one block in, the words a reader sees out, and the links and bold runs in it. The one place that cleans markup.

Newlines are kept, so that a caller can still tell on which line a word stands.
"""

import html
import re
from collections.abc import Mapping
from urllib.parse import unquote

from talkdex.ingest.blocks import Hyperlink

# Whatever can be markup; a text without any of these is plain already.
_MARKUP = re.compile(r"[\\`*_\[\]<>&{}~]|==|\^")

# Quantifiers on free text are bounded, so that no input costs more than linear time.
_LABEL = r"(?:[^\[\]\\\n]|\n(?!\s*\n)|\\.|\[[^\[\]\n]{0,200}\]){0,400}"
_URL = r"<?(?:[^\s()<>]|\([^\s()]{0,200}\)){0,1000}>?"

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>(?P<ticks>`{1,3})(?P<code_text>[^`\n]{1,500})(?P=ticks)(?!`))"
    r"|(?P<comment><!--[^>]{0,2000}-->)"
    r"|(?P<liquid>\{%[^%\n]{0,500}%\}|\{\{[^{}\n]{0,500}\}\}|\{:[^{}\n]{0,300}\})"
    r"|(?P<wiki>!?\[\[(?P<wiki_target>[^\[\]|\n]{1,300})(?:\|(?P<wiki_alias>[^\[\]\n]{1,300}))?\]\])"
    r"|(?P<footnote>\[\^[^\]\s]{1,60}\]:?)"
    rf"|(?P<link>(?P<bang>!?)\[(?P<label>{_LABEL})\]"
    rf"(?:\(\s{{0,3}}(?P<url>{_URL})(?:\s+(?:\"[^\"\n]{{0,300}}\"|'[^'\n]{{0,300}}'))?\s{{0,3}}\)|\[(?P<ref>[^\[\]\n]{{0,300}})\]))"
    r"|<(?P<autolink>(?:https?://|mailto:)[^<>\s]{1,1000})>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]{0,30}(?:\s[^<>]{0,2000})?/?>)"
)
_EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w*])|\*\*|(?<!\w)_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?!\w)|~~|==(?=\S)|(?<=\S)=="
)
_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")
_CALLOUT = re.compile(r"^\[!\w{2,20}\][+-]?\s*")
_SPACES = re.compile(r"[ \t\xa0]{2,}")

_BOLD = re.compile(
    r"(?:\*\*|(?<!\w)__)(?=\S)([^*\n]{1,300}?)(?:\*\*|__(?!\w))|<(?:b|strong)>([^<\n]{1,300})</(?:b|strong)>"
)
_HTML_LINK = re.compile(r"<a\s[^<>]{0,500}?href\s*=\s*[\"']?([^\"'\s<>]{1,1000})[^<>]{0,500}>([^<]{0,300})", re.I)
_BARE_URL = re.compile(r"(?<![\w(<\"'=])https?://[^\s<>\"')\]]{1,1000}[^\s<>\"')\].,;:!?]")
_REFERENCE = re.compile(r"(?<![\]!])\[([^\[\]\n]{1,200})\](?![\[(:])")


def plain(raw: str) -> str:
    """The text of `raw` Markdown without markup, newlines kept: "see [Kafka](http://x) **now**" gives "see Kafka now"."""
    if not _MARKUP.search(raw):
        return raw
    kept: list[str] = []  # code and escapes must not be read as emphasis
    text = _CALLOUT.sub("", _CHECKBOX.sub("", raw.replace(_HELD, "")))
    text = _TOKEN.sub(lambda m: _visible(m, kept), text)
    text = _EMPHASIS.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if kept:
        pieces = iter(kept)
        text = _PLACEHOLDER.sub(lambda m: next(pieces), text)
    return _SPACES.sub(" ", text)


def links(raw: str, line: int = 1, references: Mapping[str, str] | None = None) -> list[Hyperlink]:
    """The links in `raw`, which begins on `line`; `references` gives the address of each `[label]: url` (label in lower case)."""
    if "[" not in raw and "://" not in raw and "<a" not in raw and "<A" not in raw:
        return []
    found: list[tuple[int, Hyperlink]] = []
    taken: list[tuple[int, int]] = []
    references = references or {}

    def add(match: re.Match[str], text: str, url: str, image: bool = False) -> None:
        start = match.start()
        taken.append(match.span())
        url = unquote_spaces(url)
        found.append((start, Hyperlink(_one_line(plain(text)), url, line + raw.count("\n", 0, start), image)))

    for m in _TOKEN.finditer(raw):
        if m["link"]:
            url = m["url"] if m["url"] is not None else references.get((m["ref"] or m["label"]).strip().lower())
            if url:
                add(m, m["label"], url.strip("<>"), image=bool(m["bang"]))
        elif m["autolink"]:
            add(m, m["autolink"], m["autolink"])
    for m in _HTML_LINK.finditer(raw):
        add(m, m[2], html.unescape(m[1]))
    if references:
        for m in _REFERENCE.finditer(raw):
            if m[1].strip().lower() in references and not _inside(m.start(), taken):
                add(m, m[1], references[m[1].strip().lower()])
    for m in _BARE_URL.finditer(raw):
        if not _inside(m.start(), taken):
            add(m, m[0], m[0])
    return [link for _, link in sorted(found, key=lambda pair: pair[0])]


def bold(raw: str) -> list[str]:
    """The strongly emphasised runs of `raw`, without markup."""
    if "**" not in raw and "__" not in raw and "<" not in raw:
        return []
    return [run for m in _BOLD.finditer(raw) if (run := _one_line(plain(m[1] or m[2]).strip("*_ ")))]


def unquote_spaces(url: str) -> str:
    """`url` without percent-encoded letters where that is readable; addresses with odd bytes stay as they are."""
    if "%" not in url:
        return url
    readable = unquote(url, errors="replace")
    return url if "\ufffd" in readable or any(c.isspace() or ord(c) < 32 for c in readable) else readable


_HELD = "\ue000"  # private use: stands for a piece that is put back at the end
_PLACEHOLDER = re.compile(_HELD)


def _visible(m: re.Match[str], kept: list[str]) -> str:
    """What a reader sees of one piece of markup."""
    if m["escape"]:
        kept.append(m["escape"][1])
        return _HELD
    if m["code"]:
        kept.append(m["code_text"].strip())
        return _HELD
    if m["wiki"]:
        return (
            ""
            if m["wiki"].startswith("!")
            else m["wiki_alias"] or m["wiki_target"].rpartition("/")[2].partition("#")[0]
        )
    if m["link"]:
        return (
            "\n" * m["label"].count("\n") if m["bang"] else _TOKEN.sub(lambda inner: _visible(inner, kept), m["label"])
        )
    if m["autolink"]:
        return str(m["autolink"])
    if m["tag"] and m["tag"].lower().startswith("<br"):
        return " "
    return "\n" * m[0].count("\n")


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _one_line(text: str) -> str:
    return " ".join(text.split())
