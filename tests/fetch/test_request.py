"""What becomes of an address, and which secrets go where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from aggregator.core.model import Source, SourceState
from aggregator.fetch.request import parse, plan, sendable


@pytest.mark.parametrize(
    ("published", "sent"),
    [
        ("http://h.example", "http://h.example"),
        ("HTTP://H.example/A?B=%2c", "http://h.example/A?B=%2c"),
        ("http://h.example/a b", "http://h.example/a%20b"),
        ("http://h.example/%zz/%2c/ä", "http://h.example/%zz/%2c/%C3%A4"),
        ("http://bücher.example", "http://xn--bcher-kva.example"),
        ("http://me:pw@bücher.example:81?ü", "http://me:pw@xn--bcher-kva.example:81/?%C3%BC"),
        ('http://h.example/a"<>|\\^`{}', 'http://h.example/a"<>|\\^`{}'),
        ("http://h.example/a\nHost: x", "http://h.example/a%0AHost:%20x"),
    ],
)
def test_an_address_is_sent_as_published_where_it_can_be(published, sent):
    assert str(parse(published)) == sent


@pytest.mark.parametrize(
    "text", ["", "feed", "/feed", "ftp://h.example/", "http://", "http:///x", "http://h:99999/"]
)
def test_what_http_cannot_fetch_is_refused(text):
    with pytest.raises(ValueError):
        parse(text)


@given(st.text(max_size=60))
def test_whatever_is_published_what_is_sent_is_plain(text):
    try:
        sent = sendable(text)
    except ValueError:
        return
    assert sent.isascii()
    assert sent.isprintable()
    assert " " not in sent
    assert sendable(sent) == sent


@pytest.mark.parametrize(
    ("here", "there", "kept"),
    [
        ("http://h.example/a", "http://h.example/b", True),
        ("http://h.example/", "https://h.example/", True),
        ("https://h.example/", "http://h.example/", False),
        ("http://h.example:8080/", "https://h.example/", False),
        ("https://h.example/", "https://h.example:8443/", False),
        ("https://h.example/", "https://www.h.example/", False),
        ("https://h.example/", "https://h.example.evil.example/", False),
    ],
)
def test_secrets_stay_with_their_origin_or_its_step_up_to_tls(here, there, kept):
    source = Source(id="one", url=here, name="One", outlet="One", headers=(("X-Key", "k3y"),))
    onward = plan(source, here, SourceState(), unconditional=False).towards(URL(there))
    assert (onward.headers == {"X-Key": "k3y"}) == kept


@pytest.mark.parametrize("header", [("X-Key", "a\r\nEvil: 1"), ("X\nY", "a"), ("X-Kéy", "a")])
def test_headers_that_could_smuggle_others_are_refused(header):
    with pytest.raises(ValueError):
        plan(
            Source("one", "http://h.example/", "One", "One", headers=(header,)),
            "http://h.example/",
            SourceState(),
            unconditional=False,
        )
