from html import escape
from html.parser import HTMLParser

import pytest
from growth import TOO_MUCH, growth, of_piece
from odd_texts import INLINE

from talkdex.datasette_plugins.notes_html import LONGEST, render_notes

CODE = [
    "if [[ -f ~/.bashrc ]]; then",
    "[[nodiscard]] int f();",
    "TODO=1",
    "##comment",
    "{% if %}",
    "{:a 1}",
    "{{< x >}}",
]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        # the title goes, in each way to write it
        ("# A title\n\nText", "<p>Text</p>"),
        ("##A title\nText", "<p>Text</p>"),
        ("A title\n=======\n\nText", "<p>Text</p>"),
        ("Text without a title", "<p>Text without a title</p>"),
        # headings begin below the page's own
        ("# T\n\n## One\n\n### Two", "<h3>One</h3>\n<h4>Two</h4>"),
        ("## T\n\n#### One\n\n##### Two", "<h3>One</h3>\n<h4>Two</h4>"),
        ("# T\n\n## One\n\n##### Two\n\n### Three", "<h3>One</h3>\n<h4>Two</h4>\n<h4>Three</h4>"),
        ('# T\n\n<h1 class="x">One</h1>', "<h3>One</h3>"),
        ("# T\n\n##NoSpace", "<h3>NoSpace</h3>"),
        # markup of site generators goes
        ('[a](https://a.example/){:target="_blank"}', '<a href="https://a.example/"'),
        ("{% raw %}\nText", "<p>Text</p>"),
        ("{{< youtube abc >}}Text", "<p>Text</p>"),
        ("{: .left}\nText", "Text"),
        ("<div>\n{% include image.html %}\n</div>", "<div>\n\n</div>"),
        ("{% highlight sh %} without an end", "<p> without an end</p>"),
        # wiki links keep their words
        ("By [[Ada Byron]] and [[people/grace| Grace]]", "By Ada Byron and Grace"),
        # the author's own remarks are no notes
        ("One\n\nTODO: find the slides\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\n\n//TODO find the slides", "<p>One</p>"),
        ("- TODO: ask Ann\n- Use SQLite", "<ul>\n<li>Use SQLite</li>\n</ul>"),
        ("We use Redis\n- TODO: ask Ann", "<p>We use Redis</p>"),
        ("TODO lists do not scale.", "<p>TODO lists do not scale.</p>"),
        # code is shown as it is written, first in the notes, too
        *((f"```sh\n{code}\n```", f"<code>{escape(code)}\n</code>") for code in CODE),
        *((f"Text\n\n    {code}", f"<code>{escape(code)}</code>") for code in CODE),
        *((f"{{% highlight sh %}}\n{code}\n{{% endhighlight %}}", f"<code>{escape(code)}\n</code>") for code in CODE),
        *((f"Write `{code}` then", f"<p>Write <code>{escape(code)}</code> then</p>") for code in CODE),
        ("`{% raw %}{{ url }}{% endraw %}`", "<p><code>{{ url }}</code></p>"),
        ("{% highlight sh %}npm install{% endhighlight %}", "<pre><code>npm install</code></pre>"),
        ("- One\n  {% highlight sh %}\n  ls\n  {% endhighlight %}", "<pre><code>ls\n</code></pre>"),
        ("<pre>\n{% if %}\n</pre>", "<pre>{% if %}\n</pre>"),
        ("```\n---\na: b\n```", "<pre><code>---\na: b\n</code></pre>"),
        # what notes are made of
        ("- [ ] open\n- [x] done", "<li>☐ open</li>\n<li>☑ done</li>"),
        ("```sql\nSELECT 1 < 2;\n```", "<pre><code>SELECT 1 &lt; 2;\n</code></pre>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        ("~~gone~~", "<del>gone</del>"),
        # images on the web are shown, others are named
        ("![A diagram](https://a.example/x.png)", '<img src="https://a.example/x.png" alt="A diagram"'),
        ("![A diagram](img/x.png)", "[Image: A diagram]"),
    ],
)
def test_notes_become_html(markdown: str, html: str) -> None:
    assert html in render_notes(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)></svg>",
        "<svg><script>alert(1)</script></svg>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java\tscript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a](vbscript:alert(1))",
        "![a](javascript:alert(1))",
        '![a](https://a.example/" onerror="alert(1))',
        "<a href='javascript:alert(1)'>a</a>",
        "<iframe src=https://a.example></iframe>",
        "<form action=https://a.example><input name=q></form>",
        "<style>body{display:none}</style>",
        '<p style="position:fixed">a</p>',
        '<div onclick="alert(1)">a</div>',
        "<object data=x></object><embed src=x>",
        "<math><mtext><script>alert(1)</script></mtext></math>",
        "<meta http-equiv=refresh content='0;url=https://a.example'>",
        "<base href=https://a.example>",
        "[[x|<script>alert(1)</script>]]",
        "```\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_nothing_in_notes_is_active(markdown: str) -> None:
    elements = Elements()
    elements.feed(render_notes(markdown))
    assert {tag for tag, _, _ in elements.found} <= {"p", "a", "img", "small", "div", "pre", "code", "br"}
    assert {attribute for _, attribute, _ in elements.found} <= {"", *SAFE_ATTRIBUTES}
    for _, attribute, value in elements.found:
        assert attribute not in ("href", "src") or value.startswith("https://")


