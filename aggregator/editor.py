"""An editor's hand: orders are made of what people name, shown before they are done, and handed in.

The command line and the web do the same here. Whoever orders is told what became of it, if a worker groups;
if none does, the order waits in the inbox until one does. A preview is the order itself, done by a grouping
of its own that holds nothing but the stories concerned: it says what will happen, and changes nothing.
"""

from __future__ import annotations

import math
import re
import secrets
import sys
from collections.abc import Iterable, Sequence

from aggregator.core.errors import AggregatorError
from aggregator.core.matching import clean
from aggregator.core.matching.facts import entries
from aggregator.core.model import Copy, Text
from aggregator.core.order import Action, Case, Order, Ruling, Said, asked_for
from aggregator.store import Store, StoredStory

PATIENCE = 5.0  # seconds that an order's giver waits for what becomes of it
CASES = 4  # labelled pairs of one split
LONGEST = 3_000  # characters of a text that a labelled pair keeps
_STORY = re.compile(r"(?:^|/stories/)([0-9a-f]{32})(?:\.json)?(?:[?#].*)?$")
_ORDER = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Unknown(AggregatorError):
    """What an order names is not there; `parameter` is which of its parts."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


class Reused(AggregatorError):
    """The id of an order is that of another one."""


class Editor:
    """Gives orders to whoever groups the stories of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def order(
        self,
        action: Action,
        story: str,
        *,
        by: str,
        other: str = "",
        copies: Sequence[str] = (),
        of: str = "",
        id: str = "",  # noqa: A002 - the word of the contract
    ) -> Order:
        """An order of what people name: stories by id or address, copies by entry id or address.

        Raises: Unknown where something named is not there, or is no id.
        """
        if id and _ORDER.fullmatch(id) is None:
            raise Unknown("id", "An order's id is 1 to 64 letters, digits, - or _.")
        id_, now = id or f"order-{secrets.token_hex(8)}", await self.store.now()
        asked = asked_for(action, story, other, copies, of)
        if action == "undo":
            return Order(id_, action, await self._of(of, story), now, by, of=of, asked=asked)
        one = await self._story("story", story)
        two = await self._story("other", other) if action in {"merge", "never"} else None
        named = _named(one, copies, action)
        return Order(
            id_,
            action,
            one.story.id,
            now,
            by,
            other=two.story.id if two else "",
            entries=named,
            leads=(one.story.lead, two.story.lead if two else ""),
            cases=tuple(_cases(action, one, two, named)),
            asked=asked,
        )

    async def given(
        self, id_: str, action: Action, story: str, *, other: str, copies: Sequence[str], of: str
    ) -> Ruling | None:
        """What became of an order that was given before; None where there is none of this id.

        Raises: Reused where the order of this id was another one.
        """
        found = await self.store.orders.ruling(id_) if _ORDER.fullmatch(id_) else None
        return None if found is None else _same(found, action, asked_for(action, story, other, copies, of))

    async def give(self, order: Order) -> Ruling:
        """Hands an order in; what became of it, or that it waits where nobody groups.

        Raises: InboxFull, Reused where another order of its id is known.
        """
        await self.store.orders.hand_in(order)
        patience = PATIENCE if await self.store.inbox.is_led() else 0.0
        ruling = await self.store.orders.settled(order.id, patience)
        if ruling is None:
            return Ruling(order, "waiting", "Taken; it will be done when a worker groups.")
        return _same(ruling, order.action, order.asked)

    async def preview(self, order: Order) -> Ruling:
        """What would become of an order now. Raises: Reused."""
        from aggregator.core.matching.story import (  # noqa: PLC0415 - a web server that previews nothing needs no matching
            Grouping,
            Settings,
        )

        known = await self.store.orders.ruling(order.id)
        if known is not None:
            return _same(known, order.action, order.asked)
        rulings = await self.store.orders.open()
        names, copies_named = _concerned(order, rulings)
        homes = await self.store.stories.homes(copies_named)
        ids = [name for name in dict.fromkeys((*names, *homes)) if _STORY.fullmatch(name)]
        grouping = Grouping(Settings(retention=math.inf, max_stories=sys.maxsize))
        for story, copies in await self.store.stories.shapes(ids):
            if copies:
                grouping.restore(story, copies)
        grouping.restore_rulings(rulings)
        grouping.rulings()
        grouping.obey(order)
        return next(ruling for ruling in grouping.rulings() if ruling.order.id == order.id)

    async def home(self, name: str) -> str:
        """The id of the story that a name means now. Raises: Unknown."""
        return (await self._story("story", name)).story.id

    async def _story(self, parameter: str, name: str) -> StoredStory:
        found = _STORY.search(name.strip())
        if found is None:
            raise Unknown(parameter, f"{name[:200] or 'Nothing'} is no story: give its id, or its address.")
        home = await self.store.stories.where(found[1])
        stored = (await self.store.stories.read([home], texts=True))[0] if home else None
        if stored is None or not stored.copies:
            raise Unknown(parameter, f"There is no story {found[1]}, or it has expired.")
        return stored

    async def _of(self, of: str, story: str) -> str:
        """The story of the order that is to be undone."""
        ruling = await self.store.orders.ruling(of) if _ORDER.fullmatch(of) else None
        if ruling is None:
            raise Unknown("order", f"There is no decision {of[:64] or 'without an id'}.")
        if story:
            home = (await self._story("story", story)).story.id
            concerned = {await self.store.stories.where(name) or name for name in ruling.stories}
            if home not in concerned:
                raise Unknown("order", f"The decision {of} does not concern this story.")
        return ruling.stories[0] if ruling.stories else ""


