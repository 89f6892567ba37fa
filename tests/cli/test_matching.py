"""`dedupe`, `evaluate` and `explain` as a person or a script meets them."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from aggregator.cli import matching
from aggregator.cli.lines import when
from aggregator.core.errors import UsageError

DATA = Path(__file__).parents[3] / "shared" / "data" / "matching"
FERRY = "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
MORE = (
    "The harbour master said that repairs would take at least three weeks and that buses would run instead."
)
BUDGET = (
    "The council of Oak Bay passed its budget late on Sunday with money for two schools and a new library."
)

ENTRIES: list[dict[str, Any]] = [
    {"id": "1", "title": "Ferries stop in bay", "text": FERRY, "source": "Gazette", "story": "ferry"},
    {"id": "2", "title": "Council passes budget", "text": BUDGET, "source": "Herald", "story": "budget"},
    {
        "id": "3",
        "title": "Crack stops ferries",
        "text": f"PORT ALDER (AP) — {FERRY} {MORE}",
        "source": "Post",
        "story": "ferry",
    },
    {"id": 4, "title": "Circus comes to Oak Bay with forty animals", "story": "circus"},
]

app = typer.Typer()
matching.register(app)
runner = CliRunner()


def as_lines(entries: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def rows(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_dedupe_writes_a_line_for_each_entry_in_input_order() -> None:
    result = runner.invoke(app, ["dedupe"], input=as_lines(ENTRIES))
    assert result.exit_code == 0
    found = rows(result.stdout)
    assert [(row["id"], row["story"], row["lead"]) for row in found] == [
        ("1", "1", False),
        ("2", "2", True),
        ("3", "1", True),
        (4, 4, True),
    ]
    assert found[0]["reason"] == "first of its story"
    assert found[2]["reason"] == "18 of 18 phrases shared"
    assert all(0 <= row["score"] <= 1 for row in found)


def test_a_gzip_file_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    file = tmp_path / "entries.jsonl"
    file.write_bytes(gzip.compress(as_lines(ENTRIES).encode()))
    assert len(rows(runner.invoke(app, ["dedupe", str(file)]).stdout)) == 4


@pytest.mark.parametrize("damage", ["cut off", "overwritten"])
def test_a_damaged_gzip_file_fails_with_a_sentence(tmp_path: Path, damage: str) -> None:
    packed = gzip.compress(as_lines(ENTRIES).encode(), mtime=0)
    file = tmp_path / "entries.jsonl.gz"
    file.write_bytes(packed[:-12] if damage == "cut off" else packed[:10] + b"\xff" * 100)
    read = runner.invoke(app, ["dedupe", str(file)])
    assert (read.exit_code, "the file can't be read any further" in read.stderr) == (1, True)
    with pytest.raises(UsageError, match="can't be read"):
        runner.invoke(app, ["explain", str(file), str(file)], catch_exceptions=False)


def test_lines_that_cannot_be_read_are_told_by_number_and_the_others_come_out() -> None:
    text = (
        as_lines(ENTRIES[:1])
        + 'nonsense\n\n{"id": "7"}\n'
        + as_lines([{**ENTRIES[1], "published": "yesterday"}])
        + as_lines(ENTRIES[3:])
    )
    result = runner.invoke(app, ["dedupe", "-"], input=text)
    assert result.exit_code == 1
    assert [row["id"] for row in rows(result.stdout)] == ["1", 4]
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "line 2",
        "line 4",
        "line 5",
        "3 lines could not be read.",
    ]


def test_a_repeated_id_is_a_revision_of_the_same_entry() -> None:
    again = {**ENTRIES[0], "title": "Ferries in bay stop"}
    found = rows(runner.invoke(app, ["dedupe"], input=as_lines([ENTRIES[0], ENTRIES[1], again])).stdout)
    assert [(row["id"], row["story"], row["lead"]) for row in found] == [
        ("1", "1", False),
        ("2", "2", True),
        ("1", "1", True),
    ]


def test_an_entry_that_became_something_else_founds_a_story_of_another_name() -> None:
    ferry = (
        "All ferries in the bay stopped on Monday after divers found a crack in the main pier of Port Alder."
    )
    budget = (
        "The council of Oak Bay passed its budget late on Sunday with money for two schools and a library."
    )
    lines = [
        {"id": "1", "title": "Ferries stop in the bay after crack", "text": ferry, "source": "S"},
        {"id": "2", "title": "Ferries stop in the bay after crack", "text": ferry, "source": "T"},
        {"id": "1", "title": "Council passes its budget for two schools", "text": budget, "source": "S"},
    ]
    found = rows(runner.invoke(app, ["dedupe"], input=as_lines(lines)).stdout)
    leads = [row["story"] for row in found if row["lead"]]
    assert len(set(leads)) == len(leads)
    assert found[2]["story"] != found[1]["story"]


def test_only_the_newest_stories_are_kept() -> None:
    text = as_lines([ENTRIES[0], ENTRIES[1], ENTRIES[3], {**ENTRIES[2], "id": "9"}])
    assert rows(runner.invoke(app, ["dedupe", "--keep", "1"], input=text).stdout)[3]["story"] == "9"
    assert rows(runner.invoke(app, ["dedupe"], input=text).stdout)[3]["story"] == "1"


def test_entries_further_apart_than_the_window_are_two_stories() -> None:
    dated = [
        {**ENTRIES[0], "published": "2031-01-01T00:00:00Z"},
        {**ENTRIES[2], "published": "2031-01-09T00:00:00Z"},
    ]
    assert [row["story"] for row in rows(runner.invoke(app, ["dedupe"], input=as_lines(dated)).stdout)] == [
        "1",
        "3",
    ]
    wide = runner.invoke(app, ["dedupe", "--window", "9d"], input=as_lines(dated))
    assert [row["story"] for row in rows(wide.stdout)] == ["1", "1"]


def test_nothing_in_is_nothing_out() -> None:
    result = runner.invoke(app, ["dedupe"], input="")
    assert (result.exit_code, result.stdout) == (0, "")


def test_evaluate_prints_the_measures_of_the_contract() -> None:
    result = runner.invoke(app, ["evaluate", "--json"], input=as_lines(ENTRIES))
    found = json.loads(result.stdout)
    assert list(found) == [
        "entries",
        "stories",
        "precision",
        "recall",
        "f1",
        "ari",
        "b_cubed_f1",
        "entries_per_second",
    ]
    assert (found["entries"], found["stories"], found["precision"], found["recall"]) == (4, 3, 1.0, 1.0)


def test_evaluate_names_the_worst_errors() -> None:
    wrong = [{**ENTRIES[0], "story": "x"}, ENTRIES[2]]
    result = runner.invoke(app, ["evaluate"], input=as_lines(wrong))
    assert "1 pairs: 'Ferries stop in bay' and 'Crack stops ferries'" in result.stdout


def test_evaluate_judges_labelled_pairs_by_themselves() -> None:
    sides = [{key: entry[key] for key in ("title", "text")} for entry in ENTRIES[:3]]
    pairs = [
        {"case": "copies", "same": True, "a": sides[0], "b": sides[2]},
        {"case": "strangers", "same": False, "a": sides[0], "b": sides[1]},
        {"case": "mislabelled", "same": True, "a": sides[0], "b": sides[1]},
    ]
    result = runner.invoke(app, ["evaluate", "--json"], input=as_lines(pairs))
    assert json.loads(result.stdout) == {"pairs": 3, "right": 2, "wrong": ["mislabelled"]}


def test_a_threshold_can_be_tried() -> None:
    masses = ("text_mass", "wide_mass", "part_mass", "known_mass", "quoted_mass")
    strict = ["evaluate", "--json", *(word for name in masses for word in ("--set", f"{name}=99"))]
    assert json.loads(runner.invoke(app, strict, input=as_lines(ENTRIES)).stdout)["recall"] == 0


@pytest.mark.parametrize("option", [["--set", "nonsense=1"], ["--set", "text=much"], ["--window", "soon"]])
def test_a_wrong_option_is_told_in_one_sentence(option: list[str]) -> None:
    result = runner.invoke(app, ["evaluate", *option], input="")
    assert isinstance(result.exception, UsageError)


def test_a_missing_file_is_told_in_one_sentence() -> None:
    result = runner.invoke(app, ["dedupe", "no-such-file"])
    assert str(result.exception) == "no-such-file can't be read: No such file or directory."


@pytest.mark.parametrize("value", ["much", "", "nan", "inf"])
def test_a_threshold_is_set_to_a_number_alone(value: str) -> None:
    result = runner.invoke(app, ["evaluate", "--set", f"text={value}"], input=as_lines(ENTRIES))
    assert isinstance(result.exception, UsageError)
    assert "is no value for the threshold text" in str(result.exception)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("text=-1", "text is a share, from 0 to 1: -1 is not."),
        ("text=5", "text is a share, from 0 to 1: 5 is not."),
        ("text_mass=-1", "text_mass is 0 or more: -1 is not."),
    ],
)
def test_a_threshold_out_of_its_range_is_refused(option: str, said: str) -> None:
    result = runner.invoke(app, ["evaluate", "--set", option], input=as_lines(ENTRIES))
    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == said


@pytest.mark.parametrize("text", ["", "\n\n", "nonsense\n"], ids=["empty", "blank", "unreadable"])
def test_what_holds_no_labelled_line_is_not_measured(text: str) -> None:
    result = runner.invoke(app, ["evaluate"], input=text)
    assert isinstance(result.exception, UsageError)
    assert "There is no labelled line" in str(result.exception)
    assert result.stdout == ""


def test_a_date_may_be_written_small() -> None:
    assert when("2024-05-01t12:00:00z") == when("2024-05-01T12:00:00Z") == 1714564800.0


def test_explain_shows_every_signal_of_two_files(tmp_path: Path) -> None:
    files = []
    for at in (0, 2):
        files.append(str(tmp_path / f"{at}.json"))
        Path(files[-1]).write_text(json.dumps(ENTRIES[at], indent=2))
    told = runner.invoke(app, ["explain", *files]).stdout
    assert "one story: 18 of 18 phrases shared" in told
    assert "vetoes checked: figures, names" in told
    assert "longest shared phrase: All ferries in the bay stopped" in told
    verdict = json.loads(runner.invoke(app, ["explain", "--json", *files]).stdout)
    assert verdict["same"] is True
    assert {"name", "value", "threshold", "passed"} == set(verdict["signals"][0])


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the labelled entries lie beside the project")
@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [("newslookup", 0.99, 0.97), ("wiremix", 0.97, 0.92), ("wiremix-full", 0.985, 0.98)],
)
def test_labelled_entries_are_grouped_at_least_so_well(name: str, precision: float, recall: float) -> None:
    found = json.loads(runner.invoke(app, ["evaluate", "--json", str(DATA / f"{name}.jsonl.gz")]).stdout)
    assert found["precision"] >= precision
    assert found["recall"] >= recall


def test_lines_without_any_label_are_no_input_to_evaluate(tmp_path):
    file = tmp_path / "entries.jsonl"
    file.write_text('{"id": "1", "title": "Harbour bridge opens"}\n{"id": "2", "title": "Ferry sinks"}\n')
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", "evaluate", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "No line has a label" in done.stderr) == (2, True)
