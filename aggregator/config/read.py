"""YAML text -> plain values that know where they stand.

libyaml (by PyYAML) finds the structure, and its marks; what a scalar means is decided here, by the core
schema of YAML 1.2.2 (10.3.2): `no` is text, `true` is true, `012` is twelve. See decision 0010.
Mappings and lists are subclasses of dict and list with the places of their keys and items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from aggregator.config import environ
from aggregator.config.masking import Span, excerpt, is_harmless, is_plain, is_secret, named, suspects
from aggregator.config.model import known_keys
from aggregator.config.problems import Refused
from aggregator.config.values import Float, Int
from aggregator.core.errors import Problem

_KNOWN = known_keys()
_LOADER = getattr(yaml, "CLoader", yaml.Loader)  # the same events, an order of magnitude faster
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
MAX_VALUES = 2_000_000  # a file of 100,000 sources has fewer; aliases of aliases would have no end
MAX_DEPTH = 32
MAX_SHOWN = 2000  # characters: of a longer line no excerpt is made, as finding what to mask takes its square

Place = tuple[int, int]  # line and column, from 1


class Map(dict[str, Any]):
    """A mapping of the file. `keys_at` and `values_at` say where each stands; `at` where it begins."""

    __slots__ = ("at", "keys_at", "text", "values_at")

    def __init__(self, text: Text, at: Place) -> None:
        super().__init__()
        self.text, self.at = text, at
        self.keys_at: dict[str, Place] = {}
        self.values_at: dict[str, Place] = {}


class Items(list[Any]):
    """A list of the file; `items_at` says where each item stands."""

    __slots__ = ("at", "items_at", "text", "texts")

    def __init__(self, text: Text, at: Place) -> None:
        super().__init__()
        self.text, self.at = text, at
        self.items_at: list[Place] = []
        self.texts: list[Text] = []  # of each item, where a list was joined from several files


class Text:
    """One file's text: makes problems that point into it."""

    def __init__(self, name: str, content: str, *, is_yaml: bool = False, is_opml: bool = False) -> None:
        self.name = name
        self.is_yaml = is_yaml
        self.is_opml = is_opml
        self.content = content
        self.secrets: dict[int, list[Span]] | None = None  # by line; None: not known, guess
        self.borrowed: set[Place] = set()  # values that hold something of the environment
        self.lacking: set[Place] = set()  # values that wanted something of it which is not there

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as an editor counts them."""
        return self.content.splitlines()

    def is_hidden(self, place: Place) -> bool:
        """Whether a secret begins at this place."""
        return any(start + 1 == place[1] for start, _ in (self.secrets or {}).get(place[0], ()))

    def problem(self, place: Place, code: str, message: str, *, warning: bool = False) -> Problem:
        """A problem at a place, with its line and caret."""
        shown = ""
        if 1 <= place[0] <= len(self.lines) and len(self.lines[place[0] - 1]) <= MAX_SHOWN:
            spans = suspects(self.lines, place[0]) if self.secrets is None else self.secrets.get(place[0], ())
            shown = excerpt(self.lines[place[0] - 1], place[1], spans)
        return Problem(self.name, *place, code, message, shown, warning)


def resolve(text: str) -> Any:
    """What a plain scalar means by the core schema of YAML 1.2.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text) and len(text) <= 40:
        number = Int(int(text, 0) if text[:2] in {"0o", "0x"} else int(text))
        number.text = text
        return number
    if _FRACTION.fullmatch(text) and len(text) <= 40:
        fraction = Float(text)
        fraction.text = text
        return fraction
    return text


def read(text: Text, variables: Mapping[str, str], problems: list[Problem]) -> Any:
    """The values of a YAML text; None where it is empty. Problems that leave a value are appended.

    Raises:
        Refused: the text is not YAML that can be understood further.
    """
    events: Iterator[Event] = yaml.parse(text.content, Loader=_LOADER)
    reader = _Reader(text, variables, problems)
    try:
        return reader.document(events)
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise Refused(_syntax(text, error)) from None
    finally:
        reader.tell()


