"""By-lines and sentences in, the names of the speakers out."""

import pytest

from talkdex.ingest.people.bylines import (
    author_speaks,
    complete_names,
    is_byline,
    name_from_url,
    people_in_byline,
    speakers_in_prose,
)
from talkdex.ingest.people.names import name_score


@pytest.mark.parametrize(
    "name",
    [
        "Ines Falkner",
        "Priya Raghunathan",
        "Hiroshi Tanabe",
        "Xiaoming Zhou",
        "Olumide Adeyemi",
        "Siobhán O'Connor",
        "Wouter van der Berg",
        "José María Gutiérrez",
        "Jean-Baptiste Lefèvre",
        "Ольга Петрова",
        "松本 花子",
        "Björn Þórsson",
        "MARTA KOWALSKA",
        "Anna-Lena McGregor",
        "Dr. Fatima al-Hassan",
        'Robert "Bo" Lindqvist',
        "H. Lee Whitcomb",
    ],
)
def test_names_from_all_over_the_world_look_like_people(name):
    assert name_score(name) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Ruby on Rails",
        "Spring Boot",
        "Red Hat",
        "Goldman Sachs",
        "Rio de Janeiro",
        "Key Takeaways",
        "Opening Keynote",
        "Senior Engineer",
        "Machine Learning",
        "Lessons Learned",
        "Rails 3",
        "What's next?",
        "Apache Kafka",
        "Fazit",
        "",
    ],
)
def test_software_companies_places_and_sections_do_not(text):
    assert name_score(text) < 0.3


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("by Ines Falkner", ["Ines Falkner"]),
        ("Speaker: Ines Falkner", ["Ines Falkner"]),
        ("Speakers: Ines Falkner and Bo Lindqvist", ["Ines Falkner", "Bo Lindqvist"]),
        ("**Presenter:** [[Ines Falkner]]", ["Ines Falkner"]),
        ("Ines Falkner (Acme)", ["Ines Falkner"]),
        ("👩‍💻 Ines Falkner", ["Ines Falkner"]),
        ("by Ines Falkner 🇸🇪", ["Ines Falkner"]),
        ("Will Larson, CTO at Acme", ["Will Larson"]),
        ("Ines Falkner & Al Jones", ["Ines Falkner", "Al Jones"]),
        ("Ines Falkner, Acme", ["Ines Falkner"]),
        ("Ines Falkner, Principal Engineer at Acme", ["Ines Falkner"]),
        (
            "Ines Falkner - CTO, Acme & Robert Lindqvist - Head of Data, Initech",
            ["Ines Falkner", "Robert Lindqvist"],
        ),
        (
            "Ines Falkner & Nora Lindqvist, Design Manager & Senior Designer at Acme",
            ["Ines Falkner", "Nora Lindqvist"],
        ),
        ("with Maria Holtz and Thomas Okafor", ["Maria Holtz", "Thomas Okafor"]),
        ("Ines Falkner | Acme", ["Ines Falkner"]),
        ("Ines Falkner from Acme", ["Ines Falkner"]),
        ("Who: Ines Falkner, developer", ["Ines Falkner"]),
        (
            'by [Andrea Holtz](https://twitter.com/andrea){:target="_blank"} and [Zoé Marchand](https://example.org)',
            ["Andrea Holtz", "Zoé Marchand"],
        ),
        (
            "Michael Holtz, Nelson Okafor, and Anna Kern-Krueger",
            ["Michael Holtz", "Nelson Okafor", "Anna Kern-Krueger"],
        ),
        ("Dr. Martin Holtz, BWH", ["Martin Holtz"]),
        ("Prof. Dr. Hans Holtz / TU München", ["Hans Holtz"]),
        ("Ines Falkner @ines", ["Ines Falkner"]),
        ("Ines Falkner - @ines_falkner", ["Ines Falkner"]),
        ("ines.falkner@example.org, Ines Falkner", ["Ines Falkner"]),
        ("Ines Falkner et al.", ["Ines Falkner"]),
        ("NILS SAMPLE", ["NILS SAMPLE"]),
        ("Ines & Robert Falkner", ["Ines Falkner", "Robert Falkner"]),
        ("Ines, Robert, Jessica, Sergey", ["Ines", "Robert", "Jessica", "Sergey"]),
    ],
)
def test_byline_gives_names_without_companies_titles_and_handles(line, names):
    assert people_in_byline(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("speaker: ines falkner (Acme)", ["ines falkner"]),
        ("speaker: wolf", ["wolf"]),
        ("spaker: Ines Falkner (https://example.org/ines)", ["Ines Falkner"]),
        ("Speeker: Ines Falkner", ["Ines Falkner"]),
        ("Referentin: Dr. Ines Falkner, Universität Bonn", ["Ines Falkner"]),
        ("Orateur : Jean-Pierre Holtz", ["Jean-Pierre Holtz"]),
        ("Spreker: Ines de Vries", ["Ines de Vries"]),
        ("Ponente: José Holtz", ["José Holtz"]),
        ("speaker: someone from Acme", []),
        ("speakers: Ines Falkner + someone from Acme", ["Ines Falkner"]),
        ("Speaker: TBA", []),
    ],
)
def test_a_label_makes_what_follows_a_name(line, names):
    assert people_in_byline(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("@inesfalkner", ["inesfalkner"]),
        ("speaker: https://twitter.com/inesfalkner", ["inesfalkner"]),
        ("Twitter: @inesfalkner", []),
        ("someone from Acme (@inesfalkner)", ["inesfalkner"]),
    ],
)
def test_a_handle_counts_only_where_there_is_no_name(line, names):
    assert people_in_byline(line) == names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ines Falkner, Acme", True),
        ("by Ines Falkner", True),
        ("Ines Falkner @ines", True),
        ("Conclusion", False),
        ("Kubernetes, Docker and Helm", False),
        ("Ines Falkner showed that caches lie and that we should measure first.", False),
        ("Presenters:", False),
    ],
)
def test_a_byline_is_only_people_and_where_they_come_from(line, expected):
    assert is_byline(line) is expected


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Next up was Ines Falkner from Acme, who walked us through the code.", ["Ines Falkner"]),
        ("The talk was given by Ines Falkner, Acme's CTO.", ["Ines Falkner"]),
        ("Ines Falkner from Acme.com spoke on taming large sites.", ["Ines Falkner"]),
        ("I liked the caching talk by Ines Falkner best.", ["Ines Falkner"]),
        ("In his talk on caches, Robert Lindqvist gives us a tour.", ["Robert Lindqvist"]),
        (
            "In this fireside chat, Ines Falkner - Founder of Acme, and Robert Lindqvist - CEO of Initech, discuss it.",
            ["Ines Falkner", "Robert Lindqvist"],
        ),
        ("There were great keynotes by Ines Falkner and Robert Lindqvist.", ["Ines Falkner", "Robert Lindqvist"]),
        ("Robert gave a nice talk about caches.", ["Robert"]),
        ("On Monday Ines Falkner of Acme Labs spoke.", ["Ines Falkner"]),
        ("Afterwards Ines Falkner gave a short presentation.", ["Ines Falkner"]),
        ("Der Vortrag von Anna Holtz war gut.", ["Anna Holtz"]),
        ('"Caches lie" by Ines Falkner, a tour of the cache.', ["Ines Falkner"]),
    ],
)
def test_sentences_name_who_presented(sentence, names):
    assert speakers_in_prose(sentence) == names


