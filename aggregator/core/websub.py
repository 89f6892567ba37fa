"""WebSub (W3C Recommendation, 2018): what both ends have in common, and what each decides.

- *What a feed offers*: a hub and the topic's own address, in Link fields of the answer or in the feed (4).
- *Signatures*: X-Hub-Signature is `method=hex` of an HMAC over the body (7.1, 8).
- *Polling beside pushes*: rarer while pushes arrive, never longer than the lease is known to last.
- *Our own topics*: exactly the addresses that the feeds announce as their own.

Numbers in brackets are the sections of https://www.w3.org/TR/websub/.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice
from typing import Final, Literal, TypeAlias
from urllib.parse import urlencode, urljoin, urlsplit

from aggregator.core.health import masked
from aggregator.core.model import Feed, Push, Record, Response, Source

Mode: TypeAlias = Literal["subscribe", "unsubscribe"]

# --- as a subscriber --------------------------------------------------------------------------------------

LEASE: Final = 10 * 86_400.0
"""Seconds that we ask for; hubs give what they like."""
LEASE_MOST: Final = 365 * 86_400.0
"""Seconds: a lease is renewed once a year at least, whatever a hub says."""
RENEW: Final = 0.8
"""The share of a lease after which it is renewed: the rest is for the tries."""
RENEW_LEAST: Final = 300.0
"""Seconds between two renewals at the least, however short a lease is."""
VERIFY: Final = 3_600.0
"""Seconds that a hub has to ask whether we meant it; then it is asked again."""
AFTER_DENIAL: Final = 86_400.0
"""Seconds after which a hub that said no is asked once more."""
TRIES: Final = (60.0, 300.0, 1_800.0, 7_200.0, 43_200.0, 86_400.0)
"""Seconds from one failed request to a hub to the next; the last of them from then on."""
GIVE_UP: Final = 3
"""Requests to end a subscription, after which it is forgotten: the hub's lease ends by itself."""
FACTOR: Final = 8.0
"""So much rarer is a source asked while its pushes arrive: at a price of 450 s, once in some hours."""
LONGEST: Final = 2_048
"""Characters of an address that is believed."""
CHALLENGE_MOST: Final = 1_024
"""Characters of a hub's challenge that are sent back."""


class Offer(Record, frozen=True):
    """A hub and the address under which it knows the feed."""

    hub: str
    topic: str

    def digest(self, base: str) -> bytes:
        """Eight bytes that change with the offer, or with where hubs reach us; empty where there is none."""
        if not self.hub:
            return b""
        text = f"{self.hub}\0{self.topic}\0{base}"
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


NONE: Final = Offer("", "")


class Parcel(Record, frozen=True):
    """What came from a hub for a source; `over`: nothing did, its subscription has ended."""

    body: bytes = b""
    content_type: str = ""
    at: float = 0.0
    over: bool = False


# Nothing is given back once it matched (+): what a stranger sends must not take long.
_LINK = re.compile(
    r"<([^<>]*+)>((?:\s*+;\s*+[^\s=;,]++\s*+(?:=\s*+(?:\"(?:[^\"\\]|\\.)*+\"|[^\s;,\"]*+))?+)*+)"
)
_MOST_FIELDS = 20
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def links(fields: Iterable[str], base: str) -> tuple[str | None, str | None]:
    """The first hub and the own address in Link fields (RFC 8288), absolute; None where there is none."""
    found: dict[str, str] = {}
    for field in islice(fields, _MOST_FIELDS):
        for target, parameters in _LINK.findall(field[: 4 * LONGEST]):
            relation = _REL.search(parameters)
            for name in (relation[1] or relation[2]).lower().split() if relation else ():
                found.setdefault(name, _absolute(target.strip(), base) or "")
    return found.get("hub") or None, found.get("self") or None


def offer(source: Source, response: Response, feed: Feed) -> Offer:
    """What a source offers, `NONE` where that is nothing for us.

    Link fields go before the feed (4). A source that is read with credentials is nobody else's business: only
    a hub of its own origin is told of it, and none where the address itself holds one.
    """
    hub = response.hub or feed.hub
    topic = (response.self_url if response.hub else None) or feed.self_url or response.self_url or source.url
    if not hub or source.proxy:
        return NONE
    if (source.auth or source.headers) and not is_at_home(source, hub, topic):
        return NONE
    for address in (hub, topic, source.url):
        if len(address) > LONGEST or masked(address) != address or not _absolute(address, ""):
            return NONE
    return Offer(hub, topic)


def is_at_home(source: Source, *addresses: str) -> bool:
    """Whether all addresses are of the source's own origin, which its credentials were given for."""
    return {_origin(address) for address in addresses} <= {_origin(source.url)}


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None


