"""`hooks list` and `hooks replay`: the queues of the webhooks, and what was given up."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from aggregator.cli import parts
from aggregator.cli.parts import ConfigOption, JsonOption

if TYPE_CHECKING:
    from aggregator.config import Config
    from aggregator.config.model import Webhook
    from aggregator.core.hook import Letter
    from aggregator.store.hooks import HookStatus


_HELP = """Webhooks: what waits for them, what was given up, and sending it again.

Example: aggregator hooks list
"""


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    hooks = typer.Typer(name="hooks", no_args_is_help=True, help=_HELP)
    hooks.command(name="list")(listed)
    hooks.command()(replay)
    app.add_typer(hooks, rich_help_panel="Looking")


def listed(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Every webhook: its state, what waits for it, what failed last; then the dead letters.

    Example: aggregator hooks list --json
    """
    loaded = parts.load(config)
    with parts.loop_runner() as runner:
        found = runner.run(_listed(loaded))
    if as_json:
        sys.stdout.write(json.dumps({"hooks": found}, ensure_ascii=False) + "\n")
    else:
        _show(found)


def replay(
    hook: Annotated[str, typer.Argument(help="The webhook's id.", show_default=False)],
    messages: Annotated[
        list[str] | None,
        typer.Argument(help="Dead letters, by their webhook-id; none: all of them.", show_default=False),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Delivers dead letters of a webhook again, and switches it on if a 410 switched it off.

    Example: aggregator hooks replay desk
    """
    from aggregator.core.errors import UsageError

    loaded = parts.load(config)
    if hook not in {webhook.id for webhook in loaded.webhooks}:
        raise UsageError(f"There is no webhook {hook!r}: {_names(loaded)}.")
    with parts.loop_runner() as runner:
        count = runner.run(_replay(loaded, hook, messages or []))
    letters = "1 dead letter" if count == 1 else f"{count} dead letters"
    typer.echo(f"{hook}: {letters} in line again; a worker tries at once.")


def _names(config: Config) -> str:
    return ", ".join(webhook.id for webhook in config.webhooks) or "none is configured"


async def _listed(config: Config) -> list[dict[str, Any]]:
    async with parts.store_of(config) as store:
        status = await store.hooks.status([webhook.id for webhook in config.webhooks])
        return [
            _report(webhook, status[webhook.id], [one for _, one in await store.hooks.letters(webhook.id)])
            for webhook in config.webhooks
        ]


async def _replay(config: Config, hook: str, messages: list[str]) -> int:
    from aggregator.core.errors import AggregatorError

    async with parts.store_of(config) as store:
        ids: list[str] = []
        if messages:
            known = {letter.message: id_ for id_, letter in await store.hooks.letters(hook)}
            missing = [message for message in messages if message not in known]
            if missing:
                raise AggregatorError(f"{hook} has no dead letter {', '.join(missing)}.")
            ids = [known[message] for message in messages]
        count = await store.hooks.replay(hook, ids)
    if count is None:
        raise AggregatorError(f"No worker has met the webhook {hook} yet: start one.")
    return count


def _report(webhook: Webhook, status: HookStatus | None, letters: list[Letter]) -> dict[str, Any]:
    """A hook as `hooks list --json` shows it; of its address the host, as the rest may be a secret."""
    from aggregator.core.query import rfc3339

    shown: dict[str, Any] = {
        "id": webhook.id,
        "host": urlsplit(webhook.url).hostname,
        "state": _state(status),
    }
    if status is None:
        return shown
    return shown | {
        "position": status.position,
        "waiting": status.waiting,
        "replaying": status.again,
        "delivered": status.delivered,
        "skipped": status.skipped,
        "last_success": rfc3339(status.success),
        "next_try": rfc3339(status.due),
        "tries": status.tries.count,
        "error": status.error or None,
        "dead": [_letter(letter) for letter in letters],
    }


def _state(status: HookStatus | None) -> str:
    if status is None:
        return "new"
    if status.off:
        return "off"
    return "failing" if status.tries.count else "ok"


def _letter(letter: Letter) -> dict[str, Any]:
    from aggregator.core.query import rfc3339

    return {
        "id": letter.message,
        "type": f"story.{letter.change.type}",
        "story": letter.change.story,
        "tries": letter.count,
        "first_try": rfc3339(letter.since),
        "given_up": rfc3339(letter.at),
        "status": letter.status,
        "error": letter.error,
    }


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        typer.echo("No webhook is configured.")
        return
    rows = [{**hook, "dead": len(hook.get("dead", ()))} for hook in found]
    queue = ("waiting", "replaying", "dead", "delivered")
    _table(rows, ("id", "state", *queue, "last_success", "next_try", "error", "host"))
    letters = [{"hook": hook["id"], **letter} for hook in found for letter in hook.get("dead", ())]
    if letters:
        typer.echo("")
        _table(letters, ("hook", "id", "type", "story", "tries", "given_up", "error"))


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*(name.replace("_", " ") for name in columns), box=None, pad_edge=False)
    for row in rows:
        cells = (row.get(name) for name in columns)
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))
    Console(width=None if sys.stdout.isatty() else 4_000).print(table)
