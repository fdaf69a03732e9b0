"""Any text is a note: front matter, Markdown reader and splitter on texts that nobody would write.

`benchmarks/fuzz.py` does the same for as many cases as one has time for.
"""

from fuzzing import Case, cases, check
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talkdex.ingest.notes.decoding import tidy_lines


@settings(max_examples=1000, deadline=None)
@given(cases | st.text(max_size=300).map(lambda text: Case(tidy_lines(text), "a.md", None)))
@example(Case(";;;\n---\n", "a.md", None))  # a heading without a letter
@example(Case("---\nhttp://[a]: b\n---\n", "a.md", None))  # an address that is none
def test_any_text_is_read(case: Case) -> None:
    check(case)
