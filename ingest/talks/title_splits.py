"""A heading without what surrounds it in, its title and its people out: at quotes, "by", dashes, colons, commas."""

import re
from dataclasses import dataclass

from talkdex.ingest.people.bylines import Byline, read_byline, split_label
from talkdex.ingest.people.names import (
    FAMILY,
    GIVEN,
    NOT_PEOPLE,
    ROLES,
    fold,
    may_begin_with_name,
    name_score,
    title_odds,
    without_title,
)
from talkdex.ingest.talks.formats import label_format
from talkdex.ingest.talks.sections import is_section_heading

NOBODY = Byline()


@dataclass(frozen=True, slots=True)
class Split:
    """The two parts of a heading; `label` when one stood between them: "Ines Falkner - Keynote: Caches lie"."""

    title: str
    people: Byline = NOBODY
    label: str | None = None


OPENING, CLOSING = "\"“”„«‟'‘`", "\"“”»'’`"
_QUOTES = frozenset('"“„«')
_QUOTED_TWICE = re.compile(rf"[{CLOSING}]\s.*[{OPENING}]")
_BYS = "by|from|with|von|par|por|door|di"
# “Title” - Ines, "Title" by Ines, 'Title', Ines
_QUOTED_FIRST = re.compile(
    rf"^[{OPENING}](.{{3,250}}?)[{CLOSING}](?![\w])(?:\s*[-–—:,|/]+\s*|\s+(?:{_BYS})\s+|\s*(?=\()|$)(.*)$", re.I
)
# Ines: "Title", Ines - “Title”, Ines on "Title"
_QUOTED_LAST = re.compile(
    r"^(.{2,90}?)(?:\s*[-–—:,|]+\s*|\s+(?:on|about|with|presents|presented|über|sur)\s+|['’]s\s+|\s+)"
    r"[\"“„«](.{3,250})[\"”“»]\s*[.!]?$"
)
# Dashes, bars, colons …, each told from the same mark inside a word by what is around it: see `_cuts`.
_MARK = re.compile(r"[-–—−―]{1,3}|[|｜:~•·→»]|/{1,2}|\((?:EN|JA|DE|FR|ES)\)")
_WEAK = re.compile(r"(?<=\S)-\s+|\s+-(?=[A-Z])")  # "Title- Ines": may also be "pre- and post-"
_BY = re.compile(
    r"\s+(?:(?P<by>(?:presented |given |led |talk |delivered )?by)"
    r"|(?P<with>with|w/|(?:gehalten |präsentiert )?von|(?:animé |présenté |donné )?par|por|door|av|di|mit|avec|con"
    r"|feat\.?|featuring))\s+",
    re.I,
)
_WITH = frozenset(
    ["with", "w/", "von", "par", "por", "door", "av", "di", "mit", "avec", "con", "feat", "feat.", "featuring"]
)
# 'Next was "Title"', 'Notes on "Title"', 'Workshop “Title”'
_TELLING = (
    "was|attended|saw|watched|visited|see|hear|heard|notes?|talk|session|presentation|keynote|workshop|tutorial|panel"
    "|vortrag|conférence|called|titled|entitled|named"
)
_BEFORE_QUOTES = re.compile(
    rf"(?=[^\"“„«]{{0,60}}\b(?:{_TELLING})\b)"
    rf"(?:(?:{_TELLING}|next|up|then|first|second|third|last|finally|after|that|came|is|i|we|also|went|to|my|the|an?|of|on"
    r"|from|about|lightning)[\s:,]+){1,7}"
    r"[\"“„«]([^\"“”„«»\s]+\s[^\"“”„«»]{2,250})[\"”“»]$",
    re.I,
)
_HANDLE = re.compile(r"\s*(?:\s[-–—|/:]{1,2}\s|\()@(\w{2,30})\)?$")
_TOPIC = re.compile(r"(\S+(?: \S+){1,2}) (?:on|über) (\S+ .{3,})")
_NAME, _SURE_NAME = 0.5, 0.85  # how much a text must look like a name
_COMMA = re.compile(r"\s*,\s+")
# "Ines Falkner's keynote: Title"
_SAYS_KEYNOTE = re.compile(r"(?:['’`]s)?\s+(?:opening |closing )?(?:keynote|lightning talk|talk)$", re.I)
_LABEL_FIRST = re.compile(r"([^:|–—-]{3,40}?)\s*(?::|\s[-–—|])\s+(\S.*)$")
# What stands before "by" and is no title: "Presented by Ines".
_NO_TITLE = frozenset(
    ["presented", "given", "held", "led", "delivered", "talk given", "speaker", "hosted", "facilitated", "taught"]
)
# "… driven by Contracts", "side by side": no by-line.
_NO_BYLINE = re.compile(
    r"\b(?:written|made|built|used|powered|driven|inspired|created|owned|caused|designed|developed|backed|led|step"
    r"|side|one|day|stand|learn|learning|line|little|bit)$",
    re.I,
)
_ONE_NAME = re.compile(r"(?:Dr\.? |Prof\.? )?([A-ZÀ-Þ][\w'’-]{2,})(?=$|\s*[,(]|\s+(?:from|at|of|and|&)\s)")