def _same(found: Ruling, action: Action, asked: bytes) -> Ruling:
    """A ruling, if it is that of the order asked for. Raises: Reused."""
    order = found.order
    if order.action != action or (order.asked and order.asked != asked):
        raise Reused(
            f"The id {order.id} is that of another order, a {order.action} by {order.by}: give each order an"
            " id of its own."
        )
    return found


def _concerned(order: Order, rulings: Iterable[Ruling]) -> tuple[list[str], list[str]]:
    """The stories and the entries that decide what becomes of an order."""
    of = {ruling.order.id: ruling.base or ruling.order.id for ruling in rulings}
    chain = [one for one in rulings if order.of and of[one.order.id] == of.get(order.of)]
    names = [order.story, order.other, *(name for ruling in chain for name in ruling.stories)]
    copies = [
        *order.leads,
        *(entry for one in chain if one.effect is not None for entry in entries(one.effect)),
    ]
    return names, [entry for entry in dict.fromkeys(copies) if entry]


def _named(stored: StoredStory, names: Iterable[str], action: Action) -> tuple[str, ...]:
    """The entry ids of copies that are named by id or address."""
    if action not in {"split", "lead", "keep"}:
        return ()
    by_name = {copy.url: copy.entry for copy in stored.copies} | {
        copy.entry: copy.entry for copy in stored.copies
    }
    found = []
    for name in names:
        if name.strip() not in by_name:
            raise Unknown("entry", f"{name[:200] or 'Nothing'} is no copy of the story {stored.story.id}.")
        found.append(by_name[name.strip()])
    if not found:
        raise Unknown(
            "entry", "Name the copies to split off." if action == "split" else "Name the copy to lead."
        )
    return tuple(dict.fromkeys(found))


def _cases(action: Action, one: StoredStory, two: StoredStory | None, named: Sequence[str]) -> Iterable[Case]:
    """The labelled pairs that a decision makes: leads of two stories; what goes and what stays of one."""
    if two is not None:
        lead, other = _copy(one, one.story.lead), _copy(two, two.story.lead)
        yield Case(action == "merge", _said(one, lead), _said(two, other))
    elif action == "keep":
        for entry in named[1 : CASES + 1]:
            yield Case(same=True, a=_said(one, _copy(one, named[0])), b=_said(one, _copy(one, entry)))
    elif action == "split":
        stays = [entry for entry in (one.story.lead, *one.story.copies) if entry not in set(named)]
        for entry in named[:CASES] if stays else ():
            yield Case(same=False, a=_said(one, _copy(one, stays[0])), b=_said(one, _copy(one, entry)))


def _copy(stored: StoredStory, entry: str) -> Copy:
    return next((copy for copy in stored.copies if copy.entry == entry), stored.copies[0])


def _said(stored: StoredStory, copy: Copy) -> Said:
    text = stored.texts.get(copy.entry, Text())
    return Said(
        entry=copy.entry,
        title=copy.title,
        text=clean.plain(max(text.summary, text.content_html, key=len))[:LONGEST],
        source=copy.source,
        outlet=copy.outlet,
        url=copy.url,
        published=copy.published,
        language=copy.language,
    )
