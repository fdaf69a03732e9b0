"""Text in, days out."""

from datetime import date

import pytest

from talkdex.ingest.events.dates import days_in, last_days


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The workshops were on the 10th and 11th of May", "2016-05-10", "2016-05-11"),
        ("May 10-12, 2016", "2016-05-10", "2016-05-12"),
        ("10.-12. Mai 2016", "2016-05-10", "2016-05-12"),
        ("vom 3. bis 7. Oktober in Linz", "2016-10-03", "2016-10-07"),
        ("du 20 au 22 avril 2022", "2022-04-20", "2022-04-22"),
        ("del 5 al 7 de marzo de 2019", "2019-03-05", "2019-03-07"),
        ("from 19 to 22 March", "2016-03-19", "2016-03-22"),
        ("From Wednesday, June 4th to Saturday, June 7th, 2008, some hundred people met", "2008-06-04", "2008-06-07"),
        ("30 September to 2 October 2010", "2010-09-30", "2010-10-02"),
        ("Sept 30 – Oct 1, 2010", "2010-09-30", "2010-10-01"),
        ("over New Year: December 30 - January 2, 2020", "2019-12-30", "2020-01-02"),
        ("2016-05-18 to 2016-05-19", "2016-05-18", "2016-05-19"),
        ("10.-12.5.2016", "2016-05-10", "2016-05-12"),
        ("Thursday 11th May", "2016-05-11", None),
        ("On the 18th of October 2017 we met again", "2017-10-18", None),
        ("Oct. 30, 2014", "2014-10-30", None),
    ],
)
def test_days_and_ranges(text: str, start: str, end: str | None) -> None:
    found = days_in(text, 2016)[0]
    assert (str(found.start), found.end and str(found.end)) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["5 days, 10 talks", "Version 2.0 of Mayfly", "31 June 2016", "you may 2", "a talk at 10:30", "ES2015 and HTTP/2"],
)
def test_numbers_that_are_no_days(text: str) -> None:
    assert days_in(text, 2016) == []


def test_days_without_a_year_need_one_from_elsewhere() -> None:
    assert days_in("10th and 11th of May") == []
    assert not days_in("10th and 11th of May", 2016)[0].stated
    assert days_in("May 10-12, 2016")[0].stated


def test_far_apart_days_are_no_range() -> None:
    found = days_in("3 May to 20 September 2016")
    assert [(days.start, days.end) for days in found] == [(date(2016, 5, 3), None)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Last Thursday and Friday I was at Quillworks", date(2010, 3, 11), date(2010, 3, 12)),
        ("last week on Monday", date(2010, 3, 15), None),
    ],
)
def test_days_told_from_the_day_of_the_post(text: str, start: date, end: date | None) -> None:
    assert last_days(text, date(2010, 3, 16)) == (start, end)


def test_no_last_days() -> None:
    assert last_days("It was the last talk", date(2010, 3, 16)) is None
