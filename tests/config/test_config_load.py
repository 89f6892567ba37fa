"""From a file and an environment to a Config."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from aggregator.config import Config, environment, find, load, summary
from aggregator.core.errors import ConfigError

Read = Callable[..., Config]
Write = Callable[..., Path]

CONTRACT = """\
# yaml-language-server: $schema=schema.json
redis: embedded
data_dir: .aggregator
server: {host: 127.0.0.1, port: 8080, public_url: https://news.example.org}
tokens:
  - {name: desk, value: "${DESK_TOKEN}", write: true}
  - {name: partner, value: "${PARTNER_TOKEN}", views: [world]}
polling: {min_interval: 5m, max_interval: 24h, max_backoff: 24h, timeout: 20s, max_bytes: 10MB,
          concurrency: 200, per_host: 2, per_host_rate: 60/m, budget: off,
          contact: https://news.example.org/about, allow_private_networks: false}
hosts:
  RSS.internal.example: {per_host: 20, per_host_rate: off, pause_together: false}
  other.example: {per_host: 7}
matching: {window: 3d}
retention: {stories: 7d, max_stories: 200000, rebuild_wait: 5s}
log: {level: info, format: auto}
sources:
  - id: bbc-world
    url: https://feeds.bbci.co.uk/news/world/rss.xml
    name: BBC News, world
    outlet: BBC
    categories: [world]
    language: en
    priority: 5
    interval: auto
    headers: {Authorization: "Bearer ${BBC_TOKEN}"}
feeds:
  - id: world
    title: World news, carried at least twice
    where: {categories: [world], min_sources: 2, not: {languages: [de]}}
webhooks:
  - {id: desk, url: https://example.org/hook, secret: "${HOOK_SECRET}", where: {agencies: [AP]}}
"""
ENVIRON = {
    "DESK_TOKEN": "desk-secret",
    "PARTNER_TOKEN": "partner-secret",
    "BBC_TOKEN": "bbc-secret",
    "HOOK_SECRET": "whsec_" + "A" * 32,
}


def test_every_key_of_the_contract_is_understood(read: Read) -> None:
    config = read(CONTRACT, ENVIRON)
    assert config.tokens[0].value.get_secret_value() == "desk-secret"
    assert config.polling.min_interval == 300
    assert config.polling.max_bytes == 10_000_000
    assert config.polling.per_host_rate == 60
    assert config.polling.budget is None
    assert config.matching.window == 3 * 86400
    assert config.feeds[0].where.not_ is not None
    assert config.feeds[0].where.not_.languages == ("de",)
    source = config.sources[0]
    assert (source.id, source.outlet, source.interval) == ("bbc-world", "BBC", None)
    assert source.headers == (("Authorization", "Bearer bbc-secret"),)
    assert [each.code for each in config.warnings] == ["C065", "C065"]  # its hosts are examples


def test_a_rule_for_a_host_takes_what_it_does_not_say_from_polling(read: Read) -> None:
    hosts = read(CONTRACT, ENVIRON).hosts
    assert (hosts["rss.internal.example"].per_host, hosts["rss.internal.example"].per_host_rate) == (20, None)
    assert (hosts["other.example"].per_host, hosts["other.example"].per_host_rate) == (7, 60)


def test_no_secret_is_in_the_repr_or_the_summary(read: Read) -> None:
    text = CONTRACT.replace(
        "redis: embedded", "redis: redis://me:redis-secret@db:6379/0?password=query-secret"
    )
    config = read(text, ENVIRON)
    shown = repr(config) + str(config) + repr(config.sources[0]) + "\n".join(summary(config)) + config.digest
    secrets = [*ENVIRON.values(), "redis-secret", "query-secret"]
    assert [secret for secret in secrets if secret in shown] == []


def test_language_no_is_norwegian(read: Read) -> None:
    config = read("sources: [{url: https://a.example/feed, language: no}]")
    assert config.sources[0].language == "no"


def test_a_number_where_text_is_meant_is_that_text(read: Read) -> None:
    config = read("sources: [{url: https://a.example/feed, id: 12, name: 007, categories: [1.10, 0x1F]}]")
    source = config.sources[0]
    assert (source.id, source.name, source.categories) == ("12", "007", ("1.10", "0x1F"))


def test_a_source_needs_nothing_but_its_address(read: Read) -> None:
    source = read("sources: [{url: 'https://news.example/feed.xml'}]").sources[0]
    assert (source.name, source.outlet, source.priority) == ("news.example", "news.example", 5)
    assert source.id
    assert source.tls_verify


def test_the_outlet_is_the_name_where_only_that_is_given(read: Read) -> None:
    assert read("sources: [{url: https://a.example, name: A}]").sources[0].outlet == "A"


@pytest.mark.parametrize("text", ["", "# nothing\n", "sources:\n", "sources: []\nserver:\n", "---\n"])
def test_a_file_without_sources_is_a_configuration(read: Read, text: str) -> None:
    config = read(text)
    assert config.sources == ()
    assert config.server.port == 8080


def test_without_any_file_there_are_the_defaults() -> None:
    config = load(None, {"AGGREGATOR_SERVER__PORT": "9000"})
    assert (config.files, config.sources, config.server.port) == ((), (), 9000)


def test_the_file_is_looked_for_where_the_contract_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(None, {}) is None
    (tmp_path / "config").mkdir()
    (tmp_path / "config/aggregator.yaml").touch()
    assert find(None, {}) == Path("config/aggregator.yaml")
    (tmp_path / "aggregator.yaml").touch()
    assert find(None, {}) == Path("aggregator.yaml")
    assert find(None, {"AGGREGATOR_CONFIG": "/elsewhere.yaml"}) == Path("/elsewhere.yaml")
    assert find(Path("given.yaml"), {"AGGREGATOR_CONFIG": "/elsewhere.yaml"}) == Path("given.yaml")


def test_the_environment_is_the_process_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGGREGATOR_TEST_OF_ENVIRONMENT", "x")
    assert environment()["AGGREGATOR_TEST_OF_ENVIRONMENT"] == "x"


def test_variables_override_the_file(read: Read) -> None:
    config = read(
        CONTRACT,
        ENVIRON
        | {
            "AGGREGATOR_REDIS": "redis://db:6379",
            "AGGREGATOR_SERVER__PORT": "9000",
            "AGGREGATOR_SERVER__PUBLIC_URL": "",
            "AGGREGATOR_LOG__FORMAT": "json",
            "AGGREGATOR_POLLING__ALLOW_PRIVATE_NETWORKS": "[10.0.0.0/8, 127.0.0.1]",
            "AGGREGATOR_POLLING__BUDGET": "20000/h",
        },
    )
    assert config.redis == "redis://db:6379"
    assert config.server.port == 9000
    assert config.server.public_url == "https://news.example.org"  # an empty variable counts as unset
    assert config.server.host == "127.0.0.1"
    assert config.polling.allow_private_networks == (ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"))
    assert config.polling.budget == pytest.approx(20000 / 60)
    assert config.files[0].name == "aggregator.yaml"


@pytest.mark.parametrize(
    ("said", "name", "outlet"),
    [
        ("", "a.example", "a.example"),
        (", outlet: A", "A", "A"),
        (", name: A world", "A world", "A world"),
        (", name: A world, outlet: A", "A world", "A"),
    ],
)
def test_a_source_is_named_after_its_outlet_before_its_host(
    read: Read, said: str, name: str, outlet: str
) -> None:
    [source] = read(f"sources: [{{url: https://a.example/feed{said}}}]").sources
    assert (source.name, source.outlet) == (name, outlet)


def test_references_take_defaults_and_can_be_escaped(read: Read) -> None:
    config = read(
        'server: {port: "${PORT:-9001}", host: "${HOST}"}\n'
        'sources: [{url: https://a.example, name: "$${X} ${A}${B}"}]',
        {"HOST": "::1", "A": "a", "B": "${A}"},
    )
    assert config.server.port == 9001
    assert config.server.host == "::1"
    assert config.sources[0].name == "${X} a${A}"  # what was put in is not read again


def test_an_anchor_and_a_merge_share_settings(read: Read) -> None:
    config = read(
        "x-norway: &norway {language: no, categories: [nordic], priority: 7}\n"
        "sources:\n  - <<: *norway\n    url: https://a.example/feed\n    priority: 2\n"
    )
    source = config.sources[0]
    assert (source.language, source.categories, source.priority) == ("no", ("nordic",), 2)


def test_credentials_proxy_and_certificates_reach_the_source(read: Read, tmp_path: Path) -> None:
    config = read(
        "sources:\n"
        "  - {id: a, url: https://a.example, auth: {username: me, password: pw}, tls: {ca: ca.pem}}\n"
        "  - {id: b, url: https://b.example, auth: {bearer: tok}, tls: {verify: false}, proxy: 'http://p:3128'}\n"
    )
    first, second = config.sources
    assert first.auth is not None
    assert (first.auth.scheme, first.auth.name, first.auth.password) == ("basic", "me", "pw")
    assert first.tls_ca == str(tmp_path / "ca.pem")  # beside the file that names it
    assert second.auth is not None
    assert (second.auth.scheme, second.auth.password) == ("bearer", "tok")
    assert (second.tls_verify, second.proxy) == (False, "http://p:3128")


def test_the_digest_differs_where_two_machines_would_gather_differently(read: Read) -> None:
    first = read("sources: [{id: a, url: https://a.example, headers: {X: one}}]\nserver: {port: 1}").digest
    here = read("sources: [{id: a, url: https://a.example, headers: {X: two}}]\nserver: {port: 2}").digest
    other = read("sources: [{id: a, url: https://a.example/b}]").digest
    assert first == here  # neither a secret nor what is a machine's own
    assert first != other


def test_a_config_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Config().redis = "x"  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        Config().server.port = 1  # type: ignore[misc]


def test_the_summary_says_what_was_read(read: Read, write: Write) -> None:
    write("sources: [{id: b, url: https://b.example}]", "more.yaml")
    lines = summary(
        read("include: more.yaml\nsources: [{id: a, url: https://a.example, categories: [world]}]")
    )
    text = "\n".join(lines)
    assert "aggregator.yaml, including" in text
    assert "2 sources of 2 outlets on 2 hosts; world (1)" in text
    assert "embedded" in text
    assert "http://127.0.0.1:8080" in text
    assert "no file" in "\n".join(summary(Config()))


def test_every_problem_is_raised_at_once_and_in_order(write: Write) -> None:
    path = write("server: {prt: 1}\nlog: {level: loud}\nsources: [{id: A, url: x}]\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {"AGGREGATOR_POLLING__TIMEOUT": "soon"})
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [
        (1, "C010"), (2, "C013"), (3, "C017"), (3, "C018"), (0, "C014"),
    ]  # fmt: skip
    assert str(caught.value).startswith(f"{path}:1:10: C010 unknown key")


def test_ten_thousand_sources_are_read_whole(read: Read) -> None:
    """The time is measured in bench/; here: all there, in order, and nothing quadratic in the way."""
    rows = (
        f"  - {{id: s-{number}, url: https://h{number % 500}.example/{number}.xml, name: Source {number}}}\n"
        for number in range(10_000)
    )
    config = read("sources:\n" + "".join(rows))
    assert [source.id for source in config.sources] == [f"s-{number}" for number in range(10_000)]


def test_a_config_crosses_to_another_process(read: Read) -> None:
    config = read(CONTRACT, ENVIRON)
    assert pickle.loads(pickle.dumps(config)) == config
