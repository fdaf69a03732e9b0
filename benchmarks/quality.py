"""How well notes are read: score.py on the labelled notes, plainly and by authors that no model has seen.

    python benchmarks/quality.py [--shared ../shared] [--record]

The second figure is the one to believe. The authors are dealt into folds; for each fold all models are trained anew on
the authors of the others, and read the notes of its own; the records of all are scored together. --record writes the
plain figures to benchmarks/quality.json, which the tests hold.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import train_events
import train_projects
import train_reader
import train_takeaways
from labelled import load, load_more, scorer

from talkdex.data import FOLDER

READ = """
import json, sys, pathlib, talkdex.data
talkdex.data.FOLDER = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
from labelled import load
from talkdex.ingest.read import read_note
for file in load(pathlib.Path(sys.argv[3])):
    if file.author in sys.argv[4:]:
        note = read_note(file.text, file.path, file.overview)
        print(json.dumps({"source": file.author, **note.model_dump(mode="json")}))
"""
SHOWN = ("talks", "titles", "speakers", "format", "event name", "event year", "projects", "takeaways top", "kind")


FOLDS = 6
WEIGHTS = {"reader.json", "events.json", "projects_model.json", "takeaway_weights.json"}


class Trainings:
    """The examples of all four trainings, made once; `write` gives the models that have not seen some authors."""

    def __init__(self, shared: Path) -> None:
        files = load(shared)
        self.reader = train_reader.Training(train_reader.examples([*files, *load_more(shared)]))
        self.events = [train_events.choice(file) for file in files]
        squash = scorer(shared).squash
        named = [train_projects.Example(file, squash) for file in files]
        self.listed, self.unlisted = train_projects.listed_rows(named), train_projects.unlisted_rows(named)
        self.takeaways = train_takeaways.examples(shared)
        self.authors = self.reader.authors

    def write(self, unseen: Collection[str], folder: Path) -> None:
        train_reader.save(self.reader.without(unseen), folder / "reader.json")
        seen = [c for c in self.events if c.file.author not in unseen]
        features = train_events.names_of_features(seen)
        train_events.save(train_events.fit(seen, features), features, folder / "events.json")
        rows = ([row for row in rows if row[0] not in unseen] for rows in (self.listed, self.unlisted))
        train_reader.save(train_projects.train(*rows), folder / "projects_model.json")
        weights = train_takeaways.train([e for e in self.takeaways if e.author not in unseen])
        (folder / "takeaway_weights.json").write_text(json.dumps(weights), encoding="utf-8")


def unseen_records(shared: Path) -> Iterator[dict[str, Any]]:
    """The record of each labelled file, read with models that have not seen its author."""
    trainings = Trainings(shared)
    for fold in range(FOLDS):
        authors = trainings.authors[fold::FOLDS]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in FOLDER.iterdir():
                if path.name not in WEIGHTS:
                    (folder / path.name).symlink_to(path)
            trainings.write(authors, folder)
            command = [sys.executable, "-c", READ, folder, Path(__file__).parent, shared, *authors]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        yield from (json.loads(line) for line in done.stdout.splitlines())


def score(shared: Path, *arguments: str | Path) -> dict[str, float]:
    script = shared / "gold" / "score.py"
    command = [sys.executable, script, "--json", "--gold", shared / "gold" / "dev", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name: part.get("f1", part.get("accuracy", 0.0)) for name, part in json.loads(done.stdout).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    shared = given.shared.resolve()
    extract = Path(sys.executable).with_name("talkdex")
    plain = score(shared, "--corpus", shared / "corpus", "--command", f"{extract} extract {{root}}")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as records:
        records.writelines(json.dumps(record) + "\n" for record in unseen_records(shared))
        records.flush()
        unseen = score(shared, "--predictions", records.name)
    print(f"{'':16}{'all':>7}{'author unseen':>15}")
    for name in (*SHOWN, "overall"):
        print(f"{name:16}{plain[name]:7.3f}{unseen[name]:15.3f}")
    if given.record:
        kept = {name: round(plain[name], 3) for name in ("overall", *SHOWN)}
        (Path(__file__).parent / "quality.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
