"""What every format is read into (`Raw`), and the one place where that becomes an `Entry`.

The readers of the formats only collect what publishers wrote; here it is cleaned, bounded and judged.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from hashlib import blake2b

from aggregator.core.markup import cut, plain, sanitise, tidy
from aggregator.core.model import Enclosure, Entry
from aggregator.core.parse import bounds
from aggregator.core.parse.dates import moment
from aggregator.core.urls import absolute, canonical

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9-_]*)?\s*")
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_FROM = re.compile(r"""\bsrc\s*+=\s*+(?:"([^"]+)"|'([^']+)'|([^\s"'<>]+))""", re.IGNORECASE)
_TINY = re.compile(r"""\b(?:width|height)\s*=\s*["']?[01](?:px)?(?:["'\s/>]|$)""", re.IGNORECASE)
_PIXEL = re.compile(
    r"pixel|/track|beacon|/count|feedburner|feedsportal|doubleclick|wp\.com/b\.gif|stats\.", re.IGNORECASE
)
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)", re.IGNORECASE)
_MAILBOX = re.compile(r"\s*[^\s@()]+@[^\s@()]+\s*\((.+)\)\s*|\s*(.+?)\s*<[^<>@\s]+@[^<>\s]+>\s*")


@dataclass(slots=True)
class Raw:
    """One item as it was written: nothing cleaned, nothing bounded."""

    guid: str = ""
    guid_is_link: bool = True
    link: str = ""
    original: str = ""  # feedburner:origLink
    title: str = ""
    summary: str = ""  # HTML
    content: str = ""  # HTML
    blurb: str = ""  # HTML, of a medium: the summary where there is none
    published: str = ""
    updated: str = ""
    creators: list[str] = field(default_factory=list)  # dc:creator
    authors: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)  # of media
    categories: list[str] = field(default_factory=list)
    images: list[tuple[int, str]] = field(default_factory=list)  # (rank, address): the highest rank is taken
    enclosures: list[Enclosure] = field(default_factory=list)
    language: str = ""
    base: str = ""  # xml:base


@dataclass(slots=True, frozen=True)
class Context:
    """What the items of one document share. `base` is where relative addresses start."""

    now: float
    base: str
    language: str | None = None
    authors: tuple[str, ...] = ()


def entries(raws: list[Raw], context: Context) -> tuple[tuple[Entry, ...], int]:
    """The newest `MAX_ENTRIES` of the items in their order, and how many were dropped over the bound."""
    dropped = max(0, len(raws) - bounds.MAX_ENTRIES)
    if dropped:
        raws = _newest(raws, context.now)
    made = [made for raw in raws if (made := entry(raw, context)) is not None]
    return tuple(_distinct(made)), dropped


def _newest(raws: list[Raw], now: float) -> list[Raw]:
    """Undated items count as older than dated ones, and of those the first stand before the later ones."""
    dates = [moment(raw.published or raw.updated, now) or 0.0 for raw in raws]
    order = sorted(range(len(raws)), key=lambda index: (-dates[index], index))
    return [raws[index] for index in sorted(order[: bounds.MAX_ENTRIES])]


def _distinct(made: list[Entry]) -> list[Entry]:
    """Every guid once: repeated items go, different items under one guid are told apart by their address."""
    first: dict[str, Entry] = {}
    for one in made:
        known = first.setdefault(one.guid, one)
        if known is not one and known.url != one.url and one.url:
            first.setdefault(_short(f"{one.guid} {one.url}"), one)
    return [one if guid == one.guid else _renamed(one, guid) for guid, one in first.items()]


def _renamed(one: Entry, guid: str) -> Entry:
    fields = {name: getattr(one, name) for name in one.__struct_fields__}
    return Entry(**{**fields, "guid": guid})


def entry(raw: Raw, context: Context) -> Entry | None:
    """An item cleaned; None where it holds neither title nor text nor address."""
    base = absolute(raw.base, context.base) or context.base if raw.base else context.base
    url = _url(raw, base)
    summary, content = _texts(raw, url or base)
    title = plain(raw.title, bounds.MAX_TITLE) or cut(summary, 120)
    if not (title or url or content):
        return None
    enclosures = _enclosures(raw, base)
    authors = _names(raw.creators + raw.authors) or context.authors
    return Entry(
        guid=_guid(raw, url, title),
        url=url,
        title=title,
        summary=summary,
        content_html=content,
        published=moment(raw.published, context.now),
        updated=moment(raw.updated, context.now),
        authors=authors,
        categories=_categories(raw.categories),
        image=_image(raw, enclosures, base),
        enclosures=enclosures,
        language=language(raw.language) or context.language,
        canonical_url=canonical(url) if url else "",
        credit=_credit(raw),
    )


