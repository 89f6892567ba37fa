"""The style sheet, the script and the icon: at addresses that hold a hash of them, compressed once for all.

What has such an address never changes, so browsers keep it for a year and never ask again (RFC 8246). A page
from before an update may still ask for an old address: it gets what there is now, to be asked for anew.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files

import brotli  # type: ignore[import-untyped]

from aggregator.web.answer import Document

FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "editing.css": "text/css; charset=utf-8",
    "queue.js": "text/javascript; charset=utf-8",
}


@cache
def content(name: str) -> bytes:
    """The bytes of an asset."""
    return (files("aggregator.web") / "static" / name).read_bytes()


@cache
def hashed(name: str) -> str:
    """An asset's file name with a hash of its bytes: `style.1f2e3d4c5b6a.css`."""
    stem, _, suffix = name.partition(".")
    return f"{stem}.{blake2b(content(name), digest_size=6).hexdigest()}.{suffix}"


def everything() -> dict[str, bytes]:
    """All assets by hashed file name, for a host that only serves files."""
    return {hashed(name): content(name) for name in TYPES}


def addresses(base: str) -> dict[str, str]:
    """Where each asset is, by its stem: what templates ask for."""
    return {name.partition(".")[0]: f"{base}/static/{hashed(name)}" for name in TYPES}


def document(file: str) -> Document | None:
    """The asset of a file name, with its own hash or an older one; None where there is no such asset."""
    stem, _, rest = file.partition(".")
    name = f"{stem}.{rest.rpartition('.')[2]}"
    if name not in TYPES:
        return None
    return _document(name, FOREVER if file == hashed(name) else "no-cache")


@cache
def _document(name: str, caching: str) -> Document:
    made = Document(content(name), TYPES[name], cache=caching)
    made.hold("br", bytes(brotli.compress(made.body, quality=11)))  # once for as long as the process lives
    return made
