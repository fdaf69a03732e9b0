"""A sentence in, the building or campus that it names as a venue out: "held at the Tidewater Convention Center"."""

import re

from talkdex.data import words
from talkdex.ingest.events.places import is_city, is_country
from talkdex.ingest.events.words import WORDS

_VENUE_WORDS = words("venue_words")
_HOUSES = "|".join(sorted(_VENUE_WORDS, key=lambda house: (-len(house), house)))
_INITIALS = "".join(sorted({house[0] for house in _VENUE_WORDS} | set("bcfghlmostvw")))
_CAPITAL = r"[A-ZÀ-ÞŁŠŽ0-9][\w.'’&+-]*"
_NAME = rf"(?:{_CAPITAL})(?:(?: (?:of|de|des|du|la|le|für|the|of the|at|&|and) | )(?:{_CAPITAL})){{0,6}}"
_NAMES = re.compile(_NAME)
_HAS_HOUSE = re.compile(rf"\b(?:{_HOUSES})\b")
# A cheap look that rules out most sentences.
_MAY_NAME_VENUE = re.compile(
    rf"\b(?=[{_INITIALS}])(?:(?:{_HOUSES})\b|host|held|took|take|taking|locat|hous|organi|gather|met\b|venue|fand|stattg|where|lieu"
    r"|building|campus|office|headquarters)"
)
_HOSTED = re.compile(
    r"\b(?:hosted|held|took place|takes place|taking place|located|housed|organi[sz]ed|gathered|met|venue (?:was|is)"
    r"|stattgefunden|fand)\b[^.!?]{0,40}?\b(?:at|in|im|in der|in den|au|à la|en el|nel)\s(?:the |a |an |der |den )?$"
)
# "Venue: Kulturhuset"
_STATED = re.compile(
    rf"\b(?:venue|where|location|veranstaltungsort|lieu)\b(?:\sis|\swas)?\s?[:–-]\s?(?:the )?({_NAME})", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(?:at|in|to|im|au|inside|venue,?|center,?|centre,?|located)\s"
    r"(?:the |der |our |this ){0,1}(?:beautiful |famous |historic ){0,1}$|\bthe\s$",
    re.IGNORECASE,
)
_APPOSED = re.compile(  # "The venue, Riverside Expo, is huge"
    r"\b(?:venue|location|convention cent(?:er|re)|conference cent(?:er|re)|hotel|building), (?:the )?$", re.IGNORECASE
)
_AFTER = re.compile(r"\s(?:venue|was the venue|is the venue|hosted)\b")
# "in time to the Quillworks building"
_BUILDING = re.compile(rf"\b(?:at|in|to) the ((?:{_CAPITAL} ){{1,3}}(?:building|campus|offices?|headquarters|hotel))\b")
_LEADING = re.compile(r"^(?:The|At|In|On|This|Our|Das|Die|Der|Im|Le|La|El)\s")
_DATE = re.compile(r"^(?:January|February|March|April|May|June|July|August|September|October|November|December|\d+)\b")
_NO_VENUES = frozenset({"open space", "github", "google", "house", "center", "centre", "forum", "hall", "hub", "works"})
_NO_ENDINGS = ("room", *WORDS["event"])
_LOOK_BACK = 90  # characters


def venue_in(text: str) -> str | None:
    """The venue that a sentence about an event names, without article; None when it names none."""
    if not _MAY_NAME_VENUE.search(text):
        return None
    if (stated := _STATED.search(text)) and (name := _clean(stated.group(1))):
        return name
    if building := _BUILDING.search(text):
        return building.group(1)
    for match in _NAMES.finditer(text):
        if _is_venue(text, match) and (name := _clean(match.group())):
            return name
    return None


def _is_venue(text: str, match: re.Match[str]) -> bool:
    before, named = text[max(0, match.start() - _LOOK_BACK) : match.start()], match.group()
    has_house = " " in named and bool(_HAS_HOUSE.search(named))
    if _HOSTED.search(before):
        return has_house or not _DATE.match(named)
    return bool((has_house and _BEFORE.search(before)) or _AFTER.match(text, match.end()) or _APPOSED.search(before))


def _clean(name: str) -> str | None:
    name = _LEADING.sub("", name).strip(" .,'’")
    folded = name.lower()
    if len(name) < 4 or folded in _NO_VENUES or folded.endswith(_NO_ENDINGS) or _DATE.match(name):
        return None
    return None if is_city(name) or is_country(name) else name
