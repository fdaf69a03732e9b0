"""Makes data/takeaway_weights.json from the labelled notes: what makes a statement a takeaway.

    python benchmarks/train_takeaways.py [--shared ../shared] [--check]

Within each labelled talk, every statement that a reader chose is compared with every one passed over; a logistic
regression on the differences of their features gives the weights. --check prints leave-one-author-out figures and
writes nothing.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from labelled import load, scorer
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from talkdex.data import FOLDER
from talkdex.ingest.takeaways.rank import MOST, best_first, candidates, features
from talkdex.ingest.takeaways.statements import Statement

STRENGTH = 0.1  # inverse of the L2 penalty
SEEN = 15  # statements that a feature must be true of
AUTHORS = 3  # by so many authors
LEAST = 3  # per cent of the chosen statements that may score below what is worth showing


@dataclass
class Example:
    """One labelled talk: its statements, their features, and which of them the reader chose."""

    author: str
    gold: list[dict[str, Any]]
    found: list[Statement]
    names: list[list[str]]
    chosen: np.ndarray


def examples(shared: Path) -> list[Example]:
    made = []
    score = scorer(shared)
    for file in load(shared):
        for talk in file.talks:
            first, last = talk["lines"]
            own = [block for block in file.blocks if first <= block.line <= last]
            found = candidates(own, talk["title"])
            texts = [{"line": s.line, "text": s.text} for s in found]
            chosen = np.zeros(len(found), dtype=bool)
            for _, at in score.pair_up(talk["takeaways"], texts, score.same_takeaway, 0.8):
                chosen[at] = True
            names = features(found, talk["title"], talk["speakers"])
            made.append(Example(file.author, talk["takeaways"], found, names, chosen))
    return made


def train(data: Sequence[Example]) -> dict[str, int]:
    """Weight by feature name, in thousandths, and `least`: the score from which on a statement is worth showing."""
    names = common_features(data)
    column = {name: at for at, name in enumerate(names)}
    differences, weights, rows = [], [], []
    for example in data:
        rows.append(matrix(example, column))
        chosen, rest = np.flatnonzero(example.chosen), np.flatnonzero(~example.chosen)
        if len(chosen) and len(rest):
            pairs = rows[-1][np.repeat(chosen, len(rest))] - rows[-1][np.tile(rest, len(chosen))]
            differences.append(pairs)
            weights.append(np.full(pairs.shape[0], 1 / len(rest)))
    both = vstack([*differences, *(-d for d in differences)])
    half = both.shape[0] // 2
    made = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=500)
    with threadpool_limits(1):  # many threads on a busy machine wait for each other far longer than one works
        made.fit(both, np.repeat([1, 0], half), sample_weight=np.tile(np.concatenate(weights), 2) / 2)
    slopes = made.coef_[0]
    scores = np.concatenate([row @ slopes for row in rows])
    least = np.percentile(scores[np.concatenate([e.chosen for e in data])], LEAST)
    kept = {name: round(1000 * float(w)) for name, w in zip(names, slopes, strict=True)}
    return {**kept, "least": round(1000 * float(least))}


def common_features(data: Sequence[Example]) -> list[str]:
    seen: Counter[str] = Counter()
    authors: dict[str, set[str]] = defaultdict(set)
    for example in data:
        for names in example.names:
            seen.update(names)
            for name in names:
                authors[name].add(example.author)
    return sorted(name for name in seen if seen[name] >= SEEN and len(authors[name]) >= AUTHORS)


def matrix(example: Example, column: dict[str, int]) -> csr_matrix:
    cells = [(row, column[name]) for row, names in enumerate(example.names) for name in names if name in column]
    rows, columns = zip(*cells, strict=True) if cells else ((), ())
    return csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(example.names), len(column)))


def check(data: Sequence[Example], shared: Path) -> None:
    """Prints the figures of score.py for given talks: with weights from all authors, and from all but the talk's."""
    score = scorer(shared)
    authors = sorted({example.author for example in data})
    alone = {author: train([e for e in data if e.author != author]) for author in authors}
    everyone = train(data)
    for title, weights in (("all authors", dict.fromkeys(authors, everyone)), ("author left out", alone)):
        top, whole, per_author = score.Tally(), score.Tally(), defaultdict(score.Tally)
        for example in data:
            shown = ranked(example, weights[example.author])
            for tally, some in ((top, shown[: len(example.gold)]), (whole, shown)):
                hits = len(score.pair_up(example.gold, some, score.same_takeaway, 0.8))
                tally.add(hits, len(some), len(example.gold))
                if tally is top:
                    per_author[example.author].add(hits, len(some), len(example.gold))
        mean = np.mean([tally.figures()["f1"] for tally in per_author.values()])
        figures = top.figures()["f1"], mean, whole.figures()["f1"]
        print("{:16} top F1 {:.3f}  mean of authors {:.3f}  all F1 {:.3f}".format(title, *figures))
    for author, tally in per_author.items():
        print(f"    {author:20} {tally.figures()['f1']:.2f} of {tally.gold}")


def ranked(example: Example, weights: dict[str, int]) -> list[dict[str, Any]]:
    best = best_first(example.names, weights)[:MOST]
    return [{"line": example.found[at].line, "text": example.found[at].text} for at in best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--check", action="store_true", help="print figures, write nothing")
    args = parser.parse_args()
    data = examples(args.shared)
    if args.check:
        return check(data, args.shared)
    text = json.dumps(train(data), ensure_ascii=False, indent=0, sort_keys=True)
    (FOLDER / "takeaway_weights.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
