"""Notes in every kind of Markdown, and the blocks that are read from them, each with its lines in the file."""

import re
import time
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.notes.blocks import Block, Post
from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"


def read(markdown: str) -> list[Block]:
    return blocks(parse_post(dedent(markdown).removeprefix("\n"), "notes.md"))


def short(block: Block) -> str:
    """A block on one line: `3-4 item:2 text`, the number behind a heading's kind being its level, else its depth."""
    number = block.level if block.kind == "heading" else block.depth
    kind = f"{'>' * block.quoted}{block.kind}{'.' * block.ordered}{f':{number}' if number else ''}"
    lines = str(block.line) if block.line == block.end else f"{block.line}-{block.end}"
    return f"{lines} {kind} {block.text}".rstrip()


@pytest.mark.parametrize(
    "markdown, expected",
    [
        pytest.param(
            """
            # DevNord 2024

            Two days in Oslo,
            by the harbour.

            ## Caching
            - Measure *first*
            - Then cache
            """,
            [
                "1 heading:1 DevNord 2024",
                "3-4 paragraph Two days in Oslo, by the harbour.",
                "6 heading:2 Caching",
                "7 item:1 Measure first",
                "8 item:1 Then cache",
            ],
            id="the usual",
        ),
        pytest.param(
            """
            ---
            title: DevNord
            ---

            # Caching
            """,
            ["5 heading:1 Caching"],
            id="front matter counts",
        ),
        pytest.param(
            """
            Caching
            =======

            Jane Doe
            --------

            one more remark
            that goes on
            ---
            """,
            ["1 heading:1 Caching", "4 heading:2 Jane Doe", "7-8 paragraph one more remark that goes on", "9 rule"],
            id="Setext headings, and a rule right below a paragraph",
        ),
        pytest.param(
            """
            ##Caching
            ### Queues ###
            #Tracing
            #conference #til
            #!/bin/sh
            #
            ####### seven
            """,
            [
                "1 heading:2 Caching",
                "2 heading:3 Queues",
                "3 heading:1 Tracing",
                "4-5 paragraph #conference #til #!/bin/sh",
                "7 paragraph ####### seven",
            ],
            id="headings without a space, hashtags, an empty heading",
        ),
        pytest.param(
            """
            - one
              goes on
            - two

              its second paragraph
                - nested
            \t\t- deeper
            * other marker
            1. first
            2) second
            - [ ] open
            - [x] done
            """,
            [
                "1-2 item:1 one goes on",
                "3 item:1 two",
                "5 paragraph:1 its second paragraph",
                "6 item:2 nested",
                "7 item:3 deeper",
                "8 item:1 other marker",
                "9 item.:1 first",
                "10 item.:1 second",
                "11 item:1 open",
                "12 item:1 done",
            ],
            id="lists",
        ),
        pytest.param(
            "- a\n\t- b\n\t\t- c\n\t- d\n",
            ["1 item:1 a", "2 item:2 b", "3 item:3 c", "4 item:2 d"],
            id="lists nested with tabs",
        ),
        pytest.param(
            "- a\n\n\n- b\n-\n  c\n- \n- d\n",
            ["1 item:1 a", "4 item:1 b", "6 item:1 c", "8 item:1 d"],
            id="lists with blank lines and empty items",
        ),
        pytest.param(
            "- a\n> quoted\n- b\n",
            ["1 item:1 a", "2 >quote quoted", "3 item:1 b"],
            id="a quote that ends a list",
        ),
        pytest.param(
            """
            Why a cache?
                - it is fast
                - it is near
                  and cheap
                    - mostly
                1) a number
            """,
            [
                "1 paragraph Why a cache?",
                "2 item:1 it is fast",
                "3-4 item:1 it is near and cheap",
                "5 item:2 mostly",
                "6 item.:1 a number",
            ],
            id="a list indented too far",
        ),
        pytest.param(
            """
            Pasted:
            • one
              goes on
            • two
            \t◦ nested
            """,
            ["1 paragraph Pasted:", "2-3 item:1 one goes on", "4 item:1 two", "5 item:2 nested"],
            id="bullets pasted from slides",
        ),
        pytest.param("– one\n– two\n", ["1 item:1 one", "2 item:1 two"], id="dashes as bullets"),
        pytest.param("It was fast\n– and cheap.\n", ["1-2 paragraph It was fast – and cheap."], id="one dash"),
        pytest.param("In Oslo in\n2024. It was cold.\n", ["1-2 paragraph In Oslo in 2024. It was cold."], id="a year"),
        pytest.param(
            """
            A cache is a promise
              Nobody keeps it
                Not even Redis
              Measure how often it is broken, with a tool that you trust and that others
              can run
            Queues hide problems
            """,
            [
                "1 paragraph A cache is a promise",
                "2 item:1 Nobody keeps it",
                "3 item:2 Not even Redis",
                "4-5 item:1 Measure how often it is broken, with a tool that you trust and that others can run",
                "6 paragraph Queues hide problems",
            ],
            id="an outline without bullets",
        ),
        pytest.param(
            "- A cache is\n    A promise\n\n[slides](\n  https://slides.example\n)\n",
            ["1-2 item:1 A cache is A promise", "4-6 paragraph slides"],
            id="indentation within an item or link is no outline",
        ),
        pytest.param("    - a\n    - b\n", ["1 item:1 a", "2 item:1 b"], id="an indented list is no code"),
        pytest.param(
            """
            > Quoted words
            > go on
            lazily
            > - item
            >> nested
            """,
            ["1-3 >quote Quoted words go on lazily", "4 >item:1 item", "5 >quote nested"],
            id="quotes",
        ),
        pytest.param(
            "> [!tip] Title\n> body\n",
            ["1-2 >quote Title body"],
            id="callouts of Obsidian",
        ),
        pytest.param(
            """
            Talk | Speaker
            --- | :---:
            [Caching](caching.md) | Jane Doe
            Queues

            | One |
            |-----|
            | a \\| b |

            Text above
            | a | b |
            |---|---|
            | 1 | 2 | 3 |
            """,
            [
                "1 table Talk | Speaker",
                "3 table Caching | Jane Doe",
                "4 table Queues",
                "6 table One",
                "8 table a | b",
                "10 paragraph Text above",
                "11 table a | b",
                "13 table 1 | 2 | 3",
            ],
            id="tables, also with uneven rows",
        ),
        pytest.param(
            "- item\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n",
            ["1 item:1 item", "3 table:1 a | b", "5 table:1 1 | 2"],
            id="a table in a list",
        ),
        pytest.param(
            """
            ```python
            # no heading
            - no item
            ```
            - item
              ```
              code
              ```

            Text

                indented

            ~~~
            not closed
            """,
            ["1-4 code", "5 item:1 item", "6-8 code:1", "10 paragraph Text", "12 code", "14-15 code"],
            id="code",
        ),
        pytest.param(
            "{% highlight go %}\n// # no heading\n{% endhighlight %}\n{{< highlight go >}}\nx\n{{< /highlight >}}\n",
            ["1-3 code", "4-6 code"],
            id="code of Jekyll and Hugo",
        ),
        pytest.param(
            """
            {:refdef: style="center"}
            Text{:.lead} here
            {: .note}
            {% include video.html id="x" %}
            {{< figure src="a.png" >}}
            {{% notice tip %}}
            A hint
            {{% /notice %}}
            """,
            ["2 paragraph Text here", "7 paragraph A hint"],
            id="kramdown, Liquid and shortcodes",
        ),
        pytest.param(
            """
            !!! note "Look"
                First line
                - item

                Second paragraph

            After
            """,
            ["1-2 paragraph Look First line", "3 item:1 item", "5 paragraph Second paragraph", "7 paragraph After"],
            id="admonitions",
        ),
        pytest.param(
            """
            <dl>
            <dt>Caches lie : Sol</dt><dd><p>Measure first.</p></dd>

            <dt>Slow is smooth : Nowak</dt>
            <dd>Release often.</dd>
            </dl>
            After
            """,
            [
                "2 item:1 Caches lie : Sol",
                "2 paragraph:1 Measure first.",
                "4 item:1 Slow is smooth : Nowak",
                "5 paragraph:1 Release often.",
                "6-7 html After",
            ],
            id="terms with definitions, which belong to them",
        ),
        pytest.param(
            """
            <h2>Caching</h2>
            <p>Measure
            first.</p>
            <ul>
            <li>One</li>
            <li>Two <b>bold</b></li>
            </ul>
            <script>
            alert("x")
            </script>

            <!-- hidden
            words -->
            Text

            <details>
            <summary>More</summary>

            - inside

            </details>
            """,
            [
                "1 heading:2 Caching",
                "2-3 paragraph Measure first.",
                "5 item:1 One",
                "6 item:1 Two bold",
                "14 paragraph Text",
                "17 html More",
                "19 item:1 inside",
            ],
            id="HTML",
        ),
        pytest.param(
            "A claim[^1].\n\n[^1]: The source.\n\n[docs]: https://docs.example\n",
            ["1 paragraph A claim.", "3 paragraph The source."],
            id="footnotes and link definitions",
        ),
        pytest.param("***\n\n- - -\n\n___\n", ["1 rule", "3 rule", "5 rule"], id="rules"),
        pytest.param("# Caching", ["1 heading:1 Caching"], id="no newline at the end"),
        pytest.param("\n\n  \n", [], id="blank"),
        pytest.param("", [], id="empty"),
    ],
)
def test_blocks_with_their_lines(markdown: str, expected: list[str]) -> None:
    assert [short(block) for block in read(markdown)] == expected


