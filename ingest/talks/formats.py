"""A heading or label in, the kind of session it announces out: keynote, lightning, workshop, panel, demo, talk."""

import re
from functools import lru_cache
from typing import cast

from talkdex.data import FOLDER
from talkdex.schema.records import Format


def _phrases() -> dict[str, Format]:
    lines = (FOLDER / "formats.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {phrase: cast(Format, name) for phrase, name in pairs}


PHRASES = _phrases()
QUALIFIERS = (
    r"(?:the|our|opening|closing|morning|afternoon|evening|lunch(?:time)?|final|first|second|third|last|invited"
    r"|sponsor(?:ed)?|guest|community|technical|main|plenary|special|surprise|live|virtual|conference|welcome"
    r"|day (?:one|two|three|four|\d)|day-\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:['’]s)?"
    r"|eröffnungs?|abschluss|d['’]ouverture|de clôture|inaugural|de apertura|de cierre)"
)
_ANY = "|".join(re.escape(p) for p in sorted(PHRASES, key=len, reverse=True))
_FIRST_WORDS = frozenset(re.split(r"[\s-]", phrase)[0] for phrase in PHRASES)
_WORD = re.compile(r"[^\W_]+")
_ANYWHERE = re.compile(rf"(?<![\w-])(?:{_ANY})(?![\w])", re.I)
# "Opening keynote: …", "Lightning Talk 3 - …", "Day 2 Keynote", "Panel Discussion"
_COUNT = rf"(?:speaker|session|address|talk|speech|[#n°.]{{0,3}}\s?\d{{1,2}}|{QUALIFIERS})"
LABEL = re.compile(rf"^(?:{QUALIFIERS}[\s-]+){{0,3}}(?:{_ANY})(?:\s+{_COUNT}){{0,2}}$", re.I)
# Words that name a format inside a title only at its end ("C extensions panel") or start ("Panel on …").
_AT_END = frozenset({"panel", "panels", "lab", "labs", "training", "debate", "kata"})
_AT_START = frozenset({"hands-on", "hands on"})


@lru_cache(maxsize=4096)
def format_of(text: str) -> Format | None:
    """The format that a heading or label names, or None: "Closing keynote" → keynote, "Python panel" → panel.

    Words that are as often a topic ("panel", "demo", "lab") count only at the end of the text or as its label.
    """
    if _FIRST_WORDS.isdisjoint(_WORD.findall(text.lower())):
        return None
    text = " ".join(text.split())
    label = label_format(text)
    if label:
        return label
    for match in _ANYWHERE.finditer(text):
        phrase = match[0].lower()
        before, after = text[: match.start()].strip(), text[match.end() :].strip()
        is_label = not before and after[:1] in (":", "-", "–", "—", "|")
        if PHRASES[phrase] not in ("talk", "demo") and not (
            (phrase in _AT_END and after and not is_label) or (phrase in _AT_START and before)
        ):
            return PHRASES[phrase]
    return None


@lru_cache(maxsize=4096)
def label_format(text: str) -> Format | None:
    """The format of a label that says nothing else ("Opening keynote", "Lightning talk 3", "Talk"), or None."""
    if len(text) > 60 or _FIRST_WORDS.isdisjoint(_WORD.findall(text.lower())) or not LABEL.match(text):
        return None
    found = _ANYWHERE.search(text)
    return PHRASES[found[0].lower()] if found else None
