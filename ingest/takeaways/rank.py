"""The blocks of one talk in, its takeaways out, best first: statements worth finding a year later, by a linear model.

The features are names, so that the weights in `data/takeaway_weights.json` read as what they mean; the script
`benchmarks/train_takeaways.py` learns them from labelled notes.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from talkdex.data import FOLDER
from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.takeaways.statements import Statement, statements
from talkdex.schema.records import Takeaway

MOST = 8  # takeaways a talk

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def rank_takeaways(blocks: Sequence[Block], title: str, speakers: Sequence[str]) -> list[Takeaway]:
    """The takeaways of one talk, best first: at most 8, none where the notes say nothing of substance.

    `blocks` are those of this talk alone, its heading included; `title` and `speakers` tell what is no statement but a
    heading or by-line.
    """
    found = candidates(blocks, title)
    best = best_first(features(found, title, speakers), _weights())
    return [Takeaway(line=found[at].line, text=found[at].text) for at in best[:MOST]]


def candidates(blocks: Sequence[Block], title: str) -> list[Statement]:
    """The statements that could be takeaways: none twice, no question, address, by-line or TODO, not the title."""
    made: dict[str, Statement] = {}
    for statement in statements(blocks):
        if statement.text not in made and not _is_no_statement(statement.text, title):
            made[statement.text] = statement
    return list(made.values())


def features(found: Sequence[Statement], title: str, speakers: Sequence[str]) -> list[list[str]]:
    """What tells of each statement whether it is a takeaway, as names of features that are true of it."""
    cues = _cues()
    speaking = frozenset(word for name in speakers for word in _WORD.findall(name.lower()) if len(word) > 2)
    titled = {word for word in _WORD.findall(title.lower()) if len(word) > 3 and word not in cues}
    last = max(len(found) - 1, 1)
    made = []
    for at, statement in enumerate(found):
        text = statement.text
        words = _WORD.findall(text.lower().replace("’", "'"))
        names = [_LENGTH_NAMES[bisect_left(_LENGTHS, len(words))], _POSITION_NAMES[bisect_left(_POSITIONS, at / last)]]
        if at == last - 1:
            names.append("last but one")
        _place(names, statement, len(words))
        if words:
            _wording(names, words, cues, titled, speaking)
        _writing(names, text, statement.block)
        made.append(names)
    return made


def best_first(made: Sequence[Sequence[str]], weights: Mapping[str, int]) -> list[int]:
    """Indexes of the statements that are worth showing, by their features; what the author marks comes first."""
    weight = weights.get
    scores = [sum([weight(name, 0) for name in names]) for names in made]
    worth = [at for at in range(len(made)) if scores[at] >= weights["least"]]
    return sorted(worth, key=lambda at: (_MARKED_ITEM not in made[at], -scores[at]))


# ---- length and position

_LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 18, 22, 27, 35, 50)  # words, upper bounds
_POSITIONS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99)  # share of the talk's statements that stand before


def _named(name: str, bounds: Sequence[float]) -> tuple[str, ...]:
    return (*(f"{name} up to {bound:g}" for bound in bounds), f"{name} above {bounds[-1]:g}")


_LENGTH_NAMES, _POSITION_NAMES = _named("words", _LENGTHS), _named("position", _POSITIONS)

# ---- where it stands

# "Key takeaways", "TL;DR", "Lessons learned": the items below are marked by the author as takeaways.
_MARKED = re.compile(
    r"\b(?:take[- ]?aways?|summary|conclusions?|lessons?|(?:i|we|what i|what we) learn(?:ed|t)|learnings?|tl;?dr"
    r"|(?:key|main) (?:points?|ideas?)|to take home|fazit|zusammenfassung|erkenntnisse|résumé|à retenir)\b",
    re.I,
)
_MARKED_ITEM = "marked"
# "TL;DR: caches lie", "> [!important] caches lie"
_OWN_MARK = re.compile(
    r"\W*(?:(?:key|main|big|final|personal|my) )?(?:take[- ]?aways?|tl;?dr|lessons?(?: learned)?|conclusions?|fazit"
    r"|merke|à retenir)\W{0,3}:",
    re.I,
)
_MARKED_CALLOUT = re.compile(r"\W{0,4}\[!(?:important|tip|summary|tldr|success)\]", re.I)
# "Tips", "Best practices"
_ADVISING = re.compile(
    r"\b(?:recap|highlights?|insights?|tips|best practices?|recommend\w*|advice|rules?|principles?|avoid|mistakes?"
    r"|remember|empfehlungen|tipps|conseils)\b",
    re.I,
)
# "Links", "About the speaker", "Q&A": what stands below seldom is one.
_BESIDE = re.compile(
    r"\b(?:links?|resources?|references?|slides|bio|about (?:the )?(?:speaker|author)|speakers?|who|agenda|schedule"
    r"|q ?& ?a|questions?|further|reading|books?|tools?|demo|example|code|setup|install\w*|video|photos?|misc)\b",
    re.I,
)
_OPENING = re.compile(
    r"\b(?:abstract|description|intro\w*|background|overview|about|history|context|motivation)\b", re.I
)
_LONGEST_MARK = 60  # characters of an item or heading that announces takeaways
_DEPTHS = ("depth 0", "depth 1", "depth 2", "depth 3", "depth 4")
_SHORT_PARENT, _LONG_PARENT = 25, 60  # characters


def _place(names: list[str], statement: Statement, length: int) -> None:
    block, after = statement.block, statement.after
    names += (_DEPTHS[block.depth if block.depth < 4 else 4], block.kind)
    if statement.heading is not None:
        names += _below_heading(statement.heading.text)
    if statement.parent is not None:
        names += _below_parent(statement.parent.text)
    if (block.kind == "item" and "below mark" in names) or _marks_itself(statement):
        names.append(_MARKED_ITEM)
    last = statement.number == statement.of - 1
    kind = "item" if block.kind == "item" else "paragraph"
    if statement.of == 1:
        names.append(f"alone in {kind}")
    else:
        names.append(f"{'begins' if statement.number == 0 else 'ends' if last else 'within'} {kind}")
    if not last:
        return
    if after is None or after.kind == "heading":
        names.append("before heading")
    elif after.kind == "code":
        names.append("before code")
    elif after.kind == "item" and kind == "paragraph":
        names.append("before list")
    elif after.kind == "item" and after.depth > block.depth:
        names.append("has children" if length > 8 else "short, has children")


def _marks_itself(statement: Statement) -> bool:
    return bool(_OWN_MARK.match(statement.text) or _MARKED_CALLOUT.match(statement.block.raw))


@lru_cache(1024)
def _below_heading(text: str) -> tuple[str, ...]:
    kinds = (
        ("below mark", _MARKED),
        ("below advice", _ADVISING),
        ("below links", _BESIDE),
        ("below opening", _OPENING),
    )
    return tuple(name for name, pattern in kinds if pattern.search(text))


@lru_cache(1024)
def _below_parent(text: str) -> tuple[str, ...]:
    own = _OWN_MARK.match(text)  # "TL;DR: caches lie" is one, and marks nothing below it
    is_mark = len(text) <= _LONGEST_MARK and _MARKED.search(text) and not (own and text[own.end() :].strip())
    names = ["below mark"] if is_mark else []
    if _ADVISING.search(text):
        names.append("below advice")
    if text.endswith(":"):
        names.append("below colon")
    if len(text) < _SHORT_PARENT or len(text) > _LONG_PARENT:
        names.append("below short item" if len(text) < _SHORT_PARENT else "below long item")
    return tuple(names)


# ---- words

_ONLY_FIRST = frozenset({"imperative", "anaphora"})  # cues that count at the start of a statement alone


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


def _wording(
    names: list[str],
    words: Sequence[str],
    cues: Mapping[str, tuple[str, ...]],
    titled: set[str],
    speaking: frozenset[str],
) -> None:
    said = {cue for word in cues.keys() & words for cue in cues[word]}
    names += said - _ONLY_FIRST
    if words[0] in cues:
        names += ["starts " + cue for cue in cues[words[0]] if cue in _ONLY_FIRST]
    shared = len(titled.intersection(words))
    if shared:
        names.append("title word" if shared == 1 else "title words")
    if not speaking.isdisjoint(words):
        names.append("names speaker")


# ---- how it is written

_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(
    r"\d[.,]*\s?(?:%|x\b|ms\b|percent|million|billion|times\b|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
    r"|[kKMGT]B?\b|px\b|LOC\b|lines|requests|users)|[$€£]\d"
)
# "Takeaway: caches lie", "Pro - no servers"
_GOOD_LABEL = re.compile(
    r"\W*(?:(?:key|main|overall|big|final|personal|my)\s+)?(?:take[- ]?aways?|overall|conclusions?"
    r"|lessons?(?: learned)?|tips?|rules?|principles?|pros?|cons?|benefits?|advantages?|drawbacks?|disadvantages?"
    r"|downsides?|claims?|ideas?|note|important|summary|tl;?dr|recommendations?|advice|warning|caveats?|remember"
    r"|bottom line|result|goal|hypothesis|trade-?offs?|problem|solution|best practices?|moral|gotchas?|insight"
    r"|finding|verdict|opinion|fazit|tipp|merke)\b\s?(?:#?\d+)?\s?[:\-–—=]",
    re.I,
)
# "Example: a shop", "Further reading: soon"
_BAD_LABEL = re.compile(
    r"\W*(?:examples?|e\.g|sources?|code|demo|stack|tools?|more|level|see|a|answer|ref|references?|agenda|books?|abstract)"
    r"\b[^:]{0,20}:",
    re.I,
)
_LABEL_MARK = re.compile(r"[:=–—-]")
_LONGEST_LABEL = 45  # characters
_LOOKED_AT = 50  # links and bold runs of a block, whose statements each look at all
_ENDS = {mark: f"ends in {mark}" for mark in "?:!.;…,"}
_QUOTES = frozenset("\"“'‘«„")


def _writing(names: list[str], text: str, block: Block) -> None:
    names.append(_ENDS.get(text.rstrip("\"”)*_ '")[-1:], "ends in nothing"))
    if _LABEL_MARK.search(text, 0, _LONGEST_LABEL):
        if _GOOD_LABEL.match(text):
            names.append("good label")
        elif _BAD_LABEL.match(text):
            names.append("bad label")
    digit = _DIGIT.search(text)
    if digit and _FIGURE.search(text, max(digit.start() - 1, 0)):
        names.append("figure")
    if text[0] in _QUOTES:
        names.append("starts with quote")
    elif digit and digit.start() == 0:
        names.append("starts with digit")
    if block.links and any(len(link.text) > 0.7 * len(text) for link in block.links[:_LOOKED_AT]):
        names.append("link all")
    for run in block.bold[:_LOOKED_AT]:
        if run in text:
            names.append(
                "bold all" if len(run) > 0.8 * len(text) else "starts bold" if text.startswith(run) else "bold"
            )
            break


# ---- what is none

_LETTER = re.compile(r"[^\W\d_]")
# "Speaker: Jo Doe", "Slides: soon", "TODO look this up"
_LOGISTICS = re.compile(
    r"\W*(?:(?:speakers?|spaker|presenters?|presented by|by|author|host|moderator|panel(?:ists?)?|who|bio|twitter"
    r"|handle|q|question|links?|url|slides?|video|recording|repo|repository|github|website|date|when|where|time|room"
    r"|location|venue|track|tags?|format|vortragende[rn]?|folien|raum|datum|intervenante?s?|lieu)(?:\(s\))?\s?:"
    r"|(?:TODO|FIXME|TBD)\b)",
    re.I,
)


def _is_no_statement(text: str, title: str) -> bool:
    if text.endswith(("?", "？")) or not _LETTER.search(text) or _LOGISTICS.match(text):
        return True
    if text.startswith(("http://", "https://", "www.")) and " " not in text:
        return True
    return len(title) > 3 and len(title) > 0.6 * len(text) and title.casefold() in text.casefold()


@cache
def _weights() -> dict[str, int]:
    """In thousandths: sums of integers are the same in any order."""
    weights: dict[str, int] = json.loads((FOLDER / "takeaway_weights.json").read_text(encoding="utf-8"))
    return weights
