"""The name of an event in, its series, area and year out: "PyConDE 2011" is PyCon, in Germany, in 2011."""

import re
from dataclasses import dataclass
from functools import cache

from talkdex.data import FOLDER
from talkdex.ingest.notes.latin import latin
from talkdex.ingest.store.areas import CITY, Area, area_of_word

_YEAR = re.compile(r"[\s,(\[–-]*(?<![\d.])['’]?((?:19|20)\d\d)(?!\d)[)\]]?")
_SHORT_YEAR = re.compile(r"(?:\s*(['’])|(?<=[A-Za-z])|\s)(\d\d)(?=\s|$)")  # "SREcon17 Europe", "devopsdays '16"
_ORDINAL = re.compile(r"\b(?:\d+(?:st|nd|rd|th)|annual|edition)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|das|die|der|les?|la)\s+(?=\S)", re.IGNORECASE)
_WORDS = re.compile(r"[^\s,()\[\]–—-]+")
# "RubyConfAU", "DDDEurope", "PyConDE": capitals at the end of a word, or a capitalised word behind capitals.
_LAST_HUMP = re.compile(r"(?<=[a-z])[A-Z]{2,3}$|(?<=[A-Z])[A-Z][a-z]{3,}$|(?<=[a-z])[A-Z][a-z]{3,}$")
_BEFORE_AREA = frozenset({"in", "at", "@", "en", "à"})
_JOINING_PLUS = re.compile(r"(?<!\+)\+(?!\+)")  # "Strata+Hadoop World", but not "C++ Now"
_OTHER = re.compile(r"[^\w+#]+|_")
_CONFERENCE = re.compile(r"(?<=.)(?:conference|conferencia|konferenz|conf)(?![a-z])")


@dataclass(frozen=True, slots=True)
class EditionName:
    """What an event's name says. `series` is alike for all spellings; `title` is the name as written, without year.

    `listed` is the key of the entry in `data/event_series.tsv` that names this very edition with its area: "PyCon DE".
    `kind` tells how the series names its editions: "city" when each city has one of its own, "region" when each region
    has, else "".
    """

    title: str
    series: str
    area: Area | None
    year: int | None
    listed: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: str


def read_edition_name(name: str, year: int | None = None) -> EditionName:
    """The parts of an event's name. `year`, where it is known, tells that the 17 of "SREcon17" is one.

    >>> read_edition_name("KubeCon Europe 2024").area.key
    'europe'
    """
    title, year = without_year(name, year)
    plain = _ARTICLE.sub("", _ORDINAL.sub("", title)).strip()
    head, area = _split_area(plain)
    entry = _listed(plain)
    if entry:
        listed_head, listed_area = _split_area(entry.name)
        area = area or listed_area
        listed = series_key(entry.name) if listed_area else None
        head = listed_head
    else:
        listed = None
    series = _listed(head)
    key = series_key(series.name if series else head)
    return EditionName(title, key, area, year, listed, series.kind if series else entry.kind if entry else "")


def without_year(name: str, year: int | None = None) -> tuple[str, int | None]:
    """The name without its year, and the year: `year` where given, else the one in the name."""
    if (match := _YEAR.search(name)) and match.group(1) != name.strip():
        year = year or int(match.group(1))
        name = f"{name[: match.start()]} {name[match.end() :]}"
    if (match := _SHORT_YEAR.search(name)) and match.start():
        apostrophe, digits = match.groups()
        year = year or (2000 + int(digits) if apostrophe else None)
        if year and year % 100 == int(digits):
            name = name[: match.start()] + name[match.end() :]
    return " ".join(name.split()).strip(" -–—,:|"), year


def series_key(name: str) -> str:
    """Equal for names that differ in case, accents, spaces, punctuation or the word conference: "JS Conf", "JSConf"."""
    plain = _JOINING_PLUS.sub(" ", latin(name.replace("&", " and ")).lower())
    return _OTHER.sub("", _CONFERENCE.sub("", plain)) or _OTHER.sub("", plain) or name.casefold()


def _split_area(name: str) -> tuple[str, Area | None]:
    """The name without the area at its end, and the area; the smaller of two ("Percona Live Europe Amsterdam")."""
    head, area = _split_last_area(name)
    if area and area.level == CITY:
        shorter, wider = _split_last_area(head)
        if wider and area.lies_in(wider):
            head = shorter
    return head, area


def _split_last_area(name: str) -> tuple[str, Area | None]:
    """The whole name is never taken for an area."""
    words = list(_WORDS.finditer(name))
    for count in (3, 2, 1):
        if len(words) > count:
            start = words[-count].start()
            area = area_of_word(name[start:].strip(" )]"))
            if area:
                return _head(name[:start]), area
    hump = _LAST_HUMP.search(name)
    if hump and hump.start() > words[-1].start() and (area := area_of_word(hump[0])):
        return name[: hump.start()], area
    return name, None


def _head(name: str) -> str:
    words = name.strip(" -–—,:|([").split()
    while len(words) > 1 and words[-1].lower() in _BEFORE_AREA:
        words.pop()
    return " ".join(words).strip(" -–—,:|(") or name


def _listed(name: str) -> _Entry | None:
    return _series().get(series_key(name))


@cache
def _series() -> dict[str, _Entry | None]:
    """The entries of the list of series, by the keys of all their forms; None for a form of several series."""
    entries: dict[str, _Entry | None] = {}
    forms: dict[str, _Entry | None] = {}
    for line in (FOLDER / "event_series.tsv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, others, kind = (line + "\t\t").split("\t")[:3]
        entry = _Entry(name.lstrip("~"), kind)
        entries[series_key(entry.name)] = entry
        for form in filter(None, others.split("; ")):
            key = series_key(form.lstrip("~"))
            forms[key] = entry if forms.get(key, entry) == entry else None
    return forms | entries