SAFE_ATTRIBUTES = ("href", "src", "alt", "title", "rel", "loading", "referrerpolicy")


class Elements(HTMLParser):
    """All (tag, attribute, value) of some HTML; tags without attributes as (tag, "", "")."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs] or [(tag, "", "")]


@pytest.mark.parametrize("markdown", [">" * 5000, "[" * 5000, "- " * 2000, "*" * 9999, "<div>" * 999, "`" * 9999, ""])
def test_odd_notes_are_no_trouble(markdown: str) -> None:
    render_notes(markdown)


def test_relative_links_lose_their_address() -> None:
    assert render_notes("[other notes](../2019/notes.md)") == (
        '<p><a rel="noopener noreferrer nofollow">other notes</a></p>\n'
    )


@pytest.mark.parametrize("piece", [*INLINE, " ", "{% endhighlight "])
def test_pieces_are_shown_in_linear_time(piece: str) -> None:
    assert growth(of_piece(piece), 8_000, read=render_notes.__wrapped__) < TOO_MUCH


@pytest.mark.parametrize("html", ["<div>", "<ul><li>", "<table><tr><td>", "<svg><g>", "<DIV/>", "<b></i><p>"])
def test_elements_within_elements_are_shown_in_linear_time(html: str) -> None:
    assert growth(lambda size: html * (size // len(html)), 24_000, read=render_notes.__wrapped__) < TOO_MUCH


def test_what_is_not_closed_goes_on_in_few_paragraphs() -> None:
    """A browser opens all of it again in each."""
    notes = "".join(f"<b class={number}>" for number in range(300)) + "\n\nText" * 300
    assert len(render_notes(notes)) < 20 * len(notes)


def test_html_as_people_write_it_stays() -> None:
    notes = "<p>One<p>Two<br>" * 50 + "\n\n" + "<div>\n<b>Three</b>\n</div>\n\n" * 50 + "- a\n  - b\n    - c"
    assert "&lt;" not in render_notes(notes)


def test_of_very_long_notes_the_beginning_is_shown_and_said() -> None:
    html = render_notes("We use Redis for caches.\n" * (LONGEST // 20))
    assert LONGEST * 0.9 < len(html) < LONGEST * 1.1
    assert html.endswith("We use Redis for caches.</p>\n<p><small>(The notes go on in their file.)</small></p>\n")
    assert "go on" not in render_notes("We use Redis for caches.\n" * 1000)


def test_many_checkboxes_are_no_deep_html():
    boxes = "".join(f"- [x] point {number}\n" for number in range(30))
    assert "<b>bold</b>" in render_notes(f"{boxes}\nwords in <b>bold</b>\n")