def test_raw_text_is_without_the_marks_of_its_block() -> None:
    found = read("## A *b* ##\n\n> - [x](y)\n>   goes **on**\n\n| a | `b` |\n|--|--|\n")
    assert [block.raw for block in found] == ["A *b*", "[x](y)\ngoes **on**", "a | `b`"]


def test_sentences_know_their_lines() -> None:
    (block,) = read("First one. The second\ngoes on here. A\nthird.\n")
    assert [(span.line, span.text) for span in block.spans] == [
        (1, "First one."),
        (1, "The second goes on here."),
        (2, "A third."),
    ]


def test_a_line_that_ends_early_ends_a_statement() -> None:
    (block,) = read("No gain in speed\nA gain in scalability\nand a talk by\nJane Doe\n")
    assert [(span.line, span.text) for span in block.spans] == [
        (1, "No gain in speed"),
        (2, "A gain in scalability and a talk by Jane Doe"),
    ]


def test_a_line_that_is_wrapped_goes_on() -> None:
    (block,) = read("We measured for a week before we dared to say that our service on\nKubernetes was slower\n")
    assert [span.line for span in block.spans] == [1]


def test_links_know_their_lines_and_find_their_definitions() -> None:
    (item, _) = read("- see [a](x.md)\n  and [Docs] or\n  ![s](s.png)\n\ntext\n\n[docs]: https://docs.example 'Docs'\n")
    assert [(link.line, link.text, link.url, link.image) for link in item.links] == [
        (1, "a", "x.md", False),
        (2, "Docs", "https://docs.example", False),
        (3, "s", "s.png", True),
    ]
    assert item.text == "see a and Docs or"


