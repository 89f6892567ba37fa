"""The JSON Schema is the model's, accepts what the program accepts, and knows every key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from test_config_load import CONTRACT

from aggregator.config import load
from aggregator.config.schema import schema

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data/opml"


def plain(text: str) -> Any:
    """A YAML text as an editor's validator sees it: by the core schema of YAML 1.2."""

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers: ClassVar = {
            letter: [
                pair
                for pair in pairs
                if pair[0] not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp"}
            ]
            for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
    return yaml.load(text, Loader)


def validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schema())


def properties(node: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    for part in [node, *node.get("definitions", {}).values()]:
        for key, facts in part["properties"].items():
            yield f"{part['description']} {key}", facts, key in part.get("required", ())


def test_the_file_beside_the_configuration_is_the_model_s() -> None:
    """`make schema` writes it."""
    assert json.loads((ROOT / "config/schema.json").read_text("utf-8")) == schema()


def test_it_is_a_schema_of_draft_07() -> None:
    assert schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema())
    assert "$defs" not in json.dumps(schema())


def test_each_key_has_description_default_and_example() -> None:
    lacking = [
        name
        for name, facts, required in properties(schema())
        if not facts.get("description")
        or not facts.get("examples")
        or ("default" not in facts and not required)
    ]
    assert lacking == []


def test_each_example_is_valid_for_its_key() -> None:
    whole = schema()
    for name, facts, _ in properties(whole):
        one = jsonschema.Draft7Validator({**facts, "definitions": whole["definitions"]})
        for example in facts["examples"]:
            assert list(one.iter_errors(example)) == [], (name, example)


def test_defaults_are_written_as_a_person_would() -> None:
    polling = schema()["definitions"]["Polling"]["properties"]
    assert (polling["min_interval"]["default"], polling["max_bytes"]["default"]) == ("5m", "10MB")


@pytest.mark.parametrize("name", ["config/aggregator.yaml"])
def test_the_shipped_configuration_is_valid(name: str) -> None:
    assert list(validator().iter_errors(plain((ROOT / name).read_text("utf-8")))) == []


def test_the_contract_s_example_is_valid() -> None:
    assert list(validator().iter_errors(plain(CONTRACT))) == []


def test_the_examples_of_the_documentation_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs/config.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        assert list(validator().iter_errors(plain(block))) == [], block
        path = tmp_path / "aggregator.yaml"
        path.write_text(re.sub(r"^include:.*\n", "", block, flags=re.MULTILINE), "utf-8")
        load(path, dict.fromkeys(re.findall(r"\$\{(\w+)\}", block), "whsec_" + "A" * 32))


@pytest.mark.parametrize(
    "text",
    [
        "sever: {}",
        "server: {port: 99999}",
        "server: {port: many}",
        "polling: {timeout: 20}",
        "polling: {allow_private_networks: 7}",
        "log: {level: loud}",
        "sources: [{id: a}]",
        "sources: [{url: 'ftp://a'}]",
        "sources: [{url: 'https://a', id: 'A B'}]",
        "feeds: [{title: x}]",
        "feeds: [{id: a, where: {not: {min_sources: 3}}}]",
    ],
)
def test_what_the_program_refuses_an_editor_marks(text: str) -> None:
    assert list(validator().iter_errors(plain(text))) != []


@pytest.mark.parametrize(
    "text",
    [
        "server: {port: '${PORT}'}",
        "polling: {timeout: '${TIMEOUT}', per_host_rate: off, allow_private_networks: [10.0.0.0/8]}",
        "sources: [{url: '${SCHEME}://a', categories: world, language: no, tls: {verify: false}}]",
        "x-mine: {anything: 1}",
        "webhooks: [{id: a, url: 'https://a', secret: [whsec_a, whsec_b]}]",
    ],
)
def test_what_the_program_accepts_no_editor_marks(text: str) -> None:
    assert list(validator().iter_errors(plain(text))) == []


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs/config.md").read_text("utf-8")
    words = set(re.findall(r"`([a-z_]+)`", text))
    keys = {name.rsplit(" ", 1)[-1] for name, _, _ in properties(schema())}
    assert keys - words == set()


# --- the file that ships ------------------------------------------------------------------------------


def test_the_shipped_configuration_reads_without_a_warning_and_has_news_of_many_countries() -> None:
    config = load(ROOT / "config/aggregator.yaml", {})
    assert config.warnings == ()
    assert len(config.sources) >= 60
    assert len({source.outlet for source in config.sources}) >= 50
    assert len({source.language for source in config.sources}) >= 15
    assert all(source.language and source.categories for source in config.sources)
    assert "agency" in {category for source in config.sources for category in source.categories}


@pytest.mark.skipif(not DATA.is_dir(), reason="the collection of addresses is not beside this repository")
def test_the_shipped_addresses_are_from_the_collection() -> None:
    collected = "".join(path.read_text("utf-8", "replace") for path in DATA.rglob("*.opml"))
    collected += "".join(path.read_text("utf-8") for path in DATA.glob("*.json"))
    config = load(ROOT / "config/aggregator.yaml", {})
    bare = {source.url.partition("://")[2] for source in config.sources}
    assert {address for address in bare if address not in collected} == set()


def test_the_documented_defaults_are_the_model_s() -> None:
    """Each key stands in a row of its own: `| key | default | what |`."""
    text = (ROOT / "docs/config.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE))
    for name, facts, required in properties(schema()):
        value = facts.get("default")
        default = value if isinstance(value, str) else json.dumps(value)
        shown = "required" if required else "" if value in (None, [], {}) else f"`{default}`"
        assert (name.rsplit(" ", 1)[-1], shown) in rows, name
