"""Pieces of text that patterns have to look at twice: markup, names, dates and marks, whole and broken off."""

MARKS = tuple(" \t\n-*_~=[](){}<>|#\\`\"':;,.!?/@&%+$^7aA\r\0é—“”‘’«»…•–\xa0\xad\u3000\u200d\u202e\u0301\ufeff日。яש😀")

INLINE = (
    *("**a** ", "**a ", "**a", "*a* ", "a*", "_a_ ", "_a", "~~a", "==a", "`a` ", "``a", "```", "***a", "[ ] ", "\\*"),
    *("![", "[a](b) ", "[a](", "[a]", "[a][b] ", "[[a]] ", "[[a|", "[^1] ", "[^", "<https://a.b> ", "<mailto:a", "&amp;"),
    *("<!--", "-->", "<!-- TODO ", "<a>", "<a ", "</a>", '<a href="x">', "<a href=", "<b>", "<br>", "<?", "<!A ", "<![CDATA["),
    *("{%", "%}", "{{", "}}", "{{<", "{:", "{% highlight ", "#tag ", "@ada ", "#1 ", ": ", "| a | b ", "a | b ", "(a ", "[a "),
    *("http://a.b/c ", "http://", "https://a.b/", "www.a", "a@b.c ", "a/b", "a_b", "a-b", "aB", "NodeJs", "a.js ", "1.2."),
)
LINES = (
    *("# a\n", "#a\n", "## Talk\n\nby Ada Lovelace\n\ntext\n\n", "# Day 1\n", "Day 1\n", "a\n---\n", "a\n=\n", "---\n\n", "***\n"),
    *("- a\n", "- a\n\n", "* a\n", "1. a\n", "- a\n  - b\n", "-\n", "- - ", "> a\n", "> > ", "> - a\n", "    a\n", "\ta\n", "a\n: b\n"),
    *("| a | b |\n", "|---|---|\n", "a | b\n", "```\n", "~~~\n", "```py\nx\n```\n", "[a]: b\n", "[a]: ", "*[a]: b\n", "[^1]: a\n"),
    *("<div>\n", "<li>a</li>\n", "<pre>", "<script>", "<h2>Talk</h2>\n", "!!! note\n    a\n", '!!! note "', "{% highlight x %}\n"),
    *("  \n", "a  \n", "a\\\n", "a b c.\n\n", "a\n", "TODO: a\n", "- TODO\n", "[TODO ", "FIXME: ", "TBD\n", "Takeaways:\n", "## Takeaways\n"),
    *("Speaker: Ada Lovelace\n", "**Speaker:** Ada Lovelace\n", "Speaker: ", "**Talk title here**\n", "Talk - Ada Lovelace\n"),
)
WORDS = (
    *("word ", "by ", "from ", "of ", "at ", "the ", "in ", "and ", "with ", "von ", "e.g. ", "Mr. ", "J. ", "J.R.R.", "Mc", "O'"),
    *("Ada ", "Ada Lovelace ", "Ada Lovelace, ", "Ada Lovelace and ", "by Ada Lovelace ", "Ada Lovelace (Acme) ", "Ada & Bob & "),
    *("Ada | Bob | ", "a – b – ", "a: b: ", "*by ", "_by Ada_ ", "Room 1 ", "Keynote: ", "lightning talk ", "Slides: ", "video "),
    *("A b. ", "A! ", 'A?" ', '"A talk" ', '"A talk title" by Ada Lovelace, ', "“A talk title” by Ada ", "**A talk title** by Ada. "),
    *("A talk by Ada Lovelace. ", "presented by ", "gave a talk on ", "talked about ", "Ada Lovelace spoke about caches. "),
    *("Redis ", "PostgreSQL, ", "we used ", "conference ", "The Nordlys Conference ", "NordlysConf 2016 ", "Nordlys Conf ", "meetup "),
    *("2016 ", "5 May 2016 ", "2016-05-05 ", "5/5/2016", "5-7 May 2016, ", "May ", "Monday ", "10:30 ", "10:30-11:00 ", "7 ", "1."),
    *("Oslo, ", "Oslo, Norway ", "University of Oslo ", "90 % ", "$5 ", "3x ", "I. ", "What is it? ", "Always measure. "),
)
FRONT_MATTER = (
    *("---\n", "+++\n", ";;;\n", "---json\n", "...\n", "{", "}", '{"a":', "[1,", ".. a: b\n", "<!--\n", "title: a\n", "title: a: b\n"),
    *("tags: [a", "tags: [a, b]\n", "tags:\n- a\n", "date: 2016-05-05\n", "year: 99999\n", "talks:\n  - title: a\n    lines: [1, 2]\n"),
    *("speakers:\n- Ada\n", "takeaways: [a]\n", "event: Nordlys\n", "event:\n  name: a\n", "a: &x [*x]\n", "a: !!python/object:os.x\n"),
    *('title = "a"\n', "[a.b]\n", "a.b = 1\n", "[[talks]]\n", '"title": "a",\n', "? a\n", "a: |\n  b\n", "<<: *x\n", "draft: true\n"),
    *("location: Oslo, Norway\n", "kind: talk\n", "links: [a]\n", "language: en\n", "Title: a\nDate: 2016-05-05\nTags: a\n\n"),
)
PIECES = (*MARKS, *INLINE, *LINES, *WORDS, *FRONT_MATTER)
