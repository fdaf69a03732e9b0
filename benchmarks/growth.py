"""Notes of a megabyte and of a quarter of it, of all that is hard to read: how much more than linear time it takes.

python benchmarks/growth.py [--size 250000]

1 is linear, 4 is quadratic. Exits with 1 when anything takes twice as long as in linear time.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/ingest"))

from growth import KINDS, STRUCTURES, TOO_MUCH, growth


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", type=int, default=250_000, help="characters of the shorter notes")
    size = parser.parse_args().size
    found = {kind: growth(make, size) for kind, make in {**STRUCTURES, **KINDS}.items()}
    for kind, times in sorted(found.items(), key=lambda pair: -pair[1])[:20]:
        print(f"{times:5.2f}  {kind}")
    print(f"{len(found)} kinds of notes, of {size:,} and {4 * size:,} characters")
    sys.exit(max(found.values()) >= TOO_MUCH)


if __name__ == "__main__":
    main()
