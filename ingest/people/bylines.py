"""A by-line in, the names of the speakers out: "Speaker: Dr. Ines Falkner (Acme) & Bo Lindqvist" gives two names.

Speakers named in running prose are found in `presenters.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from talkdex.data import words
from talkdex.ingest.notes.blocks import Hyperlink
from talkdex.ingest.notes.inline import plain, without_emoji
from talkdex.ingest.people.names import (
    AFFILIATIONS,
    DIGIT,
    GIVEN,
    PARTICLES,
    ROLES,
    fold,
    name_score,
    without_title,
)
from talkdex.ingest.people.presenters import author_speaks, speakers_in_prose

__all__ = [
    "Byline",
    "author_speaks",
    "byline_score",
    "complete_names",
    "is_byline",
    "name_from_url",
    "name_score",
    "people_in_byline",
    "read_byline",
    "speakers_in_prose",
    "split_label",
]

LABELS = words("byline_labels")
# "Speaker: …", "* spaker - …": the label and what follows. "by …", "von …" need no colon.
_LABEL = re.compile(r"^[\s*•>-]*([^\W\d_][^:–—=@]{0,23}?)\s*(?::|\s[-–—=]+\s|：)\s*(?=\S)")
_BARE_LABEL = re.compile(
    r"^[\s*•>~–—-]*(?:(?:a )?(?:lightning )?(?:talk|keynote|session|workshop|presentation) by"
    r"|(?:presented |delivered |held |given |hosted |led )?by|with|von|par|por|door|speakers?|presenters?"
    r"|referent(?:in)?)\s+(?=[^\s:,.])",
    re.I,
)
_AFTER_LABEL = frozenset(":：-–—=")
_BARE_FIRST = frozenset(  # the first words of _BARE_LABEL
    (
        *("a", "lightning", "talk", "keynote", "session", "workshop", "presentation", "presented", "delivered", "held"),
        *("given", "hosted", "led", "by", "with", "von", "par", "por", "door", "speaker", "speakers", "presenter"),
        *("presenters", "referent", "referentin"),
    )
)
# Labels that are as often part of a title: what follows must look like a name of itself.
_WEAK_LABELS = frozenset(
    ["with", "von", "par", "por", "door", "avec", "met", "name", "who", "panel", "guest", "author"]
)
_WEAK_WITHOUT_COLON = frozenset(["speaker", "speakers", "presenter", "presenters", "referent", "referentin"])
_SOCIAL = re.compile(
    r"^[\s*•-]*(?:twitter|github|mastodon|bluesky|linkedin|blog|website|slides?|video|e-?mail)\b\s*(?:handle)?\s*[:@–-]",
    re.I,
)
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9_₋]{2,30}(?:@[\w.-]+)?)")
_PROFILE = re.compile(
    r"^https?://(?:www\.|mobile\.)?(?:twitter|x|github|gitlab|mastodon\.\w+|medium|instagram|bsky)\.\w+(?:/profile)?/"
    r"@?([\w.-]{2,40})/?$",
    re.I,
)
_SPEAKER_PAGE = re.compile(
    r"/(?:speakers?|presenters?|referenten|sprecher|people|team|speaker-bios?|authors?)/(?:\d+[/-])?([^/?#]{3,60})",
    re.I,
)
_URL = re.compile(r"<?(?:https?://|www\.)[^\s<>()]{1,300}>?|\b[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{2,20}", re.I)
_ASIDE = re.compile(r"\s*[(\[]([^()\[\]]{0,200})[)\]]")
_IN_ET_AL = (" al", "and others", "u.", "and co", "and friends", "and team")  # one of them is in each of these
_ET_AL = re.compile(
    r",?\s+(?:et\.? al\.?|and others|u\.\s?a\.|and (?:co|friends|team))(?=$|[\s,.;)])",
    re.I,
)
# Between people; what leads to an affiliation ("from Acme"); a dash, often before a role.
_SEPARATOR = re.compile(
    r"(?=[\s&+＆,;、，|｜•·/—:])(?:(?P<and>\s*[&+＆]\s*|,?\s+(?:and|und|et|og|och|ja|with|w/)\s+|\s+(?:y|e|en|i)\s+(?=[A-ZÀ-Þ]))"
    r"|(?P<list>\s*[,;、，]\s*|\s*[|｜•·\n]\s*|\s+/\s+|/(?=[A-Z]))"
    r"|(?P<at>\s+(?:from|at|of|chez|bei|aus|para|for|representing|working|currently|who|is|works)\s+|\s+@\s*)"
    r"|(?P<dash>\s+[-–—]{1,3}\s+|\s*—\s*|:\s+))",
    re.I,
)
_LONGEST = 400  # characters
_NOBODY = words("nobody")
_WORDS = re.compile(r"[^\W\d_]{2,}")
# What only sentences have: a by-line holds no finite verb.
_VERBS = words("sentence_words")
_CALLED = frozenset(["Al", "Ben", "Bin", "Van", "Will"])  # given names that in small letters are particles or verbs
_SENTENCE = re.compile(rf"\b(?-i:(?!Will\b))(?:{'|'.join(sorted(_VERBS))})\b", re.I)
_LONGEST_NAME = 6  # words
_AROUND_NAMES = ' ,;:.-–—*"“”'
_LEAST_FIRST = 0.45  # how much what an unlabelled by-line begins with must look like a name


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a by-line names. `score` (0 to 1): how surely the whole text is only people and where they come from."""

    names: tuple[str, ...] = ()
    score: float = 0.0
    labelled: bool = False


