"""Notes in, talks out: the shapes in which people write down what they heard."""

import pytest

from talkdex.ingest.read import read_note
from talkdex.schema.records import Note


def talks(note: Note) -> list[tuple[str, list[str]]]:
    return [(talk.title, talk.speakers) for talk in note.talks]


REPORT = """\
---
title: 'DevNord 2023, day 1'
date: 2023-05-20
tags: [conference, kubernetes]
---

Last week I attended DevNord 2023 in Oslo, Norway.

# Talks

## Operating Postgres on Kubernetes - Marta Nowak, Elephant Works

Marta showed how her team moved forty databases to an operator.
Never let the operator and Terraform own the same object.

## The Cost of Too Many Dashboards - John Carter

John argued that nobody looks at a dashboard twice. Alerts should page for symptoms, not for causes.

# Conclusion

It was a good day and the food was great.
"""


def test_headings_with_speakers_are_talks_and_a_conclusion_is_none() -> None:
    note = read_note(REPORT, "posts/2023-05-20-devnord-day-1.md")
    assert note.kind == "report"
    assert talks(note) == [
        ("Operating Postgres on Kubernetes", ["Marta Nowak"]),
        ("The Cost of Too Many Dashboards", ["John Carter"]),
    ]
    assert [talk.lines for talk in note.talks] == [(11, 14), (16, 18)]


def test_the_event_of_a_report_comes_from_its_title_and_first_sentence() -> None:
    event = read_note(REPORT, "posts/2023-05-20-devnord-day-1.md").event
    assert event is not None
    assert (event.name, event.year, event.city, event.country) == ("DevNord", 2023, "Oslo", "Norway")


SEED_FORM = """\
---
title: 'CloudDays Europe 2022'
date: 2022-06-01
tags: [cloud]
---

# Introduction

This year CloudDays was hosted in Ghent, Belgium.

# Highlighted talks

## Linkerd at the edge

The maintainers of Linkerd shared why a mesh at the edge needs mTLS everywhere.
A mesh without policies is only a slower network.

## Lessons from ten failed rollouts & Panel: Funding open source

These were two talks in a row.
Ina Peters told how ten rollouts failed and what each of them taught her team.
Roll back first and debug later, was her main lesson.
The talk directly after was a panel on money.
The panel agreed that foundations are no business model.

# Noteworthy talks

- Sidecars are dead: this talk shows how ambient mode halves the memory that a mesh needs.
- A tour of eBPF: this talk gives an overview of what one can trace in production without a restart.

# Conclusion

See you next year.
"""


def test_two_talks_in_one_heading_and_a_talk_in_each_item() -> None:
    note = read_note(SEED_FORM, "_posts/2022-06-01-clouddays.md")
    assert note.kind == "report"
    assert [talk.title for talk in note.talks] == [
        "Linkerd at the edge",
        "Lessons from ten failed rollouts",
        "Funding open source",
        "Sidecars are dead",
        "A tour of eBPF",
    ]
    first, second = note.talks[1:3]
    assert (first.format, second.format) == ("talk", "panel")
    assert first.lines[1] + 1 == second.lines[0]
    assert any("business model" in takeaway.text for takeaway in second.takeaways)


@pytest.mark.parametrize(
    ("text", "path", "title", "speakers"),
    [
        (
            "# Caches lie by Maria Silva\n\n- Measure before you add one\n- Every cache needs an owner\n",
            "devnord-2021/caches.md",
            "Caches lie",
            ["Maria Silva"],
        ),
        (
            "# Caches lie\n## Maria Silva, Acme\n\n### Why\n- Measure before you add one\n- Every cache needs an owner\n",
            "2021/devnord/caches.md",
            "Caches lie",
            ["Maria Silva"],
        ),
        (
            "- Measure before you add one\n- Every cache needs an owner\n- Purge by tag, not by path\n",
            "notes/DevNord2021/Caches Lie by Maria Silva.md",
            "Caches Lie",
            ["Maria Silva"],
        ),
        (
            "**Presenter:** Maria Silva\n\n## Abstract\n\n> A talk about caches.\n\n## Notes\n\n- Measure before you add one\n",
            "devnord-2021/Caches-lie.md",
            "Caches lie",
            ["Maria Silva"],
        ),
    ],
)
def test_a_file_about_one_talk(text: str, path: str, title: str, speakers: list[str]) -> None:
    note = read_note(text, path)
    assert note.kind == "talk"
    assert talks(note) == [(title, speakers)]
    assert note.talks[0].takeaways


def test_running_prose_with_a_bold_title_and_a_name_in_each_paragraph() -> None:
    text = """\
---
title: "GoNord 2019: Day 2"
date: 2019-03-02
---

The second day of GoNord 2019 started late.

Then the first talk was **The Scheduler Story** by [Ana Petrova](https://example.org/ana). She explained how goroutines are parked.
I learned that work stealing is what keeps the cores busy.

Next was **Errors are Values Again** by [Peter Olsen](https://example.org/peter), I liked how he wrapped errors only at boundaries.

After that I attended **Profiling in Anger** by [Li Wei](https://example.org/li), who showed that pprof labels find the guilty tenant.
"""
    note = read_note(text, "post/2019-03-02-gonord-day-2.md")
    assert note.kind == "report"
    assert talks(note) == [
        ("The Scheduler Story", ["Ana Petrova"]),
        ("Errors are Values Again", ["Peter Olsen"]),
        ("Profiling in Anger", ["Li Wei"]),
    ]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (
            "# create-app\n\nEverything you need to build an app.\n\n## Installation\n\n```\nnpm install\n```\n\n## Usage\n\nRun it with:\n\n"
            "```\nnpm start\n```\n",
            "demo/README.md",
        ),
        (
            "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software.\n",
            "LICENSE.md",
        ),
        (
            "---\ntitle: Testing with Jest\ntags: [testing]\n---\n\nIn this post we'll set up Jest. You can install it with npm.\n\n## Setup\n\n"
            "First, run this command and you'll see the configuration.\n\n```\nnpm i jest\n```\n\n## Your first test\n\nNow you can write a test.\n",
            "posts/2018-08-03-jest.md",
        ),
    ],
)
def test_what_is_no_notes_has_neither_event_nor_talks(text: str, path: str) -> None:
    note = read_note(text, path)
    assert note.kind == "other"
    assert note.event is None
    assert note.talks == []


