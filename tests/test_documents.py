"""What users read names everything that there is, and nothing else."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from aggregator.cli import app

ROOT = Path(__file__).parent.parent
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_every_command_is_described():
    text = (ROOT / "docs/commands.md").read_text()
    assert {name for name in COMMANDS if f"`{name}" not in text} == set()


def test_no_command_is_described_that_is_not_there():
    described = re.findall(r"^\| `([a-z]+)", (ROOT / "docs/commands.md").read_text(), re.MULTILINE)
    assert set(described) == set(COMMANDS)


def test_every_command_has_an_example():
    assert {name for name, command in COMMANDS.items() if "Example" not in (command.help or "")} == set()


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
)
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readmes_commands_are_commands():
    blocks = re.findall(r"^ {4}(.+)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    called = [shlex.split(line.split("#")[0]) for line in blocks]
    ours = [words[1] for words in called if words and words[0].endswith("aggregator")]
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    makes = [words[1] for words in called if words and words[0] == "make"]
    assert set(ours) <= set(COMMANDS)
    assert set(makes) <= set(targets)
    assert len(ours) >= 5
    assert {"run", "demo"} <= set(makes)


def test_nothing_names_a_registry_or_a_path_of_some_machine():
    hosts = re.compile(
        r"pypi\.org|pythonhosted|registry\.npmjs|crates\.io/|proxy\.golang|/home/\w+/|/work/|/root/"
    )
    suffixes = {".py", ".md", ".toml", ".lock", ".yaml", ".yml", ".lua", ".sh", ".json", ".html", ".css", ""}
    skipped = {".git", ".venv", ".cache", ".aggregator", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
               ".import_linter_cache", "__pycache__"}  # fmt: skip
    named = []
    for path in ROOT.rglob("*"):
        if skipped & set(path.relative_to(ROOT).parts) or not path.is_file() or path.suffix not in suffixes:
            continue
        if path != Path(__file__) and hosts.search(path.read_text(errors="replace")):
            named.append(str(path.relative_to(ROOT)))
    assert named == []
