"""Whatever workers do, in whatever order: the store agrees with a model that fits on a page."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from math import floor

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis import Redis
from store_samples import arrival, source, story_of, writes_of

from aggregator import store
from aggregator.core.errors import LeaseLost
from aggregator.core.model import Change, Claim, Settlement, SourceState
from aggregator.store import HostLimits

LEASE = 30.0
HOSTS = {
    "fast.example": HostLimits(per_host=3, per_minute=None),
    "paced.example": HostLimits(per_host=5, per_minute=6),
    "single.example": HostLimits(per_host=1, per_minute=None, pause_together=False),
}
SOURCES = {f"{host.partition('.')[0]}-{n}": host for host in HOSTS for n in range(4)}
WORKERS = st.sampled_from([0, 1])


@dataclass
class Known:
    """What the model knows of a source."""

    due: float | None  # None: gone, or in flight
    held: Claim | None = None
    until: float = 0.0
    polls: int = 0


@dataclass
class Host:
    """What the model knows of a host."""

    next: float = 0.0
    pause: float = 0.0
    sources: dict[str, Known] = field(default_factory=dict)


class Gathering(RuleBasedStateMachine):
    """Two workers claim, settle, give back, are late, and take up lists that change."""

    url: str
    new_clock: type

    @initialize()
    def begin(self) -> None:
        with Redis.from_url(self.url.replace("redis+cluster", "redis")) as admin:
            admin.flushall()
        self.loop = asyncio.new_event_loop()
        self.clock = self.new_clock()
        self.stores = [store.open(self.url, shards=3, clock=self.clock) for _ in range(2)]
        for it in self.stores:
            self.run(it.check())
        self.hosts = {host: Host() for host in HOSTS}
        self.claims: list[Claim] = []
        self.left: dict[str, Known] = {}  # taken out, and remembered

    def teardown(self) -> None:
        for it in self.stores:
            self.run(it.close())
        self.loop.close()

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def known(self, id_: str) -> Known | None:
        return self.hosts[SOURCES[id_]].sources.get(id_)

    @rule(worker=WORKERS, ids=st.sets(st.sampled_from(sorted(SOURCES)), min_size=4))
    def take_up(self, worker: int, ids: set[str]) -> None:
        listed = [source(id_, SOURCES[id_], id_) for id_ in sorted(ids)]
        difference = self.run(self.stores[worker].sources.take_up(listed, HOSTS, 1000))
        before = {id_ for host in self.hosts.values() for id_ in host.sources}
        assert (set(difference.added), set(difference.removed)) == (ids - before, before - ids)
        for id_ in before - ids:
            known = self.hosts[SOURCES[id_]].sources.pop(id_)
            if known.held is not None:
                known.due, known.held = self.clock.now, None
            if known.due is not None:  # else it is gone, and begins anew
                self.left[id_] = known
        turns = dict.fromkeys(HOSTS, 0)
        for id_ in sorted(ids - before):
            host = SOURCES[id_]
            at = self.clock.now + turns[host] * HOSTS[host].gap
            known = self.left.pop(id_, None) or Known(at)
            known.due = max(at, known.due or 0.0)
            self.hosts[host].sources[id_] = known
            turns[host] += 1

    @rule(worker=WORKERS, limit=st.integers(1, 8))
    def claim(self, worker: int, limit: int) -> None:
        limit = 20 if self.sweep() else limit  # so large that every shard is asked, and finds what ended
        claims = self.run(self.stores[worker].sources.claim(f"w{worker}", limit, LEASE))
        assert len(claims) <= limit
        for claim in claims:
            known, host = self.known(claim.source), self.hosts[SOURCES[claim.source]]
            assert known is not None
            assert known.held is None
            assert known.due is not None
            assert known.due <= self.clock.now
            assert max(host.next, host.pause) <= self.clock.now
            assert claim.state.polls == known.polls
            known.due, known.held, known.until = None, claim, self.clock.now + LEASE
            gap = HOSTS[SOURCES[claim.source]].gap
            host.next = self.clock.now + gap if gap else host.next
        self.claims += claims
        if len(claims) < limit:
            assert not any(self.claimable(host) for host in HOSTS)

    def claimable(self, name: str) -> bool:
        host, limits = self.hosts[name], HOSTS[name]
        flying = sum(known.held is not None for known in host.sources.values())
        waiting = [
            known for known in host.sources.values() if known.due is not None and known.due <= self.clock.now
        ]
        return bool(waiting) and flying < limits.per_host and max(host.next, host.pause) <= self.clock.now

    def sweep(self) -> bool:
        """Leases that ended are found by a claim; whether any did."""
        found = False
        for host in self.hosts.values():
            for known in host.sources.values():
                if known.held is not None and known.until <= self.clock.now:
                    known.held, known.due, found = None, self.clock.now, True
        return found

    @rule(
        worker=WORKERS,
        data=st.data(),
        wait=st.sampled_from([0.0, 5.0, 60.0, None]),
        pause=st.sampled_from([None, 20.0]),
    )
    def settle(self, worker: int, data: st.DataObject, wait: float | None, pause: float | None) -> None:
        if not self.claims:
            return
        claim = data.draw(st.sampled_from(self.claims))
        due = None if wait is None else self.clock.now + wait
        until = None if pause is None else self.clock.now + pause
        settlement = Settlement(claim, SourceState(polls=claim.state.polls + 1), due, pause_host_until=until)
        (done,) = self.run(self.stores[worker].sources.settle([settlement]))
        known = self.known(claim.source)
        assert done == (known is not None and known.held is not None and known.held.token == claim.token)
        if done:
            known.held, known.due, known.polls = None, due, claim.state.polls + 1
            host = self.hosts[SOURCES[claim.source]]
            if until is not None and HOSTS[SOURCES[claim.source]].pause_together:
                host.pause = max(host.pause, until)

    @rule(worker=WORKERS, data=st.data())
    def give_back(self, worker: int, data: st.DataObject) -> None:
        if self.claims:
            claim = data.draw(st.sampled_from(self.claims))
            self.run(self.stores[worker].sources.give_back([claim]))
            known = self.known(claim.source)
            if known is not None and known.held is not None and known.held.token == claim.token:
                known.held, known.due = None, self.clock.now

    @rule(seconds=st.sampled_from([0.5, 3.0, 11.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @invariant()
    def nobody_holds_a_source_that_another_holds(self) -> None:
        held = [
            known.held.token for host in self.hosts.values() for known in host.sources.values() if known.held
        ]
        assert len(held) == len(set(held))

    @invariant()
    def next_due_is_when_something_can_happen(self) -> None:
        expected = math.inf
        for name, host in self.hosts.items():
            flying = [known.until for known in host.sources.values() if known.held is not None]
            waiting = [known.due for known in host.sources.values() if known.due is not None]
            expected = min([expected, *flying])
            if waiting and len(flying) < HOSTS[name].per_host:
                expected = min(expected, max(min(waiting), host.next, host.pause))
        assert (self.run(self.stores[0].sources.next_due()) or math.inf) == pytest.approx(expected, abs=1e-6)


class Grouping(RuleBasedStateMachine):
    """Two would-be groupers commit; only what the holder of the lease commits is there, all of it."""

    url: str
    new_clock: type

    @initialize()
    def begin(self) -> None:
        with Redis.from_url(self.url.replace("redis+cluster", "redis")) as admin:
            admin.flushall()
        self.loop = asyncio.new_event_loop()
        self.clock = self.new_clock()
        self.stores = [store.open(self.url, clock=self.clock) for _ in range(2)]
        for it in self.stores:
            self.run(it.check())
        self.numbers: list[int | None] = [None, None]
        self.leader, self.until, self.number = -1, 0.0, 0
        self.homes: dict[int, list[int]] = {}  # founder → members
        self.gone: dict[int, int] = {}
        self.changes = 0
        self.sent = self.position = 0
        self.places = [""]

    teardown = Gathering.teardown
    run = Gathering.run

    @rule(worker=WORKERS)
    def lead(self, worker: int) -> None:
        number = self.run(self.stores[worker].inbox.lead(f"w{worker}", LEASE))
        if self.leader in (-1, worker) or self.until <= self.clock.now:
            self.number = self.number or floor(self.clock.now * 1000)
            self.number += self.leader != worker
            self.leader, self.until = worker, self.clock.now + LEASE
            assert number == self.number
            self.numbers[worker] = number
        else:
            assert number is None

    @rule(worker=WORKERS)
    def resign(self, worker: int) -> None:
        if self.numbers[worker] is not None:
            self.run(self.stores[worker].inbox.resign(f"w{worker}", self.numbers[worker]))
            if self.leader == worker:
                self.leader = -1

    @rule(seconds=st.sampled_from([1.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(worker=WORKERS, count=st.integers(1, 4))
    def hand_in(self, worker: int, count: int) -> None:
        self.run(self.stores[worker].inbox.hand_in([arrival(n) for n in range(self.sent, self.sent + count)]))
        self.sent += count

    def commit(
        self,
        worker: int,
        writes: store.StoryWrites,
        *changes: Change,
        position: str = "",
        twice: bool = False,
    ):
        """Commits, twice if so; whether it was taken."""
        if self.numbers[worker] is None:
            return False
        batch = store.Commit(self.numbers[worker], position, self.clock.now + self.changes, writes, changes)
        try:
            last = [self.run(self.stores[worker].stories.commit(batch)) for _ in range(1 + twice)]
        except LeaseLost:
            assert self.numbers[worker] != self.number
            return False
        assert self.numbers[worker] == self.number
        self.changes += len(changes)
        assert set(last) == {self.changes}
        return True

    @rule(worker=WORKERS, count=st.integers(1, 3), twice=st.booleans())
    def found_next(self, worker: int, count: int, twice: bool) -> None:
        taken = self.run(self.stores[worker].inbox.take(self.places[-1], count))
        assert [it for _, it in taken] == [arrival(n) for n in range(self.position, self.sent)][:count]
        if not taken:
            return
        numbers = range(self.position, self.position + len(taken))
        writes = writes_of(*((arrival(n),) for n in numbers))
        changes = [Change(0, "added", arrival(n).id, self.clock.now) for n in numbers]
        if self.commit(worker, writes, *changes, position=taken[-1][0], twice=twice):
            self.homes |= {n: [n] for n in numbers}
            self.position += len(taken)
            self.places.append(taken[-1][0])

    @rule(worker=WORKERS, data=st.data(), twice=st.booleans())
    def merge(self, worker: int, data: st.DataObject, twice: bool) -> None:
        if len(self.homes) < 2:
            return
        into, gone = data.draw(st.permutations(sorted(self.homes)))[:2]
        members = self.homes[into] + self.homes[gone]
        story = story_of(*map(arrival, members))
        writes = store.StoryWrites(stories=(story,), redirects=((arrival(gone).id, story.id),))
        if self.commit(
            worker, writes, Change(0, "merged", arrival(gone).id, 1.0, other=story.id), twice=twice
        ):
            self.homes[into] = members
            del self.homes[gone]
            self.gone[gone] = into

    @rule(worker=WORKERS, data=st.data())
    def expire(self, worker: int, data: st.DataObject) -> None:
        if self.homes:
            founder = data.draw(st.sampled_from(sorted(self.homes)))
            if self.commit(worker, store.StoryWrites(expired=(arrival(founder).id,))):
                del self.homes[founder]

    @invariant()
    def both_find_what_was_committed(self) -> None:
        reader = self.stores[self.changes % 2]
        loaded = self.run(self.loaded(reader))
        assert loaded == {
            arrival(n).id: [arrival(m).id for m in members] for n, members in self.homes.items()
        }
        for founder, members in self.homes.items():
            assert {self.run(reader.stories.where(arrival(m).id)) for m in members} == {arrival(founder).id}
        numbers = [change.number for change in self.run(reader.changes.since(0, 1000))]
        assert numbers == list(range(1, self.changes + 1))
        assert self.run(reader.inbox.position()) == self.places[-1]
        assert self.run(reader.inbox.length()) == self.sent - self.position

    async def loaded(self, reader: store.Store) -> dict[str, list[str]]:
        return {story.id: [copy.entry for copy, _ in copies] async for story, copies in reader.stories.load()}


@pytest.mark.slow
@pytest.mark.parametrize("machine", [Gathering, Grouping])
def test_the_store_agrees_with_the_model(any_redis_url, clock, machine):
    bound = type(machine.__name__, (machine,), {"url": any_redis_url, "new_clock": type(clock)})
    few = settings(
        max_examples=20,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(bound, settings=few)
