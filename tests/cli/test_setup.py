"""`check`, `schema`, `init`, `import`, `export`, `plan`: as a person calls them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from aggregator.cli import main, parts
from aggregator.config import load
from aggregator.config.schema import schema

Run = Callable[..., tuple[int, str, str]]
OPML = """<opml version="2.0"><body><outline text="News">
<outline text="Größe: 1" xmlUrl="https://a.example/feed"/>
<outline text="no" xmlUrl="https://b.example/feed?x=1#y"/>
</outline></body></opml>"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Calls the command line in an empty folder; gives exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["aggregator", *arguments])
        capsys.readouterr()
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        return int(status or 0), out, err  # type: ignore[call-overload]

    return called


def test_check_says_what_was_understood(run: Run) -> None:
    Path("aggregator.yaml").write_text("sources: [{id: a, url: https://a.example}]\n")
    status, out, err = run("check")
    assert (status, err) == (0, "")
    assert "aggregator.yaml" in out
    assert out.endswith("OK: 1 file, 1 source, 0 warnings\n")


def test_check_tells_every_problem_with_its_line_and_a_caret(run: Run) -> None:
    Path("bad.yaml").write_text("server: {prt: 1}\npolling:\n  min_intervall: 5m\n")
    status, out, err = run("check", "-c", "bad.yaml")
    assert (status, out) == (2, "")
    assert err == (
        'bad.yaml:1:10: C010 unknown key "prt"; did you mean "port"?\n'
        "    server: {prt: 1}\n"
        "             ^\n"
        'bad.yaml:3:3: C010 unknown key "min_intervall"; did you mean "min_interval"?\n'
        "      min_intervall: 5m\n"
        "      ^\n"
    )


def test_a_warning_does_not_fail(run: Run) -> None:
    Path("aggregator.yaml").write_text("sources: [{url: https://a.example}]\n")
    status, out, err = run("check")
    assert status == 0
    assert err.startswith("aggregator.yaml:1:11: C064 warning: ")
    assert "1 warning\n" in out


def test_check_of_a_file_that_is_not_there(run: Run) -> None:
    status, _, err = run("check", "-c", "none.yaml")
    assert status == 2
    assert err == "none.yaml: C001 none.yaml cannot be read: no such file or directory\n"


def test_check_without_any_file_is_no_mistake(run: Run) -> None:
    status, out, _ = run("check")
    assert status == 0
    assert "aggregator init" in out


def test_schema_is_the_schema(run: Run) -> None:
    status, out, _ = run("schema")
    assert (status, json.loads(out)) == (0, schema())


@pytest.mark.parametrize("given", [(), ("https://a.example/feed", "feeds.opml")])
def test_what_init_writes_is_ready_to_run(run: Run, given: tuple[str, ...]) -> None:
    Path("feeds.opml").write_text(OPML)
    status, out, _ = run("init", *given)
    assert status == 0
    Path("aggregator.yaml").write_text(out)
    config = load(Path("aggregator.yaml"), {})
    assert config.warnings == ()
    assert len(config.sources) == (2 if given else 3)
    assert out.startswith("# yaml-language-server: $schema=schema.json\n")
    assert out.count("#") > 20


def test_what_is_commented_out_in_init_is_right_too(run: Run) -> None:
    """Each commented block is valid once it stands alone."""
    _, out, _ = run("init")
    blocks: list[str] = []
    for line in out.splitlines():
        if line.startswith(("# tokens:", "# webhooks:", "# include:")):
            blocks.append(line[2:])
        elif blocks and line.startswith("#   "):
            blocks[-1] += "\n" + line[2:]
    assert len(blocks) == 3
    for block in blocks:
        assert list(jsonschema.Draft7Validator(schema()).iter_errors(yaml.safe_load(block))) == []


def test_what_import_writes_reads_as_what_the_opml_held(run: Run) -> None:
    Path("feeds.opml").write_text(OPML)
    status, out, _ = run("import", "feeds.opml")
    assert status == 0
    Path("more.yaml").write_text(out)
    Path("one.yaml").write_text("include: more.yaml")
    Path("two.yaml").write_text("include: feeds.opml")
    one, two = load(Path("one.yaml"), {}), load(Path("two.yaml"), {})
    assert one.sources == two.sources
    assert one.warnings == ()  # ids are written out
    assert [source.name for source in one.sources] == ["Größe: 1", "no"]


