"""How fast notes are read: files a second on one core, beside what mistune alone needs for the same files.

    python benchmarks/speed.py [--notes ../shared/corpus]

Each file is read once with Talkdex, once with all of mistune (blocks and what is in them) and once with its block
parser, in turn, so that whatever slows the machine slows all three.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from time import process_time_ns

import mistune

from talkdex.ingest.notes.overview import Overviews
from talkdex.ingest.notes.sources import find_sources, read_text
from talkdex.ingest.read import read_note

WARM_UP = 10  # files read before, so that word lists and models are loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "corpus")
    notes = _notes(parser.parse_args().notes)
    everything, blocks = mistune.create_markdown(renderer=None), mistune.BlockParser()
    for text, path, overview in notes[:WARM_UP]:
        read_note(text, path, overview)
    reading = parsing = finding_blocks = 0
    for text, path, overview in notes:
        reading += _spent(lambda: read_note(text, path, overview))  # noqa: B023
        parsing += _spent(lambda: everything(text))  # noqa: B023
        finding_blocks += _spent(lambda: _parse_blocks(blocks, text))  # noqa: B023
    size = sum(len(text.encode()) for text, _, _ in notes) / len(notes) / 1000
    print(f"{len(notes)} files of {size:.1f} KB: {len(notes) * 1e9 / reading:.0f} files a second")
    print(f"read_note takes {reading / len(notes) / 1e6:.2f} ms a file")
    for name, spent in (("all of mistune", parsing), ("its block parser", finding_blocks)):
        print(f"{name} takes {spent / len(notes) / 1e6:.2f} ms: read_note takes {reading / spent:.1f} times as long")


def _notes(folder: Path) -> list[tuple[str, str, str | None]]:
    """Text, path and overview of each file in the folder, as `read_note` takes them."""
    sources = {source.path: source for source in find_sources([folder])}
    texts = {path: read_text(source)[0] or "" for path, source in sources.items()}
    overviews = Overviews(list(texts))
    return [(text, path, overviews.text(path, texts.get)) for path, text in texts.items()]


def _spent(work: Callable[[], object]) -> int:
    """The CPU time that work takes, in nanoseconds."""
    start = process_time_ns()
    work()
    return process_time_ns() - start


def _parse_blocks(parser: mistune.BlockParser, text: str) -> None:
    state = parser.state_cls()
    state.process(text if text.endswith("\n") else text + "\n")
    parser.parse(state)


if __name__ == "__main__":
    main()
