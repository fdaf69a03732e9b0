"""Makes data/reader.json from the labelled notes: what tells a talk from a section, and a report from a tutorial.

    python benchmarks/train_reader.py [--shared ../shared]

Two stages. A model for each form of candidate (heading, item, line, prose) says how probable it is a talk; then a
model for each kind of file sees, among others, those probabilities. They come from models that have not seen the
file's author, as it will be with notes that nobody labelled.
"""

import argparse
import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from labelled import LabelledFile, load, load_more, titles_of
from scipy.optimize import minimize
from sklearn.ensemble import GradientBoostingClassifier

from talkdex.data import FOLDER
from talkdex.ingest.model import Model
from talkdex.ingest.people.certainty import speaker_features
from talkdex.ingest.read import Reading
from talkdex.ingest.talks.candidates import Candidate
from talkdex.ingest.talks.classify import kind_features, title_features
from talkdex.ingest.talks.headings import heading_candidates
from talkdex.ingest.talks.judge import inner_candidates, judge
from talkdex.ingest.talks.split import split

FORMS = ("heading", "item", "line", "prose")
FORM_STRENGTH = 0.1
LEAST_SPREAD = {"notes": 0.03, "index": 0.3, "several": 0.3}  # what rare features may weigh; judged on authors left out
SAME_TITLE, SAME_NAME = 0.75, 0.85


@dataclass
class Example:
    file: LabelledFile
    found: list[Candidate]
    labels: list[int | None]  # 1 talk, 0 none, None: another form of a talk that is there already

    def kind_features(self, models: dict[str, Model]) -> dict[str, float]:
        reading = self.file.reading
        context = context_of(reading)
        found, chances = judge(reading.blocks, context, models)
        return kind_features(reading.post, reading.blocks, found, chances, context)


def context_of(reading: Reading) -> dict[str, float]:
    known = reading.known
    return title_features(reading.post, reading.blocks, known.event_names, known.event_chance)


def examples(files: Sequence[LabelledFile]) -> list[Example]:
    return [_example(file) for file in files]


def _example(file: LabelledFile) -> Example:
    context = context_of(file.reading)
    found = [*heading_candidates(file.blocks, context), *inner_candidates(file.blocks)]
    labels: list[int | None] = [0] * len(found)
    for talk in file.talks:
        first, last = talk["lines"]
        scored = []
        for i, candidate in enumerate(found):
            if not first - 1 <= candidate.line <= min(last, first + 6):
                continue
            alike = max(file.alike(candidate.title, form) for form in titles_of(talk))
            overlap = _overlap(file, candidate, first, last)
            if alike >= 0.7 or (alike >= 0.45 and candidate.line == first):
                scored.append((alike + 0.4 * overlap + 0.1 * bool(candidate.speakers), -i))
        if not scored:
            continue
        for _, i in scored:
            labels[-i] = None if labels[-i] == 0 else labels[-i]
        labels[-max(scored)[1]] = 1
    # Within a talk that a heading announces, and in a file about one talk, other forms are not asked for.
    announced = [c for c, label in zip(found, labels, strict=True) if label == 1 and c.form == "heading"]
    for i, candidate in enumerate(found):
        inside = any(talk.start < candidate.start < talk.end for talk in announced)
        if labels[i] == 0 and candidate.form != "heading" and (inside or file.kind == "talk"):
            labels[i] = None
    return Example(file, found, labels)


def _overlap(file: LabelledFile, candidate: Candidate, first: int, last: int) -> float:
    end = max(b.end for b in file.blocks[candidate.start : candidate.end])
    inter = min(last, end) - max(first, candidate.line) + 1
    return max(inter, 0) / (max(last, end) - min(first, candidate.line) + 1)


# What one expects of each feature before having seen a file (log odds per unit): there are too few labelled files to
# learn it all from them. Training moves the weights away from here only as far as the files ask for it.
EXPECTED: dict[str, dict[str, float]] = tomllib.loads(
    (Path(__file__).parent / "expected_weights.toml").read_text(encoding="utf-8")
)


def fit_expected(
    rows: list[dict[str, float]],
    labels: list[int],
    weights: list[float],
    expected: dict[str, float],
    strength: float,
    least_spread: float = 0.3,
) -> Model:
    """A logistic regression whose weights are drawn to the expected ones, where there are any, instead of to 0; the
    smaller `strength`, the more. A feature that hardly varies counts as if it did by `least_spread`.
    """
    names = sorted({name for row in rows for name in row} | expected.keys() - {"bias"})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    truth, weight = np.array(labels, float), np.array(weights) * len(weights) / sum(weights)
    spread = np.maximum(matrix.std(0), least_spread)
    start = np.array([expected.get("bias", 0.0), *(expected.get(name, 0.0) for name in names)])
    pull = np.concatenate([[0.5], spread]) ** 2 / strength

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        odds = matrix @ w[1:] + w[0]
        away = w - start
        error = weight * (1 / (1 + np.exp(-odds)) - truth)
        value = (weight * (np.logaddexp(0, odds) - truth * odds)).sum() + (pull * away**2).sum() / 2
        return value, np.concatenate([[error.sum()], matrix.T @ error]) + pull * away

    fitted = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return Model(
        round(float(fitted[0]), 5), {name: round(float(w), 5) for name, w in zip(names, fitted[1:], strict=True)}
    )


