"""A post in, the same post out without what its author left to do later, and a notice for each TODO, TBD or FIXME."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from talkdex.ingest.notes.blocks import Post
from talkdex.schema.records import Notice

# What may stand before it: `- [ ] **TODO**`, `//TODO`, `<!-- TODO`, `%% TODO` of Obsidian, `Note: TODO`, `## TODO`.
_BEFORE = (
    r"[\s>]{0,40}(?:(?:[-*+•]|\d{1,3}[.)])\s{1,4}){0,3}(?:\[[ xX]?\]\s{0,2})?(?:Note:\s{0,2})?"
    r"[/#<!*%\[({_~=:-]{0,6}\s{0,2}"
)
# Not of a "TODO list", of `TODO comments`, of the TODO Group, and `TODO=1` is code.
_AFTER = (
    r"(?![\w'’/]|=[^=])(?!\s{1,2}(?:(?:lists?|apps?|items?|comments?|notes?|columns?|tags?|examples?|[Gg]roup|MVC)\b"
    r"|(?:is|are|was|were|has|and|or)\b))"
)
_TODO = re.compile(rf"{_BEFORE}(?:(?:TODO|TO-DO|FIXME|XXX){_AFTER}|(?i:to-?do|fixme)s?[*_]{{0,3}}\s?:(?!:))")
_PENDING = re.compile(  # `TBD`, `(TBA)`, `Slides: TBD`, `* Slides (TBD)`; but `TBD means trunk-based development`
    r"[\s>]{0,40}(?:[-*+•]\s{1,4})?(?:[*_]{0,3}\w[\w '/-]{0,30}[*_]{0,3}[:(][*_]{0,3}\s{0,2}|[*_~(\[<]{0,3})"
    r"[*_]{0,3}(?:TBD|TBA|TBC)[*_~)\]>.!?\s…]{0,6}"
)
_WITHIN = re.compile(rf"(?:\s#|\s//|<!--|\(|\[|\{{)\s?(?:TODO|FIXME){_AFTER}|\bFIXME:")  # `some remark #TODO`
_SIGN = re.compile("TODO|TO-DO|TO DO|FIXME|XXX|TB|do:|dos:|do :|me:")  # one of them is in each TODO
_CODE_SPAN = re.compile(r"`[^`]{0,200}`")

_FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(?P<open>`{3,}|~{3,}|\{% *highlight|<pre\b)")
_FENCE_END = {"`": "```", "~": "~~~", "{": "endhighlight", "<": "</pre>"}
_CODE_COMMENT = re.compile(r"(?: {4}|\t)\s*(?://|#|/\*)")
_COMMENT_LINE = re.compile(r"//\s?\S")
_BULLET = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_MARKUP = " \t*_~=#/<>!-[](){}%:."


def todo_notices(post: Post) -> list[Notice]:
    """A notice for each TODO, TBD or FIXME in the body, also at the end of a line of notes, but not in code."""
    return [
        Notice(kind="todo", message=_shown(line), line=number)
        for number, line in _lines_outside_code(post.body, post.body_line)
        if is_todo(line) or (_has_sign(line) and _WITHIN.search(_CODE_SPAN.sub("", line)))
    ]


def without_todos(post: Post) -> Post:
    """The post with its TODO lines emptied, so that all lines keep their numbers."""
    body = without_todo_lines(post.body)
    return post if body == post.body else replace(post, body=body)


def without_todo_lines(markdown: str) -> str:
    """The text with its TODO lines emptied.

    What goes on with a TODO goes with it: the further lines of its item or comment, and `// like this` right below it.
    Of an item the bullet stays, a heading stays whole, and so does a line of notes with a TODO at its end.
    """
    lines = markdown.split("\n")
    for number in _todo_lines(_lines_outside_code(markdown, 0)):
        lines[number] = _bullet_left(lines[number], above=lines[number - 1] if number else "")
    return "\n".join(lines)


def is_todo(line: str) -> bool:
    """Whether a line of Markdown, or the text of an item, is nothing but what its author wants to do later."""
    return _has_sign(line) and bool(_TODO.match(line) or _PENDING.fullmatch(line))


def _todo_lines(lines: Iterable[tuple[int, str]]) -> Iterator[int]:
    """The numbers of those lines that belong to a TODO."""
    goes_on: re.Pattern[str] | None = None
    expected = 0
    for number, line in lines:
        if is_todo(line) and not _HEADING.match(line):
            goes_on = _going_on(line)
            yield number
        elif goes_on and number == expected and goes_on.match(line):
            goes_on = None if "-->" in line else goes_on
            yield number
        else:
            goes_on = None
        expected = number + 1


def _bullet_left(line: str, above: str) -> str:
    """The bullet of a TODO, if it has one, unless there is text above: with that it would be text, or a heading."""
    bullet = _BULLET.match(line)
    below_text = above.strip() and not _BULLET.match(above)
    return bullet[0].rstrip() if bullet and not below_text else ""


def _going_on(line: str) -> re.Pattern[str]:
    """What the lines after a TODO look like that belong to it."""
    if "<!--" in line and "-->" not in line:
        return re.compile("")
    if bullet := _BULLET.match(line):
        return re.compile(rf"{re.escape(bullet['indent'])}[ \t]+(?![-*+•\s]|\d{{1,3}}[.)]\s)")
    return _COMMENT_LINE


def _lines_outside_code(markdown: str, first: int) -> Iterator[tuple[int, str]]:
    """The lines that are no code, with their numbers from `first` on; none when there is no TODO at all."""
    if not _has_sign(markdown):
        return
    end = ""
    for number, line in enumerate(markdown.split("\n"), start=first):
        if end:
            if end in line:
                end = ""
        elif fence := _FENCE.match(line):
            end = _FENCE_END[fence["open"][0]]
            if end in line[fence.end() :]:  # opened and closed on one line
                end = ""
        elif line.strip() and not _CODE_COMMENT.match(line):
            yield number, line


def _has_sign(text: str) -> bool:
    return _SIGN.search(text) is not None


def _shown(line: str) -> str:
    text = " ".join(line.strip(_MARKUP).split())
    return f"{text[:117]}..." if len(text) > 120 else text
