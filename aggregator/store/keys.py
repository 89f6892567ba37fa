"""Every key name and every stored byte.

A key begins with its slot: `{h:NN}` for a shard of sources and hosts, `{s}` for inbox, stories, changes and
all that is said once. What each key holds stands at the head of the script that writes it. Stored values
begin with a version byte; what follows is MessagePack of the model's records, packed as arrays (a field that
a release adds goes to the end and has a default), but for the few bytes in front that scripts read
themselves.
"""

from __future__ import annotations

import re
import struct
from hashlib import blake2b
from typing import Final, TypeVar
from zlib import compress, decompress

import msgspec

from aggregator.core.errors import StoreError
from aggregator.core.hook import Letter, Tries
from aggregator.core.incident import Incident
from aggregator.core.model import (
    Arrival,
    Change,
    ChangeType,
    Copy,
    Doubt,
    Fingerprint,
    SourceState,
    Story,
    Text,
    Verdict,
)
from aggregator.core.order import Order, Ruling
from aggregator.core.robots import Rules
from aggregator.core.websub import Parcel

SCHEMA: Final = 1  # what this release writes
OLDEST: Final = 1  # the oldest that it reads
VERSION: Final = b"\x01"  # of every value below
_VERSION: Final = VERSION[0]

STORE: Final = "{s}"
META: Final = "{s}:meta"
WORKERS: Final = "{s}:workers"
INBOX: Final = "{s}:inbox"
LEAD: Final = "{s}:lead"
LEARNT: Final = "{s}:learnt"
PRICE: Final = "{s}:price"  # of a request, where there is a budget
PLACED: Final = "{s}:placed"
CHANGES: Final = "{s}:changes"
INCIDENTS: Final = "{s}:incidents"
ORDERS: Final = "{s}:orders"
ORDERS_OPEN: Final = "{s}:orders:open"
ORDERS_BY: Final = "{s}:orders:by"  # STORY:ORDER
HOOK: Final = "{s}:hook:"  # and the id
DEAD: Final = "{s}:dead:"
AGAIN: Final = "{s}:again:"
WEBSUB_OF: Final = "{s}:websub:of"
WEBSUB_SUB: Final = "{s}:websub:sub:"  # and the token
WEBSUB_SWEPT: Final = "{s}:websub:swept"
HUB_UNTIL: Final = "{s}:hub:until"
ARRIVAL_FIELD: Final = b"a"
CHANGE_FIELD: Final = b"c"
ORDER_FIELD: Final = b"o"

_TYPES: Final[tuple[ChangeType, ...]] = ("added", "updated", "merged", "split", "withdrawn")
_WHAT: Final = ("copies", "text", "lead", "status", "related")
_BACKFILL: Final = 0x80
_EDITOR: Final = 0x40
_LONG_ARRAY: Final = (
    0xA0  # MessagePack: an array of at most 15 begins with one byte below, a longer one with three
)

_ID: Final = re.compile("[0-9a-f]{32}")
_Packed = TypeVar("_Packed")
_encode = msgspec.msgpack.Encoder().encode
_arrival = msgspec.msgpack.Decoder(Arrival)
_copy = msgspec.msgpack.Decoder(Copy)
_doubt = msgspec.msgpack.Decoder(Doubt)
_fingerprint = msgspec.msgpack.Decoder(Fingerprint)
_incident = msgspec.msgpack.Decoder(Incident)
_letter = msgspec.msgpack.Decoder(Letter)
_order = msgspec.msgpack.Decoder(Order)
_ruling = msgspec.msgpack.Decoder(Ruling)
_settings = msgspec.msgpack.Decoder(dict[str, bytes])
_rules = msgspec.msgpack.Decoder(Rules)
_state = msgspec.msgpack.Decoder(SourceState)
_story = msgspec.msgpack.Decoder(Story)
_parcel = msgspec.msgpack.Decoder(Parcel)
_text = msgspec.msgpack.Decoder(Text)
_tries = msgspec.msgpack.Decoder(Tries)
_verdict = msgspec.msgpack.Decoder(Verdict)


# --- names ----------------------------------------------------------------------------------------------


def slot(shard: int) -> str:
    """The name that begins every key of a shard."""
    return f"{{h:{shard:02d}}}"


def shard(host: str, shards: int) -> int:
    """The shard of a host: never another one, so the count is fixed when a store is made."""
    return int.from_bytes(blake2b(host.encode(), digest_size=8).digest(), "big") % shards


def of(slot_name: str, kind: str, name: str = "") -> str:
    """A key of a slot: `{h:03}:hosts`, `{h:03}:queue:example.org`."""
    return f"{slot_name}:{kind}:{name}" if name else f"{slot_name}:{kind}"


STORY: Final = b"{s}:s:"  # and the id
COPY: Final = b"{s}:c:"
TEXT: Final = b"{s}:t:"
BEFORE: Final = b"{s}:b:"
ORDER: Final = b"{s}:o:"
DOUBTS: Final = b"{s}:a:"
LOOKS: Final = "{s}:looks"
LOOKS_AT: Final = "{s}:looks:at"
LOOKED: Final = "{s}:looked"


