"""A piece of text in, the known series of events that it names out, each with the region, city and year beside it.

The series are in `data/event_series.tsv`. Names are compared without case, spaces, punctuation and accents, so that
"ForwardJS", "forward_js" and "Forward.js" are one, and "RubyConfAU16" is RubyConf AU in 2016.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from talkdex.data import FOLDER
from talkdex.ingest.events.places import is_country, is_large_city
from talkdex.ingest.events.words import ENDINGS, REGION_WORDS, REGIONS, WORDS, year_in
from talkdex.ingest.notes.latin import latin

NUMBERED = {
    "defcon": 1992,
    "chaoscommunicationcongress": 1983,
}  # series that count their editions: the year before the first

# Letters and digits of one case: "RubyConfAU16" is Ruby, Conf, AU, 16. In text without accents.
_ATOM = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_WORD = re.compile(r"[^\W_]+")
_YEAR_IN_FORM = re.compile(r"[A-Za-z](\d\d|20\d\d)$")
_CONGRESS = re.compile(r"(\d\d)C3")
_YEAR_BEFORE = re.compile(r"((?:19[89]|20[0-3])\d)[ _-]?$")
_PARTS = re.compile(r"[^\W_]+")
_NEXT_WORD = re.compile(r"[ _-]([^\W_]+)")
_LAST_WORD = re.compile(r"([^\W_]+)[ _-]$")
_LONGEST = 90  # characters of a name with its edition
_GAP = re.compile(r"[ \-_/+&:.,'’!|#\[\](){}*®™·@]{1,3}")  # within a name: "Clojure/conj", "Strata + Hadoop"
_NO_GAPS = frozenset({". ", ", ", "...", ") (", " - "})
_BEHIND_SIGN = re.compile(r"@$|\w\.$")  # a handle, a part of an address
_EDITION_GAP = 3  # characters at most before a region, city or year: " - Boston 2013"
_NAME_GAPS = frozenset({"", " ", "-", "_", ".", "/", "::", ":"})  # before a region that belongs to the name


class Atom(NamedTuple):
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a series' name. `editions` is "city" or "region" when each of these has its own edition."""

    series: str
    key: str  # the same, squashed
    spelled: str
    everyday: bool  # also a word, a name or a common abbreviation
    editions: str


class Known(NamedTuple):
    """A series named at text[start:end], a region that belongs to the name included."""

    form: Form
    start: int
    end: int
    year: int | None
    city: str | None


def known_events(text: str, path: bool = False) -> Iterator[Known]:
    """The known series that `text` names, in order. With `path`, the text is the name of a file: case tells nothing."""
    plain = same_length_ascii(text)
    hopeful = _hopeful(_WORD.findall(plain))
    if not hopeful:
        return
    starts, done = [match.start() for match in _WORD.finditer(plain)], 0
    for start in (starts[index] for index in hopeful):
        if start < done or _BEHIND_SIGN.search(plain, max(0, start - 2), start):
            continue
        atoms = [Atom(*m.span(), m[0].lower()) for m in _ATOM.finditer(plain, start, start + _LONGEST)]
        first = 0
        last, form = _longest_form(plain, atoms, first, path)
        if not form and _begins_with_digits(atoms):
            first = 1
            last, form = _longest_form(plain, atoms, first, path)
        if form and _is_spelled_as_name(text, atoms[first].start, atoms[last].end, form, path):
            known = _with_edition(text, plain, atoms, first, last, form, path)
            done = known.end
            yield known


def squash(text: str) -> str:
    """Lower-case letters and digits of `text`, without accents."""
    return "".join(filter(str.isalnum, same_length_ascii(text))).lower()


def same_length_ascii(text: str) -> str:
    """`text` with accents off, one character for each, so that positions stay: "Øredev" gives "Oredev"."""
    return text if text.isascii() else "".join(c if c.isascii() else _plain_letter(c) for c in text)


