"""A process that reads each notes file of a folder in a child of its own, which may take so much time and memory.

python reading.py FOLDER

Prints a JSON object a line: the path, and the kinds of notices; or what ended the child.
"""

import json
import os
import resource
import sys
from pathlib import Path

from talkdex.ingest.notes.sources import Source, find_sources, read_text
from talkdex.ingest.read import read_note

SECONDS = 90  # of the processor
MEMORY = 2_000_000_000  # bytes beyond what the process has that reads nothing
LENGTH = 65_536  # bytes of an answer at most


def kinds_of(source: Source) -> list[str]:
    text, notices = read_text(source)
    if text is not None:
        notices = (*notices, *read_note(text, source.path).notices)
    return sorted({notice.kind for notice in notices})


def in_child(source: Source) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
        try:
            answer = json.dumps({"path": source.path, "notices": kinds_of(source)})
        except BaseException as error:
            answer = json.dumps({"path": source.path, "failed": repr(error)[:200]})
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answered = pipe.read(LENGTH).decode()
    _, status = os.waitpid(child, 0)
    return answered or json.dumps({"path": source.path, "failed": f"status {status}"})


if __name__ == "__main__":
    read_note("# Redis lies by Ada Lovelace\n\n- At Nordlys 2016 in Oslo\n", "a.md")  # loads the data for all children
    for found in find_sources([sys.argv[1]]):
        print(in_child(found), flush=True)
