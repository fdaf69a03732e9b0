"""Labelled notes and questions in, scores out, which must not fall behind the recorded ones (benchmarks/*quality.json)."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
SHARED = REPO.parent / "shared"
ALLOWED_FALL = 0.02


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    """F1 of each part of a record (of the kind: the share that is right), on all labelled notes."""
    if not (SHARED / "gold" / "score.py").exists():
        pytest.skip(f"there are no labelled notes in {SHARED}")
    extract = Path(sys.executable).with_name("talkdex")
    command = [sys.executable, SHARED / "gold" / "score.py", "--json", "--corpus", SHARED / "corpus"]
    command += ["--gold", SHARED / "gold" / "dev", "--command", f"{extract} extract {{root}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: part.get("f1", part.get("accuracy")) for name, part in json.loads(done.stdout).items()}


def test_extraction_is_as_good_as_recorded(figures):
    assert_not_fallen(figures, "F1", REPO / "benchmarks" / "quality.json")


def test_questions_are_answered_as_well_as_recorded(tmp_path):
    if not (SHARED / "gold" / "search_score.py").exists():
        pytest.skip(f"there are no labelled questions in {SHARED}")
    talkdex = Path(sys.executable).with_name("talkdex")
    database = tmp_path / "corpus.db"
    subprocess.run([talkdex, "build", SHARED / "corpus", "-o", database, "--quiet"], check=True)
    command = [sys.executable, SHARED / "gold" / "search_score.py", "--json", "--stdin"]
    command += ["--queries", SHARED / "gold" / "queries-dev.jsonl"]
    command += ["--command", f"{talkdex} search --db {database} --limit 10 --stdin"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = {kind: part["mrr@10"] for kind, part in json.loads(done.stdout).items()}
    assert_not_fallen(figures, "MRR@10", REPO / "benchmarks" / "search_quality.json")


def assert_not_fallen(figures: Mapping[str, float], measure: str, file: Path) -> None:
    """Prints the figures beside the recorded ones, and fails where one is more than two points lower."""
    recorded = json.loads(file.read_text(encoding="utf-8"))
    print(f"\n{'':16}{measure:>7}{'recorded':>10}")
    for name, figure in figures.items():
        print(f"{name:16}{figure:7.3f}" + (f"{recorded[name]:10.3f}" if name in recorded else ""))
    fallen = {name: figures[name] for name, before in recorded.items() if figures[name] < before - ALLOWED_FALL}
    assert fallen == {}, "more than two points below the recorded figures"
