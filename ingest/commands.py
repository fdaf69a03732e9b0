"""What ends a command in, what a person is told out: one sentence and exit code 1, and no traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from talkdex.ingest.errors import TalkdexError


class Commands(click.Group):
    """Turns our own errors into one sentence and exit code 1, and a closed pipe (`| head`) into a quiet end."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except TalkdexError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            sys.stdout = open(sys.stderr.fileno(), "w", closefd=False)  # noqa: SIM115 - nothing is left to flush
            ctx.exit(1)


@contextmanager
def told_as(failure: str, path: Path | None) -> Iterator[None]:
    """What the system says of a file, as one of our errors. A closed pipe is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise TalkdexError(f"{failure}: {error.strerror or error}.", error.filename or path) from error
