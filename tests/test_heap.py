"""Freed memory goes back to the system."""

import platform
import subprocess
import sys

import pytest

# A block of 20 MB is freed, so that those of 8 MB would count as small; something small lies behind them.
PROGRAM = """
from pathlib import Path
from aggregator import heap

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

assert heap.give_back()
block = bytearray(20 << 20)
del block
kept, before = [], resident()
blocks = [bytearray(8 << 20) for _ in range(10)]
kept.append(bytes(100_000))
del blocks
print((resident() - before) >> 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_what_is_freed_goes_back_though_something_lies_behind_it() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert int(done.stdout) < 20
