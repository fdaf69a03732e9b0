"""Text in, the places where it may name software of the catalogue out. `data/projects.tsv` is the catalogue."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from talkdex.data import FOLDER

MARKS = "=~?"  # what data/make_projects.py puts before a form that is not sure in every case
TOKEN = re.compile(r"\w+(?:\+\+\w*|#)?")
DOT_NET = re.compile(r"(?<!\w)\.net\b")
JOINTS = frozenset(("", " ", "-", ".", "/", "'", "’", ":", "::", " & ", "&", "·", "+", " + ", " / ", "!_", " ("))


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
    """One way to write a project's name. `mark` is "" when it means the project in any case, else one of `MARKS`."""

    text: str
    tokens: tuple[str, ...]
    mark: str
    project: Project


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A form in a text, from `start` to `end`; `exact` when written in the form's own case, or in any that is sure."""

    start: int
    end: int
    form: Form
    exact: bool


def project(name: str) -> Project | None:
    """The catalogue's project of that name, in any case and form: "k8s" and "kubernetes" give Kubernetes."""
    return _names().get(" ".join(tokens_of(name)))


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(token.lower() for token in TOKEN.findall(text))


def occurrences(text: str, tokens: Sequence[re.Match[str]] | None = None) -> list[Occurrence]:
    """Where `text` may name software, the longest form first: "Spring Boot", not "Spring" in it.

    `tokens` are the matches of TOKEN where the caller has them already.
    """
    if ".net" in text and DOT_NET.search(text):
        text, tokens = DOT_NET.sub(".NET", text), None
    tokens = list(TOKEN.finditer(text)) if tokens is None else tokens
    words = [token[0] for token in tokens]
    index = _index()
    spelled, single, pairs = index.spelled, index.single, index.pairs
    starts = [i for i, w in enumerate(words) if w in spelled or (not w.islower() and w.lower() in single)]
    lowered = [w.lower() for w in words]
    if not pairs.isdisjoint(pairwise(lowered)):
        more = [i for i, pair in enumerate(pairwise(lowered)) if pair in pairs]
        starts = sorted({*starts, *more})
    return list(_longest(text, tokens, lowered, starts, index.forms)) if starts else []


def _longest(
    text: str,
    tokens: Sequence[re.Match[str]],
    words: Sequence[str],
    starts: Sequence[int],
    forms: Mapping[str, Sequence[Form]],
) -> Iterator[Occurrence]:
    free = 0
    for i in starts:
        if i < free:
            continue
        for form in forms[words[i]]:
            length = len(form.tokens)
            if length > 1 and not _follows(text, tokens, words, i, form.tokens):
                continue
            start, end = tokens[i].start(), tokens[i + length - 1].end()
            exact = not form.mark or text[start:end] == form.text
            if exact or form.mark == "=":
                free = i + length
                yield Occurrence(start, end, form, exact)
                break


def _follows(text: str, tokens: Sequence[re.Match[str]], words: Sequence[str], i: int, wanted: tuple[str, ...]) -> bool:
    if tuple(words[i : i + len(wanted)]) != wanted:
        return False
    return all(text[tokens[k].end() : tokens[k + 1].start()] in JOINTS for k in range(i, i + len(wanted) - 1))


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
        spelled=frozenset(f.tokens[0] for f in words if (f.mark in ("", "=") and len(f.text) > 3) or f.text.islower()),
        pairs=frozenset(form.tokens[:2] for form in _catalogue() if len(form.tokens) > 1),
    )


@cache
def _names() -> dict[str, Project]:
    names: dict[str, Project] = {}
    for form in _catalogue():
        names.setdefault(" ".join(form.tokens), form.project)
    for form in _catalogue():  # a project's own name is its own, whatever other project is called so for short
        if form.text == form.project.name:
            names[" ".join(form.tokens)] = form.project
    return names
