"""Two hundred builds under a server that watches its notes, while readers ask it: what was wrong, and what it took.

python benchmarks/watch.py [--rebuilds 200]
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/ingest"))

from watching import watch


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rebuilds", type=int, default=200)
    rebuilds = parser.parse_args().rebuilds
    with tempfile.TemporaryDirectory() as folder:
        watched = watch(Path(folder), rebuilds)
    print(f"{rebuilds} builds, {watched.answers:,} answers, {len(watched.wrong)} of them wrong")
    for told in watched.wrong[:10]:
        print(f"  {told}")
    for name, unit, found in (("memory", "kB", watched.memory), ("open files", "", watched.files)):
        quarter = max(len(found) // 4, 1)
        parts = [found[start : start + quarter] for start in range(0, len(found), quarter)]
        print(f"{name}: {', '.join(f'{median(part):,.0f}' for part in parts if part)} {unit} in each quarter (median)")
    sys.exit(bool(watched.wrong))


if __name__ == "__main__":
    main()