def people_in_byline(text: str, links: Sequence[Hyperlink] = ()) -> list[str]:
    """The names in a by-line, as written but without "Dr.", job titles, companies, handles and addresses.

    >>> people_in_byline("Speakers: Ines Falkner (Acme), CTO, and Bo Lindqvist")
    ['Ines Falkner', 'Bo Lindqvist']

    When it gives only a handle or the address of a profile, that handle.
    """
    return list(read_byline(text, tuple((link.text, link.url) for link in links)).names)


def byline_score(text: str) -> float:
    """How surely a whole line ("Ines Falkner, Acme") is nothing but speakers and where they come from: 0 to 1."""
    return read_byline(text).score


@lru_cache(maxsize=4096)
def is_byline(text: str) -> bool:
    """Whether a whole line is nothing but speakers and where they come from."""
    return _may_be_byline(text) and byline_score(text) > 0.5


def read_byline(text: str, links: tuple[tuple[str, str], ...] = ()) -> Byline:
    """A by-line taken apart; `links` are its (text, address) pairs."""
    found, rest = _read(text)
    if not rest or not (names := _handles(rest, links)):
        return found
    score = 0.9 if found.labelled else 0.8 if split_label(plain(text).strip())[0] else 0.4
    return Byline(tuple(dict.fromkeys(names)), score, found.labelled)


@lru_cache(maxsize=4096)
def split_label(text: str) -> tuple[str, str]:
    """The label of a by-line and the rest: "Speeker: ines" gives ("speeker", "ines"); ("", text) without one."""
    is_plain = text[:1].isalpha()  # no bullet in front: most texts are told to have no label by a quick look
    match = None if is_plain and _AFTER_LABEL.isdisjoint(text[:40]) else _LABEL.match(text)
    if match and _is_label(match[1]):
        return match[1].lower().strip(), text[match.end() :]
    match = None if is_plain and text.split(None, 1)[0].lower() not in _BARE_FIRST else _BARE_LABEL.match(text)
    if match:  # weak: "Speaker Notes", "With great power"
        label = match[0].strip(" *•>~–—-\t").lower()
        return ("with" if label in _WEAK_WITHOUT_COLON else label), text[match.end() :]
    return "", text


def name_from_url(url: str) -> str:
    """The name in the address of a speaker's page, or "": "https://example.org/speaker/InesFalkner"."""
    try:
        match = _SPEAKER_PAGE.search(urlsplit(url).path)
    except ValueError:  # "http://[a]" looks like the IPv6 address that it is not
        return ""
    if not match:
        return ""
    slug = re.sub(r"\.\w{2,5}$", "", unquote(match[1]))
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", re.sub(r"[-_+.\s]+|\d+", " ", slug)).strip()
    if not 2 <= len(spaced.split()) <= 4:
        return ""
    name = spaced if spaced != spaced.lower() else spaced.title()
    return name if name_score(name) > 0.4 else ""