def split_title(text: str, *, labelled: bool) -> Split:
    """Tells the title from the people; `labelled`: a "Keynote:" in front was taken off, so only people may be left.

    >>> split_title("Caches lie - Ines Falkner, Acme", labelled=False).title
    'Caches lie'
    """
    if not text:
        return Split("")
    found = _at_quotes(text) or _at_by(text) or _at_topic(text)
    if found:
        return found
    whole = read_byline(text) if labelled or split_label(text)[0] else Byline()
    if whole.labelled and whole.names and len(text.split()) < 20:
        return Split("", whole)
    found = _at_separators(text)
    if found:
        return found
    if labelled and whole.score > 0.5 and _are_people(whole.names, text):
        return Split("", whole)
    return _at_comma(text) or _at_with(text) or _at_handle(text) or Split(text)


def tidy(title: str) -> str:
    """A title without separators and quotes around it."""
    title = title.strip().strip("|｜•·~–—").strip()
    title = title.strip("-:,;").strip()
    if match := _BEFORE_QUOTES.match(title):
        title = match[1]
    if len(title) > 2 and title[0] in OPENING and title[-1] in CLOSING:
        inside = title[1:-1].strip()
        if not _QUOTED_TWICE.search(inside):
            return inside
    return title


# --- private: one for each kind of place ------------------------------------------------------------------------------


def _at_quotes(text: str) -> Split | None:
    """ "Title" by Ines; Ines: "Title"; or nothing but a title in quotes."""
    if text[0] in OPENING:
        match = _QUOTED_FIRST.match(text)
        if not match:
            return None
        title, rest = match[1], match[2]
        if not rest:
            return Split(title)
        people = read_byline(rest)
        if people.names and people.score > 0.15:
            return Split(title, people)
        if re.fullmatch(r"[A-ZÀ-Þ@][\w.'’-]+", rest) and title_odds(fold(rest)) <= 1:
            return Split(title, Byline((rest.lstrip("@"),), 0.6))  # "Title" by Nyx
        return None
    match = None if _QUOTES.isdisjoint(text) else _QUOTED_LAST.match(text)
    if match:
        people = read_byline(match[1])
        if people.names and people.score > 0.5:
            return Split(match[2], people)
    return None


def _at_by(text: str) -> Split | None:
    """ "Title by Ines Falkner", at the last "by" that people follow; "Keynote by Ines: Title"."""
    if "by" not in text.lower().split():
        return None
    for match in reversed(list(_BY.finditer(text))):
        left, right = text[: match.start()], text[match.end() :]
        if not match["by"] or _NO_BYLINE.search(left):
            continue
        people = _people_behind_by(right)
        if people.names:
            colon = re.match(r"([^:]{3,60}):\s+(.{3,})", right)
            if colon and label_format(left) and name_score(colon[1]) > 0.4:
                return Split(colon[2], Byline((colon[1],), 0.9), left)
            return Split("" if left.lower() in _NO_TITLE else left, people)
        if re.fullmatch(r"@\w{2,30}", right.split(" ")[0]):
            return Split(left, read_byline("by " + right))
    return None


