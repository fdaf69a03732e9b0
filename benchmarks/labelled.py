"""The labelled notes as the reader sees them, for training and measuring; and the script that scores them."""

import importlib.util
import json
import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.inline import plain
from talkdex.ingest.notes.overview import Overviews
from talkdex.ingest.notes.sources import find_sources, read_text
from talkdex.ingest.read import Reading, prepare


@dataclass
class LabelledFile:
    """One notes file with its labels. `author` is the source folder."""

    author: str
    path: str
    text: str
    overview: str | None
    gold: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.gold["kind"])

    @property
    def talks(self) -> list[dict[str, Any]]:
        return list(self.gold["talks"])

    @property
    def speakers(self) -> list[str]:
        return [name for talk in self.talks for name in talk["speakers"]]

    @cached_property
    def reading(self) -> Reading:
        return prepare(self.text, self.path, self.overview)

    @property
    def post(self) -> Post:
        return self.reading.post

    @property
    def blocks(self) -> list[Block]:
        return self.reading.blocks

    @staticmethod
    def alike(a: str, b: str) -> float:
        return SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False).ratio()


def titles_of(talk: dict[str, Any]) -> list[str]:
    """The title of a labelled talk and the other forms that a reader would accept."""
    return [talk["title"], *(talk.get("also") or [])]


def scorer(shared: Path) -> Any:
    """The scoring script that lies beside the labels, as a module."""
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Place = list[Any]  # [start, end] in the text of a file, or ["path", start, end], ["overview", start, end]


def load(shared: Path) -> list[LabelledFile]:
    """The files with labels for everything, by author and path."""
    labels = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((shared / "gold" / "dev").glob("*.json"))]
    return _files(shared, labels)


def load_more(shared: Path) -> list[LabelledFile]:
    """More files by the same authors, with labels for kind and talks alone: `more_labels.jsonl`, which has places in
    the notes instead of words.
    """
    lines = (Path(__file__).parent / "more_labels.jsonl").read_text(encoding="utf-8").splitlines()
    return [_spelled_out(file) for file in _files(shared, [json.loads(line) for line in lines])]


def texts_of(shared: Path, author: str) -> dict[str, str]:
    """The text of each notes file of an author, by its path."""
    return {s.path: read_text(s)[0] or "" for s in find_sources([shared / "corpus" / author])}


def _files(shared: Path, labels: list[dict[str, Any]]) -> list[LabelledFile]:
    made = []
    for author in sorted({label["source"] for label in labels}):
        texts = texts_of(shared, author)
        overviews = Overviews(list(texts))
        for label in labels:
            if label["source"] == author:
                path = label["path"]
                made.append(LabelledFile(author, path, texts[path], overviews.text(path, texts.get), label))
    return made


def _spelled_out(file: LabelledFile) -> LabelledFile:
    talks = []
    for talk in file.gold["talks"]:
        titles = [_at(place, file) for place in talk["titles"]] or [""]
        talks.append(
            {
                "lines": talk["lines"],
                "format": talk["format"],
                "title": titles[0],
                "also": titles[1:],
                "speakers": [_at(place, file) for place in talk["speakers"]],
            }
        )
    return replace(file, gold={**file.gold, "talks": talks, "event": None, "projects": [], "tags": []})


def _at(place: Place, file: LabelledFile) -> str:
    if place[0] == "path":
        return re.sub(r"[-_\s]+", " ", file.path[place[1] : place[2]])
    if place[0] == "overview":
        return " ".join(plain((file.overview or "")[place[1] : place[2]]).split())
    return " ".join(plain(file.text[place[0] : place[1]]).split())
