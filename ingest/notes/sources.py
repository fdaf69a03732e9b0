"""Folders, files, globs and URLs in, the notes files found there out; a notes file in, its text out.

What cannot be read stays in the list, a folder that cannot be opened too, and `read_text` says why: nothing is lost
silently. Where it is the folder given, there is nothing to list, and that is an error.
"""

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from talkdex.ingest.errors import NotesError
from talkdex.ingest.notes import remote
from talkdex.ingest.notes.decoding import decode
from talkdex.ingest.notes.remote import is_url
from talkdex.schema.records import Notice

__all__ = ["MAX_BYTES", "SUFFIXES", "Source", "decode", "fetched", "find_sources", "read_text"]

SUFFIXES = (".md", ".markdown", ".mdx", ".txt")
MAX_BYTES = 10 * 1024 * 1024  # a thousand times the usual note; what is larger is a log or a dump
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})  # beside the hidden ones, which .git is one of
AT_ONCE = 16  # requests to where notes are
LOCAL = "file://"  # in front of a path that is listed as a URL is, with times of change
_MAGIC = "*?["


Text = tuple[str | None, tuple[Notice, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """A notes file. `path` names it in records: unique, relative to `root`, the folder given, with forward slashes.

    `root` and `file` are URLs where they are not on this machine. `size` in bytes and `stamp`, which changes with the
    content, are what the listing of a URL tells; None and empty where one has to look. `text` is what `read_text` gives
    of it, where that was fetched before.
    """

    root: str
    path: str
    file: str
    size: int | None = None
    stamp: str = ""
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    root: str
    file: str
    size: int | None = None
    stamp: str = ""

    @property
    def path(self) -> str:
        if is_url(self.root):
            return self.file.removeprefix(self.root).lstrip("/")
        below = os.path.join(self.root, "")
        within = self.file.removeprefix(below) if self.file.startswith(below) else os.path.relpath(self.file, self.root)
        return _posix(within)


def find_sources(paths: Sequence[str | Path], exclude: Sequence[str] = (), shared: bool = False) -> list[Source]:
    """The notes files in these folders, files, globs and URLs of such, sorted by path.

    Hidden files and folders, `node_modules` and what `exclude` names are left out; an exclude is a glob on a file or
    folder name (`drafts`), or with a slash on the path (`2016/*`). A file that is reached twice counts once, under the
    outermost folder given. Several roots get their folder's name in front of the path. `shared` files are for other
    machines with the same disk: by absolute path, with size and stamp as a URL's. Raises NotesError for a path without
    notes, and for a folder that cannot be opened.
    """
    if not paths:
        raise NotesError("No notes given. Name a folder, a file or a glob.")
    found: list[_Found] = []
    for path in paths:
        given = os.path.expanduser(os.fspath(path))
        here = [note for note in _find(given) if not _is_excluded(note, exclude)]
        if not here:
            raise NotesError(_why_nothing(given.removeprefix(LOCAL), exclude), given)
        found += map(_shared, here) if shared else here
    found = _without_repeats(found)
    prefixes = _prefixes({note.root for note in found})
    sources = [Source(note.root, prefixes[note.root] + note.path, note.file, note.size, note.stamp) for note in found]
    return sorted(sources, key=lambda source: source.path)


def fetched(sources: Sequence[Source]) -> list[Source]:
    """The same files, with their texts where they are elsewhere: requests take long, so many are made at a time."""
    with ThreadPoolExecutor(AT_ONCE) as threads:

        def fetch(source: Source) -> "Future[Text] | None":
            apart = is_url(source.file) and remote.reads_side_by_side(source.root)
            return threads.submit(read_text, source) if apart else None

        coming = [(source, fetch(source)) for source in sources]
        return [replace(source, text=text.result()) if text else source for source, text in coming]


def read_text(source: Source) -> Text:
    """The text of a notes file with LF line ends; None with a notice when it is unreadable, too large or no text."""
    if source.text:
        return source.text
    try:
        if is_url(source.file):
            if (source.size or 0) > MAX_BYTES:
                return None, (_too_large(),)
            data = remote.read_bytes(source.root, source.file)
            return (None, (_too_large(),)) if len(data) > MAX_BYTES else decode(data)
        if not stat.S_ISREG(os.stat(source.file).st_mode):
            return None, (_unreadable(_why_no_file(Path(source.file))),)
        with open(source.file, "rb") as file:
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                return None, (_too_large(),)
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return None, (_unreadable(f"This file was left out: {error.strerror or error}."),)
    return (None, (_too_large(),)) if len(data) > MAX_BYTES else decode(data)


def _find(given: str) -> Iterable[_Found]:
    if given.startswith(LOCAL):
        return map(_shared, _find(unquote(given.removeprefix(LOCAL))))
    if is_url(given):
        return _elsewhere(given)
    if os.path.isdir(given):
        return _in_folder(given)
    if os.path.lexists(given):
        return [_Found(os.path.dirname(given) or ".", given)] if _is_note(given) else []
    return _in_glob(given) if any(letter in given for letter in _MAGIC) else []


def _shared(note: _Found) -> _Found:
    """The same by its absolute path, with what a listing tells, as it does of files elsewhere."""
    if is_url(note.root):
        return note
    note = replace(note, root=os.path.abspath(note.root), file=os.path.abspath(note.file))
    try:
        status = os.stat(note.file)
    except OSError:
        return note
    return replace(note, size=status.st_size, stamp=str(status.st_mtime_ns)) if stat.S_ISREG(status.st_mode) else note


def _elsewhere(url: str) -> Iterator[_Found]:
    for listed in remote.list_files(url):
        note = _Found(listed.root, listed.url, listed.size, listed.stamp)
        *folders, name = note.path.split("/")
        hidden = (part for part in (*folders, name) if part.startswith(".") or part in _SKIPPED_FOLDERS)
        if _is_note(name) and next(hidden, None) is None:
            yield note


def _in_folder(root: str) -> Iterator[_Found]:
    _check_opens(root)
    return (_Found(root, file) for file in _walk(root))


def _in_glob(pattern: str) -> Iterator[_Found]:
    """What a glob matches, relative to its fixed part: `notes/20*/**/*.md` gives paths such as `2016/craft/day-1.md`.

    Matching folders are searched. `**` walks like a folder does: Python's own glob would go round in linked folders.
    """
    parts = pattern.split("/")
    fixed = next(index for index, part in enumerate(parts) if any(letter in part for letter in _MAGIC))
    deep = next((index for index, part in enumerate(parts) if part == "**"), len(parts))
    root = "/".join(parts[:fixed]) or ("/" if pattern.startswith("/") else ".")
    wanted = [part for part in parts[deep:] if part]
    for match in sorted(glob.glob("/".join(parts[:deep]) or root)):
        if not os.path.isdir(match):
            if _is_note(match) and not wanted:
                yield _Found(root, match)
            continue
        if match == root:  # as in `notes/**`
            _check_opens(root)
        for file in _walk(match):
            if not wanted or _matches(_posix(os.path.relpath(file, match)).split("/"), wanted):
                yield _Found(root, file)


def _check_opens(root: str) -> None:
    try:
        os.scandir(root).close()
    except OSError as error:
        raise NotesError(f"this folder cannot be opened: {error.strerror or error}.", root) from error


def _matches(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a path, or a folder above it, matches the parts of a glob; `**` stands for any number of folders."""
    if not wanted:
        return True
    if wanted[0] == "**":
        return any(_matches(names[skip:], wanted[1:]) for skip in range(len(names) + 1))
    return bool(names) and fnmatchcase(names[0], wanted[0]) and _matches(names[1:], wanted[1:])


def _walk(root: str) -> Iterator[str]:
    """The notes files below a folder: each once, linked ones last, so that loops end and links add no repeats."""
    waiting, linked, seen = [root], list[str](), set[tuple[int, int]]()
    while waiting or linked:
        folder = waiting.pop() if waiting else linked.pop()
        try:
            status = os.stat(folder)
            if (identity := (status.st_dev, status.st_ino)) in seen:
                continue
            seen.add(identity)
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name, reverse=True)
        except OSError:
            yield folder  # read_text tells why
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _SKIPPED_FOLDERS:
                continue
            if _is_folder(entry):
                (linked if entry.is_symlink() else waiting).append(entry.path)
            elif _is_note(entry.name):
                yield entry.path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_note(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _is_excluded(note: _Found, exclude: Sequence[str]) -> bool:
    if not exclude:
        return False
    names = note.path.split("/")
    folders = ["/".join(names[:end]) for end in range(1, len(names) + 1)]
    given = note.root if is_url(note.root) else os.path.normpath(note.root)
    as_given = [_posix(os.path.join(given, folder)) for folder in folders]
    for pattern in exclude:
        pattern = pattern.removeprefix("./").removeprefix("**/").rstrip("/").removesuffix("/**")
        candidates = [*folders, *as_given] if "/" in pattern else names
        if any(fnmatchcase(candidate, pattern) for candidate in candidates):
            return True
    return False


def _without_repeats(found: Iterable[_Found]) -> list[_Found]:
    """Each file once: under the outermost root that was given, and rather itself than by a link to it."""
    real = cache(_real)  # of folders alone, as it looks at every part of a path
    first: dict[tuple[str, str], _Found] = {}
    linked: list[_Found] = []
    for note in sorted(found, key=lambda note: len(real(note.root))):
        if os.path.islink(note.file):
            linked.append(note)
        else:
            folder, name = os.path.split(note.file)
            first.setdefault((real(folder or "."), name), note)
    for note in linked:
        folder, name = os.path.split(os.path.realpath(note.file))
        first.setdefault((folder, name), note)
    return list(first.values())


def _real(path: str) -> str:
    return path if is_url(path) else os.path.realpath(path)


def _prefixes(roots: Iterable[str]) -> dict[str, str]:
    """What to put before the paths of each root: nothing for a single one, else as much as tells them apart."""
    names = {root: [name for name in _posix(_real(root)).split("/") if name] for root in roots}
    different = {tuple(parts) for parts in names.values()}
    if len(different) == 1:
        return dict.fromkeys(names, "")
    length = 1
    while len({parts[-length:] for parts in different}) < len(different):
        length += 1
    return {root: "/".join(parts[-length:]) + "/" for root, parts in names.items()}


def _posix(path: str) -> str:
    """The path with forward slashes, in characters that can be stored: names on disk are bytes in any encoding."""
    return os.fsencode(path).decode(errors="backslashreplace").replace(os.sep, "/")


def _why_nothing(given: str, exclude: Sequence[str]) -> str:
    if not (is_url(given) or os.path.lexists(given)):
        is_pattern = any(letter in given for letter in _MAGIC)
        return "no notes match this pattern." if is_pattern else "there is no such file or folder."
    kinds = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
    excluded = f", {', '.join(exclude)} excluded" if exclude else ""
    is_folder = is_url(given) or os.path.isdir(given)
    what = "there are no notes in this folder" if is_folder else "this is no notes file"
    return f"{what} ({kinds}{excluded})."


def _why_no_file(file: Path) -> str:
    if not file.is_dir():
        return "This is a pipe or device, not a file, and was left out."
    try:
        os.scandir(file).close()
    except OSError as error:
        return f"The notes in this folder were left out: {error.strerror or error}."
    return "This is a folder, not a file, and was left out."


def _unreadable(message: str) -> Notice:
    return Notice(kind="unreadable", message=message)


def _too_large() -> Notice:
    return _unreadable(
        f"This file is larger than {MAX_BYTES // 1024 // 1024} MB and was left out. Split it, or exclude it."
    )
