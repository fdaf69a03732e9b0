"""How well notes are read: score.py on the labelled notes, plainly and by authors that no model has seen.

    python benchmarks/quality.py [--shared ../shared] [--record]

The second figure is the one to believe. Each author is left out in turn: all models are trained anew on the other
authors, and read the notes of this one; the records of all are scored together. Then comes how often what the reader
says with some confidence is right. --record writes the plain figures to benchmarks/quality.json, which the tests hold.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import train_events
import train_projects
import train_reader
import train_takeaways
from labelled import load, load_more, scorer, titles_of

from talkdex.data import FOLDER

READ = """
import json, sys, pathlib, talkdex.data
talkdex.data.FOLDER = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
from labelled import load, load_more
from talkdex.ingest.read import read_note
shared = pathlib.Path(sys.argv[3])
for file in [*load(shared), *load_more(shared)]:
    if file.author == sys.argv[4]:
        note = read_note(file.text, file.path, file.overview)
        print(json.dumps({"source": file.author, **note.model_dump(mode="json")}))
"""
SHOWN = ("talks", "titles", "speakers", "format", "event name", "event year", "projects", "takeaways top", "kind")

BINS = (0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
SAME_EVENT, SAME_TALK, SAME_NAME = 0.85, 0.75, 0.85  # as in score.py
WEIGHTS = {"reader.json", "events.json", "projects_model.json", "takeaway_weights.json"}


class Trainings:
    """The examples of all four trainings, made once; `write` gives the models that have not seen the author."""

    def __init__(self, shared: Path) -> None:
        files = load(shared)
        self.reader = train_reader.Training(train_reader.examples([*files, *load_more(shared)]))
        self.events = [train_events.choice(file) for file in files]
        squash = scorer(shared).squash
        named = [train_projects.Example(file, squash) for file in files]
        self.listed, self.unlisted = train_projects.listed_rows(named), train_projects.unlisted_rows(named)
        self.takeaways = train_takeaways.examples(shared)
        self.authors = self.reader.authors

    def write(self, author: str, folder: Path) -> None:
        train_reader.save(self.reader.without(author), folder / "reader.json")
        seen = [c for c in self.events if c.file.author != author]
        features = train_events.names_of_features(seen)
        train_events.save(train_events.fit(seen, features), features, folder / "events.json")
        rows = ([row for row in rows if row[0] != author] for rows in (self.listed, self.unlisted))
        train_reader.save(train_projects.train(*rows), folder / "projects_model.json")
        weights = train_takeaways.train([e for e in self.takeaways if e.author != author])
        (folder / "takeaway_weights.json").write_text(json.dumps(weights), encoding="utf-8")


def unseen_records(shared: Path) -> Iterator[dict[str, Any]]:
    """The record of each labelled file, read with models that have not seen its author."""
    trainings = Trainings(shared)
    for author in trainings.authors:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in FOLDER.iterdir():
                if path.name not in WEIGHTS:
                    (folder / path.name).symlink_to(path)
            trainings.write(author, folder)
            command = [sys.executable, "-c", READ, folder, Path(__file__).parent, shared, author]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        yield from (json.loads(line) for line in done.stdout.splitlines())


@dataclass
class Reliability:
    """How often what is said with some confidence is right, in bins of confidence."""

    said: list[tuple[float, bool]] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, int, float, float]]:
        """For each bin its name, how many there are, the mean confidence, the share that is right."""
        for low, high in pairwise(BINS):
            inside = [(p, right) for p, right in self.said if low <= p < high]
            if inside:
                yield (
                    f"{low:.1f} to {min(high, 1):.1f}",
                    len(inside),
                    sum(p for p, _ in inside) / len(inside),
                    sum(right for _, right in inside) / len(inside),
                )


def reliability(shared: Path, records: Sequence[dict[str, Any]]) -> dict[str, Reliability]:
    """Of the inferred kinds, events, talks and speakers, by the labels that the score uses."""
    of = scorer(shared)
    gold = {(file.author, file.path): file.gold for file in load(shared)}
    records = [record for record in records if (record["source"], record["path"]) in gold]
    found = {name: Reliability() for name in ("kind", "event", "talk", "speakers")}
    for record in records:
        label = gold[record["source"], record["path"]]
        found["kind"].said.append((record["confidence"], record["kind"] == label["kind"]))
        if event := record["event"]:
            known = label["event"] or {}
            right = bool(known) and of.best(event["name"], [known["name"], *known.get("also", [])]) >= SAME_EVENT
            found["event"].said.append((event["confidence"], right))
        pairs = of.pair_up(label["talks"], record["talks"], partial(_alike, of), SAME_TALK)
        matched = {j: label["talks"][i] for i, j in pairs}
        for number, talk in enumerate(record["talks"]):
            found["talk"].said.append((talk["confidence"], number in matched))
            if talk["speakers"]:
                names = matched[number]["speakers"] if number in matched else []
                right = all(of.best(name, names) >= SAME_NAME for name in talk["speakers"])
                found["speakers"].said.append((talk["speakers_confidence"], right))
    return found


def _alike(of: Any, label: dict[str, Any], talk: dict[str, Any]) -> float:
    return float(of.best(talk["title"], titles_of(label)) + 0.5 * of.lines_overlap(label["lines"], talk["lines"]))


def score(shared: Path, *arguments: str | Path) -> dict[str, float]:
    script = shared / "gold" / "score.py"
    command = [sys.executable, script, "--json", "--gold", shared / "gold" / "dev", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: part.get("f1", part.get("accuracy", 0.0)) for name, part in json.loads(done.stdout).items()}


def score_more(shared: Path, records: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The figures for the files that are labelled with kind and talks alone."""
    of = scorer(shared)
    made = of.score(
        {(file.author, file.path): file.gold for file in load_more(shared)},
        {(record["source"], record["path"]): record for record in records},
    )
    return {
        name: made[name].get("f1", made[name].get("accuracy", 0.0)) for name in ("talks", "titles", "speakers", "kind")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    shared = given.shared.resolve()
    extract = Path(sys.executable).with_name("talkdex")
    plain = score(shared, "--corpus", shared / "corpus", "--command", f"{extract} extract {{root}}")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as records:
        by_others = list(unseen_records(shared))
        records.writelines(json.dumps(record) + "\n" for record in by_others)
        records.flush()
        unseen = score(shared, "--predictions", records.name)
    more = score_more(shared, by_others)
    print(f"{'':16}{'all':>7}{'author unseen':>15}{'unseen, more files':>20}")
    for name in (*SHOWN, "overall"):
        print(f"{name:16}{plain[name]:7.3f}{unseen[name]:15.3f}" + (f"{more[name]:20.3f}" if name in more else ""))
    print("\nconfidence on authors unseen: how many, mean confidence, share that is right")
    for name, part in reliability(shared, by_others).items():
        for bin_name, count, mean, right in part.rows():
            print(f"{name:10}{bin_name:12}{count:5}{mean:7.2f}{right:7.2f}")
    if given.record:
        kept = {name: round(plain[name], 3) for name in ("overall", *SHOWN)}
        (Path(__file__).parent / "quality.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
