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
    "quotes in a sentence": 'Next was "{t}" by {s}. {n}\n\n',
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_talk_is_found_with_its_speaker(form: str) -> None:
    sections = "\n".join(form.format(t=title, s=speaker, n=notes) for title, speaker, notes in TALKS)
    note = read_note(f"# DevNord 2019\n\nTwo days in Stockholm.\n\n{sections}", "devnord-2019.md")
    assert [(talk.title, talk.speakers) for talk in note.talks] == [(title, [name]) for title, name, _ in TALKS]
    assert note.kind == "report"
