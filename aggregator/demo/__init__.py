"""A simulated newsroom on loopback, for a machine without internet: `async with Newsroom(clock) as newsroom`.

Agencies, outlets and places behave like real ones; every text is invented, and written for this.
"""

from aggregator.demo.newsroom import Newsroom

__all__ = ["Newsroom"]
