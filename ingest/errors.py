"""What can go wrong, said so that a person can mend it: every error knows its file, and its line where there is one.

TalkdexError
├── NotesError            a notes folder or pattern that is not there, or holds no notes
├── ReaderError           our own reader fails on most files
├── ClusterError          a Dask cluster that is not there, or whose workers cannot read
├── ServeError            an address that cannot be listened on
├── RecordsError          JSON Lines or databases that cannot be imported
├── MissingExtraError     a package that is only installed with an extra
└── DatabaseError         a database file that cannot be used
    ├── NotTalkdexError   it is no database, or one that Talkdex did not build
    ├── NewerVersionError it was built by a newer Talkdex
    └── BusyError         another build is writing it
"""

from pathlib import Path

from talkdex.ingest.visible import visible


class TalkdexError(Exception):
    """Base of all errors that end a command. `str()` gives one sentence, with `path:line:` in front where known."""

    def __init__(self, message: str, path: Path | str | None = None, line: int | None = None):
        self.message, self.path, self.line = message, path, line
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        return visible(f"{place}: {self.message}" if place else self.message)


class NotesError(TalkdexError):
    """A notes folder, file or pattern that is not there, or holds no notes."""


class ReaderError(TalkdexError):
    """Our own reader fails on most files: a mistake of ours, or a broken installation."""


class ClusterError(TalkdexError):
    """There is no Dask cluster at the address, or it cannot read: no workers, other versions, workers that die."""


class ServeError(TalkdexError):
    """The address cannot be listened on."""


class RecordsError(TalkdexError):
    """JSON Lines that cannot be read, a line of them that is no record, or databases that cannot be joined."""


class MissingExtraError(TalkdexError):
    """What is asked for needs a package that is only installed with an extra."""


class DatabaseError(TalkdexError):
    """A database file that cannot be read or written."""


class NotTalkdexError(DatabaseError):
    """The file is no SQLite database, or one that Talkdex did not build and so will not touch."""


class NewerVersionError(DatabaseError):
    """The database has tables from a version of Talkdex that is newer than this one."""


class BusyError(DatabaseError):
    """Another build is writing this database, and did not end in the time that this one waits."""
