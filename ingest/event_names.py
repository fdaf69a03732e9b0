"""A piece of text in, the events that it names out: known series by a list, others by what names of events look like.

`data/event_series.tsv` lists series, `data/event_words.toml` the words by which other names are told. Names are compared
without case, spaces, punctuation and accents, so "ForwardJS", "forward_js" and "Forward.js" are one.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from talkdex.data import FOLDER
from talkdex.ingest.places import is_city, is_country, is_large_city

# series: a known name. word: a known name that is an everyday word too. pattern: "Tidewater Software Summit".
# maybe: "Gridworks Days". year: "Quillworks 2019". cue: "I attended Quillworks".
Certainty = Literal["series", "word", "pattern", "maybe", "year", "cue"]

WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words) for name, words in tomllib.loads((FOLDER / "event_words.toml").read_text("utf-8")).items()
}
FIRST_YEAR, LAST_YEAR = 1985, 2039
_ENDINGS = tuple(sorted(WORDS["endings"], key=len, reverse=True))
_LONGEST_KEY = 60

# Letters and digits of one case: "RubyConfAU16" is Ruby, Conf, AU, 16. In text without accents.
_ATOM = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_GAP = re.compile(r"[ \-_/+&:.'’!|\[\](){}*®™·@]{1,3}")
# Capitalised words in a row, with what may join them: "Strata + Hadoop World", "Symposium on Retro Compilers".
_CAPITAL = r"[A-ZÀ-ÞŁŠŽČ0-9{][\w.'’!{}[\]-]*[\w!}\]]|[A-Z0-9]"
_RUN = re.compile(
    rf"(?<![\w@/.#-])#?(?:{_CAPITAL})(?:(?: [+&|x] |[ +&/-]| (?:of|on|for|the|and|in|de|des|für|e|et|y)(?: the)? )(?:{_CAPITAL}))*"
)
_RUN_WORD = re.compile(r"[^\s+&|]+")
_YEAR_WORD = re.compile(r"(?:19[89]|20[0-3])\d|['’][0-3]\d")
_LOWER_EVENT = re.compile(
    r"['’\"”)]?\s(?:(?:developer|developers|tech|technology|software|web|security|data)\s)?"
    r"(conference|summit|meetup|meet-up|symposium|unconference|user group|hackathon|barcamp|conf|convention|festival|workshop|webinar"
    r"|konferenz|conférence|conferencia|meeting|event)\b"
)
_CUE = re.compile(
    r"(?:attend(?:ed|ing)?|edition of|went to|been to|visit(?:ed|ing|\s+to)?|day (?:one |two |three |\d )?(?:of|at|@)|days (?:of|at)|notes (?:from|on|of)"
    r"|(?:recap|summary|review|report|highlights|trip report) (?:of|from|on|for|:)|back from|(?:here|was|were|am|i'm|talk|spoke|speaking|live|presented) at"
    r"|welcome to|organi[sz]ed|besuchte?|auf der|beim)\s+(?:the\s+|this year's\s+|this year’s\s+|an?\s+|der\s+|die\s+)?"
    r"(?:first\s+|second\s+|\d+(?:st|nd|rd|th)\s+|annual\s+|inaugural\s+|very\s+|local\s+)*[\[*_\"“‘']{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventName:
    """A mention of an event: `name` as spelled, without the year; `key` is what all spellings of one event share."""

    name: str
    key: str
    certainty: Certainty
    series: str | None = None  # the usual name of a known series
    year: int | None = None
    city: str | None = None  # that follows the name: "JSConf Budapest"
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    form: str
    everyday: bool  # needs more beside it
    editions: str  # "city", "region" or ""


def event_names(text: str, path: bool = False) -> list[EventName]:
    """Every event that `text` names, in order. With `path`, the text is a file's or folder's name: case tells nothing."""
    found = list(_known(text, path))
    taken = [(name.start, name.end) for name in found if name.certainty == "series"]
    for name in _unknown(text, path):
        if all(name.end <= start or name.start >= end for start, end in taken):
            found.append(name)
    # "Craft Beer Summit" is not Craft.
    others = [name for name in found if name.certainty == "pattern"]
    found = [
        name
        for name in found
        if name.certainty != "word" or not any(o.start <= name.start and name.end < o.end for o in others)
    ]
    return sorted(found, key=lambda name: name.start)


def event_key(name: str) -> str:
    """What spellings of one event's name share: that of its series, or its letters and digits."""
    squashed = squash(name)
    form = _forms().get(squashed)
    if form:
        return squash(form.name)
    return squashed.removeprefix("the").replace("conference", "conf") or squashed


