"""Splits the cleaned lines of one paragraph or list item into sentences, each with the line on which it begins."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from talkdex.data import words
from talkdex.ingest.notes.blocks import Span

_LISTED = words("abbreviations")
ABBREVIATIONS = frozenset(word for word in _LISTED if not word.endswith("?"))
AMBIGUOUS_ABBREVIATIONS = frozenset(word[:-1] for word in _LISTED if word.endswith("?"))  # may also end a sentence

# A full stop (or "?!", "...") with the quotes, brackets and footnote marks closed after it, before a space or the end.
# The CJK stops need no space after them.
_STOP_CHARACTER = re.compile("[.!?…。！？｡]")
_STOP = re.compile(
    r"""[.!?…。！？｡](?:(?:(?<=[.!?…])[.!?…]{0,8})?["'”’»“)\]}」』）*_]{0,4}(?:\[\^?\d{1,3}\])?(?=\s|$)"""
    r"|(?<=[。！？｡])[」』）”]{0,3})"
)
# A space forgotten after the stop: "That worked.The next one did not". Only before words that begin sentences, not
# before names ("System.Out").
_FORGOTTEN_SPACE = re.compile(
    r"[.!?](?<=[a-z)]{2}.)(?=(?:The|This|That|They|There|It|We|You|He|She|But|And|If|In|I|A)[ ’'])"
)
_OPENERS = "\"'“”„‘«»([{*_–—-"
_DOTTED = re.compile(r"(?:\w\.){1,4}\w")  # e.g, i.e, w.r.t, z.B, U.S
_INITIAL = re.compile(r"[A-ZÀ-Þ]")
_SHORT_NUMBER = re.compile(r"\d{1,2}")
# German writes ordinals with a full stop: "am 3. Mai", "im 19. Jahrhundert".
_AFTER_ORDINAL = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez|Jahrhundert|Tag|Auflage|Platz|Kapitel|Stock|Mal)\b"
)
NARROWEST_WRAP = 60  # characters: no editor wraps sooner
UNENDED = ",;-–—(&/"
# A line that ends in one of these goes on with a name: "a talk by\nJane Doe".
WORDS_BEFORE_NAMES = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "like", "of", "on", "or", "than", "that", "the"),
).union(("to", "via", "was", "were", "with", "und", "von", "der", "die", "das", "de", "la", "le", "et", "y"))
_LONGEST_ASIDE = 160  # characters: a stop within brackets ends no sentence when they open and close so near


def split_sentences(lines: Sequence[tuple[int, str]]) -> list[Span]:
    """Sentences of one paragraph or item, in order.

    `lines` are its lines without markup, each with its 1-based number in the file. The text of a sentence that runs
    over several lines is joined by single spaces; its line is the one on which it begins.

    >>> split_sentences([(7, "Caches lie. Measure, e.g. with"), (8, "perf, before you add one!")])
    [Span(line=7, text='Caches lie.'), Span(line=7, text='Measure, e.g. with perf, before you add one!')]
    """
    return split_tidy([(number, piece) for number, line in lines if (piece := " ".join(line.split()))])


def split_tidy(lines: Sequence[tuple[int, str]]) -> list[Span]:
    """The same for lines that are not empty and have single spaces alone."""
    if len(lines) == 1 and not _STOP_CHARACTER.search(lines[0][1], 0, len(lines[0][1]) - 1):
        return [Span(*lines[0])]
    return [span for statement in _statements(lines) for span in _split_statement(statement)]