def _absolute(target: str, base: str) -> str | None:
    """An http(s) address without a fragment, resolved; None for anything else."""
    try:
        address = urljoin(base, target) if base else target
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not address.isprintable():
            return None
        return parts._replace(fragment="").geturl()
    except ValueError:
        return None


def granted(text: str) -> float | None:
    """Seconds of the lease that a hub names; None for what is no lease (5.3: it must name one)."""
    if not re.fullmatch(r"[0-9]{1,15}", text) or not int(text):
        return None
    return min(float(text), LEASE_MOST)


def pause(tries: int) -> float:
    """Seconds until a hub is asked again after so many failed requests."""
    return TRIES[min(max(tries, 1), len(TRIES)) - 1]


# --- polling beside pushes --------------------------------------------------------------------------------


def polled(push: Push | None, came: int) -> Push | None:
    """What is thought of a hub after a poll that found `came` new entries, of which it should have told.

    It is believed again from its next push on.
    """
    if push is None or not came or not push.until:
        return push
    return Push(push.offer, push.hub, push.last)


def beside(push: Push | None, interval: float, most: float, now: float) -> tuple[float, str] | None:
    """How long to wait and why, where a hub tells of news by itself; None where it does not.

    Never longer than its lease is known to last, but for the wait that is usual.
    """
    if push is None or push.until <= now:
        return None
    longest = max(min(interval * FACTOR, most, push.until - now), interval)
    return longest, push.hub


# --- signatures -------------------------------------------------------------------------------------------

ALGORITHMS: Final = ("sha1", "sha256", "sha384", "sha512")
SIGNED_WITH: Final = "sha256"
SECRET_MOST: Final = 199
"""Bytes of a secret: less than 200 (5.1)."""


def signature(secret: bytes, body: bytes, algorithm: str = SIGNED_WITH) -> str:
    """The value of X-Hub-Signature."""
    return f"{algorithm}={hmac.new(secret, body, algorithm).hexdigest()}"


def is_signed(secret: bytes, body: bytes, field: str) -> bool:
    """Whether a body was signed with the secret; in a time that tells nothing of the right signature."""
    algorithm, _, given = field.strip().partition("=")
    if algorithm.lower() not in ALGORITHMS:
        return False
    expected = hmac.new(secret, body, algorithm.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))


# --- as a hub ---------------------------------------------------------------------------------------------

GIVEN_LEAST: Final = 300.0
GIVEN: Final = 10 * 86_400.0
GIVEN_MOST: Final = 30 * 86_400.0
"""Seconds of a lease: the shortest, that of who names none, the longest."""
ASKED: Final = (10.0, 60.0)
"""Seconds between tries to reach a callback that does not answer whether it meant it; then it is dropped."""
RETRIES: Final = (1.0, 5.0, 30.0, 300.0, 1_800.0, 7_200.0)
"""Seconds from one failed delivery to the next; the last of them until the lease ends."""
TYPES: Final = {
    ".json": "application/feed+json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
}
"""The media type of a topic's feed, by the end of its address."""
HUB: Final = "/hub"

_ID = r"[a-z0-9-]{1,64}"
_TOPIC = re.compile(rf"/(?:feed|feeds/({_ID}))(\.json|\.atom|\.rss)")


class Topic(Record, frozen=True):
    """One of our feeds in one format: `view` None is the merged feed."""

    view: str | None
    suffix: str

    @property
    def path(self) -> str:
        """Its path under the address of the service."""
        return f"/feed{self.suffix}" if self.view is None else f"/feeds/{self.view}{self.suffix}"


def topic(base: str, address: str) -> Topic | None:
    """The feed that is announced under exactly this address; None where none is."""
    if not address.startswith(base):
        return None
    match = _TOPIC.fullmatch(address[len(base) :])
    return None if match is None else Topic(match[1], match[2])


def given(text: str | None) -> float | None:
    """Seconds of the lease for who asks for `text`; None for what is no number."""
    if not text:
        return GIVEN
    if not re.fullmatch(r"[0-9]{1,15}", text):
        return None
    return min(max(float(text), GIVEN_LEAST), GIVEN_MOST)


def question(callback: str, fields: dict[str, str]) -> str:
    """A callback with parameters added to those that it has (5.3)."""
    parts = urlsplit(callback)
    query = "&".join(part for part in (parts.query, urlencode(fields)) if part)
    return parts._replace(query=query).geturl()


def is_callback(address: str) -> bool:
    """Whether this is an address that could be called: http(s), absolute, without credentials."""
    if len(address) > LONGEST or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0
    return is_web and "@" not in parts.netloc and not parts.fragment


def link(hub: str, own: str) -> str:
    """The Link field of a feed and of what is sent of it (4, 7)."""
    return f'<{hub}>; rel="hub", <{own}>; rel="self"'
