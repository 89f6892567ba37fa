"""Finds, reads and checks the configuration: the way from files and environment to one `Config`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from aggregator.config import cross, opml
from aggregator.config.check import Checker
from aggregator.config.environ import CONFIG
from aggregator.config.files import Gathered, gather
from aggregator.config.model import Config, HostRule, Polling, Settings, SourceEntry
from aggregator.config.read import Items, Map, Place, Text
from aggregator.config.values import at_home, hostname
from aggregator.core import model
from aggregator.core.errors import ConfigError, Problem
from aggregator.core.urls import canonical, source_id

NAMES = (Path("aggregator.yaml"), Path("config/aggregator.yaml"))


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read: the one given, else $AGGREGATOR_CONFIG, else ./aggregator.yaml or ./config/….

    None where there is none; a file that was named is returned whether it exists or not.
    """
    if path is not None:
        return path
    if environ.get(CONFIG):
        return Path(environ[CONFIG])
    return next((name for name in NAMES if name.is_file()), None)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Reads a file, all that it includes, and the environment; None: the environment alone.

    Raises:
        ConfigError: with every problem found, in the order of the files.
    """
    found = gather(path, environ)
    checker = Checker(found, environ)
    settings = checker.settings()
    entries = checker.entries()
    heeds = settings is not None and settings.polling.robots
    sources = _sources(entries, found.problems, robots=heeds)
    cross.check(checker, sources)
    if settings is None or any(not problem.warning for problem in found.problems):
        raise ConfigError(_ordered(found.problems, found.files))
    return _config(settings, sources, found)


def from_opml(raw: bytes, name: str, warnings: list[Problem] | None = None) -> list[model.Source]:
    """The sources of an OPML file; `name` is what problems call it. Warnings are appended.

    Raises:
        ConfigError: with every problem found.
    """
    items, problems = opml.read(raw, name)
    sources = _listed(items, problems)
    if warnings is not None:
        warnings += _ordered(problems, [])
    return sources


def from_address(url: str) -> model.Source:
    """The source of which only the address is known.

    Raises:
        ConfigError: it is not a web address.
    """
    text = Text(url, "")
    items = Items(text, (0, 0))
    entry = Map(text, (0, 0))
    entry["url"] = url
    items.append(entry)
    items.items_at.append((0, 0))
    return _listed(items, [])[0]


def _listed(items: Items, problems: list[Problem]) -> list[model.Source]:
    found = Gathered(Map(items.text, (0, 0)), {"sources": items}, Map(items.text, (0, 0)), problems=problems)
    items.texts = [items.text] * len(items)
    checker = Checker(found, {})
    sources = _sources(checker.entries(), problems)
    cross.of_sources(checker)
    if any(not problem.warning for problem in problems):
        raise ConfigError(_ordered(problems, []))
    return sources


def _ordered(problems: Sequence[Problem], files: Sequence[Path]) -> list[Problem]:
    order = {str(path): number for number, path in enumerate(files)}
    return sorted(
        dict.fromkeys(problems), key=lambda each: (order.get(each.file, len(order)), each.line, each.column)
    )


def _config(settings: Settings, sources: list[model.Source], found: Gathered) -> Config:
    parts = {name: getattr(settings, name) for name in Settings.model_fields}
    parts["hosts"] = {
        hostname(host) or host: _rule(rule, settings.polling) for host, rule in settings.hosts.items()
    }
    parts |= {"sources": tuple(sources), "files": tuple(found.files)}
    parts |= {
        "folders": tuple(sorted(found.folders)),
        "warnings": tuple(_ordered(found.problems, found.files)),
    }
    parts["digest"] = digest(settings, sources)
    return Config.model_construct(**parts)


def _rule(rule: HostRule, polling: Polling) -> HostRule:
    """The rule with what it does not say taken from `polling`."""
    inherited = {name: getattr(polling, name) for name in ("per_host", "per_host_rate")}
    return rule.model_copy(
        update={name: value for name, value in inherited.items() if name not in rule.model_fields_set}
    )


def digest(settings: Settings, sources: Sequence[model.Source]) -> str:
    """16 hex digits that differ where two machines would gather or group differently; made of no secret."""
    shared = settings.model_dump(
        mode="json", include={"polling", "hosts", "matching", "retention", "feeds", "webhooks"}
    )
    listed = [
        [
            *(each.id, each.url.rpartition("@")[2], each.name, each.outlet, each.categories, each.language),
            *(each.priority, each.interval, [name for name, _ in each.headers]),
        ]
        for each in sources
    ]
    return blake2b(json.dumps([shared, sorted(listed, key=str)]).encode(), digest_size=8).hexdigest()


# --- sources ------------------------------------------------------------------------------------------


def _sources(
    entries: list[tuple[SourceEntry, Text, Place]], problems: list[Problem], *, robots: bool = False
) -> list[model.Source]:
    sources: list[model.Source] = []
    nameless: dict[str, tuple[Text, Place]] = {}
    ids: dict[str, tuple[Text, Place]] = {}
    addresses: dict[str, tuple[str, Text, Place]] = {}
    for entry, text, place in entries:
        source = _source(entry, Path(text.name).parent, robots=robots)
        if (
            entry.id is None
            and text.is_yaml
            and nameless.setdefault(text.name, (text, place)) == (text, place)
        ):
            problems.append(
                text.problem(place, "C064", "without an id it is made from the address: write"
                             f' "id: {source.id}", or a changed address makes all entries new', warning=True)
            )  # fmt: skip
        first = ids.setdefault(source.id, (text, place))
        if first != (text, place):
            problems.append(_taken(entry, source.id, text, place, first))
            continue
        sources.append(source)
        same = canonical(source.url)
        other = addresses.setdefault(same, (source.id, text, place))
        if other[0] != source.id:
            problems.append(
                text.problem(
                    place, "C060", f'this is the address of "{other[0]}" in {_at(*other[1:])}', warning=True
                )
            )
    return sources


def _taken(entry: SourceEntry, id_: str, text: Text, place: Place, first: tuple[Text, Place]) -> Problem:
    """The problem of a source whose id another one has; where neither wrote one, it is the address."""
    if entry.id is not None:
        return text.problem(place, "C050", f'the id "{id_}" is taken by the source in {_at(*first)}')
    said = f"this address stands in {_at(*first)} already: remove one, or write an id for each"
    return text.problem(place, "C050", said)


def _at(text: Text, place: Place) -> str:
    return f"{text.name}:{place[0]}"


def _source(entry: SourceEntry, folder: Path, *, robots: bool) -> model.Source:
    host = urlsplit(entry.url).hostname or ""
    auth = None
    if entry.auth is not None:
        secret = entry.auth.bearer or entry.auth.password
        auth = model.Auth(
            "bearer" if entry.auth.bearer else "basic",
            entry.auth.username,
            secret.get_secret_value() if secret else "",
        )
    return model.Source(
        id=entry.id or source_id(entry.url),
        url=entry.url,
        name=entry.name or entry.outlet or host,
        outlet=entry.outlet or entry.name or host,
        categories=entry.categories,
        language=entry.language,
        priority=entry.priority,
        interval=entry.interval,
        headers=tuple((name, value.get_secret_value()) for name, value in entry.headers.items()),
        auth=auth,
        proxy=entry.proxy,
        user_agent=entry.user_agent,
        tls_verify=entry.tls.verify,
        tls_ca=str(folder / at_home(entry.tls.ca)) if entry.tls.ca else None,
        archives=entry.archives,
        robots=robots if entry.robots is None else entry.robots,
    )
