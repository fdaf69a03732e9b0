"""`talkdex serve --watch` while its notes change and readers ask: `benchmarks/watch.py` does it two hundred times."""

import sys
from pathlib import Path

import pytest
from watching import watch


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what another process has open")
@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_every_answer_is_of_one_whole_build(tmp_path: Path, options: list[str]) -> None:
    watched = watch(tmp_path, 8, *options)
    assert watched.wrong == []
    assert watched.answers > 8
    assert max(watched.files[4:]) <= max(watched.files[:4]) + 3
