"""Labels of notes with their words in, the same with places instead out: benchmarks/more_labels.jsonl.

    python benchmarks/locate_labels.py LABELS.jsonl… [--shared ../shared]

Each line of the input labels one file of the corpus: {"source", "path", "kind", "talks": [{"title", "also",
"speakers", "format", "lines"}]}, in the terms of LABELLING.md. The notes are other people's texts and are not copied
into this repository: what is kept of a title or a name is where it stands in the file, in its path or in the event's
overview.
"""

import argparse
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labelled import Place, texts_of, titles_of

from talkdex.ingest.notes.overview import Overviews

KEPT = Path(__file__).parent / "more_labels.jsonl"


def located(label: dict[str, Any], text: str, overview: str) -> dict[str, Any]:
    """The label with a place for each title and name that is found."""
    lines = text.split("\n")
    made = {"source": label["source"], "path": label["path"], "kind": label["kind"], "talks": []}
    for talk in label["talks"]:
        first, last = talk["lines"]
        begin = sum(len(line) + 1 for line in lines[: first - 1])
        end = begin + sum(len(line) + 1 for line in lines[first - 1 : last])

        def places(words: Iterable[str], begin: int = begin, end: int = end) -> list[Place]:
            found = (place_of(form, text, begin, end, label["path"], overview) for form in words)
            return [place for place in found if place]

        made["talks"].append(
            {
                "lines": [first, last],
                "format": talk["format"],
                "titles": places(titles_of(talk)),
                "speakers": places(talk["speakers"]),
            }
        )
    return made


def place_of(words: str, text: str, begin: int, end: int, path: str, overview: str) -> Place | None:
    """Where the words stand in text[begin:end], else in the path, the text or the overview; markup may be between."""
    parts = [re.escape(part) for part in re.findall(r"\w+|[^\w\s]+", words)]
    pattern = re.compile(r"[\s*_`\[\]\\]*".join(parts), re.I)
    if match := pattern.search(text, begin, end):
        return [match.start(), match.end()]
    names = [re.escape(part) for part in re.findall(r"[^\W_]+", words)]
    if names and (match := re.search(r"[\W_]*".join(names), path, re.I)):
        return ["path", match.start(), match.end()]
    if match := pattern.search(text):
        return [match.start(), match.end()]
    match = pattern.search(overview)
    return ["overview", match.start(), match.end()] if match else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", nargs="+", type=Path)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    given = parser.parse_args()
    labels = [json.loads(line) for path in given.labels for line in path.read_text(encoding="utf-8").splitlines()]
    lines, missing, names = [], 0, 0
    for author in sorted({label["source"] for label in labels}):
        texts = texts_of(given.shared, author)
        overviews = Overviews(list(texts))
        for label in sorted((label for label in labels if label["source"] == author), key=lambda label: label["path"]):
            overview = overviews.text(label["path"], texts.get) or ""
            made = located(label, texts[label["path"]], overview)
            missing += sum(not talk["titles"] for talk in made["talks"])
            names += sum(
                len(a["speakers"]) - len(b["speakers"]) for a, b in zip(label["talks"], made["talks"], strict=True)
            )
            lines.append(json.dumps(made, separators=(",", ":")) + "\n")
    KEPT.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} files; {missing} talks whose title and {names} names that stand nowhere")


if __name__ == "__main__":
    main()
