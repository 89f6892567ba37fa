"""A `where` of the file as the filter that stories are asked with."""

from __future__ import annotations

from aggregator.config.model import Negated, Where
from aggregator.core.feed import Filter


def filter_of(where: Where | Negated) -> Filter:
    """The filter that a `where` describes."""
    refused = where.not_ if isinstance(where, Where) else None
    return Filter(
        categories=tuple(where.categories),
        sources=tuple(where.sources),
        languages=tuple(where.languages),
        agencies=tuple(where.agencies),
        q=where.q or "",
        min_sources=where.min_sources if isinstance(where, Where) else 1,
        excluded=filter_of(refused) if refused is not None else None,
    )
