"""bench/results.json as the tables of docs/benchmarks.md: what stands there was measured, not typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- results: written by `python -m bench` -->", "<!-- end of results -->"


def write(results: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """Replaces the page's results by these."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    body = "\n".join(_parts(results, titles))
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n{END}{after}", "utf-8")


def _parts(results: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    for name, kept in results.items():
        machine = kept["machine"]
        yield f"### {name}: {titles.get(name, '')}\n"
        yield (
            f"{machine['date'][:10]}, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
            f"Python {machine['python']}, load {machine['load'][0]} at the end.\n"
        )
        yield from _block(kept["result"])


def _block(result: Mapping[str, Any], heading: str = "") -> Iterator[str]:
    """Rows with columns as a table; what is deeper than that as further tables under its name."""
    if heading:
        yield f"**{heading}**\n"
    facts = {key: value for key, value in result.items() if not isinstance(value, Mapping)}
    rows = {key: value for key, value in result.items() if isinstance(value, Mapping) and not _deep(value)}
    if facts:
        yield "; ".join(f"{_words(key)} {cell(value)}" for key, value in facts.items()) + "\n"
    if rows:
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        yield f"| | {' | '.join(map(_words, columns))} |"
        yield "|---|" + "---|" * len(columns)
        for key, row in rows.items():
            cells = " | ".join(cell(row[column]) if column in row else "" for column in columns)
            yield f"| {key} | {cells} |"
        yield ""
    for key, value in result.items():
        if isinstance(value, Mapping) and _deep(value):
            yield from _block(value, str(key))


def _deep(value: Mapping[str, Any]) -> bool:
    return any(isinstance(inner, Mapping) for inner in value.values())


def _words(name: object) -> str:
    return str(name).replace("_", " ")


def cell(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)} {cell(inner)}" for key, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(cell(inner) for inner in value)
    return str(value).replace("|", "/").replace("\n", " ")
