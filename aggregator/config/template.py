"""Configuration as text: sources as YAML to paste, and the commented file that `init` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from aggregator.config.read import resolve
from aggregator.core.model import Source

_PLAIN = re.compile(r"[^\W_][\w .,/()&'’–—+-]*", re.UNICODE)
_FLOW = re.compile(r"[^\W_][\w ./()&'’–—+-]*", re.UNICODE)
_OTHERS_WORDS = {"y", "n", "yes", "no", "on", "off"}  # truth values of YAML 1.1: quoted for older readers


def scalar(text: str, *, flow: bool = False) -> str:
    """A text as a YAML scalar, in quotes only where it must be; `${` stays what it is."""
    text = text.replace("${", "$${")
    plain = (_FLOW if flow else _PLAIN).fullmatch(text) and text == text.strip()
    if plain and isinstance(resolve(text), str) and text.lower() not in _OTHERS_WORDS:
        return text
    if re.fullmatch(r"https?://[!-~]+", text) and not flow and " #" not in text and not text.endswith(":"):
        return text
    return json.dumps(text, ensure_ascii=False)


def sources_yaml(sources: Sequence[Source], indent: str = "") -> str:
    """The sources as the `sources:` section of a file, ids written out; no headers, no credentials."""
    if not sources:
        return f"{indent}sources: []\n"
    return "".join([f"{indent}sources:\n", *(_source(source, indent + "  ") for source in sources)])


def _source(source: Source, indent: str) -> str:
    lines = [f"id: {scalar(source.id)}", f"url: {scalar(source.url)}", f"name: {scalar(source.name)}"]
    if source.outlet != source.name:
        lines.append(f"outlet: {scalar(source.outlet)}")
    if source.categories:
        lines.append(f"categories: [{', '.join(scalar(each, flow=True) for each in source.categories)}]")
    if source.language:
        lines.append(f"language: {source.language}")
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def commented(sources: Sequence[Source]) -> str:
    """A whole file, ready to run: what is set is what the defaults are, what is not is a comment."""
    return _HEAD + (sources_yaml(sources) if sources else _FIRST) + _TAIL


_HEAD = """\
# yaml-language-server: $schema=schema.json
#
# The configuration of a news aggregator. Start it with: aggregator run -c THIS-FILE
# A changed file is taken up without a restart; `aggregator check -c THIS-FILE` finds every mistake in it.
# For help in an editor: aggregator schema > schema.json, beside this file.
# ${NAME} takes a value from the environment, so that no secret needs to stand here.

redis: embedded          # or redis://, rediss://, unix://, redis+sentinel://, redis+cluster://
data_dir: .aggregator    # where the embedded Redis keeps its files
server:
  host: 127.0.0.1        # 0.0.0.0: reachable from other machines too
  port: 8080
  # public_url: https://news.example.org

# Without tokens reading is open.
# tokens:
#   - {name: desk, value: "${DESK_TOKEN}", write: true}

# How feeds are asked for; every publisher's own wish (Retry-After, max-age) outranks this.
polling:
  min_interval: 5m
  max_interval: 24h
  per_host_rate: 60/m
  # contact: https://news.example.org/about    # in the User-Agent; publishers like to know whom to write to
  # allow_private_networks: [10.0.0.0/8]       # for feeds of your own network

retention:
  stories: 7d            # counted from a story's last copy

# More files: YAML with sources, or the OPML that a feed reader exported.
# include: [sources/*.yaml, subscriptions.opml]

"""

_FIRST = """\
sources:
  - id: bbc-world        # never change an id: all entries of the source would be new
    url: https://feeds.bbci.co.uk/news/world/rss.xml
    name: BBC News, world
    outlet: BBC          # who publishes it; several feeds of one outlet count once
    categories: [world]
    language: en
  - id: dw-all
    url: https://rss.dw.com/rdf/rss-en-all
    name: DW
    categories: [world]
    language: en
  - id: france24-en
    url: https://www.france24.com/en/rss
    name: France 24
    categories: [world]
    language: en
"""

_TAIL = """
# Named views of the merged feed: /feeds/twice.json, .atom, .rss
feeds:
  - id: twice
    title: Carried by at least two outlets
    where: {min_sources: 2}

# Told of each change, signed (Standard Webhooks):
# webhooks:
#   - {id: desk, url: https://example.org/hook, secret: "${HOOK_SECRET}", where: {min_sources: 3}}
"""
