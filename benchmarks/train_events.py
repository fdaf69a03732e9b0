"""Learns data/events.json, by which the event of a note is chosen, from the labelled notes; says how well it does.

    python benchmarks/train_events.py [--shared ../shared]

A logistic regression that starts from hand-set weights and moves only as far as the labels ask: authors are few, and
most of what tells an event is common sense.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from labelled import LabelledFile, load

from talkdex.data import FOLDER
from talkdex.ingest.events.evidence import Candidate, candidates_of
from talkdex.ingest.events.find import ENOUGH
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post

STIFFNESS = 5.0  # how strongly the weights are held to the guesses
SAME = 0.85  # likeness of two names of one event, as in the score

GUESSES = {
    "bias": -2.2,
    # where an event is named
    **{
        "in title": 1.5,
        "in h1": 1.0,
        "in file": 0.8,
        "in folder": 1.6,
        "in overview": 1.3,
        "in overview text": 0.7,
        "in tag": 0.7,
    },
    **{"in cue": 0.9, "in opening": 0.3, "in heading": 0.1, "in body": 0.1, "in address": 0.3, "in session": 1.0},
    # how sure it is that this is an event's name
    **{"is series": 0.6, "is pattern": 0.4, "is word": -0.6, "is maybe": -0.8, "is year": -0.5, "is cue": -0.9},
    **{"word in folder": 0.8, "word in file": 0.3, "word in title": 0.3, "word in h1": 0.5, "word in overview": 0.8},
    **{
        "year in folder": 0.6,
        "year in h1": 0.4,
        "year in title": 0.4,
        "year in overview": 0.5,
        "maybe in folder": -0.2,
    },
    **{"unsure, once": -0.4, "short": -0.3},
    # the year beside it, and how often it is named
    **{"year": 0.4, "year beside": 0.6, "year fits": 0.3, "year far": -0.8, "year in path": 0.3, "city": 0.3},
    **{"mentions": 0.3, "zones": 0.2, "share": 0.4, "alone": 0.3, "begins file": 0.8},
    # the others
    **{"later": -0.6, "many sure": -0.4, "many years": -1.5, "other in title": -0.9, "other in h1": -0.4},
    **{"other in folder": -0.4, "other in file": -0.3, "other in overview": -0.3, "other in cue": -0.3},
}


@dataclass
class Choice:
    """A labelled note with its candidates, and which of them are its event."""

    file: LabelledFile
    candidates: list[Candidate]
    right: list[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    choices = [choice(file) for file in load(parser.parse_args().shared)]
    features = names_of_features(choices)
    held_out = {
        author: fit([c for c in choices if c.file.author != author], features)
        for author in sorted({c.file.author for c in choices})
    }
    print("unseen authors: precision {:.3f}, recall {:.3f}, F1 {:.3f}".format(*figures(choices, features, held_out)))
    save(fit(choices, features), features, FOLDER / "events.json")


def save(weights: np.ndarray, features: Sequence[str], path: Path) -> None:
    rounded = {name: round(float(weight), 4) for name, weight in zip(features, weights, strict=False)}
    model = {"candidate": {"bias": round(float(weights[-1]), 4), "weights": rounded}}
    path.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


def names_of_features(choices: Sequence[Choice]) -> list[str]:
    return sorted({name for c in choices for candidate in c.candidates for name in candidate.features})


def choice(file: LabelledFile) -> Choice:
    post = parse_post(file.text, file.path)
    candidates = candidates_of(post, blocks(post), file.overview)
    event = file.gold["event"] or {"name": "", "also": []}
    names = [squeezed(name) for name in (event["name"], *(event["also"] or [])) if name]
    return Choice(file, candidates, [is_one_of(candidate, names) for candidate in candidates])


def is_one_of(candidate: Candidate, names: Sequence[str]) -> bool:
    return any(
        SequenceMatcher(None, squeezed(mention.name.name), name, autojunk=False).ratio() >= SAME
        for mention in candidate.mentions
        for name in names
    )


def squeezed(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


def fit(choices: Sequence[Choice], features: Sequence[str]) -> np.ndarray:
    """The weights and, last, the bias that fit best, held to the guesses: Newton's method."""
    rows = np.array([row(candidate, features) for c in choices for candidate in c.candidates])
    right = np.array([float(is_right) for c in choices for is_right in c.right])
    guesses = np.array([GUESSES.get(name, 0.0) for name in features] + [GUESSES["bias"]])
    weights = guesses.copy()
    for _ in range(50):
        chances = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (chances - right) + STIFFNESS * (weights - guesses)
        curvature = (rows.T * (chances * (1 - chances))) @ rows + STIFFNESS * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if abs(step).max() < 1e-7:
            break
    return weights


def row(candidate: Candidate, features: Sequence[str]) -> list[float]:
    return [candidate.features.get(name, 0.0) for name in features] + [1.0]


def figures(
    choices: Sequence[Choice], features: Sequence[str], models: dict[str, np.ndarray]
) -> tuple[float, float, float]:
    """Precision, recall and F1 of the event's name, over the notes that are from events or indexes of them."""
    hit = found = wanted = 0
    for c in choices:
        if c.file.kind == "other":
            continue
        wanted += c.file.gold["event"] is not None
        scores = [float(np.dot(row(candidate, features), models[c.file.author])) for candidate in c.candidates]
        best = int(np.argmax(scores)) if scores else -1
        if best >= 0 and 1 / (1 + np.exp(-scores[best])) >= ENOUGH:
            found += 1
            hit += c.right[best]
    precision, recall = hit / max(found, 1), hit / max(wanted, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
