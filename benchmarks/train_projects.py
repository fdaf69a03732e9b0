"""Makes data/projects_model.json from the labelled notes: which words mean software. Judges it on authors left out.

    python benchmarks/train_projects.py [--shared ../shared] [--detail]

Two models: for names of the catalogue, and for names that it lacks. The second also learns from names of the catalogue
that only one author mentions, as if the catalogue lacked them: such are the names that the next author's notes hold.
--detail lists what was missed and made up.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from labelled import LabelledFile, load, scorer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from train_reader import author_weights, fit_trees, save

from talkdex.data import FOLDER
from talkdex.ingest.model import Model
from talkdex.ingest.projects import find as projects
from talkdex.ingest.projects.mentions import Candidate, Reading, listed_candidates, read_text
from talkdex.ingest.projects.unlisted import unlisted_candidates

HIDDEN_DRAWS = 2  # how often half of the catalogue's rarer names are taken for unlisted


@dataclass
class Example:
    file: LabelledFile
    squash: Callable[[str], str]  # makes alike what scoring takes for the same name

    @cached_property
    def reading(self) -> Reading:
        return read_text(self.file.blocks)

    @cached_property
    def gold(self) -> set[str]:
        return {self.squash(name) for name in self.file.gold["projects"]}

    @cached_property
    def listed(self) -> dict[str, Candidate]:
        return listed_candidates(self.reading, list(projects.front_matter_text(self.file.reading.post)))

    def unlisted(self, hidden: frozenset[str] = frozenset()) -> list[Candidate]:
        """Candidates without those of the catalogue, but with its `hidden` ones."""
        sure = sum(1 for name, c in self.listed.items() if "sure" in c.signs and self.squash(name) not in hidden)
        found = unlisted_candidates(self.file.blocks, self.reading, sure, lambda name: self._known(name, hidden))
        return [c for c in found.values() if self.squash(c.name) not in self.listed_keys - hidden]

    @cached_property
    def listed_keys(self) -> frozenset[str]:
        return frozenset(map(self.squash, self.listed))

    def is_named(self, candidate: Candidate) -> bool:
        known = projects.project(candidate.name)
        return not self.gold.isdisjoint({self.squash(candidate.name), *([self.squash(known.name)] if known else [])})

    def _known(self, name: str, hidden: frozenset[str]) -> bool:
        known = projects.project(name)
        return known is not None and self.squash(known.name) not in hidden


Row = tuple[str, tuple[dict[str, float], int]]  # author, signs, whether it is software


def listed_rows(examples: Sequence[Example]) -> list[Row]:
    return [(e.file.author, (c.signs, int(e.is_named(c)))) for e in examples for c in e.listed.values()]


def unlisted_rows(examples: Sequence[Example]) -> list[Row]:
    rows = []
    for hidden in (frozenset(), *_hidden_names(examples)):
        rows += [(e.file.author, (c.signs, int(e.is_named(c)))) for e in examples for c in e.unlisted(hidden)]
    return rows


def _hidden_names(examples: Sequence[Example]) -> Iterator[frozenset[str]]:
    authors = defaultdict(set)
    for e in examples:
        for key in e.gold:
            authors[key].add(e.file.author)
    lines = (FOLDER / "projects.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = sorted({examples[0].squash(line.partition("\t")[0]) for line in lines})
    rare = [name for name in names if len(authors[name]) <= 1]
    draw = random.Random(1)
    for _ in range(HIDDEN_DRAWS):
        yield frozenset(draw.sample(rare, len(rare) // 2))


def fit_logistic(rows: list[dict[str, float]], labels: list[int], c: float = 0.3) -> Model:
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    scaler = StandardScaler().fit(matrix)
    made = LogisticRegression(C=c, max_iter=3000).fit(scaler.transform(matrix), labels)
    slopes = made.coef_[0] / scaler.scale_
    bias = float(made.intercept_[0] - (slopes * scaler.mean_).sum())
    return Model(bias, {name: round(float(w), 5) for name, w in zip(names, slopes, strict=True) if abs(w) > 1e-4})


def train(listed: Sequence[Row], unlisted: Sequence[Row]) -> dict[str, Model]:
    signs, labels = [s for _, (s, _) in listed], [label for _, (_, label) in listed]
    other_signs, other_labels = [s for _, (s, _) in unlisted], [label for _, (_, label) in unlisted]
    return {
        "listed": fit_trees(signs, labels, author_weights(listed), trees=60, depth=3, rate=0.12),
        "unlisted": fit_logistic(other_signs, other_labels),
    }


def judge(examples: Sequence[Example], listed: Sequence[Row], unlisted: Sequence[Row], detail: bool) -> None:
    """Prints precision, recall and F1 by author, each judged by models that have not seen that author."""
    total: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    print(f"{'author':20}{'precision':>10}{'recall':>8}{'F1':>7}{'gold':>6}{'found':>7}")
    for author in sorted({e.file.author for e in examples}):
        models = train([r for r in listed if r[0] != author], [r for r in unlisted if r[0] != author])
        tally: Counter[str] = Counter()
        for e in (e for e in examples if e.file.author == author):
            names = _found(e, models)
            keys = {e.squash(name): name for name in names}
            tally += Counter(hit=len(keys.keys() & e.gold), found=len(keys), gold=len(e.gold))
            missed.update(name for name in e.file.gold["projects"] if e.squash(name) not in keys)
            made.update(name for key, name in keys.items() if key not in e.gold)
        _print_row(author, tally)
        total += tally
    _print_row("all", total)
    if detail:
        print("missed:", *(f"{name}, " for name, _ in missed.most_common()))
        print("made up:", *(f"{name}, " for name, _ in made.most_common()))


def _found(e: Example, models: dict[str, Model]) -> list[str]:
    listed = [c.name for c in e.listed.values() if models["listed"].probability(c.signs) >= projects.LISTED_FROM]
    unlisted = [c.name for c in e.unlisted() if models["unlisted"].probability(c.signs) >= projects.UNLISTED_FROM]
    return listed + unlisted


def _print_row(name: str, tally: Counter[str]) -> None:
    precision, recall = tally["hit"] / max(tally["found"], 1), tally["hit"] / max(tally["gold"], 1)
    f1 = 2 * tally["hit"] / max(tally["found"] + tally["gold"], 1)
    print(f"{name:20}{precision:10.3f}{recall:8.3f}{f1:7.3f}{tally['gold']:6d}{tally['found']:7d}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    arguments.add_argument("--detail", action="store_true")
    given = arguments.parse_args()
    squash = scorer(given.shared).squash
    examples = [Example(file, squash) for file in load(given.shared)]
    listed, unlisted = listed_rows(examples), unlisted_rows(examples)
    judge(examples, listed, unlisted, given.detail)
    save(train(listed, unlisted), FOLDER / "projects_model.json")


if __name__ == "__main__":
    main()