# --- sources --------------------------------------------------------------------------------------------


def pack_state(state: SourceState) -> bytes:
    """A source's state; in front, where scripts read it, the time before which nobody may ask."""
    return struct.pack("<d", state.not_before) + VERSION + _encode(state)


def unpack_state(data: bytes | None) -> SourceState:
    """The state of a source; a new one where nothing is stored yet."""
    return SourceState() if data is None else _unpack(_state, data, 8)


def pack_settings(settings: dict[str, bytes]) -> bytes:
    """Of each source four bytes that change with what is configured of it."""
    return VERSION + _encode(settings)


def unpack_settings(data: bytes | None) -> dict[str, bytes]:
    """What `pack_settings` packed; nothing where nothing is stored."""
    return {} if data is None else _unpack(_settings, data, 0)


def pack_rules(rules: Rules) -> bytes:
    """What a robots.txt says to us."""
    return VERSION + _encode(rules)


def unpack_rules(data: bytes) -> Rules:
    """The rules that `pack_rules` packed."""
    return _unpack(_rules, data, 0)


def pack_address(host: str, url: str) -> bytes:
    """What a shard's list of sources says of one: its host, and a hash that shows a changed address."""
    return host.encode() + b"\0" + address_hash(url)


def unpack_address(data: bytes) -> tuple[str, bytes]:
    """Host and address hash."""
    host, _, url_hash = data.partition(b"\0")
    return host.decode(), url_hash


def address_hash(url: str) -> bytes:
    """Eight bytes that change with the address: the address itself may hold a secret and is not stored."""
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=8).digest()


# --- inbox, stories, changes ----------------------------------------------------------------------------


def pack_arrival(arrival: Arrival) -> bytes:
    """An arrival in the inbox."""
    return VERSION + _encode(arrival)


def unpack_arrival(data: bytes) -> Arrival:
    """The arrival that `pack_arrival` packed."""
    return _unpack(_arrival, data, 0)


def pack_story(story: Story) -> bytes:
    """A story without its id, which is the key's; in front, for scripts, the raw ids of its copies."""
    ids = b"".join(map(bytes.fromhex, story.copies))
    rest = _without_id(_encode(msgspec.structs.replace(story, copies=())))
    return VERSION + struct.pack("<H", len(story.copies)) + ids + rest


def unpack_story(id_: str, data: bytes) -> Story:
    """The story that `pack_story` packed."""
    if data[0] != _VERSION:
        raise _unknown(data[:1])
    end = 3 + 16 * (data[1] | data[2] << 8)
    ids = data[3:end].hex()
    copies = (ids,) if end == 19 else tuple([ids[at : at + 32] for at in range(0, len(ids), 32)])
    return msgspec.structs.replace(_story.decode(_with_id(id_, data[end:])), copies=copies)


def pack_copy(story: str, copy: Copy) -> bytes:
    """The head of a stored copy, without its id and its verdict; the packed fingerprint follows it."""
    if copy.verdict is not None:
        copy = msgspec.structs.replace(copy, verdict=None)
    packed = _without_id(_encode(copy))
    return VERSION + bytes.fromhex(story) + struct.pack("<I", len(packed)) + packed


def pack_fingerprint(fingerprint: Fingerprint) -> bytes:
    """The tail of a stored copy."""
    return _encode(fingerprint)


def unpack_copy(entry: str, data: bytes) -> Copy:
    """The copy alone."""
    if data[0] != _VERSION:
        raise _unknown(data[:1])
    return _copy.decode(_with_id(entry, data[21 : 21 + int.from_bytes(data[17:21], "little")]))


def unpack_copy_and_fingerprint(entry: str, data: bytes | None) -> tuple[Copy, Fingerprint] | None:
    """The copy and its fingerprint, an empty one where none was stored; None where there is no copy."""
    if data is None:
        return None
    tail = data[21 + int.from_bytes(data[17:21], "little") :]
    return unpack_copy(entry, data), _fingerprint.decode(tail) if tail else Fingerprint()


def pack_text(text: Text) -> bytes:
    """A copy's text, which a script puts together with its verdict."""
    return _encode(text)


def pack_verdict(verdict: Verdict) -> bytes:
    """Why a copy is one: read to be explained only, so it lies beside the text, and small."""
    return compress(_encode(verdict))


def unpack_text(data: bytes) -> Text:
    """A copy's text; an empty one where none was ever stored."""
    _readable(data, 0)
    end = 5 + int.from_bytes(data[1:5], "little")
    return _text.decode(data[5:end]) if end > 5 else Text()


def unpack_before(entry: str, data: bytes) -> tuple[Copy, Text]:
    """A copy and its text as they were before a revision."""
    _readable(data, 0)
    end = 5 + int.from_bytes(data[1:5], "little")
    return _copy.decode(_with_id(entry, data[5:end])), _text.decode(data[end:]) if data[end:] else Text()


def unpack_verdict(data: bytes) -> Verdict | None:
    """The verdict that lies beside a text; None where there is none."""
    _readable(data, 0)
    packed = data[5 + int.from_bytes(data[1:5], "little") :]
    return _verdict.decode(decompress(packed)) if packed else None


