"""Markup in notes that Markdown does not know, as a plugin of mistune: it is read wherever text is, and never in code.

`{:.wide}` of kramdown, `{% include x %}` of Liquid and `{{< youtube x >}}` of Hugo show nothing, `{% highlight sql %}`
begins code, of `[[people/ada|Ada]]` the words are shown, and `##Title` is a heading.
"""

import re

import mistune

from talkdex.ingest.notes.markdown import read_atx_heading

# Bounded, and each ends where another one may begin, so that no note costs more than linear time.
TAG = r"(?:\{:[^{}\n]{0,300}\}|\{%[^%\n]{0,500}%\}|\{\{[<%][^<>%\n]{0,500}[>%]\}\})"
TAG_LINE = rf"^ {{0,3}}{TAG}(?:[ \t]*{TAG})*[ \t]*(?:\n|$)"
CODE = r"^ {0,3}\{%-? *highlight\b[^%\n]{0,500}%\}[ \t]*\n?"
CODE_END = re.compile(r"\{%-? *endhighlight *-?%\}[ \t]*\n?")
WIKI_LINK = r"!?\[\[(?:[^\[\]|\n]{0,300}\|)?(?P<wiki_words>[^\[\]|\n]{1,300})\]\]"
# What keeps Liquid off code stands within it, but is not of it.
AROUND_CODE = re.compile(r"\{%-? *(?:raw|endraw|endhighlight|highlight\b[^%\n]{0,500}) *-?%\}\n?")
CODE_IN_HTML = re.compile("<(?:pre|code)\\b", re.IGNORECASE)
# One "#" alone may be a hashtag.
HEADING = r"^ {0,3}(?P<atx_1>#(?=\s|$)|#{2,6}(?!#))(?P<atx_2>.*)$"


def notes_markup(markdown: mistune.Markdown) -> None:
    """Has this Markdown read all of it."""
    markdown.block.register("atx_heading", HEADING, _read_heading)
    for name, pattern, read in [("highlighted_code", CODE, _read_code), ("tag_line", TAG_LINE, _read_tag_line)]:
        markdown.block.register(name, pattern, read, before="list")
        markdown.block.insert_rule(markdown.block.list_rules, name, before="list")
        markdown.block.insert_rule(markdown.block.block_quote_rules, name, before="list")
    markdown.inline.register("tag", TAG, _read_tag, start_chars="{")
    markdown.inline.register("wiki_link", WIKI_LINK, _read_wiki_link, before="link", start_chars=("!", "["))


def bare_code(code: str) -> str:
    """Code without the tags that Jekyll needs around it: `{% raw %}`."""
    return AROUND_CODE.sub("", code)


def without_tags(html: str) -> str:
    """A block of HTML, which nothing of it is looked for in, without the tags of site generators; code stays."""
    return html if CODE_IN_HTML.search(html) else re.sub(TAG, "", html)


def _read_heading(block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int:
    return read_atx_heading(m, state)


def _read_code(block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int | None:
    """Up to the end tag, which is looked for by its word first: that is fast where there are many without an end."""
    word = state.src.find("endhighlight", m.end())
    end = CODE_END.match(state.src, state.src.rfind("{%", m.end(), word)) if word > m.end() else None
    if end is None:
        return None
    state.append_token({"type": "block_code", "raw": state.src[m.end() : end.start()], "style": "fenced"})
    return end.end()


def _read_tag_line(block: mistune.BlockParser, m: re.Match[str], state: mistune.BlockState) -> int:
    state.append_token({"type": "blank_line"})
    return m.end()


def _read_tag(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int:
    return m.end()


def _read_wiki_link(inline: mistune.InlineParser, m: re.Match[str], state: mistune.InlineState) -> int:
    state.append_token({"type": "text", "raw": m["wiki_words"].strip()})
    return m.end()
