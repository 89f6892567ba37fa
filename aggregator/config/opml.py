"""OPML 2.0 in and out: the format in which feed readers exchange their subscriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from aggregator.config.masking import masked
from aggregator.config.read import Items, Map, Place, Text
from aggregator.core.errors import Problem
from aggregator.core.model import Source

MAX_DEPTH = 64
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
# An attribute as exporters mean it that escape nothing: it ends where the next one or the tag's end follows.
_ATTRIBUTE = re.compile(
    rb"""(\s[A-Za-z:_]+=")((?:[^"]|"(?!\s+[A-Za-z:_]+="|\s*[/?]?>\s*(?:<|\Z)))*)(")""", re.DOTALL
)


def read(raw: bytes, name: str) -> tuple[Items, list[Problem]]:
    """The sources of an OPML file, as YAML would configure them, and what was wrong with it.

    Folders become categories; an address that stands in several folders is one source with all of them.
    `raw` is in whatever encoding its XML declaration says, `name` is what problems call the file.
    """
    text = Text(name, raw.decode("utf-8-sig", "replace"), is_opml=True)
    text.secrets = {}  # beside what may stand inside of an address there are none
    reader = _Reader(text)
    reader.run(_BARE.sub(b"&amp;", raw))  # many exports hold addresses as they are
    if reader.problems and reader.root == "opml":
        mended = _Reader(text)
        mended.run(_BARE.sub(b"&amp;", _ATTRIBUTE.sub(_escaped, raw)))
        if not mended.problems:
            reader = mended
    return reader.items, reader.problems


def _escaped(found: re.Match[bytes]) -> bytes:
    value = found[2].replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b'"', b"&quot;")
    return found[1] + value + found[3]


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.items = Items(text, (1, 1))
        self.folders: list[str | None] = []
        self.known: dict[str, Map] = {}
        self.problems: list[Problem] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.EntityDeclHandler = self.entity
        self.root: str | None = None

    def run(self, raw: bytes) -> None:
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "it is not XML")
            self.add((error.lineno, error.offset + 1), f"this OPML breaks off here: {reason}")
        except (LookupError, ValueError):
            self.add((1, 1), "the encoding that this OPML declares is not known")
        except _Stop as stop:
            self.add(self.place(), str(stop))

    def place(self) -> Place:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def add(self, place: Place, message: str) -> None:
        self.problems.append(self.text.problem(place, "C043", message))

    def entity(self, *_: object) -> None:
        raise _Stop("entities are not accepted in OPML")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.root is None:
            self.root = name
            if name.lower() != "opml":
                raise _Stop(f"this is not OPML: it begins with <{name}>")
        if name.lower() != "outline":
            return
        if len(self.folders) >= MAX_DEPTH:
            raise _Stop(f"more than {MAX_DEPTH} folders in one another")
        lowered = {key.lower(): value.strip() for key, value in attributes.items()}
        label = lowered.get("text") or lowered.get("title") or ""
        url = lowered.get("xmlurl")
        self.folders.append(None if url else label)
        if url:
            self.source(url, lowered.get("title") or label, lowered)

    def end(self, name: str) -> None:
        if name.lower() == "outline":
            self.folders.pop()

    def source(self, url: str, name: str, attributes: dict[str, str]) -> None:
        place = self.place()
        if url.lower().startswith("feed:"):
            url = "http:" + url[5:] if url[5:].startswith("//") else url[5:]
        listed = [part.strip("/ ") for part in attributes.get("category", "").split(",")]
        categories = [folder for folder in self.folders if folder] + [part for part in listed if part]
        entry = self.known.get(url)
        if entry is None:
            entry = Map(self.text, place)
            entry["url"] = url
            entry["name"] = name or None
            entry["outlet"] = attributes.get("outlet")
            entry["language"] = attributes.get("language") or None
            entry["id"] = attributes.get("sourceid") or None
            entry["categories"] = []
            self.known[url] = entry
            self.items.append(entry)
            self.items.items_at.append(place)
        for category in categories:
            if category not in entry["categories"]:
                entry["categories"].append(category)


class _Stop(Exception):
    """Reading stops here, for this reason."""


def write(sources: Sequence[Source], title: str = "Sources") -> str:
    """The sources as OPML 2.0, in folders by their first category; no headers, no credentials."""
    root = ET.Element("opml", version="2.0")
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = title
    body = ET.SubElement(root, "body")
    folders: dict[str, ET.Element] = {}
    for source in sources:
        parent = body
        if source.categories:
            first = source.categories[0]
            if first not in folders:
                folders[first] = ET.SubElement(body, "outline", text=first)
            parent = folders[first]
        facts = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": masked(source.url)}
        facts |= {"sourceId": source.id, "outlet": source.outlet}
        if source.language:
            facts["language"] = source.language
        if len(source.categories) > 1:
            facts["category"] = ",".join(source.categories[1:])
        ET.SubElement(parent, "outline", facts)
    ET.indent(root)
    out = BytesIO()
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue().decode() + "\n"
