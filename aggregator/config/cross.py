"""What no single value shows: names that are taken or that nothing has, limits at odds, missing files.

It is read from the values as they stand in the files, so that it is told together with whatever is wrong with
one of them. What only holds of all files together is not said while one of them cannot be read.
"""

from __future__ import annotations

import re
import ssl
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from aggregator.config.check import Checker
from aggregator.config.problems import did_you_mean
from aggregator.config.read import Items
from aggregator.config.values import Float, Int, at_home, duration, hostname, is_id
from aggregator.core.model import Source
from aggregator.core.urls import host as host_of
from aggregator.core.urls import paced

_UNREAD: Final = frozenset({"C001", "C002", "C003", "C004", "C005", "C007", "C008", "C040", "C041", "C043"})
_MASKED: Final = re.compile(r"://[^/?#]*\*\*\*[^/?#]*@|[?&;][^=&;#]*=\*\*\*(?:[&;#]|$)")
_LONGEST: Final = 86_400.0  # seconds: the default of max_interval
_SHORTEST: Final = 300.0  # of min_interval


def check(checker: Checker, sources: Sequence[Source]) -> None:
    """Appends the problems of all values together; `sources` are those that are right."""
    data = checker.data
    _limits(data, checker)
    _push(data, checker)
    for section, key in (("feeds", "id"), ("webhooks", "id"), ("tokens", "name")):
        _unique(section, key, checker)
    of_sources(checker)
    hosts = _hosts(data, checker)
    if not any(each.code in _UNREAD for each in checker.problems):
        _views(data, checker)
        _filters(data, sources, checker)
        _unused(hosts, checker)


def of_sources(checker: Checker) -> None:
    """Warns of secrets that an export left out of addresses, and of certificates that are not there."""
    read: dict[Path, str] = {}
    items = checker.found.lists["sources"]
    for number, (item, text) in enumerate(zip(items, items.texts, strict=True)):
        if not isinstance(item, dict):
            continue
        if isinstance(item.get("url"), str) and "***" in item["url"] and _MASKED.search(item["url"]):
            said = "this address holds *** where an export left a secret out: write the secret there"
            checker.report(("sources", number, "url"), "C067", said, warning=True)
        tls = item.get("tls")
        if isinstance(tls, dict) and isinstance(tls.get("ca"), str) and tls["ca"]:
            path = Path(text.name).parent / at_home(tls["ca"])
            if path not in read:
                read[path] = _unusable(path)
            if read[path]:
                said = f"{read[path]}: until it is there this source cannot be polled"
                checker.report(("sources", number, "tls", "ca"), "C066", said, warning=True)