def other_forms(series: str) -> list[str]:
    """The other names of a known series."""
    return [form.form for form in _forms_of().get(series, ())]


def squash(text: str) -> str:
    """Lower-case letters and digits of `text`, without accents."""
    return re.sub(r"[\W_]+", "", same_length_ascii(text)).lower()


def same_length_ascii(text: str) -> str:
    """`text` with accents off, one character for each, so that positions stay: "Øredev" gives "Oredev"."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else _plain_letter(c) for c in text)


def year_in(word: str) -> int | None:
    """The year that a word is: "2016", "'16"."""
    if not _YEAR_WORD.fullmatch(word):
        return None
    year = int(word) if len(word) == 4 else 2000 + int(word[1:])
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _known(text: str, path: bool) -> Iterator[EventName]:
    """Names of known series."""
    plain = same_length_ascii(text)
    atoms = [(m.start(), m.end(), m.group().lower()) for m in _ATOM.finditer(plain)]
    prefixes, forms = _prefixes(), _forms()
    index, count = 0, len(atoms)
    while index < count:
        start, _, key = atoms[index]
        index += 1
        if key not in prefixes or (start and plain[start - 1].isalpha()) or plain[start - 1 : start] in ("@", "."):
            continue
        last, best, position = -1, None, index - 1
        while True:
            if (form := forms.get(key)) and _ends_word(plain, atoms, position, path):
                last, best = position, form
            position += 1
            if position >= count or not _joins(plain, atoms[position - 1][1], atoms[position][0]):
                break
            key += atoms[position][2]
            if key not in prefixes:
                break
        if best is None or not _is_spelled_as_name(text[start : atoms[last][1]], best, path):
            continue
        name, index = _with_edition(text, plain, atoms, index - 1, last, best, path)
        yield name


def _with_edition(
    text: str, plain: str, atoms: Sequence[tuple[int, int, str]], first: int, last: int, form: _Series, path: bool
) -> tuple[EventName, int]:
    """The name with the region, city and year around it, and the index of the atom after it all."""
    start, name_end = atoms[first][0], atoms[last][1]
    year, city, region = None, None, ""
    at = last + 1
    while at < len(atoms):
        gap, word = plain[atoms[at - 1][1] : atoms[at][0]], atoms[at][2]
        if len(gap) > 3 or "\n" in gap or any(c in gap for c in ";|<>"):
            break
        if word.isdigit():
            if year is None and (year := _year(word, gap, plain[atoms[at][1] : atoms[at][1] + 1], path)):
                at += 1
                continue
            break
        if word in ("conference", "conf") and gap in (" ", "-", "_") and not region and year is None:
            name_end = atoms[at][1] if text[atoms[at][0]].isupper() else name_end
            at += 1
            continue
        if not region and (length := _region_length(text, atoms, at, gap, path)):
            region = text[atoms[at][0] : atoms[at + length - 1][1]]
            if year is None and city is None and gap in ("", " ", "-", "_", ".", "/", "::", ":"):
                name_end = atoms[at + length - 1][1]
            at += length
            continue
        if word in ("in", "at") and year is not None:
            at += 1
            continue
        if city is None and (length := _city_length(text, atoms, at, path)):
            city = text[atoms[at][0] : atoms[at + length - 1][1]]
            if form.editions == "city" and year is None and gap in (" ", "-", "_"):
                name_end = atoms[at + length - 1][1]
            at += length
            continue
        break
    if year is None and first and atoms[first - 1][2].isdigit():
        gap = plain[atoms[first - 1][1] : start]
        year = _year(atoms[first - 1][2], gap, "", path) if len(atoms[first - 1][2]) == 4 and len(gap) < 2 else None
    certainty: Certainty = "word" if form.everyday else "series"
    name = _tidy(text[start:name_end])
    key = squash(form.name)
    return EventName(name, key, certainty, form.name, year, _tidy(city) if city else None, start, name_end), at


def _year(digits: str, gap: str, after: str, path: bool) -> int | None:
    if len(digits) == 4:
        return year_in(digits)
    if len(digits) == 2 and (
        gap in ("", "'", "’", " '", " ’") or (gap in (" ", "-", "_") and not after.strip(" ,.:;)-_'’"))
    ):
        year = 2000 + int(digits)
        return year if 2003 <= year <= LAST_YEAR and (path or gap != " " or year > 2009) else None
    return None


def _region_length(text: str, atoms: Sequence[tuple[int, int, str]], at: int, gap: str, path: bool) -> int:
    """How many atoms from `at` on are the name of a region: "EU", "North America", "Ukraine"; 0 when they are none."""
    word = atoms[at][2]
    spelled = text[atoms[at][0] : atoms[at][1]]
    if at + 1 < len(atoms) and f"{word} {atoms[at + 1][2]}" in WORDS["regions"] and spelled[0].isupper():
        return 2
    if len(gap) > 2 or (text[atoms[at][1] : atoms[at][1] + 1].isalpha()):
        return 0
    if word in WORDS["regions"]:
        everyday = word in WORDS["region_words"] or len(word) == 2
        return int(path or spelled.isupper() or (spelled[0].isupper() and not everyday))
    return int(len(word) > 3 and (path or spelled[0].isupper()) and is_country(word))


def _city_length(text: str, atoms: Sequence[tuple[int, int, str]], at: int, path: bool) -> int:
    if not (path or text[atoms[at][0]].isupper()):
        return 0
    for length in (3, 2, 1):
        if at + length > len(atoms):
            continue
        if any(atoms[i + 1][0] - atoms[i][1] > 1 for i in range(at, at + length - 1)):
            continue
        if is_large_city(" ".join(text[s:e] for s, e, _ in atoms[at : at + length])):
            return length
    return 0


def _ends_word(plain: str, atoms: Sequence[tuple[int, int, str]], index: int, path: bool) -> bool:
    """Whether the atom ends a word, or what is glued to it is a year, region or city: "RubyConfAU", "craft2016"."""
    end = atoms[index][1]
    if end == len(plain) or not plain[end].isalnum():
        return True
    if index + 1 >= len(atoms):
        return False
    word = atoms[index + 1][2]
    if word.isdigit():
        return len(word) in (2, 4)
    return word in WORDS["regions"] or is_large_city(word) or (path and word in WORDS["file_words"])


def _joins(plain: str, end: int, start: int) -> bool:
    if end == start:
        return True
    gap = _GAP.fullmatch(plain, end, start)
    return gap is not None and gap.group() not in (". ", "! ", "...", ") (", " - ", " | ") or plain[end:start] == " | "


def _is_spelled_as_name(spelled: str, form: _Series, path: bool) -> bool:
    """In prose, "craft conf" may be a name, "write the docs" is a sentence's, "IO" and "io" are two things."""
    if path:
        return "++" not in form.form or "++" in spelled or "cpp" in spelled.lower()
    if ("++" in form.form) != ("+" in spelled or "++" in form.form and form.form.rstrip("+").endswith("C")):
        return "++" not in form.form
    letters = [c for c in spelled if c.isalpha()]
    if len(letters) <= 4 and any(c.isupper() for c in form.form[1:]):
        return any(c.isupper() for c in spelled[1:])
    if form.everyday or " " in spelled.strip():
        words = [word for word in re.split(r"[^\w]+", spelled) if word.lower() not in WORDS["joining"]]
        return bool(words) and all(
            word[0].isupper() or word[0].isdigit() or not word[0].isascii() for word in words[:2]
        )
    return len(letters) >= 5 or spelled[:1].isupper()


