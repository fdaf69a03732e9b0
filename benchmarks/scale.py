"""How large a database is and how long its server takes to answer, by the number of talks; the table of docs/scale.md.

    python benchmarks/scale.py 10000 100000 [--folder /tmp/scale] [--no-vectors] [--queries 60] [--rounds 2]

Databases are made by generated.py, in the folder, and stay there for the next time. Queries are those of search.py,
from rare to common ones. Each address is asked in every round; its best counts. The server's time on a processor is
hardly longer when others use the machine, and tells how many answers a core can give; the time until the answer is
there tells what a reader feels, and is longer then. Memory is what the server has for itself when all is asked: pages
of the file that the system keeps in memory are every process's.
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import numpy as np
from generated import SEED, Language, write_database, write_vectors
from rich.console import Console
from rich.table import Table
from search import OURS, beginnings_of, rare_to_common, serving

TALKS = "SELECT slug FROM talks ORDER BY id LIMIT ?"


@dataclass
class Times:
    """The best milliseconds for each address of a kind: of the server's processor, and until the answer was there."""

    processor: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    gave_up: int = 0  # by the server's time limit, in all rounds


@dataclass(frozen=True)
class Measured:
    """A database of so many talks, and how long the server took for each kind of address."""

    talks: int
    megabytes: float
    seconds: float | None
    memory: float
    times: dict[str, Times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("talks", type=int, nargs="+")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/scale"))
    parser.add_argument("--no-vectors", action="store_true")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    kind = "words" if options.no_vectors else "vectors"
    measured = []
    for talks in options.talks:
        path = options.folder / f"{talks}-{kind}.db"
        seconds = None if path.exists() else write(path, talks, not options.no_vectors)
        measured.append(measure(path, talks, seconds, options.queries, options.rounds))
    show(measured)


def write(path: Path, talks: int, with_vectors: bool) -> float:
    """The seconds that it takes to load and index so many talks, and to store vectors for them."""
    started = time.perf_counter()
    write_database(path, talks)
    if with_vectors:
        write_vectors(path)
    return time.perf_counter() - started


def measure(path: Path, talks: int, seconds: float | None, queries: int, rounds: int) -> Measured:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        addresses = addresses_of(conn, queries)
    with serving(path, OURS) as client:
        [server] = servers()
        times = {way: ask(client, server, paths, rounds) for way, paths in addresses.items()}
        memory = memory_of(server)
    return Measured(talks, path.stat().st_size / 1e6, seconds, memory, times)


def ask(client: httpx.Client, server: Path, addresses: Sequence[str], rounds: int) -> Times:
    """Each address in turn, after one that is not counted: the first request reads what is then kept in memory."""
    client.get(addresses[0])
    times = Times()
    processor, waited = ([[] for _ in addresses] for _ in range(2))
    for _ in range(rounds):
        for number, address in enumerate(addresses):
            busy, started = processor_time(server), time.perf_counter()
            answer = client.get(address)
            waited[number].append((time.perf_counter() - started) * 1000)
            processor[number].append(processor_time(server) - busy)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                times.gave_up += 1
            else:
                answer.raise_for_status()
    times.processor, times.waited = ([min(all_rounds) for all_rounds in way] for way in (processor, waited))
    return times


def addresses_of(conn: sqlite3.Connection, count: int) -> dict[str, list[str]]:
    """What is asked, by kind."""
    words = Language(np.random.default_rng(SEED)).words
    searches = [urlencode({"q": query.text}) for query in rare_to_common(conn, set(words), count)]
    beginnings = [urlencode({"q": beginning.text}) for beginning in beginnings_of(words, count)]
    slugs = [slug for [slug] in conn.execute(TALKS, [count])]
    return {
        "search page": [f"/search?{search}" for search in searches],
        "search, JSON": [f"/api/v1/search?{search}" for search in searches],
        "a talk": [f"/talks/{slug}" for slug in slugs],
        "a talk, JSON": [f"/api/v1/talks/{slug}" for slug in slugs],
        "typeahead": [f"/api/v1/suggest?{beginning}" for beginning in beginnings],
    }


def servers() -> list[Path]:
    """The processes started here, as folders of /proc."""
    command = ["pgrep", "--parent", str(os.getpid()), "python"]
    return [Path("/proc", pid) for pid in subprocess.run(command, capture_output=True, text=True).stdout.split()]


def processor_time(process: Path) -> float:
    """The milliseconds that its threads have run."""
    return sum(int(thread.read_text().split()[0]) for thread in process.glob("task/*/schedstat")) / 1e6


def memory_of(process: Path) -> float:
    """Its megabytes that are no pages of a file."""
    [line] = (line for line in (process / "status").read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) / 1000


def show(measured: Sequence[Measured]) -> None:
    files = Table("talks", "MB on disk", "seconds to make", "MB of memory")
    ways = list(measured[0].times)
    processor, waited = (
        Table("talks", *ways, title=title) for title in ("ms of the server's processor", "ms until answered")
    )
    for one in measured:
        seconds = "there" if one.seconds is None else f"{one.seconds:,.0f}"
        files.add_row(f"{one.talks:,}", f"{one.megabytes:,.0f}", seconds, f"{one.memory:.0f}")
        processor.add_row(f"{one.talks:,}", *(_told(times.processor) for times in one.times.values()))
        waited.add_row(f"{one.talks:,}", *(_told(times.waited) for times in one.times.values()))
    gave_up = sum(times.gave_up for one in measured for times in one.times.values())
    console = Console(width=120)
    console.print(files, processor, waited)
    console.print(f"Median / worst. The time limit ended {gave_up} answers.")
    console.print(f"Load of the machine at the end: {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores.")


def _told(milliseconds: Sequence[float]) -> str:
    return f"{statistics.median(milliseconds):.1f} / {max(milliseconds):.1f}"


if __name__ == "__main__":
    main()
