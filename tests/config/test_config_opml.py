"""OPML in and out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import from_address, from_opml, opml
from aggregator.config.problems import CODES
from aggregator.core.errors import ConfigError, Problem
from aggregator.core.model import Auth, Source

DATA = Path(__file__).parents[3] / "shared/data/opml"


def document(body: str, head: str = "") -> bytes:
    start = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{start}{head}<opml version="2.0"><body>{body}</body></opml>'.encode()


def test_folders_become_categories_and_names_are_kept() -> None:
    sources = from_opml(
        document(
            '<outline text="World"><outline text="Asia">'
            '<outline text="text" title="Title &amp; more" xmlUrl="https://a.example/f?x=1&amp;y=2"/>'
            '</outline></outline><outline text="Top" xmlUrl="http://b.example/"/>'
        ),
        "x.opml",
    )
    assert [(each.name, each.url, each.categories) for each in sources] == [
        ("Title & more", "https://a.example/f?x=1&y=2", ("World", "Asia")),
        ("Top", "http://b.example/", ()),
    ]
    assert len({each.id for each in sources}) == 2


def test_the_same_address_in_two_folders_is_one_source() -> None:
    feed = '<outline text="A" xmlUrl="https://a.example/"/>'
    (source,) = from_opml(
        document(f'<outline text="x">{feed}</outline><outline text="y">{feed}</outline>'), "x"
    )
    assert source.categories == ("x", "y")


def test_feed_addresses_and_odd_spellings_are_understood() -> None:
    sources = from_opml(
        document(
            '<OUTLINE Text="A" XMLURL=" feed://a.example/f "/><outline xmlUrl="feed:https://b.example/f"/>'
        ),
        "x",
    )
    assert [each.url for each in sources] == ["http://a.example/f", "https://b.example/f"]


def test_the_declared_encoding_counts() -> None:
    raw = (
        document('<outline text="Übersee" xmlUrl="https://a.example"/>')
        .decode()
        .replace("UTF-8", "ISO-8859-1")
    )
    assert from_opml(raw.encode("latin-1"), "x")[0].name == "Übersee"


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"", 1, "breaks off"),
        (b"redis: embedded", 1, "breaks off"),
        (b"<rss><channel/></rss>", 1, "begins with <rss>"),
        (b"<opml><body>\n<outline text='a' xmlUrl='https://a.example'>\n</body></opml>", 3, "mismatched tag"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]>\n<opml/>', 1, "entities"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', 1, "encoding"),
        (b"<opml><body>" + b"<outline text='a'>" * 100, 1, "folders"),
    ],
)
def test_what_is_no_opml_is_named_with_its_line(raw: bytes, line: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_opml(raw, "x.opml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.code, problem.line) == ("x.opml", "C043", line)
    assert said in problem.message


def test_an_outline_that_cannot_be_polled_is_left_out_with_a_warning_of_its_line() -> None:
    """Another program wrote the file: one line of it is no reason to refuse all others."""
    warnings: list[Problem] = []
    lines = (
        '\n<outline text="a" xmlUrl="gopher://a.example"/>\n<outline text="b" xmlUrl="https://b.example/"/>'
    )
    sources = from_opml(document(lines), "x.opml", warnings)
    assert [source.url for source in sources] == ["https://b.example/"]
    assert [(each.code, each.line, each.column, each.warning) for each in warnings] == [("C044", 3, 1, True)]


def test_what_is_written_is_read_again_as_the_same() -> None:
    sources = [
        Source("a", "https://a.example/?x=1&y=<2>", "A & B", "A", ("world", "asia"), "ja"),
        Source("b", "https://b.example/", '"B"', "Outlet B"),
    ]
    read = from_opml(opml.write(sources).encode(), "x")
    assert sorted(read, key=lambda each: each.id) == sources


def test_no_credentials_are_written() -> None:
    source = Source(
        "a", "https://me:hunter2@a.example/", "A", "A",
        headers=(("X-Key", "hunter2"),), auth=Auth("bearer", "", "hunter2"), proxy="http://me:hunter2@p",
    )  # fmt: skip
    assert "hunter2" not in opml.write([source])


def test_an_address_alone_makes_a_source() -> None:
    assert from_address("https://a.example/feed").name == "a.example"
    with pytest.raises(ConfigError):
        from_address("mailto:me@a.example")


@pytest.mark.skipif(not DATA.is_dir(), reason="the collection of OPML files is not beside this repository")
def test_real_collections_are_read() -> None:
    """A fifth of them is not well-formed: markup, quotes and ampersands stand in attributes as they are."""
    read = {path: opml.read(path.read_bytes(), path.name) for path in sorted(DATA.rglob("*.opml"))}
    assert [problem for _, problems in read.values() for problem in problems] == []
    for path, (items, _) in read.items():
        assert len(items) == len(set(re.findall(rb'xmlUrl="([^"]*)"', path.read_bytes()))), path


def test_markup_and_quotes_in_an_attribute_are_its_text() -> None:
    (source,) = from_opml(
        document(
            '<outline title="Say "hi" to <b>A</b>" description=""quoted" text" xmlUrl="https://a.example/"/>'
        ),
        "x",
    )
    assert (source.name, source.url) == ('Say "hi" to <b>A</b>', "https://a.example/")


def test_a_bare_ampersand_is_an_ampersand() -> None:
    (source,) = from_opml(document('<outline text="A &nbsp; B" xmlUrl="https://a.example/?x=1&y=2"/>'), "x")
    assert (source.name, source.url) == ("A &nbsp; B", "https://a.example/?x=1&y=2")


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80) | st.text(st.sampled_from("<>/opmloutine ='\"&;x!?"), max_size=80).map(str.encode)
)
def test_any_bytes_are_sources_or_problems(raw: bytes) -> None:
    for body in (raw, b"<opml><body>" + raw + b"</body></opml>"):
        items, problems = opml.read(body, "x")
        assert {each.code for each in problems} <= set(CODES)
        assert all(item["url"] for item in items)