def _unknown(text: str, path: bool) -> Iterator[EventName]:
    """Names by their looks."""
    for run in _RUN.finditer(text):
        words = [
            (m.group().strip("-/"), run.start() + m.start(), run.start() + m.end())
            for m in _RUN_WORD.finditer(run.group())
        ]
        words = _after_last(words, ("at", "from", "@"))
        if words:
            yield from _in_run(text, words, path)


def _in_run(text: str, words: list[tuple[str, int, int]], path: bool) -> Iterator[EventName]:
    """The event that a run of capitalised words names, if any."""
    year = next((y for word, _, _ in words if (y := year_in(word))), None)
    certainty: Certainty | None = None
    last = -1
    for index, (word, _, _) in enumerate(words):
        folded = same_length_ascii(word).lower().strip(".!'’:#")
        if folded in WORDS["event"] or (_has_ending(folded, word)):
            certainty, last = "pattern", index
            if (
                folded in ("conference", "symposium", "workshop", "congress")
                and index + 2 < len(words)
                and words[index + 1][0] in ("on", "of", "for")
            ):
                last = len(words) - 1
            break
        if folded in ("user", "users") and index + 1 < len(words) and words[index + 1][0].lower().startswith("group"):
            certainty, last = "pattern", index + 1
            break
        if (
            folded in WORDS["maybe_event"]
            and index
            and not (folded in ("day", "days") and _is_number(words, index + 1))
        ):
            certainty, last = "maybe", index
    if certainty is None:
        if event := _LOWER_EVENT.match(text, words[-1][2]):
            certainty, last = (
                ("pattern" if event.group(1) not in ("event", "meeting", "workshop") else "maybe"),
                len(words) - 1,
            )
        elif year:
            certainty = "year"
            last = next(index for index, (word, _, _) in enumerate(words) if year_in(word)) - 1
        elif _CUE.search(text[max(0, words[0][1] - 60) : words[0][1]]):
            certainty, last = "cue", len(words) - 1
        else:
            return
    first = 0
    while first <= last and (_is_empty_word(words[first][0]) or year_in(words[first][0])):
        first += 1
    if first > last:
        return
    while last + 1 < len(words) and _is_edition(words[last + 1][0], path):
        last += 1
    kept = [w for w in words[first : last + 1] if not year_in(w[0])]
    while kept and kept[-1][0].lower() in WORDS["joining"]:
        kept.pop()
    if not kept or (len(kept) == 1 and kept[0][0].lower() in WORDS["event"] | WORDS["maybe_event"]):
        return
    if year is None and (
        following := re.match(r"[\s,:(–—-]{1,3}((?:19|20)\d\d)\b", text[words[-1][2] : words[-1][2] + 9])
    ):
        year = year_in(following.group(1))
    start, end = kept[0][1], kept[-1][2]
    name = _tidy(
        text[start:end] if end - start == sum(len(w[0]) for w in kept) else re.sub(_YEAR_WORD, "", text[start:end])
    )
    key = event_key(name)
    if len(key) < 3 or key.isdigit() or is_city(name) or is_country(name):
        return
    yield EventName(name, key, certainty, None, year, None, start, end)


