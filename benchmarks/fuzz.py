"""Reads a million texts that nobody would write, and says on which of them the reader fails.

python benchmarks/fuzz.py [--cases 1000000] [--seed 1] [--jobs 1]

A round has a thousand cases and a seed of its own, so that a failure is found again with `--seed S --cases 1000`.
"""

import argparse
import sys
import traceback
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests/ingest"))

from fuzzing import Case, cases, check

ROUND = 1000


def run_round(number: int) -> tuple[int, int, str]:
    """The seed, how many cases were tried, and what failed, with the smallest text on which it does."""
    tried = 0

    @seed(number)
    @settings(max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases)
    def any_text_is_read(case: Case) -> None:
        nonlocal tried
        tried += 1
        check(case)

    try:
        any_text_is_read()
    except Exception:
        return number, tried, traceback.format_exc()
    return number, tried, ""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    rounds = range(options.seed, options.seed + -(-options.cases // ROUND))
    cases = failures = 0
    for number, tried, failure in _done(rounds, options.jobs):
        cases += tried
        if failure:
            failures += 1
            print(f"seed {number}:\n{failure}", flush=True)
        if not number % 50:
            print(f"{cases:,} cases, {failures} rounds failed", flush=True)
    print(f"{cases:,} cases with seeds {rounds[0]} to {rounds[-1]}, {failures} rounds failed")
    sys.exit(failures > 0)


def _done(rounds: range, jobs: int) -> Iterator[tuple[int, int, str]]:
    with Pool(jobs, maxtasksperchild=20) as pool:
        yield from pool.imap(run_round, rounds)


if __name__ == "__main__":
    main()
