"""HTTP out: feeds, stories, sources, the page, health.

It reads from the store; all it asks of it is to poll a source soon. `start` serves until its runner is
cleaned up; `application` is the same without a socket; `write` puts the merged feed, or everything, into
files for static hosting. `warning` says who can read, where that may surprise.
"""

from __future__ import annotations

from aggregator.web.access import warning
from aggregator.web.app import Runner, application, start
from aggregator.web.files import write

__all__ = ["Runner", "application", "start", "warning", "write"]
