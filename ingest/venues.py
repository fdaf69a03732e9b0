"""A sentence in, the building or campus that it names as a venue out: "held at the Oregon Convention Center"."""

import re

from talkdex.ingest.places import is_city, is_country

# What the name of a venue has in it, in several languages.
_HOUSE = (
    r"Convention Cent(?:er|re)|Conference Cent(?:er|re)|Congress Cent(?:er|re)|Exhibition Cent(?:er|re)|Cent(?:er|re)|Theat(?:er|re)|Hotel|Hôtel"
    r"|University|Universit[äàé]t?|Universidad|Universidade|College|School|Academy|Institute|Campus|Hall|House|Haus|Palace|Palais|Palast|Palazzo"
    r"|Museum|Musée|Museo|Library|Bibliothek|Arena|Stadium|Auditorium|Cinema|Kino|Church|Cathedral|Castle|Schloss|Building|Tower|Pavilion"
    r"|Resort|Inn|Marriott|Hilton|Hyatt|Sheraton|Westin|Radisson|Novotel|Ramada|Expo|Messe|Messezentrum|Kongresshaus|Kongresszentrum"
    r"|Kongress|Halle|Zentrum|Klub|Club|Kubus|Kulturhus|Kulturhaus|Kulturbrauerei|Theater|Teatro|Théâtre|Centro|Casa|Espace|Cité|Forum"
    r"|Playhouse|Opera|Ballroom|Brewery|Warehouse|Factory|Works|Barbican|Moscone|Rooms|Park|Pier|Dome|Centrum|Hörsaal|Gebäude|Lounge|Space|Hub"
)
_CAPITAL = r"[A-ZÀ-ÞŁŠŽ0-9][\w.'’&+-]*"
_NAME = rf"(?:{_CAPITAL})(?:(?: (?:of|de|des|du|la|le|für|the|of the|at|&|and) | )(?:{_CAPITAL})){{0,6}}"
_WITH_HOUSE = re.compile(rf"\b(?=[^.!?]{{0,70}}\b(?:{_HOUSE})\b)({_NAME})")
_HAS_HOUSE = re.compile(rf"\b(?:{_HOUSE})\b")
_HOSTED = re.compile(
    r"\b(?:hosted|held|took place|takes place|taking place|located|housed|organi[sz]ed|gathered|met|venue (?:was|is)|stattgefunden|fand)\b"
    r"[^.!?]{0,40}?\b(?:at|in|im|in der|in den|au|à la|en el|nel)\s(?:the |a |an |der |den )?$"
)
_STATED = re.compile(
    rf"\b(?:venue|where|location|veranstaltungsort|lieu)\b(?:\sis|\swas)?\s?[:–-]\s?(?:the )?({_NAME})", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(?:at|in|to|im|au|inside|venue,?|center,?|centre,?|located)\s(?:the |der |our |this |beautiful |famous |historic )*$|\bthe\s$",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"\b(?:venue|location|convention cent(?:er|re)|conference cent(?:er|re)|hotel|building), (?:the )?$", re.IGNORECASE
)
_VENUE_AFTER = re.compile(r"\s(?:venue|was the venue|is the venue|hosted)\b")
# "in time to the MS building"
_BUILDING = re.compile(
    rf"\b(?:at|in|to) the ((?:{_CAPITAL} ){{1,3}}(?:building|campus|office|offices|headquarters|hotel|headquarter))\b"
)
_MAY_NAME_VENUE = re.compile(
    rf"\b(?:{_HOUSE})\b|\b(?:host|held|took place|take|taking|locat|hous|organi|gather|met\b|venue|fand|stattg|where|lieu|building|campus|office)"
)
_LEADING = re.compile(r"^(?:The|At|In|On|This|Our|Das|Die|Der|Im|Le|La|El)\s")
_MONTH = re.compile(r"^(?:January|February|March|April|May|June|July|August|September|October|November|December|\d+)\b")
_NO_VENUES = frozenset({"open space", "github", "google", "house", "center", "centre", "forum", "hall", "hub", "works"})


def venue_in(text: str) -> str | None:
    """The venue that a sentence about an event names, without article; None when it names none."""
    if not _MAY_NAME_VENUE.search(text):
        return None
    if (stated := _STATED.search(text)) and (name := _clean(stated.group(1))):
        return name
    if building := _BUILDING.search(text):
        return building.group(1)
    for match in re.finditer(_NAME, text):
        before, after = text[max(0, match.start() - 90) : match.start()], text[match.end() : match.end() + 20]
        named = match.group()
        has_house = bool(_HAS_HOUSE.search(named)) and len(named.split()) > 1
        hosted = bool(_HOSTED.search(before))
        if (
            (hosted and (has_house or not _MONTH.match(named)))
            or (has_house and _BEFORE.search(before))
            or _VENUE_AFTER.match(after)
            or _APPOSED.search(before)
        ):
            if name := _clean(named):
                return name
    return None


def _clean(name: str) -> str | None:
    name = _LEADING.sub("", name).strip(" .,'’")
    if (
        len(name) < 4
        or name.lower().endswith("room")
        or name.lower() in _NO_VENUES
        or is_city(name)
        or is_country(name)
        or _MONTH.match(name)
    ):
        return None
    return name
