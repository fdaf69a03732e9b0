"""Markdown of a block in, the words a reader sees out, with the links and bold runs in it. All markup is cleaned here.

Newlines are kept, so that a caller can still tell on which line a word stands.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Mapping
from urllib.parse import unquote

from talkdex.ingest.notes.blocks import Hyperlink

# Whatever can be markup; a text without any of these is plain already.
_MARKUP = re.compile(r"[\\`*_\[\]<>&{}~^]")

# Quantifiers on free text are bounded, so that no input costs more than linear time. A pattern of several forms first
# looks whether the character can begin one: that makes it ten times faster on prose.
_LABEL = r"(?:[^\[\]\\\n]|\n(?!\s*\n)|\\.|\[[^\[\]\n]{0,200}\]){0,400}"
_URL = r"(?:<[^<>\n]{0,1000}>|(?:[^\s()<>]|\([^\s()]{0,200}\)){0,1000})"

_TOKEN_START = re.compile(r"[\\`<{!\[]")
_TOKEN = re.compile(
    r"(?=[\\`<{!\[])(?:(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<break>\\(?=\n))"
    r"|(?P<code>(?P<ticks>`{1,3})(?P<code_text>[^`]{1,500})(?P=ticks)(?!`)|``(?P<code_with_ticks>(?:[^`]|`(?!`)){1,500})``(?!`))"
    r"|(?P<comment><!--[^>]{0,2000}-->)"
    r"|(?P<liquid>\{%[^%\n]{0,500}%\}|\{\{[^{}\n]{0,500}\}\}|\{:[^{}\n]{0,300}\}"
    r"|\{#[\w:.-]{1,100}(?:\s[^{}\n]{0,200})?\}(?=\s*$))"
    r"|(?P<wiki>!?\[\[(?P<wiki_target>[^\[\]|\n]{1,300})(?:\|(?P<wiki_alias>[^\[\]\n]{1,300}))?\]\])"
    r"|(?P<footnote>\[\^[^\]\s]{1,60}\]:?)"
    rf"|(?P<link>(?P<bang>!?)\[(?P<label>{_LABEL})\]"
    rf"(?:\(\s{{0,3}}(?P<url>{_URL})(?:\s+(?:\"[^\"\n]{{0,300}}\"|'[^'\n]{{0,300}}'))?\s{{0,3}}\)|\[(?P<ref>[^\[\]\n]{{0,300}})\]))"
    r"|<(?P<autolink>(?:https?://|mailto:)[^<>\s]{1,1000})>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]{0,30}(?:\s[^<>]{0,2000})?/?>))"
)
# Each form begins with its character, not with what stands before it: so a search can leap from one to the next.
_EMPHASIS = re.compile(
    r"\*(?:(?<![\w*]\*)\*{0,2}(?=[^\s*])|(?<=[^\s*]\*)\*{0,2}(?![\w*])|\*)"
    r"|_(?:(?<!\w_)_{0,2}(?=[^\s_])|(?<=[^\s_]_)_{0,2}(?!\w))|~~|=(?:=(?=\S)|(?<=\S=)=)"
)
_EMOJI = (
    r"(?:[0-9#*]\ufe0f?\u20e3|:[a-z][a-z0-9_+-]{1,30}:"
    r"|[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U000e0020-\U000e007f])"
)
_LONGEST_DECORATED = 400  # characters; for the end of a text is looked for anew at each emoji
_EMOJI_AROUND = re.compile(rf"^(?:{_EMOJI}\s*)+|(?:\s*{_EMOJI})+$")
_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")
_CALLOUT = re.compile(r"^\[!\w{2,20}\][+-]?\s*")
_SPACES = re.compile(r"[ \t\xa0]{2,}")

_BOLD = re.compile(
    r"(?=[*_<])(?:(?:\*\*|(?<!\w)__)(?=\S)([^*\n]{1,300}?)(?:\*\*|__(?!\w))|<(?:b|strong)>([^<\n]{1,300})</(?:b|strong)>)"
)
_HTML_LINK = re.compile(r"<a\s[^<>]{0,500}?href\s*=\s*[\"']?([^\"'\s<>]{1,1000})[^<>]{0,500}>([^<]{0,300})", re.I)
_BARE_URL = re.compile(r"http(?<![\w<\"'=]http)s?://[^\s<>\"')\]]{1,1000}[^\s<>\"')\].,;:!?]")
_REFERENCE = re.compile(r"\[(?<![\]!]\[)([^\[\]\n]{1,200})\](?![\[(:])")


def plain(raw: str, references: Container[str] = ()) -> str:
    """The text of `raw` Markdown without markup, newlines kept: "see [Kafka](http://x) **now**" gives "see Kafka now".

    `references` are the labels, in lower case, that have an address in the file: of "see [Kafka]" the brackets go, too.
    """
    if not _MARKUP.search(raw) and "==" not in raw:
        return raw
    kept: list[str] = []  # code and escapes must not be read as emphasis
    text = raw.replace(_HELD, "")
    if text.startswith("["):
        text = _CALLOUT.sub("", _CHECKBOX.sub("", text))
    if _TOKEN_START.search(text):
        text = _TOKEN.sub(lambda m: _visible(m, kept), text)
    if "*" in text or "_" in text or "~~" in text or "==" in text:
        text = _EMPHASIS.sub("", text)
    if references:
        text = _REFERENCE.sub(lambda m: m[1] if m[1].strip().lower() in references else m[0], text)
    if "&" in text:
        text = html.unescape(text)
    if kept:
        pieces = iter(kept)
        text = _PLACEHOLDER.sub(lambda m: next(pieces), text)
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text or "\xa0" in text else text


def without_emoji(text: str) -> str:
    """Plain text without what decorates it: "🎤 Caches lie ⭐⭐", ":microphone: Caches lie"."""
    is_bare = text.isascii() and ":" not in (text[:1], text[-1:])
    return text if is_bare or len(text) > _LONGEST_DECORATED else _EMOJI_AROUND.sub("", text.strip())


def links(raw: str, line: int = 1, references: Mapping[str, str] | None = None) -> list[Hyperlink]:
    """The links in `raw`, which begins on `line`; `references` gives the address of each label, in lower case."""
    if "[" not in raw and "://" not in raw and "<a" not in raw and "<A" not in raw:
        return []
    references = references or {}
    breaks = [m.start() for m in _NEWLINE.finditer(raw)] if "\n" in raw else []
    found: list[tuple[int, int, Hyperlink]] = []

    def add(match: re.Match[str], text: str, url: str, image: bool = False) -> None:
        start, end = match.span()
        at = line + bisect_left(breaks, start)
        found.append((start, end, Hyperlink(_one_line(plain(text)), unquote_spaces(url), at, image)))

    for m in _TOKEN.finditer(raw) if "[" in raw or "<" in raw else ():
        if m["link"]:
            url = m["url"] if m["url"] is not None else references.get((m["ref"] or m["label"]).strip().lower())
            if url:
                add(m, m["label"], url.strip("<>"), image=bool(m["bang"]))
        elif m["autolink"]:
            add(m, m["autolink"], m["autolink"])
    if "<a" in raw or "<A" in raw:
        for m in _HTML_LINK.finditer(raw):
            add(m, m[2], html.unescape(m[1]))
    is_free = _outside([(start, end) for start, end, _ in found])
    if references:
        for m in _REFERENCE.finditer(raw):
            if m[1].strip().lower() in references and is_free(m.start()):
                add(m, m[1], references[m[1].strip().lower()])
    if "://" in raw:
        for m in _BARE_URL.finditer(raw):
            if is_free(m.start()):
                add(m, m[0], m[0])
    return [link for _, _, link in sorted(found, key=lambda entry: entry[0])]


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


_NEWLINE = re.compile("\n")
_HELD = "\ue000"  # private use: stands for a piece that is put back at the end
_PLACEHOLDER = re.compile(_HELD)


def _visible(m: re.Match[str], kept: list[str]) -> str:
    """What a reader sees of one piece of markup."""
    if m["escape"]:
        kept.append(m["escape"][1])
        return _HELD
    if m["code"]:
        kept.append((m["code_text"] or m["code_with_ticks"]).strip(" "))
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


def _outside(spans: list[tuple[int, int]]) -> Callable[[int], bool]:
    """Tells whether a position lies in none of the spans."""
    starts, ends, furthest = [], [], 0
    for start, end in sorted(spans):
        furthest = max(furthest, end)
        starts.append(start)
        ends.append(furthest)

    def is_outside(position: int) -> bool:
        before = bisect_right(starts, position)
        return not before or ends[before - 1] <= position

    return is_outside


def _one_line(text: str) -> str:
    return " ".join(text.split())
