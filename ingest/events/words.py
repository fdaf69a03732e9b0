"""The words by which names of events are told from other names, from `data/event_words.toml`, and years in words."""

import re
import tomllib
from collections.abc import Mapping

from talkdex.data import FOLDER

WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words)
    for name, words in tomllib.loads((FOLDER / "event_words.toml").read_text(encoding="utf-8")).items()
}
REGIONS, REGION_WORDS = WORDS["regions"], WORDS["region_words"]
ENDINGS = tuple(sorted(WORDS["endings"], key=len, reverse=True))
FIRST_YEAR, LAST_YEAR = 1985, 2039

YEAR_WORD = re.compile(r"(?:19[89]|20[0-3])\d|['’][0-3]\d")


def year_in(word: str) -> int | None:
    """The year that a word is: "2016", "'16"."""
    if not YEAR_WORD.fullmatch(word):
        return None
    year = int(word) if len(word) == 4 else 2000 + int(word[1:])
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
