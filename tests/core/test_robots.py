"""What a robots.txt says to us (RFC 9309)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core import robots

SITE = "https://news.example.org"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/feed", True),
        ("User-agent: *\nDisallow:", "/feed", True),
        ("User-agent: *\nDisallow: /", "/feed", False),
        ("User-agent: other\nDisallow: /", "/feed", True),
        ("User-agent: Wire-Aggregator/2\nDisallow: /", "/feed", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: wire-aggregator\nAllow: /", "/feed", True),
        ("User-agent: a\nUser-agent: wire-aggregator\nDisallow: /x", "/x/y", False),
        ("User-agent: wire-aggregator\nDisallow: /x\nUser-agent: wire-aggregator\nDisallow: /y", "/y", False),
        ("User-agent: *\nDisallow: /feeds\nAllow: /feeds/all", "/feeds/all.xml", True),
        ("User-agent: *\nAllow: /feeds\nDisallow: /feeds", "/feeds", True),
        ("User-agent: *\nDisallow: /*.xml$", "/a/b.xml", False),
        ("User-agent: *\nDisallow: /*.xml$", "/a/b.xml?x=1", True),
        ("User-agent: *\nDisallow: /*/private*", "/a/private/feed", False),
        ("User-agent: *\nDisallow: /feed$", "/feed/", True),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /a?b=", "/a?b=2", False),
        ("user-AGENT : * # all\n DISALLOW : /x # this", "/x", False),
        ("Disallow: /", "/feed", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", "/feed", False),
    ],
)
def test_the_rules_of_the_standard(text, path, allowed):
    assert robots.read(text.encode()).allows(SITE + path) is allowed


def test_nothing_is_allowed_where_nobody_knows_the_rules():
    assert not robots.Rules(reason="timeout").allows(f"{SITE}/feed")


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://News.example.org/a/b?c", "https://news.example.org/robots.txt"),
        ("http://desk:pw@news.example.org:8080/", "http://news.example.org:8080/robots.txt"),
        ("http://[::1]:9/feed", "http://[::1]:9/robots.txt"),
    ],
)
def test_the_rules_stand_at_the_root_of_the_origin(url, where):
    assert robots.address(url) == where


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_are_rules(body, path):
    assert robots.read(body).allows(f"{SITE}/{path.replace('[', '').replace(']', '')}") in {True, False}


def test_a_pattern_of_many_stars_is_no_trap():
    text = "User-agent: *\nDisallow: /" + "*a" * 240 + "$"
    assert robots.read(text.encode()).allows(f"{SITE}/{'a' * 5000}b")
