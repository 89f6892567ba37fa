"""What makes an Atom or RSS document valid, as far as its text alone can tell.

Atom: the grammar of RFC 4287 (appendix B), written anew in RELAX NG, and the rules that its prose adds. RSS: the
rules of RSS 2.0 and the RSS Advisory Board's best practices that the W3C's feed validator reports as errors or
warnings. `problems` gives one line for each breach.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")

GRAMMAR = r"""<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed">
    <ref name="common"/>
    <interleave>
      <ref name="id"/><ref name="title"/><ref name="updated"/>
      <zeroOrMore><choice><ref name="author"/><ref name="contributor"/></choice></zeroOrMore>
      <zeroOrMore><ref name="category"/></zeroOrMore>
      <zeroOrMore><ref name="link"/></zeroOrMore>
      <optional><ref name="generator"/></optional>
      <optional><ref name="icon"/></optional><optional><ref name="logo"/></optional>
      <optional><ref name="rights"/></optional><optional><ref name="subtitle"/></optional>
      <zeroOrMore><ref name="foreign"/></zeroOrMore>
    </interleave>
    <zeroOrMore><ref name="entry"/></zeroOrMore>
  </element></start>
  <define name="entry"><element name="entry">
    <ref name="common"/>
    <interleave>
      <ref name="id"/><ref name="title"/><ref name="updated"/>
      <zeroOrMore><choice><ref name="author"/><ref name="contributor"/></choice></zeroOrMore>
      <zeroOrMore><ref name="category"/></zeroOrMore>
      <zeroOrMore><ref name="link"/></zeroOrMore>
      <optional><element name="published"><ref name="date"/></element></optional>
      <optional><element name="summary"><ref name="text"/></element></optional>
      <optional><element name="content"><ref name="text"/></element></optional>
      <optional><ref name="rights"/></optional>
      <optional><element name="source">
        <ref name="common"/>
        <interleave>
          <optional><ref name="id"/></optional><optional><ref name="title"/></optional>
          <optional><ref name="updated"/></optional>
          <zeroOrMore><ref name="author"/></zeroOrMore><zeroOrMore><ref name="link"/></zeroOrMore>
        </interleave>
      </element></optional>
      <zeroOrMore><ref name="foreign"/></zeroOrMore>
    </interleave>
  </element></define>
  <define name="common">
    <optional><attribute name="xml:lang" ns=""><data type="string">
      <param name="pattern">[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*</param></data></attribute></optional>
    <optional><attribute name="xml:base" ns=""><data type="anyURI"/></attribute></optional>
  </define>
  <define name="date"><ref name="common"/><data type="dateTime"/></define>
  <define name="text"><ref name="common"/>
    <optional><attribute name="type"><choice><value>text</value><value>html</value></choice></attribute></optional>
    <text/></define>
  <define name="id"><element name="id"><ref name="common"/><data type="anyURI"/></element></define>
  <define name="title"><element name="title"><ref name="text"/></element></define>
  <define name="subtitle"><element name="subtitle"><ref name="text"/></element></define>
  <define name="rights"><element name="rights"><ref name="text"/></element></define>
  <define name="updated"><element name="updated"><ref name="date"/></element></define>
  <define name="icon"><element name="icon"><data type="anyURI"/></element></define>
  <define name="logo"><element name="logo"><data type="anyURI"/></element></define>
  <define name="generator"><element name="generator"><ref name="common"/>
    <optional><attribute name="uri"><data type="anyURI"/></attribute></optional>
    <optional><attribute name="version"/></optional><text/></element></define>
  <define name="person"><ref name="common"/><interleave>
    <element name="name"><text/></element>
    <optional><element name="uri"><data type="anyURI"/></element></optional>
    <optional><element name="email"><data type="string"><param name="pattern">.+@.+</param></data></element></optional>
  </interleave></define>
  <define name="author"><element name="author"><ref name="person"/></element></define>
  <define name="contributor"><element name="contributor"><ref name="person"/></element></define>
  <define name="category"><element name="category"><ref name="common"/><attribute name="term"/>
    <optional><attribute name="scheme"><data type="anyURI"/></attribute></optional>
    <optional><attribute name="label"/></optional></element></define>
  <define name="link"><element name="link"><ref name="common"/>
    <attribute name="href"><data type="anyURI"/></attribute>
    <optional><attribute name="rel"/></optional>
    <optional><attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute></optional>
    <optional><attribute name="hreflang"/></optional><optional><attribute name="title"/></optional>
    <optional><attribute name="length"><data type="nonNegativeInteger"/></attribute></optional></element></define>
  <define name="foreign"><element><anyName><except><nsName/></except></anyName>
    <zeroOrMore><choice><attribute><anyName/></attribute><text/><ref name="foreign"/></choice></zeroOrMore></element></define>
</grammar>"""


@cache
def _grammar() -> Any:
    return etree.RelaxNG(etree.fromstring(GRAMMAR))


def problems(body: bytes) -> list[str]:
    """What is wrong with a feed; nothing where it is valid."""
    root = etree.fromstring(body)
    return list(_atom(root) if root.tag == f"{ATOM}feed" else _rss(root))


def _atom(feed: Any) -> Iterator[str]:
    grammar = _grammar()
    if not grammar.validate(feed):
        yield from (str(error) for error in grammar.error_log)
    entries = feed.findall(f"{ATOM}entry")
    yield from _repeated("entry id", [entry.findtext(f"{ATOM}id") for entry in entries])
    if sum(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")) != 1:
        yield "one link rel=self is wanted (RFC 4287, 4.1.1)"
    for node in (feed, *entries):
        yield from _atom_node(node)
    for entry in entries:
        yield from _atom_entry(entry, feed)


def _atom_node(node: Any) -> Iterator[str]:
    name = node.findtext(f"{ATOM}id") or ""
    if not urlsplit(name).scheme:
        yield f"the id {name!r} is no absolute IRI (4.2.6)"
    if not (node.findtext(f"{ATOM}title") or "").strip():
        yield "the title is blank"
    if not _DATE.fullmatch(node.findtext(f"{ATOM}updated") or ""):
        yield "updated is no RFC 3339 date (3.3)"
    links = node.findall(f"{ATOM}link")
    for link in links:
        if link.get("rel", "alternate") != "related":
            yield from _address(link.get("href"))
    alternates = [
        (link.get("type"), link.get("hreflang")) for link in links if link.get("rel") == "alternate"
    ]
    yield from _repeated("alternate link of one type", alternates)


def _atom_entry(entry: Any, feed: Any) -> Iterator[str]:
    has_alternate = any(link.get("rel") == "alternate" for link in entry.findall(f"{ATOM}link"))
    if entry.find(f"{ATOM}content") is None and not has_alternate:
        yield "an entry has neither content nor an alternate link (4.1.2)"
    if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
        yield "an entry has no author (4.1.2)"
    for author in entry.findall(f"{ATOM}author"):
        if not (author.findtext(f"{ATOM}name") or "").strip():
            yield "an author has no name"
    for link in entry.findall(f"{ATOM}link"):
        yield from _address(link.get("href"))


def _rss(root: Any) -> Iterator[str]:
    if root.tag != "rss" or root.get("version") != "2.0":
        yield "the root is rss version 2.0"
    channels = root.findall("channel")
    if len(channels) != 1:
        yield "there is one channel"
        return
    channel = channels[0]
    for name in ("title", "link", "description"):
        if len(channel.findall(name)) != 1 or not (channel.findtext(name) or "").strip():
            yield f"the channel has one {name}, with something in it"
    yield from _address(channel.findtext("link"))
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1 or own[0].get("type") != "application/rss+xml":
        yield "the channel names its own address: atom:link rel=self with its type"
    if not _RFC822.fullmatch(channel.findtext("lastBuildDate") or ""):
        yield "lastBuildDate is no RFC 822 date"
    items = channel.findall("item")
    yield from _repeated("guid", [item.findtext("guid") for item in items])
    for item in items:
        yield from _rss_item(item)


def _rss_item(item: Any) -> Iterator[str]:
    once = ("title", "link", "description", "author", "comments", "enclosure", "guid", "pubDate", "source")
    yield from (f"an item has one {name}" for name in once if len(item.findall(name)) > 1)
    if not (item.findtext("title") or item.findtext("description") or "").strip():
        yield "an item has a title or a description"
    if item.find("title") is not None and not (item.findtext("title") or "").strip():
        yield "the title of an item is blank"
    guid = item.find("guid")
    if guid is None or (
        guid.get("isPermaLink") != "false" and urlsplit(guid.text).scheme not in {"http", "https"}
    ):
        yield "a guid that is no address says isPermaLink=false"
    if item.find("link") is not None:
        yield from _address(item.findtext("link"))
    date = item.findtext("pubDate") or ""
    if not _RFC822.fullmatch(date) or parsedate_to_datetime(date) is None:
        yield f"{date!r} is no RFC 822 date"
    if (source := item.find("source")) is not None:
        yield from _address(source.get("url"))
    for enclosure in item.findall("enclosure"):
        yield from _address(enclosure.get("url"))
        if not (enclosure.get("length") or "").isdigit() or not _MEDIA_TYPE.fullmatch(
            enclosure.get("type") or ""
        ):
            yield "an enclosure has a length and a media type"
    for link in item.findall(f"{ATOM}link"):
        yield from _address(link.get("href"))


def _address(url: str | None) -> Iterator[str]:
    """An absolute address of the web, without what no IRI may hold (RFC 3987)."""
    parts = urlsplit(url or "")
    if (
        parts.scheme not in {"http", "https"}
        or not parts.netloc
        or re.search(r'[\s<>"{}|\\^`\x00-\x1f]', url or "")
    ):
        yield f"{url!r} is no absolute address"


def _repeated(what: str, values: list[Any]) -> Iterator[str]:
    yield from (f"{what} twice: {value}" for value, count in Counter(values).items() if count > 1)