def _url(raw: Raw, base: str) -> str:
    """The address as published; the original where a feed service put its own in front."""
    for text in (raw.original, raw.link):
        if text and (url := absolute(text, base)):
            return url
    if raw.guid and raw.guid_is_link and raw.guid.lstrip()[:4].lower() == "http":
        return absolute(raw.guid) or ""
    return ""


def _guid(raw: Raw, url: str, title: str) -> str:
    guid = tidy(raw.guid) or url
    if not guid:
        guid = "title:" + blake2b(title.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return _short(guid)


def _short(guid: str) -> str:
    if len(guid) <= bounds.MAX_GUID:
        return guid
    return "long:" + blake2b(guid.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _texts(raw: Raw, base: str) -> tuple[str, str]:
    """Summary as plain text and the content as safe HTML; each stands in for the other if it is missing."""
    short, long = raw.summary or raw.blurb, raw.content
    summary = plain(short[: bounds.MAX_CONTENT], bounds.MAX_SUMMARY) if short else ""
    if not summary and long:
        summary = plain(long[: bounds.MAX_CONTENT], bounds.MAX_SUMMARY)
    longer = long if long and not long.isspace() else short
    return summary, sanitise(longer[: bounds.MAX_CONTENT], base) if longer else ""


def _names(names: list[str]) -> tuple[str, ...]:
    """Distinct names, plain and bounded; of `me@example.org (Jane Doe)` the name."""
    kept: dict[str, None] = {}
    for written in names[: 4 * bounds.MAX_NAMES]:
        name = written[: 2 * bounds.MAX_NAME]
        mailbox = _MAILBOX.fullmatch(name) if "@" in name else None
        text = plain((mailbox[1] or mailbox[2]) if mailbox else name, bounds.MAX_NAME)
        if text:
            kept[text] = None
            if len(kept) == bounds.MAX_NAMES:
                break
    return tuple(kept)


def _categories(names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    kept = dict.fromkeys(plain(name, bounds.MAX_NAME) for name in names[: 2 * bounds.MAX_NAMES])
    kept.pop("", None)
    return tuple(kept)[: bounds.MAX_NAMES]


def _credit(raw: Raw) -> str:
    """Whatever could name the agency: creator, author, copyright, source, credits of media."""
    parts: dict[str, None] = {}
    for group in (raw.creators, raw.authors, raw.rights, raw.sources, raw.credits):
        for text in group[: bounds.MAX_NAMES]:
            cleaned = plain(text, bounds.MAX_NAME)
            if cleaned:
                parts[cleaned] = None
    return "; ".join(parts)[: bounds.MAX_CREDIT]


def _enclosures(raw: Raw, base: str) -> tuple[Enclosure, ...]:
    if not raw.enclosures:
        return ()
    kept: dict[str, Enclosure] = {}
    for one in raw.enclosures[: 2 * bounds.MAX_ENCLOSURES]:
        url = absolute(one.url, base)
        if url:
            kept.setdefault(url, Enclosure(url, tidy(one.type[:100]).lower(), one.length))
    return tuple(kept.values())[: bounds.MAX_ENCLOSURES]


def _image(raw: Raw, enclosures: tuple[Enclosure, ...], base: str) -> str | None:
    """The best picture: media of the item by rank, an enclosure, the first in its text."""
    for _, address in sorted(raw.images, key=lambda image: -image[0])[: bounds.MAX_NAMES]:
        if url := absolute(address, base):
            return url
    for one in enclosures:
        if one.type.startswith("image/") or (not one.type and _IMAGE_FILE.search(one.url)):
            return one.url
    return _first_image(raw.content, base) or _first_image(raw.summary, base)


def _first_image(text: str, base: str) -> str | None:
    if "<" not in text:
        return None
    for found in _IMAGE.finditer(text[: bounds.MAX_CONTENT]):
        source = _FROM.search(found[0])
        address = html.unescape(source[1] or source[2] or source[3]) if source else ""
        if (
            address
            and not _TINY.search(found[0])
            and not _PIXEL.search(address)
            and (url := absolute(address, base))
        ):
            return url
    return None


def language(text: str | None) -> str | None:
    """The primary tag (RFC 5646) of a declared language in lower case; None for none or nonsense."""
    found = _LANGUAGE.fullmatch(text[:40]) if text else None
    tag = found[1].lower() if found else ""
    return tag if tag not in {"", "und", "mul", "zxx", "mis"} else None
