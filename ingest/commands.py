"""What commands print and what ends them in, what a terminal or pipe can take out: no traceback, but a sentence."""

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path

import click

from talkdex.ingest.errors import TalkdexError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
SHORT = re.compile("-(?!-)")
WORD = "\0"  # before a word that click would else take for options; no argument can have it


class Commands(click.Group):
    """Turns our own errors into one sentence and exit code 1, and a closed pipe (`| head`) into a quiet end.

    Output that finds no room, as on a full disk, ends so, too. What the terminal's encoding lacks is a question mark.
    """

    def invoke(self, ctx: click.Context) -> object:
        if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
            sys.stdout.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except TalkdexError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            _forget_what_is_left()
            ctx.exit(1)
        except OSError as error:
            if error.errno not in NO_ROOM or error.filename is not None:  # it is not what is printed
                raise
            _forget_what_is_left()
            raise click.ClickException(f"the output cannot be written: {error.strerror or error}.") from error


class WordsCommand(click.Command):
    """A command whose argument `words` may have `-kafka` among them, as the search box may: no row of short options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        known = {name for option in options for name in option.opts}
        with_value = {name for option in options if not option.is_flag for name in option.opts}
        marked = [
            f"{WORD}{arg}" if SHORT.match(arg) and arg not in known and before not in with_value else arg
            for before, arg in pairwise(["", *args])
        ]
        rest = super().parse_args(ctx, marked)
        ctx.params["words"] = tuple(word.removeprefix(WORD) for word in ctx.params["words"])
        return rest


def print_json(text: str) -> None:
    """A line in UTF-8, which JSON always is, whatever the terminal's encoding."""
    click.echo(text.encode())


@contextmanager
def told_as(failure: str, path: Path | None) -> Iterator[None]:
    """What the system says of a file, as one of our errors. A closed pipe is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise TalkdexError(f"{failure}: {error.strerror or error}.", error.filename or path) from error


def _forget_what_is_left() -> None:
    """So that Python, which flushes standard output in the end, does not fail again."""
    sys.stdout = open(sys.stderr.fileno(), "w", closefd=False)  # noqa: SIM115
