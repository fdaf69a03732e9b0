"""How well search answers: search_score.py on the labelled questions, with meaning, by words alone, and by bare FTS5.

    python benchmarks/search_quality.py [--shared ../shared] [--record]

MRR@10 is the mean over the questions of 1 divided by the place of the first right talk among ten. --record writes the
figures of the search as it is to benchmarks/search_quality.json, which the tests hold.
"""

import argparse
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from talkdex.ingest.build import build
from talkdex.ingest.vectors.embed import remove

KINDS = ("all", "question", "keywords", "entity")
RECORDED = Path(__file__).with_suffix(".json")
# What somebody would write in an afternoon: any of the words, over all that is known of a talk.
BARE = """
    SELECT posts.path, first_line, last_line, talks.slug, talks.title
    FROM talks_fts JOIN talks ON talks.id = talks_fts.rowid JOIN posts ON posts.id = post_id
    WHERE talks_fts MATCH ? ORDER BY talks_fts.rank LIMIT 10
"""


def score(shared: Path, command: str) -> dict[str, float]:
    """MRR@10 of a command that reads questions and prints hits, by kind of question."""
    gold = shared / "gold"
    run = [sys.executable, gold / "search_score.py", "--queries", gold / "queries-dev.jsonl", "--json", "--stdin"]
    done = subprocess.run([*run, "--command", command], capture_output=True, text=True, check=True)
    return {kind: figures["mrr@10"] for kind, figures in json.loads(done.stdout).items()}


def search_command(database: Path) -> str:
    return f"{Path(sys.executable).with_name('talkdex')} search --db {database} --limit 10 --stdin"


def answer_barely(database: str) -> None:
    """Answers the questions of standard input as bare FTS5 does."""
    conn = sqlite3.connect(database)
    for question in sys.stdin:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        hits = [
            {"path": path, "lines": [first, last], "talk": slug, "title": title}
            for path, first, last, slug, title in conn.execute(BARE, [words])
        ]
        print(json.dumps(hits))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--bare", metavar="DATABASE", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        answer_barely(given.bare)
        return
    shared = given.shared.resolve()
    with tempfile.TemporaryDirectory() as folder:
        database, words_alone = Path(folder, "corpus.db"), Path(folder, "words.db")
        build([shared / "corpus"], database)
        shutil.copy(database, words_alone)
        remove(words_alone)
        columns = {
            "search": score(shared, search_command(database)),
            "words alone": score(shared, search_command(words_alone)),
            "bare FTS5": score(shared, f"{sys.executable} {__file__} --bare {database}"),
        }
    print(f"{'MRR@10':10}" + "".join(f"{name:>13}" for name in columns))
    for kind in KINDS:
        print(f"{kind:10}" + "".join(f"{figures[kind]:13.3f}" for figures in columns.values()))
    if given.record:
        kept = {kind: round(columns["search"][kind], 3) for kind in KINDS}
        RECORDED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
