"""The values that walk through the system, in the order in which they arise.

Source → Response or Failure → Feed of Entry… → Arrival… → Decision… → Story of Copy…

All are frozen. Times are seconds since 1970-01-01 UTC (float); None where a publisher gave none.
Structs are `array_like`, so that a stored record is a compact array: a new field goes to the end and has
a default, and what an older release wrote can still be read.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from aggregator.core.errors import Kind


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The base of all values here."""


# --- what is configured -------------------------------------------------------------------------------


class Auth(Record, frozen=True):
    """Credentials of one source: `basic` (name and password) or `bearer` (password is the token)."""

    scheme: Literal["basic", "bearer"]
    name: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the credentials."""
        return f"Auth({self.scheme!r})"


class Source(Record, frozen=True):
    """A configured address. Never stored: its headers, credentials and proxy may hold secrets."""

    id: str
    url: str
    name: str
    outlet: str
    categories: tuple[str, ...] = ()
    language: str | None = None
    priority: int = 5
    interval: float | None = None  # seconds; None is "auto"
    headers: tuple[tuple[str, str], ...] = ()
    auth: Auth | None = None
    proxy: str | None = None
    user_agent: str | None = None
    tls_verify: bool = True
    tls_ca: str | None = None  # path of a PEM file
    archives: bool = False  # whether older pages of its feed are read once, at first sight
    robots: bool = False  # whether robots.txt is heeded

    def __repr__(self) -> str:
        """The id alone: everything else may hold a secret."""
        return f"Source({self.id!r})"


# --- what the store knows of a source -----------------------------------------------------------------


class Failure(Record, frozen=True):
    """Why a poll brought nothing: a kind of the contract and one plain sentence."""

    kind: Kind
    message: str
    status: int | None = None  # of HTTP, where there was an answer
    retry_after: float | None = None  # seconds from now that the host asked for (Retry-After)
    fresh: float | None = None  # seconds that the answer is fresh for (max-age, Expires); None: not said


class Push(Record, frozen=True):
    """What is known of the hub that tells of a source's news by itself (WebSub)."""

    offer: bytes = b""  # 8 bytes of a hash: hub and topic, as the store was told of them last
    hub: str = ""  # its host, for people
    last: float | None = None  # when something came from it
    until: float = 0.0  # the end of its lease; 0: it is not relied upon


class SourceState(Record, frozen=True):
    """What is remembered of a source between two polls. Opaque to the store."""

    etag: str | None = None  # byte for byte as sent (latin-1)
    last_modified: str | None = None
    body_hash: bytes = b""
    epoch: str = ""  # of the store, when this was settled
    settled: float | None = None
    last_poll: float | None = None
    last_success: float | None = None
    interval: float = 0.0  # seconds until the poll after the last one
    reason: str = ""  # why then: one plain phrase for people
    not_before: float = 0.0  # Retry-After, max-age: no poll before this, due or not
    error: Failure | None = None
    error_since: float | None = None
    error_count: int = 0
    moved_to: str | None = None  # where permanent redirects lead
    moved_seen: int = 0  # how many polls in a row said so
    entries_a_day: float | None = None
    last_new: float | None = None
    polls: int = 0
    gone: bool = False  # 410: not polled any more
    ttl: float | None = None  # what the feed asked for when it was last read; see Feed
    skip_hours: tuple[int, ...] = ()  # as the feed gave them, UTC
    skip_days: tuple[int, ...] = ()
    rhythm: bytes = b""  # what it has shown: core.rhythm
    conditions: tuple[tuple[str, float], ...] = ()  # what is amiss though polls go well, and since when
    diary: bytes = b""  # of the last fourteen days: core.diary
    lag: float | None = None  # seconds that an entry is out before it is seen
    answered: tuple[int, int, float] | None = None  # of the last answer: status (0: none), bytes, seconds
    archive: str | None = None  # the older page of its feed that is read next, see core.archive
    archived: int = 0  # how many such pages were asked for
    push: Push | None = None  # WebSub: None where the feed names no hub
    lifetime: float | None = None  # max-age of the last whole answer: a 304 that says nothing confirms it
    validators_of: bytes = b""  # the address that gave them (`core.urls.mark`); b"": an older release's


class Claim(Record, frozen=True):
    """A worker's right to poll one source until `until`. `token` proves it at the settling."""

    source: str
    token: str
    until: float
    state: SourceState


class Settlement(Record, frozen=True):
    """The end of a poll: what to remember, when to ask again. `table` None leaves it as it is."""

    claim: Claim
    state: SourceState
    due: float | None  # None: never again (410)
    table: bytes | None = None  # packed guid hash → content hash
    pause_host_until: float | None = None  # 429, 503: the whole host rests
    way: str | None = ""  # how a source that was well failed; "" went well, None says nothing of the host
    excused: SourceState | None = None  # what to remember instead where the whole host fails that way
    guest: str | None = None  # where it ended at another host than that of its claim: the token of its visit