class _Reader:
    """Builds the values of one text from its events."""

    def __init__(self, text: Text, variables: Mapping[str, str], problems: list[Problem]) -> None:
        self.text = text
        self.variables = variables
        self.problems = problems
        self.anchors: dict[str, Any] = {}
        self.sizes: dict[int, int] = {}
        self.secrets: dict[int, list[Span]] = {}
        self.found: list[tuple[Place, str, str]] = []  # problems, until all secrets are known
        self.count = 0

    def document(self, events: Iterator[Event]) -> Any:
        value: Any = None
        started = False
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if started:
                    raise self.refuse(event, "C008", "one document is enough: remove the second ---")
                started = True
                value = self.value(next(events), events, 0, cover="")
        self.text.secrets = self.secrets
        return value

    def tell(self) -> None:
        """Appends what was found, now that it is known what an excerpt must not show."""
        self.problems += [self.text.problem(*each) for each in self.found]

    def value(self, event: Event, events: Iterator[Event], depth: int, *, cover: str) -> Any:
        if type(event) is ScalarEvent:
            return self.scalar(event, cover=cover)
        if isinstance(event, AliasEvent):
            return self.alias(event)
        if not isinstance(event, MappingStartEvent | SequenceStartEvent):
            raise self.refuse(event, "C003", "a value is missing here")
        if depth > MAX_DEPTH:
            raise self.refuse(event, "C008", f"more than {MAX_DEPTH} levels deep")
        if event.tag not in {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
            raise self.refuse(event, "C008", "tags are not used here: remove the word that begins with !")
        before = self.count
        value = (
            self.mapping(event, events, depth, cover=cover)
            if isinstance(event, MappingStartEvent)
            else self.sequence(event, events, depth, cover=cover)
        )
        if event.anchor:
            self.anchors[event.anchor] = value
            self.sizes[id(value)] = self.count - before
        return value

    def mapping(self, start: MappingStartEvent, events: Iterator[Event], depth: int, *, cover: str) -> Map:
        found = Map(self.text, _place(start))
        merged: list[Map] = []
        keys_at, values_at = found.keys_at, found.values_at
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if type(event) is not ScalarEvent:
                raise self.refuse(event, "C003", "a key is plain text, not a list or a mapping")
            key, place = event.value, _place(event)
            following = next(events)
            if key not in _KNOWN:
                self.suspect(event, following)
            value = self.value(following, events, depth + 1, cover=_secrecy(key, cover))
            if key == "<<" and event.implicit[0]:
                merged += self.merging(value, place)
                continue
            if key in keys_at:
                first = keys_at[key]
                self.add(
                    place, "C006", f"{named(key)} stands here a second time; the first is in line {first[0]}"
                )
                continue
            found[key] = value
            keys_at[key], values_at[key] = place, _place(following)
        for other in merged:
            for key in other.keys() - found.keys():
                found[key] = other[key]
                keys_at[key], values_at[key] = other.keys_at[key], other.values_at[key]
        return found

    def suspect(self, key: ScalarEvent, value: Event) -> None:
        """Hides what a slip of the pen may have torn from its own key: an unknown key, a value below it."""
        alone = isinstance(value, ScalarEvent) and not value.value
        if alone or not key.implicit[0] or not is_plain(key.value):
            self.hide(key)
        if isinstance(value, ScalarEvent) and not is_harmless(value.value):
            self.hide(value)

    def merging(self, value: Any, place: Place) -> list[Map]:
        parts = value if isinstance(value, Items) else [value]
        if all(isinstance(part, Map) for part in parts):
            return list(parts)
        self.add(place, "C012", "<< takes an alias of a mapping")
        return []

    def sequence(self, start: Event, events: Iterator[Event], depth: int, *, cover: str) -> Items:
        found = Items(self.text, _place(start))
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self.value(event, events, depth + 1, cover=cover))
            found.items_at.append(_place(event))
        return found

    def scalar(self, event: ScalarEvent, *, cover: str) -> Any:
        self.count += 1
        text = event.value
        plain = event.implicit[0]
        if event.tag not in {None, "!", "tag:yaml.org,2002:str"}:
            raise self.refuse(event, "C008", "tags are not used here: remove the word that begins with !")
        if cover == "all" or (cover and "@" in text):
            self.hide(event)
        if "${" in text:
            place = _place(event)
            self.text.borrowed.add(place)
            text, faults = environ.substitute(text, self.variables)
            for code, message in faults:
                self.add(place, code, message)
            if faults:
                self.text.lacking.add(place)
                plain = False
        value = resolve(text) if plain else text
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def hide(self, event: ScalarEvent) -> None:
        """Remembers which columns of which lines an excerpt must mask."""
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return
        for line in range(start.line, end.line + 1):
            first = start.column if line == start.line else 0
            self.secrets.setdefault(line + 1, []).append((first, end.column if line == end.line else 1 << 30))

    def alias(self, event: AliasEvent) -> Any:
        if event.anchor not in self.anchors:
            raise self.refuse(event, "C003", "this alias names nothing: no & of its name stands before it")
        value = self.anchors[event.anchor]
        self.count += self.sizes.get(id(value), 1)
        if self.count > MAX_VALUES:
            raise self.refuse(event, "C008", "aliases of aliases make this file too large")
        return value

    def add(self, place: Place, code: str, message: str) -> None:
        self.found.append((place, code, message))

    def refuse(self, event: Event, code: str, message: str) -> Refused:
        return Refused(self.text.problem(_place(event), code, message))


