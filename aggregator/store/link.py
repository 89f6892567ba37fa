"""The connection to Redis: from an address to a client, scripts by name, errors in our words.

Every error of the client becomes `StoreAway` (does not answer, or not now) or `StoreError` (will not serve
us); no message holds a password. `redis://`, `rediss://` and `unix://` are the client's own addresses; with
`redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/SERVICE[/DB]` the master is asked of sentinels, and
`redis+cluster://[USER:PASSWORD@]HOST[:PORT],…` is a cluster. A doubled s (`rediss+cluster`) means TLS.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha1
from importlib.resources import files
from ssl import SSLCertVerificationError
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)

from aggregator.core.errors import LeaseLost, StoreAway, StoreError, UsageError

Argument = bytes | str | int | float

CONNECTIONS: Final = 32  # at most, of one process
SECONDS: Final = 10.0  # that an answer may take
_SHARD_SCRIPTS: Final = frozenset(
    {
        "absolve",
        "claim",
        "enter",
        "leave",
        "settle",
        "give_back",
        "adopt",
        "dismiss",
        "limits",
        "hasten",
        "pace",
        "seize",
        "spread",
        "status",
    }
)
_FAMILIES: Final = ("shard", "websub", "hub")  # a family's file goes in front of each of its scripts
_RAW: Final = ("HGETALL", "TIME", "XRANGE", "XREAD", "ZRANGE", "ZREVRANGE", "ZREVRANGEBYSCORE")
_NOT_NOW: Final = {
    "OOM": "Redis is out of memory: raise its maxmemory, or lower retention.max_stories",
    "MISCONF": "Redis can't write to its disk: free space there, then see its log",
    "READONLY": "this Redis is a replica that takes no writes: name the primary",
    "LOADING": "Redis is still loading its data",
    "BUSY": "Redis is busy with a long script",
    "NOREPLICAS": "Redis has too few replicas in reach to accept writes",
    "MASTERDOWN": "this Redis is a replica and has lost its primary",
    "CLUSTERDOWN": "the Redis cluster is down",
    "TRYAGAIN": "the Redis cluster is moving slots",
    "UNKILLABLE": "Redis is busy with a long script",
}


def _retry() -> Retry:
    """A short while: who calls waits longer, and can tell people so. Connecting and asking both try again.

    But not where no answer came in time: a server that hangs would be waited for nine times over, and when it
    wakes it does whatever it was sent.
    """
    return Retry(ExponentialBackoff(cap=0.2, base=0.02), 2, (RedisConnectionError,))


@cache
def script(name: str) -> tuple[str, str]:
    """A script's text and its SHA-1, the name by which Redis keeps it."""
    folder = files("aggregator.store") / "lua"
    text = (folder / f"{name}.lua").read_text("utf-8")
    family = "shard" if name in _SHARD_SCRIPTS else name.partition("_")[0]
    if family in _FAMILIES:
        shebang, _, body = text.partition("\n")
        shared = (folder / f"{family}.lua").read_text("utf-8").partition("\n")[2]
        text = f"{shebang}\n{shared}{body}"
    return text, sha1(text.encode(), usedforsecurity=False).hexdigest()


