"""The notes of a talk as HTML that is safe to show: Markdown in, sanitised HTML out."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

import mistune
import nh3

from talkdex.datasette_plugins.notes_markup import bare_code, notes_markup, without_tags
from talkdex.ingest.notes.todo import without_todo_lines

# But the first line of code or of a list, above a line of dashes, is no title.
SETEXT_TITLE = re.compile(r"\A(?!\s*(?:```|~~~|[-*+>] |\d+[.)] ))[^\n]+\n(?:=+|-+)[ \t]*(?:\n|\Z)")
TITLE = re.compile(r"\A\s*#{1,6}[^\n]*(?:\n|\Z)")
HEADING = re.compile(r"<(/?)h([1-6])>")
CHECKBOX = re.compile(r'<input class="task-list-item-checkbox" type="checkbox" disabled( checked)?/>')

TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "code",
        "kbd",
    ),
    *(
        "em",
        "strong",
        "del",
        "s",
        "u",
        "sub",
        "sup",
        "mark",
        "small",
        "abbr",
        "q",
        "cite",
        "a",
        "img",
        "figure",
        "b",
        "i",
    ),
    *("figcaption", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "section", "div"),
}
ATTRIBUTES_KEPT = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "abbr": {"title"},
}
# The page's own headings end at level 2.
TOP_LEVEL = 3

LONGEST = 100_000  # characters: two hours, word by word
GOES_ON = "<p><small>(The notes go on in their file.)</small></p>\n"
DEEPEST = 20
TAG = re.compile(r"<(?P<closes>/?)(?P<name>[A-Za-z][^\s/>]{0,30})(?P<rest>[^<>]{0,1000})")
CLOSED_BY_THEMSELVES = {"br", "hr", "img", "input", "col", "source", "wbr", "a", "p", "li", "dt", "dd"}
OF_PICTURES = {"path", "circle", "ellipse", "line", "polygon", "polyline", "rect", "stop", "use"}  # of SVG


class NotesRenderer(mistune.HTMLRenderer):
    """HTML as mistune writes it, with a description in place of an image that is not on the web."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("https://"):
            return super().image(text, url, title)
        return f"<small>[Image: {text}]</small>" if text.strip() else ""

    def codespan(self, text: str) -> str:
        return super().codespan(bare_code(text))

    def block_code(self, code: str, info: str | None = None) -> str:
        return super().block_code(bare_code(code), info)

    def block_html(self, html: str) -> str:
        return super().block_html(without_tags(html))

    # Of what held only a TODO or a tag of a site generator, nothing is left to show.

    def paragraph(self, text: str) -> str:
        return super().paragraph(text) if text.strip() else ""

    def list_item(self, text: str) -> str:
        return super().list_item(text) if text.strip() else ""

    def list(self, text: str, ordered: bool, **attrs: Any) -> str:
        return super().list(text, ordered, **attrs) if text.strip() else ""


def _reader(escape: bool) -> mistune.Markdown:
    """Markdown in, HTML out, in which HTML of the notes is as it was, or shown as text."""
    plugins = ["strikethrough", "footnotes", "table", "url", "task_lists", "def_list", "mark", notes_markup]
    return mistune.create_markdown(renderer=NotesRenderer(escape=escape), plugins=plugins)


_with_html, _with_html_as_text = _reader(escape=False), _reader(escape=True)


@lru_cache(maxsize=32)
def render_notes(markdown: str) -> str:
    """HTML for the lines of a talk, without their title, which the page shows above. Headings begin at level 3. Links
    and images with relative addresses, which lead nowhere outside the notes folder, lose them. The author's remarks to
    himself are left out, as they are of takeaways; /review lists them.

    Takes linear time, and of notes longer than LONGEST shows the beginning and says so."""
    text = TITLE.sub("", markdown) if TITLE.match(markdown) else SETEXT_TITLE.sub("", markdown.lstrip("\n"))
    text = without_todo_lines(text)
    shown = text if len(text) <= LONGEST else text[: text.rfind("\n", 0, LONGEST) + 1 or LONGEST]
    html = str(_with_html(shown))
    if _is_deep(html):
        html = str(_with_html_as_text(shown))
    html = CHECKBOX.sub(lambda box: "☑ " if box[1] else "☐ ", html)
    return _shift_headings(_sanitised(html)) + (GOES_ON if shown != text else "")


def _is_deep(html: str) -> bool:
    """Whether more elements are open at a time than people write. What sanitises HTML as browsers read it looks through
    all that are open for each new one, and opens all `<b>` that are not closed again in each new paragraph."""
    still_open: Counter[str] = Counter()
    depth = 0
    for tag in TAG.finditer(html):
        name = tag["name"].lower()
        is_alone = name in CLOSED_BY_THEMSELVES or (name in OF_PICTURES and tag["rest"].endswith("/"))
        if is_alone or (tag["closes"] and not still_open[name]):
            continue
        step = -1 if tag["closes"] else 1
        still_open[name] += step
        depth += step
        if depth > DEEPEST:
            return True
    return False


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES_KEPT,
        attribute_filter=_absolute_address,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}},
    )


def _shift_headings(html: str) -> str:
    """Headings below the page's own: those at the top become level 3, those below them 4, with no level left out."""
    outline: list[int] = []  # the author's levels from the top down to here

    def shifted(heading: re.Match[str]) -> str:
        if not heading[1]:
            level = int(heading[2])
            while outline and outline[-1] >= level:
                outline.pop()
            outline.append(level)
        return f"<{heading[1]}h{min(TOP_LEVEL - 1 + len(outline), 6)}>"

    return HEADING.sub(shifted, html)


def _absolute_address(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src"):
        return value if value.startswith("https://") else None
    if (tag, attribute) == ("a", "href"):
        return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
    return value