@pytest.mark.parametrize(
    "sentence",
    [
        "As Martin Holtz said in his book, measure first.",
        "It was inspired by Richard Holtz.",
        "The library was created by Ines Falkner in 1995.",
        "The conference was organized by Nicole Holtz.",
        "I met Robert Lindqvist at lunch.",
        "Thanks to Ines Falkner for the tip.",
        "Martin Holtz described the pattern in his book as follows.",
        "Docker presented a new tool and Spring Boot gives you a lot.",
    ],
)
def test_people_who_are_only_mentioned_are_no_speakers(sentence):
    assert speakers_in_prose(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("I gave a talk on caches.", True),
        ("On Monday I ran a workshop on version control.", True),
        ("My talk went well.", True),
        ("I went to a talk on caches.", False),
    ],
)
def test_the_author_may_be_the_speaker(sentence, expected):
    assert author_speaks(sentence) is expected


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/speaker/InesFalkner", "Ines Falkner"),
        ("https://example.org/2024/speakers/ines-falkner.html", "Ines Falkner"),
        ("https://example.org/speakers/", ""),
        ("https://example.org/talks/caches-lie", ""),
    ],
)
def test_speaker_pages_name_the_speaker(url, name):
    assert name_from_url(url) == name


def test_a_first_name_is_completed_from_the_rest_of_the_notes():
    assert complete_names(["Ines", "Cy"], ["Bo Lindqvist", "Ines Falkner"]) == ["Ines Falkner", "Cy"]
    assert complete_names(["Ines"], ["Ines Lindqvist", "Ines Falkner"]) == ["Ines"]  # who knows which
