"""Text in, the places where it may name software of the catalogue out. `data/projects.tsv` is the catalogue."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, compress, count
from typing import NamedTuple

from talkdex.data import FOLDER

MARKS = "=~?"  # what data/make_projects.py puts before a form that is not sure in every case
WORD = re.compile(r"(\w+(?:\+\+\w*|#)?)")  # C++, C# and F# are words
PLAIN_WORD = re.compile(r"(\w+)")
DOT_NET = re.compile(r"(?<!\w)\.net\b")
_SHORT = re.compile(r"[A-Za-z](?:\d+[A-Za-z]|\+\+)")  # K8s, W3C, C++: no word looks like these
JOINTS = frozenset(
    ("", " ", "-", ".", "/", "'", "’", ":", "::", " & ", "&", "·", "+", " + ", " / ", "!_", " (", " .", "/.")
)


@dataclass(frozen=True, slots=True)
class Project:
    """Software that one can look up: its usual name, what kind of thing it is ("library"), its homepage or "", the
    part of the catalogue in which it is listed ("ruby")."""

    name: str
    kind: str
    homepage: str
    area: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a project's name: in any case, or with one of `MARKS` as `mark` in this case only."""

    text: str
    tokens: tuple[str, ...]
    mark: str
    project: Project


class Occurrence(NamedTuple):
    """A form in a text, from `start` to `end`; `first` and `last` are the indexes of its words."""

    start: int
    end: int
    first: int
    last: int
    form: Form


class Words:
    """The words of a text: as written, in lower case, what stands before each and after the last, where they are."""

    __slots__ = ("bounds", "gaps", "lowered", "text", "written")

    def __init__(self, text: str) -> None:
        self.text = DOT_NET.sub(".NET", text) if ".net" in text else text
        parts = (WORD if "+" in text or "#" in text else PLAIN_WORD).split(self.text)
        self.gaps, self.written = parts[::2], parts[1::2]
        self.lowered = list(map(str.lower, self.written))
        self.bounds = list(accumulate(map(len, parts)))

    def start(self, i: int) -> int:
        return self.bounds[2 * i]

    def end(self, i: int) -> int:
        return self.bounds[2 * i + 1]


def project(name: str) -> Project | None:
    """The catalogue's project of that name, in any case and form: "k8s" and "kubernetes" give Kubernetes."""
    return _names().get(" ".join(tokens_of(name)))


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(text))


def occurrences(words: Words) -> list[Occurrence]:
    """Where the text may name software, the longest form first: "Spring Boot", not "Spring" in it."""
    index = _index()
    forms = index.forms
    starts = list(compress(count(), map(forms.__contains__, words.lowered)))
    return list(_longest(words, starts, index)) if starts else []


def _longest(words: Words, starts: Sequence[int], index: "_Index") -> Iterator[Occurrence]:
    text, lowered = words.text, words.lowered
    free, last = 0, len(lowered) - 1
    for i in starts:
        word = lowered[i]
        long = i < last and (word, lowered[i + 1]) in index.pairs
        if i < free or not (long or word in index.spelled or (word in index.single and words.written[i] != word)):
            continue
        for form in index.forms[word]:
            length = len(form.tokens)
            if length > 1 and not (long and _follows(words, i, form.tokens)):
                continue
            start, end = words.start(i), words.end(i + length - 1)
            if not form.mark or text[start:end] == form.text:
                free = i + length
                yield Occurrence(start, end, i, free - 1, form)
                break


def _follows(words: Words, i: int, wanted: tuple[str, ...]) -> bool:
    end = i + len(wanted)
    return tuple(words.lowered[i:end]) == wanted and all(gap in JOINTS for gap in words.gaps[i + 1 : end])


@cache
def _catalogue() -> tuple[Form, ...]:
    forms = []
    for line in (FOLDER / "projects.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, kind, homepage, area, written = line.split("\t")
        known = Project(name, kind, homepage, area)
        for form in written.split("|"):
            text = form[1:] if form[0] in MARKS else form
            forms.append(Form(text, tokens_of(text), form[0] if form[0] in MARKS else "", known))
    return tuple(form for form in forms if form.tokens)


@dataclass(frozen=True, slots=True)
class _Index:
    """`forms` by first token in lower case, longest first and sure ones before others. `single` begins forms of one
    word, `spelled` may do so without a capital, `pairs` are the first two words of longer ones."""

    forms: dict[str, list[Form]]
    single: frozenset[str]
    spelled: frozenset[str]
    pairs: frozenset[tuple[str, ...]]


@cache
def _index() -> _Index:
    forms: dict[str, list[Form]] = {}
    for form in _catalogue():
        forms.setdefault(form.tokens[0], []).append(form)
    for ranked in forms.values():
        ranked.sort(key=lambda form: (-len(form.tokens), ("", *MARKS).index(form.mark)))
    words = [form for form in _catalogue() if len(form.tokens) == 1]
    return _Index(
        forms=forms,
        single=frozenset(form.tokens[0] for form in words),
        spelled=frozenset(form.tokens[0] for form in words if _may_be_small(form)),
        pairs=frozenset(form.tokens[:2] for form in _catalogue() if len(form.tokens) > 1),
    )


def _may_be_small(form: Form) -> bool:
    """Whether a form may stand in a text without a capital: "k8s", but not "Go"."""
    is_sure = form.mark in ("", "=") and len(form.text) > 3
    is_short = not form.mark and bool(_SHORT.fullmatch(form.text))
    return is_sure or is_short or form.text.islower()


@cache
def _names() -> dict[str, Project]:
    names: dict[str, Project] = {}
    for form in _catalogue():
        names.setdefault(" ".join(form.tokens), form.project)
    for form in _catalogue():  # a project's own name is its own, whatever other project is called so for short
        if form.text == form.project.name:
            names[" ".join(form.tokens)] = form.project
    return names
