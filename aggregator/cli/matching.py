"""`dedupe`, `evaluate`, `explain`: the service's own matching on files, without a server."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aggregator.cli import parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.cli.batch import Batch
    from aggregator.cli.lines import Pair, Side
    from aggregator.core.matching.fingerprint import Publisher
    from aggregator.core.matching.thresholds import Limits
    from aggregator.core.model import Entry

FileArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE]", help="JSON Lines, plain or gzip. Without it, or with -: standard input."
    ),
]
KeepOption = Annotated[
    int, typer.Option("--keep", metavar="N", min=1, help="How many of the newest stories are kept.")
]
WindowOption = Annotated[str, typer.Option("--window", help="How far apart two copies may be: 36h, 3d.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another value for a threshold (core/matching/thresholds.py); repeatable.",
    ),
]
SweepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sweep",
        metavar="NAME[=FROM:TO:STEP]",
        help="Tries a threshold at several values: a table and a plot instead of the worst errors.",
    ),
]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", metavar="FILE.svg", help="With --sweep: the plot as a picture.")
]
DecisionsOption = Annotated[
    bool,
    typer.Option(
        "--decisions",
        help="How often the machine disagrees with editors: of a file from `decisions export`, else of the"
        " running system.",
    ),
]
JsonOption = parts.JsonOption

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WORST = 10  # errors shown by name


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command("dedupe")(dedupe)
    app.command("evaluate")(evaluate)
    app.command("explain")(explain)


def dedupe(file: FileArgument = None, keep: KeepOption = 200_000, window: WindowOption = "3d") -> None:
    """Groups near-identical entries: JSON Lines in, JSON Lines out.

    Example: aggregator dedupe items.jsonl.gz > groups.jsonl
    """
    from aggregator.cli.batch import Batch, as_json

    with Batch(keep, _seconds(window)) as batch:
        bad, _ = _read(file, batch)
        out = sys.stdout.buffer
        for result in batch.results():
            out.write(as_json(result))
        out.flush()
    _leave(bad)


def evaluate(
    file: FileArgument = None,
    json: JsonOption = False,
    keep: KeepOption = 200_000,
    window: WindowOption = "3d",
    changed: SetOption = None,
    swept: SweepOption = None,
    drawn: PlotOption = None,
    decisions: DecisionsOption = False,
    config: parts.ConfigOption = None,
) -> None:
    """Groups labelled entries and says how well: precision, recall, F1, ARI, B-cubed, and the worst errors.

    Examples: aggregator evaluate labelled.jsonl.gz --set text=0.6;
    aggregator evaluate labelled.jsonl.gz --sweep text=0.3:0.7:0.05 --plot text.svg
    """
    from aggregator.cli.batch import Batch
    from aggregator.core.errors import UsageError
    from aggregator.core.matching.thresholds import limits

    thresholds = _thresholds(changed or [])
    if decisions and (swept or drawn is not None):
        raise UsageError("--decisions tries no thresholds: leave --sweep and --plot out, or --decisions.")
    if swept and len(swept) > 1:
        raise UsageError("One threshold is swept at a time: give one --sweep.")
    if decisions:
        _disagreement(file, config, limits(thresholds), json=json)
        return
    if swept:
        _sweep(file, swept[0], thresholds, (keep, _seconds(window)), drawn, json=json)
        return
    if drawn is not None:
        raise UsageError("--plot draws what --sweep found: name a threshold to sweep.")
    with Batch(keep, _seconds(window), thresholds) as batch:
        bad, pairs = _read(file, batch)
        found: dict[str, Any] = {}
        if not len(batch) and not pairs:
            raise UsageError("There is no labelled line: an entry with its `story`, or a pair.")
        if len(batch) and all(label is None for label in batch.labels()):
            raise UsageError("No line has a label (`story`) to compare with; `dedupe` groups without any.")
        if len(batch):
            found |= _scored(batch)
        if pairs:
            found |= _judged(pairs, limits(thresholds))
        if json:
            _print_json(found)
        else:
            _print_scores(found)
            if len(batch):
                _print_worst(batch)
    _leave(bad)


def _sweep(
    file: str | None,
    option: str,
    thresholds: dict[str, float],
    settings: tuple[int, float],
    drawn: Path | None,
    *,
    json: bool,
) -> None:
    """`--sweep`: the input at each value of one threshold; of labelled pairs where there are no entries."""
    from rich.console import Console
    from rich.progress import Progress

    from aggregator.cli import sweep as sweeping
    from aggregator.cli.batch import Batch
    from aggregator.core.errors import UsageError

    sweep = sweeping.parsed(option, thresholds)
    if drawn is not None:
        sweeping.drawable(drawn)

    def again(value: Mapping[str, float]) -> Batch:
        return Batch(*settings, {**thresholds, **value})

    with (
        Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress,
        Batch(*settings, thresholds, arrivals=True) as batch,
    ):
        task = progress.add_task("reading", total=None)
        bad, pairs = _read(file, batch)
        if not pairs and all(label is None for label in batch.labels()):
            raise UsageError("No line has a label (`story`) to compare with.")
        progress.update(task, description=sweep.name, total=len(sweep.values))
        points = []
        found = (
            sweeping.grouped(sweep, batch, again, _gold(batch))
            if len(batch)
            else sweeping.judged(sweep, pairs, thresholds)
        )
        for point in found:
            points.append(point)
            progress.advance(task)
    if json:
        told = [{"value": point.value, **point.found} for point in points]
        _print_json({"sweep": sweep.name, "now": sweep.now, "values": told})
    else:
        _print_sweep(sweeping.rows(sweep, points), sweeping.plot(sweep, points))
    if drawn is not None:
        sweeping.write(drawn, sweep, points)
    _leave(bad)


def _print_sweep(rows: list[list[str]], plot: list[str]) -> None:
    """The table, and the plot below it; plain columns where nobody watches."""
    parts.table(rows[0], rows[1:])
    typer.echo()
    for line in plot:
        typer.echo(line.rstrip())


def _read(file: str | None, batch: Batch) -> tuple[int, list[Pair]]:
    """Every line of the input into the batch; how many could not be read, and the labelled pairs."""
    from aggregator.cli.lines import Pair, opened, read

    bad, pairs = 0, []
    with opened(file) as stream:
        for number, line in read(stream):
            if isinstance(line, str):
                bad += 1
                typer.echo(f"line {number}: {line}", err=True)
            elif isinstance(line, Pair):
                pairs.append(line)
            else:
                batch.add(line)
    return bad, pairs


def _disagreement(file: str | None, config: Path | None, limit: Limits, *, json: bool) -> None:
    """What the machine says of what editors decided."""
    from aggregator.cli import disagreement
    from aggregator.cli.lines import Pair, opened, read

    bad, pairs = 0, []
    if file is None:
        pairs = disagreement.stored(config)
    else:
        with opened(file) as stream:
            for number, line in read(stream):
                if isinstance(line, Pair):
                    pairs.append(line)
                else:
                    bad += 1
                    why = line if isinstance(line, str) else "an entry, and no pair of a decision"
                    typer.echo(f"line {number}: {why}", err=True)
    found = disagreement.opinions(pairs, limit)
    if json:
        _print_json(disagreement.report(found))
    else:
        disagreement.show(found)
    _leave(bad)


def _leave(bad: int) -> None:
    if bad:
        typer.echo(f"{bad} line{'s' if bad > 1 else ''} could not be read.", err=True)
        raise typer.Exit(1)


def _seconds(duration: str) -> float:
    from aggregator.core.errors import UsageError

    try:
        value = float(duration[:-1]) * _UNITS[duration[-1:]]
    except (ValueError, KeyError):
        value = -1.0
    if not 0 <= value < float("inf"):
        raise UsageError(f'"{duration}" is no duration like 36h or 3d.')
    return value


def _thresholds(changed: Sequence[str]) -> dict[str, float]:
    """The thresholds of `--set`; UsageError for a name or value that is none."""
    from aggregator.cli.sweep import unknown
    from aggregator.core.errors import UsageError
    from aggregator.core.matching.thresholds import TABLE, misfit

    found: dict[str, float] = {}
    for one in changed:
        name, _, value = one.partition("=")
        if name not in TABLE:
            raise unknown(name)
        try:
            found[name] = float(value)
            if not math.isfinite(found[name]):
                raise ValueError(value)
        except ValueError:
            raise UsageError(f'"{value}" is no value for the threshold {name}: give a number.') from None
        if why := misfit(name, found[name]):
            raise UsageError(why)
    return found


# --- evaluate -------------------------------------------------------------------------------------------


def _scored(batch: Batch) -> dict[str, Any]:
    """The figures of the contract; a line without a label is a story of its own."""
    from aggregator.core.matching.evaluate import score

    groups = batch.stories()
    result = score(_gold(batch), groups)
    return {
        "entries": len(batch),
        "stories": len(set(groups)),
        "precision": round(result.precision, 4),
        "recall": round(result.recall, 4),
        "f1": round(result.f1, 4),
        "ari": round(result.ari, 4),
        "b_cubed_f1": round(result.b_cubed_f1, 4),
        "entries_per_second": round(len(batch) / batch.seconds) if batch.seconds else 0,
    }


def _gold(batch: Batch) -> list[Any]:
    return [("", at) if label is None else label for at, label in enumerate(batch.labels())]


def _judged(pairs: list[Pair], limit: Limits) -> dict[str, Any]:
    """Each labelled pair judged by itself."""
    wrong = []
    for pair in pairs:
        (one, mine), (other, theirs) = _side(pair.a, "a"), _side(pair.b, "b")
        from aggregator.core.matching.explain import explain as compare

        if compare(one, mine, other, theirs, limit).same != pair.same:
            wrong.append(pair.case)
    return {"pairs": len(pairs), "right": len(pairs) - len(wrong), "wrong": wrong}


def _side(side: Side, guid: str) -> tuple[Entry, Publisher]:
    from aggregator.cli.lines import entry_of, source_of

    return entry_of(side, guid), source_of(side, guid)


def _print_json(found: dict[str, Any]) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(found).decode())


def _print_scores(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if name != "wrong":
            typer.echo(f"{name.replace('_', ' '):<20} {value}")
    for case in found.get("wrong", ()):
        typer.echo(f"  wrong: {case}")


def _print_worst(batch: Batch) -> None:
    """The errors that cost the most pairs, by the titles that they joined or parted."""
    from aggregator.core.matching.evaluate import worst

    gold, groups = _gold(batch), batch.stories()
    for heading, errors in (
        ("joined, but of different stories:", worst(groups, gold, _WORST)),
        ("of one story, but parted:", worst(gold, groups, _WORST)),
    ):
        titles = batch.titles({line for error in errors for line in (error.one, error.other)})
        if errors:
            typer.echo(f"\n{heading}")
        for error in errors:
            typer.echo(f"  {error.pairs} pairs: {titles[error.one]!r} and {titles[error.other]!r}")


# --- explain --------------------------------------------------------------------------------------------


def explain(
    a: Annotated[
        str, typer.Argument(metavar="A", help="A file with one entry as JSON, an address, or an entry id.")
    ],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    config: parts.ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Are these two one story, and why: every signal with its value and its threshold.

    Of two entries that the running system holds it also tells how they were grouped, and by what.

    Example: aggregator explain one.json other.json
    """
    from aggregator.cli import explaining
    from aggregator.core.matching.explain import explain as compare

    (one, other), learnt = explaining.find([a, b], config)
    verdict = compare(one.entry, one.publisher, other.entry, other.publisher, learnt=learnt)
    if json:
        _print_json(explaining.as_json(verdict, one, other))
        return
    for line in explaining.told(verdict, one, other):
        typer.echo(line)
