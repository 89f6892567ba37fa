"""Names of elements: the namespaces that feeds use, and one short key for each element.

A key is `prefix:local` in lower case, by the namespace and not by the prefix that a document happens to use;
elements of RSS, with or without one of its namespaces, have no prefix.
"""

from __future__ import annotations

PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "atom03": "http://purl.org/atom/ns#",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "yandex": "http://news.yandex.ru",
    "rss": "http://purl.org/rss/1.0/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/commentapi/",
}

_RSS = (
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
    "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2",
    "http://backend.userland.com/rss091",
    "http://backend.userland.com/rss092",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://cyber.law.harvard.edu/rss",
    "http://cyber.law.harvard.edu/rss/rss.html",
    "http://purl.org/net/rss1.1#",
)


def _plain(namespace: str) -> str:
    """A namespace without what publishers get wrong: scheme, letter case, the slash at its end."""
    return namespace.lower().removeprefix("https://").removeprefix("http://").rstrip("/#")


_SHORT = {_plain(namespace): prefix for prefix, namespace in PREFIXES.items()}
_SHORT |= {_plain(namespace): "" for namespace in _RSS}
_SHORT |= {_plain("http://purl.org/atom/ns#"): "atom", _plain("http://search.yahoo.com/mrss"): "media"}
_SHORT |= {_plain("http://feedburner.google.com/fb/feed-flare"): "feedburner"}
_SHORT |= {_plain("http://www.itunes.com/DTDs/Podcast-1.0.dtd"): "itunes"}

_MAX_KNOWN = 4096
_known: dict[str, str] = {}


def key(tag: object) -> str:
    """The key of an element by its tag as lxml gives it; empty for what is no element."""
    if not isinstance(tag, str):
        return ""
    found = _known.get(tag)
    if found is None:
        found = _key(tag)
        if len(_known) < _MAX_KNOWN and len(tag) < 200:
            _known[tag] = found
    return found


def _key(tag: str) -> str:
    if tag[0] != "{":
        return tag.lower()
    namespace, _, local = tag[1:].partition("}")
    prefix = _SHORT.get(_plain(namespace))
    if prefix is None:
        return f"{{{namespace}}}{local.lower()}"
    return f"{prefix}:{local.lower()}" if prefix else local.lower()
