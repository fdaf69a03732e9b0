"""A piece of text in, the days that it names out: "10th and 11th of May", "May 10-12, 2016", "vom 3. bis 7. Oktober".

Days without a year take the year that the caller knows of; without that they are left out. Days are ISO `YYYY-MM-DD`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_EVENT = 31  # days: what lies further apart is no range of one event

_MONTHS = (
    "january januar jänner jan janvier januari enero gennaio janeiro|"
    "february februar feb février fevrier februari febrero febbraio fevereiro|"
    "march märz maerz mar mär mrz mars maart marzo março|april apr avril abril aprile|may mai mei mayo maggio maio|"
    "june juni jun juin junio giugno junho|july juli jul juillet julio luglio julho|"
    "august aug août aout augustus agosto|september sept sep septembre septiembre settembre setembro|"
    "october oktober oct okt octobre octubre ottobre outubro|november nov novembre noviembre novembro|"
    "december dezember dec dez décembre decembre diciembre dicembre dezembro"
)
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
_DAYS = (
    "monday mon montag lundi maandag|tuesday tue tues dienstag mardi dinsdag|wednesday wed mittwoch mercredi woensdag|"
    "thursday thu thur thurs donnerstag jeudi donderdag|friday fri freitag vendredi vrijdag|"
    "saturday sat samstag sonnabend samedi zaterdag|sunday sun sonntag dimanche zondag"
)
WEEKDAYS = {name: number for number, names in enumerate(_DAYS.split("|")) for name in names.split()}

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_INITIALS = "".join(sorted({name[0] for name in MONTHS}))  # of months: told faster than their names
_WEEKDAY = rf"(?:(?:the\s)?(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?,?\s(?:the\s)?)?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|ste|de|e|\.|º|ª)?"
_TO = r"\s?(?:-|–|—|/|&|\+|to|and|until|till|through|thru|bis|und|au|et|tot|en|al|y|e|a|,)\s?(?:the\s|dem\s|le\s)?"
_YEAR = r"(?:,?\s?(?:de\s)?(20\d\d|19[89]\d)(?!\d))?"
# "16 - 17 May 2016", "10th and 11th of May", "30 September to 2 October 2010", "3. bis 7. Oktober"
_DAY_FIRST = re.compile(
    rf"(?<![\d:./-]){_DAY}(?:\s(?:of\s|de\s)?({_MONTH}){_YEAR})?(?:{_TO}{_WEEKDAY}{_DAY})?\s?(?:of\s|de\s)?(?:({_MONTH})(?!\w){_YEAR})?",
    re.IGNORECASE,
)
# "May 10-12, 2016", "May 17th to Saturday, May 20th, 2007", "Oct. 30, 2014"
_MONTH_FIRST = re.compile(
    rf"\b(?=[{_INITIALS}])({_MONTH})\s{_DAY}(?![\d:]){_YEAR}(?:{_TO}{_WEEKDAY}(?:({_MONTH})\s)?{_DAY}(?![\d:]){_YEAR})?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![\d/-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])(?:\s?(?:-|–|—|/|to|until|bis)\s?((?:19|20)\d\d)-(\d\d)-(\d\d))?"
)
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\.(?:\s?[-–]\s?(\d{1,2})\.)?(\d{1,2})\.(20\d\d)(?!\d)")  # 10.-12.5.2016
_LAST_DAYS = re.compile(
    rf"\blast\s(?:week\son\s)?({'|'.join(WEEKDAYS)})\b(?:\s?(?:and|&|-|–|to|through)\s?({'|'.join(WEEKDAYS)})\b)?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"\d\d-\d\d|\.\d{4}")
# One of them is in each name of a month: a search for substrings is far faster than one for any of the names.
_STEMS = tuple(name for name in MONTHS if not any(other != name and other in name for other in MONTHS))


@dataclass(frozen=True, slots=True)
class Days:
    """A day or a range of days. `end` is None for a single day; `stated` is true when the text gives the year."""

    start: date
    end: date | None
    stated: bool
    at: int = 0  # where in the text it begins

    @property
    def last(self) -> date:
        return self.end or self.start


def days_in(text: str, year: int | None = None) -> list[Days]:
    """Every day and range of days in `text`, in order. Those without a year are taken in `year`.

    >>> [str(found.start) for found in days_in("The workshop was on the 10th and 11th of May", 2016)]
    ['2016-05-10']
    """
    if not _DIGIT.search(text) or not (any(map(text.lower().__contains__, _STEMS)) or _NUMBERS.search(text)):
        return []
    found = [*_iso(text), *_numeric(text), *_day_first(text, year), *_month_first(text, year)]
    found.sort(key=lambda days: (days.at, -(days.last - days.start).days))
    kept: list[Days] = []
    for days in found:
        if not kept or days.at > kept[-1].at + 3:
            kept.append(days)
    return kept


def last_days(text: str, posted: date) -> tuple[date, date | None] | None:
    """What "last Thursday and Friday" means in a post of the day `posted`."""
    match = _LAST_DAYS.search(text)
    if not match:
        return None
    first = WEEKDAYS[match.group(1).lower()]
    start = posted - timedelta(days=(posted.weekday() - first - 1) % 7 + 1)
    if not match.group(2):
        return start, None
    end = start + timedelta(days=(WEEKDAYS[match.group(2).lower()] - first) % 7)
    return start, end if end <= posted else None


def _iso(text: str) -> Iterator[Days]:
    for m in _ISO.finditer(text):
        end = (int(m[4]), int(m[5]), int(m[6])) if m[4] else None
        yield from _days(m.start(), (int(m[1]), int(m[2]), int(m[3])), end, True)


def _numeric(text: str) -> Iterator[Days]:
    for m in _NUMERIC.finditer(text):
        year, month = int(m[4]), int(m[3])
        yield from _days(m.start(), (year, month, int(m[1])), (year, month, int(m[2])) if m[2] else None, True)


def _day_first(text: str, year: int | None) -> Iterator[Days]:
    for m in _DAY_FIRST.finditer(text):
        day, month, first_year, last_day, last_month, last_year = m.groups()
        if not (month or last_month) or (last_month and not last_day and month):
            continue
        if not last_day:
            day_month = month or last_month
            stated = first_year or last_year
            yield from _one(m.start(), stated, year, day_month, day)
        elif last_month:
            yield from _pair(
                m.start(), last_year or first_year, year, (month or last_month, day), (last_month, last_day)
            )
        else:  # "3 May, 2 talks": the second number is of something else
            yield from _one(m.start(), first_year, year, month, day)


def _month_first(text: str, year: int | None) -> Iterator[Days]:
    for m in _MONTH_FIRST.finditer(text):
        month, day, first_year, last_month, last_day, last_year = m.groups()
        if month == "may" and not first_year:  # "you may 2"
            continue
        if last_day:
            yield from _pair(m.start(), last_year or first_year, year, (month, day), (last_month or month, last_day))
        else:
            yield from _one(m.start(), first_year, year, month, day)


def _one(at: int, stated: str | None, year: int | None, month: str, day: str) -> Iterator[Days]:
    known = int(stated) if stated else year
    if known:
        yield from _days(at, (known, _number(month), int(day)), None, bool(stated))


def _pair(
    at: int, stated: str | None, year: int | None, first: tuple[str, str], last: tuple[str, str]
) -> Iterator[Days]:
    known = int(stated) if stated else year
    if known:
        start, end = (_number(first[0]), int(first[1])), (_number(last[0]), int(last[1]))
        before = known - 1 if start > end and start[0] == 12 else known
        yield from _days(at, (before, *start), (known, *end), bool(stated))


def _days(at: int, first: tuple[int, int, int], last: tuple[int, int, int] | None, stated: bool) -> Iterator[Days]:
    try:
        start, end = date(*first), date(*last) if last else None
    except ValueError:  # 31 June, 2016-13-40
        return
    if end and not timedelta() < end - start <= timedelta(days=LONGEST_EVENT):
        end = None
    yield Days(start, end, stated, at)


def _number(month: str) -> int:
    return MONTHS[month.lower().rstrip(".")]
