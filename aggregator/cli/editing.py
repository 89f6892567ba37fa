"""`merge`, `split`, `lead`, `never`, `undo`, `decisions`: an editor's orders, by hand."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.core.order import Action, Ruling

StoryArgument = Annotated[str, typer.Argument(help="A story's id or address.", show_default=False)]
PreviewOption = Annotated[
    bool, typer.Option("--preview", help="Says what would happen, and changes nothing.")
]

_HELP = """What editors decided: the history, and the decisions as labelled pairs for `evaluate`.

Example: aggregator decisions list
"""
_PANEL = "Editing"


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    for command in (merge, split, lead, never, undo):
        app.command(rich_help_panel=_PANEL)(command)
    decisions = typer.Typer(name="decisions", no_args_is_help=True, help=_HELP)
    decisions.command(name="list")(listed)
    decisions.command()(export)
    app.add_typer(decisions, rich_help_panel=_PANEL)


def merge(
    one: StoryArgument,
    other: StoryArgument,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    preview: PreviewOption = False,
) -> None:
    """Makes one story of two; it outlives every later poll.

    Example: aggregator merge http://127.0.0.1:8080/stories/5f2a… 81c0…
    """
    _order(config, "merge", one, other=other, as_json=as_json, preview=preview)


def split(
    story: StoryArgument,
    copies: Annotated[
        list[str],
        typer.Argument(metavar="ENTRY…", help="Copies, by entry id or address.", show_default=False),
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    preview: PreviewOption = False,
) -> None:
    """Takes copies out of a story: they are one of their own, and never come back by themselves.

    Example: aggregator split 5f2a… https://news.example/article-7
    """
    _order(config, "split", story, copies=copies, as_json=as_json, preview=preview)


def lead(
    story: StoryArgument,
    copy: Annotated[str, typer.Argument(metavar="ENTRY", help="The copy to show.", show_default=False)],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    preview: PreviewOption = False,
) -> None:
    """Shows this copy of a story from now on, whatever comes; the present one: it stays.

    Example: aggregator lead 5f2a… 9b41…
    """
    _order(config, "lead", story, copies=[copy], as_json=as_json, preview=preview)


def never(
    one: StoryArgument,
    other: StoryArgument,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    preview: PreviewOption = False,
) -> None:
    """Keeps two stories apart for good.

    Example: aggregator never 5f2a… 81c0…
    """
    _order(config, "never", one, other=other, as_json=as_json, preview=preview)


def undo(
    decision: Annotated[
        str, typer.Argument(help="Its id, as `decisions list` shows it.", show_default=False)
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    preview: PreviewOption = False,
) -> None:
    """Takes a decision back, exactly; undoing an undo does it again.

    Example: aggregator undo order-3c7e…
    """
    _order(config, "undo", "", of=decision, as_json=as_json, preview=preview)


def listed(
    story: Annotated[
        str | None, typer.Argument(help="Of this story alone: its id or address.", show_default=False)
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 100,
) -> None:
    """Who decided what, when, and what undid it; the newest first.

    Example: aggregator decisions list --json
    """
    from aggregator.core.decided import ruling

    found = _run(config, _history, story, limit)
    if as_json:
        shown = [ruling(one) for one in found]
        sys.stdout.write(json.dumps({"decisions": shown}, ensure_ascii=False) + "\n")
    else:
        _show(found)


def export(config: ConfigOption = None) -> None:
    """The decisions in force as labelled pairs, JSON Lines: what `evaluate --decisions` reads.

    Example: aggregator decisions export > decisions.jsonl
    """
    from aggregator.core.decided import labelled

    for one in reversed(_run(config, _history, None, 1_000_000)):
        for line in labelled(one):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _run(config: Path | None, work: Any, *arguments: Any) -> Any:
    """What a coroutine finds in the store of a configuration."""
    loaded = parts.load(config)

    async def act() -> Any:
        async with parts.store_of(loaded) as store:
            return await work(store, *arguments)

    with parts.loop_runner() as runner:
        return runner.run(act())


async def _history(store: Any, story: str | None, limit: int) -> list[Ruling]:
    from aggregator.editor import Editor

    if story is None:
        return list(await store.orders.all(limit))
    home = await Editor(store).home(story)
    return list(await store.orders.history(home))[:limit]


def _order(
    config: Path | None, action: Action, story: str, *, as_json: bool, preview: bool, **named: Any
) -> None:
    """Gives an order and says what became of it; exit status 1 where it was refused."""
    from aggregator.core.decided import ruling
    from aggregator.core.errors import AggregatorError

    found = _run(config, _given, action, story, preview, named)
    if as_json:
        sys.stdout.write(json.dumps({**ruling(found), "preview": preview}, ensure_ascii=False) + "\n")
    if found.outcome == "refused":
        if as_json:
            raise typer.Exit(1)
        raise AggregatorError(found.sentence)
    if not as_json:
        typer.echo(found.sentence)
        if found.outcome == "done" and not preview:
            typer.echo(f"To take it back: aggregator undo {found.order.id}")


async def _given(store: Any, action: Action, story: str, preview: bool, named: dict[str, Any]) -> Ruling:
    from aggregator.editor import Editor

    editor = Editor(store)
    order = await editor.order(action, story, by=f"command line, {_user()}", **named)
    return await (editor.preview(order) if preview else editor.give(order))


def _user() -> str:
    """Who sits at this command line."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a number that nobody has
        return str(os.getuid())


def _show(found: list[Ruling]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from aggregator.core.query import rfc3339

    if not found:
        typer.echo("No decision was made yet.")
        return
    table = Table("when", "who", "what", "became", "id", "undone by", "sentence", box=None, pad_edge=False)
    for one in found:
        order = one.order
        cells = (
            rfc3339(order.at),
            order.by,
            order.action,
            one.outcome,
            order.id,
            one.undone_by,
            one.sentence,
        )
        table.add_row(*(Text(cell or "") for cell in cells))
    Console(width=None if sys.stdout.isatty() else 4_000).print(table)
