"""Addresses: what is usable, whose it is, and which of them are one page."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.core import urls
from aggregator.core.urls import absolute, canonical, host, owner, source_id

PAGE = "http://example.com/news/story-1"

SAME_PAGE = [
    "https://example.com/news/story-1",
    "HTTPS://Example.COM/news/story-1",
    "https://www.example.com/news/story-1/",
    "http://example.com:80/news/story-1",
    "https://example.com:443/news/story-1",
    "https://reader:secret@example.com/news/story-1",
    "https://example.com/news/story-1#comments",
    "https://m.example.com/news/story-1",
    "https://mobile.example.com/news/story-1",
    "https://amp.example.com/news/story-1",
    "https://www.m.example.com/news/story-1",
    "https://example.com/news/story-1/amp",
    "https://example.com/news/story-1/amp/",
    "https://example.com/news/story-1.amp",
    "https://example.com/news/story-1.amp.html",
    "https://example.com/amp/news/story-1",
    "https://example.com/news/amp/story-1",
    "https://example.com/news/story-1?amp=1",
    "https://example.com/news/story-1?amp",
    "https://example.com/news/story-1?outputType=amp",
    "https://example-com.cdn.ampproject.org/c/s/example.com/news/story-1",
    "https://cdn.ampproject.org/v/s/www.example.com/news/story-1?amp_js_v=0.1&usqp=mq331",
    "https://www.google.com/amp/s/www.example.com/news/story-1/amp/",
    "https://www.google.co.uk/amp/s/example-com.cdn.ampproject.org/c/s/example.com/news/story-1",
    "https://example.com/news/story-1?utm_source=feed&utm_medium=rss",
    "https://example.com/news/story-1?fbclid=IwAR0&gclid=x",
    "https://example.com/news/story-1?ns_mchannel=rss&ns_campaign=1490&ito=1490",
    "https://example.com/news/story-1?at_medium=RSS&at_campaign=KARANGA",
    "https://example.com/news/story-1?CMP=share_btn_tw&partner=rss&emc=rss",
    "https://example.com/news/story-1?ref=rss",
    "https://example.com/news/story-1?source=feed_text",
    "https://example.com/news//story-1",
    "https://example.com/news/./x/../story-1",
    "  https://example.com/news/story-1  ",
]


@pytest.mark.parametrize("way", SAME_PAGE)
def test_all_ways_to_a_page_have_one_canonical_form(way):
    assert canonical(way) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/article?id=1", "https://example.com/article?id=2"),
        (
            "https://example.com/article.cfm?c_id=1&objectid=5",
            "https://example.com/article.cfm?c_id=1&objectid=6",
        ),
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abd"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://news.example.com/a", "https://example.com/a"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://example.com/camp", "https://example.com/c"),
        ("https://example.com/champ/x", "https://example.com/ch/x"),
        ("https://example.com/?source=42", "https://example.com/"),
    ],
)
def test_different_pages_stay_different(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("name", ["m.com", "www.com", "amp.co.uk", "www.co.uk", "mobile.de", "m.gov.br"])
def test_a_prefix_that_is_the_registered_name_stays(name):
    assert canonical(f"https://{name}/x") == f"http://{name}/x"


def test_order_of_parameters_does_not_matter():
    assert canonical("https://example.com/a?b=2&a=1") == canonical("https://example.com/a?a=1&b=2")


def test_what_is_no_web_address_is_left_alone():
    assert [canonical(text) for text in ("", "mailto:me@example.com", "urn:x:1", "http://", "not a url")] == [
        "",
        "mailto:me@example.com",
        "urn:x:1",
        "http://",
        "not a url",
    ]


def test_an_address_of_another_script_has_one_form():
    assert canonical("https://bücher.example/ä") == canonical("https://xn--bcher-kva.example/%C3%A4")


PIECES = ["amp", "www.", "m.", "example.com", "co.uk", "cdn.ampproject.org", "google.com/amp/s/", "/", "//", "..", "?",
          "&", "=", "utm_x=1", "a=b", "#", "%41", "%C3%A4", "ä", ":80", ":443", "@", "index.html", "c/s/", "[::1]", " ",
          "http://", "%", ";", "+", "~", "amp;", "1.2.3.4", "xn--", "."]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("google.com/amp/s/cdn.ampproject.org/c/s/www.m.amp.example.com/amp/index.html?amp=1")
@example("example.com/a%2Fb?x=%26&y")
@example("www.www.com")
def test_canonical_is_idempotent(tail):
    once = canonical("https://" + tail)
    assert canonical(once) == once


@given(st.text(max_size=60))
def test_canonical_takes_any_text(text):
    assert canonical(canonical(text)) == canonical(text)


@given(
    st.from_regex(r"https?://(www\.|m\.|amp\.)?[a-z]{1,5}(\.[a-z0-9-]{1,4}){0,2}\.(com|co\.uk|x)(/[a-z0-9_.~-]{1,6}){0,3}/?"
                  r"(\?([a-z]{1,3}=[a-z0-9.-]{1,3}&){0,3}[a-z]{1,3}=[a-z0-9]{1,3})?", fullmatch=True)
)  # fmt: skip
def test_the_short_way_gives_what_the_long_way_gives(url):
    long = url
    for _ in range(8):
        long = urls._step(long)
    assert canonical(url) == long


@pytest.mark.parametrize(
    ("written", "base", "meant"),
    [
        ("https://example.com/a?b=1&amp;c=2", "", "https://example.com/a?b=1&c=2"),
        ("https://example.com/a?b=1&amp;amp;c=2", "", "https://example.com/a?b=1&c=2"),
        ("https://example.com/a?copy=1&lang=2", "", "https://example.com/a?copy=1&lang=2"),
        ("  https://example.com/a\n", "", "https://example.com/a"),
        ("https://example.com/a\n  b", "", "https://example.com/a%20%20b"),
        ("https://example.com/a b", "", "https://example.com/a%20b"),
        ("/a", "https://example.com/feed/", "https://example.com/a"),
        ("a", "https://example.com/feed/", "https://example.com/feed/a"),
        ("//cdn.example.com/a", "https://example.com/", "https://cdn.example.com/a"),
        ("?p=1", "https://example.com/feed", "https://example.com/feed?p=1"),
        ("HTTP://example.com/", "", "HTTP://example.com/"),
        ("/a", "", None),
        ("", "https://example.com/", None),
        ("javascript:alert(1)", "https://example.com/", None),
        ("data:text/html,x", "https://example.com/", None),
        ("file:///etc/passwd", "https://example.com/", None),
        ("ftp://example.com/a", "", None),
        ("cnn://deeplink?x=1", "https://example.com/", None),
        ("http://", "", None),
        ("http:///a", "", None),
        ("http://[::1", "", None),
        ("https://example.com/" + "a" * 3000, "", None),
    ],
)
def test_absolute_gives_the_web_address_that_is_meant(written, base, meant):
    assert absolute(written, base) == meant


@given(st.text(max_size=80), st.sampled_from(["", "https://example.com/a/b", "http://[bad", "x"]))
def test_absolute_gives_a_web_address_or_none(text, base):
    found = absolute(text, base)
    assert found is None or (found.lower().startswith(("http://", "https://")) and host(found))


def test_hosts_are_lower_case_and_ascii():
    assert [
        host(url)
        for url in ("https://User@WWW.Example.COM:8080/x", "https://bücher.example", "x", "http://[::1]/")
    ] == [
        "www.example.com",
        "xn--bcher-kva.example",
        "",
        "::1",
    ]


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("www.abc.net.au", "abc.net.au"),
        ("example.com", "example.com"),
        ("co.uk", "co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_owner_is_the_registrable_domain(name, registered):
    assert owner(name) == registered


def test_a_source_id_is_made_of_the_address_alone():
    one = source_id("https://feeds.bbci.co.uk/news/world/rss.xml")
    assert one.startswith("bbci-")
    assert one == source_id("https://feeds.bbci.co.uk/news/world/rss.xml")
    assert one != source_id("https://feeds.bbci.co.uk/news/uk/rss.xml")


@given(st.text(max_size=200))
def test_a_source_id_is_always_valid(text):
    made = source_id(text)
    assert 1 <= len(made) <= 64
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