def _statements(lines: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """The lines that belong together: where an editor would not have wrapped, the author has ended a statement."""
    if len(lines) == 1:
        return [list(lines)]
    width = max((len(line) for _, line in lines), default=0)
    statements: list[list[tuple[int, str]]] = []
    for number, line in lines:
        if statements and not _is_ended(statements[-1][-1][1], line, max(width, NARROWEST_WRAP)):
            statements[-1].append((number, line))
        else:
            statements.append([(number, line)])
    return statements


def _is_ended(line: str, following: str, width: int) -> bool:
    """Whether the author ended a line that had room for the next word: "No gain in speed\nA gain in scalability"."""
    first_word, last_word = following.partition(" ")[0], line.rpartition(" ")[2]
    if len(line) + 1 + len(first_word) > width or first_word[0].islower():
        return False
    return line[-1] not in UNENDED and last_word.casefold() not in WORDS_BEFORE_NAMES


def _split_statement(lines: Sequence[tuple[int, str]]) -> list[Span]:
    if len(lines) == 1:
        number, text = lines[0]
        return [Span(number, text[begin:end]) for begin, end in _bounds(text)]
    numbers, starts, pieces, at = [], [], [], 0
    for number, piece in lines:
        numbers.append(number)
        starts.append(at)
        pieces.append(piece)
        at += len(piece) + 1
    text = " ".join(pieces)
    return [Span(numbers[bisect_right(starts, begin) - 1], text[begin:end]) for begin, end in _bounds(text)]


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of `text` begins and ends, surrounding spaces left out."""
    begin, size = 0, len(text)
    for end in _candidates(text):
        if end < size and (_in_aside(text, begin, end) or _goes_on(text, begin, end)):
            continue
        yield begin, end
        begin = end + 1 if text[end : end + 1] == " " else end
    if begin < size:
        yield begin, size


def _candidates(text: str) -> list[int]:
    ends = [match.end() for match in _STOP.finditer(text)]
    forgotten = [match.end() for match in _FORGOTTEN_SPACE.finditer(text)]
    return sorted({*ends, *forgotten}) if forgotten else ends


def _in_aside(text: str, begin: int, end: int) -> bool:
    """Whether the stop before `end` is within brackets that close soon, smileys not counted."""
    opened = text.rfind("(", max(begin, end - _LONGEST_ASIDE), end)
    if opened < 0 or text.find(")", opened, end) >= 0 or text[opened - 1 : opened] in {":", ";", "-"}:
        return False
    return text.find(")", end, end + _LONGEST_ASIDE) >= 0


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether the stop before `end` stands within the sentence that starts at `begin`."""
    if text[end] == " " and text[end + 1].isupper() and text[end - 1] == "." and text[end - 8 : end - 1].isalpha():
        return False  # the usual case, and no abbreviation is so long
    stop_end = end
    while stop_end > begin and text[stop_end - 1] not in ".!?…。！？｡":
        stop_end -= 1
    following = text[end + 1 : end + 24].lstrip(_OPENERS) if text[end] == " " else text[end : end + 24]
    small = following[:1].islower()
    mark = text[stop_end - 1]
    if mark in "。！？｡":
        return False
    if stop_end < end and (small or text[end + 1 : end + 2] in {"-", "–", "—"}):
        return True  # "Why?" he asked. "Ship it." - the manager. The "big bang." of rewrites never ends well.
    if mark in "!?":
        return False
    if mark == "…" or text.endswith("..", begin, stop_end):
        return small
    word_begin = max(text.rfind(" ", begin, stop_end - 1) + 1, begin)
    word = text[word_begin : stop_end - 1].lstrip(_OPENERS)
    before = text[max(begin, word_begin - 40) : word_begin].split()
    return _is_abbreviation(word, before[-1] if before else "", following)


def _is_abbreviation(word: str, before: str, following: str) -> bool:
    """Whether the full stop after `word` belongs to it. `before` is the word before it, "" at the sentence's start."""
    small = following[:1].islower()
    lower = word.lower()
    if lower in AMBIGUOUS_ABBREVIATIONS:
        return small or following[:1].isdigit()
    if lower in ABBREVIATIONS or word in ABBREVIATIONS or _DOTTED.fullmatch(word):
        return True
    if _INITIAL.fullmatch(word):
        return word not in "CDRI" or not before[:1].islower() or before == "by"  # "by C. Doe" but "written in C. It"
    if _SHORT_NUMBER.fullmatch(word):
        return small or not before or _AFTER_ORDINAL.match(following) is not None
    return False
