"""`python -m bench [part …]`: every measurement, or those that are named, shown and kept.

What is measured stands beside what it is compared with, from the same run on the same machine, and goes with
the machine's description into bench/results.json and docs/benchmarks.md; parts not run keep what they
had there.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import report
from bench.machine import describe
from bench.report import cell

PARTS = {
    "parse": "entries a second, ours beside the parsers it stands on",
    "match": "entries a second at ever more live stories, and of the evaluation sets",
    "baselines": "quality and entries a second of matching beside MinHash LSH and titles of all pairs",
    "poll": "feeds a second of the whole system beside a client that only asks",
    "sustained": "100,000 sources every fifteen minutes for an hour, ten times as fast",
    "peers": "other readers on the same feeds, in the same rounds",
    "serve": "requests a second of the merged feed beside a bare handler",
    "views": "milliseconds of any question about 200,000 stories, and until they are known",
    "page": "milliseconds and bytes of the page for people, beside the feed of the same stories",
    "events": "latency of feeds and events to many readers while stories arrive",
    "hooks": "webhook deliveries a second over a hundred hooks, beside a bare client",
    "websub": "subscribers of our WebSub hub told of a change a second, beside a bare client",
    "schedule": "delay against requests spent, beside the rules of other readers, on the times of real feeds",
    "memory": "bytes of Redis a source and a story, resident size of the processes",
    "replay": "months of real feeds: nothing lost, nothing twice",
}
RESULTS = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """Runs the parts; 1 where one failed, 2 where a name is unknown."""
    console = Console(width=None if sys.stdout.isatty() else 160)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        console.print(f"There is no part {', '.join(unknown)}: {', '.join(PARTS)}.", style="red")
        return 2
    failed = [name for name in names or PARTS if not _part(console, name)]
    if failed:
        console.print(f"Failed: {', '.join(failed)}.", style="red")
    return int(bool(failed))


def _part(console: Console, name: str) -> bool:
    console.rule(f"[bold]{name}[/]: {PARTS[name]}")
    begun = time.perf_counter()
    try:
        result = importlib.import_module(f"bench.{name}").run()
    except ModuleNotFoundError as error:
        if error.name != f"bench.{name}":
            raise
        console.print("not there yet")
        return True
    except Exception as error:  # one part that fails must not cost the others
        console.print_exception()
        result = {"failed": f"{type(error).__name__}: {error}"[:500]}
    show(console, name, result)
    _keep(name, result, time.perf_counter() - begun)
    return "failed" not in result


def show(console: Console, name: str, result: Mapping[str, Any]) -> None:
    """A part's result: rows that have the same columns as one table, the rest as lines."""
    plain = {key: value for key, value in result.items() if not isinstance(value, Mapping)}
    groups = {key: value for key, value in result.items() if isinstance(value, Mapping)}
    if plain:
        console.print(_row(plain))
    if groups and all(_flat(value) for value in groups.values()):
        console.print(_table(name, groups))
        return
    for key, value in groups.items():
        if _flat(value):
            console.print(f"[bold]{key}[/]  {_row(value)}")
        else:
            show(console, key, value)


def _table(name: str, groups: Mapping[str, Mapping[str, Any]]) -> Table:
    columns = list(dict.fromkeys(key for value in groups.values() for key in value))
    table = Table(name, *columns, box=None, pad_edge=False)
    for key, value in groups.items():
        table.add_row(str(key), *(cell(value[column]) if column in value else "" for column in columns))
    return table


def _flat(value: Mapping[str, Any]) -> bool:
    """Does it fit a row: no more than one mapping inside, and none in that?"""
    inner = [each for each in value.values() if isinstance(each, Mapping)]
    return len(inner) <= 1 and not any(isinstance(each, Mapping) for one in inner for each in one.values())


def _row(values: Mapping[str, Any]) -> str:
    return "  ".join(f"{key} {cell(value)}" for key, value in values.items())


def _keep(name: str, result: Mapping[str, Any], seconds: float) -> None:
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[name] = {"machine": describe(), "seconds": round(seconds, 1), "result": result}
    ordered = {part: known[part] for part in PARTS if part in known}
    RESULTS.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n")
    report.write(ordered, PARTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
