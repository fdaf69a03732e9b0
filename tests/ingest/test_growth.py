"""Whatever a note is made of, one that is four times as long takes about four times as long to read.

`benchmarks/growth.py` looks at notes of a megabyte.
"""

import pytest
from growth import KINDS, STRUCTURES, TOO_MUCH, growth


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_are_read_in_linear_time(kind: str) -> None:
    assert growth(KINDS[kind], 6_000) < TOO_MUCH


@pytest.mark.parametrize("kind", STRUCTURES)
def test_long_notes_are_read_in_linear_time(kind: str) -> None:
    assert growth(STRUCTURES[kind], 60_000) < TOO_MUCH
