"""The environment: `${NAME}` inside of values, and `AGGREGATOR_…` variables that override the file.

The only place of this project that reads os.environ; everything else is handed a mapping.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$?\$\{([^}\n]*)\}?")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)

PREFIX = "AGGREGATOR_"
CONFIG = "AGGREGATOR_CONFIG"


def environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ


def substitute(text: str, variables: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Replaces `${NAME}` and `${NAME:-default}`; `$${` stands for a plain `${`.

    Returns the text, and (code, sentence) for each reference that failed. What was put in is not read again.
    """
    faults: list[tuple[str, str]] = []

    def put(found: re.Match[str]) -> str:
        if found[0].startswith("$$"):
            return found[0][1:]
        name = _NAME.fullmatch(found[1])
        if not name or not found[0].endswith("}"):
            faults.append(("C031", "this reference to the environment cannot be read; write ${NAME}"))
            return ""
        if name[1] in variables:
            return variables[name[1]]
        if name[2] is None:
            faults.append(("C030", f"the environment variable {name[1]} is not set"))
        return name[2] or ""

    return _REFERENCE.sub(put, text), faults


def overrides(variables: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The variables that mean a key of the file: name -> path (`AGGREGATOR_SERVER__PORT`: server, port).

    An empty one counts as unset, as in a compose file that passes on what may not be there.
    """
    return {
        name: tuple(name.removeprefix(PREFIX).lower().split("__"))
        for name, value in sorted(variables.items())
        if name.startswith(PREFIX) and name != CONFIG and value.strip()
    }
