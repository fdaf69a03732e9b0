"""Models in plain Python give what their parts add up to."""

from math import exp, isclose

from talkdex.ingest.model import Model


def test_a_model_adds_bias_weights_and_leaves() -> None:
    model = Model(0.5, {"a": 2.0, "b": -1.0}, [["a", 1.0, -3.0, ["b", 0.0, 4.0, 5.0]]])
    assert model.score({}) == 0.5 - 3.0
    assert model.score({"a": 1.5}) == 0.5 + 3.0 + 4.0
    assert model.score({"a": 1.5, "b": 1.0}) == 0.5 + 3.0 - 1.0 + 5.0
    assert isclose(model.probability({}), 1 / (1 + exp(2.5)))


def test_extreme_scores_stay_probabilities() -> None:
    assert Model(-1e6).probability({}) == 0.0
    assert Model(1e6).probability({}) == 1.0
