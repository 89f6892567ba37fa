"""The compose file as a program reads it, and the commands of its services as a person would type them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
SPECIFICATION = YAML(typ="safe", pure=True).load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = SPECIFICATION["services"]
OURS = ("worker", "web")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def seconds(duration: str) -> float:
    """`30s`, `1m30s` as seconds."""
    total, number = 0.0, ""
    for letter in duration:
        if letter.isdigit() or letter == ".":
            number += letter
        else:
            total += float(number) * {"s": 1, "m": 60, "h": 3600}[letter]
            number = ""
    return total


def stages() -> list[list[str]]:
    """The Dockerfile's instructions by stage, continued lines joined, comments out."""
    lines = DOCKERFILE.replace("\\\n", " ").splitlines()
    found: list[list[str]] = []
    for line in (" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#")):
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(line)
    return found
