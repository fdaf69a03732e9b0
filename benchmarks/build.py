"""How long builds take and how much memory, as ratios: to bare mistune on the same files, and to a full build.

    python benchmarks/build.py [--notes FOLDER] [--files 10000 100000] [--median 2560] [--vectors] [--json FILE]

For copies of the real notes, and for folders of as many made-up ones as wanted: all of mistune's tokens in one process,
and then builds by the command line, each in processes of its own: of everything, on one core and on all; of the same
again; and with one note changed. Time is that of the clock and, for a machine that has other things to do, that of the
processor in all processes together. Memory is the largest proportional set size (PSS) of all processes together, in
which what they share counts once, looked up ten times a second.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from notes import MEDIAN, write_notes

from talkdex.ingest.notes.sources import find_sources

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
BUILD = (sys.executable, "-m", "talkdex.ingest.cli", "build")
MISTUNE = """
import sys, mistune
from talkdex.ingest.notes.sources import find_sources, read_text
tokens = mistune.create_markdown(renderer=None)
for source in find_sources(sys.argv[1:]):
    tokens(read_text(source)[0] or "")
"""
CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds by the clock, seconds of the processor, and megabytes."""

    clock: float
    processor: float
    memory: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=Path, default=CORPUS)
    parser.add_argument("--files", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--median", type=int, default=MEDIAN, help="bytes of a made-up note")
    parser.add_argument("--spread", type=float, default=0.5, help="of the sizes of made-up notes; real ones have 1.25")
    parser.add_argument("--jobs", type=int, nargs="*", default=sorted({1, CORES}))
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    results: dict[str, dict[str, Measured]] = {}
    for files in [0, *options.files]:
        with tempfile.TemporaryDirectory() as scratch:
            notes = Path(scratch) / "notes"
            if files:
                write_notes(notes, files, options.median, options.spread)
            elif options.notes.is_dir():
                shutil.copytree(options.notes, notes)
            else:
                continue
            count = len(find_sources([notes]))
            name = f"{count:,} {'made-up' if files else 'real'} files"
            results[name] = {}
            print(f"\n{name}: clock, processor, memory; share of the full build", flush=True)
            for step, measured in _steps(notes, Path(scratch) / "talkdex.db", options.jobs, options.vectors):
                results[name][step] = measured
                print(_line(step, measured, results[name]), flush=True)
        if options.json:
            figures = {name: {step: asdict(one) for step, one in steps.items()} for name, steps in results.items()}
            options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if len(options.files) > 1:
        _print_growth(list(results.items())[-2:], f"full, {options.jobs[-1]}")


def _steps(notes: Path, database: Path, jobs: Sequence[int], vectors: bool) -> Iterator[tuple[str, Measured]]:
    """What is measured of a folder, one after the other."""
    options = [str(notes), "-o", str(database), "--quiet", *([] if vectors else ["--no-vectors"])]
    yield "mistune", _measured([sys.executable, "-c", MISTUNE, str(notes)])
    for count in jobs:
        database.unlink(missing_ok=True)
        yield f"full, {count}", _measured([*BUILD, *options, "--jobs", str(count)])
    yield "unchanged", _measured([*BUILD, *options])
    with open(sorted(notes.rglob("*.md"))[len(jobs)], "a", encoding="utf-8") as note:
        note.write("\n- One thing more: test the backups of PostgreSQL.\n")
    yield "one changed", _measured([*BUILD, *options])


def _measured(command: Sequence[str]) -> Measured:
    """What a command needs until it has ended."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = 0
    process = subprocess.Popen(command)
    while process.poll() is None:
        memory = max(memory, sum(map(_proportional_set_size, _with_children(process.pid))))
        time.sleep(0.1)
    clock, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(round(clock, 2), round(processor, 2), round(memory / 1024, 1))


def _with_children(pid: int) -> list[int]:
    pids = [pid]
    for parent in pids:
        with suppress(OSError):
            pids += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
    return pids


def _proportional_set_size(pid: int) -> int:
    """In KB; 0 for a process that has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _line(step: str, measured: Measured, steps: dict[str, Measured]) -> str:
    line = f"{step:12} {measured.clock:9.2f} s {measured.processor:9.2f} s {measured.memory:7.0f} MB"
    full = [one for name, one in steps.items() if name.startswith("full")]
    if step.startswith("full"):
        bare = steps["mistune"]
        return f"{line}   {bare.clock / measured.clock:.2f} times mistune's files a second"
    if full:
        clock, processor = measured.clock / full[-1].clock, measured.processor / full[-1].processor
        return f"{line}   {clock:.1%} by the clock, {processor:.1%} of the processor"
    return line


def _print_growth(results: Sequence[tuple[str, dict[str, Measured]]], step: str) -> None:
    [(fewer, before), (more, after)] = results
    before_full, after_full = before[step], after[step]
    clock, processor = after_full.clock / before_full.clock, after_full.processor / before_full.processor
    print(f"\nFrom {fewer} to {more}: {clock:.1f} times the time by the clock, {processor:.1f} of the processor,")
    print(f"{after_full.memory / before_full.memory:.2f} times the memory")


if __name__ == "__main__":
    main()
