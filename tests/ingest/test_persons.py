"""Speakers' names in, persons out."""

import itertools
from itertools import combinations

import pytest

from talkdex.ingest.store.persons import Named, are_near, link_speakers, person_key


def people(*names: str, scope: str = "Nordlys 2024") -> list[str]:
    """The persons that these names of one event mean, each once."""
    found = link_speakers(Named(scope, name) for name in names)
    return sorted({person.name for person in found.values()})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mira Castellane", "mira castellane"),
        ("Mira Castellane", "MIRA CASTELLANE"),
        ("Mira Castellane", "Mira Q. Castellane"),
        ("J. P. Orsolini", "J.P. Orsolini"),
        ("José Nuñez", "Jose Nunez"),
        ("Søren Ågård", "Soren Agard"),
        ("Mary-Jane Oduya", "Mary Jane Oduya"),
        ("Mira “Mimi” Castellane", "Mira Castellane"),
        ("Mira Castellane (she/her)", "Mira Castellane"),
        ("Siobhan O'Dell", "Siobhan ODell"),
    ],
)
def test_one_person_everywhere(one, other):
    found = link_speakers([Named("Nordlys 2024", one), Named("Craft 2016", other)])
    assert len(set(found.values())) == 1


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Jon Halvorsen", "John Halvorsen", True),
        ("Philip Orsolini", "Phillip Orsolini", True),
        ("Mira Castellane", "Mira Castelane", True),
        ("Mira Castellane", "Mira Catsellane", True),
        ("Mira Castellane", "Mira Luz Castellane", True),
        ("Anna Schmidt", "Anne Schmidt", False),
        ("Mario Rossi", "Maria Rossi", False),
        ("Ian Reed", "Ian Reid", False),  # too short for a slip to be told from another name
        ("Jon Halvorson", "John Halvorsen", False),
        ("Mira Castellane", "Tomas Castellane", False),
        ("Mira Luz Castellane", "Mira Ana Castellane", False),
        ("Attendee Number1", "Attendee Number2", False),
    ],
)
def test_near_names_are_one_person_within_an_event_only(one, other, near):
    assert are_near(person_key(one), person_key(other)) is near
    assert len(people(one, other)) == (1 if near else 2)
    elsewhere = link_speakers([Named("Nordlys 2024", one), Named("Craft 2016", other)])
    assert len(set(elsewhere.values())) == 2


def test_the_spelling_most_used_is_shown_then_one_in_usual_case():
    assert people("Mira Castelane", "Mira Castellane", "Mira Castellane") == ["Mira Castellane"]
    assert people("MIRA CASTELLANE", "mira castellane", "Mira Castellane") == ["Mira Castellane"]


@pytest.mark.parametrize("alone", ["Mira", "mira", "Castellane"])
def test_a_first_name_alone_is_the_full_name_of_the_same_event(alone):
    assert people("Mira Castellane", alone, alone, "Tomas Reed") == ["Mira Castellane", "Tomas Reed"]


def test_a_first_name_that_two_have_is_neither():
    assert people("Mira Castellane", "Mira Oduya", "Mira") == ["Mira", "Mira Castellane", "Mira Oduya"]


def test_first_names_alone_at_two_events_are_two_persons():
    found = link_speakers([Named("Nordlys 2024", "Mira"), Named("Craft 2016", "Mira")])
    assert {person.key for person in found.values()} == {"mira Nordlys 2024", "mira Craft 2016"}
    assert {person.name for person in found.values()} == {"Mira"}


@pytest.mark.parametrize("handle", ["@mira", "mira_codes", "__mira__", "mira42"])
def test_a_handle_is_the_same_person_everywhere(handle):
    found = link_speakers([Named("Nordlys 2024", handle), Named("Craft 2016", handle)])
    assert len(set(found.values())) == 1


def test_a_name_in_other_letters_is_the_same_person_everywhere():
    found = link_speakers(
        [Named("Nordlys 2024", "山田太郎"), Named("Craft 2016", "山田太郎"), Named("Craft 2016", "Анна Ким")]
    )
    assert {person.name for person in found.values()} == {"山田太郎", "Анна Ким"}


def test_a_slip_at_one_event_is_known_at_all():
    found = link_speakers(
        [
            Named("Nordlys 2024", "Mira Castellane"),
            Named("Nordlys 2024", "Mira Castelane"),
            Named("Craft 2016", "Mira Castelane"),
        ]
    )
    assert {person.key for person in found.values()} == {"mira castelane"}


def test_the_order_of_the_names_does_not_matter():
    names = ["Jon Halvorsen", "John Halvorsen", "Johnn Halvorsen", "Jon", "J. Halvorsen"]
    named = [Named("Nordlys 2024", name) for name in names]
    expected = link_speakers(named)
    for order in itertools.permutations(named):
        assert link_speakers(order) == expected


@pytest.mark.parametrize("name", ["", "!!!", "X", "(organisers)", "-"])
def test_no_name_fails(name):
    found = link_speakers([Named("Nordlys 2024", name)])
    assert len(found) == 1


def test_of_many_names_those_are_joined_that_are_near_when_all_are_compared() -> None:
    firsts, lasts = ("ada", "adda", "daa", "anna", "jon", "john", "jhon"), ("lund", "holmgren", "holmgrn", "hlomgren")
    middles = ("", "maria", "lee", "maria lee")
    names = [" ".join(f"{first} {middle} {last}".split()) for first in firsts for middle in middles for last in lasts]
    together = {pair for pair in combinations(names, 2) if pair[0][0] == pair[1][0] and are_near(*pair)}
    persons = link_speakers(Named("DevNord 2021", name.title()) for name in names)
    apart = {pair for pair in together if len({persons[Named("DevNord 2021", name.title())].key for name in pair}) > 1}
    assert len(together) > 100
    assert not apart
    assert len({person.key for person in persons.values()}) > 1
