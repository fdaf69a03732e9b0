"""The labelled notes in, a score out, which must not fall behind the recorded one (benchmarks/quality.json)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
SHARED = REPO.parent / "shared"
RECORDED = json.loads((REPO / "benchmarks" / "quality.json").read_text(encoding="utf-8"))
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
    print(f"\n{'':16}{'F1':>7}{'recorded':>10}")
    for name, figure in figures.items():
        print(f"{name:16}{figure:7.3f}{RECORDED.get(name, 0.0):10.3f}")
    fallen = {name: figures[name] for name, recorded in RECORDED.items() if figures[name] < recorded - ALLOWED_FALL}
    assert fallen == {}, "more than two points below the recorded figures"