# --- what came from the network -----------------------------------------------------------------------


class Response(Record, frozen=True):
    """An answer to a poll. `body` is decoded of its Content-Encoding; None for 304."""

    status: int  # 200 or 304
    url: str  # where it finally came from
    body: bytes | None = None
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    max_age: float | None = None  # freshness left in seconds (Cache-Control, Expires, Age); None: not said
    moved_to: str | None = None  # set where every redirect on the way was permanent (301, 308)
    seconds: float = 0.0
    bytes_read: int = 0  # on the wire
    partial: bool = False  # 226: only entries that came since (RFC 3229)
    hub: str | None = None  # of a Link field, absolute (WebSub)
    self_url: str | None = None
    lifetime: float | None = None  # seconds that it was fresh for when it was made (max-age); None: not said


class Enclosure(Record, frozen=True):
    """A media file of an entry."""

    url: str
    type: str = ""
    length: int | None = None


class Entry(Record, frozen=True):
    """One item as one source publishes it, cleaned of whatever could hurt a reader.

    `guid` is the publisher's id, else the address, else a hash of the title. `title` and `summary` are
    plain text, `content_html` is sanitised. `canonical_url` is for comparison only, `url` is as published.
    `credit` is whatever could name the agency: creator, author, copyright, source, in that order.
    """

    guid: str
    url: str
    title: str
    summary: str = ""
    content_html: str = ""
    published: float | None = None
    updated: float | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    language: str | None = None
    canonical_url: str = ""
    credit: str = ""


class Feed(Record, frozen=True):
    """What a document held. `ttl` is in seconds and the strongest of ttl, sy: and the like."""

    entries: tuple[Entry, ...]
    format: str  # "rss2.0", "atom1.0", "jsonfeed1.1" …
    title: str = ""
    home: str = ""
    language: str | None = None
    ttl: float | None = None
    skip_hours: tuple[int, ...] = ()  # UTC
    skip_days: tuple[int, ...] = ()  # Monday is 0
    hub: str | None = None
    self_url: str | None = None
    dropped: int = 0  # entries over the bound, counted
    liberal: bool = False  # read by the liberal parser
    prev_archive: str | None = None  # the address of the page with the entries before these (RFC 5005, 4)


# --- what is compared ---------------------------------------------------------------------------------


class Fingerprint(Record, frozen=True):
    """An entry's comparable shape; made by `core.matching.fingerprint`.

    All numbers are little-endian unsigned 32-bit hashes (xxHash32), packed: this record is held once for
    every live copy. `keys` are those under which possible copies are found, `tokens` the words of the title
    and then of the text, in their order: whatever else is compared is computed from them.
    """

    keys: bytes = b""
    language: str = ""  # primary subtag as declared, "" where unknown
    script: str = ""  # one letter, see `core.matching.text.script`
    headline: str = ""  # the cleaned, folded title, tokens parted by one space
    tokens: bytes = b""
    slots: bytes = b""  # names and figures with what stands around them, see `core.matching.slots`
    agency: str = ""  # canonical name of who wrote it, "" where nobody said
    version: int = 0  # n of UPDATE n, 1 for a correction or a lead; 0 where nothing was said
    flags: int = 0  # see `core.matching.fingerprint.Flag`
    length: int = 0  # of the cleaned text, in characters
    sentences: bytes = b""  # for learning what a source repeats
    suffix: int = 0  # the hash of what may be the site's name at the end of the title, 0 where none


class Arrival(Record, frozen=True):
    """A new or revised entry on its way to the grouper, with all that grouping needs to know of it."""

    id: str  # entry id: 32 hex digits, see `entry_id`
    source: str
    outlet: str
    entry: Entry
    content_hash: bytes  # 8 bytes, see `content_hash`
    fingerprint: Fingerprint
    seen: float  # when a worker first saw it; the grouper's time
    categories: tuple[str, ...] = ()  # as configured
    priority: int = 5
    backfill: bool = False  # from a source's first poll, and older than a day


# --- what the grouper decides -------------------------------------------------------------------------


class Signal(Record, frozen=True):
    """One measured likeness against the threshold that it had to reach."""

    name: str
    value: float
    threshold: float
    passed: bool


class Verdict(Record, frozen=True):
    """Why an entry is a copy of another, or is not. `reason` is one short sentence."""

    same: bool
    score: float  # 0 to 1
    reason: str
    other: str = ""  # entry id of the copy that it was compared with
    signals: tuple[Signal, ...] = ()
    vetoes: tuple[str, ...] = ()  # names of the vetoes that were checked
    vetoed_by: str | None = None
    phrase: str = ""  # the longest shared phrase, where it was asked for


