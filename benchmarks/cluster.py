"""Files a second that a Dask cluster of one and of two workers reads, beside processes that a build starts itself.

    python benchmarks/cluster.py [--notes ../shared/corpus …] [--rounds 3]

Scheduler and workers are processes of this machine, started before, so what is measured is what it costs to hand the
notes out and get their records back. All ways are taken in turn, so that whatever slows the machine slows them all; of
the rounds, the best of each counts.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from distributed import Client

from talkdex.ingest.extract import extract
from talkdex.ingest.notes.sources import Source, find_sources

WORKERS = (1, 2)


@dataclass(frozen=True)
class Spent:
    """The time from asking for all records to the last of them, and that of all processors, in milliseconds a file."""

    wall: float
    processors: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", nargs="+", default=[Path(__file__).resolve().parents[2] / "shared" / "corpus"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sources = find_sources(options.notes, shared=True)
    rounds: dict[tuple[str, int], list[Spent]] = {}
    with started_cluster(1) as one, started_cluster(2) as two:
        clusters = {1: one, 2: two}
        for cluster in clusters.values():
            spent(sources, cluster=cluster)  # so that workers have their word lists and models
        for _ in range(options.rounds):
            for workers in WORKERS:
                rounds.setdefault(("here", workers), []).append(spent(sources, jobs=workers))
                rounds.setdefault(("cluster", workers), []).append(spent(sources, cluster=clusters[workers]))
    best = {way: Spent(min(s.wall for s in all_), min(s.processors for s in all_)) for way, all_ in rounds.items()}
    print(f"{len(sources)} files\n")
    print("| | files a second, 1 worker | 2 workers | processor time a file, 1 worker | 2 workers |")
    print("| --- | --- | --- | --- | --- |")
    for way, name in (("here", "processes of the build"), ("cluster", "Dask cluster")):
        one, two = best[way, 1], best[way, 2]
        rates = f"{1000 / one.wall:.0f} | {1000 / two.wall:.0f}"
        print(f"| {name} | {rates} | {one.processors:.1f} ms | {two.processors:.1f} ms |")


def spent(sources: list[Source], jobs: int | None = None, cluster: "Cluster | None" = None) -> Spent:
    """What it takes to read all notes, by so many processes or by a cluster."""
    processes = cluster.processes if cluster else []
    started, before = time.perf_counter(), processor_time(processes)
    files = sum(1 for _ in extract(sources, jobs=jobs, cluster=cluster.address if cluster else None))
    wall, processors = time.perf_counter() - started, processor_time(processes) - before
    return Spent(1000 * wall / files, 1000 * processors / files)


def processor_time(processes: list[psutil.Process]) -> float:
    """Seconds that this process, those that it has started and waited for, and the given ones have computed."""
    times = [psutil.Process().cpu_times(), *(process.cpu_times() for process in processes)]
    return sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers."""

    address: str
    processes: list[psutil.Process]


@contextmanager
def started_cluster(workers: int) -> Iterator[Cluster]:
    """A scheduler with so many workers, each of one thread."""
    with tempfile.TemporaryDirectory() as folder:
        meeting = ["--scheduler-file", f"{folder}/scheduler.json"]
        commands = [["scheduler", "--host", "127.0.0.1", "--port", "0"]]
        commands += [["worker", "--nthreads", "1", "--no-nanny", "--local-directory", folder]] * workers
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *meeting, "--no-dashboard", *options],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for kind, *options in commands
        ]
        try:
            with Client(scheduler_file=f"{folder}/scheduler.json", timeout=60, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
                address = client.scheduler.address
            yield Cluster(address, [psutil.Process(process.pid) for process in processes])
        finally:
            for process in processes:
                process.kill()
                process.wait()


if __name__ == "__main__":
    main()
