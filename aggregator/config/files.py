"""The main file and all that it includes, read into one tree of values with their places."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.config import opml
from aggregator.config.masking import named
from aggregator.config.problems import Refused, did_you_mean
from aggregator.config.read import Items, Map, Place, Text, read
from aggregator.config.values import at_home
from aggregator.core.errors import Problem

LISTS = ("sources", "feeds", "webhooks", "tokens")  # these add up over all files
SHARED = (*LISTS, "hosts", "include")  # what an included file may hold
MAX_BYTES = 64_000_000
MAX_FILES = 10_000


@dataclass
class Gathered:
    """What all files together hold: the settings of the main one, the lists of all."""

    root: Map
    lists: dict[str, Items]
    hosts: Map
    host_texts: dict[str, Text] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    folders: set[Path] = field(default_factory=set)  # in which files are looked for, absolute
    problems: list[Problem] = field(default_factory=list)


def gather(path: Path | None, variables: Mapping[str, str]) -> Gathered:
    """Reads a file and what it includes; every problem that was met is in `problems`."""
    nowhere = Text(str(path) if path else "", "")
    lists = {name: Items(nowhere, (0, 0)) for name in LISTS}
    found = Gathered(Map(nowhere, (0, 0)), lists, Map(nowhere, (0, 0)))
    if path is not None:
        _Gatherer(variables, found).main(path)
    return found


class _Gatherer:
    def __init__(self, variables: Mapping[str, str], found: Gathered) -> None:
        self.variables = variables
        self.found = found
        self.seen: set[Path] = set()

    def main(self, path: Path) -> None:
        value = self.value(path)
        if isinstance(value, Map):
            self.found.root = value
            self.take(value, path, (_resolved(path),))

    def value(self, path: Path, by: tuple[Text, Place] | None = None) -> Any:
        """What a file holds; None where it is empty, or after its problem was noted."""
        try:
            raw = _contents(path, is_included=by is not None)
        except (OSError, ValueError) as error:
            text, place = by or (Text(str(path), ""), (0, 0))
            reason = getattr(error, "strerror", None) or "it cannot be opened"
            code = "C040" if by and isinstance(error, FileNotFoundError) else "C001"
            self.add(text, place, code, f"{path} cannot be read: {reason[:1].lower() + reason[1:]}")
            return None
        self.found.files.append(path)
        self.seen.add(_resolved(path))
        if by is not None and path.suffix.lower() in {".opml", ".xml"}:
            entries, problems = opml.read(raw, str(path))
            self.found.problems += problems
            return entries
        return self.yaml(path, raw)

    def yaml(self, path: Path, raw: bytes) -> Any:
        try:
            text = Text(str(path), raw.decode("utf-8-sig"), is_yaml=True)
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            text = Text(str(path), raw.decode("utf-8-sig", "replace"))
            place = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
            self.add(text, place, "C002", "the file is not UTF-8 from here on; save it as UTF-8")
            return None
        try:
            value = read(text, self.variables, self.found.problems)
        except Refused as refused:
            self.found.problems.append(refused.problem)
            return None
        included = len(self.found.files) > 1
        if value is None or isinstance(value, Map) or (included and isinstance(value, Items)):
            return value
        self.add(text, getattr(value, "at", (1, 1)), "C007",
                 "a file begins with keys such as sources:, not with a text or a list"
                 " (an included file may be a list of sources)")  # fmt: skip
        return None

    def take(self, value: Map, path: Path, above: tuple[Path, ...]) -> None:
        """Adds what one file holds, then the files that it includes."""
        for name in LISTS:
            items = value.get(name)
            if isinstance(items, Items):
                self.extend(name, items)
        hosts = value.get("hosts")
        if isinstance(hosts, Map):
            self.join(hosts)
        include = value.get("include")
        if isinstance(include, str):
            self.include(include, value.text, value.values_at["include"], path, above)
        elif isinstance(include, Items):
            for pattern, place in zip(include, include.items_at, strict=True):
                if isinstance(pattern, str):
                    self.include(pattern, include.text, place, path, above)

    def extend(self, name: str, items: Items) -> None:
        target = self.found.lists[name]
        target.extend(items)
        target.items_at.extend(items.items_at)
        target.texts.extend([items.text] * len(items))

    def join(self, hosts: Map) -> None:
        for key, rule in hosts.items():
            if key in self.found.hosts:
                self.add(
                    hosts.text, hosts.keys_at[key], "C006", f"{named(key)} has a rule in another file already"
                )
            else:
                self.found.hosts[key] = rule
                self.found.host_texts[key] = hosts.text
                self.found.hosts.keys_at[key] = hosts.keys_at[key]
                self.found.hosts.values_at[key] = hosts.values_at[key]

    def include(self, pattern: str, text: Text, place: Place, path: Path, above: tuple[Path, ...]) -> None:
        by = text, place
        self.found.folders.add((path.parent / _plain(pattern)).absolute())
        if not any(letter in pattern for letter in "*?["):
            self.file(path.parent / at_home(pattern), by, above)
            return
        full = path.parent / at_home(pattern)
        base = Path(full.anchor)
        try:
            matches = (
                sorted(base.glob(str(full.relative_to(base))))
                if full.anchor
                else sorted(Path().glob(str(full)))
            )
        except (ValueError, NotImplementedError) as error:
            self.add(text, place, "C040", f"this pattern cannot be used: {error}")
            return
        files = [match for match in matches if match.is_file()]
        if not files:
            self.add(text, place, "C063", f"no file matches {pattern}", warning=True)
        for match in files:
            if _resolved(match) not in self.seen:
                self.file(match, by, above)

    def file(self, path: Path, by: tuple[Text, Place], above: tuple[Path, ...]) -> None:
        resolved = _resolved(path)
        if resolved in above:
            chain = " → ".join(str(each.name) for each in (*above[above.index(resolved) :], resolved))
            self.add(*by, "C041", f"this includes itself: {chain}")
            return
        if resolved in self.seen:
            return
        if len(self.found.files) >= MAX_FILES:
            self.add(*by, "C040", f"more than {MAX_FILES} files are included")
            return
        value = self.value(path, by)
        if isinstance(value, Items):
            self.extend("sources", value)
        elif isinstance(value, Map):
            self.foreign(value)
            self.take(value, path, (*above, resolved))

    def foreign(self, value: Map) -> None:
        for key, place in value.keys_at.items():
            if key not in SHARED and not key.startswith("x-"):
                hint = did_you_mean(key, SHARED)
                said = f"{named(key)} is not known in an included file{hint}" if hint else (
                    f'{named(key)} belongs into the main file; an included one holds {", ".join(SHARED)}'
                )  # fmt: skip
                self.add(value.text, place, "C010" if hint else "C042", said)

    def add(self, text: Text | None, place: Place, code: str, message: str, *, warning: bool = False) -> None:
        where = text or Text("", "")
        self.found.problems.append(where.problem(place, code, message, warning=warning))


def _contents(path: Path, *, is_included: bool) -> bytes:
    """The bytes of a file; the main one may come through a pipe. Raises OSError, ValueError."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) and (is_included or not stat.S_ISFIFO(mode)):
        raise OSError(0, "it is no plain file")
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise OSError(0, f"it is larger than {MAX_BYTES // 10**6} MB")
    return raw


def _resolved(path: Path) -> Path:
    """Where a file really lies; as it is named where links lead in circles, which is told when it is read."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def _plain(pattern: str) -> Path:
    """The folder of a pattern, as far as it is named."""
    named: list[str] = []
    for part in at_home(pattern).parts[:-1]:
        if any(letter in part for letter in "*?["):
            break
        named.append(part)
    return Path(*named)
