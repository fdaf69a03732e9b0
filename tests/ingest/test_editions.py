"""The events of notes in, editions out: what is one event, and what must stay apart."""

import itertools

import pytest

from talkdex.ingest.store.editions import link_events
from talkdex.ingest.store.series import read_edition_name, series_key, without_year
from talkdex.schema.records import Event, Note


def note(path: str, name: str, year: int | None = None, **parts) -> Note:
    return Note(path=path, kind="talk", event=Event(name=name, year=year, **parts))


def groups(*notes: Note) -> list[set[str]]:
    """The paths of the notes of each edition."""
    found: dict[object, set[str]] = {}
    for path, edition in link_events(notes).items():
        found.setdefault(edition, set()).add(path)
    return sorted(found.values(), key=min)


ONE_EDITION = [
    ("KubeCon + CloudNativeCon EU 2024", "KubeCon Europe 2024"),
    ("KubeCon | CloudNativeCon EU 2024", "KubeCon/CloudNativeCon Europe 2024"),
    ("Craft Conf 2016", "Craft Conference 2016"),
    ("Craft 2016", "Craft Conference 2016"),
    ("JSConf 2015", "JS Conf 2015"),
    ("JS Conf Budapest 2016", "JSConf Budapest 2016"),
    ("JSConf Budapest 2016", "jsconf budapest, 2016"),
    ("RubyConf AU 2023", "RubyConfAU 2023"),
    ("RubyConf Australia 2023", "RubyConf AU 2023"),
    ("PyCon US 2017", "PyCon USA 2017"),
    ("PyCon DE 2011", "PyConDE 2011"),
    ("devopsdays Amsterdam '16", "DevOpsDays Amsterdam 2016"),
    ("Barcamp München 2008", "BarCamp Munich 2008"),
    ("Spring I/O 2016", "SpringIO 2016"),
    ("Nordlys Conf 2024", "The Nordlys Conference 2024"),
    ("3rd Annual Nordlys Conf 2024", "Nordlys-Conf 2024"),
    ("An Event Apart - Boston 2013", "An Event Apart Boston 2013"),
    ("Øredev 2016", "Oredev 2016"),
    ("Percona Live Europe 2016", "Percona Live Europe Amsterdam 2016"),
    ("Nordlys EU 2024", "Nordlys Amsterdam 2024"),  # the only one in Europe
    ("Nordlys in Oslo 2024", "Nordlys Oslo (2024)"),
]
TWO_EDITIONS = [
    ("KubeCon EU 2024", "KubeCon NA 2024"),
    ("KubeCon Europe 2024", "KubeCon Europe 2023"),
    ("PyCon US 2017", "PyCon DE 2017"),
    ("RubyConf 2023", "RubyConf AU 2023"),
    ("RubyConf 2016", "RailsConf 2016"),
    ("JSConf EU 2016", "JSConf Budapest 2016"),  # both in Europe, and listed as different events
    ("devopsdays Amsterdam 2016", "devopsdays Berlin 2016"),
    ("QCon London 2019", "QCon New York 2019"),
    ("JavaOne 2015", "JavaZone 2015"),
    ("C Conf 2020", "C++ Conf 2020"),
    ("Nordlys Denver 2024", "Nordlys Europe 2024"),
    ("AWS Summit 2019", "Snowflake Summit 2019"),
]


@pytest.mark.parametrize(("one", "other"), ONE_EDITION)
def test_one_edition(one, other):
    assert groups(note("ann/a.md", one), note("bob/b.md", other)) == [{"ann/a.md", "bob/b.md"}]


@pytest.mark.parametrize(("one", "other"), TWO_EDITIONS)
def test_two_editions(one, other):
    assert groups(note("ann/a.md", one), note("ann/b.md", other)) == [{"ann/a.md"}, {"ann/b.md"}]


def test_a_year_in_the_name_is_the_known_one():
    joined = groups(note("a.md", "SREcon17 Europe", 2017), note("b.md", "SREcon Europe", 2017))
    assert joined == [{"a.md", "b.md"}]


def test_a_region_with_two_known_cities_is_neither():
    notes = [note(f"{n}.md", n, 2016) for n in ("devopsdays Berlin", "devopsdays Ghent", "devopsdays Europe")]
    assert len(groups(*notes)) == 3


def test_the_city_of_one_note_places_the_others():
    both = groups(
        note("ann/a.md", "Craft Conf", 2016, city="Budapest", country="Hungary"),
        note("bob/b.md", "Craft Conf", 2016),
        note("cat/c.md", "Craft Conf Budapest", 2016),
    )
    assert both == [{"ann/a.md", "bob/b.md", "cat/c.md"}]


def test_a_series_with_an_edition_for_each_city_is_told_apart_by_city():
    apart = groups(
        note("ann/a.md", "devopsdays", 2016, city="Amsterdam"),
        note("ann/b.md", "devopsdays", 2016, city="Berlin"),
        note("bob/c.md", "devopsdays", 2016),
    )
    assert apart == [{"ann/a.md"}, {"ann/b.md"}, {"bob/c.md"}]


def test_a_name_without_area_is_the_only_city_of_the_same_folder():
    one, other = "OpenConf", "OpenConf Athens"
    assert len(groups(note("ann/a.md", one, 2023), note("ann/b.md", other, 2023))) == 1
    assert len(groups(note("ann/a.md", one, 2023), note("bob/b.md", other, 2023))) == 2


def test_other_forms_of_the_name_join():
    joined = groups(
        note("a.md", "Access All Areas", 2021, also=["AAA", "Web Directions AAA"]),
        note("b.md", "AAA", 2021),
    )
    assert joined == [{"a.md", "b.md"}]
    joined = groups(note("a.md", "DjangoCon US", 2016, also=["DjangoCon"]), note("b.md", "DjangoCon", 2016))
    assert joined == [{"a.md", "b.md"}]