def _at_handle(text: str) -> Split | None:
    """ "Title - @ines": where there is no name, the handle stands for it."""
    match = _HANDLE.search(text) if "@" in text else None
    if not match or not match.start() or name_score(text[: match.start()]) > _NAME:
        return None
    return Split(text[: match.start()], Byline((match[1],), 0.6))


def _at_topic(text: str) -> Split | None:
    """ "Ines Falkner on caches that lie": a name that is sure, and what she spoke about."""
    match = _TOPIC.match(text) if " on " in text or " über " in text else None
    if not match or fold(text.split(" ", 1)[0]) not in GIVEN or name_score(match[1]) < _SURE_NAME:
        return None
    return Split(match[2], Byline((match[1],), 0.9))


def _people_behind_by(right: str) -> Byline:
    """The people that `right`, the text behind "by", begins with; nobody when it begins with something else."""
    if not _may_be_people(right):
        return Byline()
    people = read_byline(right)
    if people.names and people.score > 0.25 and _begins_with(right, people.names[0]):
        return people
    single = _ONE_NAME.match(right)
    if not single:
        return Byline()
    word = fold(single[1])
    if name_score(single[1]) > 0.2 or (word in FAMILY and title_odds(word) <= 0):
        labelled = read_byline("by " + right)
        return labelled if labelled.names else Byline((single[1],), 0.6)
    return Byline()


def _at_separators(text: str) -> Split | None:
    """ "Title - Ines, Acme", "Ines: Title", "Title | Ines | Acme", "Title : Example": people stand at one end."""
    cuts = _cuts(text)
    best: tuple[float, str, Byline] | None = None
    for place, (start, end) in enumerate(cuts):
        for side, people_text, title in (("right", text[end:], text[:start]), ("left", text[:start], text[end:])):
            people_text = people_text.strip()
            if not title.strip() or not _may_be_people(people_text):
                continue
            people = read_byline(_SAYS_KEYNOTE.sub("", people_text) if side == "left" else people_text)
            value = _value(people, people_text, text[start:end], side)
            if not people.names and side == "right" and _is_family_name(people_text, text[start:end]):
                people = Byline((people_text,), 0.6)
                value = 0.6
            outer = place if side == "right" else len(cuts) - 1 - place
            value += 0.02 * outer - _penalty(title)
            if value > 0.45 and (best is None or value > best[0]):
                best = value, title, people
    if not best:
        return None
    _, title, people = best
    if _is_role(title):
        return Split("", people)  # "Ines Falkner - Chief Architect - Acme"
    first = _LABEL_FIRST.match(title)
    if first and label_format(first[1].strip()):
        return Split(first[2], people, first[1].strip())
    return Split(title, people)


def _cuts(text: str) -> list[tuple[int, int]]:
    """Where the separators of a heading begin and end, with the spaces around them."""
    cuts = []
    for match in _MARK.finditer(text):
        start, end = match.span()
        mark, before, after = match[0], text[start - 1 : start], text[end : end + 1]
        spaces = (before == " ") + (after == " ")
        if mark in "|｜" or mark[0] == "(" or mark in ("—", "―"):
            separates = True
        elif mark in (":", "::"):
            separates = spaces > 0 and not (before == " " and after == "")
        elif mark == "–":
            separates = spaces > 0 and not before.isdigit()
        elif mark == "-":  # "Title- Ines", "Title -Ines", but not "pre- and post-" without capitals
            separates = spaces == 2 or (after == " " and before != " ") or (before == " " and after.isupper())
        else:
            separates = spaces == 2
        if separates and start and not _is_in_brackets(text, start, end):
            cuts.append((start - (before == " "), end + (after == " ")))
    return cuts


