"""Every error of this project, by whose fault it is.

::

    AggregatorError
    ├── ConfigError      the file or the environment is wrong; holds every problem found
    ├── UsageError       the command was called wrongly
    ├── ParseError       a document is not a feed that can be read; becomes a Failure of its source
    ├── StoreError       Redis answered, and will not serve us (version, eviction policy, schema)
    │   └── StoreAway    Redis does not answer, or not now: wait and try again
    ├── LeaseLost        another process holds what we held: stop
    └── HostRests        a host has no turn for a poll soon: it is put back, and nobody has failed

A feed's own trouble is never an exception outside of the file that met it: it is a `Failure`, a value
that is stored and shown.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class AggregatorError(Exception):
    """The base of all: its text is one plain sentence for the person who reads it."""


class UsageError(AggregatorError):
    """The command was called wrongly."""


class StoreError(AggregatorError):
    """Redis will not serve us as it is; the sentence says what mends it."""


class StoreAway(StoreError):
    """Redis does not answer, or says that it cannot now."""


class LeaseLost(AggregatorError):
    """Another process holds the lease that this one held."""


class HostRests(AggregatorError):
    """A host has no turn soon for a poll that is led there; `back` is when it may come again, if known."""

    def __init__(self, host: str, back: float | None = None) -> None:
        super().__init__(f"{host} has no turn for this poll yet.")
        self.host = host
        self.back = back


class Problem(msgspec.Struct, frozen=True):
    """One mistake in the configuration: where it stands and what is wrong.

    `line` and `column` count from 1; 0 where there is none (a problem of the environment).
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    excerpt: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """`file:line:column: C012 what is wrong`, the form that editors jump to."""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}"


class ConfigError(AggregatorError):
    """The configuration is wrong; `problems` holds everything found, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Kind(StrEnum):
    """What went wrong with a poll: the words of the contract."""

    TIMEOUT = "timeout"
    DNS = "dns"
    REFUSED = "refused"
    RESET = "reset"
    TLS = "tls"
    TOO_LARGE = "too_large"
    DECOMPRESS = "decompress"
    TRUNCATED = "truncated"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    EMPTY = "empty"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_BAD = "redirect_bad"
    PRIVATE_ADDRESS = "private_address"
    ROBOTS = "robots"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    GONE = "gone"
    LEGAL = "legal"
    RATE_LIMITED = "rate_limited"
    CHALLENGE = "challenge"
    HOST_TROUBLE = "host_trouble"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"


class ParseError(AggregatorError):
    """A document that cannot be read as a feed; `kind` says which way."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
