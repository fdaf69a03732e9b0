"""How well `read_heading` tells title and speakers apart, on the labelled notes and on the talks of pyvideo.org.

    python benchmarks/headings_quality.py [--shared ../shared] [--detail] [--fold FOLD]

On the notes: the first line of each labelled talk, by author. Counted are titles that the line holds, and the speakers
that it names.
On pyvideo: titles of uploads; some hold the speaker's name, which must be found, most hold none. With --fold, only the
events that `learn_names.py --hold-out FOLD` has left out.
"""

import argparse
import csv
import json
import random
import re
import time
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType

from labelled import scorer

from talkdex.ingest.notes.inline import bold, links, plain
from talkdex.ingest.talks.titles import read_heading


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    arguments.add_argument("--detail", action="store_true")
    arguments.add_argument("--fold", type=int, choices=range(5))
    chosen = arguments.parse_args()
    if chosen.fold is None:
        judge_notes(chosen.shared, chosen.detail)
    judge_pyvideo(chosen.shared, chosen.detail, chosen.fold)


def judge_notes(shared: Path, detail: bool) -> None:
    score = scorer(shared)
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((shared / "gold/dev").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (shared / "corpus" / gold["source"] / gold["path"]).read_text(encoding="utf-8-sig", errors="replace")
        for talk in gold["talks"]:
            line = first_line(text.splitlines()[talk["lines"][0] - 1])
            judge_line(line, talk, tally[gold["source"]], detail, score)
    print(f"{'author':20}{'titles':>8}{'right':>7}{'named':>8}{'found':>7}{'made up':>9}")
    total: Counter[str] = Counter()
    for author, counts in sorted(tally.items()):
        total += counts
        print_row(author, counts)
    print_row("all", total)


def print_row(author: str, c: Counter[str]) -> None:
    print(f"{author:20}{c['titles']:8}{c['titles right']:7}{c['named']:8}{c['found']:7}{c['made up']:9}")


def first_line(line: str) -> str:
    line = re.sub(r"^[\s>]*(?:#{1,6}|[-*+]\s|\d+\.\s(?=\[))?\s*", "", line)
    return re.sub(r"</dt>.*", "", line)


def judge_line(line: str, talk: dict, counts: Counter[str], detail: bool, score: ModuleType) -> None:
    norm, similarity = score.norm, score.similarity
    seen = plain(line)
    forms = [talk["title"], *talk.get("also", [])]
    if len(seen) > 200 or not any(norm(form) in norm(seen) for form in forms):
        return
    heading = read_heading(seen, links(line), bold=bold(line))
    right = score.best(heading.title, forms) >= 0.9
    named = [s for s in talk["speakers"] if norm(s) in norm(seen) and len(s) > 2]
    found = [s for s in named if any(similarity(s, p) >= 0.85 for p in heading.speakers)]
    made_up = [p for p in heading.speakers if not any(similarity(s, p) >= 0.85 for s in talk["speakers"])]
    counts.update(
        {"titles": 1, "titles right": right, "named": len(named), "found": len(found), "made up": len(made_up)}
    )
    if detail and (not right or len(found) < len(named) or made_up):
        print(f"  {seen!r} -> {heading.title!r} {heading.speakers}; gold {talk['title']!r} {named}")


def judge_pyvideo(shared: Path, detail: bool, fold: int | None) -> None:
    similarity = scorer(shared).similarity
    with (shared / "reference/pyvideo-talks.tsv").open(encoding="utf-8") as file:
        talks = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    talks = [t for t in talks if fold is None or zlib.crc32(t["event"].encode()) % 5 == fold]
    random.Random(3).shuffle(talks)
    counts: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    start = time.process_time()
    for talk in talks:
        heading = read_heading(talk["title"])
        speakers = [s.strip() for s in talk["speakers"].split(";") if s.strip()]
        named = [s for s in speakers if s.lower() in talk["title"].lower() and " " in s]
        found = [s for s in named if any(similarity(s, p) >= 0.85 for p in heading.speakers)]
        made_up = [p for p in heading.speakers if not any(similarity(s, p) >= 0.7 for s in speakers)]
        kind = "named" if named else "nameless"
        counts.update({kind: 1, f"{kind} right": len(found) == len(named) and not made_up, "made up": len(made_up)})
        wrong = "missed" if len(found) < len(named) else "made up" if made_up and speakers else ""
        if detail and wrong and shown[wrong] < 60:
            shown[wrong] += 1
            print(f"  {wrong}: {talk['title']!r} -> {heading.title!r} {heading.speakers}; {speakers}")
    spent = (time.process_time() - start) / len(talks) * 1e6
    with_names = f"{counts['named right']} of {counts['named']} titles with names right"
    without = f"{counts['nameless right']} of {counts['nameless']} without"
    print(f"pyvideo: {with_names}, {without}; {counts['made up']} names made up; {spent:.0f} µs a title")


if __name__ == "__main__":
    main()