def test_a_list_of_links_to_talks_is_an_index() -> None:
    text = "# DevNord 2021 (May 19-21, 2021)\n\n## Talks\n\n" + "".join(
        f"- [{title}]({title.lower().replace(' ', '-')}.md)\n"
        for title in ("Caches lie", "Queues wait", "Locks leak", "Logs rot")
    )
    note = read_note(text, "devnord-2021/README.md")
    assert note.kind == "index"
    assert note.talks == []
    assert note.event is not None
    assert (note.event.name, note.event.year) == ("DevNord", 2021)


@pytest.mark.parametrize(
    "text",
    [
        "# DevNord 2023\n\n## Size matters (Jürgen Müller)\n\nCaches lie. Measure first.\n\n## Restore first - Jane Doe\n\nRestore monthly.\n",
        "# DevNord 2023\n\n**Size matters, by Jürgen Müller**\n\nCaches lie. Measure first.\n\n**Restore first, by Jane Doe**\n\nRestore monthly.\n",
    ],
)
def test_several_titles_with_names_are_talks_however_short_the_notes(text: str) -> None:
    note = read_note(text, "devnord.md")
    assert note.kind == "report"
    assert talks(note) == [("Size matters", ["Jürgen Müller"]), ("Restore first", ["Jane Doe"])]


def test_the_only_talk_of_an_event_page_is_found() -> None:
    note = read_note("# PyCon 2023\n\n## Size matters - Jürgen Müller\n\nCaches lie. Measure first.\n", "one.md")
    assert talks(note) == [("Size matters", ["Jürgen Müller"])]


def test_an_item_that_begins_with_a_name_has_the_title_behind_it() -> None:
    text = (
        "# DevNord 2023, day 2\n\n## Lightning talks\n\n"
        "- Maria Silva - Caches lie: measure first, then measure again, and only then add one\n"
        "- Peter Olsen - Queues wait: a queue without a limit only hides that the workers are too slow\n"
        "- Nadia Petrova - Locks leak: a lock without a time limit will be held for ever by a dead process\n"
    )
    note = read_note(text, "devnord-2023/day-2.md")
    assert [(t.title, t.speakers, t.format) for t in note.talks] == [
        ("Caches lie", ["Maria Silva"], "lightning"),
        ("Queues wait", ["Peter Olsen"], "lightning"),
        ("Locks leak", ["Nadia Petrova"], "lightning"),
    ]


def test_items_that_say_what_a_talk_was_about_are_talks() -> None:
    text = (
        "# DevNord 2023\n\nTwo days in the north, and the coffee was good.\n\n# Also worth your time\n\n"
        "- Queues in public transport: this talk shows how a city counts who waits where, and what it does about it.\n"
        "- Locks that leak: in this session a team looked for a lock that a dead process held, and found eleven.\n"
        "- Three caches compared: this talk measures reading, writing and forgetting, and finds no winner.\n"
    )
    note = read_note(text, "2023-05-02-devnord-2023.md")
    assert talks(note) == [("Queues in public transport", []), ("Locks that leak", []), ("Three caches compared", [])]


def test_a_name_behind_the_title_in_the_name_of_the_file_is_the_speaker() -> None:
    text = "# Caches lie\n\n- speaker works on a cache\n- every cache is a copy that may be old\n- measure before you add one\n"
    note = read_note(text, "devnord-2021/day 2/caches-lie_anna-peters.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [("Caches lie", ["Anna Peters"])]


def test_bold_lines_are_headings_when_there_are_several() -> None:
    text = """\
# DevNord 2021

**A. Caches lie**
Anna Peters

- every cache is a copy that may be old
- measure before you add one

**B. Queues hide outages**
Bo Lindqvist

- a queue without a limit only delays the page
- alert on the age of the oldest message
"""
    note = read_note(text, "devnord-2021.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [
        ("Caches lie", ["Anna Peters"]),
        ("Queues hide outages", ["Bo Lindqvist"]),
    ]


def test_a_place_in_the_name_of_a_file_is_no_speaker() -> None:
    note = read_note(
        "# Intro to Rust\n\n- ownership first\n- then borrowing\n", "devnord-2021/intro-to-rust-austin-texas.md"
    )
    assert [talk.speakers for talk in note.talks] == [[]]


def test_titles_with_labelled_speakers_are_talks() -> None:
    text = """\
# DevNord 2021

## Chaos engineering for banks

Speaker: Anna Peters

- begin with the staging environment, nobody may notice
- write down what you expect before you break it

## Observability is more than three pillars

Speaker: Bo Lindqvist

- a wide event for each request beats ten metrics
- sample late, when you know what was slow
"""
    note = read_note(text, "devnord-2021.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [
        ("Chaos engineering for banks", ["Anna Peters"]),
        ("Observability is more than three pillars", ["Bo Lindqvist"]),
    ]