def complete_names(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Full names for those of which only a part is given, from the names `known` elsewhere in the notes.

    >>> complete_names(["Ines"], ["Bo Lindqvist", "Ines Falkner"])
    ['Ines Falkner']
    """
    found = []
    for name in names:
        longer = {k for k in known if set(fold(name).split()) < set(fold(k).split())} if " " not in name else set()
        found.append(longer.pop() if len(longer) == 1 else name)
    return list(dict.fromkeys(found))


# --- private ----------------------------------------------------------------------------------------------------------


def _may_be_byline(text: str) -> bool:
    """A quick look that rules out most lines: without a label, a by-line begins with a name and holds no verb."""
    if len(text) > _LONGEST:
        return False
    text = without_emoji(plain(text)).strip()
    if split_label(text)[0]:
        return True
    bare = _bare(text)
    if not _VERBS.isdisjoint(word.lower() for word in bare.split() if word not in _CALLED):
        return False
    separator = _SEPARATOR.search(bare)
    first = without_title((bare[: separator.start()] if separator else bare).strip(_AROUND_NAMES))
    words = first.split(None, _LONGEST_NAME)
    if not words or fold(words[0]).strip(".,") in GIVEN:  # "Ines and Bo"
        return True
    return len(words) <= _LONGEST_NAME and name_score(first) > _LEAST_FIRST


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[Byline, str]:
    """A by-line taken apart; where it gives no name, also the part in which a handle or address may stand for one."""
    if len(text) > _LONGEST:
        return Byline(), ""
    text = without_emoji(plain(text)).strip()
    label, rest = split_label(text)
    if not label and _SOCIAL.match(text):
        return Byline(), ""
    bare = _bare(rest)
    labelled = bool(label) and label not in _WEAK_LABELS
    names, score = _names(bare, labelled=labelled)
    if not names and (not _words(bare, least=3) or fold(bare.split()[0]) in _NOBODY):
        return Byline((), 0.0, labelled), rest
    if label and names:
        score = max(score, 0.9 if labelled else 0.6)
    return Byline(tuple(dict.fromkeys(names)), score, labelled), ""


def _bare(text: str) -> str:
    """A by-line without asides, addresses and handles, and without the dash or comma that they leave at the end."""
    bare = text
    if "(" in bare or "[" in bare:
        bare = _ASIDE.sub(lambda m: "" if not m.start() or text[: m.start()].strip() else m[0], bare)
    lowered = bare.lower()
    if "@" in lowered or "://" in lowered or "www." in lowered:
        bare = _HANDLE.sub(" ", _URL.sub(" ", bare))
    if any(map(lowered.__contains__, _IN_ET_AL)):
        bare = _ET_AL.sub("", bare)
    return bare.rstrip().rstrip("-–—:,|").strip()


@lru_cache(maxsize=4096)
def _is_label(label: str) -> bool:
    folded = label.lower().strip(" *_")
    if folded in LABELS:
        return True
    first = folded.split()[0] if folded.split() else ""
    if first in ("speaker", "speakers", "presenter", "presenters") and len(folded.split()) < 4:
        return True
    # a slip of the fingers: "spaker", "speeker", "presentor"
    known = ("speaker", "speakers", "presenter", "presenters")
    return len(folded) > 4 and any(fuzz.ratio(folded, word) >= 84 for word in known)


def _names(text: str, *, labelled: bool) -> tuple[list[str], float]:
    """The names among the pieces of a by-line without its label, and how sure that it is one."""
    pieces = _pieces(text)
    names: list[str] = []
    scores: list[float] = []
    other = 0  # words that are no names
    title_like = False  # "Ines Falkner: Why caches lie" is more than a by-line
    singles = len(pieces) > 1 and all(len(p.split()) == 1 for _, p in pieces)
    for place, (before, piece) in enumerate(pieces):
        score = 0.0 if before == "at" else _piece_score(piece, first=not place, labelled=labelled, singles=singles)
        if not place and pieces[1:] and pieces[1][0] == "and" and fold(piece) in GIVEN:
            score = max(score, 0.5)  # "Ines & Bo Lindqvist"
        if score > _needed(before, piece, first=not place, labelled=labelled, singles=singles):
            names.append(_clean(piece))
            scores.append(score)
        else:
            other += len(piece.split())
            title_like = title_like or (
                before == "dash" and not labelled and _is_like_title(piece, pieces[place + 1 :])
            )
    if not names:
        return [], 0.0
    names = _with_family_name(names, pieces)
    score = max(scores[:1] + [s * 0.9 for s in scores[1:]])
    if place_of_first := next((i for i, (_, p) in enumerate(pieces) if _clean(p) == names[0]), 0):
        score *= 0.5 if place_of_first == 1 else 0.3
    if title_like:
        score *= 0.4
    if other > 14 or (_SENTENCE.search(text) and not labelled):
        score *= 0.3
    return names, score


def _is_like_title(piece: str, after: list[tuple[str, str]]) -> bool:
    """Whether what stands behind a dash or colon is neither role nor company: three words or more that say neither."""
    words = [fold(w).strip(".,") for w in piece.split()]
    return len(words) > 2 and not any(w in ROLES for w in words) and not (after and after[0][0] == "at")


def _pieces(text: str) -> list[tuple[str, str]]:
    """The pieces between separators, each with the kind of separator before it ("" for the first)."""
    pieces, kind, start = [], "", 0
    for match in _SEPARATOR.finditer(text):
        piece = text[start : match.start()].strip(_AROUND_NAMES)
        if piece:
            pieces.append((kind, piece))
        # "Lead at Acme, Berlin": a comma after an affiliation may go on with it; "and", ";" and "|" begin anew
        kind, start = match.lastgroup or "", match.end()
    piece = text[start:].strip(' ,;:-–—*"“”')
    if piece:
        pieces.append((kind, piece))
    return pieces


def _piece_score(piece: str, *, first: bool, labelled: bool, singles: bool) -> float:
    piece = without_title(piece)
    tokens = piece.split()
    if len(tokens) > _LONGEST_NAME:
        return 0.0
    folded = [fold(t).strip(".,") for t in tokens]
    if not tokens or folded[0] in _NOBODY or not ROLES.isdisjoint(folded):
        return 0.0
    if fold(piece) in AFFILIATIONS or DIGIT.search(piece):
        return 0.0
    score = name_score(piece)
    if labelled and first and len(tokens) <= 4 and all(t[:1].isalpha() for t in tokens):
        return max(score, 0.4)  # what follows "Speaker:" is a name, however odd
    if singles and folded[0] in GIVEN:
        return max(score, 0.5)
    return score


def _needed(before: str, piece: str, *, first: bool, labelled: bool, singles: bool) -> float:
    """The score that a piece must pass to be taken for a name, by what stands before it."""
    single = len([t for t in piece.split() if t.lower() not in PARTICLES or t in _CALLED]) == 1
    if first:
        return 0.3 if labelled else _LEAST_FIRST
    if single:
        # "Ines Falkner, Acme": one word after a comma is a company, unless all are first names: "Ines, Bo, Cy"
        return 0.45 if singles else 0.6 if before == "and" and fold(piece) in GIVEN else 2.0
    return {"and": 0.4, "list": 0.6, "dash": 0.85}.get(before, 0.6)


def _with_family_name(names: list[str], pieces: list[tuple[str, str]]) -> list[str]:
    """ "Ines & Bo Lindqvist" are Ines Lindqvist and Bo Lindqvist."""
    if len(names) != 2 or pieces[1][0] != "and":
        return names
    one, two = names[0].split(), names[1].split()
    if len(one) == 1 and len(two) == 2 and fold(names[0]) in GIVEN:
        return [f"{one[0]} {two[1]}", names[1]]
    return names


def _clean(piece: str) -> str:
    name = without_title(piece)
    return name if name.endswith((" Jr.", " Sr.")) else name.strip(' ,;:*"“”').rstrip(".")


def _handles(text: str, links: tuple[tuple[str, str], ...]) -> list[str]:
    found = [m[1].split("@")[0] for m in _HANDLE.finditer(text)]
    if not found:
        for url in [*(u for _, u in links), *_URL.findall(text)]:
            match = _PROFILE.match(url.strip("<>"))
            if name := name_from_url(url) or (match[1] if match else ""):
                found.append(name)
    return found


def _words(text: str, least: int) -> bool:
    return len(_WORDS.findall(text)) >= least
