"""What a command found in, what it tells in the terminal out: tables and colours for people, plain lines when piped."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from html import unescape
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from talkdex.datasette_plugins.wording import count
from talkdex.ingest.build import Summary
from talkdex.ingest.check import HEADINGS, Noticed
from talkdex.ingest.visible import visible
from talkdex.schema.api import Hit, SearchResults

MARK = re.compile(r"</?mark>")
SECONDS_BETWEEN_LINES = 5.0

OnStep = Callable[[int, int], None]  # how many are done, and how many there are


@contextmanager
def progress(console: Console, *steps: str, every: float = SECONDS_BETWEEN_LINES) -> Iterator[list[OnStep]]:
    """Gives what to call in each step with how many are done, and how many there are.

    On a terminal a bar for each step, once it has begun, with how many a second and the time left; elsewhere a line now
    and then, which short steps end before.
    """
    if not console.is_terminal:
        yield [_Lines(console, step, every).show for step in steps]
        return
    with Progress(*COLUMNS, console=console, transient=True) as bars:
        yield [partial(_show, bars, bars.add_task(step, total=None, visible=False, start=False)) for step in steps]


class _Lines:
    """The progress of a step as lines, `every` so many seconds."""

    def __init__(self, console: Console, step: str, every: float):
        self._console, self._step, self._every = console, step, every
        self._done_at_first, self._first, self._told = 0, 0.0, 0.0

    def show(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._done_at_first:  # before, the step only gets ready
            self._done_at_first, self._first, self._told = done, now, now
        elif now - self._told >= self._every:
            self._told = now
            rate = (done - self._done_at_first) / max(now - self._first, 0.001)
            left = timedelta(seconds=round((total - done) / max(rate, 0.001)))
            line = f"{self._step}: {done:,} of {total:,}, {rate:,.0f} a second, {left} left"
            self._console.print(line, highlight=False, soft_wrap=True)


def _show(bars: Progress, task: TaskID, done: int, total: int) -> None:
    if not bars.tasks[task].started:
        bars.start_task(task)
    bars.update(task, completed=done, total=total, visible=True)


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    _Rate(),
    TimeRemainingColumn(elapsed_when_finished=True),
)


def summary_table(summary: Summary) -> RenderableType:
    """What was found, and below it what needs a look."""
    found = _counts((number, table) for table, number in summary.counts.items())
    read = f"{summary.read:,} of {summary.files:,} files read in {summary.seconds:.1f} s"
    parts = [read, f"{summary.unchanged:,} unchanged"]
    parts += [f"{summary.removed:,} removed"] if summary.removed else []
    parts += [f"{count(summary.drafts, 'draft')} left out (--drafts reads them)"] if summary.drafts else []
    shown: list[RenderableType] = [
        Text(summary.database, style="bold"),
        found,
        Text(", ".join(parts) + ".", style="dim"),
    ]
    if summary.shards:
        files = " … ".join(dict.fromkeys([summary.shards[0], summary.shards[-1]]))
        shown.append(Text(f"{count(len(summary.shards), 'database')} by year: {files}", style="dim"))
    if summary.notices:
        kinds = [(summary.notices[kind], text) for kind, text in HEADINGS.items() if kind in summary.notices]
        shown += [Text(), Text("Needs a look (talkdex check NOTES tells where)", style="bold"), _counts(kinds)]
    return Group(*shown)


def _counts(rows: Iterable[tuple[int, str]]) -> Table:
    table = Table(show_header=False, box=None)
    table.add_column(justify="right", style="cyan")
    table.add_column()
    for number, what in rows:
        table.add_row(f"{number:,}", what)
    return table


def print_notices(console: Console, noticed: Sequence[Noticed]) -> None:
    """The notices under a heading for each kind, one a line, as `path:line: kind: message`."""
    for kind, group in groupby(noticed, key=lambda one: one.notice.kind):
        alike = list(group)
        console.print(f"[bold]{HEADINGS[kind]}[/bold] ({len(alike)})", highlight=False)
        for one in alike:
            console.print(visible(str(one)), markup=False, highlight=False, soft_wrap=True)
        console.print()


def print_hits(console: Console, results: SearchResults) -> None:
    """The talks found, with where their notes are, so that a terminal or editor can jump there."""
    for correction in results.corrections:
        instead = ", ".join(correction.used)
        console.print(f"No talk has “{correction.typed}”; searched for: {instead}", style="dim", markup=False)
    for one in results.understood:
        if not one.labels:
            console.print(f"No talk has the {one.facet} “{one.typed}”.", style="dim", markup=False)
    if not results.hits:
        console.print("Nothing found.")
    for hit in results.hits:
        console.print(_marked(hit.html, "bold"), soft_wrap=True)
        console.print(f"  {visible(_about(hit))}", style="dim", markup=False, highlight=False, soft_wrap=True)
        for takeaway in hit.takeaways:
            line = Text(f"  {takeaway.line:>5}  ", style="cyan") + _marked(takeaway.html, "")
            console.print(line, soft_wrap=True)
        if hit.snippet:
            console.print(Text("         ") + _marked(hit.snippet, "italic"), soft_wrap=True)
        console.print()
    if results.total > len(results.hits):
        console.print(f"{len(results.hits)} of {results.total} talks; --limit shows more.", style="dim")


def _about(hit: Hit) -> str:
    talk = hit.talk
    parts = [", ".join(speaker.name for speaker in talk.speakers), talk.event.name if talk.event else ""]
    return " · ".join([*filter(None, parts), f"{talk.path}:{talk.first_line}"])


def _marked(html: str, style: str) -> Text:
    """Escaped text with `<mark>` around the words found, as coloured text."""
    text = Text(style=style)
    for number, part in enumerate(MARK.split(html)):
        text.append(visible(unescape(part)), "yellow" if number % 2 else None)
    return text