class Link:
    """A pool of connections to one Redis, Sentinel group or cluster."""

    def __init__(self, url: str) -> None:
        self.where = _shown(url)
        self._client, self._sentinels = _client(url)
        self.is_cluster = isinstance(self._client, RedisCluster)
        self._apart = _alone(self._client)
        for command in _RAW:
            self._client.set_response_callback(command, _as_sent)

    async def close(self) -> None:
        """Closes every connection."""
        for client in {self._client, self._apart, *self._sentinels}:
            await client.aclose()

    async def ping(self) -> None:
        """Asks for a sign of life, on a connection of its own where there is one server."""
        with self._translated():
            await self._apart.execute_command("PING")

    async def command(self, *words: Argument, **options: Any) -> Any:
        """The answer to one command."""
        with self._translated():
            return await self._client.execute_command(*words, **options)

    async def ask(self, *words: Argument) -> Any:
        """The answer to a command about the server itself: the one that holds the inbox and the stories."""
        with self._translated():
            if not self.is_cluster:
                return await self._client.execute_command(*words)
            await self._client.initialize()
            node = self._client.get_node_from_key("{s}")
            answer = await self._client.execute_command(*words, target_nodes=node)
            return answer.get(node.name, answer) if isinstance(answer, dict) else answer

    async def info(self, section: str) -> dict[str, Any]:
        """A section of INFO."""
        return dict(await self.ask("INFO", section))

    async def commands(self, commands: Sequence[Sequence[Argument]]) -> list[Any]:
        """The answers to several commands, in one round trip where there is one server."""
        if not commands:
            return []
        if self.is_cluster:
            return list(await asyncio.gather(*(self.command(*words) for words in commands)))
        with self._translated():
            pipeline = self._client.pipeline(transaction=False)
            for words in commands:
                pipeline.execute_command(*words)
            return list(await pipeline.execute())

    async def run(self, name: str, key: str, *arguments: Argument) -> Any:
        """What a script returns; it is loaded where Redis does not know it (any more)."""
        text, digest = script(name)
        with self._translated():
            try:
                return await self._client.execute_command("EVALSHA", digest, 1, key, *arguments)
            except NoScriptError:
                return await self._client.execute_command("EVAL", text, 1, key, *arguments)

    async def run_each(self, name: str, calls: Sequence[tuple[str, Sequence[Argument]]]) -> list[Any]:
        """What a script returns for each (key, arguments), in one round trip where there is one server.

        Redis-py refuses scripts in the pipelines of a cluster, so there they run side by side.
        """
        if self.is_cluster or len(calls) < 2:
            return list(await asyncio.gather(*(self.run(name, key, *words) for key, words in calls)))
        digest = script(name)[1]
        with self._translated():
            pipeline = self._client.pipeline(transaction=False)
            for key, words in calls:
                pipeline.execute_command("EVALSHA", digest, 1, key, *words)
            answers = await pipeline.execute(raise_on_error=False)
        for at, answer in enumerate(answers):
            if isinstance(answer, NoScriptError):
                answers[at] = await self.run(name, calls[at][0], *calls[at][1])
            elif isinstance(answer, Exception):
                with self._translated():
                    raise answer
        return list(answers)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors of the client in our words."""
        try:
            yield
        except (AuthenticationError, AuthorizationError) as error:
            raise StoreError(f"Redis at {self.where} refuses the name or the password.") from error
        except ResponseError as error:
            raise self._refused(error) from error
        except BusyLoadingError as error:
            raise StoreAway(f"Redis at {self.where} can't serve now: {_NOT_NOW['LOADING']}.") from error
        except (RedisConnectionError, RedisTimeoutError, OSError, TimeoutError) as error:
            raise StoreAway(f"Redis at {self.where} {_why(error)}.") from error
        except (RedisClusterException, RedisError) as error:
            raise StoreAway(f"Redis at {self.where} can't serve now ({type(error).__name__}).") from error

    def _refused(self, error: ResponseError) -> StoreError | LeaseLost:
        """What an error that Redis answered with means to us."""
        answer = str(error)
        code = _CODES.get(type(error)) or answer.partition(" ")[0].rstrip(":,.")
        if code == "FENCED":
            return LeaseLost("Another worker groups now; what this one decided since is not written.")
        if code in _NOT_NOW:
            return StoreAway(f"Redis at {self.where} can't serve now: {_NOT_NOW[code]}.")
        if code == "NOPERM":
            return StoreError(f"Redis at {self.where} does not permit this user what is needed: {answer}")
        return StoreError(f"Redis at {self.where} answered: {answer}")


# The client takes the code off the message of these.
_CODES: Final[dict[type[ResponseError], str]] = {
    OutOfMemoryError: "OOM",
    ReadOnlyError: "READONLY",
    MasterDownError: "MASTERDOWN",
    ClusterDownError: "CLUSTERDOWN",
    TryAgainError: "TRYAGAIN",
    NoPermissionError: "NOPERM",
}


def _why(error: BaseException) -> str:
    """What kept a server from answering, as far as a person can do something about it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, SSLCertVerificationError):
            return (
                f"has a certificate that is not trusted ({seen.verify_message}): add"
                " ?ssl_ca_certs=FILE of its authority to the address"
            )
        seen = seen.__cause__ or seen.__context__
    return "does not answer"