def test_a_form_that_two_events_share_joins_neither():
    apart = groups(
        note("a.md", "Lumen Webinar", 2022, also=["Lumen"]),
        note("b.md", "Lumen Decode", 2022, also=["Lumen"]),
        note("c.md", "Lumen", 2022),
    )
    assert len(apart) == 3


def test_forms_that_name_each_other_in_a_circle_are_one():
    joined = groups(
        note("a.md", "Harbour Days", 2022, also=["Harbor Days"]),
        note("b.md", "Harbor Days", 2022, also=["Harbour Days"]),
    )
    assert joined == [{"a.md", "b.md"}]


@pytest.mark.parametrize(
    ("undated", "joins"),
    [
        ("ann/nordlys/x.md", "ann/nordlys/a.md"),
        ("ann/nordlys/day-1/x.md", "ann/nordlys/a.md"),
        ("ann/x.md", "ann/nordlys/a.md"),
        ("bob/x.md", None),  # two editions are known there
        ("cat/x.md", None),  # none is
    ],
)
def test_an_event_without_year_joins_the_only_one_of_its_folder(undated, joins):
    editions = link_events(
        [
            note("ann/nordlys/a.md", "Nordlys Conf", 2023),
            note("bob/23/a.md", "Nordlys Conf", 2023),
            note("bob/24/a.md", "Nordlys Conf", 2024),
            note(undated, "Nordlys"),
        ]
    )
    assert editions[undated] == editions[joins] if joins else editions[undated].year is None


def test_undated_notes_of_one_folder_are_one_event():
    apart = groups(note("ann/a.md", "Nordlys"), note("ann/b.md", "Nordlys Conf"), note("bob/c.md", "Nordlys"))
    assert apart == [{"ann/a.md", "ann/b.md"}, {"bob/c.md"}]


def test_the_name_shown_is_the_one_most_used_then_the_longest():
    names = ["Craft", "Craft Conf 2016", "Craft Conf", "Craft Conference"]
    editions = link_events([note(f"{n}.md", name, 2016) for n, name in enumerate(names)])
    assert {edition.name for edition in editions.values()} == {"Craft Conf 2016"}
    editions = link_events([note("a.md", "Craft", 2016), note("b.md", "Craft Conference", 2016)])
    assert editions["a.md"].series == "Craft Conference"


def test_what_most_notes_say_of_place_and_venue():
    editions = link_events(
        [
            note("a.md", "Nordlys", 2024, venue="Sentralen", city="Oslo", country="Norway"),
            note("b.md", "Nordlys", 2024, venue="Sentralen", city="Oslo"),
            note("c.md", "Nordlys", 2024, venue="Room 2", city="Bergen", country="Norge"),
        ]
    )
    edition = editions["c.md"]
    assert (edition.venue, edition.city, edition.country) == ("Sentralen", "Oslo", "Norway")


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        (
            [("2024-05-27", "2024-05-29"), ("2024-05-27", "2024-05-29"), ("2024-05-28", None)],
            ("2024-05-27", "2024-05-29"),
        ),
        ([("2024-05-28", None), ("2024-05-27", None), (None, None)], ("2024-05-27", "2024-05-28")),  # a note a day
        ([("2024-05-28", None)], ("2024-05-28", None)),
        ([("2024-01-09", None), ("2024-06-11", None), ("2024-06-11", None)], ("2024-06-11", None)),  # a year of meetups
        ([(None, None)], (None, None)),
    ],
)
def test_days_only_as_stated(stated, days):
    notes = [note(f"{n}.md", "Nordlys", 2024, start=start, end=end) for n, (start, end) in enumerate(stated)]
    edition = link_events(notes)["0.md"]
    assert (edition.start, edition.end) == days


def test_the_order_of_the_notes_does_not_matter():
    notes = [
        note("ann/a.md", "KubeCon EU 2024", city="Paris", country="France"),
        note("ann/b.md", "KubeCon + CloudNativeCon Europe", 2024),
        note("bob/c.md", "KubeCon", 2024),
        note("bob/d.md", "KubeCon NA", 2024),
        note("bob/e.md", "KubeCon"),
    ]
    expected = link_events(notes)
    for order in itertools.permutations(notes):
        assert link_events(order) == expected


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("Craft 2016", None, ("Craft", 2016)),
        ("2016 Craft Conference", None, ("Craft Conference", 2016)),
        ("Craft (2016)", None, ("Craft", 2016)),
        ("Craft '16", 2016, ("Craft", 2016)),
        ("SREcon17 Europe", 2017, ("SREcon Europe", 2017)),
        ("Craft '16", None, ("Craft", 2016)),
        ("SREcon17", None, ("SREcon17", None)),
        ("Area 51", 2016, ("Area 51", 2016)),
        ("Base64 Days", 2016, ("Base64 Days", 2016)),
        ("2016", None, ("2016", None)),
        ("Day 1.2016", None, ("Day 1.2016", None)),
    ],
)
def test_the_year_of_a_name(name, year, expected):
    assert without_year(name, year) == expected


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("KubeCon EU", "europe"),
        ("KubeCon North America", "north-america"),
        ("PyCon UK", "GB"),
        ("Nordlys us", None),
        ("DDDEurope", "europe"),
        ("XP Days Benelux", "benelux"),
        ("GitHub Universe", None),
        ("Microsoft Build", None),
        ("Europe", None),
    ],
)
def test_the_area_in_a_name(name, area):
    found = read_edition_name(name).area
    assert (found.key if found else None) == area


def test_names_in_other_letters_keep_them():
    assert series_key("東京Ruby会議") != series_key("Ruby会議")
