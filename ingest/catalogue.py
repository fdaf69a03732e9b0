"""Text in, the places where it may name software of the catalogue out. `data/projects.tsv` is the catalogue."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from talkdex.data import FOLDER

MARKS = "=~?"  # what data/make_projects.py puts before a form that is not sure in every case
TOKEN = re.compile(r"(?<!\w)\.net\b|\.NET\b|\w+(?:\+\+\w*|#(?!\w))?")
JOINTS = frozenset(("", " ", "-", ".", "/", "'", "’", ":", "::", " & ", "&", "·", "+", " + ", " / ", "!_", " (", ". "))


@dataclass(frozen=True, slots=True)
class Project:
    """Software that one can look up: its usual name, what kind of thing it is ("library"), its homepage or ""."""

    name: str
    kind: str
    homepage: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a project's name. `mark` is "" when it means the project in any case, else one of `MARKS`."""

    text: str
    tokens: tuple[str, ...]
    mark: str
    project: Project


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A form in a text, from `start` to `end`; `exact` when written in the form's own case."""

    start: int
    end: int
    form: Form
    exact: bool


def project(name: str) -> Project | None:
    """The catalogue's project of that name, in any case and any of its forms: "k8s" and "kubernetes" give Kubernetes."""
    return _names().get(" ".join(tokens_of(name)))


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(token.lower() for token in TOKEN.findall(text))


def occurrences(text: str) -> Iterator[Occurrence]:
    """Where `text` may name software, the longest form first: "Spring Boot", not "Spring" in it. One pass over its words."""
    forms = _forms()
    places = [(m.start(), m.end()) for m in TOKEN.finditer(text)]
    words = [text[start:end] for start, end in places]
    lowered = [word.lower() for word in words]
    skip = 0
    for i, word in enumerate(lowered):
        if i < skip or word not in forms:
            continue
        for form in forms[word]:
            length = len(form.tokens)
            if length > 1 and (
                tuple(lowered[i : i + length]) != form.tokens or not _joined(text, places[i : i + length])
            ):
                continue
            start, end = places[i][0], places[i + length - 1][1]
            skip = i + length
            yield Occurrence(start, end, form, text[start:end] == form.text)
            break


def _joined(text: str, places: list[tuple[int, int]]) -> bool:
    return all(text[places[i][1] : places[i + 1][0]] in JOINTS for i in range(len(places) - 1))


@cache
def _catalogue() -> tuple[Form, ...]:
    forms = []
    for line in (FOLDER / "projects.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, kind, homepage, written = line.split("\t")
        known = Project(name, kind, homepage)
        for form in written.split("|"):
            text = form[1:] if form[0] in MARKS else form
            forms.append(Form(text, tokens_of(text), form[0] if form[0] in MARKS else "", known))
    return tuple(forms)


@cache
def _forms() -> dict[str, list[Form]]:
    """All forms by their first token, longest first."""
    index: dict[str, list[Form]] = {}
    for form in _catalogue():
        if form.tokens:
            index.setdefault(form.tokens[0], []).append(form)
    for forms in index.values():
        forms.sort(key=lambda form: -len(form.tokens))
    return index


@cache
def _names() -> dict[str, Project]:
    names: dict[str, Project] = {}
    for form in _catalogue():
        names.setdefault(" ".join(form.tokens), form.project)
    for form in _catalogue():  # a project's own name goes to it, whatever other project is called so for short
        if form.text == form.project.name:
            names[" ".join(form.tokens)] = form.project
    return names
