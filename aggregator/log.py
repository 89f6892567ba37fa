"""Logs to standard error: readable on a terminal, one JSON object a line where asked for."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime


class Plain(logging.Formatter):
    """`12:04:51 info  worker-1  polled 12 sources`: what a person watches."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of local time, level, process and message; a traceback only where one was asked for."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        line = f"{at} {record.levelname.lower():<7} {record.name:<10} {record.getMessage()}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def start(level: str = "info", form: str = "auto") -> None:
    """Sends all logs of this process to standard error.

    `level` is error, warning, info or debug; `form` is auto, text or json. `auto` is text: whoever collects
    logs says so, a pipe into a pager does not want JSON.
    """
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        from pythonjsonlogger.json import JsonFormatter  # noqa: PLC0415 - a fifth of the start of a command

        handler.setFormatter(
            JsonFormatter(
                "{asctime}{levelname}{name}{message}",
                style="{",
                rename_fields={"asctime": "at", "levelname": "level", "name": "part"},
            )
        )
    else:
        handler.setFormatter(Plain())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)  # what a change came to is ours to say