def _as_sent(answer: Any, **_: Any) -> Any:
    """An answer as Redis sent it: what the client makes of it differs between versions, and costs time."""
    return answer


def _shown(url: str) -> str:
    """An address without credentials and options, for messages."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _client(url: str) -> tuple[Any, Sequence[Any]]:
    """A client for an address, and those of its sentinels."""
    scheme = urlsplit(url).scheme
    if scheme in {"redis", "rediss", "unix"}:
        options = {"socket_timeout": SECONDS, "socket_connect_timeout": 5.0, "health_check_interval": 30}
        pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS, timeout=SECONDS, protocol=2, retry=_retry(),
            **({} if scheme == "unix" else options) | {"socket_timeout": SECONDS},
        )  # fmt: skip
        return Redis.from_pool(pool), ()
    if scheme in {"redis+sentinel", "rediss+sentinel"}:
        return _sentinel(url)
    if scheme in {"redis+cluster", "rediss+cluster"}:
        return _cluster(url), ()
    raise UsageError(
        f"{scheme or 'An address without scheme'} is no address of a Redis: use redis://, rediss://, unix://,"
        " redis+sentinel:// or redis+cluster://."
    )


def _alone(client: Any) -> Any:
    """A client of one connection to the same server; sentinels and clusters keep to theirs."""
    pool = getattr(client, "connection_pool", None)
    if type(pool) is not BlockingConnectionPool:
        return client
    return Redis.from_pool(ConnectionPool(pool.connection_class, max_connections=2, **pool.connection_kwargs))


def _sentinel(url: str) -> tuple[Any, Sequence[Any]]:
    service, _, database = urlsplit(url).path.strip("/").partition("/")
    if not service:
        raise UsageError("A redis+sentinel:// address ends in the name of the service: …/mymaster")
    user, password, nodes = _authority(url, 26379)
    options: dict[str, Any] = {"protocol": 2, "socket_timeout": SECONDS, "socket_connect_timeout": 5.0}
    tls = {"ssl": True} if url.startswith("rediss") else {}
    more: dict[str, Any] = {
        "username": user,
        "password": password,
        "db": int(database or 0),
        "retry": _retry(),
    }
    once = {"retry": Retry(NoBackoff(), 0)}  # the next sentinel is asked, then all of them again
    sentinel: Any = Sentinel(nodes, sentinel_kwargs=once | options | tls)  # type: ignore[no-untyped-call]
    return sentinel.master_for(service, **more, **options, **tls), sentinel.sentinels


def _cluster(url: str) -> Any:
    user, password, nodes = _authority(url, 6379)
    return RedisCluster(
        startup_nodes=[ClusterNode(host, port) for host, port in nodes],
        username=user, password=password, ssl=url.startswith("rediss"), protocol=2, retry=_retry(),
        max_connections=CONNECTIONS, socket_timeout=SECONDS, socket_connect_timeout=5.0,
    )  # fmt: skip


def _authority(url: str, port: int) -> tuple[str | None, str | None, list[tuple[str, int]]]:
    """User, password and the hosts of an address that names several."""
    credentials, _, hosts = urlsplit(url).netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    nodes = []
    for host in hosts.split(","):
        name, colon, number = host.rpartition(":")
        nodes.append((name, int(number)) if colon and number.isdigit() else (host, port))
    return unquote(user) or None, unquote(password) or None, nodes
