"""HTTP in: polite, bounded, and safe from what it fetches.

`Fetcher.fetch` polls one source and returns a `Response` or a `Failure`; it raises `MachineTrouble` for what
is the fault of this machine, and what the `Manners` raise that it is given.
"""

from aggregator.fetch.client import Fetcher, FetchSettings, Manners
from aggregator.fetch.failure import MachineTrouble
from aggregator.fetch.limits import fit, raise_limit

__all__ = ["FetchSettings", "Fetcher", "MachineTrouble", "Manners", "fit", "raise_limit"]
