"""The blocks of one talk in, its takeaways out, best first: statements worth finding a year later, by a linear model.

The features are names, so that the weights in `data/takeaway_weights.json` read as what they mean; the script
`benchmarks/train_takeaways.py` learns them from labelled notes.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

from talkdex.data import FOLDER
from talkdex.ingest.blocks import Block
from talkdex.ingest.statements import Statement, statements
from talkdex.schema.records import Takeaway

MOST = 8  # takeaways a talk

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def rank_takeaways(blocks: Sequence[Block], title: str, speakers: Sequence[str]) -> list[Takeaway]:
    """The takeaways of one talk, best first: at most 8, at least one where the notes say anything.

    `blocks` are those of this talk alone, its heading included; `title` and `speakers` tell what is no statement but a
    heading or by-line.
    """
    found = candidates(blocks, title)
    if not found:
        return []
    weights = _weights()
    scores = [sum([weights.get(name, 0.0) for name in names]) for names in features(found, title, speakers)]
    order = sorted(range(len(found)), key=lambda at: -scores[at])
    best = [at for at in order[:MOST] if scores[at] > weights["least"]] or order[:1]
    return [Takeaway(line=found[at].line, text=found[at].text) for at in best]


def candidates(blocks: Sequence[Block], title: str) -> list[Statement]:
    """The statements that could be takeaways: none twice, no question, address or mark, not the title."""
    made: dict[str, Statement] = {}
    for statement in statements(blocks):
        if not _is_no_statement(statement.text, title):
            made.setdefault(statement.text, statement)
    return list(made.values())


def features(found: Sequence[Statement], title: str, speakers: Sequence[str]) -> list[list[str]]:
    """What tells of each statement whether it is a takeaway, as names of features that are true of it."""
    cues = _cues()
    texts = [statement.text.replace("’", "'") for statement in found]
    words = [_WORD.findall(text.lower()) for text in texts]
    lengths = sorted(map(len, words))
    named = _names(speakers)
    titled = {word for word in _WORD.findall(title.lower()) if len(word) > 3 and word not in cues}
    made = []
    for at, (statement, text, said) in enumerate(zip(found, texts, words, strict=True)):
        names = ["any"]
        _shape(names, len(said), bisect_left(lengths, len(said)) / len(found), at, len(found))
        _place(names, statement, len(text), len(said))
        _wording(names, said, cues, titled, named)
        _writing(names, statement, text)
        made.append(names)
    return made


# ---- length and position

_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 18, 22, 27, 35, 50)  # words, upper bounds
_RANKS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # share of the talk's statements that are shorter
_POSITIONS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99)  # share of the talk that lies before


def _named(name: str, bounds: Sequence[float]) -> tuple[str, ...]:
    return (*(f"{name} up to {bound:g}" for bound in bounds), f"{name} above {bounds[-1]:g}")


_LENGTH_NAMES, _RANK_NAMES = _named("words", _LENGTHS), _named("length rank", _RANKS)
_POSITION_NAMES = _named("position", _POSITIONS)


def _shape(names: list[str], length: int, rank: float, at: int, count: int) -> None:
    names.append(_LENGTH_NAMES[bisect_left(_LENGTHS, length)])
    names.append(_RANK_NAMES[bisect_left(_RANKS, rank)])
    names.append(_POSITION_NAMES[bisect_left(_POSITIONS, at / max(count - 1, 1))])
    if at < 2:
        names.append("second" if at else "first")
    if at >= count - 2:
        names.append("last" if at == count - 1 else "last but one")


# ---- where it stands

# "Key takeaways", "TL;DR", "Lessons learned": what stands below is marked by the author as a takeaway.
_MARKED = re.compile(
    r"\b(?:take[- ]?aways?|summar(?:y|ies|i[sz]\w*)|conclusions?|lessons?|learn(?:ed|t|ings?)?|tl;?dr|(?:key|main) points?"
    r"|key ideas?|recap|highlights?|insights?|tips|best practices?|recommend\w*|advice|rules?|principles?|avoid"
    r"|mistakes?|remember|fazit|zusammenfassung|erkenntnisse|empfehlungen|résumé|conseils|à retenir)\b",
    re.I,
)
# "Links", "About the speaker", "Q&A": what stands below seldom is one.
_BESIDE = re.compile(
    r"\b(?:links?|resources?|references?|slides|bio|about (?:the )?(?:speaker|author)|speakers?|who|agenda|schedule"
    r"|q ?& ?a|questions?|further|reading|books?|tools?|demo|example|code|setup|install\w*|video|photos?|misc)\b",
    re.I,
)
_OPENING_PART = re.compile(
    r"\b(?:abstract|description|intro\w*|background|overview|about|history|context|motivation)\b", re.I
)
_DEPTH_NAMES = ("depth 0", "depth 1", "depth 2", "depth 3", "depth 4")


@cache
def _heading_features(text: str) -> tuple[str, ...]:
    kinds = (("below marked", _MARKED), ("below links", _BESIDE), ("below opening", _OPENING_PART))
    made = [name for name, pattern in kinds if pattern.search(text)]
    return (*made, "below question") if "?" in text else tuple(made)


def _place(names: list[str], statement: Statement, length: int, words: int) -> None:
    block, heading, parent, after = statement.block, statement.heading, statement.parent, statement.after
    names.append(_DEPTH_NAMES[min(block.depth, 4)])
    names.append(block.kind)
    if block.ordered:
        names.append("ordered")
    if heading is not None:
        names += _heading_features(heading.text)
    if parent is not None:
        _below(names, parent.text)
    last = statement.number == statement.count - 1
    if statement.count == 1:
        names.append("alone in item" if block.kind == "item" else "alone in paragraph")
    else:
        place = "begins" if statement.number == 0 else "ends" if last else "within"
        names.append(f"{place} {'item' if block.kind == 'item' else 'paragraph'}")
    if after is None:
        names.append("before heading")
        return
    if after.kind == "item" and after.depth > block.depth and block.kind == "item":
        names.append("has children")
        names.append("long, has children" if words > 8 else "short, has children")
    if after.kind == "code":
        names.append("before code")
    elif last and after.kind == "heading":
        names.append("before heading")
    elif last and after.kind == "item" and block.kind != "item":
        names.append("before list")


def _below(names: list[str], parent: str) -> None:
    if _MARKED.search(parent):
        names.append("below marked item")
    if len(parent) < 40 and _BESIDE.search(parent):
        names.append("below links item")
    end = parent.rstrip()[-1:]
    if end == ":":
        names.append("below colon")
    elif end == "?":
        names.append("below question item")
    if len(parent) < 25:
        names.append("below short item")
    elif len(parent) > 60:
        names.append("below long item")


# ---- words


@cache
def _cues() -> dict[str, tuple[str, ...]]:
    """The cues in `data/takeaway_cues.txt` that each word gives."""
    cues: dict[str, tuple[str, ...]] = {}
    for line in (FOLDER / "takeaway_cues.txt").read_text(encoding="utf-8").splitlines():
        name, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            for word in words.split():
                cues[word] = (*cues.get(word, ()), name)
    return cues


_ONLY_FIRST = frozenset({"imperative", "anaphora"})  # cues that count at the start of a statement
_POINTS_BACK = frozenset(
    ["this", "that", "it", "they", "these", "those", "he", "she", "his", "her", "its", "their", "them", "him", "such"]
)
_STARTS = {
    **dict.fromkeys(("i", "we", "i'm", "we're", "ich", "wir", "je", "nous", "on"), "starts with us"),
    **dict.fromkeys(
        ("the", "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une"), "starts with article"
    ),
    **dict.fromkeys(("he", "she", "er", "sie", "il", "elle"), "starts with speaker"),
    **dict.fromkeys(
        ("how", "what", "why", "when", "where", "who", "wie", "was", "warum", "comment", "pourquoi"), "starts with wh"
    ),
}


def _wording(
    names: list[str], words: list[str], cues: dict[str, tuple[str, ...]], titled: set[str], speakers: frozenset[str]
) -> None:
    if not words:
        return
    once: set[str] = set()
    twice: set[str] = set()
    for word in words:
        for cue in cues.get(word, ()):
            (twice if cue in once else once).add(cue)
    first = cues.get(words[0], ())
    for cue in sorted(once):
        if cue not in _ONLY_FIRST:
            names.append(cue)
        elif cue in first:
            names.append("starts " + cue)
    names += [cue + " twice" for cue in sorted(twice - _ONLY_FIRST)]
    if words[0] in _STARTS:
        names.append(_STARTS[words[0]])
    elif words[0] in speakers:
        names.append("starts with speaker")
    elif not first:
        names.append("starts with content")
    if not _POINTS_BACK.isdisjoint(words[:3]):
        names.append("points back early")
    back = len([word for word in words if word in _POINTS_BACK])
    names.append("points back not" if not back else "points back once" if back == 1 else "points back more")
    if words[0].endswith("ing"):
        names.append("starts with -ing")
    shared = len(titled.intersection(words))
    if shared:
        names.append("title word" if shared == 1 else "title words")
    if not speakers.isdisjoint(words):
        names.append("names speaker")


def _names(speakers: Sequence[str]) -> frozenset[str]:
    return frozenset(word for name in speakers for word in _WORD.findall(name.lower()) if len(word) > 2)


# ---- how it is written

_UNIT = re.compile(
    r"\d[\d.,]*\s?(?:%|x\b|ms\b|percent|million|billion|times\b|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|[kKMGT]B?\b|px\b|LOC\b|lines|requests|users)|[$€£]\d"
)
_GOOD_LABEL = re.compile(
    r"\W*(?:(?:key|main|overall|big|final|personal|my)\s+)?(?:take[- ]?aways?|overall|conclusions?|lessons?(?: learned)?"
    r"|tips?|rules?|principles?|pros?|cons?|benefits?|advantages?|drawbacks?|disadvantages?|downsides?|claims?|ideas?|note"
    r"|important|summary|tl;?dr|recommendations?|advice|warning|caveats?|remember|bottom line|result|goal|hypothesis|trade-?offs?"
    r"|problem|solution|best practices?|fazit|tipp|merke|moral|gotchas?|insight|finding|verdict|opinion)\b"
    r"\s?(?:#?\d+)?\s?[:\-–—=]",
    re.I,
)
_BAD_LABEL = re.compile(
    r"\W*(?:speakers?|spaker|presenters?|presented by|by|q|question|a|answer|links?|url|slides?|examples?|e\.g|date|when"
    r"|where|who|room|time|video|bio|abstract|sources?|repo|code|twitter|github|website|books?|see|ref|references?|location|track"
    r"|level|tags?|format|author|host|moderator|panel(?:ists?)?|demo|agenda|stack|tools?|more)\b[^:]{0,20}:",
    re.I,
)
_SHOUT = re.compile(r"\b(?:NEVER|ALWAYS|MUST|NOT|DO|DON'T|SHOULD|ALL|ONLY|VERY|NO)\b")
_DASH = re.compile(r" [-–—]+ |--")
_ENDS = {mark: f"ends in {mark}" for mark in "?:!.;…,"}


def _writing(names: list[str], statement: Statement, text: str) -> None:
    block = statement.block
    names.append(_ENDS.get(text.rstrip("\"”)*_ '")[-1:], "ends in nothing"))
    if ":" in text:
        if 0 < text.find(":") < min(30, len(text) - 2):
            names.append("label")
        if _GOOD_LABEL.match(text):
            names.append("good label")
        elif _BAD_LABEL.match(text):
            names.append("bad label")
    elif _GOOD_LABEL.match(text):
        names.append("good label")
    if _UNIT.search(text):
        names.append("figure")
    if any(map(str.isdigit, text)):
        names.append("starts with digit" if text[0].isdigit() else "digit")
    if text[:1] in "\"“'‘«„":
        names.append("starts with quote")
    elif '"' in text or "“" in text:
        names.append("quote within")
    if text[:1].islower():
        names.append("starts small")
    for mark, name in _MARKS:
        if mark in text:
            names.append(name)
    if _DASH.search(text):
        names.append("dash")
    if text.isupper():
        names.append("all capitals")
    elif _SHOUT.search(text):
        names.append("shouts")
    if "`" in block.raw:
        names.append("code")
    if "http" in text or "www." in text:
        names.append("address")
    _emphasis(names, block, statement.text)


_MARKS = (
    ("? ", "question within"),
    (" = ", "equals"),
    ("->", "arrow"),
    ("→", "arrow"),
    ("=>", "arrow"),
    ("(", "bracket"),
    (";", "semicolon"),
    ("...", "ellipsis"),
    ("…", "ellipsis"),
    (", ", "comma"),
    ("@", "at"),
)


def _emphasis(names: list[str], block: Block, text: str) -> None:
    if block.links:
        names.append("link")
        if any(len(link.text) > 0.7 * len(text) for link in block.links):
            names.append("link all")
    for run in block.bold:
        if run in text:
            names.append(
                "bold all" if len(run) > 0.8 * len(text) else "starts bold" if text.startswith(run) else "bold"
            )
            break


# ---- what is none


def _is_no_statement(text: str, title: str) -> bool:
    if text.endswith(("?", "？")) or not any(map(str.isalpha, text)):
        return True
    if text.startswith(("http://", "https://", "www.")) and " " not in text:
        return True
    return len(title) > 3 and len(title) > 0.6 * len(text) and title.casefold() in text.casefold()


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads((FOLDER / "takeaway_weights.json").read_text(encoding="utf-8"))
    return weights
