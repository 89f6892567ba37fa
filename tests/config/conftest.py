"""What the tests of the configuration share: a file is written, and read as the program reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aggregator.config import Config, load
from aggregator.core.errors import ConfigError, Problem


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file below the test's folder and returns its path."""

    def written(text: str | bytes, name: str = "aggregator.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Config]:
    """The configuration that a text and an environment make."""

    def loaded(text: str | bytes, environ: Mapping[str, str] | None = None) -> Config:
        return load(write(text), environ or {})

    return loaded


@pytest.fixture
def faults(read: Callable[..., Config]) -> Callable[..., list[Problem]]:
    """Every problem of a text, warnings too."""

    def found(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[Problem]:
        try:
            return list(read(text, environ).warnings)
        except ConfigError as error:
            return error.problems

    return found