def _unusable(path: Path) -> str:
    """Why no certificates can be read from a file; "" where they can."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "this is no plain file"
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return "this file holds no certificates in PEM"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be opened"
        return f"this file cannot be read ({reason[:1].lower() + reason[1:]})"
    return ""


def _limits(data: dict[str, Any], checker: Checker) -> None:
    polling = data.get("polling")
    if not isinstance(polling, dict):
        return
    shortest, longest = (
        _seconds(polling.get(name), otherwise)
        for name, otherwise in (("min_interval", _SHORTEST), ("max_interval", _LONGEST))
    )
    if shortest is None or longest is None or shortest <= longest:
        return
    written = "min_interval" if polling.get("min_interval") is not None else "max_interval"
    checker.report(("polling", written), "C061", "min_interval is longer than max_interval")


def _seconds(written: Any, otherwise: float) -> float | None:
    """A duration; None where what is written is none, which is told by itself."""
    try:
        return otherwise if written is None else duration(written)
    except ValueError:
        return None


def _push(data: dict[str, Any], checker: Checker) -> None:
    """Warns where hubs are asked for by name, and cannot reach us."""
    polling, server = data.get("polling"), data.get("server")
    wanted = isinstance(polling, dict) and polling.get("websub") is True
    if wanted and not (isinstance(server, dict) and server.get("public_url")):
        said = (
            "no hub is subscribed to without server.public_url, the address at which hubs reach this server"
        )
        checker.report(("polling", "websub"), "C068", said, warning=True)


def _unique(section: str, key: str, checker: Checker) -> None:
    seen: set[str] = set()
    for number, item in _mappings(checker.data.get(section)):
        name = _text(item.get(key))
        if name in seen:
            said = f'"{name}" is taken by another of the {section}'
            checker.report((section, number, key), "C051", said, value=name)
        if name is not None:
            seen.add(name)


def _views(data: dict[str, Any], checker: Checker) -> None:
    views = [name for _, item in _mappings(data.get("feeds")) if (name := _text(item.get("id")))]
    for number, token in _mappings(data.get("tokens")):
        for position, view in _texts(token.get("views")):
            if view not in views:
                said = f'no view is called "{view}"{did_you_mean(view, views)}'
                shows = None if is_id(view) else view  # what is no id may be a secret in the wrong place
                checker.report(("tokens", number, "views", position), "C052", said, value=shows)


def _filters(data: dict[str, Any], sources: Sequence[Source], checker: Checker) -> None:
    """Warns of filters that name a category or a source which no source has."""
    listed = [item for _, item in _mappings(checker.found.lists["sources"])]
    categories = {name for source in sources for name in source.categories}
    categories |= {name for item in listed for _, name in _texts(item.get("categories"))}
    ids = {source.id for source in sources} | {name for item in listed if (name := _text(item.get("id")))}
    known = {"categories": sorted(categories), "sources": sorted(ids)}
    for section in ("feeds", "webhooks"):
        for number, each in _mappings(data.get(section)):
            where = each.get("where")
            if isinstance(where, dict):
                _unknown((section, number, "where"), where, known, checker)
                if isinstance(where.get("not"), dict):
                    _unknown((section, number, "where", "not"), where["not"], known, checker)


def _unknown(
    path: tuple[str | int, ...], where: dict[str, Any], known: dict[str, list[str]], checker: Checker
) -> None:
    for key, names in known.items():
        for position, name in _texts(where.get(key)):
            if name not in names:
                noun = "category" if key == "categories" else "id"
                said = f'no source has the {noun} "{name}"{did_you_mean(name, names)}'
                checker.report((*path, key, position), "C062", said, warning=True, value=name)


def _hosts(data: dict[str, Any], checker: Checker) -> dict[str, str]:
    """The names that `hosts` gives a rule, each with its key; tells of those that are none."""
    rules = data.get("hosts")
    named: dict[str, str] = {}
    for key in rules if isinstance(rules, dict) else ():
        name = hostname(key)
        if name is None:
            meant = host_of(key if "://" in key else f"http://{key.removeprefix('*.')}")
            hint = f'; did you mean "{meant}"?' if hostname(meant) else ""
            said = f"this is no host name: it has no scheme, port, path or *{hint}"
            checker.report(("hosts", key), "C025", said, at_key=True)
        elif name in named:
            said = f'this is the host "{named[name]}", which has a rule already'
            checker.report(("hosts", key), "C006", said, at_key=True)
        else:
            named[name] = key
    return named


def _unused(named: dict[str, str], checker: Checker) -> None:
    """Warns of rules for hosts at which no source lies: a redirect may lead there, but it may be a slip."""
    urls = [_text(item.get("url")) for _, item in _mappings(checker.found.lists["sources"])]
    hosts = {host_of(url) for url in urls if url}
    used = {paced(host, named) for host in hosts}
    for name, key in named.items() if hosts else ():
        if name not in used:
            hint = did_you_mean(name, sorted(hosts))
            said = f"no source lies at this host, so only redirects can lead there{hint}"
            checker.report(("hosts", key), "C065", said, at_key=True, warning=True)


def _mappings(items: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The items of a list that are mappings, with their numbers."""
    if isinstance(items, list | tuple):
        yield from ((number, item) for number, item in enumerate(items) if isinstance(item, dict))


def _texts(value: Any) -> Iterator[tuple[int, str]]:
    """The texts of a list, or the one that stands for a list, with their places in it."""
    for position, item in enumerate(value if isinstance(value, Items | list | tuple) else (value,)):
        written = _text(item)
        if written is not None:
            yield position, written


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else value.text if isinstance(value, Int | Float) else None