class Copy(Record, frozen=True):
    """An entry as a member of a story, without its text."""

    entry: str  # entry id
    source: str
    outlet: str
    url: str
    title: str
    first_seen: float
    content_hash: bytes
    published: float | None = None
    score: float = 1.0
    reason: str = "first of its story"
    categories: tuple[str, ...] = ()  # as configured
    language: str | None = None
    agency: str | None = None
    priority: int = 5
    length: int = 0  # of the text, in characters
    seen_hashes: tuple[bytes, ...] = ()  # earlier contents, newest last, at most 8: they are not revisions
    revised: float | None = None  # when its text last changed
    verdict: Verdict | None = None


class Story(Record, frozen=True):
    """The near-identical entries of all sources; `id` is the entry id of the one that founded it."""

    id: str
    placed: float  # where it stands in the feed; never changes
    first_seen: float
    last_copy: float  # the last copy or revision: retention counts from here
    lead: str  # entry id of the copy that is shown
    revision: int = 1
    modified: float | None = None  # when the lead's text changed or a story was merged into it
    published: float | None = None  # the earliest that a copy gave, never after first_seen
    status: Literal["usable", "corrected", "withheld", "withdrawn"] = "usable"
    backfill: bool = False
    agency: str | None = None
    copies: tuple[str, ...] = ()  # entry ids in the order in which they were first seen
    related: tuple[tuple[str, float], ...] = ()  # (story id, score)


class Founded(Record, tag="founded", frozen=True):
    """An arrival resembles no story: it founds one. Its id is the arrival's."""

    story: str
    arrival: Arrival


class Joined(Record, tag="joined", frozen=True):
    """An arrival is a copy of a story."""

    story: str
    arrival: Arrival
    verdict: Verdict


class Revised(Record, tag="revised", frozen=True):
    """A known entry has a changed text and stays in its story."""

    story: str
    arrival: Arrival
    verdict: Verdict | None = None  # None: it is the founder, or was not compared anew


class Left(Record, tag="left", frozen=True):
    """An entry became something else; Founded or Joined of the same entry follows."""

    story: str
    entry: str


class Merged(Record, tag="merged", frozen=True):
    """A late copy showed that two stories are one; `gone` redirects to `story` from now on."""

    story: str
    gone: str
    copies: tuple[str, ...]  # entry ids that came along


class Parted(Record, tag="parted", frozen=True):
    """An editor took copies out of a story (`origin`); they are `story` from now on."""

    story: str
    origin: str
    copies: tuple[str, ...]


class Led(Record, tag="led", frozen=True):
    """Another copy is shown from now on."""

    story: str
    lead: str


class Stated(Record, tag="stated", frozen=True):
    """A story that lives has another status from now on."""

    story: str
    status: Literal["usable", "corrected", "withheld", "withdrawn"]


class Known(Record, tag="known", frozen=True):
    """Nothing to do: this content of this entry was seen before."""

    entry: str


class Expired(Record, tag="expired", frozen=True):
    """A story is older than the retention, or one too many: it is forgotten. Not a change."""

    story: str


Decision: TypeAlias = Founded | Joined | Revised | Left | Merged | Parted | Led | Stated | Known | Expired


class Doubt(Record, frozen=True):
    """A decision that was close, for people to look at; see `core.matching.neighbours`.

    `verdict.other` is the entry that `entry` was held against: joined to it (`joined`), by whose word two
    stories became one (`merged`), or kept apart from it (`refused`). `look`: an editor should see it.
    """

    kind: Literal["joined", "merged", "refused"]
    entry: str
    verdict: Verdict
    at: float
    look: bool = False


ChangeType: TypeAlias = Literal["added", "updated", "merged", "split", "withdrawn"]


class Change(Record, frozen=True):
    """A line of the change log. The item is rendered when it is read."""

    number: int
    type: ChangeType
    story: str
    at: float
    backfill: bool = False
    what: tuple[str, ...] = ()  # of an update: copies, text, lead, status, related
    other: str = ""  # merged: into; split: from
    by: Literal["", "editor"] = ""  # whose decision it was; "": the machine's


class Text(Record, frozen=True):
    """What a copy says: the part of an entry that a story shows if that copy leads."""

    summary: str = ""
    content_html: str = ""
    image: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # the publisher's own categories
    enclosures: tuple[Enclosure, ...] = ()
    updated: float | None = None


# --- identity -----------------------------------------------------------------------------------------


def entry_id(source: str, guid: str) -> str:
    """The id of an entry: 32 lower-case hex digits of BLAKE2b-128 (RFC 7693) over source and guid.

    A story has the id of the entry that founded it.
    """
    return blake2b(f"{source}\0{guid}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def content_hash(entry: Entry) -> bytes:
    """Eight bytes that change when a reader would see another text: title, summary or content."""
    text = "\0".join((entry.title, entry.summary, entry.content_html))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
