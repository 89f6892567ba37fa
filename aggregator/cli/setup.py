"""`check`, `plan`, `schema`, `init`, `import`, `export`: the commands around the configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.core.errors import Problem
    from aggregator.core.model import Source
    from aggregator.store import Difference, HostLimits

PANEL = "Configuration"


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(rich_help_panel=PANEL)(init)
    app.command(rich_help_panel=PANEL)(check)
    app.command(rich_help_panel=PANEL)(plan)
    app.command(rich_help_panel=PANEL)(schema)
    app.command("import", rich_help_panel=PANEL)(import_)
    app.command(rich_help_panel=PANEL)(export)


def show_problems(problems: Sequence[Problem]) -> None:
    """Every problem on standard error: its place and sentence, below them the line and a caret."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
        kind = "warning: " if problem.warning else ""
        typer.echo(f"{place}: {problem.code} {kind}{problem.message}", err=True)
        for line in problem.excerpt.splitlines():
            typer.echo(f"    {line}", err=True)


def check(config: ConfigOption = None) -> None:
    """Validates the configuration: every problem at once, with its line; exit status 2 where there is one.

    Example: aggregator check -c news.yaml
    """
    from aggregator.config import counted, summary

    loaded = parts.load(config)
    show_problems(loaded.warnings)
    for line in summary(loaded):
        if not line.startswith("Warnings"):
            typer.echo(line)
    typer.echo(
        f"OK: {counted(len(loaded.files), 'file')}, {counted(len(loaded.sources), 'source')}, "
        f"{counted(len(loaded.warnings), 'warning')}"
    )


def schema() -> None:
    """The JSON Schema (draft-07) of the configuration file, for editors.

    Example: aggregator schema > schema.json
    """
    import json

    from aggregator.config.schema import schema as made

    sys.stdout.write(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")


def init(
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[URL or OPML …]",
            help="Feeds to begin with: addresses, or OPML files.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Writes a commented configuration to standard output, ready to run.

    Example: aggregator init subscriptions.opml > aggregator.yaml
    """
    from aggregator.config.template import commented

    sources: list[Source] = []
    for each in given or ():
        found = [_address(each)] if "://" in each else _outlines(Path(each))
        known = {source.id for source in sources}
        sources += [source for source in found if source.id not in known]
    sys.stdout.write(commented(sources))


def import_(file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="- is standard input.")]) -> None:
    """OPML in, YAML out: the sources of a feed reader's export, to paste or to include.

    Example: aggregator import subscriptions.opml > sources/mine.yaml
    """
    from aggregator.config.template import sources_yaml

    sys.stdout.write(sources_yaml(_outlines(file)))


def export(config: ConfigOption = None) -> None:
    """The sources as OPML on standard output, for a feed reader; no credentials.

    Example: aggregator export > sources.opml
    """
    from aggregator.config import opml

    sys.stdout.write(opml.write(parts.load(config).sources))


def plan(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """What this file would add, change and stop in the running system; nothing is changed.

    Example: aggregator plan -c new.yaml
    """
    loaded = parts.load(config)
    with parts.loop_runner() as runner:
        found = runner.run(_compared(loaded))
    if as_json:
        import json

        sys.stdout.write(json.dumps(_as_object(found), ensure_ascii=False) + "\n")
        return
    from aggregator.config.masking import masked

    addresses = {source.id: masked(source.url) for source in loaded.sources}
    for id_ in found.added:
        typer.echo(f"+ {id_}  {addresses[id_]}")
    for id_ in found.changed:
        typer.echo(f"~ {id_}  moves to {addresses[id_]}: it is asked without validators once")
    for id_ in found.settled:
        typer.echo(f"~ {id_}  other settings")
    for id_ in found.removed:
        typer.echo(f"- {id_}  is no longer polled; its stories stay until they expire")
    for host, before, after in found.hosts:
        typer.echo(f"~ host {host}  {_limits(before)} becomes {_limits(after)}")
    changed = len(found.changed) + len(found.settled)
    typer.echo(
        f"{len(found.added)} to add, {changed} to change, {len(found.removed)} to stop, {found.kept} kept"
    )


def _as_object(found: Difference) -> dict[str, object]:
    return {
        "add": list(found.added),
        "change": {"address": list(found.changed), "settings": list(found.settled)},
        "stop": list(found.removed),
        "hosts": [
            {"host": host, "before": _limits(before), "after": _limits(after)}
            for host, before, after in found.hosts
        ],
        "keep": found.kept,
    }


def _limits(limits: HostLimits | None) -> str:
    """How a host may be asked, in a few words."""
    if limits is None:
        return "nothing"
    rate = "any rate" if limits.per_minute is None else f"{limits.per_minute:g}/m"
    together = "" if limits.pause_together else ", pauses apart"
    return f"{limits.per_host} at once, {rate}{together}"


async def _compared(config: Config) -> Difference:
    """What the running system would change; where none has run yet, everything is new."""
    from aggregator.config import EMBEDDED
    from aggregator.store import Difference

    if config.redis == EMBEDDED and not config.data_dir.exists():
        return Difference(added=tuple(sorted(source.id for source in config.sources)))
    async with parts.store_of(config) as store:
        exceptions, default = parts.limits_of(config)
        return await store.sources.compare(config.sources, exceptions, default=default)


def _address(url: str) -> Source:
    from aggregator.config import from_address

    return from_address(url)


def _outlines(path: Path) -> list[Source]:
    """The sources of an OPML file."""
    from aggregator.config import from_opml
    from aggregator.core.errors import UsageError

    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    warnings: list[Problem] = []
    sources = from_opml(raw, str(path), warnings)
    show_problems(warnings)
    return sources