def fit_trees(
    rows: list[dict[str, float]],
    labels: list[int],
    weights: list[float],
    trees: int = 200,
    depth: int = 4,
    rate: float = 0.045,
) -> Model:
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)
    made = GradientBoostingClassifier(
        n_estimators=trees,
        max_depth=depth,
        learning_rate=rate,
        subsample=0.7,
        max_features=0.4,
        min_samples_leaf=8,
        random_state=7,
    ).fit(matrix, labels, sample_weight=weights)
    prior = np.average(labels, weights=weights)
    return Model(float(np.log(prior / (1 - prior))), {}, [_tree(t[0].tree_, 0, names, rate) for t in made.estimators_])


def _tree(tree: Any, node: int, names: list[str], rate: float) -> Any:
    if tree.children_left[node] < 0:
        return round(float(tree.value[node][0][0]) * rate, 5)
    left, right = (_tree(tree, child, names, rate) for child in (tree.children_left[node], tree.children_right[node]))
    return [names[tree.feature[node]], round(float(tree.threshold[node]), 5), left, right]


def author_weights(rows: Sequence[tuple[str, Any]]) -> list[float]:
    """Each author counts alike in part: the square root of how much there is by one, so that none decides alone."""
    counts: dict[str, int] = {}
    for author, _ in rows:
        counts[author] = counts.get(author, 0) + 1
    weights = [counts[author] ** -0.5 for author, _ in rows]
    return [weight * len(rows) / sum(weights) for weight in weights]


def train_forms(data: Sequence[Example]) -> dict[str, Model]:
    models = {}
    for form in FORMS:
        rows = [
            (e.file.author, (c.features, label))
            for e in data
            for c, label in zip(e.found, e.labels, strict=True)
            if c.form == form and label is not None
        ]
        weights = author_weights(rows)
        features, labels = [f for _, (f, _) in rows], [label for _, (_, label) in rows]
        if form == "heading":
            models[form] = fit_trees(features, labels, weights)
        else:
            models[form] = fit_expected(features, labels, weights, EXPECTED[form], FORM_STRENGTH)
    return models


class Training:
    """The models from all examples, or from all but those by one author."""

    def __init__(self, data: Sequence[Example]) -> None:
        self.data = data
        self.authors = sorted({e.file.author for e in data})
        self._forms_without = {a: train_forms([e for e in data if e.file.author != a]) for a in self.authors}
        self.rows = [(a, (e.kind_features(self._forms_without[a]), e.file.kind)) for e in data for a in [e.file.author]]
        self.speaker_rows = list(self._speaker_rows())

    def _speaker_rows(self) -> Iterator[tuple[str, Any]]:
        """For each talk found by models that have not seen its author: what its speakers are judged by, and whether
        they are right.
        """
        for author in self.authors:
            models = self._forms_without[author] | train_kinds([row for row in self.rows if row[0] != author])
            for e in self.data:
                if e.file.author == author:
                    yield from ((author, row) for row in _judged_speakers(e, models | {"speakers": Model()}))

    def without(self, author: str) -> dict[str, Model]:
        """The models that have seen nothing by this author."""
        kinds = train_kinds([row for row in self.rows if row[0] != author])
        speakers = train_speakers([row for row in self.speaker_rows if row[0] != author])
        return self._forms_without[author] | kinds | speakers

    def all(self) -> dict[str, Model]:
        return train_forms(self.data) | train_kinds(self.rows) | train_speakers(self.speaker_rows)


def _judged_speakers(e: Example, models: dict[str, Model]) -> Iterator[tuple[dict[str, float], int]]:
    reading = e.file.reading
    for found in split(reading.post, reading.blocks, reading.known, models)[2]:
        if found.speakers:
            own = [t for t in e.file.talks if max(map(partial(e.file.alike, found.title), titles_of(t))) > SAME_TITLE]
            right = any(e.file.alike(found.speakers[0], name) > SAME_NAME for talk in own for name in talk["speakers"])
            blocks = reading.blocks[found.start : found.end]
            yield speaker_features(blocks, found.speakers, found.confidence), int(right)


def train_speakers(rows: Sequence[tuple[str, Any]]) -> dict[str, Model]:
    features, labels = [f for _, (f, _) in rows], [label for _, (_, label) in rows]
    return {"speakers": fit_expected(features, labels, [1.0] * len(rows), {}, strength=1.0)}


def train_kinds(rows: Sequence[tuple[str, Any]], strength: float = 0.06) -> dict[str, Model]:
    questions: dict[str, tuple[Callable[[str], bool], Callable[[str], bool]]] = {
        "notes": (lambda kind: True, lambda kind: kind != "other"),
        "index": (lambda kind: kind != "other", lambda kind: kind == "index"),
        "several": (lambda kind: kind in ("talk", "report"), lambda kind: kind == "report"),
    }
    models = {}
    for question, (asked, yes) in questions.items():
        kept = [row for row in rows if asked(row[1][1])]
        features, labels = [f for _, (f, _) in kept], [int(yes(kind)) for _, (_, kind) in kept]
        expected = EXPECTED[question]
        spread = LEAST_SPREAD[question]
        models[question] = fit_expected(features, labels, [1.0] * len(kept), expected, strength, spread)
    return models


def save(models: dict[str, Model], path: Path) -> None:
    made = {name: {"bias": m.bias, "weights": m.weights, "trees": m.trees} for name, m in models.items()}
    path.write_text(json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    shared = parser.parse_args().shared
    save(Training(examples([*load(shared), *load_more(shared)])).all(), FOLDER / "reader.json")


if __name__ == "__main__":
    main()
