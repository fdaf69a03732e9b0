"""Folders as people have them, and the notes files that are found and read there."""

import os
import threading
from pathlib import Path

import pytest

from talkdex.ingest.errors import NotesError
from talkdex.ingest.notes import sources
from talkdex.ingest.notes.sources import Source, find_sources, read_text


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of notes with what lies about beside them."""
    root = tmp_path / "notes"
    for name in (
        "README.md",
        "2023/pycon/keynote.md",
        "2023/pycon/slides.pdf",
        "2024/gophercon.MARKDOWN",
        "2024/day one.txt",
        "2024/draft-ideas.mdx",
        "archive/old.md",
        ".git/COMMIT.md",
        ".hidden.md",
        "node_modules/left-pad/README.md",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n")
    return root


ALL = [
    "2023/pycon/keynote.md",
    "2024/day one.txt",
    "2024/draft-ideas.mdx",
    "2024/gophercon.MARKDOWN",
    "README.md",
    "archive/old.md",
]


def found(*paths: str | Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [source.path for source in find_sources(paths, exclude)]


def test_a_folder_gives_its_notes_sorted_by_path(notes: Path) -> None:
    assert found(notes) == ALL
    assert find_sources([notes])[0] == Source(str(notes), "2023/pycon/keynote.md", str(notes / "2023/pycon/keynote.md"))


def test_the_folder_given_may_be_hidden_itself(notes: Path) -> None:
    hidden = notes.rename(notes.with_name(".notes"))
    assert found(hidden) == ALL


@pytest.mark.parametrize(
    "exclude, left_out",
    [
        ("archive", ["archive/old.md"]),
        ("archive/", ["archive/old.md"]),
        ("./archive", ["archive/old.md"]),
        ("archive/**", ["archive/old.md"]),
        ("*.txt", ["2024/day one.txt"]),
        ("draft-*", ["2024/draft-ideas.mdx"]),
        ("2023/*", ["2023/pycon/keynote.md"]),
        ("2023/pycon", ["2023/pycon/keynote.md"]),
        ("**/pycon", ["2023/pycon/keynote.md"]),
        ("pycon/keynote.md", []),  # a path is one from the top
        ("arch", []),
    ],
)
def test_exclude_names_files_and_folders(notes: Path, exclude: str, left_out: list[str]) -> None:
    assert found(notes, exclude=(exclude,)) == [path for path in ALL if path not in left_out]


def test_exclude_may_repeat_the_path_as_given(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notes.parent)
    assert found("notes", exclude=("notes/2024",)) == ["2023/pycon/keynote.md", "README.md", "archive/old.md"]
    shared = find_sources(["notes"], ["notes/2024"], shared=True)
    assert [source.path for source in shared] == ["2023/pycon/keynote.md", "README.md", "archive/old.md"]
    assert {source.root for source in shared} == {str(notes)}


@pytest.mark.parametrize(
    "pattern, paths",
    [
        ("20*", ["2023/pycon/keynote.md", "2024/day one.txt", "2024/draft-ideas.mdx", "2024/gophercon.MARKDOWN"]),
        ("2024/*.txt", ["day one.txt"]),  # relative to the part without wildcards
        ("*/*.md", ["archive/old.md"]),
        ("**/*.md", ["2023/pycon/keynote.md", "README.md", "archive/old.md"]),
        ("**/pycon", ["2023/pycon/keynote.md"]),
        ("2023/**", ["pycon/keynote.md"]),
        ("202[34]/**/k*", ["2023/pycon/keynote.md"]),
        ("**", ALL),
    ],
)
def test_a_glob_gives_what_it_matches(notes: Path, pattern: str, paths: list[str]) -> None:
    assert found(f"{notes}/{pattern}") == paths


def test_a_name_with_brackets_is_taken_literally(notes: Path) -> None:
    (notes / "[old] talk.md").write_text("# Old\n")
    assert found(notes / "[old] talk.md") == ["[old] talk.md"]


def test_files_of_one_folder_need_no_prefix(notes: Path) -> None:
    assert found(notes / "2024/day one.txt", notes / "2024/gophercon.MARKDOWN") == ["day one.txt", "gophercon.MARKDOWN"]


def test_several_folders_are_told_apart_by_their_names(notes: Path) -> None:
    assert found(notes / "2023", notes / "archive/old.md") == ["2023/pycon/keynote.md", "archive/old.md"]


def test_folders_of_the_same_name_are_told_apart_by_more_of_their_path(tmp_path: Path) -> None:
    for person in ("ada", "ben"):
        (tmp_path / person / "notes").mkdir(parents=True)
        (tmp_path / person / "notes/talk.md").write_text("# Talk\n")
    assert found(tmp_path / "ada/notes", tmp_path / "ben/notes") == ["ada/notes/talk.md", "ben/notes/talk.md"]


def test_a_file_counts_once_under_the_outermost_folder(notes: Path) -> None:
    assert found(notes / "archive", notes, f"{notes}/", notes / "2024/day one.txt") == ALL


def test_paths_relative_to_where_one_stands(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notes)
    assert found(".") == ALL
    assert found("README.md", "./archive/../README.md") == ["README.md"]
    assert read_text(find_sources(["README.md"])[0]) == ("# README.md\n", ())


def test_linked_folders_are_followed_once_and_loops_end(notes: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "linked.md").write_text("# Linked\n")
    (notes / "2022").symlink_to(elsewhere)
    (notes / "a-link-to-2023").symlink_to(notes / "2023")
    (notes / "2023/loop").symlink_to(notes)
    (notes / "self.md").symlink_to(notes / "self.md")
    (notes / "0-link.md").symlink_to(notes / "README.md")
    expected = sorted([*ALL, "2022/linked.md", "self.md"])
    assert found(notes) == found(f"{notes}/**") == expected


@pytest.mark.parametrize(
    "path, message",
    [
        ("nowhere", "nowhere: there is no such file or folder."),
        ("nowhere/*.md", "nowhere/*.md: no notes match this pattern."),
        ("empty", "empty: there are no notes in this folder (.md, .markdown, .mdx or .txt)."),
        ("notes/2023/pycon/slides.pdf", "slides.pdf: this is no notes file (.md, .markdown, .mdx or .txt)."),
    ],
)
def test_a_path_without_notes_is_an_error_that_says_why(notes: Path, path: str, message: str) -> None:
    (notes.parent / "empty").mkdir()
    with pytest.raises(NotesError) as error:
        find_sources([notes, notes.parent / path])
    assert str(error.value).endswith(message)


def test_an_error_names_what_was_excluded(notes: Path) -> None:
    with pytest.raises(NotesError, match=r"in this folder .*, \*\.md excluded"):
        find_sources([notes / "archive"], exclude=["*.md"])
    with pytest.raises(NotesError, match="No notes given"):
        find_sources([])


def test_a_folder_that_cannot_be_opened_is_reported_not_lost(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = notes / "2023"
    scan = os.scandir

    def scandir(path: str | Path) -> "os._ScandirIterator[str]":
        if Path(path) == locked:  # chmod would not stop root, as whom tests in containers run
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(os, "scandir", scandir)
    listed = find_sources([notes])
    assert [source.path for source in listed] == ["2023", *ALL[1:]]
    text, (notice,) = read_text(listed[0])
    assert text is None
    assert (notice.kind, notice.message) == ("unreadable", "The notes in this folder were left out: Permission denied.")


@pytest.mark.parametrize("given", ["notes", "notes/", "notes/**"])
def test_a_folder_given_that_cannot_be_opened_is_an_error(
    notes: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    def scandir(path: str | Path) -> "os._ScandirIterator[str]":
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.chdir(notes.parent)
    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(NotesError, match=r"^notes/?: this folder cannot be opened: Permission denied\.$"):
        find_sources([given])


def read(file: Path) -> tuple[str | None, list[str]]:
    text, notices = read_text(Source(str(file.parent), file.name, str(file)))
    return text, [f"{notice.kind}: {notice.message}" for notice in notices]


def test_a_pipe_named_like_notes_does_not_block(notes: Path) -> None:
    os.mkfifo(notes / "pipe.md")
    source = next(source for source in find_sources([notes]) if source.path == "pipe.md")
    results: list[tuple[str | None, list[str]]] = []
    reader = threading.Thread(target=lambda: results.append(read(Path(source.file))), daemon=True)
    reader.start()
    reader.join(timeout=5)
    assert results == [(None, ["unreadable: This is a pipe or device, not a file, and was left out."])]


def test_a_huge_file_is_left_out_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with open(huge, "wb") as file:
        file.truncate(50 * 1024**3)  # sparse: it takes no space, but reading it would take a minute
    assert read(huge) == (
        None,
        ["unreadable: This file is larger than 10 MB and was left out. Split it, or exclude it."],
    )


def test_the_largest_file_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    (tmp_path / "notes.md").write_bytes(b"0123456789")
    assert read(tmp_path / "notes.md") == ("0123456789", [])
    (tmp_path / "notes.md").write_bytes(b"0123456789\n")
    assert read(tmp_path / "notes.md")[0] is None


def test_what_cannot_be_read_gives_a_notice(tmp_path: Path) -> None:
    (tmp_path / "dangling.md").symlink_to(tmp_path / "gone.md")
    for name in ("vanished.md", "dangling.md"):
        assert read(tmp_path / name) == (None, ["unreadable: This file was left out: No such file or directory."])


def test_names_that_are_no_utf_8_become_storable_paths(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    try:
        (tmp_path / name).write_text("# Café\n")
    except OSError:
        pytest.skip("this file system stores names as UTF-8 only")
    (source,) = find_sources([tmp_path])
    assert source.path == r"caf\xe9.md"
    assert read_text(source)[0] == "# Café\n"
