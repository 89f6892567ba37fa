"""Pages for a host that only serves files: links lead to files that are there, from wherever they are put."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape, unescape
from posixpath import dirname, relpath

_ADDRESS = re.compile(r' (href|src|action|data-live)="([^"]*)"')
_FORM = re.compile(r"<form\b")


def relative(html: str, page: str, files: Collection[str], *, base: str, prefix: str) -> str:
    """A page as the file `page`, beside `files` (all with `/` between folders).

    Links to a file become relative ones. What only a running server answers goes: links to it keep their
    text, forms are hidden. `base` begins our absolute addresses, `prefix` the path of all others.
    """
    folder = dirname(page)

    def moved(match: re.Match[str]) -> str:
        name, address = match[1], unescape(match[2])
        start = next((one for one in (base, prefix) if address.startswith(f"{one}/")), None)
        if start is None:
            return match[0]
        wanted = address.removeprefix(start).lstrip("/")
        found = next((file for file in (wanted, f"{wanted}/index.html".lstrip("/")) if file in files), None)
        if found is None or name in {"action", "data-live"}:
            return ""
        return f' {name}="{escape(relpath(found, folder or "."))}"'

    return _FORM.sub("<form hidden", _ADDRESS.sub(moved, html))
