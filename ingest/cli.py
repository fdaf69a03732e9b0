"""The command line: `talkdex build`, `serve`, `extract`, `check`, `search`, `export`, `import` and `mcp`."""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Literal, get_args

import click
from click.core import ParameterSource
from rich.console import Console

from talkdex.ingest.commands import Commands, WordsCommand, print_json, told_as
from talkdex.ingest.errors import NotesError

DATABASE = Path("talkdex.db")  # `datasette talkdex.db` names it as our pages want it
JOINED = Path("joined.db")

notes_argument = click.argument("notes", nargs=-1, required=True, metavar="NOTES…")
exclude_option = click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Leave out what has this name or path, e.g. drafts, '2016/*'."
)
drafts_option = click.option("--drafts", is_flag=True, help="Read drafts too.")
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), help="Processes that read the notes.  [default: as many as make it faster]"
)
cluster_option = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Have the workers of a Dask cluster read the notes, e.g. tcp://scheduler:8786.",
)
vectors_option = click.option(
    "--no-vectors",
    "vectors",
    flag_value=False,
    default=True,
    help="Leave out what finds talks by meaning, and takes longest.",
)
PATH = click.Path(path_type=Path)

ExportFormat = Literal["jsonl", "csv", "parquet", "ics", "jsonld"]


def _web_address(_ctx: click.Context, _option: click.Parameter, address: str) -> str:
    if address and not address.startswith(("https://", "http://")):
        raise click.BadParameter("it begins with https:// or http://")
    return address.rstrip("/")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("talkdex"), prog_name="talkdex")
def main() -> None:
    """Turns a folder of conference notes into a searchable, browsable knowledge base."""