@cache
def series_forms() -> dict[str, Form]:
    """Every form of every series, by its squashed spelling."""
    forms: dict[str, Form] = {}
    for line in (FOLDER / "event_series.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, others, editions = line.split("\t")
        usual = name.removeprefix("~")
        series_key = squash(usual)
        for form in (name, *others.split("; ")) if others else (name,):
            spelled = form.removeprefix("~")
            if key := squash(spelled):
                forms.setdefault(key, Form(usual, series_key, spelled, spelled != form, editions))
    return forms


def _with_edition(text: str, plain: str, atoms: Sequence[Atom], first: int, last: int, form: Form, path: bool) -> Known:
    """The series with what tells its edition."""
    start, end = atoms[first].start, atoms[last].end
    year = _year_of_form(form, path)
    city, region = "", False
    at = last + 1
    while at < len(atoms):
        gap, word = plain[atoms[at - 1].end : atoms[at].start], atoms[at].key
        if len(gap) > _EDITION_GAP or any(c in gap for c in "\n;|<>"):
            break
        length = 1
        if word.isdigit():
            if form.key in NUMBERED and len(word) < 3:  # "DEF CON 27"
                year = NUMBERED[form.key] + int(word)
            elif year is not None or not (year := _year(word, gap, plain[atoms[at].end : atoms[at].end + 1], path)):
                break
        elif word in ("conference", "conf") and not region and year is None:
            end = atoms[at].end if text[atoms[at].start].isupper() else end
        elif not region and (length := _region_length(text, atoms, at, gap, path)):
            region = True
            if year is None and not city and gap in _NAME_GAPS:
                end = atoms[at + length - 1].end
        elif not city and (length := _city_length(text, atoms, at, path)):
            city = text[atoms[at].start : atoms[at + length - 1].end]
            if form.editions == "city" and year is None and gap in _NAME_GAPS:
                end = atoms[at + length - 1].end
        elif year is None and gap in (" ", "-", "_") and _is_local_name(text, atoms[at], form, path):
            end, length = atoms[at].end, 1
        elif word in ("in", "at") and year is not None:  # "Percona Live 2017 in Dublin"
            length = 1
        else:
            break
        at += length
    if year is None and (before := _YEAR_BEFORE.search(plain, max(0, start - 5), start)):
        year = year_in(before.group(1))
    return Known(form, start, end, year, city or None)


def _year_of_form(form: Form, path: bool) -> int | None:
    """The year that is part of a form: "SC15", "36C3"."""
    if congress := _CONGRESS.fullmatch(form.spelled):
        return NUMBERED["chaoscommunicationcongress"] + int(congress.group(1))
    year = _YEAR_IN_FORM.search(form.spelled)
    return _year(year.group(1), "", "", path) if year else None


def _longest_form(plain: str, atoms: Sequence[Atom], first: int, path: bool) -> tuple[int, Form | None]:
    """The longest form that begins with the atom `first`, and the index of its last atom."""
    prefixes, forms = _prefixes(), series_forms()
    last, best, key, position = -1, None, atoms[first].key, first
    while key in prefixes:
        if (form := forms.get(key)) and _ends_word(plain, atoms, position, path):
            last, best = position, form
        position += 1
        if position >= len(atoms) or not _joins(plain, atoms[position - 1].end, atoms[position].start):
            break
        key += atoms[position].key
    return last, best


def _begins_with_digits(atoms: Sequence[Atom]) -> bool:
    """ "2016DjangoCon"."""
    return len(atoms) > 1 and atoms[0].key.isdigit() and atoms[0].end == atoms[1].start


def _hopeful(words: Sequence[str]) -> list[int]:
    """The indexes of the words with which a series' name may begin: a cheap look that rules out nearly all."""
    prefixes, last = _prefixes(), len(words) - 1
    return [
        index
        for index, hope in enumerate(map(_HOPES.__getitem__, words))
        if hope == 2 or (hope and index < last and words[index].lower() + _first_atom(words[index + 1]) in prefixes)
    ]


@lru_cache(maxsize=4096)
def _first_atom(word: str) -> str:
    first = _ATOM.match(word)
    return first.group().lower() if first else " "


class _Hopes(dict[str, int]):
    """What `_hope` said of words before: most words of notes come again and again."""

    def __missing__(self, word: str) -> int:
        self[word] = hope = _hope(word)
        return hope


_HOPES = _Hopes()


def _hope(word: str) -> int:
    """0: no series begins with the word; 1: some go on with another word; 2: some are in it."""
    pieces, prefixes, forms = _ATOM.findall(word), _prefixes(), series_forms()
    key = ""
    for piece in pieces:
        key += piece.lower()
        if key in forms:
            return 2
    if len(pieces) > 1 and pieces[0].isdigit() and _hope("".join(pieces[1:])) == 2:
        return 2
    return int(key in prefixes)


def _year(digits: str, gap: str, after: str, path: bool) -> int | None:
    """The year that digits after a name are: "2016", "16" glued to it, "'16"; "Craft 16" only at a word's end."""
    if len(digits) == 4:
        return year_in(digits)
    if len(digits) == 2 and (gap.strip() in ("", "'", "’") or path) and (gap != " " or not after.strip(" ,.:;)-_'’")):
        year = 2000 + int(digits)
        return year if (2003 if gap == "" else 2010) <= year <= 2035 or "'" in gap or "’" in gap else None
    return None


def _region_length(text: str, atoms: Sequence[Atom], at: int, gap: str, path: bool) -> int:
    """How many atoms from `at` on are the name of a region: "EU", "North America", "Ukraine"; 0 when they are none."""
    word = atoms[at].key
    spelled = text[atoms[at].start : atoms[at].end]
    if at + 1 < len(atoms) and f"{word} {atoms[at + 1].key}" in REGIONS and (path or spelled[0].isupper()):
        return 2
    if len(gap) > 2 or text[atoms[at].end : atoms[at].end + 1].isalpha():
        return 0
    if word in REGIONS:
        return int(path or spelled.isupper() or (spelled[0].isupper() and word not in REGION_WORDS and len(word) > 2))
    return int(len(word) > 3 and (path or spelled[0].isupper()) and is_country(word))


def _is_local_name(text: str, atom: Atom, form: Form, path: bool) -> bool:
    """Whether a word goes on with the name of a local edition: "BarCamp Senza Confini"."""
    if form.key not in WORDS["local"] or atom.key in WORDS["file_words"] | WORDS["joining"]:
        return False
    return not atom.key.isdigit() and len(atom.key) > 1 and (path or text[atom.start].isupper())


def _city_length(text: str, atoms: Sequence[Atom], at: int, path: bool) -> int:
    if not (path or text[atoms[at].start].isupper()):
        return 0
    for length in (3, 2, 1):
        part = atoms[at : at + length]
        apart = any(after.start - before.end > 1 for before, after in pairwise(part))
        if len(part) == length and not apart and is_large_city(" ".join(text[a.start : a.end] for a in part)):
            return length
    return 0


def _ends_word(plain: str, atoms: Sequence[Atom], index: int, path: bool) -> bool:
    """Whether the atom ends a word, or what is glued to it is a year, region or city: "RubyConfAU", "craft2016"."""
    end = atoms[index].end
    if end == len(plain) or not plain[end].isalnum():
        return True
    if index + 1 >= len(atoms):
        return False
    word = atoms[index + 1].key
    if word.isdigit():
        return len(word) in (2, 4)
    return word in REGIONS or is_large_city(word) or (path and word in WORDS["file_words"])


def _joins(plain: str, end: int, start: int) -> bool:
    gap = _GAP.fullmatch(plain, end, start) if end < start else None
    return end == start or (gap is not None and gap.group() not in _NO_GAPS)


def _is_spelled_as_name(text: str, start: int, end: int, form: Form, path: bool) -> bool:
    """In prose "Craft Conf" is a name, "write the docs" is not; "IO" and "io" differ; "Meeting C++" has its signs."""
    spelled = text[start:end]
    if "++" in form.spelled and "cpp" not in spelled.lower() and text[end : end + 2] != "++" and "++" not in spelled:
        return False
    if form.everyday:
        return _stands_alone(text, start, end, path) and (path or _is_capitalised(spelled, form))
    return path or _is_capitalised(spelled, form)


def _is_capitalised(spelled: str, form: Form) -> bool:
    """Whether no word is in lower case that the form has in capitals; single long words such as "railsconf" may be."""
    letters = [c for c in spelled if c.isalpha()]
    if len(letters) <= 4 and any(c.isupper() for c in form.spelled[1:]):
        return any(c.isupper() for c in spelled[1:])
    words, usual = _PARTS.findall(spelled), _PARTS.findall(form.spelled)
    if len(words) != len(usual):
        words, usual = words[:1], usual[:1]
    lowered = any(word[0].islower() and known[0].isupper() for word, known in zip(words, usual, strict=True))
    is_long_word = " " not in spelled.strip() and not form.everyday and (len(letters) > 8 or spelled.endswith(ENDINGS))
    return not lowered or is_long_word


def _stands_alone(text: str, start: int, end: int, path: bool) -> bool:
    """Whether an everyday name is no part of a longer phrase: "Craft 2016", "at Craft", not "Craft Beer", "Pop I/O"."""
    after = _NEXT_WORD.match(text, end)
    before = _LAST_WORD.search(text, max(0, start - 16), start)
    if after and after.group(1).lower() not in WORDS["file_words"] | WORDS["event"]:
        goes_on = path or not after.group(1).islower()
        if goes_on and not (
            after.group(1).isdigit() or after.group(1).lower() in REGIONS or is_large_city(after.group(1))
        ):
            return False
    if before and (path or before.group(1)[0].isupper()) and not before.group(1).isdigit():
        return before.group(1).lower() in WORDS["not_first"] | WORDS["file_words"]
    return True


@cache
def _plain_letter(letter: str) -> str:
    """One letter for one, so that places in the text stay."""
    return latin(letter)[:1] or letter


@cache
def _prefixes() -> frozenset[str]:
    """The beginnings of all forms, so that a search can stop early."""
    return frozenset(key[:length] for key in series_forms() for length in range(1, len(key) + 1))