def test_import_of_what_is_no_opml_names_the_line(run: Run) -> None:
    Path("feeds.opml").write_text("<opml>\n<body>")
    status, out, err = run("import", "feeds.opml")
    assert (status, out) == (2, "")
    assert err.startswith("feeds.opml:2:7: C043 ")
    assert run("import", "none.opml")[0] == 2


def test_export_and_import_are_inverse(run: Run) -> None:
    facts = "name: A, outlet: O, categories: [x, y], language: no"
    text = f"sources:\n  - {{id: a, url: https://a.example/, {facts}}}\n"
    Path("aggregator.yaml").write_text(text)
    status, out, _ = run("export")
    assert status == 0
    Path("out.opml").write_text(out)
    _, yaml_text, _ = run("import", "out.opml")
    Path("again.yaml").write_text(yaml_text)
    assert load(Path("again.yaml"), {}).sources == load(Path("aggregator.yaml"), {}).sources


def test_plan_where_nothing_has_run_adds_everything(run: Run) -> None:
    Path("aggregator.yaml").write_text("sources: [{id: a, url: https://me:hunter2@a.example/feed}]\n")
    status, out, _ = run("plan")
    assert status == 0
    assert out == "+ a  https://***@a.example/feed\n1 to add, 0 to change, 0 to stop, 0 kept\n"
    assert not Path(".aggregator").exists()  # to look is not to start anything
    nothing = {"change": {"address": [], "settings": []}, "stop": [], "hosts": [], "keep": 0}
    assert json.loads(run("plan", "--json")[1]) == {"add": ["a"], **nothing}


def test_plan_tells_what_would_be_added_changed_and_stopped(run: Run, redis_url: str) -> None:
    """Held against what the running system has taken up; credentials are no part of it."""
    head = f"redis: {redis_url}\n"
    listed = [
        "{id: a, url: https://a.example/feed}",
        "{id: b, url: https://b.example/feed}",
        "{id: c, url: https://c.example/feed}",
        "{id: d, url: https://d.example/feed}",
    ]
    Path("aggregator.yaml").write_text(f"{head}sources: [{', '.join(listed)}]\n")

    async def take_up() -> None:
        config = load(Path("aggregator.yaml"), {})
        async with parts.store_of(config) as store:
            await parts.take_up(store, config)

    asyncio.run(take_up())
    listed = [
        "{id: a, url: https://a.example/feed}",
        "{id: b, url: https://b.example/other}",
        "{id: c, url: https://c.example/feed, interval: 5m}",
        "{id: e, url: https://e.example/feed}",
    ]
    rules = "hosts: {a.example: {per_host: 9, per_host_rate: off}}\n"
    Path("aggregator.yaml").write_text(f"{head}{rules}sources: [{', '.join(listed)}]\n")
    status, out, _ = run("plan")
    assert (status, out.splitlines()) == (
        0,
        [
            "+ e  https://e.example/feed",
            "~ b  moves to https://b.example/other: it is asked without validators once",
            "~ c  other settings",
            "- d  is no longer polled; its stories stay until they expire",
            "~ host a.example  2 at once, 60/m becomes 9 at once, any rate",
            "1 to add, 2 to change, 1 to stop, 1 kept",
        ],
    )


@pytest.mark.parametrize("command", ["check", "schema", "init", "import", "export", "plan"])
def test_each_command_has_help_with_an_example(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert "Example: aggregator" in out


def test_help_imports_neither_the_model_nor_a_client() -> None:
    """What makes `--help` slow is what it imports; the time itself is measured in bench/."""
    seen = subprocess.run(
        [sys.executable, "-c", "import sys, aggregator.cli; print(*sys.modules)"],
        check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert {"pydantic", "yaml", "aiohttp", "redis", "jsonschema", "rich.table"}.isdisjoint(seen)
