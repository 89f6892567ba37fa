"""HTTP out: feeds, stories, sources, the page, health. Reads from the store, never writes to it.

`start` serves until its runner is cleaned up; `application` is the same without a socket; `write` puts the
merged feed, or everything, into files for static hosting.
"""

from __future__ import annotations

from aggregator.web.app import Runner, application, start
from aggregator.web.files import write

__all__ = ["Runner", "application", "start", "write"]