def _has_ending(folded: str, word: str) -> bool:
    """Whether a word is a name such as "GopherCon", "Fablecon" or "DevFest"."""
    if folded in WORDS["no_events"] or not word[0].isalpha():
        return False
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            head = word[: len(word) - len(ending)]
            # "con" and "kon" end many words and surnames: "Wikicon" needs the capital of "WikiCon" or six letters
            return (
                ending not in ("con", "kon", "jam", "expo")
                or word[len(head) :][0].isupper()
                or (ending == "con" and len(head) > 3)
            )
    return False


def _after_last(words: list[tuple[str, int, int]], cuts: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """ "Scaling Queues At RiverConf" is a title: the event comes after the "At"."""
    for index in range(len(words) - 1, 0, -1):
        if words[index][0].lower() in cuts:
            return words[index + 1 :]
    return words


def _is_empty_word(word: str) -> bool:
    folded = same_length_ascii(word).lower().strip(".:'’!#")
    return folded in WORDS["not_first"] or folded.isdigit() or bool(re.fullmatch(r"\d+(?:st|nd|rd|th)|day\d?", folded))


def _is_edition(word: str, path: bool) -> bool:
    """Whether a word after the name tells the edition: "Summit Berlin", "Conf EU"."""
    folded = word.lower().strip(".")
    if folded in WORDS["regions"]:
        return path or word.isupper() or (folded not in WORDS["region_words"] and len(folded) > 2 and word[0].isupper())
    return is_large_city(word) or is_country(word)


def _is_number(words: Sequence[tuple[str, int, int]], index: int) -> bool:
    """ "Day 2", "Day One": not a name."""
    return index < len(words) and (
        words[index][0].isdigit() or words[index][0].lower() in ("one", "two", "three", "four", "first")
    )


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace("_", " ")).strip(" -–—:,.'’\"*#/|([")


@cache
def _plain_letter(letter: str) -> str:
    special = {
        "ø": "o",
        "Ø": "O",
        "æ": "a",
        "Æ": "A",
        "œ": "o",
        "ß": "s",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
        "þ": "t",
        "ð": "d",
    }
    return special.get(letter) or unicodedata.normalize("NFKD", letter)[0]


@cache
def _forms() -> dict[str, _Series]:
    """Every form of every series by its key."""
    forms: dict[str, _Series] = {}
    for line in (FOLDER / "event_series.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, others, editions = line.split("\t")
        usual = name.removeprefix("~")
        for form in [name, *others.split("; ")] if others else [name]:
            spelled = form.removeprefix("~")
            if key := squash(spelled):
                forms.setdefault(key, _Series(usual, spelled, spelled != form, editions))
    return forms


@cache
def _forms_of() -> dict[str, list[_Series]]:
    found: dict[str, list[_Series]] = {}
    for form in _forms().values():
        if form.form != form.name:
            found.setdefault(form.name, []).append(form)
    return found


@cache
def _prefixes() -> frozenset[str]:
    """The beginnings of all forms, so that a search can stop early."""
    return frozenset(key[:length] for key in _forms() for length in range(1, len(key) + 1))