@main.command()
@notes_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=DATABASE, show_default=True, help="The database."
)
@exclude_option
@drafts_option
@jobs_option
@cluster_option
@vectors_option
@click.option(
    "--shards",
    type=click.Choice(["year"]),
    help="Write a database for each edition year as well, e.g. talkdex-2019.db.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def build(
    notes: tuple[str, ...],
    output: Path,
    exclude: tuple[str, ...],
    drafts: bool,
    jobs: int | None,
    cluster: str | None,
    vectors: bool,
    shards: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Read NOTES (folders, files, globs or URLs of such, as s3://bucket/notes) and write the database.

    Only what changed since the last build is read again; what is gone from the notes goes from the database.
    """
    from talkdex.ingest.build import build as build_notes
    from talkdex.ingest.report import progress, summary_table

    errors = Console(stderr=True, quiet=quiet)
    steps = ("Reading notes", "Writing what they say", "Indexing their words", "Learning what they mean")
    with progress(errors, *steps) as (on_read, on_written, on_indexed, on_embedded):
        summary = build_notes(
            notes,
            output,
            exclude,
            drafts,
            jobs,
            on_read=on_read,
            on_written=on_written,
            on_indexed=on_indexed,
            vectors=vectors,
            on_embedded=on_embedded,
            cluster=cluster,
            shards=bool(shards),
        )
    if as_json:
        print_json(json.dumps(summary.as_dict(), ensure_ascii=False))
    elif not quiet:
        Console().print(summary_table(summary), soft_wrap=True)


@main.command()
@notes_argument
@exclude_option
@drafts_option
@jobs_option
def extract(notes: tuple[str, ...], exclude: tuple[str, ...], drafts: bool, jobs: int | None) -> None:
    """Print the records of NOTES: one JSON object a line for every file, without a database."""
    from talkdex.ingest.extract import extract as extract_notes
    from talkdex.ingest.notes.sources import find_sources

    for one in extract_notes(find_sources(notes, exclude), drafts=drafts, jobs=jobs):
        if one.note:
            print_json(one.note.model_dump_json())


@main.command()
@notes_argument
@exclude_option
@drafts_option
@jobs_option
@click.option("--strict", is_flag=True, help="Exit with code 1 when anything needs a look.")
def check(notes: tuple[str, ...], exclude: tuple[str, ...], drafts: bool, jobs: int | None, strict: bool) -> None:
    """Print what needs a look in NOTES, as path:line: kind: message.

    TODOs left in the text, talks without speaker or event, events without year, front matter that could not be used,
    files that could not be read, and guesses.
    """
    from talkdex.ingest.check import Noticed, notices_of
    from talkdex.ingest.extract import extract as extract_notes
    from talkdex.ingest.notes.sources import find_sources
    from talkdex.ingest.report import print_notices, progress
    from talkdex.ingest.store.editions import link_events

    sources = find_sources(notes, exclude)
    with progress(Console(stderr=True), "Reading notes") as [on_read]:
        extracts = list(extract_notes(sources, drafts=drafts, jobs=jobs, on_read=on_read))
    records = [one.note for one in extracts if one.note]
    files = {source.path: source.file for source in sources}
    noticed = [Noticed(files[one.path], one.notice) for one in notices_of(records, link_events(records))]
    if noticed:
        print_notices(Console(), noticed)
    else:
        click.echo("Nothing needs a look.")
    if strict and noticed:
        sys.exit(1)


@main.command(cls=WordsCommand)
@click.argument("words", nargs=-1)
@click.option("--db", "database", type=PATH, default=DATABASE, show_default=True, help="The database to search.")
@click.option("--tag", multiple=True, help="Only talks with this tag.")
@click.option("--project", multiple=True, help="Only talks that name this project.")
@click.option("--event", multiple=True, help="Only talks of this event, e.g. 'RubyConf 2015'.")
@click.option("--speaker", multiple=True, help="Only talks of this speaker.")
@click.option("--year", multiple=True, help="Only talks of this year.")
@click.option("--format", multiple=True, help="Only keynotes, lightning talks, …")
@click.option("--city", multiple=True, help="Only talks in this city.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Talks to print.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line for every talk found.")
@click.option("--stdin", is_flag=True, help="Read queries, one a line, and print a JSON list of hits a line for each.")
def search(
    words: tuple[str, ...], database: Path, limit: int, as_json: bool, stdin: bool, **facets: tuple[str, ...]
) -> None:
    """Search takeaways and talks for WORDS, as the search page does: -word leaves out the talks that have it."""
    from talkdex.ingest.find import hit_record, search_talks
    from talkdex.ingest.report import print_hits
    from talkdex.ingest.store.database import read_database

    with read_database(database) as conn:
        if stdin:
            for line in sys.stdin:
                results = search_talks(conn, line.strip(), facets, limit)
                print_json(json.dumps([hit_record(hit) for hit in results.hits], ensure_ascii=False))
            return
        results = search_talks(conn, " ".join(words), facets, limit)
    if as_json:
        for hit in results.hits:
            print_json(json.dumps(hit_record(hit), ensure_ascii=False))
    else:
        print_hits(Console(), results)


@main.command()
@click.argument("database", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(ExportFormat)),
    required=True,
    help="Records as JSON Lines, tables as CSV or Parquet, events as iCalendar, all as schema.org JSON-LD.",
)
@click.option("-o", "--output", type=PATH, help="A file; for tables a folder or an archive.zip.")
@click.option(
    "--url",
    "site",
    default="",
    callback=_web_address,
    help="Where the pages are served, for the addresses in ics and jsonld.",
)
def export(database: Path, form: ExportFormat, output: Path | None, site: str) -> None:
    """Write what is in DATABASE for other tools.

    Without -o, tables are put into a folder named like the database, and the other formats are printed.
    """
    from talkdex.datasette_plugins.wording import count
    from talkdex.ingest.export.output import STANDARD_OUTPUT, output_file
    from talkdex.ingest.export.pages import export_calendar, export_linked_data
    from talkdex.ingest.export.records import export_records
    from talkdex.ingest.export.tables import export_tables
    from talkdex.ingest.store.database import read_database

    with read_database(database) as conn, told_as("cannot be written", output):
        conn.execute("BEGIN")  # all of it as it is at one moment, whatever is built meanwhile
        if form == "csv" or form == "parquet":
            target = output or Path(f"{database.stem}-{form}")
            click.echo(f"{export_tables(conn, target, form)} files in {target}", err=True)
            return
        with output_file(conn, output or STANDARD_OUTPUT) as out:
            if form == "jsonl":
                told = count(export_records(conn, out), "note")
            elif form == "jsonld":
                told = f"{export_linked_data(conn, out, site):,} events, speakers and talks"
            else:
                dated, undated = export_calendar(conn, out, site)
                told = count(dated, "event")
                click.echo(f"{count(undated, 'event')} left out: the days are not known", err=True)
        if output:
            click.echo(f"{told} in {output}", err=True)


@main.command("import")
@click.argument("files", type=PATH, nargs=-1, required=True, metavar="FILE…")
@click.option("-o", "--output", type=PATH, default=DATABASE, show_default=True, help="The database.")
@vectors_option
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def import_(files: tuple[Path, ...], output: Path, vectors: bool, quiet: bool) -> None:
    """Make the database hold what FILE says: JSON Lines that `talkdex export` wrote, or - for standard input.

    Or what several databases hold, such as those of single years that `talkdex build --shards year` wrote.

    What it held before is replaced, or stays as it was when something cannot be used.
    """
    from talkdex.datasette_plugins.wording import count
    from talkdex.ingest.report import progress
    from talkdex.ingest.restore import read_records, restore
    from talkdex.ingest.shards import join
    from talkdex.ingest.store.database import is_database

    source = Path("standard input") if str(files[0]) == "-" else files[0]
    with progress(Console(stderr=True, quiet=quiet), "Writing what they say", "Learning what they mean") as steps:
        on_written, on_embedded = steps
        if all(map(is_database, files)):
            restored = join(files, output, vectors, on_written=on_written, on_embedded=on_embedded)
        elif len(files) > 1:
            raise click.UsageError("name one file of JSON Lines, or databases")
        else:
            with told_as("cannot be read", source), click.open_file(str(files[0]), "rb") as lines:
                records = read_records(lines, source)
            restored = restore(records, output, vectors, on_written=on_written, on_embedded=on_embedded)
    if not quiet:
        click.echo(f"{output}: {count(restored.notes, 'note')}, {count(restored.talks, 'talk')}")
        if restored.without_notes:
            click.echo(f"{count(restored.without_notes, 'talk')} came without Markdown: {source} is no whole export.")


@main.command()
@click.argument("what", nargs=-1, metavar="[NOTES… | DB]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=DATABASE,
    show_default=True,
    help="The database to build.",
)
@exclude_option
@drafts_option
@vectors_option
@click.option("--watch", is_flag=True, help="Build again when a note changes.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port.  [default: 8001, or a free one when that is taken]"
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that answer, one a core."
)
@click.option(
    "--source-url",
    default="",
    callback=_web_address,
    metavar="URL",
    help="Where a line of the notes is on the web, e.g. https://github.com/ada/notes/blob/main/{path}#L{line}.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    what: tuple[str, ...],
    output: Path,
    exclude: tuple[str, ...],
    drafts: bool,
    vectors: bool,
    watch: bool,
    open_browser: bool,
    host: str,
    port: int | None,
    workers: int,
    source_url: str,
) -> None:
    """Serve the knowledge base: of NOTES, which are built first, or of a database.

    Several databases, such as those of single years, are joined in joined.db first. Without arguments, the database
    that is here.
    """
    from talkdex.ingest.serve import address, listen
    from talkdex.ingest.serve import serve as serve_database
    from talkdex.ingest.store.database import is_database, read_database
    from talkdex.ingest.watch import Watch

    database, notes = _database_or_notes(what, output)
    databases = all(map(is_database, notes))  # none at all, or several to join
    if databases:
        _refuse(ctx, "watch", "exclude", "drafts")
    if databases and not notes:
        _refuse(ctx, "vectors", *(["output"] if what else []))
    if notes and databases:
        if ctx.get_parameter_source("output") == ParameterSource.DEFAULT:
            database = JOINED  # which holds nothing but what was joined, as the usual one may
        ctx.invoke(import_, files=tuple(map(Path, notes)), output=database, vectors=vectors)
    elif notes:
        ctx.invoke(build, notes=notes, output=database, exclude=exclude, drafts=drafts, vectors=vectors)
    with read_database(database):
        pass  # says what is wrong with it before anything is served
    listening = listen(host, port)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        click.echo(f"Talkdex is at {address(listening)} (Ctrl+C ends it)")
        if watch:
            options = [f"--exclude={pattern}" for pattern in exclude]
            options += ["--drafts"] if drafts else []
            options += [] if vectors else ["--no-vectors"]
            stack.enter_context(Watch(notes, [*notes, "-o", str(database), *options], click.echo))
        serve_database(database, listening, open_browser, workers, source_url)


@main.command()
@click.argument("database", type=PATH)
def mcp(database: Path) -> None:
    """Offer DATABASE to a language model as tools, over standard input and output.

    For the configuration of a client of the Model Context Protocol, which starts this command itself.
    """
    from talkdex.ingest.mcp import serve_tools

    serve_tools(database)


def _refuse(ctx: click.Context, *options: str) -> None:
    """End the command when one of these was given, which say how notes are read, with a database to be served."""
    for option in ctx.command.params:
        if option.name in options and ctx.get_parameter_source(option.name) != ParameterSource.DEFAULT:
            name = max(option.opts, key=len)
            raise click.UsageError(f"{name} needs the notes, not the database: talkdex serve NOTES {name}")


def _database_or_notes(what: Sequence[str], output: Path) -> tuple[Path, tuple[str, ...]]:
    """The database to serve, and the notes to build it from, none when it is there already."""
    from talkdex.ingest.store.database import is_database, is_there

    if not what:
        if not is_there(output):
            raise NotesError("there is no database here. Name your notes: talkdex serve NOTES", output)
        return output, ()
    if len(what) == 1 and is_database(what[0]):
        return Path(what[0]), ()
    return output, tuple(what)


if __name__ == "__main__":
    main()
