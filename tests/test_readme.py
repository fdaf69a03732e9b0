"""The README and docs in: every command, query, example and link in them must work."""

import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from talkdex.ingest.cli import main
from talkdex.ingest.notes.post import parse_post
from talkdex.schema.front_matter import stated

REPO = Path(__file__).parents[1]
README = REPO / "README.md"
DOCS = sorted((REPO / "docs").glob("*.md"))


def blocks_of(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def commands_of(page: Path) -> list[list[str]]:
    lines = [line for block in blocks_of(page, "sh") for line in block.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if line.startswith("talkdex ")]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A folder with the sample notes where the README has them, in which its commands are run."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "data").mkdir()
    (folder / "data/notes").symlink_to(REPO / "data/notes")
    return folder


def test_the_commands_of_the_readme_run(checkout):
    ran = []
    for command in commands_of(README):
        if command[1] != "serve":  # has tests of its own, and never ends
            module = [sys.executable, "-m", "talkdex.ingest.cli", *command[1:]]
            done = subprocess.run(module, cwd=checkout, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert done.stdout or done.stderr
            ran.append(command[1])
    assert ran == ["build", "search", "check", "extract", "export", "export", "import"]


def test_the_commands_of_the_guide_to_exports_run(checkout):
    for command in [["talkdex", "build", "data/notes", "--no-vectors"], *commands_of(REPO / "docs/export.md")]:
        done = subprocess.run(
            [sys.executable, "-m", "talkdex.ingest.cli", *command[1:]], cwd=checkout, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    written = ("copy.db", "talkdex-parquet/talks.parquet", "tables.zip", "events.ics", "talks.jsonld")
    assert [name for name in written if not (checkout / name).exists()] == []


def test_the_record_in_the_guide_to_exports_can_be_imported(tmp_path):
    [record] = blocks_of(REPO / "docs/export.md", "json")
    (tmp_path / "talks.jsonl").write_text(record.replace("\n", ""), encoding="utf-8")
    arguments = ["import", str(tmp_path / "talks.jsonl"), "-o", str(tmp_path / "talks.db"), "--no-vectors"]
    done = CliRunner().invoke(main, arguments)
    assert done.output == f"{tmp_path / 'talks.db'}: 1 note, 1 talk\n"


@pytest.mark.parametrize("page", [README, *DOCS], ids=lambda page: page.name)
def test_the_options_in_the_examples_exist(page):
    for command in commands_of(page):
        described = CliRunner().invoke(main, [command[1], "--help"]).output
        for option in (word for word in command[2:] if word.startswith("-")):
            assert re.search(rf"{option}\b", described), f"{option} of {shlex.join(command)}"


@pytest.mark.parametrize("page", [README, *DOCS], ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_the_queries_of_the_guide_find_something(checkout):
    done = CliRunner().invoke(main, ["build", str(REPO / "data/notes"), "-q", "-o", str(checkout / "queries.db")])
    assert done.exit_code == 0, done.output
    database = sqlite3.connect(checkout / "queries.db")
    queries = [query for block in blocks_of(REPO / "docs/database.md", "sql") for query in block.strip().split(";\n")]
    found = {query: len(database.execute(query).fetchall()) for query in queries}
    assert len(found) >= 3
    assert all(found.values()), found


def test_the_front_matter_of_the_guide_is_usable_but_for_the_example_of_errors():
    guide = REPO / "docs/front-matter.md"
    printed = []
    for example in blocks_of(guide, "yaml"):
        text = example if example.startswith("---") else f"---\n{example}---\n"
        post = parse_post(text, "post.md")
        note, notices = stated(post.front_matter, post.keys)
        assert note.event
        printed += [f"notes/post.md:{notice.line}: front-matter: {notice.message}" for notice in notices]
    heading = "Front matter that could not be used (3)"
    assert "\n".join(["```", heading, *printed, "```"]) in guide.read_text(encoding="utf-8")


def test_the_files_that_the_guide_names_as_shapes_are_there():
    named = re.findall(r"\| `([^`]+)`(?:, `([^`]+)`)? \|$", (REPO / "docs/reading.md").read_text("utf-8"), re.MULTILINE)
    paths = [path for row in named for path in row if path]
    assert len(paths) > 14
    assert [path for path in paths if not (REPO / "data/notes" / path).exists()] == []
