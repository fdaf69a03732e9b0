"""How long a search takes: beside stock Datasette on the same file, and beside the bare full-text query for its rows.

    python benchmarks/generated.py --output /tmp/generated.db
    python benchmarks/search.py /tmp/generated.db [--queries 100] [--rounds 2] [--each]

Queries of one to four words, from rare to common ones, are put in turn to our search page, our API, and Datasette's
page of the view of talks (without plugins, with the same words, the same facets and its usual time limits), as HTML and
as JSON. The bare query is SELECT rowid … ORDER BY rank LIMIT 20, for any of the words where our search took any. Each
is measured in every round; its best time counts. A ratio is of the times of one query.
"""

import argparse
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from bisect import bisect
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from generated import SEED, Language
from rich.console import Console
from rich.table import Table

BARE = "SELECT rowid FROM talks_fts WHERE talks_fts MATCH ? ORDER BY rank LIMIT 20"
STOCK_FACETS = [
    *(("_facet", name) for name in ("event", "year", "format", "city")),
    *(("_facet_array", name) for name in ("speakers", "tags", "projects")),
]
OURS = ["-m", "datasette"]
STOCK = ["-c", "import sys; sys._called_from_test = True; from datasette.cli import cli; cli()"]  # loads no plugins
MOST_FOUND = 0.75  # of all talks, by the most common query
LONGEST_WAIT = 120  # seconds


@dataclass
class Query:
    """What is searched, and the best milliseconds of each way to search it."""

    words: list[str]
    times: dict[str, float] = field(default_factory=dict)
    total: int = 0
    match: str = ""
    stock_failed: bool = False
    stock_facets: int = 0

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def measure(self, way: str, work: Callable[[], object]) -> object:
        started = time.perf_counter()
        result = work()
        self.add(way, (time.perf_counter() - started) * 1000)
        return result

    def add(self, way: str, milliseconds: float) -> None:
        self.times[way] = min(self.times.get(way, milliseconds), milliseconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--each", action="store_true", help="a line for each query, too")
    options = parser.parse_args()
    language = Language(np.random.default_rng(SEED))
    beginnings = beginnings_of(language.words, options.queries)
    with ExitStack() as stack:
        ours = stack.enter_context(serving(options.database, OURS))
        stock = stack.enter_context(serving(options.database, STOCK))
        conn = stack.enter_context(sqlite3.connect(f"file:{options.database}?mode=ro", uri=True))
        queries = rare_to_common(conn, set(language.words), options.queries)
        for _ in range(options.rounds):
            for query in queries:
                ask_us(ours, query)
                ask_stock(stock, query, options.database.stem)
                ask_bare(conn, query)
            for beginning in beginnings:
                beginning.measure("typeahead", lambda: get(ours, "/api/v1/suggest", [("q", beginning.text)]))  # noqa: B023
    if options.each:
        show_each(queries)
    show(queries, beginnings)


def rare_to_common(conn: sqlite3.Connection, made_up: Collection[str], count: int) -> list[Query]:
    """Queries of one to four words, the first of which find some 20 talks together, and the last most of all."""
    [talks] = conn.execute("SELECT count(*) FROM talks").fetchone()
    known = [row for row in conn.execute("SELECT term, talks FROM _terms ORDER BY talks") if row[0] in made_up]
    queries = []
    for number, target in enumerate(np.geomspace(20, MOST_FOUND * talks, count)):
        length = 1 + number % 4
        talks_of_word = talks * (target / talks) ** (1 / length)
        first = min(bisect(known, talks_of_word, key=lambda row: row[1]), len(known) - length)
        queries.append(Query([word for word, _ in known[first : first + length]]))
    return queries


def beginnings_of(words: Sequence[str], count: int) -> list[Query]:
    """What somebody has typed of one or two words, from one letter on."""
    chance = np.random.default_rng(SEED)
    drawn = [[words[rank] for rank in chance.integers(0, 2000, 1 + number % 2)] for number in range(count)]
    return [Query([*whole, last[: 1 + number // 2 % 5]]) for number, (*whole, last) in enumerate(drawn)]


def ask_us(client: httpx.Client, query: Query) -> None:
    query.measure("our page", lambda: get(client, "/search", [("q", query.text)]))
    answer = query.measure("our JSON", lambda: get(client, "/api/v1/search", [("q", query.text)])).json()
    query.add("our search itself", answer["milliseconds"])
    query.total, query.match = answer["total"], answer["match"]


def ask_stock(client: httpx.Client, query: Query, database: str) -> None:
    """An answer that the time limit ends counts with the time that it took."""
    search = [("_search", query.text), ("_fts_table", "talks_fts"), ("_fts_pk", "id"), ("_size", "20"), *STOCK_FACETS]
    query.measure("stock page", lambda: client.get(f"/{database}/talk_list", params=search))
    answer = query.measure("stock JSON", lambda: client.get(f"/{database}/talk_list.json", params=search))
    query.stock_failed = answer.is_error
    if answer.is_success:
        query.stock_facets = len(answer.json()["facet_results"])


def ask_bare(conn: sqlite3.Connection, query: Query) -> None:
    joined = {"all": " AND ", "any": " OR "}.get(query.match, " AND ").join(f'"{word}"' for word in query.words)
    query.measure("bare full-text query", lambda: conn.execute(BARE, [joined]).fetchall())


def get(client: httpx.Client, path: str, parameters: Sequence[tuple[str, str]]) -> httpx.Response:
    return client.get(path, params=parameters).raise_for_status()


@contextmanager
def serving(database: Path, program: Sequence[str], *options: str) -> Iterator[httpx.Client]:
    """A client of Datasette, which serves the database until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    command = [sys.executable, *program, "serve", str(database), "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LONGEST_WAIT) as client:
            _wait(client)
            yield client
    finally:
        process.terminate()
        process.wait()


def _wait(client: httpx.Client) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            client.get("/-/versions.json").raise_for_status()
            return
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def show_each(queries: Sequence[Query]) -> None:
    table = Table("query", "talks", *queries[0].times)
    for query in queries:
        found = f"{query.total} {'' if query.match == 'all' else query.match}"
        table.add_row(query.text, found, *(f"{milliseconds:.1f}" for milliseconds in query.times.values()))
    Console(width=200).print(table)


def show(queries: Sequence[Query], beginnings: Sequence[Query]) -> None:
    times = Table("ms", "median", "worst")
    for way in queries[0].times:
        _add(times, way, [query.times[way] for query in queries], worst=max)
    _add(times, "typeahead", [beginning.times["typeahead"] for beginning in beginnings], worst=max)
    ratios = Table("times as long", "median", "worst")
    for slow, fast, worst in (
        ("stock page", "our page", min),
        ("stock JSON", "our JSON", min),
        ("our JSON", "bare full-text query", max),
        ("our search itself", "bare full-text query", max),
    ):
        _add(ratios, f"{slow} / {fast}", [query.times[slow] / query.times[fast] for query in queries], worst)
    failed = sum(query.stock_failed for query in queries)
    counted = sum(query.stock_facets for query in queries)
    console = Console()
    console.print(times, ratios)
    console.print(f"Stock Datasette gave up {failed} of {len(queries)} searches, and counted {counted} of")
    console.print(f"{len(STOCK_FACETS) * len(queries)} facets in its time limits; we answered all and counted all.")


def _add(table: Table, name: str, figures: Sequence[float], worst: Callable[[Sequence[float]], float]) -> None:
    table.add_row(name, f"{statistics.median(figures):.1f}", f"{worst(figures):.1f}")


if __name__ == "__main__":
    main()
