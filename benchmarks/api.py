"""How many requests a second the API answers, and how soon: beside stock Datasette's .json for the same rows, and with
two workers beside one.

    apt-get install wrk
    python benchmarks/generated.py --vectors --output /tmp/generated.db
    python benchmarks/api.py /tmp/generated.db [--seconds 10] [--rounds 3] [--connections 2]

wrk asks one server after the other for a few seconds, in each round, for other records and words with each request; the
median of the rounds counts. Stock Datasette has no plugins, its usual time limits, and in searches the same words and
facets, of which it leaves out those that take it too long. wrk takes a part of the processor itself: on two cores, two
workers cannot be twice as fast as one.
"""

import argparse
import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import numpy as np
from generated import SEED, Language
from rich.console import Console
from rich.table import Table
from search import STOCK, STOCK_FACETS, rare_to_common, serving

OURS = ["-m", "talkdex.ingest.cli"]
VARIETY = 100  # requests of a kind that differ
ROW_FIELDS = "slug,title,format,path,first_line,last_line,notes"  # what stock Datasette gives of a talk, but for ids
SOME_TALKS = "SELECT id, slug FROM talks ORDER BY id * 7919 % 1000003 LIMIT :count"
SOME_TAKEAWAYS = "SELECT id FROM takeaways WHERE id >= :from LIMIT :count"
# A request is the next of `requests`, as path and If-None-Match. Times in milliseconds.
SCRIPT = """
local requests = %s
local number = 0
request = function()
    number = number %% #requests + 1
    local headers = {}
    if requests[number][2] ~= "" then headers["If-None-Match"] = requests[number][2] end
    return wrk.format("GET", requests[number][1], headers)
end
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\\n{"rate": %%f, "p50": %%f, "p99": %%f, "failed": %%f}\\n',
        summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        (errors.status + errors.read + errors.timeout) / math.max(summary.requests, 1)))
end
"""


@dataclass(frozen=True)
class Request:
    path: str
    etag: str = ""


@dataclass
class Case:
    """The same question to several servers, by their names, and what wrk has measured of each."""

    name: str
    requests: Mapping[str, Sequence[Request]]
    measured: dict[str, list[dict[str, float]]] = field(default_factory=dict)

    def figure(self, server: str, figure: str) -> float:
        return statistics.median(one[figure] for one in self.measured[server])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=2)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("This needs the load generator wrk. On Debian and Ubuntu: apt-get install wrk")
    with ExitStack() as stack:
        servers = {
            "ours": stack.enter_context(serving(options.database, OURS)),
            "two workers": stack.enter_context(serving(options.database, OURS, "--workers", "2")),
            "stock": stack.enter_context(serving(options.database, STOCK)),
        }
        conn = stack.enter_context(sqlite3.connect(f"file:{options.database}?mode=ro", uri=True))
        cases = cases_of(conn, servers["ours"], options.database.stem)
        for _ in range(options.rounds):
            for case in cases:
                for server, requests in case.requests.items():
                    found = load(servers[server], requests, options.seconds, options.connections)
                    case.measured.setdefault(server, []).append(found)
    show(cases)


def cases_of(conn: sqlite3.Connection, client: httpx.Client, database: str) -> list[Case]:
    language = Language(np.random.default_rng(SEED))
    texts = [query.text for query in rare_to_common(conn, set(language.words), VARIETY)]
    np.random.default_rng(SEED).shuffle(texts)  # or who answers a few only would get the rare words alone
    talks = conn.execute(SOME_TALKS, {"count": VARIETY}).fetchall()
    takeaways = [row[0] for row in conn.execute(SOME_TAKEAWAYS, {"from": talks[0][0], "count": VARIETY})]
    searches = [f"/api/v1/search?{urlencode({'q': text})}" for text in texts]
    in_full = [f"/api/v1/talks/{slug}" for _, slug in talks]
    lists = [f"/api/v1/talks?limit=50&year={year}" for year in range(2010, 2020)]
    rows = [f"/{database}/talks/{talk}.json" for talk, _ in talks]
    years = [f"/{database}/talk_list.json?_size=50&_nofacet=1&year={year}" for year in range(2010, 2020)]
    asked = [
        ("search with 7 facets", searches, [_stock_search(database, text) for text in texts]),
        (
            "one takeaway",
            [f"/api/v1/takeaways/{one}" for one in takeaways],
            [f"/{database}/takeaways/{one}.json" for one in takeaways],
        ),
        ("one talk, the row's fields", [f"{path}?fields={ROW_FIELDS}" for path in in_full], rows),
        ("one talk in full", in_full, rows),
        ("first 50 talks", ["/api/v1/talks?limit=50"], [f"/{database}/talks.json?_size=50"]),
        ("50 talks of a year", lists, years),
        ("50 talks by date", ["/api/v1/talks?limit=50&sort=date"], []),
        ("200 talks", ["/api/v1/talks?limit=200"], []),
    ]
    cases = [
        Case(
            name,
            {"ours": _requests(ours), "two workers": _requests(ours)} | ({"stock": _requests(stock)} if stock else {}),
        )
        for name, ours, stock in asked
    ]
    known = [Request(path, client.get(path).raise_for_status().headers["etag"]) for path in in_full]
    return [*cases, Case("one talk, known (304)", {"ours": known, "two workers": known, "stock": _requests(rows)})]


def _requests(paths: Sequence[str]) -> list[Request]:
    return [Request(path) for path in paths]


def _stock_search(database: str, text: str) -> str:
    asked = [("_search", text), ("_fts_table", "talks_fts"), ("_fts_pk", "id"), ("_size", "20"), *STOCK_FACETS]
    return f"/{database}/talk_list.json?{urlencode(asked)}"


def load(client: httpx.Client, requests: Sequence[Request], seconds: int, connections: int) -> dict[str, float]:
    """Answers a second, milliseconds until half and until 99 of 100 of them were there, and the share of errors."""
    listed = ", ".join(f"{{{json.dumps(one.path)}, {json.dumps(one.etag)}}}" for one in requests)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % f"{{{listed}}}")
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", script.name]
        done = subprocess.run([*command, str(client.base_url)], capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def show(cases: Sequence[Case]) -> None:
    table = Table("", "server", "a second", "p50, ms", "p99, ms", "errors", "times stock", "times one worker", box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    for case in cases:
        for server in case.requests:
            rate, p50, p99, failed = (case.figure(server, name) for name in ("rate", "p50", "p99", "failed"))
            beside = [_times(case, server, "stock"), _times(case, server, "ours")]
            table.add_row(case.name, server, f"{rate:,.1f}", f"{p50:,.1f}", f"{p99:,.1f}", f"{failed:.0%}", *beside)
    Console(width=140).print(table)


def _times(case: Case, server: str, other: str) -> str:
    """How many times as many requests a second, where this is a comparison that says something."""
    if other not in case.requests or server in ("stock", other):
        return ""
    rate = case.figure(other, "rate")
    return f"{case.figure(server, 'rate') / rate:.2f}" if rate else "none answered"


if __name__ == "__main__":
    main()
