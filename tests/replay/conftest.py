"""The archive of real feeds beside the project; a test that needs it is skipped where it is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # bench lies beside the package, not in it

from bench.archive import Snapshots, unpacked


@pytest.fixture(scope="session")
def snapshots() -> Snapshots:
    """Every snapshot of the archive."""
    folder = unpacked()
    if folder is None:
        pytest.skip("the archive of feeds is not beside the project")
    return Snapshots(folder)
