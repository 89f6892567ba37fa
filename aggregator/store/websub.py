"""Our subscriptions to hubs (WebSub): whom to ask and when, what hubs may verify, what came.

A subscription is known by its token, which is also the secret part of its callback's address. Addresses of
hubs and topics, as publishers announce them, and the secrets that we made for hubs are stored; nothing of it
is configured.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from aggregator.core.model import Claim, Record, Source, SourceState
from aggregator.core.urls import host as host_of
from aggregator.core.websub import RENEW, RENEW_LEAST, Offer, Parcel
from aggregator.store import keys
from aggregator.store.link import Argument
from aggregator.store.room import Room

QUEUE_MOST: Final = 50  # parcels of one subscription that wait to be read
BYTES_MOST: Final = 64_000_000  # of all parcels that wait
SWEEP: Final = 20  # seconds between two looks for sources that are not there any more
_TOKEN_BYTES: Final = 32  # 256 bits: nobody guesses a callback
_SECRET_BYTES: Final = 32


class Wish(Record, frozen=True):
    """A hub to be asked: `wish` is what for. `tries` counts this one."""

    token: str
    source: str
    hub: str
    topic: str
    base: str
    secret: str
    wish: str
    tries: int
    holder: str

    def __repr__(self) -> str:
        """Without what would let somebody push."""
        return f"Wish({self.source!r}, {self.wish!r})"


class Waiting(Record, frozen=True):
    """A parcel to be read."""

    token: str
    source: str
    hub: str
    until: float  # of the subscription; 0 where there is none
    parcel: Parcel
    taker: str


class Subscription(Record, frozen=True):
    """How a subscription is."""

    source: str
    hub: str
    topic: str
    secret: str
    wish: str
    state: str
    until: float = 0.0
    error: str = ""
    pushes: int = 0

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Subscription({self.source!r}, {self.state!r})"


class Seized(Record, frozen=True):
    """A source claimed out of turn, and when it was due."""

    claim: Claim
    due: float


class Websub(Room):
    """Subscriptions by token."""

    async def offer(self, base: str, offers: Sequence[tuple[Source, Offer]]) -> None:
        """Notes which hubs these sources name (`NONE`: none), and where ours reach us; asked for later."""
        if not offers:
            return
        words: list[Argument] = [self._now(), base]
        for source, offer in offers:
            token, secret = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_hex(_SECRET_BYTES)
            shard = keys.shard(host_of(source.url), self.shards)
            words += (source.id, shard, keys.address_hash(source.url), offer.hub, offer.topic, token, secret)
        await self._link.run("websub_offer", keys.STORE, *words)

    # --- asking hubs --------------------------------------------------------------------------------------

    async def claim(self, most: int, lease: float) -> list[Wish]:
        """At most so many hubs that are to be asked now, for this process alone for `lease` seconds."""
        holder = secrets.token_hex(8)
        found = await self._link.run("websub_claim", keys.STORE, self._now(), repr(lease), most, holder)
        wishes = []
        for *words, tries in found:
            token, source, hub, topic, base, secret, wish = (word.decode() for word in words)
            wishes.append(Wish(token, source, hub, topic, base, secret, wish, int(tries), holder))
        return wishes

    async def settle(self, wish: Wish, *, taken: bool, pause: float | None, error: str = "") -> bool:
        """Ends a request: the hub took it or not, it is asked again after `pause` seconds; None forgets it.

        False where another process holds it by now.
        """
        words = ("1" if taken else "", "" if pause is None else repr(float(pause)), error)
        return bool(
            await self._link.run("websub_settle", keys.STORE, self._now(), wish.token, wish.holder, *words)
        )

    # --- what hubs say ------------------------------------------------------------------------------------

    async def get(self, token: str) -> Subscription | None:
        """The subscription of this token; None where there is none."""
        fields = await self._link.command("HGETALL", keys.WEBSUB_SUB + token)
        known = {name.decode(): value.decode() for name, value in zip(fields[::2], fields[1::2], strict=True)}
        if "source" not in known:
            return None
        return Subscription(
            known["source"],
            known["hub"],
            known["topic"],
            known["secret"],
            known["wish"],
            known["state"],
            float(known.get("until", 0.0)),
            known.get("error", ""),
            int(known.get("pushes", 0)),
        )

    async def verify(self, token: str, mode: str, topic: str, lease: float, challenge: str) -> bool:
        """A hub asks whether we meant it: whether this is what it was asked for, and not yet verified.

        From then on it is so: subscribed for `lease` seconds, or gone. Who asks the same within a minute,
        since our answer got lost, hears the same.
        """
        return await self._hear(token, mode, topic, lease, challenge=challenge)

    async def denied(self, token: str, topic: str, pause: float, reason: str) -> bool:
        """A hub said no: it is asked again after `pause` seconds. False where it has no such topic of us."""
        return await self._hear(token, "denied", topic, pause, reason)

    async def _hear(
        self, token: str, mode: str, topic: str, seconds: float, reason: str = "", challenge: str = ""
    ) -> bool:
        over = keys.pack_parcel(Parcel(over=True))
        asked = blake2b("\0".join((mode, topic, challenge)).encode(errors="surrogatepass"), digest_size=16)
        times = (repr(float(seconds)), repr(RENEW), reason, over, repr(RENEW_LEAST))
        words = (token, mode, topic, *times, asked.hexdigest())
        return bool(await self._link.run("websub_verify", keys.STORE, self._now(), *words))

    async def push(self, token: str, parcel: Parcel) -> bool | None:
        """Keeps a parcel to be read; False where there is no room, None where it is not wanted."""
        packed = keys.pack_parcel(parcel)
        words = (token, packed, QUEUE_MOST, BYTES_MOST)
        answer = int(await self._link.run("websub_push", keys.STORE, self._now(), *words))
        return None if answer < 0 else bool(answer)

    # --- reading ------------------------------------------------------------------------------------------

    async def take(self, most: int, lease: float) -> list[Waiting]:
        """The oldest parcel of each of at most so many subscriptions, for this process alone for a while."""
        taker = secrets.token_hex(8)
        found = await self._link.run("websub_take", keys.STORE, self._now(), repr(lease), most, taker)
        return [
            Waiting(
                token.decode(),
                source.decode(),
                hub.decode(),
                float(until or 0.0),
                keys.unpack_parcel(packed),
                taker,
            )
            for token, source, hub, until, packed in found
        ]

    async def done(self, waiting: Waiting, pause: float | None = None) -> bool:
        """A parcel was read; with `pause` it is read again later. False where another has taken it."""
        words = (waiting.token, waiting.taker, "" if pause is None else repr(float(pause)))
        return bool(await self._link.run("websub_done", keys.STORE, self._now(), *words))

    async def seize(self, source: str, lease: float) -> Seized | bool:
        """A source claimed out of turn; True while it is being polled, False where it is polled no more."""
        for shard in await self._shards_of(source):
            words = (source, repr(float(lease)), secrets.token_hex(6))
            answer = await self._link.run("seize", keys.slot(shard), self._now(), *words)
            if answer == b"busy":
                return True
            if isinstance(answer, list):
                until, token, state, due = answer
                unpacked = keys.unpack_state(state) if state else SourceState()
                claim = Claim(source, f"{shard:02d}:{token.decode()}", float(until), unpacked)
                return Seized(claim, float(due))
        return False

    async def let_go(self, seized: Seized, due: float) -> None:
        """Gives a seized source back unchanged, due then."""
        shard, _, token = seized.claim.token.partition(":")
        words = (seized.claim.source, "-", token, repr(float(due)))
        await self._link.run("seize", keys.slot(int(shard)), self._now(), *words)

    async def _shards_of(self, source: str) -> Iterable[int]:
        """Where a source may be: any shard, once its subscription was taken leave of."""
        of = await self._link.command("HGET", keys.WEBSUB_OF, source)
        return range(self.shards) if of is None else (int(of.split(b" ", 2)[1]),)

    # --- leave ----------------------------------------------------------------------------------------------

    async def sweep(self, *, everything: bool = False) -> int:
        """Takes leave of subscriptions whose source is not polled any more, or has another address.

        Once in `SWEEP` seconds over all processes; with `everything` of all, at once, and their sources are
        polled as usual again. How many there were.
        """
        if not everything:
            words = ("SET", keys.WEBSUB_SWEPT, "1", "NX", "EX", SWEEP)
            if not await self._link.command(*words):
                return 0
        flat = await self._link.command("HGETALL", keys.WEBSUB_OF)
        known = [(id_, *of.split(b" ", 2)) for id_, of in zip(flat[::2], flat[1::2], strict=True)]
        ids = await self._link.commands(
            [("HGET", keys.of(keys.slot(int(shard)), "ids"), id_) for id_, _, shard, _ in known]
        )
        out = [
            token
            for (_, token, _, address), found in zip(known, ids, strict=True)
            if everything or found is None or keys.unpack_address(found)[1] != address
        ]
        if out:
            over = keys.pack_parcel(Parcel(over=True)) if everything else b""
            await self._link.run("websub_end", keys.STORE, self._now(), over, *out)
        return len(out)

    async def all(self) -> dict[str, Subscription]:
        """Every subscription that is wanted, by its source."""
        flat = await self._link.command("HGETALL", keys.WEBSUB_OF)
        found = {}
        for id_, of in zip(flat[::2], flat[1::2], strict=True):
            one = await self.get(of.split(b" ", 1)[0].decode())
            if one is not None:
                found[id_.decode()] = one
        return found
