"""Writes the files that a notes folder should not have: too large, too deep, not text, no files at all.

NOTICES says for each which kind of notice it gives; None for one that is strange, but can be read.
"""

import os
import socket
from collections.abc import Callable
from pathlib import Path

PWNED = "pwned"  # the name of a file that nobody may write
SECRET = "the key under the doormat"  # in a file outside of the notes

Write = Callable[[Path], None]


def _text(text: str) -> Write:
    return lambda path: _write(path, text.encode())


def _bytes(data: bytes) -> Write:
    return lambda path: _write(path, data)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _link(target: str) -> Write:
    return lambda path: path.symlink_to(target)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        before = os.getcwd()
        os.chdir(path.parent)  # as the whole path may be too long for a socket
        listening.bind(path.name)
        os.chdir(before)


def _front_matter(text: str) -> Write:
    return _text(f"---\n{text}\n---\n\n# Caches lie\n\nby Ola Dunk\n\n- Measure them first\n")


_LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "\n".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)
)
_TALK = "# Caches lie\n\nby Ola Dunk\n\n- Measure them first, as Redis lies too\n"

FILES: dict[str, tuple[Write, str | None]] = {
    # too large
    "line-of-50-mb.md": (_bytes(b"word " * 10_000_000), "unreadable"),
    "line-of-9-mb.md": (_bytes(b"word " * 1_800_000), None),
    "one-word-of-9-mb.md": (_bytes(b"a" * 9_000_000), None),
    "sections.md": (
        _text("".join(f"## Caches lie {n}\n\nby Ola Dunk\n\n- Measure {n}\n\n" for n in range(20_000))),
        None,
    ),
    "links.md": (_text("".join(f"- [a{n}](https://example.org/{n})\n" for n in range(50_000))), None),
    # too deep
    "lists.md": (_text("".join(f"{'  ' * n}- a\n" for n in range(2_000))), None),
    "lists-in-a-line.md": (_text("- " * 10_000 + "a\n"), None),
    "quotes.md": (_text("> " * 10_000 + "a\n"), None),
    "brackets.md": (_text("[" * 100_000 + "a" + "](b)" * 100_000), None),
    "emphasis.md": (_text("**a *b _c " * 50_000), None),
    "divs.md": (_text("<div>\n" * 50_000), None),
    "parens.md": (_text("# " + "(" * 500_000 + "\n"), None),
    # front matter
    "laughs.md": (_front_matter(_LAUGHS), "front-matter"),
    "loop-in-yaml.md": (_front_matter("title: &t [*t]"), "front-matter"),
    "deep-yaml.md": (_front_matter(f"title: {'[' * 500_000}"), "front-matter"),
    "deep-keys.md": (_front_matter("\n".join(f"{' ' * n}a:" for n in range(1_500))), "front-matter"),
    "object.md": (_front_matter(f'title: !!python/object/apply:os.system ["touch {PWNED}"]'), "front-matter"),
    "deep.json.md": (_text('{"title":' + "[" * 500_000 + "\n\n" + _TALK), "front-matter"),
    "deep-closed.json.md": (_text('{"title":' + "[" * 90_000 + "]" * 90_000 + "}\n\n" + _TALK), "front-matter"),
    "deep.toml.md": (_text(f"+++\ntitle = {'[' * 500_000}\n+++\n\n{_TALK}"), "front-matter"),
    "keys.toml.md": (_text(f"+++\n{'a.' * 200_000}b = 1\n+++\n\n{_TALK}"), "front-matter"),
    "number.md": (_front_matter(f"year: {'9' * 100_000}"), "front-matter"),
    # not text, or in several encodings
    "mixed.md": (_bytes(_TALK.encode() + "- café\n".encode("latin-1") + "- naïve\n".encode()), "encoding"),
    "nul.md": (_bytes(_TALK.replace("a", "a\0", 1).encode()), None),
    "nuls.md": (_bytes(_TALK.replace("a", "a\0").encode()), "unreadable"),
    "binary.md": (_bytes(bytes(range(256)) * 400), "unreadable"),
    "bidi.md": (_text("# \u202eeil sehcaC\u202c \u200fby Ola Dunk\n\n- \u2066Measure\u2069 them\n"), None),
    # no files
    "loop.md": (_link("loop.md"), "unreadable"),
    "dangling.md": (_link("gone.md"), "unreadable"),
    "zeros.md": (_link("/dev/zero"), "unreadable"),
    "memory.md": (_link("/proc/self/mem"), "unreadable"),  # which gives an error when it is read
    "pipe.md": (os.mkfifo, "unreadable"),
    "socket.md": (_socket, "unreadable"),
    "folder.md": (Path.mkdir, None),
    # names
    "new\nline.md": (_text(_TALK), None),
    "\u202egpj.md": (_text(_TALK), None),
    "\x1b[2J\x1b]0;title\x07.md": (_text(_TALK + "- TODO: \x1b[31mred\n"), "todo"),
    os.fsdecode(b"caf\xe9.md"): (_text(_TALK), None),
    "<script>alert(1)<.md": (_text(_TALK), None),
    "'; DROP TABLE talks; --.md": (_text(_TALK), None),
    "%2e%2e%2fetc.md": (_text(_TALK), None),
    "-rf ~.md": (_text(_TALK), None),
    "a" * 250 + ".md": (_text(_TALK), None),
    # ways out of the folder
    "ways-out.md": (
        _text(
            _TALK + "- [a](../secret.md) and ![b](../secret.md), [[../secret]] or ![[../secret.md]]\n"
            "- [c](file:///etc/passwd) ![d](../../../../../../etc/passwd) <img src=../secret.md>\n"
            "{% include ../secret.md %}\n{{< readfile ../secret.md >}}\n"
        ),
        None,
    ),
}
NOTICES = {name: kind for name, (_, kind) in FILES.items()}


def write_nasty_notes(folder: Path) -> None:
    """Write them all into a new folder, with a secret beside it that links of theirs lead to."""
    folder.mkdir()
    (folder.parent / "secret.md").write_text(f"# {SECRET}\n")
    for name, (write, _) in FILES.items():
        write(folder / name)
    (folder / "around").symlink_to(folder)
