"""Notes that change in, the database built again out."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import watchfiles

from talkdex.ingest.errors import NotesError
from talkdex.ingest.notes.remote import is_url
from talkdex.ingest.notes.sources import SUFFIXES, Source, find_sources

FIRST = 500  # milliseconds until the first build, by when changes are seen that come while it goes on


class Watch:
    """Builds the database again when notes change, in a process of its own, so that pages stay quick meanwhile."""

    def __init__(self, notes: Sequence[str], build_arguments: Sequence[str], say: Callable[[str], None]):
        sources = find_sources(notes)
        self._roots = sorted({source.root for source in sources})
        for root in filter(is_url, self._roots):
            raise NotesError("changes there cannot be watched. Serve the database, and build it now and then.", root)
        self._command = [sys.executable, "-m", "talkdex.ingest.cli", "build", *build_arguments, "--quiet", "--json"]
        self._say = say
        self._notes, self._folders = notes, _names_of_folders(sources)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        changes = watchfiles.watch(
            *self._roots,
            watch_filter=self._concerns_notes,
            stop_event=self._stop,
            raise_interrupt=False,
            rust_timeout=FIRST,
            yield_on_timeout=True,
        )
        for number, changed in enumerate(changes):
            if changed or not number:  # notes may have changed since they were read; from now on, none is missed
                self._build()

    def _concerns_notes(self, change: watchfiles.Change, path: str) -> bool:
        """Whether it is a notes file, or a folder, which some systems report alone when it is moved in or away."""
        is_note = path.lower().endswith(SUFFIXES)
        return is_note or os.path.isdir(path) or os.path.basename(path) in self._folders

    def _build(self) -> None:
        with suppress(NotesError):  # which the build tells
            self._folders |= _names_of_folders(find_sources(self._notes))
        done = subprocess.run(self._command, capture_output=True, text=True)
        if done.returncode:
            self._say(f"{done.stderr.strip()} The database is left as it was.")
            return
        summary = json.loads(done.stdout)
        changes = {"read again": summary["read"], "removed": summary["removed"]}
        if said := [f"{count} {'note' if count == 1 else 'notes'} {what}" for what, count in changes.items() if count]:
            self._say(", ".join(said) + ".")


def _names_of_folders(sources: Iterable[Source]) -> set[str]:
    """The names of the folders in which notes are, which cannot be told from other files once they are gone."""
    return {name for source in sources for name in Path(source.file).parts[:-1]}
