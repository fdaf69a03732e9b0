"""Lines as authors leave them in their notes, and which of them are a TODO."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.notes.todo import is_todo, todo_notices, without_todos


@pytest.mark.parametrize(
    "line",
    [
        "TODO",
        "//TODO add the photo of the harbour",
        "// TODO @everyone",
        "TODO: check the name of the speaker",
        "TODO summary",
        "- TODO: look at Litestream",
        "  * [ ] TODO read the paper",
        "1. TODO: try it",
        "> TODO ask Jane",
        "- **TODO: look for hot spots**",
        "**TODO**: slides",
        "<!-- TODO: schedule -->",
        "[TODO]",
        "(TODO fill in)",
        "[TODO: link]",
        "%% TODO: tidy up %%",
        "* #TODO https://docs.example",
        "## TODO",
        "- Note: TODO: use Vault, really",
        "Todo: ask for the slides",
        "- todo: ask for the slides",
        "To-do: ask for the slides",
        "FIXME the name is wrong",
        "FIXME",
        "XXX",
        "TBD",
        "- TBD",
        "(TBD)",
        "**TBA**",
        "TBD.",
        "Speaker: TBD",
        "**Speaker:** TBA",
        "* Slides (TBD)",
    ],
)
def test_a_todo_of_the_author(line: str) -> None:
    assert is_todo(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "A TODO list app in twelve frameworks",
        "TODO lists are where tasks go to die",
        "TODO comments rot faster than code",
        "- TODOs in code need an owner and a date",
        "TODO is no plan",
        "TodoMVC compares frameworks by one small app",
        "To do this, use a queue",
        "Todo apps are the hello world of frameworks",
        "The TODO Group helps open source offices",
        'She opened with "TODO: rewrite it all"',
        "`TODO` marks what is missing",
        "TBD means that everybody commits to trunk",
        "- TBD: commit to trunk daily",
        "TBD - trunk-based development",
        "Commit to trunk (TBD) at least daily",
        "XXXL shirts were left",
        "TODO=1",
        "`// TODO` without a ticket fails the build",
        "mastodon: @jane",
        "What to do: measure first",
        "- Name: Jane Doe",
    ],
)
def test_no_todo_of_the_author(line: str) -> None:
    assert not is_todo(line)


def read(body: str) -> tuple[list[tuple[int | None, str]], str]:
    """The notices and what is left of a body that begins on line 5, with `.` for a line that was emptied."""
    body = dedent(body).strip("\n")
    post = Post("notes.md", body, body_line=5)
    after = without_todos(post)
    assert (after.path, after.body_line) == (post.path, post.body_line)
    pairs = zip(body.split("\n"), after.body.split("\n"), strict=True)
    left = "\n".join("." if line and not rest else rest for line, rest in pairs)
    return [(notice.line, notice.message) for notice in todo_notices(post)], left


def test_todo_lines_are_emptied_and_reported_with_their_line() -> None:
    assert read(
        """
        The harbour is huge.
        //TODO add the photo of the harbour.
        // and mention the ferry

        // a remark that stays
        - Use SQLite
        - TODO: look at Litestream
          and at its docs
          - which are long
        - Restore a backup monthly #TODO
        <!-- TODO
        schedule -->
        Closing words
        """
    ) == (
        [
            (6, "TODO add the photo of the harbour"),
            (11, "TODO: look at Litestream"),
            (14, "Restore a backup monthly #TODO"),
            (15, "TODO"),
        ],
        dedent(
            """
            The harbour is huge.
            .
            .

            // a remark that stays
            - Use SQLite
            -
            .
              - which are long
            - Restore a backup monthly #TODO
            .
            .
            Closing words
            """
        ).strip("\n"),
    )


@pytest.mark.parametrize("bullet", ["-", "*", "+", "1."])
def test_below_text_no_bullet_is_left_which_would_be_a_heading_or_text(bullet: str) -> None:
    notes = f"Use SQLite.\n{bullet} TODO: ask Ann\n{bullet} Restore backups."
    assert read(notes)[1] == f"Use SQLite.\n.\n{bullet} Restore backups."
    nested = f"- Use SQLite\n  everywhere.\n  {bullet} TODO: ask Ann\n  {bullet} Restore backups."
    assert read(nested)[1] == f"- Use SQLite\n  everywhere.\n.\n  {bullet} Restore backups."


def test_headings_stay_for_the_notes_below_them() -> None:
    notices, left = read("## TODO: Jane's keynote\nShe was right.\n")
    assert notices == [(5, "TODO: Jane's keynote")]
    assert left == "## TODO: Jane's keynote\nShe was right."


@pytest.mark.parametrize(
    "code",
    [
        "```python\n# TODO: retry\n```",
        "~~~\nTODO\n~~~",
        "- ```\n  // TODO: retry\n  ```",
        "{% highlight go %}\n// TODO: retry\n{% endhighlight %}",
        "<pre>\nTODO\n</pre>",
        "Code:\n\n    // TODO: retry",
        "`// TODO` is all that was left",
    ],
)
def test_code_is_left_alone(code: str) -> None:
    assert read(f"{code}\nTODO: after the code") == (
        [(5 + code.count("\n") + 1, "TODO: after the code")],
        f"{code}\n.",
    )


def test_without_todos_the_post_is_the_same() -> None:
    post = Post("notes.md", "# DevNord\n\nMeasure first.\n")
    assert without_todos(post) is post
    assert todo_notices(post) == []


def test_a_long_todo_is_cut_short_in_its_notice() -> None:
    (notice,) = todo_notices(Post("notes.md", "TODO: " + "read the docs " * 20))
    assert len(notice.message) == 120
    assert notice.message.endswith("...")


@given(st.lists(st.sampled_from(["TODO: x", "- TODO", "<!-- TODO", "-->", "```", "text", "", "  more", "TBD"])))
def test_lines_never_move(lines: list[str]) -> None:
    post = Post("notes.md", "\n".join(lines))
    after = without_todos(post).body.split("\n")
    assert len(after) == len(post.body.split("\n"))
    assert all(rest == line or rest in ("", "-") for line, rest in zip(lines, after, strict=False))