def test_bold_runs_are_kept() -> None:
    assert [block.bold for block in read("**Caching** by __Jane Doe__\n\n- plain\n")] == [("Caching", "Jane Doe"), ()]


def test_a_long_line_over_dashes_is_a_paragraph_over_a_rule() -> None:
    text = "and so on " * 20
    assert [short(block) for block in read(f"{text}\n---\n")] == [f"1 paragraph {text.strip()}", "2 rule"]


LINES = st.sampled_from(["text", "- item", "  - nested", "\t- tab", "1. one", "> quote", "> - in quote", "", ""])
MARKS = st.sampled_from(["# Heading", "##Heading", "===", "---", "```", "    code", "| a | b |", "|---|---|", "• x"])
TAGS = st.sampled_from(["<p>x</p>", "<!--", "-->", "[a]: b", "!!! note", "{% highlight x %}", "{: .lead}"])
# Without a bare marker: right below a quote, mistune puts it before the quote.
NOISE = st.text("ab -*>#|`\t<!", max_size=8).filter(lambda text: text.strip() not in ("-", "*"))


@given(st.lists(LINES | MARKS | TAGS | NOISE, max_size=14), st.integers(1, 9))
def test_every_block_has_the_text_of_its_lines(lines: list[str], first: int) -> None:
    previous = 0
    for block in blocks(Post("notes.md", "\n".join(lines), first)):
        assert first <= block.line <= block.end < first + len(lines)
        assert previous <= block.line
        previous = block.line
        check_lines(block, lines, first)


def check_lines(block: Block, lines: list[str], first: int) -> None:
    """Each line of a block's raw text stands on its line of the file, and each sentence begins on its own."""
    if block.kind in ("code", "rule"):
        return
    for offset, raw in enumerate(block.raw.split("\n")):
        line = lines[block.line + offset - first]
        cells = raw.split(" | ") if block.kind == "table" else [raw]
        for cell in cells:
            assert squash(cell) in squash(line), (block, line)
    for span in block.spans:
        assert block.line <= span.line <= block.end


def squash(text: str) -> str:
    return re.sub(r"[\s\\]+|#+\s*$", "", text)


@pytest.mark.parametrize(
    "markdown",
    [
        *("- a\n" * 5_000, "> " * 3_000, "- " * 3_000, ">" * 3_000, "| a | b |\n" * 5_000, "```\n" * 5_000),
        *("a\n" * 9_000, "<div>\n" * 5_000, "!!! note\n" * 5_000, "a\n---\n" * 5_000, "[a]: b\n" * 3_000),
        "".join(f"{' ' * 2 * depth}- a\n" for depth in range(300)),
        "x\n" + "".join(f"{' ' * (4 + depth % 99)}- a\n" for depth in range(3_000)),
    ],
    ids=lambda markdown: repr(markdown[:12]),
)
def test_no_notes_take_long(markdown: str) -> None:
    begin = time.process_time()
    blocks(Post("notes.md", markdown))
    assert time.process_time() - begin < 4  # quadratic time would be minutes


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real notes is not here")
def test_blocks_of_real_notes_have_the_text_of_their_lines() -> None:
    for file in sorted(CORPUS.rglob("*.md"))[::9]:
        text = file.read_text("utf-8-sig").replace("\r", " ")
        for block in blocks(parse_post(text, file.name)):
            check_lines(block, text.split("\n"), 1)


def test_bold_lines_above_text_are_blocks_of_their_own() -> None:
    found = read("**Caches lie**\n**Ines Falkner**\nMeasure before you add one.\n")
    assert [(block.line, block.text) for block in found] == [
        (1, "Caches lie"),
        (2, "Ines Falkner"),
        (3, "Measure before you add one."),
    ]
    assert len(read("**Agenda item**\n" * 3000)) == 3000
