"""`evaluate --sweep`: a threshold at several values, before it is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import typer
from typer.testing import CliRunner

from aggregator.cli import matching, sweep
from aggregator.core.errors import UsageError
from aggregator.core.matching.thresholds import TABLE

FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
MORE = (
    "Repairs would take three weeks, the harbour master said, and buses would run on the coast road instead."
)
BUDGET = (
    "The council of Oak Bay passed its budget late on Sunday with money for two schools and a new library."
)
ENTRIES: list[dict[str, Any]] = [
    {
        "id": 1,
        "title": "Ferries stop in bay",
        "text": f"{FERRY} {MORE}",
        "source": "Gazette",
        "story": "ferry",
    },
    {"id": 2, "title": "Council passes budget", "text": BUDGET, "source": "Herald", "story": "budget"},
    {
        "id": 3,
        "title": "Pier crack",
        "text": f"{FERRY} The crack is old.",
        "source": "Post",
        "story": "ferry",
    },
]
PAIRS: list[dict[str, Any]] = [
    {"case": "one", "same": True, "a": ENTRIES[0], "b": ENTRIES[2]},
    {"case": "two", "same": False, "a": ENTRIES[0], "b": ENTRIES[1]},
]

app = typer.Typer()
matching.register(app)
runner = CliRunner()


def swept(*words: str, lines: list[dict[str, Any]] = ENTRIES):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    return runner.invoke(app, ["evaluate", "--sweep", *words], input=text)


def test_each_value_has_a_row_and_the_one_in_force_is_marked() -> None:
    result = swept("text")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["text", "precision", "recall", "f1", "b", "cubed", "f1", "stories"]
    assert [line.split()[0] for line in lines[1:10]] == [
        "0.3", "0.35", "0.4", "0.45", "0.5", "0.55", "0.6", "0.65", "0.7",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines[1:10] if line.endswith("now")] == ["0.5"]
    assert "^ the value in force" in result.stdout
    assert all(line == line.rstrip() for line in lines)


def test_a_value_that_would_part_the_copies_costs_recall() -> None:
    found = json.loads(swept("text=0.5:1:0.5", "--json", "--set", "part=1", "--set", "known_text=1").stdout)
    assert (found["sweep"], found["now"]) == ("text", 0.5)
    assert [(point["value"], point["recall"], point["stories"]) for point in found["values"]] == [
        (0.5, 1.0, 2),
        (1.0, 0.0, 3),
    ]


def test_the_row_of_the_value_in_force_is_what_evaluate_says() -> None:
    text = "".join(json.dumps(line) + "\n" for line in ENTRIES)
    plain = json.loads(runner.invoke(app, ["evaluate", "--json"], input=text).stdout)
    (now,) = [
        point for point in json.loads(swept("alike", "--json").stdout)["values"] if point["value"] == 0.7
    ]
    assert {name: plain[name] for name in now if name != "value"} == {
        name: value for name, value in now.items() if name != "value"
    }


def test_set_moves_the_value_in_force() -> None:
    found = json.loads(swept("text=0.2:0.3:0.1", "--set", "text=0.25", "--json").stdout)
    assert (found["now"], [point["value"] for point in found["values"]]) == (0.25, [0.2, 0.25, 0.3])


def test_labelled_pairs_are_swept_as_well() -> None:
    found = json.loads(swept("text=0.5:0.6:0.1", "--json", lines=PAIRS).stdout)
    assert [set(point) for point in found["values"]] == [{"value", "precision", "recall", "f1", "right"}] * 2
    assert found["values"][0]["right"] == 2


def test_a_mass_is_swept_by_its_parts() -> None:
    mass = TABLE["text_mass"].value
    values = sweep.parsed("text_mass", {}).values
    assert (len(values), min(values), max(values)) == (9, mass / 2, mass * 1.5)


def test_the_plot_is_a_picture_that_parses(tmp_path: Path) -> None:
    file = tmp_path / "text.svg"
    assert swept("text", "--plot", str(file)).exit_code == 0
    root = ET.fromstring(file.read_text("utf-8"))
    assert len(root.findall("{*}polyline")) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["txt"], 'There is no threshold "txt". Did you mean "text"?'),
        (["zzz"], "There are: weight,"),
        (["text=0.7:0.3:0.1"], "is no sweep like"),
        (["text=0:1:0"], "is no sweep like"),
        (["text=0:1:nan"], "is no sweep like"),
        (["text=a:b"], "is no sweep like"),
        (["text=0:1:0.0001"], "101 values"),
        (["text", "--plot", "text.png"], "name it like sweep.svg"),
        (["text", "--plot", "/no/such/folder/x.svg"], "can't be written: there is no folder"),
        (["text=-0.5:0.5:0.5"], "text is a share, from 0 to 1: -0.5 is not."),
        (["text", "--sweep", "alike"], "give one --sweep"),
        (["text", "--decisions"], "leave --sweep and --plot out"),
    ],
)
def test_what_cannot_be_swept_is_said(words: list[str], said: str) -> None:
    result = swept(*words)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def test_a_plot_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    file = tmp_path / "folder.svg"
    file.mkdir()
    result = swept("text", "--plot", str(file), lines=[{"nonsense": 1}])
    assert isinstance(result.exception, UsageError)
    assert "it is a folder" in str(result.exception)
    assert "line 1" not in result.output


def test_entries_without_labels_and_a_plot_without_a_sweep_are_refused() -> None:
    bare = [{"id": 1, "title": "Ferries stop"}]
    assert "No line has a label" in str(swept("text", lines=bare).exception)
    result = runner.invoke(app, ["evaluate", "--plot", "x.svg"], input="")
    assert "name a threshold to sweep" in str(result.exception)


def test_a_line_that_cannot_be_read_is_told_and_the_rest_is_swept() -> None:
    text = "nonsense\n" + "".join(json.dumps(line) + "\n" for line in ENTRIES)
    result = runner.invoke(app, ["evaluate", "--sweep", "text=0.5:0.5:1", "--json"], input=text)
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["values"]) == 1
