"""The forms in which a report tells its talks, each with the same three: all are found, and nothing else."""

import pytest

from talkdex.ingest.read import read_note

TALKS = (
    ("Sidecars are dead", "Theo Marsh", "Ambient mode saves about 60% of the memory. Wait a year before you try it."),
    ("Sampling is no dirty word", "Gita Pillai", "Keep all errors, and one in a hundred of the rest. Buy more memory."),
    ("Retrospectives that help", "Elke Bogaert", "Never take the same format twice. End with a single action."),
)
FORMS = {
    "a by-line, and the notes under headings": "## {t}\nby {s}\n\n### Summary\n\n{n}\n\n### Verdict\n\nGo and see it.\n",
    "a name as heading": "## {t}\n\n### {s}\n\n{n}\n",
    "a by-line as heading": "## {t}\n\n#### by {s}\n\n{n}\n",
    "a by-line as first sub-item": "- {t}\n  - {s} (Acme)\n  - {n}\n",
    "a labelled name as first sub-item": "- **{t}**\n  - Speaker: {s}\n  - {n}\n",
    "emoji": "## 🎤 {t} ⭐⭐\n\n👤 {s}\n\n{n}\n",
    "an anchor": "## {t} - {s} {{#{s}}}\n\n{n}\n",
    "a topic": "## {s} on {t}\n\n{n}\n",
    "a name behind a bold title": "- **{t}** – {s}. {n}\n",
    "a numbered list": "1. **{t}** ({s})\n\n   {n}\n\n",
    "a name above": "## {s}\n\n### {t}\n\n{n}\n",
    "rules between": "{t}\nby {s}\n\n{n}\n\n---\n\n",
    "properties of Logseq": "- **{t}**\n  speaker:: [[{s}]]\n  tags:: ops\n\t- {n}\n",
    "a sentence with a link": "Then I went to see [{t}](https://example.org/talk) by {s}. {n}\n\n",
    "a sentence": "After that {s} presented {t}. {n}\n\n",
    "quotes in a sentence": 'Next was "{t}" by {s}. {n}\n\n',
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_talk_is_found_with_its_speaker(form: str) -> None:
    sections = "\n".join(form.format(t=title, s=speaker, n=notes) for title, speaker, notes in TALKS)
    note = read_note(f"# DevNord 2019\n\nTwo days in Stockholm.\n\n{sections}", "devnord-2019.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [(title, [name]) for title, name, _ in TALKS]
    assert note.kind == "report"


def test_talks_without_a_speaker_are_found_beside_others() -> None:
    text = """\
# DevNord 2019

## Opening keynote

The organisers told how the event came to be. Bring more coffee next time.

## Security - Ada Lund

Kill the implicit flow today, and tell your partners.

## Sidecars are dead - Theo Marsh

Wait a year before you try it in production.

## Sampling is no dirty word - Gita Pillai

Keep all errors, and one in a hundred of the rest.

## Panel: women in tech

Pay gaps are the same everywhere. Publish salary bands, said all of them.

## Dates in small steps - @ines_codes

Use the polyfill now, and the standard in a year.

## Hallway track

Met many nice people.
"""
    note = read_note(text, "devnord-2019.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [
        ("Opening keynote", []),
        ("Security", ["Ada Lund"]),
        ("Sidecars are dead", ["Theo Marsh"]),
        ("Sampling is no dirty word", ["Gita Pillai"]),
        ("women in tech", []),
        ("Dates in small steps", ["ines_codes"]),
    ]


@pytest.mark.parametrize(
    ("top", "name"),
    [
        ("Event: DevNord 2019\nLocation: Oslo\nSpeaker: Ada Lund", "DevNord"),
        ("Ada Lund, DevNord 2019", "DevNord"),
        ("A talk by Ada Lund at DevNord 2019.", "DevNord"),
        ("**Ada Lund** | Heapcon 2019", "Heapcon"),
    ],
)
def test_a_line_that_gives_the_event_of_one_talk(top: str, name: str) -> None:
    note = read_note(f"# Why caches lie\n\n{top}\n\nTTLs are guesses.\n\n- measure first\n- never purge\n", "one.md")
    assert note.event is not None
    assert (note.event.name, note.event.year) == (name, 2019)
