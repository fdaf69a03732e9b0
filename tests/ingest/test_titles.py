"""Headings and file names in, titles, speakers and formats out."""

import time

import pytest

from talkdex.ingest.talks.formats import format_of
from talkdex.ingest.talks.titles import is_section_heading, read_heading, title_from_filename, title_score


@pytest.mark.parametrize(
    ("heading", "title", "speakers"),
    [
        ('"Caches lie" by Ines Falkner', "Caches lie", ["Ines Falkner"]),
        ("“Caches lie” - Ines Falkner (RubyConf AU 2023)", "Caches lie", ["Ines Falkner"]),
        ("Caches lie - Ines Falkner & Robert Lindqvist", "Caches lie", ["Ines Falkner", "Robert Lindqvist"]),
        ("Caches lie -- Ines Falkner, Engineer at Acme", "Caches lie", ["Ines Falkner"]),
        ("Caches lie by Ines Falkner (Acme)", "Caches lie", ["Ines Falkner"]),
        ("Caches lie by [Ines Falkner](https://twitter.com/ines)", "Caches lie", ["Ines Falkner"]),
        ("Caches lie by Dr. Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ("Caches lie – Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ("Caches lie—Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ("Caches lie - Ines Falkner and Ben Smith", "Caches lie", ["Ines Falkner", "Ben Smith"]),
        ("Caches lie - Will Larson", "Caches lie", ["Will Larson"]),
        ("Caches lie :( - Ines Falkner", "Caches lie :(", ["Ines Falkner"]),
        ("Caches lie - Ines Falkner {#caches}", "Caches lie", ["Ines Falkner"]),
        ("Caches lie - animé par Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ('1️⃣ "Caches lie" by Ines Falkner', "Caches lie", ["Ines Falkner"]),
        (":microphone: Caches lie by Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ('Next was "Caches lie to you" by Ines Falkner', "Caches lie to you", ["Ines Falkner"]),
        ('Workshop "Caches from scratch" by Ines Falkner', "Caches from scratch", ["Ines Falkner"]),
        ("Caches lie | Ines Falkner | Acme", "Caches lie", ["Ines Falkner"]),
        ("Caches lie / Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ("Caches lie (Ines Falkner)", "Caches lie", ["Ines Falkner"]),
        ("The caches that lie, Ines Falkner", "The caches that lie", ["Ines Falkner"]),
        ("Caches lie with Ines Falkner", "Caches lie", ["Ines Falkner"]),
        ("Ines Falkner: Caches lie: a story - of woe", "Caches lie: a story - of woe", ["Ines Falkner"]),
        ("Ines Falkner - Caches lie", "Caches lie", ["Ines Falkner"]),
        ("Ines Falkner, Acme: Caches lie", "Caches lie", ["Ines Falkner"]),
        ("Caches lie: a story – of woe - Robert Lindqvist", "Caches lie: a story – of woe", ["Robert Lindqvist"]),
        ("Scaling the cache : Falkner", "Scaling the cache", ["Falkner"]),
        ("Let's write caches! (EN) Masataka Honda @sample", "Let's write caches!", ["Masataka Honda"]),
        ("Ines Falkner - Keynote on caching", "Keynote on caching", ["Ines Falkner"]),
        ("J. Smith: Caches lie", "Caches lie", ["J. Smith"]),
    ],
)
def test_title_and_speakers_in_every_order(heading, title, speakers):
    read = read_heading(heading)
    assert (read.title, list(read.speakers)) == (title, speakers)


@pytest.mark.parametrize(
    "heading",
    [
        "Secure by design",
        "Test driven by contracts",
        "Side by side deployments",
        "Docker, Kubernetes, and Helm",
        "Event-driven caches: what, why and how?",
        "Caching templates - fable and figures",
        "20-odd years of changelogs",
        "5x Ruby: taming the collector",
        "Modules, mixins, macros - who ordered all this?",
        "Apache Camel Routes (Message Brokers)",
        "NO, a queue will not (and need not) be empty soon. What we saw",
        "[title not noted]",
    ],
)
def test_a_title_without_speaker_stays_whole(heading):
    read = read_heading(heading)
    assert (read.title, read.speakers) == (heading, ())


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("1. Caches lie", "Caches lie"),
        ("A. Caches lie", "Caches lie"),
        ("#3 Caches lie", "Caches lie"),
        ("Talk 2  - Caches lie", "Caches lie"),
        ("09:30 - 10:15 Caches lie", "Caches lie"),
        ("[Room 2] Caches lie", "Caches lie"),
        ("Day 1: Caches lie", "Caches lie"),
        ("Caches lie (EN)", "Caches lie"),
        ("Caches lie (slides)", "Caches lie"),
        ("Caches lie ⭐⭐⭐", "Caches lie"),
        ("Storytelling with slides", "Storytelling with slides"),
        ('The "why" of "how"', 'The "why" of "how"'),
        ('To "mock or stub"', 'To "mock or stub"'),
        ("Docker networking (host mode)", "Docker networking (host mode)"),
        ("Single cells (chair: Pia Sol)", "Single cells"),
        ("Caches lie [45 min]", "Caches lie"),
        ("🎤 Caches lie", "Caches lie"),
        ("Lightning talk: Caches lie", "Caches lie"),
        ("“Caches lie”", "Caches lie"),
        ("## Caches lie", "Caches lie"),
        ("Title: Caches lie", "Caches lie"),
    ],
)
def test_what_surrounds_a_title_is_taken_off(heading, title):
    assert read_heading(heading).title == title


@pytest.mark.parametrize(
    ("heading", "title", "speakers", "format_"),
    [
        ("Opening keynote: Caches lie - Ines Falkner", "Caches lie", ["Ines Falkner"], "keynote"),
        ("Keynote - Ines Falkner", "Keynote", ["Ines Falkner"], "keynote"),
        ("Keynote by Ines Falkner", "Keynote", ["Ines Falkner"], "keynote"),
        ("Keynote: Ines Falkner", "Keynote", ["Ines Falkner"], "keynote"),
        ("Opening keynote", "Opening keynote", [], "keynote"),
        ("Talk 2 - Panel Discussion: The state of caches", "The state of caches", [], "panel"),
        ("Fireside Chat: The state of caches", "The state of caches", [], "panel"),
        ("Workshop: Caches from scratch", "Caches from scratch", [], "workshop"),
        ("Hands-on introduction to caches", "Hands-on introduction to caches", [], "workshop"),
        ('Robert "Bo" Lindqvist (JA) - Keynote', "Keynote", ['Robert "Bo" Lindqvist'], "keynote"),
        ("Caches lie", "Caches lie", [], None),
    ],
)
def test_labels_give_the_format(heading, title, speakers, format_):
    read = read_heading(heading)
    assert (read.title, list(read.speakers), read.format) == (title, speakers, format_)


def test_a_heading_that_joins_two_talks_gives_both():
    read = read_heading("Lessons from 25 caches & Panel: Who pays for memory?")
    assert read.title == "Lessons from 25 caches"
    assert [(other.title, other.format) for other in read.joined] == [("Who pays for memory?", "panel")]


def test_the_event_in_a_heading_is_a_hint_not_part_of_the_title():
    read = read_heading("DjangoCon EU 2013: Ines Falkner - Caches lie")
    assert (read.title, read.speakers, read.event_hint) == ("Caches lie", ("Ines Falkner",), "DjangoCon EU 2013")
    read = read_heading("CacheFest: Caches lie", event=["CacheFest"])
    assert (read.title, read.event_hint) == ("Caches lie", "CacheFest")


@pytest.mark.parametrize(
    ("path", "event", "title", "speakers"),
    [
        ("2024/Day1-Caches-as-a-service.md", [], "Caches as a service", ()),
        ("conf/j1-4-caches-lie.md", [], "Caches lie", ()),
        ("2015-11-15-1620-cacheconf-caches-lie-and-so-do-i.md", ["CacheConf"], "Caches lie and so do i", ()),
        ("10_commandments_of_caching.md", [], "10 commandments of caching", ()),
        ("Caches Lie by Ines Falkner.md", [], "Caches Lie", ("Ines Falkner",)),
        ("caches-lie-by-ines-falkner.md", [], "Caches lie", ("Ines Falkner",)),
        ("Ines Falkner - Caches lie.md", [], "Caches lie", ("Ines Falkner",)),
        ("WhyCachesLie.md", [], "Why Caches Lie", ()),
        ("Caches:-the-long-story.md", [], "Caches: the long story", ()),
        ("README.md", [], "", ()),
        ("day-2.md", [], "", ()),
        ("notes.md", [], "", ()),
    ],
)
def test_file_names_give_title_and_speakers(path, event, title, speakers):
    read = title_from_filename(path, event)
    assert (read.title, read.speakers) == (title, speakers)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("Closing keynote", "keynote"),
        ("Lightning Talks", "lightning"),
        ("Hands-on Labs", "workshop"),
        ("Podiumsdiskussion", "panel"),
        ("Table ronde : le cache", "panel"),
        ("C extensions panel", "panel"),
        ("Panel: deploy web apps with a dashboard", "panel"),
        ("Building a control panel for caches", None),
        ("Demo", "demo"),
        ("Caches in a demo app", None),
        ("Debugging talks to your cache", None),
    ],
)
def test_formats_in_several_languages(text, format_):
    assert format_of(text) == format_


@pytest.mark.parametrize(
    "heading",
    ["Conclusion", "3. Key takeaways", "Day 2", "Wednesday, June 3rd", "Useful links", "Q&A", "Expo hall", "Fazit",
     "Zusammenfassung", "Ce que j'ai retenu", "Samenvatting", "Preguntas", "My favourite talks", "The venue:", "Pre-party at Hotel Nord", "Afterparty by Acme",
     "DevNord Exhibition Hall", "Great talk"],
)  # fmt: skip
def test_sections_are_no_titles(heading):
    assert is_section_heading(heading)
    assert title_score(heading) < 0.1


@pytest.mark.parametrize(
    "heading", ["Why caches lie", "Caches lie: a story of woe", "Introduction to JAX for cache owners", "Learn Caching",
                "Third-party code in the hall of fame"]
)  # fmt: skip
def test_titles_are_no_sections(heading):
    assert not is_section_heading(heading)
    assert title_score(heading) > 0.5


def test_a_long_line_of_separators_is_read_in_linear_time():
    start = time.process_time()
    read_heading("a - b: c / d, e & f by g | " * 200)
    read_heading("(" * 3000)
    read_heading("A " * 3000)
    assert time.process_time() - start < 2
