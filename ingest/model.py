"""Features in, a probability out: evaluates the small trained models whose weights are files in `data/`.

A model is boosted trees or a logistic regression, made by the scripts in `benchmarks/`; here it is only read and
summed, in plain Python, so that reading notes needs no machine-learning library and gives the same answer everywhere.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from math import exp
from typing import Any

from talkdex.data import FOLDER

Tree = list[Any]  # [feature, threshold, tree if value <= threshold, tree otherwise], or a number
Lookup = Callable[[str, float], float]


class Model:
    """`bias` plus the sum of `weights` times features plus the leaves that `trees` lead to, as a probability."""

    def __init__(
        self, bias: float = 0.0, weights: Mapping[str, float] | None = None, trees: list[Tree] | None = None
    ) -> None:
        self.bias, self.weights, self.trees = bias, dict(weights or {}), list(trees or [])

    def score(self, features: Mapping[str, float]) -> float:
        """The log odds; a feature that is missing counts as 0."""
        total, weights = self.bias, self.weights
        if weights:
            for name, value in features.items():
                if value:
                    total += value * weights.get(name, 0.0)
        return self._with_leaves(total, features.get) if self.trees else total

    @cached_property
    def _with_leaves(self) -> Callable[[float, Lookup], float]:
        return _compiled(self.trees)

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.score(features)
        return 1 / (1 + exp(-score)) if score > -700 else 0.0


@cache
def load(name: str) -> dict[str, Model]:
    """The models in `data/NAME.json`, by their names."""
    made = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: Model(**parts) for key, parts in made.items()}


# ---- trees as code: walking them as data takes five times as long, and headings are judged by hundreds


def _compiled(trees: Sequence[Tree]) -> Callable[[float, Lookup], float]:
    """What adds the leaves of the trees to a total: a Python function in which each tree is one expression."""
    names: dict[str, str] = {}
    added = [f"    total += {_expression(tree, names)}" for tree in trees]
    looked_up = [f"    {variable} = get({name!r}, 0.0)" for name, variable in names.items()]
    made: dict[str, Any] = {}
    exec("\n".join(["def with_leaves(total, get):", *looked_up, *added, "    return total"]), made)
    with_leaves: Callable[[float, Lookup], float] = made["with_leaves"]
    return with_leaves


def _expression(tree: Tree | float, names: dict[str, str]) -> str:
    """A tree in Python: `(leaf if f0 <= 0.5 else leaf)`; `names` gives each feature its variable."""
    if not isinstance(tree, list):
        return repr(float(tree))
    name, threshold, low, high = tree
    variable = names.setdefault(name, f"f{len(names)}")
    return f"({_expression(low, names)} if {variable} <= {float(threshold)!r} else {_expression(high, names)})"
