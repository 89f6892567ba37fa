"""A document read by whichever parser can: the fast one, else the liberal one in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.core import parse
from aggregator.core.errors import Kind, ParseError
from aggregator.core.model import Feed
from aggregator.pool import Pool, PoolDied, PoolTimeout
from aggregator.threads import Recycled

SECONDS = 5.0
"""How long a parser in a process of its own may take over one document; it is killed then."""
LARGE = 1_000_000
"""Bytes from which on a document is read in a process of its own: it would hold up all other polls."""


_PARSER = Recycled()


def quick(document: parse.Document, now: float) -> Feed:
    """The feed of a well-formed document. Raises ParseError, and NeedsLiberal if it is not well-formed."""
    return _PARSER.run(parse.quick, document, now, size=len(document.data))


async def read(pool: Pool, document: parse.Document, now: float) -> Feed:
    """The feed in a document. Raises ParseError."""
    try:
        if len(document.data) > LARGE:
            return await apart(pool, parse.quick, document, now)
        return quick(document, now)
    except parse.NeedsLiberal:
        return await apart(pool, parse.liberal, document, now)


async def apart(
    pool: Pool, parser: Callable[[parse.Document, float], Feed], document: parse.Document, now: float
) -> Feed:
    """What a parser makes of a document, in a process that is killed when it takes too much.

    Raises what the parser raises, and ParseError where it had to be killed.
    """
    try:
        return await pool.run(parser, document, now, seconds=SECONDS)
    except PoolTimeout:
        raise ParseError(
            Kind.MALFORMED, f"Reading the feed took more than {SECONDS:.0f} seconds, so it was given up."
        ) from None
    except PoolDied:
        raise ParseError(
            Kind.MALFORMED, "Reading the feed needed more memory than one feed may have, so it was given up."
        ) from None
