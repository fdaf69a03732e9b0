"""A post with its candidates in, signs of its kind out: a page about code, a course, a webinar, one subject or many."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log1p
from pathlib import PurePosixPath

from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.talks.candidates import WORDS, Candidate, Features, words_of

_COMMAND = re.compile(
    r"^\s*(?:\$ |> |sudo )?(?:npm|npx|yarn|pnpm|pip3?|docker|git|bundle|gem|cargo|mvn|gradle|\./gradlew|make|go"
    r"|apt(?:-get)?|brew|cd|curl|wget|kubectl|helm|python3?|node|ruby|rails|composer|php|dotnet|java|mkdir|export"
    r"|ssh|psql|terraform)\s+\S",
    re.M,
)
_COMMAND_SPAN = re.compile(r"`(?:\$ )?(?:npm|npx|yarn|pip|docker|git|bundle|gem|mvn|make|rails|rake) ")
_MUCH_CODE = 0.25  # of a file's lines
_THIS_SESSION = re.compile(
    r"\b(?:this|the|his|her) (?:talk|session|presentation|keynote|webinar|workshop|speaker)\b", re.I
)
_WEBINAR = re.compile(r"webinar", re.I)
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")
_ELSEWHERE = re.compile(r"[a-z]+:|#|//|www\.")  # an address that is no file beside this one
_NOTES_FILE = re.compile(r"\.(?:md|markdown|txt)\b")
_TOP = 4  # blocks
_LONG_WORD = 4  # letters
_FIRST_HEADINGS = 8
_LONG_HEADING = 9  # letters


def kind_signs(
    post: Post, blocks: Sequence[Block], words: Sequence[str], found: Sequence[Candidate], is_overview: bool
) -> Features:
    """The signs; `words` are those of the text, `is_overview` whether the file is named README or the like."""
    headings = [block for block in blocks if block.kind == "heading"]
    title = str(post.front_matter.get("title") or "") or (headings[0].text if headings else "")
    return {
        **_code_signs(post, blocks, is_overview),
        **_address_signs(post, blocks, title),
        **_subject_signs(title, headings, words, found),
        "course_words": log1p(sum(map(WORDS["course"].__contains__, words))),
        "this_session": log1p(sum(len(_THIS_SESSION.findall(b.text)) for b in blocks if b.kind != "code")),
        "year_in_title": float(bool(_YEAR.search(title))),
    }


def _code_signs(post: Post, blocks: Sequence[Block], is_overview: bool) -> Features:
    """A README that tells how to install something is no overview of notes, and one without code hardly else."""
    code = [block.raw for block in blocks if block.kind == "code"]
    commands = sum(len(_COMMAND.findall(raw)) for raw in code)
    lines = sum(raw.count("\n") + 1 for raw in code) / max(post.body.count("\n"), 1)
    of_code = commands > 0 or lines > _MUCH_CODE or bool(_COMMAND_SPAN.search(post.body))
    path = PurePosixPath(post.path)
    return {
        "commands": log1p(commands),
        "code_lines": lines,
        "overview_of_code": float(is_overview and of_code),
        "overview_without_code": float(is_overview and not of_code),
        "readme_in_folder": float(path.stem.lower() == "readme" and len(path.parts) > 1),
    }


def _address_signs(post: Post, blocks: Sequence[Block], title: str) -> Features:
    """What the links on top are about, and how many lead to notes beside this file."""
    links = [link.url for block in blocks for link in block.links if not link.image]
    top = " ".join(text for block in blocks[:_TOP] for text in (block.text, *(link.url for link in block.links)))
    return {
        "linked_notes": log1p(sum(bool(_NOTES_FILE.search(url)) for url in links if not _ELSEWHERE.match(url))),
        "course_on_top": float(not WORDS["course"].isdisjoint(words_of(top))),
        "address_below_title": float(len(blocks) > 2 and blocks[0].kind == "heading" and _is_address(blocks[1])),
        "webinar": float(bool(_WEBINAR.search(f"{title} {post.path} {top}"))),
    }


def _is_address(block: Block) -> bool:
    """Whether a paragraph is the address of what the notes are on, and nothing else."""
    return block.kind == "paragraph" and bool(block.links) and block.raw.startswith("http") and " " not in block.raw


def _subject_signs(title: str, headings: Sequence[Block], words: Sequence[str], found: Sequence[Candidate]) -> Features:
    """Whether the headings are parts of what the title says, and how many people it is about."""
    counts = Counter(words)
    subject = {word for word in words_of(title) if len(word) >= _LONG_WORD}
    inner = [c for c in found if c.form == "heading" and not c.features["first"]]
    surnames = {name.split()[-1].lower() for c in found for name in c.speakers if " " in name}
    mentioned = sorted((counts[name] for name in surnames), reverse=True)
    return {
        "subject_in_headings": sum(not subject.isdisjoint(words_of(c.title)) for c in inner) / max(len(inner), 1),
        "subject_in_text": 100 * sum(counts[word] for word in subject) / max(len(words), 1),
        "heading_in_title": float(any(_is_part(heading.text, title) for heading in headings[:_FIRST_HEADINGS])),
        "several_top_headings": float(sum(heading.level == 1 for heading in headings) > 1),
        "headings_with_people": sum(bool(c.speakers) for c in inner) / max(len(inner), 1),
        "second_person": log1p(mentioned[1]) if len(mentioned) > 1 else 0.0,
    }


def _is_part(heading: str, title: str) -> bool:
    """ "Caches lie" is a part of "DevNord 2021: Caches lie!"."""
    own, whole = "".join(words_of(heading)), "".join(words_of(title))
    return len(own) >= _LONG_HEADING and " " in heading and own != whole and own in whole