def _is_in_brackets(text: str, start: int, end: int) -> bool:
    """Whether what stands here is part of an aside: "Cells (chair: Ines Falkner)", but not "Fix it :( - Ines"."""
    return text.count("(", 0, start) > text.count(")", 0, start) and ")" in text[end:]


def _is_role(title: str) -> bool:
    """Whether what would be the title only says what somebody does: "Chief Architect", "CTO - Acme"."""
    first = _MARK.split(tidy(title))[0].split()
    return 0 < len(first) < 5 and all(fold(w).strip(",") in ROLES or w in ("of", "&", "and") for w in first)


def _value(people: Byline, text: str, mark: str, side: str) -> float:
    """How good a cut is: how surely `text`, on the `side` of the separator `mark`, is people."""
    if not people.names:
        return 0.0
    value = people.score
    first = people.names[0]
    if not people.labelled and not _begins_with(text, first):
        value -= 0.3
    if first.islower():
        value -= 0.35
    if len(first.split()) == 1:
        value -= 0.25 if fold(first) in GIVEN else 0.35
        value -= 0.25 if side == "left" else 0.0
    if _WEAK.fullmatch(mark):
        value -= 0.25
    if "/" in mark or (":" in mark and side == "right" and not mark.startswith(" ")):
        value -= 0.1
    return value


def _penalty(title: str) -> float:
    """What speaks against a cut: what would be the title is a section, or a person itself."""
    title = tidy(title)
    penalty = 0.15 if label_format(title) is None and is_section_heading(title) else 0.0
    if len(title.split()) < 5:
        penalty += 0.4 * max(0.0, name_score(title) - 0.3)
    return penalty


def _is_family_name(text: str, mark: str) -> bool:
    """ "Title : Example": a family name alone, behind a colon with a space before it."""
    if not re.fullmatch(r"\s+:\s+", mark) or not re.fullmatch(r"[A-ZÀ-Þ][\w'’-]+", text):
        return False
    return title_odds(fold(text)) <= 0 and fold(text) not in NOT_PEOPLE


def _at_comma(text: str) -> Split | None:
    """ "Title, Ines Falkner, Acme": only with a name that is sure, after a title of several words."""
    if "," not in text:
        return None
    for match in _COMMA.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if len(left.split()) < 2 or re.match(r"(?:and|or|und|et|y)\s", right):
            continue
        people = read_byline(right) if _may_be_people(right) else Byline()
        if not people.names or people.score <= 0.85:
            continue
        head = re.split(r"[,(&]| and ", right)[0].strip()
        if len(head.split()) >= 2 and name_score(head) > 0.8 and name_score(left) < 0.3:
            return Split(left, people)
    return None


def _at_with(text: str) -> Split | None:
    """ "Title with Ines Falkner", "Titel von Ines Falkner": only with a name that is sure."""
    if _WITH.isdisjoint(text.lower().split()):
        return None
    for match in reversed(list(_BY.finditer(text))):
        people = read_byline(text[match.end() :]) if match["with"] and _may_be_people(text[match.end() :]) else Byline()
        if (
            people.names
            and len(people.names[0].split()) > 1
            and people.score > 0.85
            and name_score(people.names[0]) > 0.8
        ):
            return Split(text[: match.start()], people)
    return None


def _are_people(names: tuple[str, ...], text: str) -> bool:
    """Whether names are sure enough to leave no title: "Keynote: Ines Falkner", but not "Panel: Venture and Vapour"."""
    name = names[0]
    if len(names) < 2 and re.search(r"\s(?:and|&)\s", text):
        return False
    if name_score(name) > 0.85:
        return True
    return name_score(name) > 0.5 and fold(name.split()[0]) in GIVEN and name.split()[-1][0].isupper()


def _may_be_people(text: str) -> bool:
    return may_begin_with_name(text) or bool(split_label(text)[0])


def _begins_with(text: str, name: str) -> bool:
    return fold(without_title(text.strip(' "“*@'))).startswith(fold(name)[:10])
