"""Sources in every state, put into a store as polls would leave them."""

from __future__ import annotations

from urllib.parse import urlsplit

from aggregator.core import diary
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Response, Settlement, Source, SourceState
from aggregator.store import Store
from aggregator.store.listing import HostLimits

DAY = 86_400.0
HUSH = "hush-hush-hush"
NO_PACE = HostLimits(per_host=1_000, per_minute=None)


def a_source(name: str, host: str = "one.example") -> Source:
    return Source(
        name, f"https://{host}/{name}.xml?token={HUSH}", name.upper(), "The Paper", ("world",), "en"
    )


def with_news(now: float) -> SourceState:
    state = SourceState(last_poll=now, last_success=now, polls=3, interval=900.0, reason="its own rhythm")
    return diary.noted(state, Response(200, "u", bytes_read=1234, seconds=0.5), [now - 120], 4)


def failing(now: float, kind: Kind = Kind.TIMEOUT) -> SourceState:
    failure = Failure(kind, "No answer within 20 seconds.")
    state = SourceState(last_poll=now, polls=2, error=failure, error_count=2, error_since=now - 600)
    return diary.noted(state, failure, [], 0)


async def settled(store: Store, sources: list[Source], state: SourceState) -> None:
    """Every one of the sources has been polled, and is now in this state."""
    wanted = {source.id for source in sources}
    claims = await store.sources.claim("w", 1_000, 600.0)
    mine = [claim for claim in claims if claim.source in wanted]
    assert {claim.source for claim in mine} == wanted
    await store.sources.settle([Settlement(claim, state, None) for claim in mine])
    await store.sources.give_back([claim for claim in claims if claim.source not in wanted])


async def told(store: Store, *groups: tuple[list[Source], SourceState | None]) -> tuple[Source, ...]:
    """All these sources, each group of them in a state; None: never polled."""
    everyone = tuple(source for sources, _ in groups for source in sources)
    hosts = {urlsplit(source.url).hostname or "": NO_PACE for source in everyone}
    await store.sources.take_up(everyone, hosts, 7 * DAY)
    for sources, state in groups:
        if state is not None:
            await settled(store, sources, state)
    return everyone
