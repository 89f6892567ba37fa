"""The commands: the only place that builds the parts and joins them.

Each file here holds the commands of one purpose and adds them in its `register`. Whatever a command needs is
imported inside of it: `--help` must not wait for an HTTP client.
"""

from __future__ import annotations

import sys

import typer

from aggregator import __version__
from aggregator.cli import editing, hooks, matching, probing, running, setup, watching

app = typer.Typer(
    name="aggregator",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Polls many news feeds, recognises the copies of one wire story, and serves one merged JSON Feed.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aggregator {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", callback=_version, is_eager=True
    ),
) -> None:
    """What goes before a command."""


running.register(app)
watching.register(app)
probing.register(app)
setup.register(app)
matching.register(app)
editing.register(app)
hooks.register(app)


def main() -> None:
    """Runs the command line; exit status 0 done, 1 failed, 2 wrong usage or configuration.

    A failure is one plain sentence on standard error: a traceback is for a fault of the program only.
    """
    from aggregator.core.errors import AggregatorError, ConfigError, UsageError

    try:
        app()
    except ConfigError as error:
        setup.show_problems(error.problems)
        sys.exit(2)
    except UsageError as error:
        typer.echo(f"aggregator: {error}", err=True)
        sys.exit(2)
    except AggregatorError as error:
        typer.echo(f"aggregator: {error}", err=True)
        sys.exit(1)
    except SystemExit as end:
        # typer ends with 1 on a broken pipe, and leaves this class (of its own copy of click) as its mark
        if end.code == 1 and type(sys.stdout).__name__ == "PacifyFlushWrapper":
            sys.exit(0)  # the reader of our pipe has enough
        raise
