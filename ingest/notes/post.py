"""A notes file's text and path in, its post out: front matter and body with their lines; and what a path tells."""

import re
from datetime import date

from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.notes.front_matter import read_front_matter
from talkdex.schema.front_matter import Stated

_BYTE_ORDER_MARK = "\ufeff"

_DAY_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([-_.])(\d\d?)\2(\d\d?)|(\d\d)(\d\d))(?!\d)"
)  # 2016-05-09, 20160509
_DAY_IN_FOLDERS = re.compile(r"(?:^|/)((?:19|20)\d\d)/(\d\d?)/(\d\d?)/")  # 2016/05/09/
_DRAFT_FOLDERS = frozenset({"_drafts", "drafts"})


def parse_post(text: str, path: str) -> Post:
    """The post of a file with this text. Line i of its body is line `body_line` + i - 1 of the text. Never raises."""
    text = text.removeprefix(_BYTE_ORDER_MARK)
    front_matter = read_front_matter(text)
    if not front_matter:
        return Post(path, text)
    return Post(
        path,
        body=_after_lines(text, front_matter.length),
        body_line=front_matter.length + 1,
        front_matter=front_matter.values,
        keys=front_matter.keys,
        notices=front_matter.notices,
    )


def post_date(stated: Stated, path: str) -> str | None:
    """The ISO day of the post: as stated in its front matter, else from its file name or folders."""
    return stated.date or path_day(path)


def is_draft(stated: Stated, path: str) -> bool:
    """Whether the front matter says so, or the post lies in a folder of drafts."""
    folders = path.lower().split("/")[:-1]
    return stated.draft or not _DRAFT_FOLDERS.isdisjoint(folders)


def path_day(path: str) -> str | None:
    """The ISO day that a path gives: `_posts/2016-05-09-devnord.md`, `2016/05/09/devnord.md`, `devnord 20160509.md`."""
    for name in reversed(path.split("/")):
        for match in _DAY_IN_NAME.finditer(name):
            year, _, month, day, month_digits, day_digits = match.groups()
            if found := _iso_day(year, month or month_digits, day or day_digits):
                return found
    folders = _DAY_IN_FOLDERS.search(path)
    return _iso_day(*folders.groups()) if folders else None


def _after_lines(text: str, count: int) -> str:
    position = 0
    for _ in range(count):
        position = text.find("\n", position) + 1
        if not position:
            return ""
    return text[position:]


def _iso_day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
