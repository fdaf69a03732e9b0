"""Records of several notes in, what they have in common out."""

import pytest

from talkdex.ingest.store.link import link, project_key, tag_key
from talkdex.schema.records import Event, Note, Takeaway, Talk


def note(path: str, event: Event | None = None, speakers=(), projects=(), tags=()) -> Note:
    talk = Talk(title="A talk", lines=(1, 9), speakers=list(speakers), projects=list(projects))
    return Note(path=path, kind="talk", event=event, talks=[talk], tags=list(tags))


def nordlys(**parts) -> Event:
    return Event(name="Nordlys", year=2024, **parts)


def test_speakers_are_one_across_events_and_spellings():
    notes = [
        note("a.md", nordlys(), ["Mira Castellane", "Tomas Reed"]),
        note("b.md", Event(name="Craft Conf", year=2016), ["Mira Castellane"]),
        note("c.md", Event(name="Craft Conf", year=2016), ["mira castellane", "Mira"]),
    ]
    links = link(notes)
    assert [person.name for person in links.speakers("c.md", ["mira castellane", "Mira"])] == ["Mira Castellane"]
    assert len(set(links.persons.values())) == 2


def test_a_first_name_alone_in_a_note_without_event_is_of_that_note():
    notes = [note("a.md", None, ["Mira"]), note("b.md", None, ["Mira"])]
    assert len(set(link(notes).persons.values())) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("machine-learning", "Machine Learning", True),
        ("machine_learning", "#machine-learning", True),
        ("DevOps", "dev-ops", True),
        ("Sécurité", "securite", True),
        ("C++", "C", False),
        ("c#", "C", False),
        (".NET", "net", False),
        ("java", "javascript", False),
    ],
)
def test_tags_that_are_one(one, other, same):
    assert (tag_key(one) == tag_key(other)) is same


def test_the_spelling_of_a_tag_that_is_used_most_is_shown():
    links = link([note("a.md", tags=["Devops", "C++"]), note("b.md", tags=["DevOps"]), note("c.md", tags=["DevOps"])])
    assert {topic.name for topic in links.tags.values()} == {"DevOps", "C++"}
    assert links.tags["Devops"] == links.tags["DevOps"]


def test_projects_that_are_one():
    assert project_key("SQLite") == project_key("sqlite")
    assert project_key("Go") != project_key("Go kit")
    links = link([note("a.md", projects=["SQLite"]), note("b.md", projects=["sqlite", "SQLite"])])
    assert links.projects["sqlite"].name == "SQLite"


def test_projects_of_takeaways_are_linked_too():
    talk = Talk(
        title="A talk", lines=(1, 9), takeaways=[Takeaway(line=3, text="DuckDB is quick.", projects=["DuckDB"])]
    )
    assert set(link([Note(path="a.md", kind="talk", talks=[talk])]).projects) == {"DuckDB"}


def test_one_venue_for_all_that_took_place_in_it():
    links = link(
        [
            note("a.md", nordlys(venue="The Sentralen", city="Oslo", country="Norway")),
            note("b.md", Event(name="Craft Conf", year=2016, venue="Sentralen")),
            note("c.md", Event(name="PyHarbour", year=2023, venue="Town Hall", city="Bristol")),
            note("d.md", Event(name="GopherLoch", year=2022, venue="Town Hall", city="Inverness")),
        ]
    )
    venues = {path: links.venues[edition] for path, edition in links.editions.items()}
    assert venues["a.md"] == venues["b.md"]
    assert (venues["b.md"].city, venues["b.md"].country) == ("Oslo", "Norway")
    assert venues["c.md"] != venues["d.md"]


def test_an_event_with_a_city_only_has_no_venue():
    assert not link([note("a.md", nordlys(city="Oslo"))]).venues


def test_empty_names_are_left_out():
    links = link([note("a.md", None, ["", " "], [" "], ["", "#"])])
    assert not links.persons
    assert not links.projects
    assert {topic.name for topic in links.tags.values()} == {"#"}