def _secrecy(key: str, above: str) -> str:
    """What to hide below a key: nothing (""), "all", or of "redis" what holds credentials."""
    if above or is_secret(key):
        return "all"
    return key if key == "redis" else ""


def _place(event: Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax(text: Text, error: yaml.YAMLError) -> Problem:
    """One plain sentence for what the parser says."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text.content[: error.position] if isinstance(error.position, int) else ""
        place = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        return text.problem(place, "C002", "a control character, which YAML does not allow")
    assert isinstance(error, yaml.MarkedYAMLError)  # noqa: S101 - for the type checker
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = f"{error.context or ''} {error.problem or ''}"
    lines = text.lines
    at_end = place[0] > len(lines) or (place[0] == len(lines) and place[1] > len(lines[-1].rstrip()))
    if at_end and error.context_mark:
        place = error.context_mark.line + 1, error.context_mark.column + 1
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or "'\\t'" in said or ("that cannot start any token" in said and "\t" in line):
        place = place[0], line.find("\t") + 1
        return text.problem(place, "C004", "a tab; YAML is indented with spaces")
    if "flow" in said and "${" in line:
        return text.problem(place, "C003", 'inside of { } and [ ] a reference needs quotes: "${NAME}"')
    return text.problem(place, *_sentence(said, error))


def _sentence(said: str, error: yaml.MarkedYAMLError) -> tuple[str, str]:
    began = f" that begins in line {error.context_mark.line + 1}" if error.context_mark else ""
    if "mapping values are not allowed" in said:
        return "C005", (
            "a colon that does not fit: the line above lacks its own or is indented otherwise, "
            "or the text needs quotes"
        )
    if (
        "did not find expected key" in said
        or "expected <block end>" in said
        or "did not find expected '-'" in said
    ):
        return "C005", f"this does not fit the indentation of the block{began}"
    if "could not find expected ':'" in said:
        return "C003", "a key without its colon"
    if "flow" in said and ("expected ',' or" in said):
        return "C003", f"the bracket{began} is not closed, or a comma is missing"
    if "unexpected end of stream" in said or "found unexpected document indicator" in said:
        return "C003", f"the quoted text{began} is not closed"
    if "undefined alias" in said:
        return "C003", "an alias that names nothing"
    if "cannot start any token" in said:
        return "C003", "a character that no value begins with; quote the text"
    return "C003", (error.problem or "this cannot be read as YAML").capitalize()
