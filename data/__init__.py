"""What Talkdex knows about the world, as files: word lists, the catalogue of software, learned weights."""

from pathlib import Path

FOLDER = Path(__file__).parent


def words(name: str) -> frozenset[str]:
    """The lines of `data/NAME.txt`, without blank ones and `#` comments."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
