"""Features in, a probability out: evaluates the small trained models whose weights are files in `data/`.

A model is boosted trees or a logistic regression, made by the scripts in `benchmarks/`; here it is only read and
summed, in plain Python, so that reading notes needs no machine-learning library and gives the same answer everywhere.
"""

import json
from collections.abc import Mapping
from functools import cache
from math import exp
from typing import Any

from talkdex.data import FOLDER

Tree = list[Any]  # [feature, threshold, tree if value <= threshold, tree otherwise], or a number


class Model:
    """`bias` plus the sum of `weights` times features plus the leaves that `trees` lead to, as a probability."""

    def __init__(
        self, bias: float = 0.0, weights: Mapping[str, float] | None = None, trees: list[Tree] | None = None
    ) -> None:
        self.bias, self.weights, self.trees = bias, dict(weights or {}), list(trees or [])

    def score(self, features: Mapping[str, float]) -> float:
        """The log odds; a feature that is missing counts as 0."""
        get, weight_of = features.get, self.weights.get
        total = self.bias
        for name, value in features.items():
            if value:
                total += value * weight_of(name, 0.0)
        for tree in self.trees:
            node: Any = tree
            while type(node) is list:
                node = node[2] if get(node[0], 0.0) <= node[1] else node[3]
            total += node
        return total

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.score(features)
        return 1 / (1 + exp(-score)) if score > -700 else 0.0


@cache
def load(name: str) -> dict[str, Model]:
    """The models in `data/NAME.json`, by their names."""
    made = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: Model(**parts) for key, parts in made.items()}
