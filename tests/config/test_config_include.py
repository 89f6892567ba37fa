"""Files that include files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from aggregator.config import Config, load
from aggregator.core.errors import ConfigError, Problem

Read = Callable[..., Config]
Write = Callable[..., Path]
Faults = Callable[..., list[Problem]]

A = "{id: a, url: https://a.example}"
B = "{id: b, url: https://b.example}"
C = "{id: c, url: https://c.example}"


def ids(config: Config) -> list[str]:
    return [source.id for source in config.sources]


def test_a_pattern_is_relative_to_the_file_that_names_it(read: Read, write: Write, tmp_path: Path) -> None:
    write(f"sources: [{B}]\ninclude: deeper/*.yaml", "sources/b.yaml")
    write(f"sources: [{C}]", "sources/deeper/c.yaml")
    config = read(f"include: [sources/*.yaml]\nsources: [{A}]")
    assert ids(config) == ["a", "b", "c"]
    assert [str(path.relative_to(tmp_path)) for path in config.files] == [
        "aggregator.yaml",
        "sources/b.yaml",
        "sources/deeper/c.yaml",
    ]


def test_a_bare_list_is_a_list_of_sources(read: Read, write: Write) -> None:
    write(f"- {B}\n- {C}\n", "more.yaml")
    assert ids(read("include: more.yaml")) == ["b", "c"]


def test_an_included_file_may_hold_views_hosts_and_webhooks(read: Read, write: Write) -> None:
    write("feeds: [{id: one}]\nhosts: {a.example: {per_host: 9}}", "more.yaml")
    config = read("include: more.yaml\nfeeds: [{id: two}]\nhosts: {b.example: {per_host: 8}}")
    assert [view.id for view in config.feeds] == ["two", "one"]
    assert {host: rule.per_host for host, rule in config.hosts.items()} == {"a.example": 9, "b.example": 8}


def test_a_file_that_two_patterns_match_is_read_once(read: Read, write: Write) -> None:
    write(f"- {B}\n", "sources/b.yaml")
    assert ids(read("include: [sources/*.yaml, sources/b.yaml, 'sources/*']")) == ["b"]


def test_a_pattern_that_matches_the_file_itself_leaves_it_out(read: Read, write: Write) -> None:
    write(f"- {B}\n", "b.yaml")
    assert ids(read(f"include: '*.yaml'\nsources: [{A}]")) == ["a", "b"]


def test_an_absolute_path_is_taken_as_it_is(read: Read, write: Write, tmp_path: Path) -> None:
    write(f"- {B}\n", "far/b.yaml")
    assert ids(read(f"include: ['{tmp_path}/far/*.yaml']")) == ["b"]


def test_a_mistake_in_an_included_file_is_placed_there(faults: Faults, write: Write) -> None:
    write("- url: https://b.example\n  id: b\n  intervall: 5m\n", "sources/b.yaml")
    write("feeds:\n  - id: A B\n", "views.yaml")
    found = faults("include: [sources/*.yaml, views.yaml]\nserver: {prt: 1}")
    assert [(Path(each.file).name, each.line, each.column, each.code) for each in found] == [
        ("aggregator.yaml", 2, 10, "C010"),
        ("b.yaml", 3, 3, "C010"),
        ("views.yaml", 2, 9, "C017"),
    ]
    assert found[1].excerpt == "  intervall: 5m\n  ^"


def test_settings_stand_in_the_main_file_only(faults: Faults, write: Write) -> None:
    write("polling: {timeout: 5s}\nsorces: []\n", "more.yaml")
    found = faults("include: more.yaml")
    assert [(each.code, each.line) for each in found] == [("C042", 1), ("C010", 2)]
    assert 'did you mean "sources"?' in found[1].message


def test_a_circle_is_named(faults: Faults, write: Write) -> None:
    write("include: two.yaml", "one.yaml")
    write("include: one.yaml", "two.yaml")
    (problem,) = faults("include: one.yaml")
    assert (problem.code, Path(problem.file).name) == ("C041", "two.yaml")
    assert "one.yaml → two.yaml → one.yaml" in problem.message


def test_a_circle_through_a_link_is_one(faults: Faults, tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "aggregator.yaml")
    assert [each.code for each in faults("include: link.yaml")] == ["C041"]


def test_an_id_taken_in_another_file_names_both_places(faults: Faults, write: Write) -> None:
    write("\n- {id: a, url: https://b.example}\n", "more.yaml")
    (problem,) = faults(f"include: more.yaml\nsources: [{A}]")
    assert (problem.code, Path(problem.file).name, problem.line) == ("C050", "more.yaml", 2)
    assert problem.message.endswith("aggregator.yaml:2")


def test_two_rules_for_a_host_are_a_mistake(faults: Faults, write: Write) -> None:
    write("hosts: {a.example: {per_host: 1}}", "one.yaml")
    write("hosts: {a.example: {per_host: 2}}", "two.yaml")
    assert [each.code for each in faults("include: [one.yaml, two.yaml]")] == ["C006"]
    assert [each.code for each in faults("include: one.yaml\nhosts: {a.example: {per_host: 3}}")] == ["C006"]


def test_a_mistake_in_a_host_s_rule_is_placed_in_its_file(faults: Faults, write: Write) -> None:
    write("\nhosts: {b.example: {per_hots: 1}, c.example: 3}", "more.yaml")
    found = faults("hosts: {a.example: {per_hots: 1}}\ninclude: more.yaml")
    assert [(Path(each.file).name, each.line, each.column, each.code) for each in found] == [
        ("aggregator.yaml", 1, 21, "C010"),
        ("more.yaml", 2, 21, "C010"),
        ("more.yaml", 2, 46, "C012"),
    ]


def test_a_file_that_must_not_be_read_is_named(write: Write) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    write("[]", "closed.yaml").chmod(0)
    with pytest.raises(ConfigError) as caught:
        load(write("include: closed.yaml"), {})
    assert [each.code for each in caught.value.problems] == ["C001"]


def test_a_folder_is_no_file(faults: Faults, tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert [each.code for each in faults("include: folder.yaml")] == ["C001"]
    assert [each.code for each in faults("include: 'f*.yaml'")] == ["C063"]


def test_opml_is_included_too(read: Read, write: Write) -> None:
    write(
        "<opml version='2.0'><body><outline text='News'>"
        "<outline type='rss' text='B' xmlUrl='https://b.example/feed'/></outline></body></opml>",
        "subscriptions.opml",
    )
    (source,) = read("include: [subscriptions.opml]").sources
    assert (source.name, source.url, source.categories) == ("B", "https://b.example/feed", ("News",))


def test_what_is_no_plain_file_is_not_read(faults: Faults, tmp_path: Path) -> None:
    """A pipe would be waited for, a device never ends, links in circles lead nowhere."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "folder.yaml").mkdir()
    found = faults(
        'include: [pipe.yaml, /dev/zero, circle.yaml, folder.yaml, "a\\0b", "~nobody-here/x.yaml"]'
    )
    assert [(each.code, each.line) for each in found] == [("C001", 1)] * 5 + [("C040", 1)]


def test_a_certificate_that_is_no_plain_file_is_not_waited_for(faults: Faults, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pem")
    names = ["pipe.pem", "/dev/zero", "~nobody-here/ca.pem", "a\\0b"]
    listed = [
        f'{{id: s{n}, url: "https://s{n}.example", tls: {{ca: "{name}"}}}}' for n, name in enumerate(names)
    ]
    assert [each.code for each in faults(f"sources: [{', '.join(listed)}]")] == ["C066"] * 4
