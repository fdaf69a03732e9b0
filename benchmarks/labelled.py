"""The labelled notes as the reader sees them, for training and measuring; and the script that scores them."""

import importlib.util
import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

from talkdex.ingest.notes.blocks import Block, Post
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


def scorer(shared: Path) -> Any:
    """The scoring script that lies beside the labels, as a module."""
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(shared: Path) -> list[LabelledFile]:
    """All labelled files, by author and path."""
    made = []
    labels = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((shared / "gold" / "dev").glob("*.json"))]
    for author in sorted({gold["source"] for gold in labels}):
        sources = {source.path: source for source in find_sources([shared / "corpus" / author])}
        overviews = Overviews(list(sources))
        texts = {path: read_text(source)[0] or "" for path, source in sources.items()}
        for gold in labels:
            if gold["source"] == author:
                path = gold["path"]
                made.append(LabelledFile(author, path, texts[path], overviews.text(path, texts.get), gold))
    return made
