"""When do two stories become one? An entry came, or was revised, and is like copies of both.

They are merged where any of these holds:

- the entry is clearly a copy of both, and a copy of one is a copy of the other's as well (a digest is like
both of its texts, and they are not like each other);
- its own headline stands over one of them, and their leads do not begin alike and go on differently;
- one of them is small, and its founder would join the other if it came now: who came first must not decide.

And nothing stands against it: no editor's order, not the bound on copies, and not the headlines
(`headlines`).
"""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.core.matching import match as matching
from aggregator.core.matching.belonging import BY_TEXT, Belonging
from aggregator.core.matching.holding import Holding, Match
from aggregator.core.matching.match import Judged
from aggregator.core.matching.neighbours import Watch
from aggregator.core.matching.orders import Orders
from aggregator.core.matching.recording import graver
from aggregator.core.matching.recording import judged as by_verdict
from aggregator.core.matching.regroup import FIRST, MEMBERS
from aggregator.core.matching.thresholds import Limits
from aggregator.core.model import Copy, Decision, Merged, Story, Verdict

SMALL = 3  # copies of a story whose founder is asked again where it belongs


class Merging:
    """Merges stories that are held."""

    def __init__(
        self, held: Holding, belonging: Belonging, orders: Orders, watch: Watch, limits: Limits
    ) -> None:
        self._held = held
        self._belonging = belonging
        self._orders = orders
        self._watch = watch
        self._limits = limits
        self.full = 0  # merges that would have made a story of too many copies

    def bridge(self, entry: str, joined: Judged | None, others: list[Match], now: float) -> list[Decision]:
        """Merge the stories that an entry showed to be one.

        `joined` is what made it a copy of its own story, None where it is one since long; `others` are the
        copies that speak for the other stories that it belongs to.
        """
        decisions: list[Decision] = []
        for slot, judged in others:
            home, other = self._belonging.home(entry), self._held.home(slot)
            if other == home:
                continue
            one, two = self._held.story(home), self._held.story(other)
            if self._orders.facts.between(one.copies, two.copies) is not None:
                continue
            if len(one.copies) + len(two.copies) > MEMBERS:
                self.full += 1
                continue
            kept, gone = sorted((one, two), key=lambda story: (story.placed, story.id))
            link = self._shown(kept, gone, entry, joined, (slot, judged))
            if link is None and not _holds_both(joined, judged):
                link = self._again(kept, gone)
            if link is not None and not self._belonging.strangers(one, two):
                clear = min(judged.score, joined.score if joined else 1.0)
                self._watch.bridged(entry, now, clear, slot, judged)
                decisions.append(self._merge(kept, gone, link, now))
        return decisions

    def _shown(
        self, kept: Story, gone: Story, bridge: str, joined: Judged | None, other: Match
    ) -> Verdict | None:
        """The verdict by which an entry that is like copies of both shows two stories to be one."""
        clear = min(other[1].score, joined.score if joined else 1.0)
        speaks = joined is not None and matching.bridges(joined, other[1], self._limits)
        if clear < self._limits.bridge and not speaks:
            return None
        link = self._link(kept, gone, bridge)
        if link is None and speaks and not self._belonging.forked(self._held.made(gone.lead), kept.lead):
            return self._belonging.told(self._held.slot_of(bridge), other[1])
        return link

    def _link(self, kept: Story, gone: Story, bridge: str) -> Verdict | None:
        """The verdict that makes two stories one, from a copy of each but the bridge; None: they differ."""
        asked = {
            self._held.slot_of(entry)
            for entry in (kept.lead, kept.copies[0], kept.copies[-1])
            if entry != bridge
        }
        for entry in dict.fromkeys((gone.lead, gone.copies[0], gone.copies[-1])):
            if entry == bridge and len(gone.copies) > 1:
                continue
            slots = sorted(asked or {self._held.slot_of(kept.lead)})
            matches = self._held.copies_of(self._held.made(entry), slots)
            if matches:
                return self._belonging.told(*matches[0])
        return None

    def _again(self, kept: Story, gone: Story) -> Verdict | None:
        """The verdict by which the founder of the smaller story would join the other if it came now."""
        small, large = sorted((kept, gone), key=lambda story: (len(story.copies), story.id))
        if len(small.copies) > SMALL:
            return None
        founder = small.copies[0]
        made = self._held.made(founder)
        near = self._belonging.near(made, self._held.copy(founder), small.id)
        for slot, judged in self._belonging.accepted(made, near):
            if self._held.home(slot) == large.id:
                return matching.told(
                    judged, self._held.entry(slot) if gone is small else founder, self._limits
                )
        return None

    def _merge(self, kept: Story, gone: Story, link: Verdict, now: float) -> Merged:
        held = self._held
        first: Copy = held.copy(gone.copies[0])
        if first.reason == FIRST:  # it is the first of its story no more
            held.write(by_verdict(first, link))
        for entry in gone.copies:
            held.move(entry, kept.id)
        held.weigh(held.made(gone.copies[0]), -1)
        order = {entry: held.copy(entry).first_seen for entry in (*kept.copies[1:], *gone.copies)}
        dates = [story.published for story in (kept, gone) if story.published is not None]
        held.put(
            replace(
                kept,
                copies=(kept.copies[0], *sorted(order, key=lambda entry: (order[entry], entry))),
                last_copy=max(kept.last_copy, gone.last_copy),
                published=min([*dates, kept.first_seen]) if dates else None,
                agency=kept.agency or gone.agency,
                modified=now,
                status=graver(kept.status, gone.status),
                revision=kept.revision + 1,
            )
        )
        held.forget(gone.id)
        held.post(held.story(kept.id).copies)
        return Merged(kept.id, gone.id, gone.copies)


def _holds_both(joined: Judged | None, judged: Judged) -> bool:
    """May an entry be a digest? What makes it a copy of two stories is their texts, and neither title."""
    return judged.rule in BY_TEXT and (joined is None or joined.rule in BY_TEXT)
