"""The elements of an item, RSS and Atom alike: a table of what each one tells.

The formats borrow from each other (Atom links in RSS, Dublin Core everywhere), so one table reads them all:
key of the element → a function that puts what it says into a `Raw`. What is not in the table is passed over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from types import MappingProxyType

from lxml import etree  # type: ignore[import-untyped]

from aggregator.core.model import Enclosure
from aggregator.core.parse.item import Raw
from aggregator.core.parse.names import key
from aggregator.core.parse.xml import Element

Reader = Callable[[Raw, Element], None]
_MAX_TAGS = 4096
_readers: dict[object, Reader | None] = {}

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_PREFIXED = re.compile(r"<(/?)[A-Za-z_][\w.-]*:")
_PICTURE, _THUMBNAIL, _COVER, _PODCAST = 1_000_000, 500_000, 300_000, 100_000  # ranks, before the width


def text(element: Element) -> str:
    """What an element says, with the markup of its children if publishers forgot to escape it."""
    return (element.text or "") if len(element) == 0 else inner(element)


def inner(element: Element) -> str:
    """The content of an element as HTML: children written out, their namespace prefixes taken off."""
    parts = [html.escape(element.text, quote=False) if element.text else ""]
    parts += [etree.tostring(child, encoding="unicode", with_tail=True) for child in element]
    return _PREFIXED.sub(r"<\1", "".join(parts))


def markup(element: Element) -> str:
    """An Atom text construct (RFC 4287 3.1; Atom 0.3's `mode`) as HTML."""
    kind = (element.get("type") or "text").strip().lower()
    mode = element.get("mode")
    if len(element):
        return inner(element)
    value = element.text or ""
    if mode == "escaped" or kind in {"html", "text/html"}:
        return value
    return html.escape(value, quote=False) if "<" in value or "&" in value else value


def item(element: Element) -> Raw:
    """Everything that an item element says."""
    raw = Raw()
    if element.attrib:
        raw.language = element.get(LANG) or ""
        raw.base = element.get(BASE) or ""
        raw.guid = element.get(_ABOUT) or ""
    read(raw, element)
    return raw


def read(raw: Raw, element: Element) -> None:
    """Read the children of an element into `raw`."""
    for child in element:
        tag = child.tag
        reader = _readers.get(tag)
        if reader is None and tag not in _readers:
            reader = _reader(tag)
        if reader is not None:
            reader(raw, child)


def _reader(tag: object) -> Reader | None:
    """The reader of a tag, remembered under the very string that lxml gives: one look-up an element."""
    found = READERS.get(key(tag))
    if isinstance(tag, str) and len(_readers) < _MAX_TAGS and len(tag) < 200:
        _readers[tag] = found
    return found


def _guid(raw: Raw, element: Element) -> None:
    raw.guid = text(element).strip() or raw.guid
    raw.guid_is_link = (
        element.get("ispermalink") or element.get("isPermaLink") or "true"
    ).strip().lower() != "false"


def _id(raw: Raw, element: Element) -> None:
    raw.guid = text(element).strip() or raw.guid
    raw.guid_is_link = False


def _link(raw: Raw, element: Element) -> None:
    address = text(element).strip()
    if address:
        raw.link = raw.link or address
    elif element.get("href"):
        _atom_link(raw, element)
    else:
        raw.link = raw.link or element.get(_RESOURCE) or ""


def _atom_link(raw: Raw, element: Element) -> None:
    """RFC 4287 4.2.7: without `rel` it is the entry's address."""
    address = (element.get("href") or "").strip()
    relation = (element.get("rel") or "alternate").strip().lower()
    kind = (element.get("type") or "").strip().lower()
    if len(element):  # some put the picture of an entry inside its link
        read(raw, element)
    if not address:
        return
    if relation == "alternate":
        if not raw.link or kind in {"text/html", "application/xhtml+xml"}:
            raw.link = address
    elif relation == "enclosure":
        raw.enclosures.append(Enclosure(address, kind, _number(element.get("length"))))
    elif relation in {"image", "icon", "thumbnail"} or (relation == "related" and kind.startswith("image/")):
        raw.images.append((_COVER, address))


def _original(raw: Raw, element: Element) -> None:
    raw.original = text(element).strip()


def _title(raw: Raw, element: Element) -> None:
    raw.title = raw.title or text(element)


def _atom_title(raw: Raw, element: Element) -> None:
    raw.title = raw.title or markup(element)
    raw.language = raw.language or element.get(LANG) or ""


def _description(raw: Raw, element: Element) -> None:
    raw.summary = raw.summary or text(element)


def _atom_summary(raw: Raw, element: Element) -> None:
    raw.summary = raw.summary or markup(element)


def _content(raw: Raw, element: Element) -> None:
    said = text(element)
    if len(said) > len(raw.content):
        raw.content = said


def _atom_content(raw: Raw, element: Element) -> None:
    kind = (element.get("type") or "text").lower()
    if element.get("src") or kind.startswith(("image/", "audio/", "video/")):
        return
    said = markup(element)
    if len(said) > len(raw.content):
        raw.content = said


def _published(raw: Raw, element: Element) -> None:
    raw.published = raw.published or text(element).strip()


def _updated(raw: Raw, element: Element) -> None:
    raw.updated = raw.updated or text(element).strip()


def _author(raw: Raw, element: Element) -> None:
    raw.authors.append(name(element))


def name(element: Element) -> str:
    """Who a person element names: the text of RSS, the `name` within one of Atom."""
    if len(element) == 0:
        return element.text or ""
    for child in element:
        if key(child.tag) in {"atom:name", "name"}:
            return text(child)
    return ""


def _creator(raw: Raw, element: Element) -> None:
    raw.creators.append(text(element))


def _rights(raw: Raw, element: Element) -> None:
    raw.rights.append(text(element))


def _source(raw: Raw, element: Element) -> None:
    if len(element) == 0:
        raw.sources.append(element.text or "")
        return
    for child in element:
        if key(child.tag) in {"atom:title", "title"}:
            raw.sources.append(text(child))
        elif key(child.tag) == "atom:rights":
            raw.rights.append(text(child))


def _credit(raw: Raw, element: Element) -> None:
    raw.credits.append(text(element))


def _category(raw: Raw, element: Element) -> None:
    said = text(element).strip() or element.get("label") or element.get("term") or ""
    if said:
        raw.categories.append(said)


def _keywords(raw: Raw, element: Element) -> None:
    raw.categories += [word.strip() for word in text(element)[:2000].split(",") if word.strip()]


def _enclosure(raw: Raw, element: Element) -> None:
    address = element.get("url") or element.get("href") or text(element).strip()
    if address:
        raw.enclosures.append(
            Enclosure(address, (element.get("type") or "").strip(), _number(element.get("length")))
        )


def _number(text: str | None) -> int | None:
    """A length in bytes; zero and nonsense are as good as not said."""
    value = (text or "").strip()
    return int(value) or None if value.isascii() and value.isdigit() and len(value) < 16 else None


def _media_content(raw: Raw, element: Element) -> None:
    """Media RSS 1.5: pictures by width; sound and film as enclosures; what stands within as well."""
    address = (element.get("url") or "").strip()
    kind = (element.get("type") or "").strip().lower()
    medium = (element.get("medium") or kind.partition("/")[0]).strip().lower()
    if address and medium in {"video", "audio"}:
        raw.enclosures.append(Enclosure(address, kind, _number(element.get("fileSize"))))
    elif address and (medium == "image" or not kind):
        raw.images.append((_PICTURE + _width(element), address))
    if len(element):
        read(raw, element)


def _width(element: Element) -> int:
    return min(_number(element.get("width")) or 0, 99_999)


def _thumbnail(raw: Raw, element: Element) -> None:
    address = (element.get("url") or element.get("href") or element.text or "").strip()
    if address:
        raw.images.append((_THUMBNAIL + _width(element), address))


def _group(raw: Raw, element: Element) -> None:
    read(raw, element)


def _media_text(raw: Raw, element: Element) -> None:
    raw.blurb = raw.blurb or text(element)


def _image(raw: Raw, element: Element) -> None:
    """An item's `image`, which RSS does not have: an address, or elements that hold one."""
    address = element.get("href") or element.get("url") or (element.text or "")
    for child in element:
        if key(child.tag) == "url":
            address = child.text or ""
    if address.strip():
        raw.images.append((_COVER, address.strip()))


def _podcast_image(raw: Raw, element: Element) -> None:
    if address := element.get("href"):
        raw.images.append((_PODCAST, address))


def _language(raw: Raw, element: Element) -> None:
    raw.language = raw.language or text(element).strip()


READERS: MappingProxyType[str, Reader] = MappingProxyType(
    {
        "title": _title,
        "atom:title": _atom_title,
        "dc:title": _title,
        "link": _link,
        "atom:link": _atom_link,
        "feedburner:origlink": _original,
        "guid": _guid,
        "atom:id": _id,
        "id": _id,
        "description": _description,
        "dc:description": _description,
        "summary": _atom_summary,
        "atom:summary": _atom_summary,
        "content:encoded": _content,
        "encoded": _content,
        "xhtml:body": _content,
        "xhtml:div": _content,
        "yandex:full-text": _content,
        "content": _atom_content,
        "atom:content": _atom_content,
        "pubdate": _published,
        "atom:published": _published,
        "published": _published,
        "atom:issued": _published,
        "atom:created": _published,
        "dc:date": _published,
        "dcterms:issued": _published,
        "dcterms:created": _published,
        "atom:updated": _updated,
        "updated": _updated,
        "atom:modified": _updated,
        "dcterms:modified": _updated,
        "author": _author,
        "atom:author": _author,
        "itunes:author": _author,
        "dc:creator": _creator,
        "copyright": _rights,
        "dc:rights": _rights,
        "atom:rights": _rights,
        "atom:copyright": _rights,
        "media:copyright": _credit,
        "source": _source,
        "atom:source": _source,
        "dc:source": _source,
        "dc:publisher": _source,
        "media:credit": _credit,
        "category": _category,
        "categories": _group,
        "atom:category": _category,
        "dc:subject": _category,
        "media:category": _category,
        "media:keywords": _keywords,
        "itunes:keywords": _keywords,
        "enclosure": _enclosure,
        "media:content": _media_content,
        "media:group": _group,
        "media:thumbnail": _thumbnail,
        "media:description": _media_text,
        "media:text": _media_text,
        "itunes:summary": _media_text,
        "itunes:image": _podcast_image,
        "image": _image,
        "thumbnail": _thumbnail,
        "dc:language": _language,
        "language": _language,
    }
)
