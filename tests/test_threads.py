"""A parser's thread ends now and then, and takes along what it gathered."""

from __future__ import annotations

import subprocess
import sys
from threading import current_thread, get_ident

import pytest

from aggregator.core import parse
from aggregator.reader import quick
from aggregator.threads import Recycled

HOSTILE = """
import resource
from aggregator.core import parse
from aggregator.reader import quick

def read(number):
    names = "".join(f"<e{number}x{item}{'y' * 2000}/>" for item in range(100))
    item = f"<item><title>a</title><guid>{number}</guid>{names}</item>"
    body = f"<rss version='2.0'><channel><title>t</title>{item}</channel></rss>".encode()
    return quick(parse.document(body, "application/rss+xml", "http://a.example/f"), 1.8e9)

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

for number in range(200):
    assert read(number).entries
before = most()
for number in range(200, 900):
    read(number)
print(most() - before)
"""


def test_a_thread_is_replaced_after_so_many_calls_or_bytes() -> None:
    threads = Recycled(most_bytes=100, most_calls=3)
    assert [threads.run(_number, size=1) for _ in range(5)] == [1, 2, 3, 1, 2]
    threads = Recycled(most_bytes=100, most_calls=9)
    assert [threads.run(_number, size=60) for _ in range(6)] == [1, 2, 1, 2, 1, 2]


def _number() -> int:
    """How often this very thread was here."""
    count = getattr(current_thread(), "count", 0) + 1
    current_thread().count = count  # type: ignore[attr-defined]
    return count


def test_what_a_function_raises_is_raised_here_and_the_thread_goes_on() -> None:
    broken = b"<rss version='2.0'><channel><item><title>a</channel></rss>"
    document = parse.document(broken, "application/rss+xml", "http://a.example/f")
    threads = Recycled()
    first = threads.run(get_ident, size=1)
    with pytest.raises(parse.NeedsLiberal):
        threads.run(parse.quick, document, 1.8e9, size=1)
    assert threads.run(get_ident, size=1) == first
    with pytest.raises(parse.NeedsLiberal):
        quick(document, 1.8e9)


def test_feeds_of_ever_new_names_do_not_fill_the_memory() -> None:
    """Seven hundred feeds of 200 KB of names: where all names are kept these are 140 MB."""
    done = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 70