def pack_doubt(doubt: Doubt) -> bytes:
    """A close decision: for people only, and small."""
    return VERSION + compress(_encode(doubt))


def unpack_doubt(data: bytes) -> Doubt:
    """The doubt that `pack_doubt` packed."""
    _readable(data, 0)
    return _doubt.decode(decompress(data[1:]))


def doubt_id(doubt: Doubt) -> str:
    """Sixteen hex digits: the same for the same two entries, whichever came last."""
    pair = sorted((doubt.entry, doubt.verdict.other))
    return blake2b(" ".join((doubt.kind, *pair)).encode(), digest_size=8).hexdigest()


def pack_change(change: Change) -> bytes:
    """A change without its number, in 27 bytes: version, type and backfill, what, time, story; then other."""
    kind = _TYPES.index(change.type)
    kind |= (_BACKFILL if change.backfill else 0) | (_EDITOR if change.by else 0)
    what = sum(1 << _WHAT.index(name) for name in change.what)
    ids = bytes.fromhex(change.story) + bytes.fromhex(change.other)
    return VERSION + struct.pack("<BBd", kind, what, change.at) + ids


def unpack_change(number: int, data: bytes) -> Change:
    """The change that `pack_change` packed; `what` comes in a fixed order."""
    _readable(data, 0)
    kind, what, at = struct.unpack_from("<BBd", data, 1)
    return Change(
        number=number,
        type=_TYPES[kind & ~_BACKFILL & ~_EDITOR],
        story=data[11:27].hex(),
        at=at,
        backfill=bool(kind & _BACKFILL),
        what=tuple(name for bit, name in enumerate(_WHAT) if what >> bit & 1),
        other=data[27:].hex(),
        by="editor" if kind & _EDITOR else "",
    )


# --- editors' orders ------------------------------------------------------------------------------------


def pack_order(order: Order) -> bytes:
    """An order in the inbox."""
    return VERSION + _encode(order)


def unpack_order(data: bytes) -> Order:
    """The order that `pack_order` packed."""
    return _unpack(_order, data, 0)


def pack_ruling(ruling: Ruling) -> bytes:
    """What became of an order; in front, for scripts, the raw ids of the stories that it concerns."""
    ids = [id_ for id_ in ruling.stories if _ID.fullmatch(id_)][:255]
    return VERSION + bytes((len(ids),)) + b"".join(map(bytes.fromhex, ids)) + _encode(ruling)


def unpack_ruling(data: bytes) -> Ruling:
    """The ruling that `pack_ruling` packed."""
    _readable(data, 0)
    return _ruling.decode(memoryview(data)[2 + 16 * data[1] :])


# --- webhooks -------------------------------------------------------------------------------------------


def pack_tries(tries: Tries) -> bytes:
    """How often the first message of a webhook's queue was tried."""
    return VERSION + _encode(tries)


def unpack_tries(data: bytes) -> Tries:
    """The tries that `pack_tries` packed."""
    return _unpack(_tries, data, 0)


def pack_incident(incident: Incident) -> bytes:
    """What happened to a source."""
    return VERSION + _encode(incident)


def unpack_incident(data: bytes) -> Incident:
    """The incident that `pack_incident` packed."""
    return _unpack(_incident, data, 0)


def pack_letter(letter: Letter) -> bytes:
    """A message that was given up, with its change: the log may forget it sooner."""
    return VERSION + _encode(letter)


def unpack_letter(data: bytes) -> Letter:
    """The letter that `pack_letter` packed."""
    return _unpack(_letter, data, 0)


# --- WebSub ---------------------------------------------------------------------------------------------


def pack_parcel(parcel: Parcel) -> bytes:
    """What a hub sent, until a worker reads it."""
    return VERSION + _encode(parcel)


def unpack_parcel(data: bytes) -> Parcel:
    """The parcel that `pack_parcel` packed."""
    return _unpack(_parcel, data, 0)


def _without_id(packed: bytes) -> bytes:
    """A packed record without its first field, an id of 32 hex digits: two bytes of length and the digits."""
    head = 1 if packed[0] < _LONG_ARRAY else 3
    return packed[:head] + packed[head + 34 :]


def _with_id(id_: str, packed: bytes) -> bytes:
    """The record with its first field in place again."""
    head = 1 if packed[0] < _LONG_ARRAY else 3
    return packed[:head] + b"\xd9\x20" + id_.encode() + packed[head:]


def _unpack(decoder: msgspec.msgpack.Decoder[_Packed], data: bytes, version: int) -> _Packed:
    """What a decoder makes of the bytes after the version byte, which stands at `version`."""
    _readable(data, version)
    return decoder.decode(memoryview(data)[version + 1 :])


def _readable(data: bytes, version: int) -> None:
    if data[version : version + 1] != VERSION:
        raise _unknown(data[version : version + 1])


def _unknown(version: bytes) -> StoreError:
    return StoreError(
        f"The store holds a value in format {version.hex() or 'none'}, which this release does not know:"
        " start a newer release of the aggregator."
    )
