"""What is said of a wrong configuration: every mistake, its place, its code, and never a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_config_load import CONTRACT

from aggregator.config import load
from aggregator.config.model import Settings, SourceEntry
from aggregator.config.problems import CODES
from aggregator.core.errors import ConfigError, Problem

Faults = Callable[..., list[Problem]]
Write = Callable[..., Path]

S = "sources: [{id: a, url: 'https://a.example/f', %s}]"
WRONG = [
    # what stands in the file, code, line, column, what the sentence holds
    ("redis: @x", "C003", 1, 8, "quote"),
    ("server: {host: a, port: 3\nredis: embedded", "C003", 2, 6, "begins in line 1"),
    ('redis: "embedded\nlog: {}', "C003", 1, 8, "not closed"),
    ("server: {port: ${PORT}}", "C003", 1, 17, '"${NAME}"'),
    ("server: *x", "C003", 1, 9, "alias"),
    ("? [a]\n: b", "C003", 1, 3, "plain text"),
    ("sources:\n\t- url: x", "C004", 2, 1, "spaces"),
    ("server:\n  host: a\n\tport: 3", "C004", 3, 1, "spaces"),
    ("server:\n    host: a\n  port: 3", "C005", 3, 3, "block that begins in line 1"),
    ("server:\n  host: a\n   port: 3", "C005", 3, 8, "indented"),
    ("redis: embedded\nlog: {}\nredis: embedded", "C006", 3, 1, "line 1"),
    ("- a\n- b", "C007", 1, 1, "keys"),
    ("just words", "C007", 1, 1, "keys"),
    ("log: {}\n---\nlog: {}", "C008", 2, 1, "one document"),
    ("redis: !!python/name:os.system x", "C008", 1, 8, "tags"),
    ("server: !mine {port: 3}", "C008", 1, 9, "tags"),
    ("x-a: " + "[" * 60 + "]" * 60, "C008", 1, 38, "deep"),
    ("sever: {}", "C010", 1, 1, '"server"'),
    ("polling:\n  min_intervall: 5m", "C010", 2, 3, 'did you mean "min_interval"?'),
    (S % "categries: [a]", "C010", 1, 47, '"categories"'),
    ("feeds: [{id: a, where: {not: {langages: [de]}}}]", "C010", 1, 31, '"languages"'),
    ("hosts: {a.example: {per_hots: 3}}", "C010", 1, 21, '"per_host"'),
    ("sources:\n  - id: a", "C011", 2, 5, '"url"'),
    ("tokens: [{name: a}]", "C011", 1, 10, '"value"'),
    ("sources: here", "C012", 1, 10, "a list"),
    ("sources: ['https://a.example']", "C012", 1, 11, "a mapping"),
    ("server: 8080", "C012", 1, 9, "a mapping"),
    ("server: {port: eighty}", "C012", 1, 16, "whole number"),
    ("server: {port: 80.5}", "C012", 1, 16, "whole number"),
    ("server: {port: true}", "C012", 1, 16, "whole number"),
    (S % "tls: {verify: no}", "C012", 1, 61, 'did you mean "false"?'),
    ("polling: {allow_private_networks: yes}", "C012", 1, 35, 'did you mean "true"?'),
    (S % "name: [a]", "C012", 1, 53, "text is wanted"),
    ("server: {port: 99999}", "C013", 1, 16, "65535"),
    (S % "priority: 11", "C013", 1, 57, "10 is the most"),
    ("polling: {per_host: 0}", "C013", 1, 21, "1 is the least"),
    ("log: {level: warn}", "C013", 1, 14, 'did you mean "warning"?'),
    (S % "interval: 0.5s", "C013", 1, 57, "one second"),
    ("polling: {timeout: 99999d}", "C013", 1, 20, "ten years"),
    ("polling: {timeout: 20}", "C014", 1, 20, "20s, 20m"),
    ("polling: {timeout: 2 weeks}", "C014", 1, 20, "5m"),
    (S % "interval: often", "C014", 1, 57, "auto"),
    ("polling: {max_bytes: lots}", "C015", 1, 22, "10MB"),
    ("polling: {per_host_rate: 60}", "C016", 1, 26, "60/m"),
    ("polling: {per_host_rate: 60/week}", "C016", 1, 26, "60/m"),
    ("feeds: [{id: World News}]", "C017", 1, 14, 'did you mean "world-news"?'),
    ("sources: [{url: example.org/feed}]", "C018", 1, 17, "https://"),
    ("sources: [{url: 'ftp://example.org/feed'}]", "C018", 1, 17, "ftp://"),
    ("sources: [{url: 'https://example.org:99999/'}]", "C018", 1, 17, "port"),
    ("polling: {allow_private_networks: [10.0.0.1/8]}", "C019", 1, 36, '"10.0.0.0/8"'),
    ("polling: {allow_private_networks: [ten]}", "C019", 1, 36, "10.0.0.0/8"),
    (S % "language: true", "C020", 1, 57, "pt-BR"),
    (S % "language: deutsch bitte", "C020", 1, 57, "tag"),
    (S % "headers: {Bad Name: x}", "C021", 1, 57, "not a header's name"),
    (S % 'headers: {X: "a\\nb"}', "C021", 1, 60, "one line"),
    (S % "headers: {If-None-Match: x}", "C021", 1, 57, "set by each request itself"),
    (S % 'user_agent: "a\\nb"', "C021", 1, 59, "one line"),
    ("redis: mysql://x", "C022", 1, 8, "redis://"),
    ("redis: redis://x:99999/0", "C022", 1, 8, "port"),
    ("webhooks: [{id: a, url: 'https://a.example', secret: abc}]", "C023", 1, 54, "whsec_"),
    (S % "auth: {username: a}", "C024", 1, 53, "password"),
    (S % "auth: {username: a, password: b, bearer: c}", "C024", 1, 53, "not both"),
    ("hosts: {'https://a.example/': {per_host: 3}}", "C025", 1, 9, 'did you mean "a.example"?'),
    ("hosts: {'a.example:8080': {per_host: 3}}", "C025", 1, 9, 'did you mean "a.example"?'),
    ("hosts: {'*.a.example': {per_host: 3}}", "C025", 1, 9, 'did you mean "a.example"?'),
    ("hosts: {a b: {per_host: 3}}", "C025", 1, 9, "no host name"),
    ("hosts: {a.example: {}, A.example: {}}\n" + S % "priority: 3", "C006", 1, 24, "has a rule already"),
    ("redis: ${NOT_THERE}", "C030", 1, 8, "NOT_THERE"),
    ("redis: ${NOT-THERE", "C031", 1, 8, "${NAME}"),
    ("include: nowhere.yaml", "C040", 1, 10, "no such file"),
    ("include: [aggregator.yaml]", "C041", 1, 11, "includes itself"),
    ("sources: [{id: a, url: 'https://a.example'}, {id: a, url: 'https://b.example'}]", "C050", 1, 46, ":1"),
    ("sources: [{url: 'https://a.example'}, {url: 'https://a.example'}]", "C050", 1, 39, "this address"),
    (S % "proxy: 'ftp://a.example'", "C018", 1, 54, "no proxy"),
    ("feeds: [{id: a}, {id: a}]", "C051", 1, 23, '"a"'),
    ("feeds: [{id: world}]\ntokens: [{name: a, value: b, views: [wrld]}]", "C052", 2, 38, '"world"'),
    ("polling: {min_interval: 2d, max_interval: 1d}", "C061", 1, 25, "longer"),
]
WARNED = [
    ("sources: [{id: a, url: 'https://a.example/f'}, {id: b, url: 'https://www.a.example/f/'}]", "C060", 48),
    ("feeds: [{id: a, where: {categories: [wold]}}]\n" + S % "categories: [world]", "C062", 38),
    ("include: none-*.yaml", "C063", 10),
    ("sources: [{url: 'https://a.example'}]", "C064", 11),
    ("feeds: [{id: a, where: {not: {categories: [wold]}}}]\n" + S % "categories: [world]", "C062", 44),
    ("hosts: {b.example: {per_host: 3}}\n" + S % "priority: 3", "C065", 9),
    (S % "tls: {ca: none.pem}", "C066", 57),
    (S % "tls: {ca: aggregator.yaml}", "C066", 57),
    ("sources: [{id: a, url: 'https://me:***@a.example/f'}]", "C067", 24),
    ("sources: [{id: a, url: 'https://a.example/f?x=1&token=***'}]", "C067", 24),
    ("polling: {websub: true}", "C068", 19),
]
RIGHT = [
    "hosts: {a.example: {per_host: 3}}\n" + S % "priority: 3",
    "hosts: {A.Example.: {per_host: 3}}\nsources: [{id: a, url: 'https://feeds.a.example/f'}]",
    "hosts: {bücher.example: {}}\nsources: [{id: a, url: 'https://bücher.example/f'}]",
    "hosts: {'[::1]': {}}\nsources: [{id: a, url: 'http://[::1]:8/f'}]",
    "hosts: {127.0.0.1: {}}\nsources: [{id: a, url: 'http://127.0.0.1/f'}]",
    "server: {public_url: 'https://a.example'}\npolling: {websub: true}",
    "sources: [{id: a, url: 'https://a.example/***?q=**'}]",
]


@pytest.mark.parametrize(("text", "code", "line", "column", "said"), WRONG)
def test_a_mistake_is_named_with_its_place(
    faults: Faults, text: str, code: str, line: int, column: int, said: str
) -> None:
    found = [problem for problem in faults(text) if not problem.warning]
    assert [(problem.code, problem.line, problem.column) for problem in found] == [(code, line, column)]
    assert said in found[0].message


@pytest.mark.parametrize(("text", "code", "column"), WARNED)
def test_what_may_be_meant_is_only_warned_of(faults: Faults, text: str, code: str, column: int) -> None:
    assert [(each.code, each.column, each.warning) for each in faults(text)] == [(code, column, True)]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_not_remarked_upon(faults: Faults, text: str) -> None:
    assert faults(text) == []


def test_what_only_all_values_show_is_told_beside_what_is_wrong_with_one(faults: Faults) -> None:
    text = (
        "server: {prt: 1}\n"
        "polling: {min_interval: 2d, max_interval: 1d, timeout: 20}\n"
        "feeds: [{id: a}, {id: a, titel: x}, {id: b, where: {categories: [wold], min_sources: no}}]\n"
        "tokens: [{name: t, value: x, views: [c], writ: true}]\n"
        "hosts: {b.example: {per_host: 0}}\n"
        "sources: [{id: a, url: nowhere, categories: [world], tls: {ca: none.pem}}]\n"
    )
    codes = sorted(each.code for each in faults(text))
    assert codes == [
        *("C010", "C010", "C010", "C012", "C013", "C014", "C018"),  # each by itself
        *("C051", "C052", "C061", "C062", "C065", "C066"),  # together
    ]


def test_nothing_is_missed_among_files_that_cannot_all_be_read(faults: Faults) -> None:
    text = f"include: none.yaml\nfeeds: [{{id: a, where: {{sources: [x]}}}}]\nhosts: {{x.example: {{}}}}\n{S % 'priority: 3'}"
    assert [each.code for each in faults(text)] == ["C040"]


def test_a_warning_of_what_the_environment_says_is_no_error(faults: Faults) -> None:
    found = faults("", {"AGGREGATOR_POLLING__WEBSUB": "true"})
    assert [(each.file, each.code, each.warning) for each in found] == [
        ("$AGGREGATOR_POLLING__WEBSUB", "C068", True)
    ]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (b"redis: embedded\nlog: {} # caf\xe9", "C002", 2, 14),
        ("redis: embedded".encode("utf-16"), "C002", 1, 1),
        (b'redis: "a\x01b"', "C002", 1, 10),
        (b"\xef\xbb\xbfredis: reddis", "C022", 1, 8),
        (b"server:\r\n  prt: 3\r\n", "C010", 2, 3),
    ],
)
def test_bytes_that_are_not_plain_text(
    faults: Faults, text: bytes, code: str, line: int, column: int
) -> None:
    assert [(each.code, each.line, each.column) for each in faults(text)] == [(code, line, column)]


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError) as caught:
            load(path, {})
        assert [problem.code for problem in caught.value.problems] == ["C001"]


def test_a_problem_of_the_environment_names_its_variable(faults: Faults) -> None:
    found = faults("", {"AGGREGATOR_SERVER__PORT": "many", "AGGREGATOR_SERVER__PROT": "1"})
    found.sort(key=lambda each: each.file)
    assert [(each.file, each.code, each.warning) for each in found] == [
        ("$AGGREGATOR_SERVER__PORT", "C012", False),
        ("$AGGREGATOR_SERVER__PROT", "C032", True),
    ]
    assert 'did you mean "AGGREGATOR_SERVER__PORT"?' in found[1].message


def test_what_kubernetes_sets_for_a_service_of_our_name_is_no_error(faults: Faults) -> None:
    found = faults("", {"AGGREGATOR_PORT": "tcp://10.0.0.7:80", "AGGREGATOR_SERVICE_HOST": "10.0.0.7"})
    assert {(each.code, each.warning) for each in found} == {("C032", True)}


def test_the_excerpt_has_a_caret_below_the_place(faults: Faults) -> None:
    (problem,) = faults("polling:\n  min_intervall: 5m\n")
    assert problem.excerpt == "  min_intervall: 5m\n  ^"


def test_all_mistakes_of_a_file_are_told_together(faults: Faults) -> None:
    text = "".join(f"  - {{id: s{number}, url: nowhere, prioritty: 3}}\n" for number in range(50))
    found = faults("server: {prt: 1}\nsources:\n" + text + "feeds: [{id: A}]\n")
    assert len(found) == 102


def test_an_unset_variable_is_told_once(faults: Faults) -> None:
    assert [each.code for each in faults('server: {port: "${PORT}"}')] == ["C030"]


SECRETS = [
    "tokens: [{name: a, value: hunter2, writ: true}]",
    "tokens: [hunter2]",
    "tokens: hunter2",
    "tokens:\n  - {name: a, value: hunter2\nsources: []",
    "tokens:\n  - name: a\n    value: hunter2: x\n",
    "tokens:\n  - name: a\n    value: |\n      hunter2\n     bad\n",
    "tokens:\n  - name: a\n    vaule: hunter2\n",
    "redis: redis://me:hunter2@host:port:1\nserver: {prt: 3}",
    "redis: me:hunter2@host",
    "redis: redis://me:hunter2@host: x",
    "server: {prt: 1} # hunter2",
    S % "headers: {X-Any: [hunter2]}",
    S % "headers: {X-Any: {a: hunter2}}",
    S % "headers: [hunter2]",
    S % "heders: {X-Any: hunter2}",
    S % 'headers: {X-Any: "hunter2\\n"}, priority: 99',
    S % "auth: hunter2",
    S % "auth: {pasword: hunter2}",
    S % "auth: {bearer: hunter2, username: x}",
    S % "proxy: 'socks4://me:hunter2@host'",
    "sources: [{url: 'ftp://me:hunter2@host/feed'}]",
    "sources: [{url: 'https://host/feed?api_key=hunter2 x'}]",
    "webhooks: [{id: a, url: x, secret: hunter2}]",
    "webhooks: [{id: a, url: x, secret: [hunter2, hunter2]}]",
    "server: {port: '${SECRET}'}",
    "feeds: [{id: '${SECRET}'}]",
    "log: {level: '${SECRET}'}",
    "polling: {timeout: '${SECRET}', max_bytes: '${SECRET}', per_host_rate: '${SECRET}'}",
    "polling: {allow_private_networks: ['${SECRET}']}",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_is_in_any_message_or_excerpt(faults: Faults, text: str) -> None:
    found = faults(text, {"SECRET": "Hunter2", "AGGREGATOR_TOKENS": ""})
    assert found
    shown = "".join(str(each) + each.excerpt + repr(each) for each in found)
    assert "hunter2" not in shown.lower()


@pytest.mark.parametrize(
    ("name", "value"),
    [("REDIS", "me:hunter2@x"), ("TOKENS", "[{name: a, value: [hunter2]}]"), ("TOKENS", "hunter2")],
)
def test_no_secret_of_the_environment_is_in_any_message(faults: Faults, name: str, value: str) -> None:
    found = faults("", {f"AGGREGATOR_{name}": value})
    assert found
    assert "hunter2" not in "".join(str(each) + each.excerpt for each in found)


def test_every_code_is_documented_and_tested() -> None:
    root = Path(__file__).parents[2]
    documented = set(re.findall(r"^\| (C\d{3}) \|", (root / "docs/config.md").read_text(), re.MULTILINE))
    tested = set(
        re.findall(
            r'"(C\d{3})"', "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
        )
    )
    assert documented == set(CODES)
    assert tested >= set(CODES)


_EDIT = st.tuples(
    st.integers(0, 2000),
    st.integers(0, 6),
    st.sampled_from([*"abc:-[]{}#&*!|>'\"@`, \n\t", ": ", "- ", " ${X}", ""]),
)
_SECRETIVE = (
    CONTRACT.replace('"${DESK_TOKEN}"', "Qzx1abc")
    .replace('"${PARTNER_TOKEN}"', "\n     Qzx2")
    .replace('"Bearer ${BBC_TOKEN}"}', '"Bearer Qzx3"}\n    auth: {username: me, password: "Qzx4"}')
    .replace('"${HOOK_SECRET}"', "whsec_Qzx5")
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_EDIT, min_size=1, max_size=4))
def test_no_slip_of_the_pen_shows_a_secret(write: Write, edits: list[tuple[int, int, str]]) -> None:
    """Characters are lost and added anywhere in a file that is full of secrets."""
    text = _SECRETIVE
    for at, length, instead in edits:
        start = at % len(text)
        text = text[:start] + instead + text[start + length :]
    assert "Qzx" not in "".join(str(each) + each.excerpt for each in told(write(text)))


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "[a," * 50_000, "a: {b: " * 20_000, f"redis: {'me:pw@' * 20_000}"]
)
def test_a_line_without_end_is_judged_without_looking_at_all_of_it(write: Write, text: str) -> None:
    """No excerpt is made of it: finding what to hide in one takes the square of its length."""
    found = told(write(text))
    assert found
    assert {each.excerpt for each in found} == {""}


def told(path: Path) -> list[Problem]:
    """The problems of a file, none where it is right; any other exception fails the test."""
    try:
        load(path, {})
    except ConfigError as error:
        return error.problems
    return []


_TEXT = st.text(st.sampled_from(list("abs:-[]{}#&*!|>'\"%@`, \n\t\r${}~0.é\u2028\x85\x00")), max_size=60)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXT | st.binary(max_size=60))
def test_any_file_is_a_configuration_or_problems(write: Write, text: str | bytes) -> None:
    path = write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    assert all(problem.code in CODES and problem.message for problem in told(path))


_SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["5m", "off", "auto"])
)
_KEYS = st.sampled_from(
    [*Settings.model_fields, *SourceEntry.model_fields, "sources", "where", "not", "timeout"]
)
_TREE = st.recursive(
    _SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_KEYS, _TREE, max_size=4))
def test_any_values_are_a_configuration_or_problems(write: Write, tree: object) -> None:
    """JSON is YAML: whatever stands under the known keys, the answer is a Config or a list of problems."""
    assert {problem.code for problem in told(write(json.dumps(tree)))} <= set(CODES)
