"""Which feeds a page names."""

from __future__ import annotations

from aggregator.core.discovery import Link, distinct, is_of_comments, links, usual

PAGE = b"""<!doctype html><html><head><base href="/news/">
<link rel="alternate" type="application/rss+xml" title="All &amp; sundry" href="all.xml">
<link rel="Alternate home" type="application/atom+xml; charset=utf-8" href="https://other.example/atom">
<link rel="alternate" type="application/feed+json" href="all.json"><link rel=alternate type=text/html href=x>
<link rel="stylesheet" type="application/rss+xml" href="no.xml"><link rel="alternate" type="application/rss+xml" href="all.xml">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body>"""


def test_feeds_are_named_once_in_the_order_of_the_page_and_absolute():
    assert links(PAGE, "https://www.example.org/a/b") == [
        Link("https://www.example.org/news/all.xml", "RSS", "All & sundry"),
        Link("https://other.example/atom", "Atom"),
        Link("https://www.example.org/news/all.json", "JSON Feed"),
    ]


def test_any_bytes_are_a_page_without_feeds():
    assert links(b"\xff\x00<link", "https://www.example.org/") == []


BODY = b"""<html><head><link rel=alternate type=application/rss+xml title="Comments on all" href=/comments/feed>
<link rel=alternate type=application/rss+xml title=News href=/tag/ships/feed></head><body>
<a href="/rss/world.xml">World</a> <a href="https://elsewhere.example/rss.xml">Partner</a> <a href="/about">About</a>
<a href="https://feeds.example.org/all">All</a> <a href="/index.php?feed=rss2">RSS</a> <a href="mailto:a@b">x</a>
<a href="/x" type="application/atom+xml">Atom</a>"""


def test_what_is_linked_to_counts_too_and_comments_come_last():
    found = links(BODY, "https://www.example.org/")
    assert [(link.url.removeprefix("https://www.example.org"), link.by) for link in found] == [
        ("/rss/world.xml", "anchor"),
        ("/index.php?feed=rss2", "anchor"),
        ("/x", "anchor"),
        ("/tag/ships/feed", "link"),
        ("/comments/feed", "link"),
    ]
    assert [is_of_comments(link) for link in found] == [False] * 4 + [True]


def test_usual_places_are_beside_the_page_and_at_the_root():
    places = [link.url for link in usual("https://www.example.org/blog/2026/a-post")]
    assert places[:4] == [
        "https://www.example.org/blog/feed",
        "https://www.example.org/blog/rss",
        "https://www.example.org/blog/rss.xml",
        "https://www.example.org/feed",
    ]
    assert len(places) == len(set(places)) <= 12


def test_one_feed_in_two_formats_is_one():
    assert distinct([["a", "b", "c"], ["b", "c", "d"], ["x", "y"], [], ["c"]]) == [0, 2, 3]
