"""Which heading stands under which, and where each section ends."""

from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.outline import outline


def test_sections_nest_by_level_and_end_at_the_next_of_their_level() -> None:
    found = blocks(Post("a.md", "# A\n\none\n\n## B\n\ntwo\n\n#### C\n\nthree\n\n## D\n\n# E\n"))
    sections = outline(found)
    assert [(s.heading.text, s.parent.heading.text if s.parent else None) for s in sections] == [
        ("A", None),
        ("B", "A"),
        ("C", "B"),
        ("D", "A"),
        ("E", None),
    ]
    texts = {s.heading.text: [b.text for b in found[s.start : s.end]] for s in sections}
    assert texts["B"] == ["B", "two", "C", "three"]
    assert texts["D"] == ["D"]
    own = {s.heading.text: [b.text for b in found[s.start : s.own_end]] for s in sections}
    assert own["A"] == ["A", "one"]
    assert own["E"] == ["E"]
