"""The queues of the webhooks: where each stands in the change log, who delivers for it, what was given up.

A hook's queue is the change log itself, from its position on; a hook that is seen for the first time begins
at the newest change. Its lease is one process's: whoever settles under a token that is not the lease's any
more writes nothing. Addresses and secrets are not stored, but for a hash of the address.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from aggregator.core.hook import Letter, Tries
from aggregator.core.model import Record
from aggregator.store import keys
from aggregator.store.link import Argument
from aggregator.store.room import Room

DEAD_KEPT: Final = 1_000  # dead letters of one hook, and as many that wait to be delivered again
LETTERS: Final = 20  # that come with one lease


class HookClaim(Record, frozen=True):
    """The right to deliver for a hook. `again` are letters to deliver first, by their id in the stream."""

    hook: str
    token: str
    position: int
    tries: Tries = Tries()
    again: tuple[tuple[str, Letter], ...] = ()


class Claimed(Record, frozen=True):
    """What a look at the hooks brought. `due` is in how many seconds the next one can be tried again."""

    claims: tuple[HookClaim, ...]
    last: int  # number of the newest change
    epoch: str
    due: float | None


class HookSettlement(Record, frozen=True):
    """What was done for a hook. `lease` seconds it is held on, 0 gives it up; `delay`: to the next try."""

    hook: str
    token: str
    position: int
    letter: str = ""  # the one of `again` that is done with
    lease: float = 0.0
    delay: float | None = None
    delivered: int = 0
    skipped: int = 0  # changes that the log did not hold any more
    tries: Tries | None = None
    error: str = ""
    off: bool = False
    dead: Letter | None = None


class HookStatus(Record, frozen=True):
    """How a hook is."""

    position: int
    waiting: int  # changes behind its position, whether it wants them or not
    off: bool = False
    tries: Tries = Tries()
    due: float | None = None
    delivered: int = 0
    skipped: int = 0
    success: float | None = None
    error: str = ""
    dead: int = 0
    again: int = 0


class Hooks(Room):
    """Webhooks, by their ids in the configuration."""

    async def claim(self, hooks: Mapping[str, str], lease: float) -> Claimed:
        """Leases all of these hooks (id → address) that have something to deliver and are free.

        A hook whose address is another than before is switched on, and tried at once.
        """
        token = secrets.token_hex(8)
        words: list[Argument] = [self._now(), token, repr(float(lease)), LETTERS]
        for hook, address in hooks.items():
            words += [hook, keys.address_hash(address).hex()]
        last, epoch, due, leased = await self._link.run("hook_claim", keys.STORE, *words)
        if epoch:
            self._store.epoch = epoch.decode()
        claims = tuple(
            HookClaim(
                hook.decode(),
                token,
                int(position),
                keys.unpack_tries(tries) if tries else Tries(),
                tuple((id_.decode(), keys.unpack_letter(fields[1])) for id_, fields in letters),
            )
            for hook, position, tries, letters in leased
        )
        return Claimed(claims, int(last), self._store.epoch, float(due) if due else None)

    async def settle(self, settlements: Sequence[HookSettlement]) -> list[bool]:
        """Writes what was done, for each whole or not at all; False where the lease was lost."""
        if not settlements:
            return []
        words: list[Argument] = [self._now(), DEAD_KEPT]
        for each in settlements:
            words += _written(each)
        return [bool(answer) for answer in await self._link.run("hook_settle", keys.STORE, *words)]

    async def status(self, hooks: Sequence[str]) -> dict[str, HookStatus | None]:
        """How these hooks are; None for those that no worker has met yet."""
        last = await self._store.changes.newest()
        found: dict[str, HookStatus | None] = {}
        for hook in hooks:
            fields, dead, again = await self._link.commands(
                [("HGETALL", keys.HOOK + hook), ("XLEN", keys.DEAD + hook), ("XLEN", keys.AGAIN + hook)]
            )
            known = dict(zip(fields[::2], fields[1::2], strict=True))
            found[hook] = _status(known, last, int(dead), int(again)) if known else None
        return found

    async def letters(self, hook: str) -> list[tuple[str, Letter]]:
        """The dead letters of a hook, the oldest first, each by its id."""
        found = await self._link.command("XRANGE", keys.DEAD + hook, "-", "+")
        return [(id_.decode(), keys.unpack_letter(fields[1])) for id_, fields in found]

    async def replay(self, hook: str, letters: Sequence[str] = ()) -> int | None:
        """Puts these dead letters (none named: all) in line again, and switches the hook on.

        How many there were; None where no worker has met the hook yet. What does not fit into the line
        (`DEAD_KEPT`) stays a dead letter.
        """
        moved = int(await self._link.run("hook_replay", keys.STORE, hook, DEAD_KEPT, *letters))
        return None if moved < 0 else moved


def _written(each: HookSettlement) -> list[Argument]:
    return [
        each.hook,
        each.token,
        each.position,
        each.letter,
        "0" if not each.lease else repr(float(each.lease)),
        "" if each.delay is None else repr(float(each.delay)),
        each.delivered,
        each.skipped,
        "" if each.tries is None else keys.pack_tries(each.tries),
        each.error,
        "1" if each.off else "",
        b"" if each.dead is None else keys.pack_letter(each.dead),
    ]


def _status(fields: Mapping[bytes, bytes], last: int, dead: int, again: int) -> HookStatus:
    position = int(fields[b"position"])
    due, success = fields.get(b"due"), fields.get(b"success")
    return HookStatus(
        position=position,
        waiting=max(0, last - position),
        off=b"off" in fields,
        tries=keys.unpack_tries(fields[b"tries"]) if b"tries" in fields else Tries(),
        due=float(due) if due else None,
        delivered=int(fields.get(b"delivered", 0)),
        skipped=int(fields.get(b"skipped", 0)),
        success=float(success) if success else None,
        error=fields.get(b"error", b"").decode(),
        dead=dead,
        again=again,
    )
