"""An outlet's items as the document it publishes: RSS 0.92, 1.0 (RDF) and 2.0, Atom 1.0, JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from aggregator.demo.desk import Item, Outlet

CONTENT_TYPES = {
    "rss2.0": "application/rss+xml; charset=utf-8",
    "rss1.0": "application/rdf+xml; charset=utf-8",
    "rss0.92": "text/xml; charset=utf-8",
    "atom1.0": "application/atom+xml; charset=utf-8",
    "jsonfeed1.1": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a document is made of. `opened` is the newsroom's opening, seconds since 1970-01-01 UTC."""

    outlet: Outlet
    items: Sequence[Item]
    home: str  # the outlet's address, without a slash at its end
    opened: float

    def link(self, item: Item) -> str:
        """The address of an item's page, with the marks some outlets add to count clicks."""
        tracking = f"?{self.outlet.tracking}" if self.outlet.tracking else ""
        return f"{self.home}/{item.slug}{tracking}"

    def guid(self, item: Item) -> str:
        """The same for as long as the item lives, wherever the newsroom listens."""
        return f"{self.outlet.id}:{item.slug}"

    def moment(self, seconds: float) -> datetime:
        """A time of the newsroom as a date."""
        return datetime.fromtimestamp(int(self.opened + seconds), UTC)


def document(page: Page) -> bytes:
    """The whole feed, UTF-8."""
    return _WRITERS[page.outlet.format](page).encode()


def _rss2(page: Page) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{_channel(page)}<language>{page.outlet.language}</language>\n"
        + "\n".join(_rss2_item(page, item) for item in page.items)
        + "\n</channel></rss>\n"
    )


def _rss2_item(page: Page, item: Item) -> str:
    cdata = page.outlet.body["markup"] == "cdata"
    plain = _raw if page.outlet.fault == "ampersand" else escape
    parts = [
        f"<title>{plain(item.title)}</title>",
        f"<link>{escape(page.link(item))}</link>",
        f'<guid isPermaLink="false">{page.guid(item)}</guid>',
        f"<pubDate>{format_datetime(page.moment(item.published))}</pubDate>",
        f"<description>{_html(item.summary, cdata=cdata, write=plain)}</description>",
    ]
    if item.content:
        parts.append(f"<content:encoded>{_html(item.content, cdata=cdata, write=plain)}</content:encoded>")
    if item.byline:
        parts.append(f"<dc:creator>{escape(item.byline)}</dc:creator>")
    parts += [f"<category>{escape(topic)}</category>" for topic in item.topics]
    return f"<item>{''.join(parts)}</item>"


def _rss092(page: Page) -> str:
    items = "\n".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(page.link(item))}</link>"
        f"<description>{escape(item.summary)}</description></item>"
        for item in page.items
    )
    return (
        f'<?xml version="1.0"?>\n<rss version="0.92"><channel>{_channel(page)}\n{items}\n</channel></rss>\n'
    )


def _rdf(page: Page) -> str:
    sequence = "".join(f"<rdf:li rdf:resource={quoteattr(page.link(item))}/>" for item in page.items)
    items = "\n".join(
        f"<item rdf:about={quoteattr(page.link(item))}><title>{escape(item.title)}</title>"
        f"<link>{escape(page.link(item))}</link><description>{escape(item.summary)}</description>"
        f"<dc:date>{page.moment(item.published).isoformat()}</dc:date>"
        f"<dc:creator>{escape(item.byline)}</dc:creator></item>"
        for item in page.items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f"<channel rdf:about={quoteattr(page.home)}>{_channel(page)}"
        f"<items><rdf:Seq>{sequence}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def _atom(page: Page) -> str:
    newest = max((item.updated for item in page.items), default=0.0)
    entries = "\n".join(_atom_entry(page, item) for item in page.items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(page.outlet.language)}>'
        f"<title>{escape(page.outlet.name)}</title><id>urn:newsroom:{page.outlet.id}</id>"
        f"<updated>{page.moment(newest).isoformat()}</updated>"
        f'<link rel="self" href={quoteattr(page.home + "/feed")}/><link href={quoteattr(page.home)}/>\n'
        f"{entries}\n</feed>\n"
    )


def _atom_entry(page: Page, item: Item) -> str:
    author = f"<author><name>{escape(item.byline)}</name></author>" if item.byline else ""
    element = "content" if page.outlet.body["cut"] == "full" else "summary"
    return (
        f"<entry><title>{escape(item.title)}</title><id>urn:newsroom:{page.guid(item)}</id>"
        f"<link href={quoteattr(page.link(item))}/>"
        f"<published>{page.moment(item.published).isoformat()}</published>"
        f"<updated>{page.moment(item.updated).isoformat()}</updated>{author}"
        f'<{element} type="html">{escape(item.summary)}</{element}></entry>'
    )


def _json(page: Page) -> str:
    field = "content_text" if page.outlet.body["markup"] == "plain" else "content_html"
    items = [
        {
            "id": page.guid(item),
            "url": page.link(item),
            "title": item.title,
            field: item.summary,
            "date_published": page.moment(item.published).isoformat(),
            "date_modified": page.moment(item.updated).isoformat(),
            "authors": [{"name": item.byline}],
            "tags": list(item.topics),
        }
        for item in page.items
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.outlet.name,
        "home_page_url": page.home,
        "feed_url": f"{page.home}/feed",
        "language": page.outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _channel(page: Page) -> str:
    name = escape(page.outlet.name)
    return (
        f"<title>{name}</title><link>{escape(page.home)}</link><description>{name}, simulated</description>"
    )


def _html(html: str, *, cdata: bool, write: Callable[[str], str]) -> str:
    return f"<![CDATA[{html}]]>" if cdata else write(html)


def _raw(text: str) -> str:
    """Text as a careless system writes it: the ampersand bare, so that the document is not well-formed."""
    return text.replace("<", "&lt;")


_WRITERS: dict[str, Callable[[Page], str]] = {
    "rss2.0": _rss2,
    "rss1.0": _rdf,
    "rss0.92": _rss092,
    "atom1.0": _atom,
    "jsonfeed1.1": _json,
}
