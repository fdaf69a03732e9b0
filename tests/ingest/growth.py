"""A kind of note in, how much longer it takes to read when it is four times as long out, in times of linear time."""

import gc
import time
from collections.abc import Callable

from odd_texts import PIECES

from talkdex.ingest.notes.decoding import tidy_lines
from talkdex.ingest.read import read_note

FACTOR = 4
TOO_MUCH = 3.0  # times as much as linear time: quadratic time has FACTOR, a busy machine some 2
SHORTEST = 0.05  # seconds below which nothing can be measured

Make = Callable[[int], str]  # a note of about so many characters


def of_piece(piece: str) -> Make:
    """The piece again and again: as a heading, in a paragraph, in items, and with nothing around it."""

    def make(size: int) -> str:
        run = piece * (size // 5 // len(piece))
        return f"# Caches {run} lie\n\nby Ada Lovelace\n\nWe {run} z\n\n- {run} y\n- **Caches:** {run}\n\n{run}\n"

    return make


def of_lines(line: str, head: str = "", tail: str = "\n") -> Make:
    """A line that differs each time, `{n}` being its number and `{word}` one without digits, below a head."""

    def make(size: int) -> str:
        return head + "".join(line.format(n=n, word=_word(n)) for n in range(size // len(line))) + tail

    return make


def _word(number: int) -> str:
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))


NOTE = "# Caches lie\n\nby Ada Lovelace\n\n"
KINDS: dict[str, Make] = {repr(piece): of_piece(piece) for piece in PIECES}
STRUCTURES: dict[str, Make] = {
    "talks": of_lines("## Caches lie {n} by Ada {word}\n\n- We use Redis {n}.\n\n"),
    "talks of one speaker": of_lines("## Talk number {n} on caches\n\nAda Lovelace\n\n- We use Redis.\n\n"),
    "talks in a list": of_lines("- **Talk number {n}** by Ada Lovelace\n  - We use Redis.\n", "# Nordlys 2016\n\n"),
    "talks in a paragraph": of_lines('Then "Talk number {n}" by Ada Lovelace was about caches. ', NOTE),
    "talks in bold in a paragraph": of_lines("Then **Talk number {n}** by Ada Lovelace. ", NOTE),
    "items": of_lines("- We use Redis {n} for caches because it is fast.\n", NOTE),
    "sentences": of_lines("We use Redis {n} for caches because it is fast. ", NOTE),
    "names": of_lines("Ada {word}, ", NOTE),
    "events": of_lines("{word}Conf 2016 in Oslo. ", NOTE),
    "software": of_lines("we use {word}DB and {word}.js, ", NOTE),
    "addresses": of_lines("https://example.org/{n} ", NOTE),
    "links": of_lines("- [a{n}](https://example.org/{n})\n", NOTE),
    "references": of_lines("[a{n}]: http://example.org/{n}\n[a{n}] ", NOTE),
    "tags": of_lines("#tag{n} ", NOTE),
    "TODOs": of_lines("- TODO: caches {n}\n", NOTE),
    "rows": of_lines("| a{n} | b | c |\n", NOTE + "| a | b | c |\n|---|---|---|\n"),
    "nested items": of_lines("- a{n}\n  - b\n    - c\n", NOTE),
    "quotes": of_lines("> a{n}\n> - b\n\n", NOTE),
    "code": of_lines("```\na{n}\n```\n", NOTE),
    "HTML": of_lines("<div>a{n}</div>\n<li>b</li>\n", NOTE),
    "YAML": of_lines("k{n}: v\n", "---\n", "---\n\n# Caches\n"),
    "broken YAML": of_lines("k{n}: v: w\n", "---\n", "---\n\n# Caches\n"),
    "TOML": of_lines("k{n} = 1\n", "+++\n", "+++\n\n# Caches\n"),
    "JSON": of_lines('"k{n}": 1, ', "{", '"z": 1}\n\n# Caches\n'),
    "a list in YAML": of_lines(
        "tag {n} of the many and long ones that a note may have, ", "---\ntags: [", "z]\n---\n\n# Caches\n"
    ),
    "talks that are stated": of_lines(
        "- title: Talk {n}\n", "---\ntalks:\n", "---\n\n" + "# Talk 7\n\nA note\n\n" * 999
    ),
}


def growth(make: Make, size: int, tries: int = 3, read: Callable[[str], object] | None = None) -> float:
    """How many times as long as in linear time reading takes that is FACTOR times as long: the least of some tries, as
    what else the machine does adds to it. `read` takes the note, in place of our reader."""
    least = float("inf")
    for _ in range(tries):
        short, long = (_seconds(make(size * factor), read or _read) for factor in (1, FACTOR))
        least = min(least, max(long, SHORTEST) / max(short, SHORTEST / FACTOR) / FACTOR)
        if least < TOO_MUCH:
            break
    return least


def _read(text: str) -> None:
    read_note(text, "nordlys-2016/caches.md")


def _seconds(text: str, read: Callable[[str], object]) -> float:
    """Of the processor, for reading a note."""
    text = tidy_lines(text)
    gc.collect()
    begun = time.process_time()
    read(text)
    return time.process_time() - begun
