"""Which feeds a page names."""

from __future__ import annotations

from aggregator.core.discovery import Link, links

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
