"""Texts that nobody would write, by the rules of Hypothesis; and what has to be true of whatever is read from them."""

import json
from typing import Any, NamedTuple

from hypothesis import strategies as st
from odd_texts import PIECES

from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.notes.decoding import tidy_lines
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post
from talkdex.ingest.read import read_note
from talkdex.schema.records import Note

_PATHS = ("a.md", "README.md", "nordlys-2016/caches-by-ada.md", "_posts/2016-05-05-nordlys.md")
_FENCES = ("", "---\n", "+++\n", "{")


class Case(NamedTuple):
    """What a reader is given."""

    text: str
    path: str
    overview: str | None


def case_of(data: bytes) -> Case:
    """The case that bytes stand for: Hypothesis has a single thing to choose then, which is several times as fast."""
    first = data[0] if data else 0
    overview = tidy_lines(_text_of(data[61:])) if first & 16 else None
    return Case(tidy_lines(_FENCES[first & 3] + _text_of(data[1:61])), _PATHS[first >> 6], overview)


def _text_of(data: bytes) -> str:
    """Two bytes are a piece, or many of the same."""
    text = ""
    for number in memoryview(data[: len(data) & ~1]).cast("H"):
        text += PIECES[number % len(PIECES)] * (number % 30 if number >= 60_000 else 1)
    return text


cases = st.binary(max_size=100).map(case_of)


def check(case: Case) -> None:
    """Front matter, Markdown and records of a text: none fails, and all of it stands where it says."""
    check_blocks(check_post(case.text, case.path))
    check_note(read_note(*case), case.text)


def check_post(text: str, path: str) -> Post:
    """The front matter can be stored, and the body is the rest of the file."""
    post = parse_post(text, path)
    lines = text.removeprefix("\ufeff").split("\n")
    assert post.body == "\n".join(lines[post.body_line - 1 :])
    json.dumps([dict(post.front_matter), dict(post.keys)])
    assert all(1 <= line < max(post.body_line, 2) for line in post.keys.values())
    return post


def check_blocks(post: Post) -> None:
    """Blocks stand in the order of the file, on lines that it has."""
    last, at = post.body_line + post.body.count("\n"), post.body_line
    for block in blocks(post):
        assert at <= block.line <= block.end <= last, block
        at = block.line
        assert block.text == " ".join(block.text.split()), block
        assert all(block.line <= part.line <= block.end for part in (*block.spans, *block.links)), block


def check_note(note: Note, text: str) -> None:
    """The record can be written down and read again, and every line that it names is one of the file."""
    assert Note.model_validate_json(note.model_dump_json()) == note
    last = text.count("\n") + 1
    named: list[Any] = [*note.notices]
    for talk in note.talks:
        assert talk.title.strip()
        assert 1 <= talk.lines[0] <= talk.lines[1] <= last, talk
        assert all(takeaway.text.strip() for takeaway in talk.takeaways), talk
        named += [*talk.takeaways, *talk.links]
    assert all(one.line is None or 1 <= one.line <= last for one in named), named
